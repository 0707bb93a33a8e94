"""Methods, forms of content and passwords that nobody has a use for are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from clinic_world import PASSWORD
from django.test import Client

from lowdose import __version__
from lowdose.clinic.models import Course, Role, User
from lowdose.clinic.verbs.people import add_person
from lowdose.errors import InputError

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("page", ["/courses/", "/evidence/", "/account/login/", "/health", "/no"])
def test_other_methods_are_refused_everywhere(
    doctor: User, as_: Browser, method: str, page: str
) -> None:
    answer = as_(doctor).generic(method, page)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert "default-src" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/xml"])
def test_the_api_takes_json_only(open_course: Course, as_: Browser, kind: str) -> None:
    browser = as_(open_course.patient.account)

    answer = browser.post(f"/api/v1/courses/{open_course.pk}/entries", "{}", content_type=kind)

    assert answer.status_code == 415
    assert answer.json()["faults"][0]["expected"] == "JSON"
    assert not open_course.entries.exists()


def test_fhir_is_json_too(open_course: Course, as_: Browser) -> None:
    browser = as_(open_course.prescriber)
    at = f"/api/v1/courses/{open_course.pk}/fhir"

    answer = browser.post(at, "{}", content_type="application/fhir+json")

    assert answer.status_code == 422


def test_what_the_api_answers_is_a_file_to_a_browser(doctor: User, as_: Browser) -> None:
    answer = as_(doctor).get("/api/v1/me")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_password_has_at_most_128_characters(db: None) -> None:
    good = (PASSWORD * 9)[:128]
    add_person("ola", Role.PRESCRIBER, good, actor=None)

    with pytest.raises(InputError, match="at most 128"):
        add_person("per", Role.PRESCRIBER, good + "x", actor=None)


def test_a_stranger_is_not_told_the_version(doctor: User, as_: Browser) -> None:
    said = f"lowdose {__version__}"

    assert said in as_(doctor).get("/courses/").content.decode()
    assert said not in as_(None).get("/account/login/").content.decode()
