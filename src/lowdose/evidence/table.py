"""A table of one's own: a row a study, with an effect or with what the arms reported.

Columns (other columns are left alone):

    study                                    a name, once
    effect (or yi) with se, variance (or vi), or ci_low and ci_high
    mean1 sd1 n1 mean2 sd2 n2                two arms, the treated first
    events1 total1 events2 total2            the same, counted
    dose (or dose_mg)                        mg a day, where it is asked for

Effects with an interval may be ratios, as papers print them: ask for rr, or, hr, irr or rom.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from scipy import special

from lowdose.errors import Fault, InputError
from lowdose.evidence.effects.counts import log_odds_ratio, log_risk_ratio, risk_difference
from lowdose.evidence.effects.means import (
    mean_difference,
    ratio_of_means,
    standardised_mean_difference,
)
from lowdose.evidence.effects.values import Counts, Effect, Means
from lowdose.evidence.table_cells import Cells, not_too_many, parse_cells

__all__ = ["MEASURES", "PRINTED", "EffectTable", "parse_effect_table"]

_MEANS = ("mean1", "sd1", "n1", "mean2", "sd2", "n2")
_COUNTS = ("events1", "total1", "events2", "total2")
_SPREADS = (("se",), ("variance",), ("ci_low", "ci_high"))
_LEAST = 1e-12
_MOST_UNLIKE = 1e6  # the largest of the standard errors over the smallest

Columns = Mapping[str, np.ndarray]


def _two_means(columns: Columns) -> tuple[Means, Means]:
    first, second = (Means(*(columns[name] for name in half)) for half in (_MEANS[:3], _MEANS[3:]))
    return first, second


def _two_counts(columns: Columns) -> tuple[Counts, Counts]:
    first, second = (
        Counts(*(columns[name] for name in half)) for half in (_COUNTS[:2], _COUNTS[2:])
    )
    return first, second


class _Measure(NamedTuple):
    """What it is, whether it is a logarithm, what it is worked out from, and how."""

    about: str
    is_log: bool
    needs: tuple[str, ...]
    work: Callable[[Columns], Effect]


MEASURES: Mapping[str, _Measure] = {
    "md": _Measure(
        "difference of means", False, _MEANS, lambda one: mean_difference(*_two_means(one))
    ),
    "smd": _Measure(
        "standardised difference of means (Hedges' g)",
        False,
        _MEANS,
        lambda one: standardised_mean_difference(*_two_means(one)),
    ),
    "rom": _Measure("ratio of means", True, _MEANS, lambda one: ratio_of_means(*_two_means(one))),
    "rr": _Measure("risk ratio", True, _COUNTS, lambda one: log_risk_ratio(*_two_counts(one))),
    "or": _Measure("odds ratio", True, _COUNTS, lambda one: log_odds_ratio(*_two_counts(one))),
    "rd": _Measure(
        "difference of risks", False, _COUNTS, lambda one: risk_difference(*_two_counts(one))
    ),
}
_DEFAULT = {_MEANS: "md", _COUNTS: "rr"}
# Ratios that come as printed, with their interval.
PRINTED: Mapping[str, str] = {
    "rr": "risk ratio",
    "or": "odds ratio",
    "rom": "ratio of means",
    "hr": "hazard ratio",
    "irr": "ratio of rates",
}


@dataclass(frozen=True, eq=False)
class EffectTable:
    """Studies with their effects; `measure` is one of `MEASURES` or `PRINTED`, or "" for effects as
    given.

    Ratios are natural logarithms, unless they were given with another spread than an interval.
    counts: treated and control, where events were given. texts: every column, for groups and
    moderators. notes: what to keep in mind, in plain sentences. left_out: studies and why.
    doses_mg: where they were asked for, else empty.
    """

    studies: tuple[str, ...]
    measure: str
    effect: Effect
    counts: tuple[Counts, Counts] | None = None
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    doses_mg: tuple[float, ...] = ()


def parse_effect_table(
    text: str, *, name: str = "table", measure: str = "", with_doses: bool = False
) -> EffectTable:
    """Read a table, text with a header row; commas, semicolons or tabs between cells.

    measure: one of `MEASURES`, for arms; by default a difference of means, or a risk ratio. Effects
    with an interval that are ratios need one of `PRINTED`.
    with_doses: read a column of doses as well.
    Raises InputError with every fault, each with its row and column.

    >>> found = parse_effect_table("study,effect,se\\nOne 2009,-0.5,0.2\\nTwo 2013,0.1,0.3\\n")
    >>> found.studies, found.effect.variance.round(2).tolist()
    (('One 2009', 'Two 2013'), [0.04, 0.09])
    """
    cells = parse_cells(text, name)
    needs, chosen = _form(cells, measure)
    cells.once((*needs, "study", *(["dose"] if with_doses else [])))
    faults: list[Fault] = []
    columns = {one: np.array([*cells.numbers(one, faults)]) for one in needs}
    doses = tuple(_doses(cells, faults)) if with_doses else ()
    studies = _studies(cells, faults)
    if not faults and "effect" in needs:
        faults += _spread_faults(columns, cells, chosen)
    if faults:
        raise InputError(not_too_many(faults))
    if "effect" in needs:
        effect = _as_given(columns, is_log=bool(chosen))
    else:
        effect = _worked(columns, chosen, cells)
    counts = _two_counts(columns) if needs == _COUNTS else None
    texts = {one: cells.texts(one) for one in cells.header if one}
    return _told(EffectTable(studies, chosen, effect, counts, texts, doses_mg=doses), cells)


def _doses(cells: Cells, faults: list[Fault]) -> Iterator[float]:
    if not cells.has(["dose"]):
        shown = _shown(cells.header)
        raise InputError([Fault(f"{cells.name}, header", shown, "a column dose, mg a day")])
    for row, dose in enumerate(cells.numbers("dose", faults)):
        if dose <= 0:
            faults.append(Fault(cells.place(row, "dose"), f"{dose:g}", "more than 0 mg"))
        yield dose


def _form(cells: Cells, measure: str) -> tuple[tuple[str, ...], str]:
    """The columns to read, and the measure to work out of them, or ""."""
    known = {**MEASURES, **PRINTED}
    if measure and measure not in known:
        raise InputError([Fault("--measure", repr(measure), f"one of {', '.join(known)}")])
    arms = [one for one in _DEFAULT if cells.has(one)]
    if measure in MEASURES:
        arms = [one for one in arms if MEASURES[measure].needs == one]
    elif measure:
        arms = []
    if len(arms) > 1:
        both = "means and events of two arms"
        raise InputError([Fault(f"{cells.name}, header", both, "--measure to say which to use")])
    if arms:
        return arms[0], measure or _DEFAULT[arms[0]]
    if measure in PRINTED and cells.has(("effect", "ci_low", "ci_high")):
        return ("effect", "ci_low", "ci_high"), measure
    if "effect" in cells.header and measure not in PRINTED:
        only = not (measure and {*cells.header} & {*_MEANS, *_COUNTS})
        for spread in _SPREADS if only else ():
            if cells.has(spread):
                return ("effect", *spread), ""
    raise InputError([Fault(f"{cells.name}, header", _shown(cells.header), _wanted(measure))])


def _shown(header: Sequence[str]) -> str:
    return ", ".join(header)[:200] or "nothing"


def _wanted(measure: str) -> str:
    needs = f"columns {', '.join(MEASURES[measure].needs)}" if measure in MEASURES else ""
    printed = "effect, ci_low, ci_high" if measure in PRINTED else ""
    if needs or printed:
        return " or ".join(one for one in (needs, printed) if one)
    return (
        "study, and effect with se, variance or ci_low and ci_high; "
        f"or {', '.join(_MEANS)}; or {', '.join(_COUNTS)}"
    )


def _studies(cells: Cells, faults: list[Fault]) -> tuple[str, ...]:
    """Their names; numbers where the table has none."""
    if "study" not in cells.header:
        return tuple(f"study {number}" for number in range(1, len(cells.rows) + 1))
    names = cells.texts("study")
    seen: dict[str, int] = {}
    for row, study in enumerate(names):
        where, same = cells.place(row, "study"), study.casefold()
        if not study:
            faults.append(Fault(where, "nothing", "the study's name"))
        elif same in seen:
            wanted = "every study once, or its people would be counted twice"
            faults.append(Fault(where, f"{study!r}, as in row {seen[same]}", wanted))
        seen.setdefault(same, cells.lines[row])
    return names


def _spread_faults(columns: Columns, cells: Cells, ratio: str) -> list[Fault]:
    """Effects outside their interval, spreads that are none, and ratios taken for differences."""
    if "ci_low" not in columns:
        spread = columns["se"] if "se" in columns else columns["variance"]
        wrong = _each(~(spread > _LEAST), spread, cells, "a spread above 0")
        return wrong or _unlike(spread if "se" in columns else np.sqrt(spread), cells)
    effect, low, high = columns["effect"], columns["ci_low"], columns["ci_high"]
    if ratio:
        wrong = _each(~(low > 0), low, cells, "ci_low above 0, for a ratio")
        if wrong:
            return wrong
    faults = _each(
        ~((low <= effect) & (effect <= high)), effect, cells, "between ci_low and ci_high"
    )
    faults += _each(~(high > low), high, cells, "ci_high above ci_low")
    if not faults and not ratio and _look_like_ratios(effect, low, high):
        said = f"{effect[0]:g} ({low[0]:g} to {high[0]:g}), as ratios are"
        remedy = f"say which ratio they are: --measure {', '.join(PRINTED)}"
        faults.append(
            Fault(cells.place(0), said, "an effect in the middle of its interval", remedy)
        )
    return faults or _unlike(np.log(high / low) if ratio else high - low, cells)


def _each(wrong: np.ndarray, values: np.ndarray, cells: Cells, wanted: str) -> list[Fault]:
    return [
        Fault(cells.place(row), f"{values[row]:g}", wanted)
        for row in np.flatnonzero(wrong).tolist()
    ]


def _unlike(spread: np.ndarray, cells: Cells) -> list[Fault]:
    """Spreads so unlike that one of them is a slip, and that no computer can add them up."""
    if spread.max() <= _MOST_UNLIKE * spread.min():
        return []
    least, most = int(spread.argmin()), int(spread.argmax())
    said = f"a spread {spread[most] / spread[least]:.1g} times that of row {cells.lines[least]}"
    return [Fault(cells.place(most), said, f"at most {_MOST_UNLIKE:g} times")]


def _look_like_ratios(effect: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    """All above 0, and in the middle of their intervals as logarithms only."""
    if not (low > 0).all():
        return False
    plain = np.abs((low + high) / 2 - effect) / (high - low)
    logs = np.abs(np.log(low * high) / 2 - np.log(effect)) / np.log(high / low)
    return bool(plain.max() > _OFF_CENTRE and logs.sum() < plain.sum() / 2)


_OFF_CENTRE = 0.03  # of the interval's width; rounding does not make more


def _as_given(columns: Columns, *, is_log: bool) -> Effect:
    """Effects with the variance that was given, or the one behind an interval of 95 %."""
    effect = columns["effect"]
    if "ci_low" in columns:
        low, high = columns["ci_low"], columns["ci_high"]
        if is_log:
            effect, low, high = np.log(effect), np.log(low), np.log(high)
        return Effect(effect, ((high - low) / (2 * special.ndtri(0.975))) ** 2)
    return Effect(effect, columns["se"] ** 2 if "se" in columns else columns["variance"])


def _worked(columns: Columns, measure: str, cells: Cells) -> Effect:
    """The effect out of two arms; faults are told with the rows of the file."""
    try:
        return MEASURES[measure].work(columns)
    except InputError as error:
        raise InputError(
            not_too_many([_with_row(fault, cells) for fault in error.faults])
        ) from None


def _with_row(fault: Fault, cells: Cells) -> Fault:
    found = re.fullmatch(r"study (\d+), (.*)", fault.place)
    if found is None:
        return fault
    place = cells.place(int(found[1]) - 1, found[2])
    return Fault(place, fault.value, fault.expected, fault.remedy)


def _told(table: EffectTable, cells: Cells) -> EffectTable:
    """The table with its notes, and without studies that say nothing."""
    notes = [*_twins(table)]
    if table.counts is None or table.measure not in ("rr", "or"):
        return replace(table, notes=tuple(notes))
    treated, control = table.counts
    events = np.stack([treated.events, control.events])
    empty = np.stack([events, np.stack([treated.people, control.people]) - events]) == 0
    silent = empty[0].all(0) | empty[1].all(0)
    if silent.all():
        wanted = "a study in which somebody had the event and somebody had not"
        raise InputError([Fault(cells.name, "no such study", wanted)])
    zero = [
        one
        for one, any_, none in zip(table.studies, empty.any((0, 1)), silent, strict=True)
        if any_ and not none
    ]
    if zero:
        notes.append(
            f"{', '.join(zero)}: 1/2 was added to every cell, since one is 0; with events as rare "
            "as this look at the exact likelihood as well."
        )
    return replace(_without(table, silent), notes=tuple(notes))


def _twins(table: EffectTable) -> Iterator[str]:
    """Studies with the same numbers under different names."""
    seen: dict[tuple[float, float], str] = {}
    for study, value, variance in zip(table.studies, *table.effect, strict=True):
        first = seen.setdefault((float(value), float(variance)), study)
        if first != study:
            yield (
                f"{first} and {study} have the same effect and spread; if they are one study, its "
                "people are counted twice."
            )


def _without(table: EffectTable, silent: np.ndarray) -> EffectTable:
    """Without the studies whose events say nothing of a ratio."""
    why = "nobody in either arm had the event, or everybody had, which says nothing of a ratio"
    kept = np.flatnonzero(~silent)
    return replace(
        table,
        studies=tuple(table.studies[at] for at in kept),
        effect=Effect(*(part[kept] for part in table.effect)),
        texts={name: tuple(column[at] for at in kept) for name, column in table.texts.items()},
        doses_mg=tuple(table.doses_mg[at] for at in kept if table.doses_mg),
        left_out=tuple((table.studies[at], why) for at in np.flatnonzero(silent)),
    )
