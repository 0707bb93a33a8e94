"""Every error a person can meet, in one tree.

    LowdoseError            something the reader can put right; shown without a traceback
    ├── InputError          faults in what was handed in, all of them at once, each with its place
    ├── Refusal             a plan that must not be made, with its medical reason and source
    └── OutputError         a file that could not be written

A message quotes the value, says what was expected and what to do. Nothing else in the package
may define an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Fault", "InputError", "LowdoseError", "OutputError", "Refusal"]

_FAULTS_SHOWN = 50


@dataclass(frozen=True)
class Fault:
    """One thing wrong in what was handed in.

    >>> print(Fault("row 7, column pain", "'11'", "a number from 0 to 10"))
    row 7, column pain: '11', expected a number from 0 to 10
    >>> print(Fault("--target-mg", "45", "at most 10 mg", "did you mean 4.5?"))
    --target-mg: 45, expected at most 10 mg; did you mean 4.5?
    """

    place: str
    value: str
    expected: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.place}: {self.value}, expected {self.expected}{remedy}"


class LowdoseError(Exception):
    """Something the reader can put right."""


class InputError(LowdoseError):
    """Faults in a file or in options: all of them, each with its place.

    >>> print(InputError([Fault("--step-mg", "-1", "more than 0")]))
    --step-mg: -1, expected more than 0
    """

    def __init__(self, faults: Iterable[Fault], source: str = "") -> None:
        self.faults = tuple(faults)
        self.source = source
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [str(fault) for fault in self.faults[:_FAULTS_SHOWN]]
        hidden = len(self.faults) - len(lines)
        if hidden:
            lines.append(f"... and {hidden} more faults of this file")
        if self.source and len(self.faults) > 1:
            return "\n".join([f"{self.source}: {len(self.faults)} faults", *lines])
        return "\n".join(f"{self.source}: {line}" if self.source else line for line in lines)


class Refusal(LowdoseError):
    """A plan that must not be made; the message gives the reason, its source and what to do."""


class OutputError(LowdoseError):
    """A file that could not be written; whatever stood there before is untouched."""
