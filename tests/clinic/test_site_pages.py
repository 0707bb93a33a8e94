"""The site, for its administrator: state, audit trail, erasure, the tables to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from clinic_world import NOW, a_day
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lowdose.clinic.models import AuditEntry, Course, Patient, User
from lowdose.clinic.verbs.checking import last_check, verify_chain, want_check
from lowdose.clinic.verbs.diary import choose, enter

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def admin(administrator: User, as_: Browser) -> Client:
    return as_(administrator)


def test_the_page_tells_how_the_site_does_in_few_queries(admin: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = admin.get("/site/")

    text = answer.content.decode()
    last = AuditEntry.objects.order_by("-number").first()
    assert last is not None
    assert f"{last.number}:{last.digest}" in text
    assert "lowdose clinic backup" in text
    assert len(queries) <= 20


def test_no_secret_is_on_the_page(admin: Client) -> None:
    from django.conf import settings as in_force

    text = admin.get("/site/").content.decode()

    secrets = [in_force.SECRET_KEY, str(in_force.DATABASES["default"].get("PASSWORD") or "-none-")]
    assert not [secret for secret in secrets if secret in text]


def test_the_trail_is_verified_by_the_worker_once_however_often_it_is_asked(
    administrator: User,
) -> None:
    want_check(actor=administrator)
    want_check(actor=administrator)

    waiting = last_check()
    assert waiting is not None
    assert waiting.finished is None
    assert AuditEntry.objects.filter(action="check_wanted").count() == 1
    assert verify_chain.call()["faults"] == []


def test_the_trail_shows_what_is_asked_for(admin: Client, open_course: Course) -> None:
    answer = admin.post("/site/trail", {"action": "course_planned", "subject": open_course.number})

    assert [entry.subject for entry in answer.context["entries"]] == [open_course.number]


def test_older_entries_follow(admin: Client, patient: Patient) -> None:
    last = AuditEntry.objects.count()

    answer = admin.post("/site/trail", {"before": last})

    assert answer.context["entries"][0].number == last - 1


def test_a_patient_is_erased_only_where_the_pseudonym_is_typed_twice(
    admin: Client, open_course: Course
) -> None:
    patient = open_course.patient
    wrong = admin.post("/site/erase", {"pseudonym": patient.pseudonym, "again": "P-222222"})
    patient.refresh_from_db()
    assert (wrong.status_code, patient.name) == (400, "Kari Nordmann")

    admin.post("/site/erase", {"pseudonym": patient.pseudonym.lower(), "again": patient.pseudonym})

    patient.refresh_from_db()
    assert (patient.name, patient.account) == ("", None)


def test_a_patient_who_once_settled_a_conflict_can_be_erased(
    admin: Client, open_course: Course
) -> None:
    patient = open_course.patient
    assert patient.account is not None
    days = [a_day(open_course, 1, pain=1), a_day(open_course, 1, pain=9)]
    enter(open_course, days, actor=patient.account, now=NOW)
    choose(open_course.entries.get(pk=days[1].id), actor=patient.account, now=NOW)

    admin.post("/site/erase", {"pseudonym": patient.pseudonym, "again": patient.pseudonym})

    patient.refresh_from_db()
    assert patient.erased_at is not None


def test_an_unknown_pseudonym_is_refused(admin: Client) -> None:
    answer = admin.post("/site/erase", {"pseudonym": "P-222222", "again": "P-222222"})

    assert answer.status_code == 400


def test_the_tables_can_be_looked_at_by_the_administrator_only(
    admin: Client, doctor: User, administrator: User, as_: Browser
) -> None:
    want_check(actor=administrator)
    tables = "/admin/django_tasks_database/dbtaskresult/"

    assert admin.get("/admin/").status_code == 200
    assert admin.get(tables).status_code == 200
    assert admin.get(f"{tables}add/").status_code == 403
    assert as_(doctor).get(tables).status_code == 404
    assert as_(None).get(tables).status_code == 302


def test_the_tables_have_no_sign_in_of_their_own(as_: Browser) -> None:
    assert as_(None).post("/admin/login/", {"username": "x"}).status_code == 404
