"""The plan as an iCalendar file: one repeating reminder per dose step (and per dose of the day).

A reminder starts on the step's first day, repeats daily to its last, and rings at the time of the
dose where the patient lives, before and after a change of the clocks. The same plan gives the
same bytes and the same UIDs, so importing a file twice makes no second reminder. Where the plan
is blinded nothing in the file tells what is taken, not even its UIDs.
"""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from lowdose.regimen.amounts import number_text
from lowdose.regimen.doses import DatedStep, Intake, Moment
from lowdose.regimen.plan import Plan
from lowdose.report.reminders import Reminder, reminders_file
from lowdose.report.tongue import ENGLISH, Tongue

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


def plan_calendar(plan: Plan, *, made_at: datetime, tongue: Tongue = ENGLISH) -> bytes:
    """The plan's reminders as an iCalendar file (RFC 5545).

    Args:
        plan: the plan; its time zone is that of the reminders.
        made_at: when the file is made, with a time zone; written as DTSTAMP.
        tongue: the language of titles and descriptions.

    >>> from datetime import UTC, date
    >>> from lowdose.regimen.doses import Intake, Regimen, Step
    >>> regimen = Regimen("week", (Step(7, (Intake(Moment.BEDTIME, 1.5),)),), "")
    >>> start = date(2026, 3, 2)
    >>> plan = Plan(regimen, start, regimen.dated(start), "Europe/Oslo")
    >>> file = plan_calendar(plan, made_at=datetime(2026, 3, 1, tzinfo=UTC)).decode()
    >>> [line for line in file.splitlines() if line[:5] in ("SUMMA", "RRULE")]
    ['SUMMARY:LDN 1.5 mg (step 1 of 1)', 'RRULE:FREQ=DAILY;COUNT=7']
    """
    reminders = [
        _reminder(plan, dated, intake, tongue)
        for dated in plan.steps
        for intake in dated.step.intakes
        if intake.dose_mg > 0 or plan.blinded
    ]
    return reminders_file(
        reminders,
        product="-//lowdose//plan//EN",
        name=tongue.say(_calendar_name(plan)),
        made_at=made_at,
        years=(plan.start, plan.steps[-1].last),
    )


def _calendar_name(plan: Plan) -> str:
    return "Study medicine" if plan.blinded else "Low-dose naltrexone"


def _reminder(plan: Plan, dated: DatedStep, intake: Intake, tongue: Tongue) -> Reminder:
    return Reminder(
        uid=f"{_uid(plan, dated, intake)}@lowdose",
        title=tongue.say(_title(plan, dated, intake)),
        begin=datetime.combine(dated.first, CLOCK[intake.moment], ZoneInfo(plan.zone)),
        days=dated.step.days,
        minutes=_MINUTES,
        description=tongue.say(_description(plan, dated, intake)),
    )


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
