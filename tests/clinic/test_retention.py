"""Retention: the worker erases what has expired, once a day, where the site says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from clinic_world import NOW
from django.conf import settings as in_force
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from lowdose.clinic.chain import verify
from lowdose.clinic.models import Course, Patient, Session, User
from lowdose.clinic.models.audit import AuditEntry
from lowdose.clinic.operate.worker import main, work_off
from lowdose.clinic.sessions import SessionStore
from lowdose.clinic.site import site_from
from lowdose.clinic.verbs.retention import apply_retention, want_retention
from lowdose.errors import InputError

pytestmark = pytest.mark.django_db

Browser = Callable[[User | None], Client]


@pytest.fixture
def kept_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The site's setting, on a day 600 days after the course of these tests has ended."""
    later = NOW + timedelta(days=600)
    monkeypatch.setattr(timezone, "now", lambda: later)

    def set_to(days: int) -> None:
        settings.SITE = replace(in_force.SITE, erase_after_days=days)

    return set_to


def waiting() -> list[DBTaskResult]:
    held = DBTaskResult.objects.filter(task_path=apply_retention.module_path)
    return list(held.filter(status="READY"))


def test_who_expired_is_erased_and_that_is_recorded(
    kept_for: Callable[[int], None], open_course: Course
) -> None:
    kept_for(365)

    assert apply_retention.func() == 1

    assert Patient.objects.get(pk=open_course.patient_id).name == ""
    entry = AuditEntry.objects.get(action="expired_erased")
    assert entry.details == {"older_than_days": 365, "patients": 1}
    assert AuditEntry.objects.filter(action="patient_erased").count() == 1
    assert verify().faults == ()


def test_who_has_not_expired_stays(kept_for: Callable[[int], None], open_course: Course) -> None:
    kept_for(700)

    assert apply_retention.func() == 0

    assert Patient.objects.get(pk=open_course.patient_id).name == "Kari Nordmann"
    assert not AuditEntry.objects.filter(action="expired_erased").exists()


def test_without_the_setting_nobody_is_erased(
    kept_for: Callable[[int], None], open_course: Course
) -> None:
    kept_for(0)

    assert apply_retention.func() == 0

    assert Patient.objects.get(pk=open_course.patient_id).name == "Kari Nordmann"


def test_sessions_that_have_ended_go_and_others_stay(kept_for: Callable[[int], None]) -> None:
    kept_for(0)
    ended, running = SessionStore(), SessionStore()
    ended.set_expiry(timezone.now() - timedelta(seconds=1))
    for one in (ended, running):
        one.save()

    apply_retention.func()

    assert [one.session_key for one in Session.objects.all()] == [running.session_key]


def test_work_that_was_done_long_ago_is_forgotten_and_waiting_work_is_not(
    kept_for: Callable[[int], None],
) -> None:
    kept_for(0)
    for days in (1, 15):
        done = apply_retention.using(run_after=None).enqueue()
        held = DBTaskResult.objects.filter(pk=done.id)
        finished = timezone.now() - timedelta(days=days)
        held.update(status="SUCCESSFUL", finished_at=finished)

    apply_retention.func()

    ages = [timezone.now() - one.finished_at for one in DBTaskResult.objects.finished()]
    assert ages == [timedelta(days=1)]
    assert len(waiting()) == 1


def test_it_comes_again_in_a_day_once_however_often_it_is_asked_for(
    kept_for: Callable[[int], None], open_course: Course
) -> None:
    kept_for(365)

    apply_retention.func()
    want_retention()

    assert [one.run_after for one in waiting()] == [timezone.now() + timedelta(days=1)]


def test_a_fault_today_does_not_end_it_for_ever(
    kept_for: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError

    kept_for(365)
    monkeypatch.setattr("lowdose.clinic.verbs.retention.erase_expired", broken)

    with pytest.raises(OSError):
        apply_retention.func()

    assert len(waiting()) == 1


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the worker closes the connection of this transaction"
)
def test_the_worker_does_it_as_soon_as_it_starts(
    kept_for: Callable[[int], None], open_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker itself, told to end when nothing is left to do."""

    def once(one: Worker) -> None:
        work_off(one)
        one.running = False

    kept_for(365)
    monkeypatch.setattr("lowdose.clinic.operate.worker.work_off", once)
    monkeypatch.setattr("lowdose.clinic.operate.worker._step_aside", lambda: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)

    main()

    assert Patient.objects.get(pk=open_course.patient_id).erased_at == timezone.now()


def test_the_site_s_page_says_what_is_in_force(
    settings: Settings, administrator: User, as_: Browser
) -> None:
    by_hand = as_(administrator).get("/site/").content.decode()
    settings.SITE = replace(in_force.SITE, erase_after_days=3650)
    by_itself = as_(administrator).get("/site/").content.decode()

    assert "only by hand" in by_hand
    assert "3650 days after the last course has ended, by itself" in by_itself


@pytest.mark.parametrize("value", ["ten years", "-1", "36501", "1.5"])
def test_a_setting_that_is_no_number_of_days_is_said(value: str) -> None:
    with pytest.raises(InputError, match="a number of days from 1 to 36500, or 0 for never"):
        site_from({"LOWDOSE_CLINIC_ERASE_AFTER": value})


def test_the_setting_reaches_the_site() -> None:
    assert site_from({"LOWDOSE_CLINIC_ERASE_AFTER": "3650"}).erase_after_days == 3650
    assert site_from({}).erase_after_days == 0
