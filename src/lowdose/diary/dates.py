"""How cells become days and times. The order of day and month is never guessed.

Written out or year-first dates are clear by themselves. For dates like 18/02/2026 the whole
column must allow one order only, or the person must say which it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lowdose.diary.findings import Findings, cell, quoted

__all__ = ["Moment", "parse_entered", "parse_moments", "parse_time"]

FIRST_YEAR, LAST_YEAR = 1900, 2100
_EXPECTED = "a date like 2026-02-18"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?:[T ,]+(?P<clock>[0-9].*))?"
_YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4})([-/.])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})" + _CLOCK)
_YEAR_LAST = re.compile(r"(?P<a>[0-9]{1,2})([-/.]) ?(?P<b>[0-9]{1,2})\2 ?(?P<y>[0-9]{4})" + _CLOCK)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
_DAY_NAMED = re.compile(r"(?P<d>[0-9]{1,2})\.?[ -](?P<n>[A-Za-z]{3,9})\.?[ -](?P<y>[0-9]{4})")
_NAME_FIRST = re.compile(r"(?P<n>[A-Za-z]{3,9})\.? (?P<d>[0-9]{1,2}),? (?P<y>[0-9]{4})")
_SERIAL = re.compile(r"[3-6][0-9]{4}(?:[.,]0+)?")
_SERIAL_ZERO = date(1899, 12, 30)
_TIME = re.compile(
    r"(?P<h>[0-9]{1,2})[:.](?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.[0-9]+)?)?"
    r"\s?(?P<half>[ap]\.?m\.?)?\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_PARTS_OF_DAY = frozenset({"morning", "midday", "noon", "afternoon", "evening", "night", "bedtime"})


@dataclass(frozen=True)
class Moment:
    """A day and, where the cell said so, the time of day ("" otherwise)."""

    day: date
    clock: str = ""


@dataclass(frozen=True)
class _Parts:
    """A date cell taken apart: `order` is "" where it is clear, "?" where it must be found."""

    numbers: tuple[int, int, int]
    order: str
    clock: str


def parse_moments(
    column: str, cells: Sequence[tuple[int, str]], declared: str | None, findings: Findings
) -> list[Moment | None]:
    """Read a column of dates; None where a cell is no date (and a fault was added).

    >>> cells = [(2, "03/04/2026"), (3, "13/04/2026")]
    >>> [str(m.day) for m in parse_moments("date", cells, None, Findings("")) if m]
    ['2026-04-03', '2026-04-13']
    """
    parts = [_parts(text) for _, text in cells]
    order = _order(column, cells, parts, declared, findings)
    moments: list[Moment | None] = []
    for (row, text), part in zip(cells, parts, strict=True):
        moment = _moment(part, order) if part else None
        if moment is None and not (part and order == "unknown"):
            findings.fault(cell(row, column), quoted(text), _EXPECTED, _hint(text, order))
        moments.append(moment)
    return moments


def _parts(text: str) -> _Parts | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _Parts((int(match["y"]), int(match["m"]), int(match["d"])), "", match["clock"] or "")
    if match := _YEAR_LAST.fullmatch(text):
        return _Parts(
            (int(match["y"]), int(match["a"]), int(match["b"])), "?", match["clock"] or ""
        )
    if match := _DAY_NAMED.fullmatch(text) or _NAME_FIRST.fullmatch(text):
        month = _month(match["n"])
        return _Parts((int(match["y"]), month, int(match["d"])), "", "") if month else None
    return None


def _month(name: str) -> int:
    key = name.casefold()[:3]
    return _MONTHS.index(key) + 1 if key in _MONTHS else 0


def _moment(part: _Parts, order: str) -> Moment | None:
    year, first, second = part.numbers
    if part.order and order not in {"day-first", "month-first"}:
        return None
    month, day = (second, first) if part.order and order == "day-first" else (first, second)
    clock = parse_time(part.clock) if part.clock else ""
    found = _date(year, month, day)
    return None if clock is None or found is None else Moment(found, clock)


def _date(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _order(
    column: str,
    cells: Sequence[tuple[int, str]],
    parts: Sequence[_Parts | None],
    declared: str | None,
    findings: Findings,
) -> str:
    """Find the order of the column's doubtful dates; "unknown" (with a fault) if it stays open."""
    doubtful = [(at, part) for at, part in enumerate(parts) if part and part.order]
    if not doubtful:
        return "iso"
    row, text = cells[doubtful[0][0]]
    if declared == "iso":
        return "iso-only"
    if len(doubtful) < sum(part is not None for part in parts):
        findings.fault(
            cell(row, column),
            quoted(text),
            "all dates in one form",
            "some are year-first and some are not: a spreadsheet may have swapped day and month",
        )
        return "unknown"
    if declared is not None:
        return declared
    return _found_order(column, (row, text), [part for _, part in doubtful], findings)


def _found_order(
    column: str, first: tuple[int, str], parts: Sequence[_Parts], findings: Findings
) -> str:
    fits = {
        order: sum(_moment(part, order) is not None for part in parts)
        for order in ("day-first", "month-first")
    }
    if not any(fits.values()) or all(part.numbers[1] == part.numbers[2] for part in parts):
        return "day-first"
    if fits["day-first"] == fits["month-first"]:
        row, text = first
        findings.fault(
            cell(row, column),
            quoted(text),
            "a date whose day and month cannot be mixed up, like 2026-02-18",
            "say --dates day-first or --dates month-first",
        )
        return "unknown"
    order = max(fits, key=lambda each: fits[each])
    if fits[order] == len(parts):
        findings.note(f"Dates were read {order}: no other order fits the column {column}.")
    return order


def _hint(text: str, order: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return "write the year with four digits"
    if _SERIAL.fullmatch(text):
        day = _SERIAL_ZERO + timedelta(days=int(text[:5]))
        return f"this may be a spreadsheet's own number for {day}: format the column as text"
    if order in {"day-first", "month-first"} and _YEAR_LAST.fullmatch(text):
        return f"the column was read {order}"
    if _YEAR_FIRST.fullmatch(text):
        return f"is there such a day? Years run from {FIRST_YEAR} to {LAST_YEAR}"
    return ""


def parse_time(text: str) -> str | None:
    """Read a time of day as HH:MM or HH:MM:SS, or one of the words for a part of the day.

    >>> parse_time("9:30 pm"), parse_time("evening"), parse_time("25:00")
    ('21:30', 'evening', None)
    """
    if text.casefold() in _PARTS_OF_DAY:
        return text.casefold()
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour = _hour(int(match["h"]), (match["half"] or "").casefold())
    seconds = match["s"] or "0"
    if hour is None or int(match["m"]) > 59 or int(seconds) > 59:
        return None
    clock = time(hour, int(match["m"]), int(seconds))
    return clock.isoformat("seconds" if clock.second else "minutes")


def _hour(hour: int, half: str) -> int | None:
    if not half:
        return hour if hour < 24 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half.startswith("p") else 0)


def parse_entered(text: str) -> datetime | None:
    """Read when something was written down: an ISO date with or without a time of day.

    >>> parse_entered("2026-02-18 21:10")
    datetime.datetime(2026, 2, 18, 21, 10)
    """
    match = _YEAR_FIRST.fullmatch(text)
    if match is None or _date(int(match["y"]), int(match["m"]), int(match["d"])) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
