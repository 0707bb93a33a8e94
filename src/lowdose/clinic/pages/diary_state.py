"""What a patient's device may know of the course: for the diary's page and for its use offline.

Nothing here tells the periods of a sealed course apart: kits have codes, and doses are left out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.models import Course, CourseSymptom, DiaryEntry, EntryStatus, State, User
from lowdose.clinic.verbs.diary import today_of
from lowdose.clinic.verbs.guesses import period_to_guess
from lowdose.clinic.verbs.plans import planned_doses

__all__ = ["STRIP_DAYS", "diary_state", "first_choice", "owner_of", "strip"]

STRIP_DAYS = 7


def owner_of(user: User) -> str:
    """Whose device entries are whose, without saying who: two people may share a telephone."""
    return salted_hmac("diary owner", str(user.pk)).hexdigest()[:32]


def diary_state(user: User, course: Course | None, now: datetime) -> dict[str, Any]:
    """Everything that the diary shows, as plain values."""
    if course is None:
        words = _(
            "Your prescriber has not planned a course yet. As soon as there is one, it is here."
        )
        return {"owner": owner_of(user), "course": None, "open": False, "words": words, "days": {}}
    today = today_of(course, now)
    period = period_to_guess(course, today)
    return {
        "owner": owner_of(user),
        "course": str(course.pk),
        "open": course.state != State.STOPPED and today >= course.first_day,
        "stopped": course.state == State.STOPPED,
        "words": _words(course, today),
        "zone": course.patient.time_zone,
        "today": today.isoformat(),
        "first_day": course.first_day.isoformat(),
        "last_day": course.last_day.isoformat(),
        "dose_from": course.start.isoformat(),
        "doses": _doses(course),
        "kits": _kits(course),
        "symptoms": [_symptom(one) for one in course.symptoms.all()],
        "days": _days(course),
        "guess": None if period is None else reverse("guess", args=[period]),
    }


def _words(course: Course, today: date) -> str:
    """What is said before the first day, after the last, and when the course was stopped."""
    if course.state == State.STOPPED:
        return _(
            "Your course was stopped, so there is nothing more to write down. What you wrote is "
            "kept. Ask your prescriber if you want to know more."
        )
    if today < course.first_day:
        first = date_format(course.first_day, "DATE_FORMAT")
        return _("Your diary begins on %(day)s. Until then there is nothing to do.") % {
            "day": first
        }
    if today > course.last_day:
        last = date_format(course.last_day, "DATE_FORMAT")
        return _(
            "The last day of your diary was %(day)s. Thank you for keeping it! If a day is "
            "missing, you can still add it."
        ) % {"day": last}
    return ""


def _doses(course: Course) -> list[float | None]:
    """The planned dose of each day, mg; None where it is sealed."""
    days = (course.first_day + timedelta(days=number) for number in range(course.days))
    return [
        None if course.blinded and course.period_of(day) else dose
        for day, dose in zip(days, planned_doses(course), strict=True)
    ]


def _kits(course: Course) -> list[dict[str, str]]:
    kits = []
    for kit in course.kits.all():
        first, last = course.period_dates(kit.period)
        kits.append({"code": kit.code, "first": first.isoformat(), "last": last.isoformat()})
    return kits


def _symptom(symptom: CourseSymptom) -> dict[str, Any]:
    known = INSTRUMENTS.get(symptom.instrument)
    return {
        "name": symptom.name,
        "position": symptom.position,
        "question": str(known.question) if known else symptom.name,
        "low": symptom.low,
        "high": symptom.high,
        "low_words": str(known.low_words) if known else "",
        "high_words": str(known.high_words) if known else "",
    }


def _days(course: Course) -> dict[str, dict[str, Any]]:
    """By day: how it stands, and the entry that counts."""
    entries = course.entries.exclude(status=EntryStatus.REPLACED).prefetch_related("adverse")
    days: dict[str, dict[str, Any]] = {}
    for entry in entries:
        day = days.setdefault(entry.day.isoformat(), {"status": "done", "entry": None})
        if entry.status == EntryStatus.CONFLICTING:
            day["status"] = "conflict"
            continue
        day["entry"] = _entry(entry)
        if entry.late and day["status"] == "done":
            day["status"] = "late"
    return days


def _entry(entry: DiaryEntry) -> dict[str, Any]:
    return {
        "id": str(entry.pk),
        "taken": entry.taken,
        "ratings": entry.ratings,
        "adverse": [{"term": one.term, "severity": one.severity} for one in entry.adverse.all()],
        "note": entry.note,
    }


def first_choice(course: Course, today: date) -> date:
    """The day that the diary opens on."""
    return min(max(today, course.first_day), course.last_day)


def strip(course: Course, state: dict[str, Any], chosen: date, today: date) -> list[dict[str, Any]]:
    """The days around the chosen one, up to today, each with how it stands."""
    newest = min(today, course.last_day)
    recent = chosen > newest - timedelta(days=STRIP_DAYS)
    end = newest if recent else chosen + timedelta(days=STRIP_DAYS // 2)
    days = [end - timedelta(days=back) for back in reversed(range(STRIP_DAYS))]
    known = state["days"]
    return [
        {"day": day, "status": known.get(day.isoformat(), {}).get("status", "missing")}
        for day in days
        if day >= course.first_day
    ]
