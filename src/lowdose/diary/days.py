"""Sixth step of reading: one person's rows become days in time order, and the diary is made.

Which rows belong together is `groups.py`, whether they may is `timing.py`; here they become one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Kind
from lowdose.diary.findings import Findings, cell, counted, listed, quoted
from lowdose.diary.form import Form
from lowdose.diary.groups import Group, groups_of
from lowdose.diary.options import ReadOptions
from lowdose.diary.rows import Entries
from lowdose.diary.timing import check_entered, check_gaps, check_same_day

__all__ = ["diary_of"]

T = TypeVar("T")


def diary_of(
    entries: Entries, person: str, rows: Sequence[int], options: ReadOptions, findings: Findings
) -> Diary:
    """Put one person's rows together into a diary."""
    said = len(findings.notes)
    groups = groups_of(entries, rows, findings)
    groups = check_same_day(entries, groups, options, findings)
    check_gaps(entries, groups, findings)
    check_entered(entries, groups, findings)
    ratings = {
        name: _rated(entries, groups, name, findings) for name in _rated_names(entries, rows)
    }
    diary = Diary(
        day=np.array([group.number for group in groups], dtype=np.float64),
        ratings=ratings,
        symptoms={name: entries.symptoms[name] for name in ratings},
        dose_mg=_numbers(entries.dose_mg, "dose_mg", entries, groups, findings),
        treatment=_labels(entries.treatment, "treatment", entries, groups, findings),
        period=_labels(entries.period, "period", entries, groups, findings),
        guess=_means(entries.guess, groups),
        adverse=_terms(entries.adverse, groups),
        dates=_dates(groups) if entries.moment is not None else None,
        days_averaged=_days_averaged(entries, groups),
        person=person,
        blinded=options.blinded,
        entered=_latest(entries.entered, groups),
    )
    _note_course(diary, entries, findings)
    if person:
        findings.notes[said:] = [_about(person, note) for note in findings.notes[said:]]
    return diary


def _about(person: str, note: str) -> str:
    return f"{person}: {note}"


def _rated_names(entries: Entries, rows: Sequence[int]) -> list[str]:
    """Name the symptoms of one person: in a shared file those the person ever rated."""
    if len(rows) == len(entries.rows):
        return list(entries.ratings)
    return [
        name
        for name, numbers in entries.ratings.items()
        if any(not math.isnan(numbers[row]) for row in rows)
    ]


def _rated(
    entries: Entries, groups: Sequence[Group], name: str, findings: Findings
) -> NDArray[np.float64]:
    numbers = entries.ratings[name]
    kind = entries.symptoms[name].kind
    combine = _COMBINE[kind]
    column = np.array([_combined(numbers, group.rows, combine) for group in groups], np.float64)
    if len(groups) and np.isnan(column).all():
        findings.note(f"There is no rating of {name}.")
    return column


def _mean(numbers: list[float]) -> float:
    if len(set(numbers)) == 1:  # the same thing said twice must come back exactly
        return numbers[0]
    return math.fsum(numbers) / len(numbers)


def _any_yes(numbers: list[float]) -> float:
    return max(numbers)


_COMBINE: Mapping[Kind, Callable[[list[float]], float]] = {
    Kind.RATING: _mean,
    Kind.COUNT: math.fsum,
    Kind.BINARY: _any_yes,
}
"""How several ratings of one day become one."""


def _combined(
    numbers: Sequence[float], rows: tuple[int, ...], combine: Callable[[list[float]], float]
) -> float:
    if len(rows) == 1:
        return numbers[rows[0]]
    noted = [numbers[row] for row in rows if not math.isnan(numbers[row])]
    return combine(noted) if noted else math.nan


def _means(numbers: list[float] | None, groups: Sequence[Group]) -> NDArray[np.float64] | None:
    if numbers is None:
        return None
    return np.array([_combined(numbers, group.rows, _mean) for group in groups], np.float64)


def _numbers(
    numbers: list[float] | None,
    role: str,
    entries: Entries,
    groups: Sequence[Group],
    findings: Findings,
) -> NDArray[np.float64] | None:
    if numbers is None:
        return None
    none = math.nan
    agreed = [
        _agreed(
            [(row, n) for row in g.rows if not math.isnan(n := numbers[row])],
            role,
            entries,
            findings,
        )
        for g in groups
    ]
    return np.array([none if number is None else number for number in agreed], np.float64)


def _labels(
    labels: list[str] | None,
    role: str,
    entries: Entries,
    groups: Sequence[Group],
    findings: Findings,
) -> tuple[str, ...] | None:
    if labels is None:
        return None
    agreed = (
        _agreed([(row, labels[row]) for row in g.rows if labels[row]], role, entries, findings)
        for g in groups
    )
    return tuple(label or "" for label in agreed)


def _agreed(
    noted: list[tuple[int, T]], role: str, entries: Entries, findings: Findings
) -> T | None:
    """Give what all rows of a day say; rows that disagree are a fault."""
    if not noted:
        return None
    first_row, first = noted[0]
    for row, value in noted[1:]:
        if value != first:
            findings.fault(
                cell(entries.rows[row], entries.names[role]),
                quoted(_shown(value)),
                f"{quoted(_shown(first))} as in row {entries.rows[first_row]} of the same day",
                "write the day's total in every row" if role == "dose_mg" else "",
            )
    return first


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _days_averaged(entries: Entries, groups: Sequence[Group]) -> NDArray[np.float64] | None:
    """Give the days behind each mean; all unknown where the aggregate form does not say."""
    if entries.form is Form.AGGREGATE and entries.days is None:
        return np.full(len(groups), math.nan)
    return _means(entries.days, groups)


def _terms(
    terms: list[tuple[str, ...]] | None, groups: Sequence[Group]
) -> tuple[tuple[str, ...], ...] | None:
    if terms is None:
        return None
    return tuple(
        tuple(dict.fromkeys(term for row in group.rows for term in terms[row])) for group in groups
    )


def _dates(groups: Sequence[Group]) -> tuple[date, ...]:
    return tuple(group.date for group in groups if group.date is not None)


def _latest(
    entered: list[datetime | None] | None, groups: Sequence[Group]
) -> tuple[datetime | None, ...] | None:
    if entered is None:
        return None
    noted = ([m for row in g.rows if (m := entered[row]) is not None] for g in groups)
    return tuple(max(each, key=lambda m: m.replace(tzinfo=None), default=None) for each in noted)


def _note_course(diary: Diary, entries: Entries, findings: Findings) -> None:
    if entries.form is Form.AGGREGATE or not len(diary):
        return
    missing = diary.day[-1] - diary.day[0] + 1 - len(diary)
    if missing > 0:
        findings.note(f"Days without a row between the first and the last: {missing:g}.")
    unknown = 0 if diary.dose_mg is None else int(np.isnan(diary.dose_mg).sum())
    if unknown:
        findings.note(f"Dose unknown on {counted(unknown, 'day')}.")
    if entries.clock is not None:
        findings.note("Times of day were used to tell ratings of one day apart, and not kept.")
    unsaid = [name for name, column in diary.ratings.items() if np.isnan(column).any()]
    if unsaid:
        counts = (f"{name} {int(np.isnan(diary.ratings[name]).sum())}" for name in unsaid)
        findings.note(f"Days without a rating: {listed(counts)}.")
