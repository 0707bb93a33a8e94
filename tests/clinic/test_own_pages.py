"""A patient's own course, own data and calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from clinic_world import NOW, a_day, planned
from django.test import Client
from icalendar import Calendar

from lowdose.clinic.models import AuditEntry, Course, Patient, Severity, State
from lowdose.clinic.verbs.blinding import open_allocation, opened_treatments
from lowdose.clinic.verbs.courses import calendar_token
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.reminders import reminder_calendar

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def phone(patient: Patient, as_: Browser) -> Client:
    assert patient.account is not None
    return as_(patient.account)


def test_the_own_course_shows_days_side_effects_and_a_picture(
    phone: Client, open_course: Course
) -> None:
    days = [a_day(open_course, 1), a_day(open_course, 2, adverse=[("nausea", Severity.MILD)])]
    enter(open_course, days, actor=None, now=NOW)

    page = phone.get("/my/course").content.decode()

    assert "Nausea" in page
    assert "<svg" in page
    assert "dose taken on 2 of 2 days" in page


def test_a_sealed_course_names_kits_and_nothing_that_they_hold(
    phone: Client, blinded_course: Course
) -> None:
    page = phone.get("/my/course").content.decode()

    assert all(kit.code in page for kit in blinded_course.kits.all())
    assert "Held" not in page


def test_after_the_opening_the_own_course_says_what_each_period_held(
    phone: Client, blinded_course: Course
) -> None:
    open_allocation(blinded_course, actor=blinded_course.prescriber, now=NOW, reason="over")

    page = phone.get("/my/course").content.decode()

    held = page.partition("Held")[2].partition("</table>")[0]
    assert held.count("placebo") == opened_treatments(blinded_course).count("placebo") == 2


def test_without_a_course_the_pages_say_so(phone: Client) -> None:
    assert b"has not planned a course yet" in phone.get("/my/course").content
    assert b"There is nothing yet" in phone.get("/my/data").content


def test_the_own_diary_comes_as_a_file_with_a_neutral_name(
    phone: Client, open_course: Course
) -> None:
    enter(open_course, [a_day(open_course, 1, pain=3)], actor=None, now=NOW)

    answer = phone.get(f"/my/courses/{open_course.pk}/diary.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="diary.csv"'
    assert answer.content.decode().splitlines()[1].startswith("2026-03-02,0,3,")
    assert AuditEntry.objects.filter(action="own_data_taken").count() == 1


def test_nobody_takes_the_data_of_somebody_else(
    phone: Client, other_patient: Patient, doctor: object, as_: Browser
) -> None:
    theirs = planned(other_patient)
    for browser in (phone, as_(doctor), as_(other_patient.prescriber)):
        assert browser.get(f"/my/courses/{theirs.pk}/diary.csv").status_code == 404
        assert browser.post(f"/my/courses/{theirs.pk}/calendar").status_code == 404


def test_a_calendar_address_works_without_signing_in_until_the_next_is_made(
    phone: Client, open_course: Course
) -> None:
    addresses = []
    for _ in range(2):
        page = phone.post(f"/my/courses/{open_course.pk}/calendar").content.decode()
        addresses.append(page.partition("http://localhost:8000")[2].partition("<")[0])

    anybody = Client(headers={"host": "localhost"})

    assert [anybody.get(address).status_code for address in addresses] == [404, 200]
    assert anybody.get(addresses[1])["Content-Type"].startswith("text/calendar")


def test_the_token_is_not_kept(open_course: Course) -> None:
    token = calendar_token(open_course, actor=open_course.prescriber)

    open_course.refresh_from_db()
    assert token not in str(vars(open_course))


@pytest.mark.parametrize("token", ["x", "", "../x", "%00", "e" * 500])
def test_a_wrong_address_of_a_calendar_finds_nothing(
    db: None, open_course: Course, token: str
) -> None:
    assert Client(headers={"host": "localhost"}).get(f"/calendar/{token}.ics").status_code == 404


def test_the_calendar_rings_at_the_same_local_time_before_and_after_the_clocks_change(
    open_course: Course,
) -> None:
    calendar = Calendar.from_ical(reminder_calendar(open_course))
    diary = calendar.walk("VEVENT")[0]
    start = diary["dtstart"].dt

    assert start == datetime(2026, 3, 2, 20, tzinfo=OSLO)
    assert diary["dtstart"].params["TZID"] == "Europe/Oslo"
    assert start.astimezone(UTC).hour == 19
    assert (start + timedelta(days=28)).astimezone(UTC).hour == 18  # wall-clock arithmetic
    zone = calendar.walk("VTIMEZONE")[0]
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


def test_the_calendar_covers_every_day_and_the_second_reminder_those_with_something_to_take(
    open_course: Course,
) -> None:
    events = Calendar.from_ical(reminder_calendar(open_course)).walk("VEVENT")

    said = [(str(e["summary"]), e["rrule"]["COUNT"][0], e["dtstart"].dt.date()) for e in events]
    assert said == [
        ("Diary", 56, open_course.first_day),
        ("Evening reminder", 42, open_course.start),
    ]


def test_the_calendar_of_a_blinded_course_is_one_reminder_across_all_periods(
    blinded_course: Course,
) -> None:
    before = reminder_calendar(blinded_course)
    text = before.decode().lower()
    open_allocation(blinded_course, actor=blinded_course.prescriber, now=NOW, reason="over")

    assert reminder_calendar(blinded_course) == before
    lines = text.split("\r\n")
    said = [line for line in lines if not line.startswith(("uid:", "tz", "begin:", "end:"))]
    codes = [kit.code.lower() for kit in blinded_course.kits.all()]
    words = ["naltrexone", "placebo", "ldn", "mg", "pain", "kit", "dose", "nordmann", "p-"]
    assert [word for word in (*codes, *words) if any(word in line for line in said)] == []


def test_identifiers_of_a_calendar_stay_and_tell_nothing(open_course: Course) -> None:
    first, second = (
        [str(e["uid"]) for e in Calendar.from_ical(reminder_calendar(open_course)).walk("VEVENT")]
        for _ in range(2)
    )

    assert first == second
    assert len(set(first)) == 2
    assert not any(str(open_course.pk) in one or open_course.number in one for one in first)


def test_a_stopped_course_reminds_of_nothing(open_course: Course) -> None:
    open_course.state = State.STOPPED

    assert not Calendar.from_ical(reminder_calendar(open_course)).walk("VEVENT")


def test_the_calendar_speaks_the_time_zone_of_the_patient(open_course: Course) -> None:
    open_course.patient.time_zone = "America/New_York"

    event = Calendar.from_ical(reminder_calendar(open_course)).walk("VEVENT")[0]
    assert event["dtstart"].dt.utcoffset() == timedelta(hours=-5)
