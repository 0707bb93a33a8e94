"""Fifth step of reading: every cell becomes a value of its column's type, or a fault.

The result still has the file's rows; putting rows together into days comes next.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lowdose.diary.columns import Columns
from lowdose.diary.dates import Moment, parse_entered, parse_moments, parse_time
from lowdose.diary.findings import Findings, cell, counted, listed, quoted
from lowdose.diary.form import Form
from lowdose.diary.numbers import decimal_mark, is_empty, parse_number
from lowdose.diary.options import ReadOptions
from lowdose.diary.ratings import parse_ratings, symptoms_for
from lowdose.diary.rows import Entries
from lowdose.diary.table import Row, Table

__all__ = ["LARGEST_DAY", "LOW_DOSE_MG", "MOST_DOSE_MG", "parse_cells"]

LARGEST_DAY = 100_000
"""Highest day or cycle number either way; an assumption against mistyped numbers."""

MOST_DOSE_MG = 50.0
"""A higher dose is taken for a typing error: tablets of full strength have 50 mg (Swiss
Fachinformation naltrexone 50 mg, reg. 56109; fact PK20)."""

LOW_DOSE_MG = 10.0
"""A higher dose is noted as no longer low; an assumption, low doses are about 1.5 to 6 mg."""

_MICROGRAMS = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:mcg|ug|µg|μg)")
_LONGEST_TEXT = 1_000
_GUESS_WORDS = {
    **dict.fromkeys(("active", "yes", "true", "naltrexone", "ldn"), 1.0),
    **dict.fromkeys(("placebo", "no", "false", "sham"), 0.0),
    **dict.fromkeys(("unsure", "don't know", "do not know", "?"), 0.5),
}
_UNTREATED = frozenset({"placebo", "none"})
_NO_ADVERSE = frozenset({"none", "no", "-", "nil", "na", "n/a"})

T = TypeVar("T")


def parse_cells(
    table: Table, columns: Columns, form: Form, options: ReadOptions, findings: Findings
) -> Entries:
    """Parse every cell that is read; faults and notes go to `findings`."""
    if form is Form.REDCAP:
        table = _with_diary_entries(table, columns, findings)
    decimal = decimal_mark(_numeric_cells(table, columns), options.decimal, findings)
    symptoms = symptoms_for(table, columns, form, options, findings)
    reader = _Reader(table, columns, decimal, options, findings)
    entries = Entries(
        rows=tuple(row.number for row in table.rows),
        form=form,
        symptoms=symptoms,
        ratings=parse_ratings(table, columns, symptoms, decimal, findings),
        person=reader.column("person", reader.person) or [""] * len(table.rows),
        moment=reader.moments(),
        number=reader.column("cycle" if form is Form.AGGREGATE else "day", reader.whole),
        clock=reader.column("time", reader.clock),
        dose_mg=reader.column("dose_mg", reader.dose),
        treatment=_unified("treatment", reader.column("treatment", reader.text), findings),
        period=_unified("period", reader.column("period", reader.text), findings),
        guess=reader.column("guess", reader.guess),
        adverse=reader.adverse(),
        entered=reader.column("entered", reader.entered),
        days=reader.column("days", reader.day_count),
        names=dict(columns.roles),
    )
    _note_high_doses(entries, findings)
    _check_untreated_doses(entries, findings)
    return entries


def _with_diary_entries(table: Table, columns: Columns, findings: Findings) -> Table:
    """Leave out REDCap's rows that hold other forms' answers: no day and nothing noted."""
    used = [*columns.symptoms, *columns.checkboxes]
    used += [name for role, name in columns.roles.items() if role not in {"person", "period"}]
    at = [table.header.index(name) for name in used]
    boxes = {table.header.index(name) for name in columns.checkboxes}
    kept = tuple(row for row in table.rows if _says_something(row, at, boxes))
    left = len(table.rows) - len(kept)
    if left:
        findings.note(f"REDCap rows without a diary entry left out: {left}.")
    if table.rows and not kept:
        findings.fault("rows", "no diary entry", "at least one row with a day")
    return Table(table.header, kept)


def _says_something(row: Row, at: list[int], boxes: set[int]) -> bool:
    return any(row.cells[i] not in {"", "0"} if i in boxes else row.cells[i] != "" for i in at)


def _numeric_cells(table: Table, columns: Columns) -> list[tuple[str, int, str]]:
    names = [columns.roles[role] for role in ("dose_mg", "guess", "value") if role in columns.roles]
    return [
        (name, row, text)
        for name in (*columns.symptoms, *names)
        for row, text in table.column(name)
    ]


@dataclass(frozen=True)
class _Reader:
    """The table with all that is needed to read one of its columns."""

    table: Table
    columns: Columns
    decimal: str
    options: ReadOptions
    findings: Findings

    def column(self, role: str, parse: Callable[[str, int, str], T]) -> list[T] | None:
        """Parse a role's column cell by cell; None if the file has none."""
        name = self.columns.roles.get(role)
        if name is None:
            return None
        return [parse(name, row, text) for row, text in self.table.column(name)]

    def moments(self) -> list[Moment | None] | None:
        """Parse the dates."""
        name = self.columns.roles.get("date")
        if name is None:
            return None
        cells = self.table.column(name)
        return parse_moments(name, cells, self.options.dates, self.findings)

    def number(self, name: str, row: int, text: str, expected: str) -> float:
        """Parse a number; NaN for an empty cell or a fault."""
        if is_empty(text):
            return math.nan
        number = parse_number(text, self.decimal)
        if number is None:
            self.findings.fault(cell(row, name), quoted(text), expected)
            return math.nan
        return number

    def whole(self, name: str, row: int, text: str) -> float:
        """Parse a day or cycle number."""
        number = parse_number(text, ".")
        if number is not None and number.is_integer() and abs(number) <= LARGEST_DAY:
            return number
        remedy = "if these are dates, say --column date=" + name if "-" in text[1:] else ""
        expected = f"a whole number up to {LARGEST_DAY}"
        self.findings.fault(cell(row, name), quoted(text), expected, remedy)
        return math.nan

    def day_count(self, name: str, row: int, text: str) -> float:
        """Parse how many days a mean rests on."""
        number = self.number(name, row, text, expected := "a whole number of days, 1 or more")
        if not math.isnan(number) and not (number >= 1 and number.is_integer()):
            self.findings.fault(cell(row, name), quoted(text), expected)
        return number

    def dose(self, name: str, row: int, text: str) -> float:
        """Parse a dose in mg; the unit may be written behind it."""
        if is_empty(text):
            return math.nan
        number = parse_number(text.removesuffix("mg").rstrip(), self.decimal)
        if number is None or not 0 <= number <= MOST_DOSE_MG:
            expected = f"a dose from 0 to {MOST_DOSE_MG:g} mg, or an empty cell if unknown"
            self.findings.fault(cell(row, name), quoted(text), expected, _slip(text, number))
            return math.nan
        return number

    def guess(self, name: str, row: int, text: str) -> float:
        """Parse a probability: 0 to 1, a percentage with its sign, or a word."""
        word = _GUESS_WORDS.get(text.casefold())
        if word is not None:
            return word
        percent = text.endswith("%")
        expected = "a probability from 0 to 1, a percentage like 65%, active, placebo or unsure"
        plain = text.removesuffix("%").strip() if percent else text
        number = self.number(name, row, plain or text, expected) / (100 if percent else 1)
        if number < 0 or number > 1:
            remedy = f"write percentages with their sign: {text}%" if 1 < number <= 100 else ""
            self.findings.fault(cell(row, name), quoted(text), expected, remedy)
        return number

    def text(self, name: str, row: int, text: str) -> str:
        """Parse a label; runs of white space count as one space."""
        plain = " ".join(text.split())
        if len(plain) > _LONGEST_TEXT or not plain.isprintable():
            expected = f"plain text of at most {_LONGEST_TEXT} characters"
            self.findings.fault(cell(row, name), quoted(text), expected)
        elif plain.startswith("="):
            self.findings.fault(
                cell(row, name), quoted(text), "text", "a spreadsheet formula is not read"
            )
        return plain

    def person(self, name: str, row: int, text: str) -> str:
        """Parse who a row is about."""
        if not text:
            self.findings.fault(cell(row, name), "''", "the person this row is about")
        return self.text(name, row, text)

    def clock(self, name: str, row: int, text: str) -> str:
        """Parse the time of day of a rating."""
        if not text:
            return ""
        clock = parse_time(text)
        if clock is None and (moment := parse_entered(text)):
            clock = moment.time().isoformat()
        if clock is None:
            expected = "a time like 21:30, or a word like morning or evening"
            self.findings.fault(cell(row, name), quoted(text), expected)
        return clock or ""

    def entered(self, name: str, row: int, text: str) -> datetime | None:
        """Parse when a row was written down."""
        if not text:
            return None
        moment = parse_entered(text)
        if moment is None:
            self.findings.fault(
                cell(row, name), quoted(text), "a date and time like 2026-02-18T21:30"
            )
        return moment

    def adverse(self) -> list[tuple[str, ...]] | None:
        """Parse side effects from their column and from REDCap checkboxes."""
        written = self.column("adverse", self._terms)
        boxes = [self._ticks(name, code) for name, code in self.columns.checkboxes.items()]
        if written is None and not boxes:
            return None
        start = written or [()] * len(self.table.rows)
        return [
            tuple(dict.fromkeys(term for part in parts for term in part))
            for parts in zip(start, *boxes, strict=True)
        ]

    def _terms(self, name: str, row: int, text: str) -> tuple[str, ...]:
        if text.casefold() in _NO_ADVERSE:
            self.findings.note(f"{text!r} in column {name} was read as no side effect.")
            return ()
        parts = (self.text(name, row, part) for part in text.split(";"))
        return tuple(dict.fromkeys(part for part in parts if part))

    def _ticks(self, name: str, code: str) -> list[tuple[str, ...]]:
        term = self.options.adverse_terms.get(code, code)
        if term.isdigit():
            self.findings.note(
                f"The side effect of checkbox {name} has no name here; "
                f"give it in the sidecar: [adverse_terms] {code} = 'NAME'."
            )
        return [
            (term,) if self._ticked(name, row, text) else ()
            for row, text in self.table.column(name)
        ]

    def _ticked(self, name: str, row: int, text: str) -> bool:
        word = text.casefold()
        if word not in {"0", "1", "", "checked", "unchecked"}:
            self.findings.fault(cell(row, name), quoted(text), "0 or 1")
        return word in {"1", "checked"}


def _slip(text: str, dose_mg: float | None) -> str:
    """Suggest the dose that was probably meant."""
    micrograms = _MICROGRAMS.fullmatch(text)
    if micrograms:
        return f"in mg this is {float(micrograms[1]) / 1000:g}"
    if dose_mg is not None and MOST_DOSE_MG < dose_mg <= 10 * LOW_DOSE_MG:
        return f"did you mean {dose_mg / 10:g}?"
    if dose_mg is not None and 500 <= dose_mg <= 1000 * LOW_DOSE_MG:
        return f"if it is in micrograms, write {dose_mg / 1000:g}"
    return ""


def _unified(what: str, labels: list[str] | None, findings: Findings) -> list[str] | None:
    """Give labels that differ in capitals only the spelling that came first."""
    if labels is None:
        return None
    first: dict[str, str] = {}
    for label in labels:
        first.setdefault(label.casefold(), label)
    others = sorted({label for label in labels if first[label.casefold()] != label})
    if others:
        findings.note(
            f"Spelled in different ways in column {what}, read as one: "
            + listed(f"{label} as {first[label.casefold()]}" for label in others)
            + "."
        )
    return [first[label.casefold()] for label in labels]


def _note_high_doses(entries: Entries, findings: Findings) -> None:
    high = [dose for dose in entries.dose_mg or () if LOW_DOSE_MG < dose <= MOST_DOSE_MG]
    if high:
        findings.note(
            f"In {counted(len(high), 'row')} the dose is above {LOW_DOSE_MG:g} mg, up to "
            f"{max(high):g} mg, which is not a low dose."
        )


def _check_untreated_doses(entries: Entries, findings: Findings) -> None:
    """Refuse naltrexone on a day whose treatment says that none was taken."""
    if entries.dose_mg is None or entries.treatment is None:
        return
    for row, dose_mg, treatment in zip(
        entries.rows, entries.dose_mg, entries.treatment, strict=True
    ):
        if dose_mg > 0 and treatment.casefold() in _UNTREATED:
            findings.fault(
                cell(row, entries.names["dose_mg"]),
                f"{dose_mg:g} mg with treatment {quoted(treatment)}",
                "0 or an empty cell on a day without naltrexone",
                "correct the dose or the treatment",
            )
