"""The calendar that a patient's telephone subscribes to: reminders that tell nothing.

Two daily reminders ring at the same time of day where the patient lives, before and after a change
of the clocks: "Diary" on every day of the course, and a second one on the days with something to
take. Titles name no medicine, dose, kit or person, since a locked screen shows them; the events of
a blinded course are the same in every period.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid5
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from lowdose.clinic.models import Course, State
from lowdose.clinic.vault import token_hash
from lowdose.clinic.verbs.plans import moment_of
from lowdose.regimen.doses import Moment
from lowdose.report.calendar import CLOCK
from lowdose.report.reminders import Reminder, reminders_file

__all__ = ["DIARY_AT", "course_of_token", "reminder_calendar"]

# Assumption: when the day can be looked back on; people move it in their own calendar.
DIARY_AT = time(20)
_MINUTES = 5


def course_of_token(token: str) -> Course | None:
    """The course whose calendar has this secret address."""
    digest = token_hash(token)
    courses = Course.objects.select_related("patient__account")
    return courses.filter(calendar_sha256=digest, patient__erased_at=None).first()


def reminder_calendar(course: Course) -> bytes:
    """The reminders of a course as an iCalendar file (RFC 5545); of a stopped one, none.

    The same course gives the same bytes and the same identifiers each time it is asked for.
    """
    return reminders_file(
        [] if course.state == State.STOPPED else _reminders(course),
        product="-//Diary//Reminders//EN",
        name=_("Diary"),
        made_at=course.created_at,
        years=(course.first_day, course.last_day),
        refresh=timedelta(days=1),
    )


def _reminders(course: Course) -> list[Reminder]:
    moment = moment_of(course)
    daily = [_daily(course, "diary", _("Diary"), course.first_day, DIARY_AT)]
    if course.start <= course.last_day:
        daily.append(_daily(course, "reminder", _title(moment), course.start, CLOCK[moment]))
    return daily


def _title(moment: Moment) -> str:
    match moment:
        case Moment.MORNING:
            return _("Morning reminder")
        case Moment.MIDDAY:
            return _("Midday reminder")
        case _:
            return _("Evening reminder")


def _daily(course: Course, kind: str, title: str, first: date, at: time) -> Reminder:
    """From `first` to the last day, at the same local time every day."""
    return Reminder(
        uid=str(uuid5(course.pk, kind)),
        title=title,
        begin=datetime.combine(first, at, ZoneInfo(course.patient.time_zone)),
        days=(course.last_day - first).days + 1,
        minutes=_MINUTES,
    )
