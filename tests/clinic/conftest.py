"""A small clinic: who works there and one patient each, by role.

doctor      prescriber of `patient`; `other_doctor` must see nothing of it
pharmacist, researcher, administrator
patient     with an account; `other_patient` belongs to `other_doctor`
open_course, blinded_course      of `patient`, planned; 56 days
as_(person) a browser in which that person is signed in
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from clinic_world import person, planned, with_account
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from lowdose.clinic.models import Course, Patient, Role, User


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page that one test opened in Norwegian leaves no language behind for the next."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A real hash takes a fifth of a second for each of the people here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def doctor(db: None) -> User:
    return person(Role.PRESCRIBER, "doctor")


@pytest.fixture
def other_doctor(db: None) -> User:
    return person(Role.PRESCRIBER, "other_doctor")


@pytest.fixture
def pharmacist(db: None) -> User:
    return person(Role.PHARMACIST, "pharmacist")


@pytest.fixture
def researcher(db: None) -> User:
    return person(Role.RESEARCHER, "researcher")


@pytest.fixture
def administrator(db: None) -> User:
    return person(Role.ADMINISTRATOR, "administrator")


@pytest.fixture
def patient(doctor: User) -> Patient:
    return with_account(doctor, "Kari Nordmann")


@pytest.fixture
def other_patient(other_doctor: User) -> Patient:
    return with_account(other_doctor)


@pytest.fixture
def open_course(patient: Patient) -> Course:
    return planned(patient)


@pytest.fixture
def blinded_course(patient: Patient) -> Course:
    return planned(patient, baseline_days=0, periods=4, period_days=14)


@pytest.fixture
def as_() -> Callable[[User | None], Client]:
    """A browser; with a person, one in which that person is signed in."""

    def browser(user: User | None) -> Client:
        client = Client(headers={"host": "localhost"})
        if user is not None:
            client.force_login(user, "lowdose.clinic.sign_in.Accounts")
        return client

    return browser
