"""Whether rows may stand where they stand in time: same day, gaps, entry before the event.

Two rows on the same day are a fault unless their times tell them apart or the person asked for
the mean: the day may be mistyped, and a mean would hide it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lowdose.diary.entries import Kind
from lowdose.diary.findings import Findings, cell, counted, quoted
from lowdose.diary.form import Form
from lowdose.diary.groups import Group, called
from lowdose.diary.options import ReadOptions
from lowdose.diary.rows import Entries

__all__ = ["check_entered", "check_gaps", "check_same_day"]

LONG_GAP_DAYS = 60
"""A longer gap is noted; an assumption about what a person would want to know."""

LONGEST_GAP_DAYS = 3_660
"""A longer gap (ten years) is taken for a mistyped year; an assumption."""


def check_same_day(
    entries: Entries, groups: list[Group], options: ReadOptions, findings: Findings
) -> list[Group]:
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


def _rating_sets(entries: Entries, group: Group) -> list[tuple[int, ...]]:
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


def _check_same_period(entries: Entries, groups: Sequence[Group], findings: Findings) -> None:
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


def check_gaps(entries: Entries, groups: Sequence[Group], findings: Findings) -> None:
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
            findings.note(f"There is a gap of {counted(gap, 'day')} after {called(before)}.")


def check_entered(entries: Entries, groups: Sequence[Group], findings: Findings) -> None:
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
