"""Which rows describe the same day, in the order of time: the first half of the sixth step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lowdose.diary.findings import Findings, cell, quoted
from lowdose.diary.form import Form
from lowdose.diary.rows import Entries

__all__ = ["Group", "called", "groups_of"]


@dataclass(frozen=True)
class Group:
    """Rows (positions in the entries) that describe the same day, or the same period."""

    number: float
    date: date | None
    rows: tuple[int, ...]


def groups_of(entries: Entries, rows: Sequence[int], findings: Findings) -> list[Group]:
    keyed = [(_key(entries, row), row) for row in rows]
    known = [(key, row) for key, row in keyed if key is not None]
    ordered = sorted(known, key=lambda pair: pair[0])
    moved = sum(now is not then for now, then in zip(ordered, known, strict=True))
    if moved:
        findings.note("The rows were not in order of time and were sorted.")
    if entries.form is Form.AGGREGATE:
        return [Group(key, None, (row,)) for key, row in ordered]
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
) -> list[Group]:
    if entries.moment is None:
        return [Group(key, None, tuple(rows)) for key, rows in together.items()]
    first = min(together, default=0.0)
    start = 1.0
    if entries.number is not None and together:
        start = entries.number[together[first][0]]
        _check_numbers(entries, together, start - first, findings)
    return [
        Group(key - first + start, date.fromordinal(int(key)), tuple(rows))
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


def called(group: Group) -> str:
    return str(group.date) if group.date else f"day {group.number:g}"
