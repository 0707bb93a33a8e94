"""A table of one's own: a row a study, with an effect or with what the arms reported.

Columns (other columns are left alone):

    study                                    a name, once
    effect (or yi) with se, variance (or vi), or ci_low and ci_high
    mean1 sd1 n1 mean2 sd2 n2                two arms, the treated first
    events1 total1 events2 total2            the same, counted
    dose (or dose_mg)                        mg a day, where it is asked for
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

__all__ = ["MEASURES", "EffectTable", "parse_effect_table"]

_MEANS = ("mean1", "sd1", "n1", "mean2", "sd2", "n2")
_COUNTS = ("events1", "total1", "events2", "total2")
_OTHER_NAMES = {"yi": "effect", "vi": "variance", "sei": "se", "dose_mg": "dose"}
_SPREADS = (("se",), ("variance",), ("ci_low", "ci_high"))
_SHOWN = 20

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


@dataclass(frozen=True, eq=False)
class EffectTable:
    """Studies with their effects; `measure` is one of `MEASURES`, or "" for effects as given.

    Ratios are natural logarithms where they were worked out here; effects as given are as given.
    doses_mg: where they were asked for, else empty.
    """

    studies: tuple[str, ...]
    measure: str
    effect: Effect
    doses_mg: tuple[float, ...] = ()


def parse_effect_table(
    text: str, *, name: str = "table", measure: str = "", with_doses: bool = False
) -> EffectTable:
    """Read a table, text with a header row, commas or semicolons between cells.

    measure: one of `MEASURES`, for arms; by default a difference of means, or a risk ratio.
    with_doses: read a column of doses as well.
    Raises InputError with every fault, each with its row and column.

    >>> found = parse_effect_table("study,effect,se\\nOne 2009,-0.5,0.2\\nTwo 2013,0.1,0.3\\n")
    >>> found.studies, found.effect.variance.round(2).tolist()
    (('One 2009', 'Two 2013'), [0.04, 0.09])
    """
    header, rows = _cells(text, name)
    needs, chosen = _form(header, measure, name)
    if with_doses and "dose" not in header:
        raise InputError([Fault(f"{name}, header", ", ".join(header), "a column dose, mg a day")])
    faults: list[Fault] = []
    columns = {
        column: np.array([*_numbers(rows, header.index(column), column, name, faults)])
        for column in (*needs, *(["dose"] if with_doses else []))
    }
    doses = tuple(columns.pop("dose").tolist()) if with_doses else ()
    faults += [
        Fault(f"{name}, row {row}, dose", f"{dose:g}", "more than 0 mg")
        for row, dose in enumerate(doses, start=2)
        if dose <= 0
    ]
    studies = _studies(rows, header, name, faults)
    if faults:
        raise InputError(_not_too_many(faults))
    effect = MEASURES[chosen].work(columns) if chosen else _as_given(columns, name)
    return EffectTable(studies, chosen, effect, doses)


def _cells(text: str, name: str) -> tuple[list[str], list[list[str]]]:
    separator = ";" if text.partition("\n")[0].count(";") else ","
    lines = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    if len(lines) < 2:
        wanted = "a header row and a row for each study"
        raise InputError([Fault(name, f"{len(lines)} rows", wanted)])
    header = [_plain(cell) for cell in lines[0]]
    twice = [column for column, count in Counter(header).items() if column and count > 1]
    wrong = [
        Fault(f"{name}, row {number}", f"{len(row)} cells", f"{len(header)}, as in the header")
        for number, row in enumerate(lines[1:], start=2)
        if len(row) != len(header)
    ]
    faults = [Fault(f"{name}, header", f"{one!r} twice", "every column once") for one in twice]
    if faults or wrong:
        raise InputError(_not_too_many([*faults, *wrong]))
    return header, lines[1:]


def _plain(cell: str) -> str:
    name = cell.strip().lstrip("\ufeff").casefold()
    return _OTHER_NAMES.get(name, name)


def _form(header: Sequence[str], measure: str, name: str) -> tuple[tuple[str, ...], str]:
    """The columns to read, and the measure to work out of them, or ""."""
    if measure and measure not in MEASURES:
        raise InputError([Fault("--measure", repr(measure), f"one of {', '.join(MEASURES)}")])
    has = set(header)
    for arms, usual in _DEFAULT.items():
        if has >= set(arms) and (not measure or MEASURES[measure].needs == arms):
            return arms, measure or usual
    if "effect" in has and not (measure and has & {*_MEANS, *_COUNTS}):
        for spread in _SPREADS:
            if has >= set(spread):
                return ("effect", *spread), ""
    wanted = f"columns {', '.join(MEASURES[measure].needs)}" if measure else _wanted()
    raise InputError([Fault(f"{name}, header", ", ".join(header) or "nothing", wanted)])


def _wanted() -> str:
    return (
        "study, and effect with se, variance or ci_low and ci_high; "
        f"or {', '.join(_MEANS)}; or {', '.join(_COUNTS)}"
    )


def _numbers(
    rows: Sequence[Sequence[str]], place: int, column: str, name: str, faults: list[Fault]
) -> Iterator[float]:
    for number, row in enumerate(rows, start=2):
        try:
            value = float(row[place].strip())
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            where = f"{name}, row {number}, {column}"
            faults.append(Fault(where, repr(row[place].strip()), "a number"))
        yield value


def _studies(
    rows: Sequence[Sequence[str]], header: Sequence[str], name: str, faults: list[Fault]
) -> tuple[str, ...]:
    """Their names; numbers where the table has none."""
    if "study" not in header:
        return tuple(f"study {number}" for number in range(1, len(rows) + 1))
    place = header.index("study")
    names = [row[place].strip() for row in rows]
    seen: dict[str, int] = {}
    for number, study in enumerate(names, start=2):
        where = f"{name}, row {number}, study"
        if not study:
            faults.append(Fault(where, "nothing", "the study's name"))
        elif study in seen:
            wanted = "every study once, or its people would be counted twice"
            faults.append(Fault(where, f"{study!r}, as in row {seen[study]}", wanted))
        seen.setdefault(study, number)
    return tuple(names)


def _as_given(columns: Columns, name: str) -> Effect:
    """Effects with the variance that was given, or the one behind an interval of 95 %."""
    effect = columns["effect"]
    if "ci_low" in columns:
        low, high = columns["ci_low"], columns["ci_high"]
        _refuse(~((low <= effect) & (effect <= high)), effect, name, "between ci_low and ci_high")
        spread = (high - low) / (2 * special.ndtri(0.975))
    else:
        spread = columns["se"] if "se" in columns else np.sqrt(np.maximum(columns["variance"], 0.0))
    _refuse(~(spread > 0), spread, name, "a spread above 0")
    return Effect(effect, spread**2)


def _refuse(wrong: np.ndarray, values: np.ndarray, name: str, wanted: str) -> None:
    faults = [
        Fault(f"{name}, row {place + 2}", f"{values[place]:g}", wanted)
        for place in np.flatnonzero(wrong)
    ]
    if faults:
        raise InputError(_not_too_many(faults))


def _not_too_many(faults: list[Fault]) -> list[Fault]:
    more = len(faults) - _SHOWN
    if more <= 0:
        return faults
    return [*faults[:_SHOWN], Fault("and", f"{more} more", "to be put right as well")]
