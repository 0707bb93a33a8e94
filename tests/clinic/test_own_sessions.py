"""Where a person is signed in: to see, and to end; and what ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from clinic_world import PASSWORD
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as OldStore
from django.test import Client
from django.utils import timezone

from lowdose.clinic.models import AuditEntry, Patient, Session, User
from lowdose.clinic.sessions import SessionStore

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TELEPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
PIXEL = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/138.0.0.0 Mobile Safari/537.36"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"
)


def signed_in(user: User, words: str = FIREFOX) -> Client:
    """A browser that says these words of itself, and was signed in by name and password."""
    browser = Client(headers={"host": "localhost", "user-agent": words})
    browser.post("/account/login/", {"login": user.username, "password": PASSWORD})
    return browser


def key_of(browser: Client) -> str:
    return str(browser.cookies["sessionid"].value)


def is_in(browser: Client) -> bool:
    return bool(browser.get("/profile/").status_code == 200)


@pytest.mark.parametrize(
    ("words", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        (TELEPHONE, "Safari on iPhone"),
        (PIXEL, "Chrome on Android"),
        (EDGE, "Edge on Windows"),
        ("something else", "A browser"),
    ],
)
def test_the_list_names_the_device_in_words(doctor: User, words: str, device: str) -> None:
    page = signed_in(doctor, words).get("/profile/sessions/").content.decode()

    assert f"<strong>{device}</strong>" in page


def test_neither_an_address_nor_what_the_browser_said_is_kept(doctor: User) -> None:
    signed_in(doctor)

    row = Session.objects.filter(user=doctor).values().get()
    kept = f"{row} {SessionStore(row['session_key']).load()}"

    assert "127.0.0.1" not in kept
    assert "Gecko" not in kept


def test_no_key_that_opens_a_session_stands_in_the_page(doctor: User) -> None:
    one, two = signed_in(doctor), signed_in(doctor, PIXEL)

    page = one.get("/profile/sessions/").content.decode()

    assert "Chrome on Android" in page
    assert key_of(one) not in page
    assert key_of(two) not in page


def test_one_of_them_is_ended_from_another(doctor: User) -> None:
    here, there, third = (signed_in(doctor) for _ in range(3))
    number = Session.objects.get(pk=key_of(there)).number

    here.post(f"/profile/sessions/{number}/end")

    assert [is_in(one) for one in (here, there, third)] == [True, False, True]
    assert AuditEntry.objects.order_by("number").last().action == "session_ended"  # type: ignore[union-attr]


def test_all_others_are_ended_at_once(doctor: User) -> None:
    here, there, third = (signed_in(doctor) for _ in range(3))

    here.post("/profile/sessions/others/end")

    assert [is_in(one) for one in (here, there, third)] == [True, False, False]
    assert AuditEntry.objects.get(action="sessions_ended").details == {"sessions": 2}


def test_nobody_ends_somebody_elses(doctor: User, other_doctor: User) -> None:
    mine, theirs = signed_in(doctor), signed_in(other_doctor)
    number = Session.objects.get(pk=key_of(theirs)).number

    answer = mine.post(f"/profile/sessions/{number}/end")
    mine.post("/profile/sessions/others/end")

    assert answer.status_code == 404
    assert is_in(theirs)


def test_another_password_ends_all_other_sessions_and_keeps_this_one(doctor: User) -> None:
    here, there = signed_in(doctor), signed_in(doctor, PIXEL)
    new = "another long enough one"

    here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert not Session.objects.filter(pk=key_of(there)).exists()
    assert is_in(here)
    assert AuditEntry.objects.filter(action="password_changed", actor="doctor").count() == 1


def test_another_factor_ends_all_other_sessions_and_keeps_this_one(
    doctor: User, django_capture_on_commit_callbacks: Any
) -> None:
    here, there = signed_in(doctor), signed_in(doctor, PIXEL)

    with django_capture_on_commit_callbacks(execute=True):  # told once it is stored
        add_factor(here)

    assert not Session.objects.filter(pk=key_of(there)).exists()
    assert is_in(here)


def add_factor(browser: Client) -> None:
    """Add an authenticator app, as its page asks: with the password once more."""
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    browser.get("/account/2fa/totp/activate/")
    code = format_hotp_value(
        hotp_value(browser.session[SECRET_SESSION_KEY], next(iter(counters())))
    )
    browser.post("/account/2fa/totp/activate/", {"code": code})


def test_using_a_session_is_noted_and_does_not_make_it_last_longer(
    patient: Patient, as_: Browser
) -> None:
    browser = as_(patient.account)
    held = Session.objects.filter(pk=key_of(browser))
    before = timezone.now() - timedelta(days=3)
    held.update(used_at=before)
    ends = held.get().expire_date

    browser.get("/profile/sessions/")

    assert held.get().used_at > before
    assert held.get().expire_date == ends


def test_erasing_a_patient_leaves_no_session(patient: Patient, as_: Browser) -> None:
    from lowdose.clinic.verbs.patients import erase

    browser = as_(patient.account)

    erase(patient, actor=None, now=timezone.now())

    assert not Session.objects.filter(pk=key_of(browser)).exists()


def test_whoever_was_signed_in_before_the_upgrade_still_is(doctor: User) -> None:
    move = __import__("lowdose.clinic.migrations.0007_sessions", fromlist=["_move"])._move
    old = OldStore()
    old["_auth_user_id"] = str(doctor.pk)
    old["_auth_user_backend"] = "lowdose.clinic.sign_in.Accounts"
    old["_auth_user_hash"] = doctor.get_session_auth_hash()
    old.save()

    move(apps, None)

    browser = Client(headers={"host": "localhost"})
    browser.cookies["sessionid"] = old.session_key or ""
    assert is_in(browser)
    assert not apps.get_model("sessions", "Session").objects.exists()
