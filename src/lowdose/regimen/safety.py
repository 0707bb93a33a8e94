"""What the safety questions are answered with, and what each answer leads to. Nouns only.

The rules that lead from answer to finding, with their sources, are in `screening`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Level", "OpenQuestion", "SafetyFinding", "Screening"]


class Level(StrEnum):
    """What one answer means for the plan."""

    PROCEED = "proceed"
    CAUTION = "caution"
    DO_NOT_START = "do_not_start"


@dataclass(frozen=True)
class SafetyFinding:
    """What one answer means: how far to go, why, on whose word, and what to do."""

    question: str
    answer: str
    level: Level
    reason: str
    source: str
    action: str = ""

    def __str__(self) -> str:
        action = f" {self.action}" if self.action else ""
        return f"{self.reason}{action} [{self.source}]"


@dataclass(frozen=True)
class OpenQuestion:
    """A safety question nobody has answered yet, to be gone through before the first dose."""

    question: str
    text: str


@dataclass(frozen=True)
class Screening:
    """Every safety question: findings for those that were answered, and those still open."""

    findings: tuple[SafetyFinding, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()

    def at(self, level: Level) -> tuple[SafetyFinding, ...]:
        """The findings of one level, in the order of the questions.

        >>> Screening().at(Level.CAUTION)
        ()
        """
        return tuple(finding for finding in self.findings if finding.level is level)

    @property
    def refusals(self) -> tuple[SafetyFinding, ...]:
        """The findings that forbid a plan."""
        return self.at(Level.DO_NOT_START)

    @property
    def cautions(self) -> tuple[SafetyFinding, ...]:
        """The findings that a prescriber has to weigh."""
        return self.at(Level.CAUTION)
