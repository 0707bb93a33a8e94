"""Invitations: once, for a while, and only for the patient they were made for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from clinic_world import NOW
from django.test import Client
from django.utils import timezone

from lowdose.clinic.models import Invitation, Patient, Role, User
from lowdose.clinic.verbs.patients import accept, add_patient, erase, find_invitation, invite
from lowdose.errors import LowdoseError

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def newcomer(doctor: User) -> Patient:
    return add_patient(doctor, name="", contact="", time_zone="Europe/Oslo", language="nb")


def test_it_makes_an_account_that_signs_in_with_the_code(newcomer: Patient) -> None:
    welcome = accept(invite(newcomer, made_by=newcomer.prescriber, now=NOW), now=NOW)

    newcomer.refresh_from_db()
    assert newcomer.account == welcome.account
    assert welcome.account.check_password(welcome.code)
    assert (welcome.account.role, welcome.account.language) == (Role.PATIENT, "nb")


def test_it_works_once(newcomer: Patient) -> None:
    token = invite(newcomer, made_by=newcomer.prescriber, now=NOW)
    accept(token, now=NOW)

    with pytest.raises(LowdoseError, match="used before"):
        accept(token, now=NOW)


def test_it_expires_after_a_fortnight(newcomer: Patient) -> None:
    token = invite(newcomer, made_by=newcomer.prescriber, now=NOW)

    assert find_invitation(token, NOW + timedelta(days=13)) is not None
    assert find_invitation(token, NOW + timedelta(days=15)) is None


def test_a_newer_one_takes_its_place(newcomer: Patient) -> None:
    older = invite(newcomer, made_by=newcomer.prescriber, now=NOW)
    invite(newcomer, made_by=newcomer.prescriber, now=NOW)

    assert find_invitation(older, NOW) is None


def test_a_second_one_keeps_the_account_and_gives_a_new_code(newcomer: Patient) -> None:
    first = accept(invite(newcomer, made_by=newcomer.prescriber, now=NOW), now=NOW)
    newcomer.refresh_from_db()
    second = accept(invite(newcomer, made_by=newcomer.prescriber, now=NOW), now=NOW)

    assert second.account == first.account
    assert not second.account.check_password(first.code)


def test_the_token_itself_is_not_stored(newcomer: Patient) -> None:
    token = invite(newcomer, made_by=newcomer.prescriber, now=NOW)

    assert token not in str(Invitation.objects.values().get())


def test_opening_the_link_uses_nothing_up(newcomer: Patient, as_: Browser) -> None:
    token = invite(newcomer, made_by=newcomer.prescriber, now=timezone.now())
    link = f"/invitation/{token}/"

    assert [as_(None).get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert as_(None).post(link).status_code == 200
    assert as_(None).get(link).status_code == 410


def test_an_erased_patient_leaves_no_name_and_no_account(patient: Patient, doctor: User) -> None:
    account = patient.account
    assert account is not None

    erase(patient, actor=doctor, now=NOW)

    patient.refresh_from_db()
    assert (patient.name, patient.account) == ("", None)
    assert not User.objects.filter(pk=account.pk).exists()
    assert set(patient.history.values_list("name", flat=True)) == {""}
