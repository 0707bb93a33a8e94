"""What happened to somebody's ways to sign in is said to them at the next sign-in, once."""

from __future__ import annotations

import pytest
from clinic_world import NOW, PASSWORD
from django.core.cache import cache
from django.test import Client

from lowdose.clinic.models import AuditEntry, Patient, SignInChange, User
from lowdose.clinic.verbs.patients import accept, invite
from lowdose.clinic.verbs.people import renew_password, reset_factors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def sign_in(name: str, password: str = PASSWORD) -> Client:
    browser = Client(headers={"host": "localhost"})
    browser.post("/account/login/", {"login": name, "password": password})
    return browser


def told(browser: Client) -> str:
    """The messages on the next page."""
    page = browser.get("/profile/").content.decode()
    return page.partition('class="messages"')[2].partition("</ul>")[0]


def test_a_password_that_somebody_else_renewed_is_said(doctor: User, administrator: User) -> None:
    password = renew_password(doctor, actor=administrator)

    assert "A new password or code was made for you" in told(sign_in("doctor", password))


def test_it_is_said_once(doctor: User, administrator: User) -> None:
    password = renew_password(doctor, actor=administrator)
    told(sign_in("doctor", password))

    assert "A new password" not in told(sign_in("doctor", password))


def test_factors_that_were_reset_are_said(doctor: User, administrator: User) -> None:
    reset_factors(doctor, actor=administrator)

    assert "second factors were removed" in told(sign_in("doctor"))


def test_ones_own_change_is_said_at_the_next_sign_in(doctor: User) -> None:
    new = "another long enough one"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    sign_in("doctor").post("/account/password/change/", fields)

    assert "Your password was changed" in told(sign_in("doctor", new))


def test_a_patient_whose_code_was_renewed_is_told(patient: Patient) -> None:
    welcome = accept(invite(patient, made_by=patient.prescriber, now=NOW), now=NOW)

    said = told(sign_in(welcome.account.username, welcome.code))

    assert "A new password or code was made for you" in said


def test_whoever_was_locked_out_is_told_once_however_often(doctor: User) -> None:
    for _ in range(12):
        sign_in("doctor", "wrong")

    changes = SignInChange.objects.filter(user=doctor)
    assert [one.kind for one in changes] == ["locked_out"]
    assert set(
        AuditEntry.objects.filter(action="locked_out").values_list("subject", flat=True)
    ) == {"doctor"}


def test_a_name_that_nobody_has_is_not_noted(doctor: User) -> None:
    for _ in range(12):
        sign_in("my secret password", "wrong")

    subjects = AuditEntry.objects.filter(action="locked_out").values_list("subject", flat=True)
    assert set(subjects) == {""}


def test_it_is_said_in_the_persons_own_language(doctor: User, administrator: User) -> None:
    doctor.language = "nb"
    doctor.save()
    password = renew_password(doctor, actor=administrator)

    assert "nytt passord eller en ny kode" in told(sign_in("doctor", password))


def test_what_happened_stays_in_a_list(doctor: User, administrator: User) -> None:
    reset_factors(doctor, actor=administrator)
    browser = sign_in("doctor")
    told(browser)

    assert "second factors were removed" in browser.get("/profile/sessions/").content.decode()


def test_nobody_is_told_of_somebody_else(
    doctor: User, other_doctor: User, administrator: User
) -> None:
    reset_factors(other_doctor, actor=administrator)

    assert told(sign_in("doctor")) == ""
