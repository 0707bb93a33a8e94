"""What the tests of the clinic make their people, courses and days with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.models import Course, Patient, Role, User
from lowdose.clinic.verbs.courses import plan_course
from lowdose.clinic.verbs.diary import Day
from lowdose.clinic.verbs.patients import accept, add_patient, invite
from lowdose.clinic.verbs.people import add_person
from lowdose.clinic.verbs.plans import laid_out

FIRST_DAY = date(2026, 3, 2)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PASSWORD = "a long enough password"
ANSWER = {
    "verdict": "probably_working",
    "next_step": "keep",
    "levels": [
        {
            "dose_mg": 4.5,
            "treatment": None,
            "effect": -1.25,
            "interval95": [-2.5, -0.1],
            "probability_benefit": 0.995,
            "probability_30_percent": 0.4,
        }
    ],
    "best_level_mg": 4.5,
    "reference": "no treatment",
    "blinded": False,
}


def person(role: Role, name: str) -> User:
    return add_person(name, role, PASSWORD, actor=None, time_zone="Europe/Oslo")


def with_account(prescriber: User, name: str = "") -> Patient:
    patient = add_patient(prescriber, name=name, contact="", time_zone="Europe/Oslo", language="en")
    accept(invite(patient, made_by=prescriber, now=NOW), now=NOW)
    patient.refresh_from_db()
    return patient


def planned(patient: Patient, **layout: Any) -> Course:
    """A course of `patient` at 4.5 mg; layout: what differs from 14 + 42 open days."""
    written = {
        "start_mg": 4.5,
        "target_mg": 4.5,
        "target_days": 42,
        "strengths_mg": [4.5],
        "safety": {"opioids": "none"},
        **layout.pop("written", {}),
    }
    chosen = {"first_day": FIRST_DAY, "zone": "Europe/Oslo", "baseline_days": 14, **layout}
    return plan_course(
        patient,
        laid_out(written, **chosen),
        condition="fibromyalgia",
        symptoms=[INSTRUMENTS["pain"], INSTRUMENTS["fatigue"]],
        actor=patient.prescriber,
    )


def a_day(course: Course, number: int, pain: float = 5, **more: Any) -> Day:
    """Day `number` (from 1) of a course, written in its own evening."""
    day = course.first_day + timedelta(days=number - 1)
    said = {"ratings": {"pain": pain}, "taken": True, **more}
    evening = datetime.combine(day, time(19, 0), tzinfo=UTC)
    return Day(**{"id": uuid4(), "day": day, "written_at": evening, **said})
