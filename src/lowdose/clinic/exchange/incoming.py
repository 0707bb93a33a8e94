"""A day that came from outside: what a file said of it, and nothing that it did not say."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lowdose.clinic.models import Severity
from lowdose.errors import Fault, InputError

__all__ = ["LARGEST_UPLOAD", "Incoming", "Read", "from_plain", "load_json", "to_plain"]

LARGEST_UPLOAD = 5 * 2**20
"""The largest file that is taken, bytes."""

_DEEPEST = 40
_MOST_FAULTS = 100


@dataclass(frozen=True)
class Incoming:
    """One day of a file. `place` is where it stood; None is what the file did not say."""

    place: str
    day: date
    ratings: Mapping[str, float] = field(default_factory=dict)
    taken: bool | None = None
    dose_mg: float | None = None
    adverse: tuple[tuple[str, Severity | None], ...] | None = None
    note: str | None = None
    written_at: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class Read:
    """What was read of a file, and what a person should know of how it was read."""

    days: tuple[Incoming, ...]
    notes: tuple[str, ...] = ()


def to_plain(one: Incoming) -> list[Any]:
    """As plain values, to be signed and carried through the page that asks "store this?"."""
    return [
        one.place,
        one.day.isoformat(),
        dict(one.ratings),
        one.taken,
        one.dose_mg,
        one.adverse,
        one.note,
        one.written_at.isoformat() if one.written_at else None,
        str(one.id) if one.id else None,
    ]


def from_plain(values: list[Any]) -> Incoming:
    """What `to_plain` was given."""
    place, day, ratings, taken, dose_mg, adverse, note, written_at, number = values
    return Incoming(
        place=place,
        day=date.fromisoformat(day),
        ratings=ratings,
        taken=taken,
        dose_mg=dose_mg,
        adverse=None
        if adverse is None
        else tuple((term, Severity(bad) if bad else None) for term, bad in adverse),
        note=note,
        written_at=datetime.fromisoformat(written_at) if written_at else None,
        id=UUID(number) if number else None,
    )


def load_json(data: bytes) -> Any:
    """The value of a JSON text whose every text and number can be stored.

    Raises InputError where it is no JSON, nested too deep, or holds what no database takes.
    """
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        kind = "nested too deep" if isinstance(error, RecursionError) else "no readable JSON"
        raise InputError([Fault("content", kind, "JSON in UTF-8")]) from None
    faults = []
    for fault in _walk(value, "", 0):
        faults.append(fault)
        if len(faults) >= _MOST_FAULTS:
            break
    if faults:
        raise InputError(faults)
    return value


def _no_number(text: str) -> float:
    raise ValueError(text)


def _walk(value: object, place: str, depth: int) -> Iterator[Fault]:
    at = place or "content"
    if depth > _DEEPEST:
        yield Fault(at, "nested too deep", f"at most {_DEEPEST} levels")
    elif isinstance(value, str):
        yield from _text_faults(value, at)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(at, str(value), "a finite number")
    elif isinstance(value, int) and abs(value) > 2**53:
        yield Fault(at, "a number of more than 15 digits", "a smaller number")
    elif isinstance(value, dict | list):
        yield from _walk_into(value, place, depth)


def _walk_into(value: dict[str, Any] | list[Any], place: str, depth: int) -> Iterator[Fault]:
    pairs: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value)
    )
    for key, inner in pairs:
        named = key if isinstance(key, str) else str(key)
        faulty = list(_text_faults(named, f"{place or 'content'} (a name)"))
        yield from faulty
        if not faulty:
            yield from _walk(inner, f"{place}.{named[:60]}".lstrip("."), depth + 1)


def _text_faults(text: str, place: str) -> Iterator[Fault]:
    if "\x00" in text:
        yield Fault(place, "text with a NUL character", "text without it")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        yield Fault(place, "half of a character", "text in whole characters")
