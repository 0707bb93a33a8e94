"""The plan as an iCalendar file: one repeating reminder per dose step (and per dose of the day).

A reminder starts on the step's first day, repeats daily to its last, and rings at the time of the
dose where the patient lives, before and after a change of the clocks. The same plan gives the
same bytes and the same UIDs, so importing a file twice makes no second reminder. Where the plan
is blinded nothing in the file tells what is taken, not even its UIDs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from lowdose.regimen.amounts import number_text
from lowdose.regimen.doses import DatedStep, Intake, Moment
from lowdose.regimen.plan import Plan

if TYPE_CHECKING:
    from icalendar import Alarm, Event

__all__ = ["CLOCK", "plan_calendar"]

# Assumption: when reminders ring; people move them in their own calendar.
CLOCK = {
    Moment.MORNING: time(8),
    Moment.MIDDAY: time(12, 30),
    Moment.EVENING: time(18),
    Moment.BEDTIME: time(21, 30),
}

_NEUTRAL = {
    Moment.MORNING: "Morning capsule",
    Moment.MIDDAY: "Midday capsule",
    Moment.EVENING: "Evening capsule",
    Moment.BEDTIME: "Evening capsule",
}
_NAMESPACE = UUID("1f0a0c62-7a3c-5a39-9f44-6d1f5d1c7a10")
_MINUTES = 10
_OPIOIDS = "Never together with opioid medicines."


def plan_calendar(plan: Plan, *, made_at: datetime) -> bytes:
    """The plan's reminders as an iCalendar file (RFC 5545).

    Args:
        plan: the plan; its time zone is that of the reminders.
        made_at: when the file is made, with a time zone; written as DTSTAMP.

    >>> from lowdose.regimen.doses import Intake, Regimen, Step
    >>> regimen = Regimen("week", (Step(7, (Intake(Moment.BEDTIME, 1.5),)),), "")
    >>> start = date(2026, 3, 2)
    >>> plan = Plan(regimen, start, regimen.dated(start), "Europe/Oslo")
    >>> file = plan_calendar(plan, made_at=datetime(2026, 3, 1, tzinfo=UTC)).decode()
    >>> [line for line in file.splitlines() if line[:5] in ("SUMMA", "RRULE")]
    ['SUMMARY:LDN 1.5 mg (step 1 of 1)', 'RRULE:FREQ=DAILY;COUNT=7']
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//lowdose//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _calendar_name(plan))
    for dated in plan.steps:
        for intake in dated.step.intakes:
            if intake.dose_mg > 0 or plan.blinded:
                calendar.add_component(_reminder(plan, dated, intake, made_at))
    year_after = plan.steps[-1].last + timedelta(days=366)
    calendar.add_missing_timezones(
        first_date=date(plan.start.year, 1, 1), last_date=date(year_after.year, 1, 1)
    )
    written: bytes = calendar.to_ical()
    return written


def _calendar_name(plan: Plan) -> str:
    return "Study medicine" if plan.blinded else "Low-dose naltrexone"


def _reminder(plan: Plan, dated: DatedStep, intake: Intake, made_at: datetime) -> Event:
    from icalendar import Event

    begin = datetime.combine(dated.first, CLOCK[intake.moment], ZoneInfo(plan.zone))
    event = Event()
    event.add("uid", f"{_uid(plan, dated, intake)}@lowdose")
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("summary", _title(plan, dated, intake))
    event.add("description", _description(plan, dated, intake))
    event.add("dtstart", begin)
    event.add("duration", timedelta(minutes=_MINUTES))
    event.add("rrule", {"freq": "daily", "count": dated.step.days})
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add_component(_alarm(plan, dated, intake))
    return event


def _alarm(plan: Plan, dated: DatedStep, intake: Intake) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _title(plan, dated, intake))
    alarm.add("trigger", timedelta(0))
    return alarm


def _uid(plan: Plan, dated: DatedStep, intake: Intake) -> UUID:
    # A blinded UID leaves the dose out: a hash of so few possible doses could be tried out.
    dose = "" if plan.blinded else number_text(intake.dose_mg)
    parts = [plan.zone, str(dated.first), str(dated.last), str(dated.number), intake.moment, dose]
    return uuid5(_NAMESPACE, "|".join(parts))


def _title(plan: Plan, dated: DatedStep, intake: Intake) -> str:
    """What the phone shows, also on a locked screen.

    Never the name of the medicine in full, never a dose where the plan is blinded.
    """
    if plan.blinded:
        return _NEUTRAL[intake.moment]
    return f"LDN {number_text(intake.dose_mg)} mg (step {dated.number} of {len(plan.steps)})"


def _description(plan: Plan, dated: DatedStep, intake: Intake) -> str:
    if plan.blinded:
        return f"Take your study medicine as its label says. {_OPIOIDS}"
    portions = plan.preparation.portions_of(dated.number) if plan.preparation else ()
    words = [portion.words for portion in portions if portion.moment == intake.moment]
    take = words[0] if words else f"{number_text(intake.dose_mg)} mg naltrexone"
    return f"Take {take}. {_OPIOIDS}"
