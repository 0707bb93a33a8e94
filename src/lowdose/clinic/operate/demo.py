"""A clinic to look around in: invented people and their courses, the same ones every time.

Every rating is made up. It is for trying the application out, never beside real patients: the
passwords are known to everybody.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.models import Course, Patient, Role, Severity, User
from lowdose.clinic.verbs.blinding import read_allocation
from lowdose.clinic.verbs.courses import plan_course
from lowdose.clinic.verbs.diary import Day, enter
from lowdose.clinic.verbs.patients import accept, add_patient, invite
from lowdose.clinic.verbs.people import add_person
from lowdose.clinic.verbs.pharmacy import Made, hand_out, record_preparation
from lowdose.clinic.verbs.plans import laid_out

__all__ = ["PASSWORD", "PEOPLE", "ZONE", "fill"]

PASSWORD = "look-around-here"
PEOPLE: dict[str, Role] = {
    "doctor": Role.PRESCRIBER,
    "pharmacy": Role.PHARMACIST,
    "research": Role.RESEARCHER,
    "admin": Role.ADMINISTRATOR,
    "patient": Role.PATIENT,
}
"""Who can sign in to the demonstration, all with `PASSWORD`."""

ZONE = "Europe/Oslo"
_EVENING = time(19, 30)


def fill(today: date) -> None:
    """Make people, courses and diaries up to yesterday, in an empty database."""
    people = {
        name: add_person(name, role, PASSWORD, actor=None, time_zone=ZONE)
        for name, role in PEOPLE.items()
        if role is not Role.PATIENT
    }
    doctor, pharmacist = people["doctor"], people["pharmacy"]
    chance = random.Random(1)
    climbing = _open(_patient(doctor, "Ida Berg"), today - timedelta(days=75), pharmacist)
    _write(climbing, today, chance, before=6.4, on=4.1, skip=())
    silent = _open(_patient(doctor, "Lars Moen"), today - timedelta(days=40), pharmacist)
    _write(silent, today - timedelta(days=5), chance, before=5.5, on=5.4, skip=())
    ended = _blinded(_patient(doctor, "Nora Lie"), today - timedelta(days=58), pharmacist)
    _write(ended, today, chance, before=6.2, on=4.2, skip=(17, 18), severe=9)
    kari = _patient(doctor, "Kari Nordmann", "patient")
    own = _blinded(kari, today - timedelta(days=10), pharmacist)
    _write(own, today, chance, before=6.0, on=4.5, skip=(6,))
    _open(_patient(doctor, "Per Hagen"), today + timedelta(days=3), None)


def _patient(doctor: User, name: str, sign_in: str = "") -> Patient:
    patient = add_patient(doctor, name=name, contact="", time_zone=ZONE, language="en")
    if sign_in:
        now = timezone.now()
        account = accept(invite(patient, made_by=doctor, now=now), now=now).account
        account.username = sign_in
        account.set_password(PASSWORD)
        account.save()
        patient.refresh_from_db()
    return patient


def _open(patient: Patient, first_day: date, pharmacist: User | None) -> Course:
    course = _planned(patient, {"template": "usual", "target_days": 56}, first_day, 14)
    if pharmacist is not None:
        _prepare(course, pharmacist)
    return course


def _blinded(patient: Patient, first_day: date, pharmacist: User) -> Course:
    written = {"start_mg": 4.5, "target_mg": 4.5}
    course = _planned(patient, written, first_day, 0, periods=4, period_days=14)
    _prepare(course, pharmacist)
    return course


def _planned(
    patient: Patient, written: dict[str, Any], first_day: date, baseline_days: int, **periods: int
) -> Course:
    safety = {"opioids": "none", "liver": "none", "kidney": "none", "pregnant": "no"}
    layout = laid_out(
        {**written, "strengths_mg": [1.5, 4.5], "safety": safety},
        first_day=first_day,
        zone=ZONE,
        baseline_days=baseline_days,
        **periods,
    )
    symptoms = [INSTRUMENTS["pain"], INSTRUMENTS["sleep"]]
    return plan_course(
        patient, layout, condition="fibromyalgia", symptoms=symptoms, actor=patient.prescriber
    )


def _prepare(course: Course, pharmacist: User) -> None:
    made_on = course.first_day - timedelta(days=3)
    made = Made(
        made_on=made_on,
        beyond_use=made_on + timedelta(days=180),
        lot="L-0412",
        placebo_lot="L-0413" if course.blinded else "",
    )
    record_preparation(course, made, actor=pharmacist, now=timezone.now())
    hand_out(course, actor=pharmacist)


def _write(
    course: Course,
    until: date,
    chance: random.Random,
    *,
    before: float,
    on: float,
    skip: Sequence[int],
    severe: int = 0,
) -> None:
    """Enter days up to the one before `until`."""
    taken = _taken(course)
    swing, days = 0.0, []
    for number in range(1, min(course.days, (until - course.first_day).days) + 1):
        swing = 0.7 * swing + chance.gauss(0, 0.7)
        pain = before + (on - before) * taken[number - 1] + swing + chance.gauss(0, 0.6)
        if number not in skip:
            days.append(_day(course, number, pain, chance, severe=number == severe))
    enter(course, days, actor=course.patient.account, now=timezone.now())


def _taken(course: Course) -> list[float]:
    """How much of its effect the treatment has on each day, 0 to 1."""
    lead = [0.0] * course.baseline_days + [0.6] * min(course.open_days, 28)
    lead += [1.0] * (course.open_days - min(course.open_days, 28))
    if not course.blinded:
        return lead
    held = read_allocation(course, actor=None).treatments
    return lead + [float(one == "naltrexone") for one in held for _ in range(course.period_days)]


def _day(course: Course, number: int, pain: float, chance: random.Random, *, severe: bool) -> Day:
    day = course.first_day + timedelta(days=number - 1)
    dreams = [("vivid dreams", Severity.MILD)] if chance.random() < 0.06 else []
    worst = [("headache", Severity.SEVERE)] if severe else []
    return Day(
        id=UUID(int=chance.getrandbits(128), version=4),
        day=day,
        written_at=datetime.combine(day, _EVENING, tzinfo=UTC),
        ratings={
            "pain": float(min(10, max(0, round(pain)))),
            "sleep": float(min(10, max(0, round(9 - 0.6 * pain + chance.gauss(0, 1))))),
        },
        taken=chance.random() > 0.04,
        adverse=[*dreams, *worst],
    )
