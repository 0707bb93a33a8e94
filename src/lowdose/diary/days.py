"""Sixth step of reading: one person's rows become days in time order.

Two rows on the same day are a fault unless their times tell them apart or the person asked for
the mean: the day may be mistyped, and a mean would hide it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.cells import Entries
from lowdose.diary.entries import Diary, Kind
from lowdose.diary.findings import Findings, cell, counted, listed, quoted
from lowdose.diary.form import Form
from lowdose.diary.options import ReadOptions

__all__ = ["diary_of"]

LONG_GAP_DAYS = 60
LONGEST_GAP_DAYS = 3_660
_Label = str | datetime | None
T = TypeVar("T")


@dataclass(frozen=True)
class _Group:
    """Rows (positions in the entries) that describe the same day, or the same period."""

    number: float
    date: date | None
    rows: tuple[int, ...]


def diary_of(
    entries: Entries, person: str, rows: Sequence[int], options: ReadOptions, findings: Findings
) -> Diary:
    """Put one person's rows together into a diary."""
    said = len(findings.notes)
    groups = _groups(entries, rows, findings)
    groups = _check_same_day(entries, groups, options, findings)
    _check_gaps(entries, groups, findings)
    _check_entered(entries, groups, findings)
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


def _groups(entries: Entries, rows: Sequence[int], findings: Findings) -> list[_Group]:
    keyed = [(_key(entries, row), row) for row in rows]
    known = [(key, row) for key, row in keyed if key is not None]
    ordered = sorted(known, key=lambda pair: pair[0])
    moved = sum(now is not then for now, then in zip(ordered, known, strict=True))
    if moved:
        findings.note("The rows were not in order of time and were sorted.")
    if entries.form is Form.AGGREGATE:
        return [_Group(key, None, (row,)) for key, row in ordered]
    together: dict[float, list[int]] = {}
    for key, row in ordered:
        together.setdefault(key, []).append(row)
    return _numbered(entries, together, findings)


def _key(entries: Entries, row: int) -> float | None:
    if entries.moment is not None:
        moment = entries.moment[row]
        return None if moment is None else float(moment.day.toordinal())
    number = entries.number[row] if entries.number is not None else math.nan
    return None if math.isnan(number) else number


def _numbered(
    entries: Entries, together: dict[float, list[int]], findings: Findings
) -> list[_Group]:
    if entries.moment is None:
        return [_Group(key, None, tuple(rows)) for key, rows in together.items()]
    first = min(together, default=0.0)
    start = 1.0
    if entries.number is not None and together:
        start = entries.number[together[first][0]]
        _check_numbers(entries, together, start - first, findings)
    return [
        _Group(key - first + start, date.fromordinal(int(key)), tuple(rows))
        for key, rows in together.items()
    ]


def _check_numbers(
    entries: Entries, together: dict[float, list[int]], offset: float, findings: Findings
) -> None:
    assert entries.number is not None
    for key, rows in together.items():
        for row in rows:
            number = entries.number[row]
            if not math.isnan(number) and not math.isnan(offset) and number != key + offset:
                findings.fault(
                    cell(entries.rows[row], entries.names["day"]),
                    quoted(f"{number:g}"),
                    f"{key + offset:g}, by the dates",
                    "correct one of the two, or leave one out (--ignore NAME)",
                )
                return


def _check_same_day(
    entries: Entries, groups: list[_Group], options: ReadOptions, findings: Findings
) -> list[_Group]:
    """Check rows of the same day; where they may not stand together, only the first one stays."""
    if entries.form is Form.AGGREGATE:
        _check_same_period(entries, groups, findings)
        return groups
    several = 0
    checked = []
    for group in groups:
        sets = _rating_sets(entries, group) if len(group.rows) > 1 else []
        several += any(len(rows) > 1 for rows in sets)
        faulty = options.same_day != "mean" and _fault_same(entries, sets, findings)
        checked.append(replace(group, rows=group.rows[:1]) if faulty else group)
    if several:
        findings.note(f"Several ratings on {counted(several, 'day')}: {_how_combined(entries)}.")
    return checked


def _how_combined(entries: Entries) -> str:
    kinds = {symptom.kind for symptom in entries.symptoms.values()}
    parts = ["the mean of the day is used"] if Kind.RATING in kinds else []
    parts += ["counts are added up"] if Kind.COUNT in kinds else []
    parts += ["one yes makes the day a yes"] if Kind.BINARY in kinds else []
    return ", ".join(parts)


def _rating_sets(entries: Entries, group: _Group) -> list[tuple[int, ...]]:
    """Rows of a day that rate the same thing: all of them, or in the long form by symptom."""
    if entries.form is not Form.LONG:
        return [group.rows]
    return [
        tuple(row for row in group.rows if not math.isnan(numbers[row]))
        for numbers in entries.ratings.values()
    ]


def _fault_same(entries: Entries, sets: Sequence[tuple[int, ...]], findings: Findings) -> bool:
    before = len(findings.faults)
    for rows in sets:
        seen: dict[str, int] = {}
        for row in rows:
            clock = _clock(entries, row)
            if clock in seen:
                _fault_twice(entries, row, seen[clock], clock, findings)
            seen.setdefault(clock, row)
    return len(findings.faults) > before


def _fault_twice(entries: Entries, row: int, earlier: int, clock: str, findings: Findings) -> None:
    column = entries.names.get("date") or entries.names["day"]
    what = f"the same day {'and time ' if clock else ''}as row {entries.rows[earlier]}"
    findings.fault(
        cell(entries.rows[row], column),
        what,
        "one row a day, or different times",
        "correct the day, add a column time, or say --same-day mean",
    )


def _clock(entries: Entries, row: int) -> str:
    noted = entries.clock[row] if entries.clock is not None else ""
    moment = entries.moment[row] if entries.moment is not None else None
    return noted or (moment.clock if moment else "")


def _check_same_period(entries: Entries, groups: Sequence[_Group], findings: Findings) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for group in groups:
        row = group.rows[0]
        labels = (entries.treatment, entries.period)
        key = (group.number, *(each[row] if each else "" for each in labels), _dose(entries, row))
        if key in seen:
            findings.fault(
                f"row {entries.rows[row]}",
                f"the same cycle and treatment as row {entries.rows[seen[key]]}",
                "every treatment once a cycle",
                "number the cycles, or tell the periods apart in a column period",
            )
        seen.setdefault(key, row)


def _dose(entries: Entries, row: int) -> str:
    return repr(entries.dose_mg[row]) if entries.dose_mg is not None else ""


def _check_gaps(entries: Entries, groups: Sequence[_Group], findings: Findings) -> None:
    if entries.form is Form.AGGREGATE:
        return
    column = entries.names.get("date") or entries.names.get("day", "day")
    for before, after in pairwise(groups):
        gap = after.number - before.number - 1
        if gap > LONGEST_GAP_DAYS:
            findings.fault(
                cell(entries.rows[after.rows[0]], column),
                f"{gap:g} days after row {entries.rows[before.rows[0]]}",
                f"a gap of at most {LONGEST_GAP_DAYS} days",
                "is the year right?",
            )
        elif gap > LONG_GAP_DAYS:
            findings.note(f"There is a gap of {counted(gap, 'day')} after {_called(before)}.")


def _called(group: _Group) -> str:
    return str(group.date) if group.date else f"day {group.number:g}"


def _check_entered(entries: Entries, groups: Sequence[_Group], findings: Findings) -> None:
    if entries.entered is None or entries.moment is None:
        return
    late = 0
    for group in groups:
        for row in group.rows:
            moment = entries.entered[row]
            if moment is None or group.date is None:
                continue
            delay = (moment.date() - group.date).days
            late += delay > 1
            if delay < -1:
                findings.fault(
                    cell(entries.rows[row], entries.names["entered"]),
                    quoted(str(moment)),
                    f"a time on or after the day {group.date}",
                )
    if late:
        findings.note(f"Written down more than a day later, from memory: {counted(late, 'row')}.")


def _rated(
    entries: Entries, groups: Sequence[_Group], name: str, findings: Findings
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


def _means(numbers: list[float] | None, groups: Sequence[_Group]) -> NDArray[np.float64] | None:
    if numbers is None:
        return None
    return np.array([_combined(numbers, group.rows, _mean) for group in groups], np.float64)


def _numbers(
    numbers: list[float] | None,
    role: str,
    entries: Entries,
    groups: Sequence[_Group],
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
    groups: Sequence[_Group],
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


def _days_averaged(entries: Entries, groups: Sequence[_Group]) -> NDArray[np.float64] | None:
    """Give the days behind each mean; all unknown where the aggregate form does not say."""
    if entries.form is Form.AGGREGATE and entries.days is None:
        return np.full(len(groups), math.nan)
    return _means(entries.days, groups)


def _terms(
    terms: list[tuple[str, ...]] | None, groups: Sequence[_Group]
) -> tuple[tuple[str, ...], ...] | None:
    if terms is None:
        return None
    return tuple(
        tuple(dict.fromkeys(term for row in group.rows for term in terms[row])) for group in groups
    )


def _dates(groups: Sequence[_Group]) -> tuple[date, ...]:
    return tuple(group.date for group in groups if group.date is not None)


def _latest(
    entered: list[datetime | None] | None, groups: Sequence[_Group]
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
