"""Second step of reading: text becomes a table of trimmed cells with the file's own row numbers.

The delimiter is not guessed from statistics. Of comma, semicolon, tab and bar, the one wins under
which the header row has the most names that a diary knows; then the one with the most columns;
then the first in that order. A first line `sep=;` decides at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lowdose.diary.findings import Findings, quoted

__all__ = ["Row", "Table", "is_plain_name", "name_key", "parse_table", "select"]

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SEP_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_CSV_ERRORS = {
    "unexpected end": "a quotation mark that is never closed",
    "field larger": "a cell of more than 131,072 characters",
    "new-line character": "a line break outside quotation marks",
}
_LONGEST_NAME = 200
_MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is usually 1) and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Header and rows; every row has as many cells as the header has names."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> list[tuple[int, str]]:
        """Give the row numbers and cells of one column."""
        at = self.header.index(name)
        return [(row.number, row.cells[at]) for row in self.rows]


def name_key(name: str) -> str:
    """Reduce a column name to what counts when names are compared.

    >>> name_key(" Dose (mg) ")
    'dose_mg'
    """
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def is_plain_name(name: str) -> bool:
    """Say whether a column or symptom may be called this.

    >>> is_plain_name("pain"), is_plain_name(" pain"), is_plain_name("pa\\nin")
    (True, False, False)
    """
    printable = name.isprintable() and name.strip() == name
    return bool(name) and printable and len(name) <= _LONGEST_NAME


def parse_table(text: str, known: Iterable[str], findings: Findings) -> Table:
    """Split text into a table.

    `known` are the column names that help to find the delimiter. Raises `InputError` if there is
    no usable header or a quotation mark is never closed; uneven rows are added to `findings`.

    >>> parse_table("day;pain\\n1;4,5\\n", ["day"], Findings("")).rows
    (Row(number=2, cells=('1', '4,5')),)
    """
    delimiter, declared = _delimiter(text, {name_key(name) for name in known})
    rows = [row for row in _rows(text, delimiter, findings) if any(row.cells)][declared:]
    if not rows:
        findings.fault("content", "nothing", "a header row and at least one day")
        findings.stop_if_faulty()
    header = _header(rows[0], findings)
    body = [_fitted(row, len(header), findings) for row in rows[1:]]
    if not body:
        findings.fault("content", "a header row only", "at least one day below it")
    return Table(header, tuple(body))


def _delimiter(text: str, known: set[str]) -> tuple[str, int]:
    first = next((line for line in _LINE_END.split(text) if line.strip()), "")
    declared = _SEP_LINE.fullmatch(first)
    if declared and declared[1] in _DELIMITERS:
        return declared[1], 1
    return max(_DELIMITERS, key=lambda mark: _merit(first, mark, known)), 0


def _merit(line: str, delimiter: str, known: set[str]) -> tuple[int, int]:
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return 0, 0
    return sum(name_key(name) in known for name in names), len(names)


def _rows(text: str, delimiter: str, findings: Findings) -> Iterator[Row]:
    number = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, cells in enumerate(reader, start=1):
            yield Row(number, tuple(cell.strip() for cell in cells))
    except (csv.Error, TypeError, ValueError) as error:
        findings.fault(
            f"row {number + 1}",
            _in_words(str(error)),
            "cells that can be told apart",
            "look for a quotation mark in this row; inside a quoted cell it is written twice",
        )
        findings.stop_if_faulty()


def _in_words(error: str) -> str:
    for start, words in _CSV_ERRORS.items():
        if error.startswith(start):
            return words
    return "text between a closing quotation mark and the next cell"


def _header(row: Row, findings: Findings) -> tuple[str, ...]:
    names = _without_empty_end(row.cells, 1)
    place = f"row {row.number} (header)"
    if len(names) < 2:
        found = f"one column {quoted(names[0])}"
        expected = "a day column and a symptom column"
        remedy = f"put a {', '.join(_DELIMITERS.values())} between cells".replace(
            ", bar", " or bar"
        )
        findings.fault(place, found, expected, remedy)
    if len(names) > _MOST_COLUMNS:
        findings.fault(place, f"{len(names)} columns", f"at most {_MOST_COLUMNS}")
    _check_names(names, place, findings)
    findings.stop_if_faulty()
    return names


def _check_names(names: tuple[str, ...], place: str, findings: Findings) -> None:
    for number, name in enumerate(names, start=1):
        if not name:
            findings.fault(place, f"no name for column {number}", "a name for every column")
        elif not is_plain_name(name):
            findings.fault(
                place, quoted(name), f"a printable name of at most {_LONGEST_NAME} characters"
            )
    counts = Counter(name_key(name) or name for name in names if name)
    for name, count in counts.items():
        if count > 1:
            findings.fault(
                place, f"{count} columns called {quoted(name)}", "every name once", "rename one"
            )


def _without_empty_end(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _fitted(row: Row, width: int, findings: Findings) -> Row:
    cells = _without_empty_end(row.cells, width)
    if len(cells) != width:
        findings.fault(
            f"row {row.number}",
            f"{len(cells)} cells",
            f"{width}, one for every name in the header",
            "put quotation marks around a cell that holds the delimiter, or a decimal comma"
            if len(cells) > width
            else "fill up the row with empty cells",
        )
    return Row(row.number, (cells + ("",) * width)[:width])


def select(table: Table, where: dict[str, str], findings: Findings) -> Table:
    """Keep the rows in which every named column says the wanted text; note how many."""
    if not where:
        return table
    wanted = [(table.header.index(name), text) for name, text in where.items()]
    rows = tuple(
        row for row in table.rows if all(row.cells[at] == text.strip() for at, text in wanted)
    )
    rule = " and ".join(f"{name} is {text}" for name, text in where.items())
    if not rows:
        findings.fault("where", quoted(rule), "at least one row like this", _present(table, where))
    findings.note(f"Only rows in which {rule} were read: {len(rows)} of {len(table.rows)}.")
    return Table(table.header, rows)


def _present(table: Table, where: dict[str, str]) -> str:
    name = next(iter(where))
    seen = list(dict.fromkeys(text for _, text in table.column(name)))[:8]
    return f"column {name} holds {', '.join(map(quoted, seen))}"
