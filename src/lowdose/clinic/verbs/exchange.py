"""Days from outside into a course, and the record that something was handed out.

Of each day that comes in:

    new        nothing is known of the day: it is stored
    same       what is stored says the same already: nothing changes
    conflict   what is stored says something else: both are kept, and the patient chooses
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from lowdose.clinic.chain import record, record_alone
from lowdose.clinic.exchange.incoming import Incoming
from lowdose.clinic.models import Course, DiaryEntry, EntryStatus, Severity, State, User
from lowdose.clinic.verbs.diary import MOST_AT_ONCE, Day, check_day, enter
from lowdose.clinic.verbs.plans import planned_doses
from lowdose.errors import Fault, InputError

__all__ = ["Weighed", "note_export", "take_in", "weigh"]

_NAMESPACE = UUID("b5ac0b7e-0c5b-5e1d-8e0a-1d5b2a9c7f10")


@dataclass(frozen=True)
class Weighed:
    """A day as it would be stored, and what would become of it: new, same or conflict."""

    day: Day
    outcome: str


def weigh(course: Course, incoming: Sequence[Incoming], now: datetime) -> list[Weighed]:
    """What would become of every day, without storing any.

    Raises InputError with every fault of every day, each with its place in the file.
    """
    doses = planned_doses(course)
    days = [(one, _as_day(course, one, doses, now)) for one in incoming]
    faults = [] if course.state != State.STOPPED else [_stopped(course)]
    for one, day in days:
        faults += check_day(course, day, now, place=one.place)
        if day.written_at > now + timedelta(days=1):
            at = f"{one.place} entered"
            faults.append(Fault(at, day.written_at.isoformat(), "a moment that has been"))
    if faults:
        raise InputError(faults)
    stored = _stored(course)
    ids = set(course.entries.values_list("pk", flat=True))
    return [Weighed(day, _outcome(one, day, stored, ids)) for one, day in days]


def _stopped(course: Course) -> Fault:
    return Fault("course", course.state, "a course that was not stopped")


def _stored(course: Course) -> dict[str, DiaryEntry]:
    entries = course.entries.filter(status=EntryStatus.CURRENT).prefetch_related("adverse")
    return {str(entry.day): entry for entry in entries}


def _outcome(one: Incoming, day: Day, stored: dict[str, DiaryEntry], ids: set[UUID]) -> str:
    if (one.id is not None and one.id in ids) or day.id in ids:
        return "same"
    current = stored.get(str(day.day))
    if current is None:
        return "new"
    return "same" if _agrees(one, day, current) else "conflict"


def _agrees(one: Incoming, day: Day, current: DiaryEntry) -> bool:
    """Whether an entry says all that the file says; it may say more."""
    ratings = all(current.ratings.get(name) == value for name, value in day.ratings.items())
    taken = day.taken is None or day.taken == current.taken
    dose = day.dose_mg is None or day.dose_mg == current.dose_mg
    note = one.note is None or one.note == current.note
    return ratings and taken and dose and note and _same_events(one, current)


def _same_events(one: Incoming, current: DiaryEntry) -> bool:
    if one.adverse is None:
        return True
    known = {event.term: event.severity for event in current.adverse.all()}
    said = dict(one.adverse)
    return known.keys() == said.keys() and all(
        bad is None or known[term] == bad for term, bad in said.items()
    )


def _as_day(course: Course, one: Incoming, doses: list[float], now: datetime) -> Day:
    taken, dose_mg = _dose(course, one, doses)
    # A file without severities says only that there was something.
    adverse = [(term, bad or Severity.MILD) for term, bad in one.adverse or ()]
    said = [
        str(one.day),
        dict(sorted(one.ratings.items())),
        taken,
        dose_mg,
        sorted((term, str(bad)) for term, bad in adverse),
        one.note or "",
    ]
    return Day(
        id=uuid5(_NAMESPACE, json.dumps([str(course.pk), *said])),
        day=one.day,
        written_at=one.written_at or now,
        ratings=one.ratings,
        taken=taken,
        dose_mg=dose_mg,
        adverse=adverse,
        note=one.note or "",
    )


def _dose(course: Course, one: Incoming, doses: list[float]) -> tuple[bool | None, float | None]:
    """Whether the day's dose was taken, and how much where that differs from the plan."""
    number = course.day_number(one.day)
    planned = doses[number - 1] if 1 <= number <= len(doses) else 0.0
    if one.dose_mg is None or course.period_of(one.day):
        return one.taken, None
    if one.dose_mg == planned:
        return (one.taken if not planned else True), None
    if one.dose_mg == 0:
        return False, None
    return True, one.dose_mg


def take_in(
    course: Course, incoming: Sequence[Incoming], *, actor: User, now: datetime, form: str
) -> Counter[str]:
    """Store what is new or in conflict, all or nothing, and count what became of the days.

    Raises InputError with every fault; then nothing is stored.
    """
    with transaction.atomic():
        Course.objects.select_for_update().filter(pk=course.pk).first()
        weighed = weigh(course, incoming, now)
        days = [one.day for one in weighed if one.outcome != "same"]
        for start in range(0, len(days), MOST_AT_ONCE):
            enter(course, days[start : start + MOST_AT_ONCE], actor=actor, now=now)
        counts = Counter(one.outcome for one in weighed)
        if days:
            record("course_imported", actor=actor, subject=course.number, form=form, **counts)
    return counts


def note_export(course: Course, *, actor: User, form: str, notes: bool) -> None:
    """Record that a course was handed out, in which form, and whether with notes."""
    record_alone("course_exported", actor=actor, subject=course.number, form=form, notes=notes)
