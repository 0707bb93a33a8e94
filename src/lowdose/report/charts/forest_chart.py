"""The forest picture: every study with its interval, and under them the pooled effects."""

from __future__ import annotations

import math

from lowdose.evidence.pooling.values import Interval
from lowdose.evidence.views import Views
from lowdose.report.charts.specification import (
    Axis,
    Category,
    Chart,
    Intervals,
    Panel,
    Role,
    Rule,
    Scale,
)
from lowdose.report.evidence_text import Pool, effect_words, own_interval, view_name

__all__ = ["forest_chart"]


def forest_chart(what: Pool, views: Views) -> Chart:
    """Each study's effect with its 95 % interval and weight, and the effect pooled three ways.

    Ratios lie on a logarithmic axis.
    """
    ends = [own_interval(*both) for both in zip(what.values, what.variances, strict=True)]
    studies = [
        Category(study, f"{effect_words(what, value, own)}, {weight:.0f} %")
        for study, value, own, weight in zip(
            what.studies, what.values, ends, views.asked.weights, strict=True
        )
    ]
    pooled = [
        Category(view_name(one), effect_words(what, one.estimate, one.interval), heading)
        for one, heading in zip(views, ("Pooled", "", ""), strict=True)
    ]
    first = len(studies)
    return Chart(
        title=what.heading,
        description=" ".join(f"{one.name}: {one.note}." for one in (*studies, *pooled)),
        x=Axis(what.measure, scale=Scale.LOG if what.is_log else Scale.LINEAR),
        panels=(
            Panel(
                Axis(scale=Scale.CATEGORY, categories=(*studies, *pooled)),
                (
                    Rule(1.0 if what.is_log else 0.0, role=Role.ZERO, label="no difference"),
                    _intervals(what, 0, list(what.values), ends, Role.OBSERVED, "study"),
                    _intervals(
                        what,
                        first,
                        [one.estimate for one in views],
                        [one.interval for one in views],
                        Role.ESTIMATE,
                        "pooled",
                    ),
                ),
            ),
        ),
    )


def _intervals(
    what: Pool, first: int, middle: list[float], ends: list[Interval], role: Role, label: str
) -> Intervals:
    shown = math.exp if what.is_log else float
    return Intervals(
        row=tuple(range(first, first + len(middle))),
        middle=tuple(map(shown, middle)),
        low=tuple(shown(one.low) for one in ends),
        high=tuple(shown(one.high) for one in ends),
        role=role,
        label=f"{label}, with its 95 % interval",
    )
