"""The numbers of slow checks, stored with the day and the command: docs/validation/results.

python docs/validation_report.py --slow      works them out anew and writes the file
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from checks.check import Check, Compared, compared

__all__ = ["COMMAND", "STORED", "Stored", "read_stored", "write_stored"]

COMMAND = "python docs/validation_report.py --slow"
STORED = Path(__file__).parents[2] / "docs" / "validation" / "results" / "slow-checks.json"


@dataclass(frozen=True)
class Stored:
    """When it was, and both numbers of each slow check by its chapter and name."""

    date: str
    numbers: dict[str, tuple[list[float], list[float]]]

    def of(self, check: Check) -> Compared:
        """A check with its stored numbers; KeyError where it was never run."""
        here, there = self.numbers[_name(check)]
        return Compared(check, np.array(here), np.array(there))


def read_stored(path: Path = STORED) -> Stored:
    """What the last run wrote."""
    found = json.loads(path.read_text(encoding="utf-8"))
    numbers = {row["check"]: (row["here"], row["there"]) for row in found["checks"]}
    return Stored(found["date"], numbers)


def write_stored(checks: Iterable[Check], date: str, path: Path = STORED) -> None:
    """Work out every check and store its numbers."""
    rows = []
    for check in checks:
        found = compared(check)
        rows.append(
            {"check": _name(check), "here": found.here.tolist(), "there": found.there.tolist()}
        )
    path.parent.mkdir(exist_ok=True)
    content = {"date": date, "command": COMMAND, "checks": rows}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _name(check: Check) -> str:
    return f"{check.chapter}: {check.what}"
