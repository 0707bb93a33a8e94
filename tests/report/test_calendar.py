"""Reminders ring at the right hour of the right days, once, and keep a blinded secret."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from report_plans import plan

from lowdose.report.calendar import plan_calendar

MADE_AT = datetime(2026, 2, 20, 9, 0, tzinfo=UTC)


def events(data: bytes):
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_each_step_is_one_daily_reminder_from_its_first_to_its_last_day():
    made = plan(1.5, 3.0, 4.5)

    read = events(plan_calendar(made, made_at=MADE_AT))

    spans = [(event.start.date(), event["rrule"]["COUNT"][0]) for event in read]
    assert spans == [(dated.first, dated.step.days) for dated in made.steps]
    assert {event["rrule"]["FREQ"][0] for event in read} == {"DAILY"}


def test_split_doses_have_a_reminder_each():
    read = events(plan_calendar(plan(1.0, 2.0, morning_mg=0.5), made_at=MADE_AT))

    assert [event.start.hour for event in read] == [8, 21, 8, 21]


def test_titles_name_dose_and_step():
    read = events(plan_calendar(plan(1.5, 3.0, 4.5), made_at=MADE_AT))

    assert str(read[0]["summary"]) == "LDN 1.5 mg (step 1 of 3)"


def test_every_reminder_rings_at_its_start():
    for event in events(plan_calendar(plan(1.5, 3.0), made_at=MADE_AT)):
        (alarm,) = event.walk("VALARM")
        assert alarm["trigger"].dt == timedelta(0)


def test_the_hour_stays_the_same_across_a_change_of_the_clocks():
    # Clocks in London go forward on 29 March 2026.
    data = plan_calendar(plan(1.5, days=40), made_at=MADE_AT)

    (event,) = events(data)
    zone = Calendar.from_ical(data).walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    rings = [
        datetime.combine(day, event.start.time(), zone).astimezone(UTC).hour
        for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30))
    ]
    assert rings == [21, 20, 20]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kolkata", "UTC"])
def test_the_zone_is_written_and_read_back(zone):
    data = plan_calendar(plan(1.5, zone=zone), made_at=MADE_AT)

    (event,) = events(data)
    begin = datetime(2026, 3, 2, 21, 30, tzinfo=ZoneInfo(zone))
    assert event.start == begin
    assert zone == "UTC" or Calendar.from_ical(data).walk("VTIMEZONE")


def test_the_same_plan_gives_the_same_bytes_and_another_other_uids():
    first = plan_calendar(plan(1.5, 3.0), made_at=MADE_AT)
    again = plan_calendar(plan(1.5, 3.0), made_at=MADE_AT)
    other = plan_calendar(plan(1.5, 2.0), made_at=MADE_AT)

    assert first == again
    uids = [{str(event["uid"]) for event in events(data)} for data in (first, other)]
    assert len(uids[0]) == len(uids[1]) == 2
    assert len(uids[0] & uids[1]) == 1  # the step that is the same in both


def test_uids_do_not_depend_on_when_the_file_is_made():
    later = MADE_AT + timedelta(days=3)

    uids = [
        [str(event["uid"]) for event in events(plan_calendar(plan(1.5), made_at=made_at))]
        for made_at in (MADE_AT, later)
    ]

    assert uids[0] == uids[1]


def test_a_blinded_file_is_the_same_whatever_is_taken():
    low = plan_calendar(plan(1.5, 0.0, blinded=True), made_at=MADE_AT)
    high = plan_calendar(plan(4.5, 3.0, blinded=True), made_at=MADE_AT)

    assert low == high
    assert {str(event["summary"]) for event in events(low)} == {"Evening capsule"}
    assert b"naltrexone" not in low.lower()
    assert b"mg" not in low


def test_a_pause_rings_no_bell():
    assert len(events(plan_calendar(plan(1.5, 0.0, 1.5), made_at=MADE_AT))) == 2


def test_lines_are_short_and_end_as_the_standard_says():
    data = plan_calendar(plan(1.5, 3.0), made_at=MADE_AT)

    lines = data.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
