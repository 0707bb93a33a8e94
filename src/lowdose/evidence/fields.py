"""Reading the tables of a TOML file field by field, going on after a fault so that all are found.

A `Field` says what a value must be; `read_table` gives what could be read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NamedTuple

from lowdose.errors import Fault
from lowdose.evidence.records import Chance, Span

__all__ = [
    "Field",
    "Place",
    "above_zero",
    "flag",
    "matching",
    "nearest",
    "number",
    "probability",
    "read_table",
    "span",
    "text",
    "texts",
    "whole",
    "word",
]

_SHOWN = 60
_BOUND = re.compile(r"<=?\s*(0?\.\d+)")


class Field(NamedTuple):
    """How one value is read (None: it cannot be) and, in words, what it must be."""

    parse: Callable[[object], Any]
    expected: str
    required: bool = False


@dataclass(frozen=True)
class Place:
    """Where in which file we are, and what was found wrong so far."""

    file: str
    faults: list[Fault]
    part: str = ""
    line_of: Callable[[str, str], str] = lambda part, field: ""  # noqa: ARG005

    def within(self, part: str) -> Place:
        """The same, in a part of the file."""
        return replace(self, part=part)

    def fault(self, field: str, value: object, expected: str, remedy: str = "") -> None:
        """Note one fault."""
        where = (self.file, self.line_of(self.part, field), self.part, field)
        place = ", ".join(each for each in where if each)
        self.faults.append(Fault(place, str(value), expected, remedy))


def read_table(
    table: object,
    fields: Mapping[str, Field],
    place: Place,
    known: str = "a field of the code book",
) -> dict[str, Any]:
    """The fields that could be read; every other one is a fault. `known` names what is expected.

    >>> place = Place("a.toml", [])
    >>> read_table({"sd": -1, "meen": 3}, {"mean": number(), "sd": above_zero()}, place)
    {}
    >>> [str(fault) for fault in place.faults]  # doctest: +NORMALIZE_WHITESPACE
    ['a.toml, sd: -1, expected a number above 0',
     "a.toml, meen: 'meen', expected a field of the code book; did you mean mean?"]
    """
    if not isinstance(table, dict):
        place.fault("", _shown(table), "a table of fields")
        return {}
    read: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            place.fault(key, repr(key), known, nearest(key, fields))
            continue
        parsed = fields[key].parse(value)
        if parsed is None:
            place.fault(key, _shown(value), fields[key].expected)
        else:
            read[key] = parsed
    for key, field in fields.items():
        if field.required and key not in table:
            place.fault(key, "nothing", field.expected)
    return read


def nearest(name: str, known: Mapping[str, object]) -> str:
    """A question back where a known name is near."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."


def text(*, required: bool = False) -> Field:
    """Words, at least one, without blanks around them."""

    def parse(given: object) -> str | None:
        return given if isinstance(given, str) and given and given == given.strip() else None

    return Field(parse, "text, without blanks around it", required)


def matching(pattern: str, expected: str) -> Field:
    """Text of a certain form."""
    form = re.compile(pattern)

    def parse(given: object) -> str | None:
        return given if isinstance(given, str) and form.fullmatch(given) else None

    return Field(parse, expected)


def texts(pattern: str = r"\S+", expected: str = "a list of ids") -> Field:
    """A list of texts of a certain form, each once."""
    form = re.compile(pattern)

    def parse(given: object) -> tuple[str, ...] | None:
        if not isinstance(given, list) or not given or len(set(map(str, given))) < len(given):
            return None
        good = all(isinstance(each, str) and form.fullmatch(each) for each in given)
        return tuple(given) if good else None

    return Field(parse, f"{expected}, each once")


def _is_number(given: object) -> bool:
    return (
        isinstance(given, int | float)
        and not isinstance(given, bool)
        and math.isfinite(float(given))
    )


def number(low: float = -math.inf, high: float = math.inf, expected: str = "a number") -> Field:
    """A number between two ends."""

    def parse(given: Any) -> float | None:
        return float(given) if _is_number(given) and low <= given <= high else None

    return Field(parse, expected)


def above_zero() -> Field:
    """A number above 0, such as a standard deviation."""

    def parse(given: Any) -> float | None:
        return float(given) if _is_number(given) and given > 0 else None

    return Field(parse, "a number above 0")


def whole(low: int = 0, high: int = 10_000_000, *, required: bool = False) -> Field:
    """A count."""

    def parse(given: object) -> int | None:
        is_whole = isinstance(given, int) and not isinstance(given, bool)
        return given if is_whole and low <= given <= high else None  # type: ignore[operator,return-value]

    return Field(parse, f"a whole number from {low} to {high}", required)


def span(*, or_equal: bool = False) -> Field:
    """Two numbers, the lower one first; with `or_equal` they may be the same."""

    def parse(given: Any) -> Span | None:
        if not isinstance(given, list) or len(given) != 2 or not all(map(_is_number, given)):
            return None
        good = given[0] < given[1] or (or_equal and given[0] == given[1])
        return Span(float(given[0]), float(given[1])) if good else None

    return Field(parse, "two numbers like [-1.7, -0.8], the lower one first")


def probability() -> Field:
    """A p: a number, or a bound as text.

    >>> probability().parse("<0.001")
    Chance(value=0.001, bound=True)
    """

    def parse(given: Any) -> Chance | None:
        if _is_number(given):
            return Chance(float(given), bound=False) if 0 < given <= 1 else None
        found = _BOUND.fullmatch(given) if isinstance(given, str) else None
        return Chance(float(found[1]), bound=True) if found and float(found[1]) > 0 else None

    return Field(parse, 'a number above 0 and at most 1, or a bound like "<0.001"')


def word(kind: type[StrEnum], *, required: bool = False) -> Field:
    """One of the controlled words."""
    known = {each.value: each for each in kind}

    def parse(given: object) -> StrEnum | None:
        return known.get(given) if isinstance(given, str) else None

    return Field(parse, f"one of {', '.join(known)}", required)


def flag() -> Field:
    """true; false is said by leaving the field out."""
    return Field(lambda given: True if given is True else None, "true, or no such field")
