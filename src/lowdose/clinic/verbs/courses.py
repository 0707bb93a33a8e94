"""Courses: plan one, change it, start, finish, stop."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from lowdose.clinic.chain import record
from lowdose.clinic.instruments import Instrument
from lowdose.clinic.models import (
    Change,
    ChangeKind,
    Course,
    CourseSymptom,
    Patient,
    State,
    User,
)
from lowdose.clinic.models.courses import MOVES
from lowdose.clinic.vault import token_hash
from lowdose.clinic.verbs.blinding import draw_allocation
from lowdose.clinic.verbs.plans import Layout
from lowdose.errors import Fault, InputError, LowdoseError

__all__ = ["Wanted", "calendar_token", "change", "move", "plan_course"]

_HIGHEST_MG = 10.0


@dataclass(frozen=True)
class Wanted:
    """A change that a prescriber wants, from a day on."""

    kind: ChangeKind
    day: date
    reason: str
    dose_mg: float | None = None
    hold_days: int | None = None


@transaction.atomic
def plan_course(
    patient: Patient,
    layout: Layout,
    *,
    condition: str,
    symptoms: Sequence[Instrument],
    actor: User,
) -> Course:
    """Store a planned course; of a blinded one draw and seal who gets what at once."""
    course = Course.objects.create(
        patient=patient,
        prescriber=actor,
        condition=condition,
        plan=layout.text,
        zone=patient.time_zone,
        first_day=layout.first_day,
        baseline_days=layout.baseline_days,
        open_days=layout.open_days,
        periods=layout.periods,
        period_days=layout.period_days,
        period_dose_mg=layout.period_dose_mg,
    )
    CourseSymptom.objects.bulk_create(
        CourseSymptom(
            course=course,
            position=position,
            name=one.name,
            low=one.low,
            high=one.high,
            lower_is_better=one.lower_is_better,
            instrument=one.key,
        )
        for position, one in enumerate(symptoms)
    )
    if course.blinded:
        draw_allocation(course)
    record("course_planned", actor=actor, subject=course.number, blinded=course.blinded)
    return course


@transaction.atomic
def move(course: Course, state: State, *, actor: User) -> None:
    """Bring a course into another state.

    Raises LowdoseError where `MOVES` does not allow it.
    """
    held = Course.objects.select_for_update().get(pk=course.pk)
    if state not in MOVES[State(held.state)]:
        raise LowdoseError(
            f"The course is “{held.get_state_display()}”; it cannot become "
            f"“{state.label}” from there. Somebody may just have changed it: look again."
        )
    held.state = course.state = state
    held.save()
    record("course_moved", actor=actor, subject=course.number, to=str(state))


@transaction.atomic
def change(course: Course, wanted: Wanted, *, actor: User, now: datetime) -> None:
    """Change dose, stay at a dose, or stop, from a day on, with the reason.

    Raises InputError where the change cannot be.
    """
    faults = list(_change_faults(course, wanted))
    if faults:
        raise InputError(faults)
    Change.objects.create(
        course=course,
        kind=wanted.kind,
        day=wanted.day,
        dose_mg=wanted.dose_mg,
        hold_days=wanted.hold_days,
        reason=wanted.reason,
        made_by=actor,
        made_at=now,
    )
    record("course_changed", actor=actor, subject=course.number, kind=str(wanted.kind))
    if wanted.kind is ChangeKind.STOP:
        move(course, State.STOPPED, actor=actor)


def _change_faults(course: Course, wanted: Wanted) -> list[Fault]:
    faults = []
    if course.state not in {State.PLANNED, State.PREPARED, State.RUNNING}:
        faults.append(Fault("course", course.get_state_display(), "a course that goes on"))
    if not wanted.reason.strip():
        faults.append(Fault("reason", "nothing", "a reason, in a few words"))
    if not course.first_day <= wanted.day <= course.last_day:
        expected = f"a day of the course, {course.first_day} to {course.last_day}"
        faults.append(Fault("day", str(wanted.day), expected))
    if wanted.kind is ChangeKind.STOP:
        return faults
    if course.blinded and course.period_of(wanted.day):
        remedy = "a blinded period keeps its dose; stop the course, or wait for its end"
        faults.append(Fault("day", str(wanted.day), "a day before the blinded periods", remedy))
    if wanted.kind is ChangeKind.DOSE and not _is_dose(wanted.dose_mg):
        faults.append(Fault("dose_mg", str(wanted.dose_mg), f"0 to {_HIGHEST_MG:g} mg"))
    if wanted.kind is ChangeKind.HOLD and not 1 <= (wanted.hold_days or 0) <= 84:
        faults.append(Fault("hold_days", str(wanted.hold_days), "1 to 84 days"))
    if course.changes.filter(day=wanted.day).exists():
        faults.append(Fault("day", str(wanted.day), "a day without another change"))
    return faults


@transaction.atomic
def calendar_token(course: Course, *, actor: User) -> str:
    """A new secret address for the calendar of a course; an earlier one stops working."""
    token = secrets.token_urlsafe(24)
    course.calendar_sha256 = token_hash(token)
    course.save(update_fields=["calendar_sha256"])
    record("calendar_made", actor=actor, subject=course.number)
    return token


def _is_dose(mg: float | None) -> bool:
    return mg is not None and 0 <= mg <= _HIGHEST_MG
