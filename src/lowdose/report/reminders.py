"""Daily reminders as an iCalendar file (RFC 5545): what a plan and a clinic's calendar are made of.

A reminder rings at the same local time every day, before and after a change of the clocks. The same
reminders give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Alarm, Event

__all__ = ["Reminder", "reminders_file"]


@dataclass(frozen=True)
class Reminder:
    """One event a day.

    Attributes:
        uid: the same for the same reminder, so that a file read twice makes no second one.
        title: what the telephone shows, also on a locked screen.
        begin: the first ring, with the time zone of the person.
        days: how many days it rings.
        minutes: how long it stands in the calendar.
        description: shown when the event is opened; "" for none.
    """

    uid: str
    title: str
    begin: datetime
    days: int
    minutes: int
    description: str = ""


def reminders_file(
    reminders: Sequence[Reminder],
    *,
    product: str,
    name: str,
    made_at: datetime,
    years: tuple[date, date],
    refresh: timedelta | None = None,
) -> bytes:
    """The file.

    Args:
        reminders: its events, in order.
        product: who writes it, as RFC 5545 wants it: "-//organisation//product//EN".
        name: the calendar's name on the telephone.
        made_at: when, with a time zone; written as DTSTAMP.
        years: first and last day; the changes of the clocks of all their years are written.
        refresh: how often a telephone that subscribes should look again.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", product)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    if refresh is not None:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    for one in reminders:
        calendar.add_component(_event(one, made_at))
    first, last = years
    calendar.add_missing_timezones(
        first_date=date(first.year, 1, 1), last_date=date(last.year + 1, 1, 1)
    )
    written: bytes = calendar.to_ical()
    return written


def _event(reminder: Reminder, made_at: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", reminder.uid)
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("summary", reminder.title)
    if reminder.description:
        event.add("description", reminder.description)
    event.add("dtstart", reminder.begin)
    event.add("duration", timedelta(minutes=reminder.minutes))
    event.add("rrule", {"freq": "daily", "count": reminder.days})
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add_component(_alarm(reminder.title))
    return event


def _alarm(title: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(0))
    return alarm
