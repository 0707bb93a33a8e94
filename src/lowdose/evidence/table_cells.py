"""The cells of a table of one's own, as text, before anybody knows what they mean.

Cells are parted by commas, semicolons or tabs, whichever the first row has. Where they are not
parted by commas, a comma may be the decimal mark, if it is so throughout.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lowdose.errors import Fault, InputError

__all__ = ["Cells", "column_name", "not_too_many", "number_of", "parse_cells"]

_OTHER_NAMES = {"yi": "effect", "vi": "variance", "sei": "se", "dose_mg": "dose"}
_SHOWN = 20
_LARGEST = 1e12
_WITH_COMMA = re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Cells:
    """A table of text: its name, its header, its rows, and the line of the file each began on."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    decimal_comma: bool

    def has(self, columns: Iterable[str]) -> bool:
        """Whether all these columns are there."""
        return set(self.header) >= set(columns)

    def place(self, row: int, column: str = "") -> str:
        """How a cell is named to people; `row` counts from 0."""
        return f"{self.name}, row {self.lines[row]}" + (f", {column}" if column else "")

    def texts(self, column: str) -> tuple[str, ...]:
        """A column, without blanks around and control characters within."""
        at = self.header.index(column)
        return tuple(_one_line(row[at]) for row in self.rows)

    def numbers(self, column: str, faults: list[Fault]) -> Iterator[float]:
        """A column as numbers; what is not one goes to `faults` and comes as NaN."""
        for row, text in enumerate(self.texts(column)):
            value = _number(text, self.decimal_comma)
            if not abs(value) <= _LARGEST:
                mark = "with a decimal point" if _WITH_COMMA.fullmatch(text) else ""
                expected = " ".join(("a number", mark)).strip()
                faults.append(Fault(self.place(row, column), repr(text), expected))
                value = math.nan
            yield value

    def once(self, columns: Iterable[str]) -> None:
        """Raises InputError where one of these columns is there more than once."""
        counts = Counter(self.header)
        faults = [
            Fault(f"{self.name}, header", f"{one!r} twice", "every column once")
            for one in columns
            if counts[one] > 1
        ]
        if faults:
            raise InputError(faults)


def parse_cells(text: str, name: str) -> Cells:
    """Cut a text with a header row into cells.

    Raises InputError where there is no row, or where rows are longer or shorter than the header.

    >>> found = parse_cells("study;effect\\nOne;0,5\\n", "table")
    >>> found.header, list(found.numbers("effect", []))
    (('study', 'effect'), [0.5])
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max((";", "\t", ","), key=first.count)
    found = list(_filled(text, separator, name))
    if len(found) < 2:
        wanted = "a header row and a row for each study"
        raise InputError([Fault(name, f"{len(found)} rows", wanted)])
    header = tuple(column_name(cell) for cell in found[0][1])
    wrong = [
        Fault(f"{name}, row {line}", f"{len(row)} cells", f"{len(header)}, as in the header")
        for line, row in found[1:]
        if len(row) != len(header)
    ]
    if wrong:
        raise InputError(not_too_many(wrong))
    rows = tuple(tuple(row) for _, row in found[1:])
    comma = separator != "," and _commas_throughout(cell for row in rows for cell in row)
    return Cells(name, header, rows, tuple(line for line, _ in found[1:]), comma)


def _filled(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line it began on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as problem:
        fault = Fault(f"{name}, row {line}", str(problem), "a row of cells")
        raise InputError([fault]) from None


def _commas_throughout(cells: Iterable[str]) -> bool:
    """Whether numbers have decimal commas, and none a decimal point."""
    seen = {
        "," if _WITH_COMMA.fullmatch(cell.strip()) else "."
        for cell in cells
        if _WITH_COMMA.fullmatch(cell.strip())
        or ("." in cell and math.isfinite(_number(cell, False)))
    }
    return seen == {","}


def _number(text: str, decimal_comma: bool) -> float:
    if decimal_comma and _WITH_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        return float(text.replace("\u2212", "-"))
    except ValueError:
        return math.nan


def number_of(text: str) -> float | None:
    """A number with a decimal point or comma; None where it is not one.

    >>> number_of("4.5"), number_of("4,5"), number_of("low")
    (4.5, 4.5, None)
    """
    value = _number(text.strip(), decimal_comma=True)
    return value if math.isfinite(value) else None


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def column_name(written: str) -> str:
    """A column's name in small letters, and by its usual name where it has several.

    >>> column_name(" YI "), column_name("dose_mg")
    ('effect', 'dose')
    """
    name = _one_line(written.lstrip("\ufeff")).casefold()
    return _OTHER_NAMES.get(name, name)


def not_too_many(faults: Sequence[Fault]) -> list[Fault]:
    """The first faults, and how many more there are."""
    more = len(faults) - _SHOWN
    if more <= 0:
        return list(faults)
    return [*faults[:_SHOWN], Fault("and", f"{more} more", "to be put right as well")]
