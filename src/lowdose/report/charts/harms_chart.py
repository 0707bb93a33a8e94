"""Unwanted events side by side: of 100 people on a placebo, of 100 on naltrexone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lowdose.errors import Fault, InputError
from lowdose.evidence.harms_values import EventHarms, Harms
from lowdose.evidence.pooling.risks import Spread
from lowdose.report.charts.specification import (
    Axis,
    Category,
    Chart,
    Intervals,
    Layer,
    Panel,
    Role,
    Scale,
)
from lowdose.report.evidence_harms_text import per_100

__all__ = ["harms_chart"]

_LABELS = {
    Role.REFERENCE: "comparator",
    Role.ESTIMATE: "naltrexone",
    Role.OBSERVED: "naltrexone, without comparison",
    Role.RIVAL: "rests on memory, not checked",
}


class _Row(NamedTuple):
    category: Category
    share: Spread
    role: Role


def harms_chart(found: Harms) -> Chart:
    """Each event's risks with their 95 % intervals, in people of a hundred.

    Raises InputError where no event has a risk or a share to draw.
    """
    rows = [row for one in found.events for row in _rows(one, found.against)]
    if not rows:
        nothing = Fault("--chart", "no risk that could be drawn", "events that were counted")
        raise InputError([nothing])
    shown = found.condition or "all conditions"
    return Chart(
        title=f"Unwanted events on low-dose naltrexone, {shown}",
        description=" ".join(f"{_said(row)}." for row in rows),
        x=Axis("of 100 people, with 95 % interval", low=0.0),
        panels=(
            Panel(
                Axis(scale=Scale.CATEGORY, categories=tuple(row.category for row in rows)),
                tuple(_layers(rows)),
            ),
        ),
    )


def _rows(one: EventHarms, against: str) -> Iterator[_Row]:
    heading = one.name
    for name, share, role in _shares(one, against):
        yield _Row(Category(name, per_100(share), heading), share, role)
        heading = ""


def _shares(one: EventHarms, against: str) -> Iterator[tuple[str, Spread, Role]]:
    if one.risks:
        mark = ", partly not checked" if any(each.reasons for each in one.trials) else ""
        yield f"{against or 'comparator'}{mark}", one.risks.comparator, Role.REFERENCE
        yield f"naltrexone{mark}", one.risks.treated, Role.ESTIMATE
    if one.share:
        mark = ", partly not checked" if any(each.reasons for each in one.arms) else ""
        name = f"naltrexone alone, {one.share.people} people{mark}"
        yield name, one.share.share, Role.OBSERVED
    remembered = one.remembered
    if remembered and remembered.unchecked_per_100 and remembered.unchecked_per_100_placebo:
        for name, part in (
            ("placebo", remembered.unchecked_per_100_placebo),
            ("naltrexone", remembered.unchecked_per_100),
        ):
            share = Spread(*(each / 100 for each in part))
            yield f"{name}, not checked", share, Role.RIVAL


def _said(row: _Row) -> str:
    heading = f"{row.category.heading}: " if row.category.heading else ""
    return f"{heading}{row.category.name} {row.category.note}"


def _layers(rows: list[_Row]) -> Iterator[Layer]:
    for role, label in _LABELS.items():
        places = [place for place, row in enumerate(rows) if row.role is role]
        if places:
            shares = [rows[place].share for place in places]
            yield Intervals(
                row=tuple(places),
                middle=tuple(100 * one.middle for one in shares),
                low=tuple(100 * one.low for one in shares),
                high=tuple(100 * one.high for one in shares),
                role=role,
                label=label,
            )
