"""What the steps of reading find on their way: faults to report together, notes to keep.

Every step appends and goes on, so that a person sees all faults of a file at once. Nothing else
may collect faults.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NoReturn

from lowdose.errors import Fault, InputError

__all__ = ["Findings", "cell", "counted", "did_you_mean", "listed", "quoted"]

_QUOTED_CHARACTERS = 60


@dataclass(frozen=True)
class Findings:
    """Faults and notes of one file, in the order in which they were found.

    >>> findings = Findings("diary.csv")
    >>> findings.fault("row 3, column pain", "'eleven'", "a number")
    >>> findings.stop_if_faulty()
    Traceback (most recent call last):
    lowdose.errors.InputError: diary.csv: row 3, column pain: 'eleven', expected a number
    """

    source: str
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, place: str, value: str, expected: str, remedy: str = "") -> None:
        """Add one fault."""
        self.faults.append(Fault(place, value, expected, remedy))

    def note(self, sentence: str) -> None:
        """Add one sentence for the reader, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def stop(self, place: str, value: str, expected: str, remedy: str = "") -> NoReturn:
        """Add one fault after which reading cannot go on, and raise all of them."""
        self.fault(place, value, expected, remedy)
        raise InputError(sorted(self.faults, key=_row), self.source)

    def stop_if_faulty(self) -> None:
        """Raise `InputError` with every fault so far, in the order of the rows, if there is one."""
        if self.faults:
            raise InputError(sorted(self.faults, key=_row), self.source)


def _row(fault: Fault) -> int:
    head = fault.place.partition(",")[0].removeprefix("row ")
    return int(head) if head.isascii() and head.isdigit() else 0


def cell(row: int, column: str) -> str:
    """Name a cell the way a spreadsheet shows it.

    >>> cell(14, "pain")
    'row 14, column pain'
    """
    return f"row {row}, column {shortened(column)}"


def quoted(value: str) -> str:
    """Quote what was typed, shortened, with invisible characters made visible.

    >>> quoted("eleven")
    "'eleven'"
    """
    return repr(shortened(value))


def shortened(value: str) -> str:
    """Cut a long text for a message."""
    return value if len(value) <= _QUOTED_CHARACTERS else value[: _QUOTED_CHARACTERS - 3] + "..."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name, or list all of them.

    >>> did_you_mean("treatmnet", ["treatment", "period"])
    "did you mean 'treatment'?"
    """
    names = list(known)
    close = get_close_matches(name, names, n=1, cutoff=0.7)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {listed(names)}" if names else ""


def counted(number: float, noun: str) -> str:
    """Count a noun, in the singular or plural.

    >>> counted(1, "day"), counted(3, "day")
    ('1 day', '3 days')
    """
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Join names for a sentence, cutting a very long list.

    >>> listed(["pain", "fatigue"])
    'pain, fatigue'
    """
    every = [shortened(name) for name in names]
    hidden = len(every) - most
    return ", ".join(every[:most]) + (f" and {hidden} more" if hidden > 0 else "")
