"""Who gets what when: a row of bars for every sequence of a design, hatched where it is blinded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import cycle

from lowdose.report.charts.specification import (
    Axis,
    Bars,
    Category,
    Chart,
    Layer,
    Panel,
    Role,
    Rule,
    Scale,
)
from lowdose.report.wording import plural
from lowdose.trial.design.timeline import Timeline, timeline
from lowdose.trial.design.values import Design, Given, Treatment

__all__ = ["schedule_chart"]

MOST_SEQUENCES = 12
MOST_VISITS = 30
_DRUGS = (Role.DOSE, Role.RIVAL, Role.FITTED, Role.OBSERVED)
_WEEKS_FROM_DAYS = 28


@dataclass(frozen=True)
class _Stretch:
    """One treatment from a day to another, in one period of one sequence."""

    row: int
    start: int
    end: int
    treatment: int
    blinded: bool


def schedule_chart(design: Design) -> Chart:
    """The periods of every sequence; of very many sequences, the first dozen.

    >>> from lowdose.trial.design.read import parse_design
    >>> chart = schedule_chart(parse_design('''
    ... title = "Two weeks each"
    ... condition = "fibromyalgia"
    ... people = 20
    ... blinding = "double"
    ... reference = "placebo"
    ... outcome = { symptom = "pain" }
    ... treatments.ldn = { name = "LDN", dose_mg = 4.5 }
    ... treatments.placebo = { placebo = true }
    ... periods = [{ name = "first", weeks = 2 }, { name = "second", weeks = 2 }]
    ... sequences.LP = ["ldn", "placebo"]
    ... sequences.PL = ["placebo", "ldn"]
    ... '''))
    >>> chart.description
    'LP: LDN to day 14, placebo to day 28. PL: placebo to day 14, LDN to day 28.'
    """
    shown = design.sequences[:MOST_SEQUENCES]
    laid = timeline(design)
    stretches = [one for row in range(len(shown)) for one in _stretches(laid, row)]
    unit, name = (7, "week") if design.days >= _WEEKS_FROM_DAYS else (1, "day")
    layers: tuple[Layer, ...] = (*_bars(design, stretches, unit), *_visits(design, unit))
    rows = tuple(Category(one.name, f"{one.share} of {_shares(design)}") for one in shown)
    left = len(design.sequences) - len(shown)
    said = [_said(design, sequence.name, row, stretches) for row, sequence in enumerate(shown)]
    more = [f"And {plural(left, 'further sequence')}, not drawn."] if left else []
    return Chart(
        title="Who gets what when",
        description=" ".join(said + more),
        x=Axis(f"end of {name}", low=0, high=design.days / unit, whole=True),
        panels=(Panel(Axis(scale=Scale.CATEGORY, categories=rows), layers),),
    )


def _shares(design: Design) -> int:
    return sum(one.share for one in design.sequences)


def _stretches(laid: Timeline, row: int) -> list[_Stretch]:
    days = laid.period.size
    cuts = [day for day in range(1, days) if laid.period[day] != laid.period[day - 1]]
    return [
        _Stretch(row, start, end, int(laid.treatment[row, start]), bool(laid.blinded[start]))
        for start, end in zip([0, *cuts], [*cuts, days], strict=True)
    ]


def _roles(design: Design) -> list[Role]:
    drugs = cycle(_DRUGS)
    kinds = {Given.PLACEBO: Role.REFERENCE, Given.NOTHING: Role.GUIDE}
    return [kinds.get(one.given) or next(drugs) for one in design.treatments]


def _bars(design: Design, stretches: list[_Stretch], unit: int) -> list[Bars]:
    roles = _roles(design)
    alike: dict[tuple[int, bool], list[_Stretch]] = defaultdict(list)
    for one in stretches:
        alike[one.treatment, one.blinded].append(one)
    gap = design.days / unit * 0.004  # so that neighbours can be told apart
    return [
        Bars(
            row=tuple(one.row for one in ones),
            start=tuple(one.start / unit for one in ones),
            end=tuple(one.end / unit - gap for one in ones),
            role=roles[number],
            label=_label(design.treatments[number], blinded),
            hatched=blinded,
            words=tuple(design.treatments[number].name for _ in ones),
        )
        for (number, blinded), ones in alike.items()
    ]


def _label(treatment: Treatment, blinded: bool) -> str:
    return f"{treatment.name}, {'blinded' if blinded else 'open'}"


def _visits(design: Design, unit: int) -> list[Rule]:
    days = design.outcome.visit_days[:MOST_VISITS]
    return [Rule((day - 0.5) / unit, role=Role.ZERO, label="rating asked for") for day in days]


def _said(design: Design, name: str, row: int, stretches: list[_Stretch]) -> str:
    parts = [
        f"{design.treatments[one.treatment].name} to day {one.end}"
        for one in stretches
        if one.row == row
    ]
    return f"{name}: {', '.join(parts)}."
