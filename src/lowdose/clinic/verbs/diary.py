"""Entering days of a diary: each stored exactly once, none overwritten, none lost.

sent again (same id)         already: nothing changes
first for its day            stored: it counts
names the one it replaces    stored: it counts, the other is kept as replaced
says the same as the first   same: kept, does not count
says something else          conflict: kept, waits for the person to choose
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from lowdose.clinic.chain import record
from lowdose.clinic.models import (
    AdverseEvent,
    ChangeKind,
    Course,
    DiaryEntry,
    EntryStatus,
    NoticeKind,
    Severity,
    State,
    User,
)
from lowdose.clinic.statements import carry_out, insert, insert_unless_there
from lowdose.clinic.turns import in_turn
from lowdose.clinic.verbs.notices import notify
from lowdose.errors import Fault, InputError

__all__ = [
    "MOST_AT_ONCE",
    "MOST_TERMS",
    "Day",
    "Outcome",
    "check_day",
    "choose",
    "enter",
    "store",
    "today_of",
]

MOST_AT_ONCE = 400
MOST_TERMS = 20
"""Side effects of one day."""

_LONGEST_TERM, _LONGEST_NOTE = 80, 2000

_HOLD = f"SELECT 1 FROM {Course._meta.db_table} WHERE id = %s FOR UPDATE"


class Outcome(StrEnum):
    """What became of an entry that was sent."""

    STORED = "stored"
    ALREADY = "already"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Day:
    """One day as it was written down on a device; fields as in `DiaryEntry`."""

    id: UUID
    day: date
    written_at: datetime
    ratings: Mapping[str, float] = field(default_factory=dict)
    taken: bool | None = None
    dose_mg: float | None = None
    adverse: Sequence[tuple[str, Severity]] = ()
    note: str = ""
    replaces: UUID | None = None


def today_of(course: Course, now: datetime) -> date:
    """The calendar day at the patient's place."""
    return now.astimezone(ZoneInfo(course.patient.time_zone)).date()


def _latest(course: Course, now: datetime) -> date:
    """The last day that may be written down; of a stopped course the day of the stop."""
    # a traveller's evening may be a day ahead of home
    latest = min(course.last_day, today_of(course, now) + timedelta(days=1))
    if course.state != State.STOPPED:
        return latest
    stops = course.changes.filter(kind=ChangeKind.STOP).values_list("day", flat=True)
    return min([latest, *stops])


def check_day(course: Course, day: Day, now: datetime, *, place: str = "") -> list[Fault]:
    """Everything wrong with an entry."""
    at = f"{place} " if place else ""
    latest = _latest(course, now)
    faults = []
    if not course.first_day <= day.day <= latest:
        expected = f"a day from {course.first_day} to {latest}"
        faults.append(Fault(f"{at}day", str(day.day), expected))
    faults += _rating_faults(course, day, at)
    if day.dose_mg is not None and (course.blinded or not 0 <= day.dose_mg <= 50):
        expected = "no dose in a blinded course" if course.blinded else "0 to 50 mg"
        faults.append(Fault(f"{at}dose_mg", f"{day.dose_mg:g}", expected))
    faults += _adverse_faults(day, at)
    if len(day.note) > _LONGEST_NOTE:
        expected = f"at most {_LONGEST_NOTE} characters"
        faults.append(Fault(f"{at}note", f"{len(day.note)} characters", expected))
    return faults


def _rating_faults(course: Course, day: Day, at: str) -> list[Fault]:
    faults = []
    for name, value in day.ratings.items():
        if name not in course.ranges:
            expected = f"one of: {', '.join(course.ranges)}"
            faults.append(Fault(f"{at}ratings", repr(name[:40]), expected))
            continue
        low, high = course.ranges[name]
        if not low <= value <= high:
            faults.append(Fault(f"{at}ratings.{name}", f"{value:g}", f"{low:g} to {high:g}"))
    return faults


def _adverse_faults(day: Day, at: str) -> list[Fault]:
    faults = []
    if len(day.adverse) > MOST_TERMS:
        faults.append(Fault(f"{at}adverse", str(len(day.adverse)), f"at most {MOST_TERMS}"))
    for term, _ in day.adverse:
        # a letter first: a spreadsheet takes "=", "+", "-" or "@" for a formula
        plain = term[:1].isalpha() and term.isprintable() and ";" not in term
        if not plain or len(term) > _LONGEST_TERM:
            expected = f"1 to {_LONGEST_TERM} characters, a letter first, no semicolon"
            faults.append(Fault(f"{at}adverse", repr(term[:_LONGEST_TERM]), expected))
    return faults


def enter(
    course: Course, days: Sequence[Day], *, actor: User | None, now: datetime
) -> list[Outcome]:
    """Store entries, all or none, and say of each what became of it.

    Raises InputError with every fault; then nothing is stored.
    """
    faults = [] if len(days) <= MOST_AT_ONCE else [_too_many(len(days))]
    for number, day in enumerate(days[:MOST_AT_ONCE], start=1):
        faults += check_day(course, day, now, place=f"entry {number}")
    if faults:
        raise InputError(faults)
    return store(course, days, actor=actor, now=now)


def store(
    course: Course, days: Sequence[Day], *, actor: User | None, now: datetime
) -> list[Outcome]:
    """Store entries in which `check_day` found nothing wrong, all or none; what became of each."""
    return in_turn(lambda: _store(course, days, actor=actor, now=now))


def _store(
    course: Course, days: Sequence[Day], *, actor: User | None, now: datetime
) -> list[Outcome]:
    from lowdose.clinic.verbs.answers import want_answer

    _hold(course)
    outcomes = _enter_all(course, days, now)
    met = zip(days, outcomes, strict=True)
    new = [day.day for day, outcome in met if outcome is not Outcome.ALREADY]
    if new:
        # the answer once, however many days come
        want_answer(course, newest=max(new))
        record("diary_entered", actor=actor, subject=course.number, entries=len(new))
    return outcomes


def _hold(course: Course) -> None:
    """Two devices of one person come one after the other; SQLite's writers do anyway."""
    if connection.features.has_select_for_update:
        carry_out(_HOLD, [course.pk])


def _enter_all(course: Course, days: Sequence[Day], now: datetime) -> list[Outcome]:
    """Mostly all are new, and the database says so; only otherwise is looked at what is there."""
    for count, day in enumerate(days):
        if not _added(course, day, now):
            known, rest = _known(course, days), days[count:]
            return [Outcome.STORED] * count + [_enter_one(course, one, now, known) for one in rest]
    return [Outcome.STORED] * len(days)


def _added(course: Course, day: Day, now: datetime) -> bool:
    """Store an entry unless its number is there, or its day has one that counts; whether it was."""
    stored = insert_unless_there(_entry(course, day, now, EntryStatus.CURRENT, None))
    if stored:
        _store_adverse(course, day, now)
    return stored


def _too_many(count: int) -> Fault:
    return Fault("entries", str(count), f"at most {MOST_AT_ONCE} at once")


class _Known:
    """What is stored already of the days that came: their numbers, and what counts on each."""

    def __init__(self) -> None:
        self.numbers: set[UUID] = set()
        self.current: dict[date, DiaryEntry] = {}

    def add(self, entry: DiaryEntry, *, counts: bool = True) -> None:
        """Take in an entry; `counts`: it is of this course."""
        self.numbers.add(entry.pk)
        if counts and entry.status == EntryStatus.CURRENT:
            self.current[entry.day] = entry


def _known(course: Course, days: Sequence[Day]) -> _Known:
    same = Q(pk__in=[day.id for day in days])
    counts = Q(course=course, day__in={day.day for day in days}, status=EntryStatus.CURRENT)
    known = _Known()
    for entry in DiaryEntry.objects.filter(same | counts).prefetch_related("adverse").order_by():
        known.add(entry, counts=entry.course_id == course.pk)
    return known


def _enter_one(course: Course, day: Day, now: datetime, known: _Known) -> Outcome:
    if day.id in known.numbers:
        return Outcome.ALREADY
    current = known.current.get(day.day)
    outcome, status = _weighed(day, current)
    replaced = current if current is not None and day.replaces == current.pk else None
    if replaced is not None:
        replaced.status = EntryStatus.REPLACED
        replaced.save(update_fields=["status"])
    entry = _entry(course, day, now, status, replaced)
    insert(entry)
    _store_adverse(course, day, now)
    known.add(entry)
    if outcome is Outcome.CONFLICT:
        notify(course, NoticeKind.CONFLICT, day.day, now)
    return outcome


def _weighed(day: Day, current: DiaryEntry | None) -> tuple[Outcome, EntryStatus]:
    if current is None or day.replaces == current.pk:
        return Outcome.STORED, EntryStatus.CURRENT
    if _says(day) == _said(current):
        return Outcome.SAME, EntryStatus.REPLACED
    return Outcome.CONFLICT, EntryStatus.CONFLICTING


def _says(day: Day) -> tuple[object, ...]:
    ratings = {name: float(value) for name, value in day.ratings.items()}
    adverse = sorted((term, str(severity)) for term, severity in day.adverse)
    return ratings, day.taken, day.dose_mg, adverse, day.note


def _said(entry: DiaryEntry) -> tuple[object, ...]:
    ratings = {name: float(value) for name, value in entry.ratings.items()}
    adverse = sorted((event.term, str(event.severity)) for event in entry.adverse.all())
    return ratings, entry.taken, entry.dose_mg, adverse, entry.note


def _entry(
    course: Course, day: Day, now: datetime, status: EntryStatus, replaces: DiaryEntry | None
) -> DiaryEntry:
    zone = ZoneInfo(course.patient.time_zone)
    return DiaryEntry(
        id=day.id,
        course_id=course.pk,
        day=day.day,
        ratings=dict(day.ratings),
        taken=day.taken,
        dose_mg=day.dose_mg,
        note=day.note,
        written_at=day.written_at,
        received_at=now,
        late=day.written_at.astimezone(zone).date() > day.day,
        status=status,
        replaces_id=None if replaces is None else replaces.pk,
    )


def _store_adverse(course: Course, day: Day, now: datetime) -> None:
    if not day.adverse:
        return
    AdverseEvent.objects.bulk_create(
        AdverseEvent(entry_id=day.id, term=term, severity=severity)
        for term, severity in day.adverse
    )
    if any(severity is Severity.SEVERE for _, severity in day.adverse):
        notify(course, NoticeKind.SEVERE, day.day, now)


@transaction.atomic
def choose(entry: DiaryEntry, *, actor: User, now: datetime) -> None:
    """Let this entry count for its day; the others of the day are kept as replaced."""
    from lowdose.clinic.verbs.answers import want_answer

    course = Course.objects.select_for_update().get(pk=entry.course_id)
    course.entries.filter(day=entry.day).exclude(pk=entry.pk).update(status=EntryStatus.REPLACED)
    entry.status = EntryStatus.CURRENT
    entry.save(update_fields=["status"])
    course.notices.filter(kind=NoticeKind.CONFLICT, day=entry.day, seen_at=None).update(
        seen_at=now, seen_by=actor
    )
    record("entry_chosen", actor=actor, subject=course.number, day=str(entry.day))
    want_answer(course)
