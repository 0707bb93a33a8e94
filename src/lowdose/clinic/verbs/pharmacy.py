"""What the pharmacy does: record what was made, hand it out, and in an emergency open the blind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from lowdose.clinic.chain import record
from lowdose.clinic.models import Course, NoticeKind, Preparation, State, User
from lowdose.clinic.verbs.blinding import open_allocation
from lowdose.clinic.verbs.courses import move
from lowdose.clinic.verbs.diary import today_of
from lowdose.clinic.verbs.making import longest_use_days
from lowdose.clinic.verbs.notices import notify
from lowdose.errors import Fault, InputError

__all__ = ["Made", "hand_out", "open_in_emergency", "record_preparation"]


@dataclass(frozen=True)
class Made:
    """What a pharmacist notes of one time of making."""

    made_on: date
    beyond_use: date
    lot: str
    placebo_lot: str = ""
    note: str = ""


@transaction.atomic
def record_preparation(course: Course, made: Made, *, actor: User, now: datetime) -> Preparation:
    """Note what was made; a course that waited for it is ready to start.

    Raises InputError where something is missing or cannot be.
    """
    faults = list(_faults(course, made, timezone.localdate(now)))
    if faults:
        raise InputError(faults)
    prepared = Preparation.objects.create(
        course=course,
        made_by=actor,
        made_on=made.made_on,
        beyond_use=made.beyond_use,
        lot=made.lot,
        placebo_lot=made.placebo_lot,
        note=made.note,
        recorded_at=now,
    )
    record("preparation_recorded", actor=actor, subject=course.number)
    if course.state == State.PLANNED:
        move(course, State.PREPARED, actor=actor)
    return prepared


def _faults(course: Course, made: Made, today: date) -> list[Fault]:
    faults = []
    if made.made_on > today:
        faults.append(Fault("made_on", str(made.made_on), f"not later than today, {today}"))
    if not made.lot.strip():
        faults.append(Fault("lot", "nothing", "the lot number"))
    if course.blinded and not made.placebo_lot.strip():
        faults.append(Fault("placebo_lot", "nothing", "the lot number of the placebo"))
    longest = longest_use_days(course)
    if not 0 < (made.beyond_use - made.made_on).days <= longest:
        expected = f"after {made.made_on}, at most {longest} days later"
        faults.append(Fault("beyond_use", str(made.beyond_use), expected))
    if course.state in {State.STOPPED, State.FINISHED}:
        faults.append(Fault("course", course.get_state_display(), "a course that goes on"))
    return faults


def hand_out(course: Course, *, actor: User) -> None:
    """The patient has the medicine: the course runs. Raises as `courses.move` does."""
    move(course, State.RUNNING, actor=actor)


def open_in_emergency(
    course: Course, *, actor: User, now: datetime, reason: str, typed_number: str
) -> None:
    """Open the blind before its time: the course's number is typed, so that it is the right one.

    The prescriber gets a notice.

    Raises InputError where the number is another, or no reason was given.
    """
    faults = []
    if typed_number.strip().upper() != course.number:
        remedy = "type it as it stands on the label, so that it is the right person's"
        faults.append(Fault("number", repr(typed_number[:20]), "this course's number", remedy))
    if len(reason.strip()) < 5:
        faults.append(Fault("reason", repr(reason[:5]), "why it cannot wait, in a few words"))
    if faults:
        raise InputError(faults)
    with transaction.atomic():
        open_allocation(course, actor=actor, now=now, reason=reason, emergency=True)
        notify(course, NoticeKind.EMERGENCY, today_of(course, now), now)
