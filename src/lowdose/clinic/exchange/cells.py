"""CSV that a spreadsheet cannot take for formulas, out and in again."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

__all__ = ["csv_text", "guarded", "unguarded"]

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: before what could be one stands a '.

    >>> guarded("=1+1"), guarded("-1.5"), guarded("rash")
    ("'=1+1", '-1.5', 'rash')
    """
    if text.lstrip(" '").startswith(_RISKY) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """What `guarded` was given.

    >>> unguarded(guarded("'@x")), unguarded("'quoted'")
    ("'@x", "'quoted'")
    """
    if text.startswith("'") and text.lstrip(" '").startswith(_RISKY):
        return text[1:]
    return text


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, every cell guarded."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()
