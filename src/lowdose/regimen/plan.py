"""The plan: a regimen on the calendar, screened for safety, with what the pharmacy makes of it.

A plan past a refusal cannot exist: making one raises `Refusal` with every reason at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lowdose.errors import Refusal
from lowdose.regimen.doses import DatedStep, Regimen
from lowdose.regimen.preparation import Preparation
from lowdose.regimen.safety import Screening

__all__ = ["Expectation", "Plan"]


@dataclass(frozen=True)
class Expectation:
    """One sentence on what to expect, fit for a patient, and where it comes from."""

    text: str
    source: str


@dataclass(frozen=True)
class Plan:
    """What to take on which day.

    Attributes:
        regimen: the steps, without dates.
        start: first day.
        steps: the same steps on the calendar.
        zone: IANA name of the time zone in which the person lives, as "Europe/Oslo".
        blinded: nothing meant for the patient may name the medicine or a dose.
        preparation: what the pharmacy makes; None where no stock was named.
        expectations: what to expect, in plain words, each with its source.
        safety: the safety questions: findings and questions still open.
        patient: a name or number for labels; None leaves a blank to fill in by hand.

    Raises `Refusal` where the safety findings forbid a plan.
    """

    regimen: Regimen
    start: date
    steps: tuple[DatedStep, ...]
    zone: str
    blinded: bool = False
    preparation: Preparation | None = None
    expectations: tuple[Expectation, ...] = ()
    safety: Screening = field(default_factory=Screening)
    patient: str | None = None

    def __post_init__(self) -> None:
        if self.safety.refusals:
            raise Refusal(_refusal_text(self.safety))


def _refusal_text(safety: Screening) -> str:
    reasons = [f"- {finding}" for finding in safety.refusals]
    return "\n".join(["No plan was made: low-dose naltrexone must not be started now.", *reasons])
