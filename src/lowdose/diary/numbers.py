"""How a cell becomes a number: plain digits, one decimal mark for the whole file, no guessing.

Only what a person would read as that number is accepted: no thousands marks, no `1_000`, no
infinities, no digits of other scripts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from lowdose.diary.findings import Findings, cell, quoted

__all__ = ["EMPTY_WORDS", "decimal_mark", "is_empty", "parse_number"]

EMPTY_WORDS = frozenset({"", "na", "n/a", "nan", "null", "-", "."})
"""What stands for "not noted" in a cell for a number (compared in lower case)."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+")


def is_empty(text: str) -> bool:
    """Say whether a cell for a number is left open.

    >>> is_empty(""), is_empty("NA"), is_empty("0")
    (True, True, False)
    """
    return text.casefold() in EMPTY_WORDS


def parse_number(text: str, decimal: str) -> float | None:
    """Read one number with the given decimal mark; None if it is not one.

    >>> parse_number("4,5", ","), parse_number("4,5", "."), parse_number("inf", ".")
    (4.5, None, None)
    """
    plain = text.replace("\N{MINUS SIGN}", "-")
    if decimal == ",":
        if "." in plain:
            return None
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain)
    return number + 0.0 if math.isfinite(number) else None


def decimal_mark(
    cells: Iterable[tuple[str, int, str]], declared: str | None, findings: Findings
) -> str:
    """Find the decimal mark of a file from its cells for numbers (column, row, text).

    A comma is the decimal mark if more numbers have one than have a point. Where every number
    with a comma could also be thousands ("1,234"), there is a fault instead of a guess.

    >>> decimal_mark([("pain", 2, "4,5"), ("pain", 3, "4")], None, Findings(""))
    ','
    """
    if declared is not None:
        return declared
    cells = list(cells)
    commas = [each for each in cells if _COMMA.fullmatch(each[2])]
    points = sum("." in text and parse_number(text, ".") is not None for _, _, text in cells)
    if len(commas) <= points or not commas:
        return "."
    if all(_MAYBE_THOUSANDS.fullmatch(text) for _, _, text in commas):
        column, row, text = commas[0]
        findings.fault(
            cell(row, column),
            quoted(text),
            "a number without a thousands mark",
            "if the comma is the decimal mark, say --decimal ','",
        )
    text = commas[0][2]
    findings.note(f"Numbers have decimal commas: {text} was read as {text.replace(',', '.')}.")
    return ","
