"""The nouns of a regimen: what is taken, when, and for how long. No dates, no medicine stock.

A regimen is a tuple of steps; a step repeats the same intakes every day. Amounts are mg of
naltrexone hydrochloride.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

__all__ = ["DatedStep", "Intake", "Moment", "Regimen", "Step", "StepKind"]


class Moment(StrEnum):
    """When in the day a dose is taken."""

    MORNING = "morning"
    MIDDAY = "midday"
    EVENING = "evening"
    BEDTIME = "bedtime"


class StepKind(StrEnum):
    """What a step is for."""

    START = "start"
    CLIMB = "climb"
    HOLD = "hold"
    STEP_BACK = "step_back"
    TARGET = "target"


@dataclass(frozen=True)
class Intake:
    """One dose: how much, and when in the day."""

    moment: Moment
    dose_mg: float


@dataclass(frozen=True)
class Step:
    """Days on which the same doses are taken."""

    days: int
    intakes: tuple[Intake, ...]
    kind: StepKind = StepKind.CLIMB

    @property
    def dose_mg(self) -> float:
        """The day's total, in mg.

        >>> Step(7, (Intake(Moment.MORNING, 1.5), Intake(Moment.BEDTIME, 3.0))).dose_mg
        4.5
        """
        return round(sum(intake.dose_mg for intake in self.intakes), 6)


@dataclass(frozen=True)
class DatedStep:
    """A step with its first and last day (both included)."""

    number: int
    first: date
    last: date
    step: Step


@dataclass(frozen=True)
class Regimen:
    """What is to be taken: steps in order, and where the pattern comes from."""

    name: str
    steps: tuple[Step, ...]
    source: str

    @property
    def days(self) -> int:
        """Length of the whole regimen in days."""
        return sum(step.days for step in self.steps)

    def dated(self, start: date) -> tuple[DatedStep, ...]:
        """Lay the steps on the calendar, the first one beginning on `start`.

        >>> step = Step(7, (Intake(Moment.BEDTIME, 0.5),))
        >>> [str(s.last) for s in Regimen("two weeks", (step, step), "").dated(date(2026, 1, 1))]
        ['2026-01-07', '2026-01-14']
        """
        laid: list[DatedStep] = []
        first = start
        for number, step in enumerate(self.steps, start=1):
            last = first + timedelta(days=step.days - 1)
            laid.append(DatedStep(number, first, last, step))
            first = last + timedelta(days=1)
        return tuple(laid)
