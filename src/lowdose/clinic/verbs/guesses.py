"""What the patient thinks a blinded period held, asked when the period ends.

Whoever guesses right more often than chance may have been unblinded by a side effect; the answer
takes that into account. A guess may change until the course is opened, never after.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from lowdose.clinic.chain import record
from lowdose.clinic.models import Course, Guess, User
from lowdose.clinic.verbs.diary import today_of
from lowdose.errors import Fault, InputError

__all__ = ["NO_IDEA", "guess", "period_to_guess", "periods_over"]

NO_IDEA = 0.5


def periods_over(course: Course, today: date) -> list[int]:
    """The blinded periods that have come to their last day."""
    periods = range(1, course.periods + 1)
    return [period for period in periods if course.period_dates(period)[1] <= today]


def period_to_guess(course: Course, today: date) -> int | None:
    """The first period that is over and of which the patient has said nothing yet."""
    if not course.sealed:
        return None
    said = {one.period for one in course.guesses.all()}
    return next((one for one in periods_over(course, today) if one not in said), None)


@transaction.atomic
def guess(course: Course, period: int, probability: float, *, actor: User, now: datetime) -> Guess:
    """Store what the patient thinks: 0 surely placebo, 0.5 no idea, 1 surely naltrexone.

    Raises InputError where the period is not over, or the course was opened.
    """
    held = Course.objects.select_for_update().select_related("patient").get(pk=course.pk)
    faults = _faults(held, period, probability, now)
    if faults:
        raise InputError(faults)
    said, _created = Guess.objects.update_or_create(
        course=held,
        period=period,
        defaults={"probability_active": probability, "written_at": now},
    )
    record("guess_noted", actor=actor, subject=held.number, period=period)
    return said


def _faults(course: Course, period: int, probability: float, now: datetime) -> list[Fault]:
    faults = []
    if not course.sealed:
        expected = "a blinded course that was not opened yet"
        faults.append(Fault("course", course.number, expected, "a guess no longer changes"))
    elif period not in periods_over(course, today_of(course, now)):
        faults.append(Fault("period", str(period), "a period that has come to its last day"))
    if not 0 <= probability <= 1:
        faults.append(Fault("probability", f"{probability:g}", "0 to 1"))
    return faults
