"""The specification curve: every way to pool, from the lowest to the highest, and its choices.

Source: Simonsohn, Simmons and Nelson 2020, doi:10.1038/s41562-020-0912-z.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lowdose.evidence.multiverse.influence import influences, part
from lowdose.evidence.multiverse.values import Multiverse
from lowdose.evidence.words import Direction
from lowdose.report.charts.specification import (
    Axis,
    Band,
    Chart,
    Layer,
    Line,
    Panel,
    Points,
    Role,
    Rule,
)
from lowdose.report.evidence_multiverse_text import value_words

__all__ = ["multiverse_chart"]

_DRAWN = 180
_MOST_CHOICES = 6
# Hartung and Knapp's intervals of two trials reach out of any picture: ends beyond what most of
# the intervals need are cut off.
_SHOWN_WHOLE = 0.6


def multiverse_chart(found: Multiverse) -> Chart:
    """Estimates with their 95 % intervals in order, and below, which choices led to each.

    Of more than 180 specifications, 180 evenly spaced ones are drawn; the picture says so.
    """
    order = np.argsort(found.column("estimate"), kind="stable")
    drawn = order[_evenly(order.size)]
    whole = part(found)
    ways = f"{order.size:,} ways to pool"
    shown = f"{ways}, {drawn.size} of them drawn" if drawn.size < order.size else ways
    return Chart(
        title=f"{found.heading}: every defensible way to pool",
        description=(
            f"{shown}. Middle {value_words(found, whole.median)}, from "
            f"{value_words(found, whole.least)} to {value_words(found, whole.most)}."
        ),
        x=Axis(
            f"{shown}, in order of what they find",
            low=-1.0,
            high=float(drawn.size),
            ticks=((0.0, "lowest"), (float(drawn.size - 1), "highest")),
        ),
        panels=(_curve(found, drawn), *_dots(found, drawn)),
    )


def _evenly(count: int) -> NDArray[np.int64]:
    if count <= _DRAWN:
        return np.arange(count)
    return np.round(np.linspace(0, count - 1, _DRAWN)).astype(np.int64)


def _curve(found: Multiverse, drawn: NDArray[np.int64]) -> Panel:
    middle = found.column("estimate")
    every_low, every_high = found.column("low"), found.column("high")
    least = min(0.0, float(middle.min()), float(np.quantile(every_low, 1 - _SHOWN_WHOLE)))
    most = max(0.0, float(middle.max()), float(np.quantile(every_high, _SHOWN_WHOLE)))
    edge = 0.05 * (most - least)
    least, most = least - edge, most + edge
    low, high = (np.clip(found.column(name)[drawn], least, most) for name in ("low", "high"))
    x = tuple(np.arange(drawn.size, dtype=float).tolist())
    better = {Direction.LOWER: "below", Direction.HIGHER: "above"}.get(found.direction)
    side = f"; {better} the line favours naltrexone" if better else ""
    unit = f"{found.measure}{side}"
    return Panel(
        Axis(unit, low=least, high=most, ticks=_ticks(least, most) if found.is_log else None),
        (
            Band(x, tuple(low.tolist()), tuple(high.tolist()), Role.FITTED, "95 % interval"),
            Line(x, tuple(middle[drawn].tolist()), Role.ESTIMATE, "pooled effect"),
            Rule(0.0, upright=False, role=Role.ZERO, label="no difference"),
        ),
    )


def _ticks(least: float, most: float) -> tuple[tuple[float, str], ...]:
    """Ratios on an axis of logarithms."""
    shown = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
    return tuple((math.log(one), f"{one:g}") for one in shown if least <= math.log(one) <= most)


def _dots(found: Multiverse, drawn: NDArray[np.int64]) -> list[Panel]:
    """A row for each level of the choices that move the answer most."""
    names = {choice.key: place for place, choice in enumerate(found.choices)}
    panels = []
    for one in influences(found)[:_MOST_CHOICES]:
        place = names[one.choice.key]
        keys = [level.key for level in one.choice.levels]
        rows: list[tuple[float, str]] = []
        layers: list[Layer] = []
        for row, (level, _) in enumerate(one.levels):
            leads = found.leading_to(place, keys.index(level.key))[drawn]
            at = np.flatnonzero(leads).astype(float)
            rows.append((-float(row), level.words))
            layers.append(Points(tuple(at.tolist()), (-float(row),) * at.size, Role.GUIDE))
        count = len(one.levels)
        axis = Axis(one.choice.words, low=-count + 0.4, high=0.6, ticks=tuple(rows))
        panels.append(Panel(axis, tuple(layers), height=0.06 * count + 0.05))
    return panels
