"""The plan: a regimen on the calendar, screened for safety, with what the pharmacy makes of it.

    regimen (or titration) + answers + start + stock -> plan

A plan past a refusal cannot exist: making one raises `Refusal` with every reason at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from lowdose.errors import Fault, InputError, Refusal
from lowdose.regimen.answers import Answers
from lowdose.regimen.climb import regimen_of
from lowdose.regimen.doses import DatedStep, Regimen
from lowdose.regimen.expectations import Expectation, expectations
from lowdose.regimen.preparation import Preparation
from lowdose.regimen.safety import Screening
from lowdose.regimen.screening import screen
from lowdose.regimen.stock import Stock, prepare
from lowdose.regimen.titration import Titration

__all__ = ["Expectation", "Plan", "plan"]

_EARLIEST = date(1980, 1, 1)
_LATEST = date(2200, 1, 1)

T = TypeVar("T")


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

    @property
    def last(self) -> date:
        """The last day of the plan."""
        return self.steps[-1].last


def plan(
    course: Titration | Regimen,
    answers: Answers,
    *,
    start: date,
    zone: str = "UTC",
    stock: Stock | None = None,
    blinded: bool = False,
    patient: str | None = None,
) -> Plan:
    """Plan a course that begins on `start`.

    Args:
        course: the numbers of a climb, or a regimen written out.
        answers: the safety questions; opioids must be answered, the rest may be open.
        zone: IANA name of the person's time zone; reminders ring by its clock.
        stock: what the pharmacy has; None leaves the preparation out.

    Raises:
        Refusal: it must not be started; the message holds every reason with its source.
        InputError: numbers that cannot be, all of them at once.

    >>> from lowdose.regimen.answers import parse_answers
    >>> from lowdose.regimen.templates import find_template
    >>> made = plan(
    ...     find_template("usual"), parse_answers({"opioids": "none"}), start=date(2026, 3, 2)
    ... )
    >>> [(str(s.first), s.step.dose_mg) for s in made.steps]
    [('2026-03-02', 1.5), ('2026-03-16', 3.0), ('2026-03-30', 4.5)]
    """
    faults: list[Fault] = _setting_faults(start, zone)
    regimen = _gathered(faults, lambda: _regimen(course))
    days = 0 if regimen is None else regimen.days - 1
    last = date.fromordinal(min(start.toordinal() + days, date.max.toordinal()))
    safety = _gathered(faults, lambda: screen(answers, start=start, last=last))
    if safety is not None and safety.refusals:
        # Whatever else is wrong with the numbers, this comes first.
        raise Refusal(_refusal_text(safety))
    if faults or regimen is None or safety is None:
        raise InputError(faults)
    return Plan(
        regimen=regimen,
        start=start,
        steps=regimen.dated(start),
        zone=zone,
        blinded=blinded,
        preparation=None if stock is None else prepare(stock, regimen, start),
        expectations=expectations(regimen),
        safety=safety,
        patient=patient,
    )


def _regimen(course: Titration | Regimen) -> Regimen:
    return course if isinstance(course, Regimen) else regimen_of(course)


def _setting_faults(start: date, zone: str) -> list[Fault]:
    faults: list[Fault] = []
    if not _EARLIEST <= start <= _LATEST:
        faults.append(Fault("start", str(start), f"a day from {_EARLIEST} to {_LATEST}"))
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        expected = "the name of a time zone, like Europe/Oslo"
        faults.append(Fault("zone", repr(zone), expected))
    return faults


def _gathered(faults: list[Fault], make: Callable[[], T]) -> T | None:
    """What `make` gives, or None with its faults added to `faults`."""
    try:
        return make()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _refusal_text(safety: Screening) -> str:
    reasons = [f"- {finding}" for finding in safety.refusals]
    return "\n".join(["No plan was made: low-dose naltrexone must not be started now.", *reasons])
