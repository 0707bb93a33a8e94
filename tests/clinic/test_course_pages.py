"""The prescriber's pages: plan, follow, change, open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from clinic_world import NOW, a_day, planned
from django.test import Client
from django.utils import timezone

from lowdose.clinic.models import AuditEntry, Course, Patient, Severity, State, User
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.pharmacy import Made, hand_out, record_preparation
from lowdose.clinic.verbs.plans import planned_doses

pytestmark = pytest.mark.django_db

FORM = {
    "condition": "fibromyalgia",
    "symptoms": ["pain"],
    "opioids": "none",
    "template": "usual",
    "time": "bedtime",
    "first_day": "2026-03-02",
    "baseline_days": "14",
    "design": "open",
    "target_days": "28",
    "periods": "4",
    "period_days": "14",
    "preparation": "capsules",
    "strengths": "1.5, 4.5",
}
Browser = Callable[[User | None], Client]


def form(**changed: Any) -> dict[str, Any]:
    return {**FORM, **changed}


def test_an_open_course_is_planned_as_the_form_says(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    answer = as_(doctor).post(f"/patients/{patient.pk}/course", form())

    course = Course.objects.get()
    assert answer["Location"] == f"/courses/{course.pk}/"
    assert (course.baseline_days, course.open_days, course.blinded) == (14, 56, False)
    assert planned_doses(course) == [0.0] * 14 + [1.5] * 14 + [3.0] * 14 + [4.5] * 28


def test_a_blinded_course_climbs_openly_and_then_has_pairs_of_periods(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    as_(doctor).post(f"/patients/{patient.pk}/course", form(design="blinded", baseline_days="0"))

    course = Course.objects.get()
    assert (course.open_days, course.periods, course.period_days) == (28, 4, 14)
    assert (course.period_dose_mg, course.kits.count(), course.sealed) == (4.5, 4, True)


def test_current_opioids_are_refused_with_the_reason_and_nothing_is_stored(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    answer = as_(doctor).post(f"/patients/{patient.pk}/course", form(opioids="current"))

    assert answer.status_code == 400
    assert "Opioids are being taken" in answer.content.decode()
    assert not Course.objects.exists()


def test_without_an_answer_on_opioids_there_is_no_plan(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    assert as_(doctor).post(f"/patients/{patient.pk}/course", form(opioids="")).status_code == 400


def test_a_dose_that_the_capsules_cannot_make_is_said_beside_the_strengths(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    answer = as_(doctor).post(f"/patients/{patient.pk}/course", form(strengths="2"))

    assert answer.status_code == 400
    assert 'id="id_strengths_errors"' in answer.content.decode() or "1.5 mg" in (
        answer.content.decode()
    )


def test_the_preview_shows_the_calendar_and_stores_nothing(
    doctor: User, patient: Patient, as_: Browser
) -> None:
    page = as_(doctor).post(f"/patients/{patient.pk}/course/preview", form()).content.decode()

    assert "16 Mar 2026" in page and "<svg" in page
    assert not Course.objects.exists()


def test_a_course_with_a_severe_side_effect_comes_first(
    doctor: User, open_course: Course, as_: Browser
) -> None:
    planned(open_course.patient)
    worst = planned(open_course.patient)
    enter(worst, [a_day(worst, 1, adverse=[("rash", Severity.SEVERE)])], actor=None, now=NOW)

    page = as_(doctor).get("/courses/").content.decode()

    first = min((page.index(course.number), course.number) for course in Course.objects.all())
    assert first[1] == worst.number
    assert "A severe side effect" in page


def test_seeing_a_notice_takes_it_off_and_is_recorded(
    doctor: User, open_course: Course, as_: Browser
) -> None:
    days = [a_day(open_course, 1, adverse=[("rash", Severity.SEVERE)])]
    enter(open_course, days, actor=None, now=NOW)
    notice = open_course.notices.get()

    as_(doctor).post(f"/courses/{open_course.pk}/notices/{notice.pk}")

    notice.refresh_from_db()
    assert notice.seen_by == doctor
    assert AuditEntry.objects.filter(action="notice_seen").count() == 1


def test_three_days_without_an_entry_want_attention(
    doctor: User, patient: Patient, pharmacist: User, as_: Browser
) -> None:
    course = planned(patient, first_day=timezone.localdate() - timedelta(days=10))
    record_preparation(
        course,
        Made(course.first_day, course.first_day + timedelta(days=90), "L1"),
        actor=pharmacist,
        now=timezone.now(),
    )
    hand_out(course, actor=pharmacist)
    enter(course, [a_day(course, 1)], actor=None, now=timezone.now())

    assert "Three days without an entry" in as_(doctor).get("/courses/").content.decode()


@pytest.mark.parametrize(
    ("change", "doses"),
    [
        ({"kind": "dose", "dose_mg": "3"}, [4.5] * 6 + [3.0] * 36),
        ({"kind": "dose", "dose_mg": "0"}, [4.5] * 6 + [0.0] * 36),
        ({"kind": "hold", "hold_days": "5"}, [4.5] * 42),
    ],
)
def test_a_change_holds_from_its_day_on(
    doctor: User, open_course: Course, as_: Browser, change: dict[str, str], doses: list[float]
) -> None:
    day = open_course.start + timedelta(days=6)
    sent = {"day": str(day), "reason": "vivid dreams", **change}

    as_(doctor).post(f"/courses/{open_course.pk}/change", sent)

    assert planned_doses(open_course)[14:] == doses


def test_a_hold_shifts_the_climb(doctor: User, patient: Patient, as_: Browser) -> None:
    course = planned(
        patient,
        baseline_days=0,
        written={
            "start_mg": 1.5,
            "step_mg": 1.5,
            "every_days": 7,
            "target_mg": 3,
            "target_days": 7,
            "strengths_mg": [1.5],
        },
    )
    sent = {"kind": "hold", "day": str(course.start + timedelta(days=3)), "hold_days": "2"}

    as_(doctor).post(f"/courses/{course.pk}/change", {**sent, "reason": "nausea"})

    assert planned_doses(course) == [1.5] * 9 + [3.0] * 5


@pytest.mark.parametrize("page", ["change", "stop"])
def test_no_change_without_a_reason(
    doctor: User, open_course: Course, as_: Browser, page: str
) -> None:
    sent = {"kind": "dose", "day": str(open_course.start), "dose_mg": "3", "reason": ""}

    assert as_(doctor).post(f"/courses/{open_course.pk}/{page}", sent).status_code == 400
    assert not open_course.changes.exists()


def test_a_blinded_period_keeps_its_dose(
    doctor: User, blinded_course: Course, as_: Browser
) -> None:
    sent = {"kind": "dose", "day": str(blinded_course.start), "dose_mg": "3", "reason": "dreams"}

    answer = as_(doctor).post(f"/courses/{blinded_course.pk}/change", sent)

    assert answer.status_code == 400
    assert "a blinded period keeps its dose" in answer.content.decode()


def test_a_stopped_course_takes_no_more_entries_and_no_changes(
    doctor: User, open_course: Course, as_: Browser
) -> None:
    as_(doctor).post(f"/courses/{open_course.pk}/stop", {"reason": "moved away"})

    open_course.refresh_from_db()
    sent = {"kind": "dose", "day": str(open_course.start), "dose_mg": "3", "reason": "again"}
    assert open_course.state == State.STOPPED
    assert as_(doctor).post(f"/courses/{open_course.pk}/change", sent).status_code == 400


def test_the_blind_is_opened_after_the_last_day_only(
    doctor: User, blinded_course: Course, patient: Patient, as_: Browser
) -> None:
    running = planned(
        patient, first_day=timezone.localdate(), baseline_days=0, periods=2, period_days=14
    )
    browser = as_(doctor)

    assert browser.post(f"/courses/{running.pk}/open", {"reason": "now"}).status_code == 404
    assert browser.post(f"/courses/{blinded_course.pk}/open", {"reason": "over"}).status_code == 302
    blinded_course.refresh_from_db()
    assert not blinded_course.sealed


def test_before_the_first_entry_a_course_shows_its_doses_and_no_empty_diary(
    doctor: User, open_course: Course, as_: Browser
) -> None:
    before = as_(doctor).get(f"/courses/{open_course.pk}/").content.decode()
    enter(open_course, [a_day(open_course, 1)], actor=None, now=NOW)
    after = as_(doctor).get(f"/courses/{open_course.pk}/").content.decode()

    assert ("<h2>Doses</h2>" in before, "are rated" in before) == (True, False)
    rated = f"1 of {open_course.days} days are rated"
    assert ("<h2>Doses</h2>" in after, rated in after) == (False, True)


def test_a_course_page_asks_the_database_at_most_twenty_times(
    doctor: User, blinded_course: Course, as_: Browser, django_assert_max_num_queries: Any
) -> None:
    days = [a_day(blinded_course, n) for n in range(1, 57)]
    enter(blinded_course, days, actor=None, now=NOW)
    browser = as_(doctor)

    with django_assert_max_num_queries(20):
        browser.get(f"/courses/{blinded_course.pk}/")
    with django_assert_max_num_queries(20):
        browser.get("/courses/")
