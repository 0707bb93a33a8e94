"""An entry takes a short way through the middleware, and is guarded as on the whole way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from clinic_world import a_day
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import _does_token_match
from django.test import Client
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from pytest_django import Settings

from lowdose.clinic.models import AuditEntry, Course, Patient, User
from lowdose.clinic.pages import diary
from lowdose.clinic.short_way import LEFT_OUT, short_way
from lowdose.clinic.verbs.diary import Day

pytestmark = pytest.mark.django_db
SHORT = "lowdose.clinic.short_way.short_way"
TOKEN = "f" * 32
SENT: dict[str, dict[str, Any]] = {
    "as a script sends it": {},
    "from elsewhere": {"headers": {"origin": "https://evil.example"}},
    "without the token's cookie": {"cookie": ""},
    "with another token": {"headers": {"x-csrftoken": "e" * 32}},
    "to another host": {"headers": {"host": "evil.example"}},
    "with another host from a proxy": {"headers": {"x-forwarded-host": "evil.example"}},
    "as a form": {"content_type": "application/x-www-form-urlencoded"},
    "as a form of odd bytes": {
        "content_type": "application/x-www-form-urlencoded",
        "data": b"\xff",
    },
    "with an odd address": {"query": "?x=%00"},
    "with nothing": {"data": b""},
    "too large": {"data": b"[" + b" " * (6 * 2**20) + b"]"},
    "to be read": {"method": "GET"},
    "by a method that nothing has": {"method": "PATCH"},
    "by a method that is none": {"method": "ENTRY"},
}
NOT_NEEDED = {"Content-Language", "Vary"}  # the whole way chooses a language by the browser's


def ask(
    browser: Client,
    content: bytes,
    method: str = "POST",
    query: str = "",
    cookie: str = TOKEN,
    **more: Any,
) -> HttpResponse:
    headers = {"host": "localhost", "x-csrftoken": TOKEN, **more.pop("headers", {})}
    said = {"data": content, "content_type": "application/json", **more}
    browser.cookies["csrftoken"] = cookie
    return browser.generic(method, f"/diary/entries{query}", headers=headers, **said)


def entry(course: Course, number: int) -> bytes:
    day: Day = a_day(course, number)
    said = {"id": str(uuid4()), "day": str(day.day), "written_at": day.written_at.isoformat()}
    return json.dumps({"course": str(course.pk), "entries": [said]}).encode()


def both_ways(
    settings: Settings, user: User | None, course: Course, **more: Any
) -> list[HttpResponse]:
    """What two entries, of a day each, are answered: the first on the short way."""
    whole = [name for name in site.MIDDLEWARE if name != SHORT]
    answers = []
    for number, middleware in enumerate([site.MIDDLEWARE, whole], start=1):
        settings.MIDDLEWARE = middleware
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if user is not None:
            browser.force_login(user, "lowdose.clinic.sign_in.Accounts")
        answers.append(ask(browser, entry(course, number), **more))
    return answers


def heads(answer: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in NOT_NEEDED}


def shown(answer: HttpResponse) -> str:
    """The page, but for the token of its forms, which is another in every answer."""
    return re.sub(r'"[0-9A-Za-z]{64}"', "", answer.content.decode())


@pytest.mark.parametrize("way", SENT)
@pytest.mark.parametrize("who", ["patient", "other patient", "doctor", "stranger"])
def test_an_entry_is_answered_as_on_the_whole_way(
    settings: Settings,
    patient: Patient,
    other_patient: Patient,
    doctor: User,
    open_course: Course,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    way: str,
) -> None:
    people = {"patient": patient.account, "other patient": other_patient.account, "doctor": doctor}
    now = a_day(open_course, 5).written_at
    monkeypatch.setattr(timezone, "now", lambda: now)

    short, whole = both_ways(settings, people.get(who), open_course, **SENT[way])

    assert (short.status_code, heads(short)) == (whole.status_code, heads(whole))
    assert shown(short) == shown(whole)
    assert short.cookies.keys() == whole.cookies.keys()
    stored = who == "patient" and way in {"as a script sends it", "with another host from a proxy"}
    assert open_course.entries.count() == (2 if stored else 0)


def test_staff_without_a_second_factor_get_no_further(
    settings: Settings, doctor: User, open_course: Course
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    for answer in both_ways(settings, doctor, open_course):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/2fa/")


def test_a_refusal_is_recorded_on_either_way(
    settings: Settings, other_patient: Patient, open_course: Course, doctor: User
) -> None:
    for user in (other_patient.account, doctor):
        refused = AuditEntry.objects.filter(action="refused", actor=user.username)
        assert [one.status_code for one in both_ways(settings, user, open_course)] == [404, 404]
        assert refused.count() == 2


def test_an_entry_is_answered_in_its_patients_language_and_not_in_that_of_somebody_before(
    patient: Patient, open_course: Course, as_: Callable[..., Client]
) -> None:
    assert patient.account is not None
    for language, said in (("en", "could not be read"), ("nb", "kunne ikke leses")):
        patient.account.language = language
        patient.account.save()
        translation.activate("nb")
        assert said in ask(as_(patient.account), b"[]").json()["problem"]
    strict = Client(enforce_csrf_checks=True)
    assert 'lang="en"' in ask(strict, b"[]", headers={"x-csrftoken": ""}).content.decode()


@pytest.mark.parametrize(
    "sent", [{"cookie": ""}, {"query": "?x=%00"}, {"query": "?x=%00", "method": "GET"}]
)
def test_the_forms_of_a_refusal_can_be_sent(
    settings: Settings, patient: Patient, open_course: Course, sent: dict[str, Any]
) -> None:
    """Their token is that of the cookie that comes with them."""
    for answer in both_ways(settings, patient.account, open_course, **sent):
        (masked,) = set(re.findall(r'"([0-9A-Za-z]{64})"', answer.content.decode()))
        assert _does_token_match(masked, answer.cookies["csrftoken"].value)


def test_the_log_says_that_it_was_an_entry(
    settings: Settings,
    patient: Patient,
    open_course: Course,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_pk: object) -> Course:
        raise RuntimeError

    monkeypatch.setattr(diary, "course_for_entries", broken)

    answers = both_ways(settings, patient.account, open_course)

    assert [answer.status_code for answer in answers] == [500, 500]
    lines = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(lines) == 2
    assert all("/diary/entries" in line for line in lines)


def refusing(get_response: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A guard of another package that looks right before the view."""

    def guard(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    guard.process_view = lambda *_: HttpResponse(status=403)  # type: ignore[attr-defined]
    return guard


def mending(get_response: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """One that wants to see every error."""

    def guard(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    guard.process_exception = lambda *_: None  # type: ignore[attr-defined]
    return guard


def test_a_guard_that_looks_right_before_the_view_is_asked_on_either_way(
    settings: Settings, patient: Patient, open_course: Course
) -> None:
    settings.MIDDLEWARE = [*site.MIDDLEWARE, f"{__name__}.refusing"]

    answers = both_ways(settings, patient.account, open_course)

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not open_course.entries.exists()


def test_a_guard_that_the_short_way_cannot_serve_stops_the_start(settings: Settings) -> None:
    settings.MIDDLEWARE = [*site.MIDDLEWARE, f"{__name__}.mending"]

    with pytest.raises(ImproperlyConfigured, match=r"mending needs the whole way"):
        Client().get("/health")


def test_what_is_left_out_is_what_the_settings_have_and_comes_with_a_reason() -> None:
    assert set(LEFT_OUT) < set(site.MIDDLEWARE)
    assert all(LEFT_OUT.values())


def test_every_guard_of_our_own_is_passed_by_entries_too() -> None:
    ours = [name for name in site.MIDDLEWARE if name.startswith("lowdose.")]

    assert not set(ours) & set(LEFT_OUT)
    assert import_string(site.MIDDLEWARE[0]) is short_way
