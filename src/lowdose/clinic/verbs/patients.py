"""Patients: add one, invite, accept an invitation, change, erase."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from lowdose.clinic.chain import record
from lowdose.clinic.models import (
    ChangeKind,
    Course,
    HandOver,
    Invitation,
    Notice,
    Patient,
    Role,
    SignInChangeKind,
    State,
    User,
)
from lowdose.clinic.models.people import LETTERS
from lowdose.clinic.vault import token_hash
from lowdose.clinic.verbs.sessions import end_sessions
from lowdose.clinic.verbs.sign_in_changes import note_change
from lowdose.errors import LowdoseError

__all__ = [
    "Welcome",
    "accept",
    "add_patient",
    "change_patient",
    "erase",
    "expired",
    "find_invitation",
    "invite",
]

_VALID_DAYS = 14
_CODE_GROUPS, _GROUP = 4, 4  # 31**16: about 79 bits


@dataclass(frozen=True)
class Welcome:
    """A new account and the code that signs in to it; the code is shown once and not kept."""

    account: User
    code: str


@transaction.atomic
def add_patient(
    prescriber: User, *, name: str, contact: str, time_zone: str, language: str
) -> Patient:
    """Note a new patient under a new pseudonym."""
    patient = Patient.objects.create(
        prescriber=prescriber, name=name, contact=contact, time_zone=time_zone, language=language
    )
    record("patient_added", actor=prescriber, subject=patient.pseudonym)
    return patient


@transaction.atomic
def change_patient(patient: Patient, *, actor: User) -> None:
    """Store what was changed; the account speaks the patient's language from now on."""
    patient.save()
    if patient.account is not None:
        User.objects.filter(pk=patient.account.pk).update(
            language=patient.language, time_zone=patient.time_zone
        )
    record("patient_changed", actor=actor, subject=patient.pseudonym)


@transaction.atomic
def invite(patient: Patient, *, made_by: User, now: datetime) -> str:
    """A token that makes the patient's account, once; earlier ones no longer do."""
    token = secrets.token_urlsafe(24)
    patient.invitations.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    Invitation.objects.create(
        patient=patient,
        token_sha256=token_hash(token),
        made_by=made_by,
        made_at=now,
        expires_at=now + timedelta(days=_VALID_DAYS),
    )
    record("patient_invited", actor=made_by, subject=patient.pseudonym)
    return token


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """The invitation of a token while it may still be used."""
    return (
        Invitation.objects.select_related("patient", "patient__account")
        .filter(token_sha256=token_hash(token), used_at=None, withdrawn_at=None, expires_at__gt=now)
        .first()
    )


@transaction.atomic
def accept(token: str, *, now: datetime) -> Welcome:
    """Make the patient's account, or give an existing one a new code.

    Raises LowdoseError where the invitation was used, withdrawn or has expired.
    """
    used = Invitation.objects.filter(
        token_sha256=token_hash(token), used_at=None, withdrawn_at=None, expires_at__gt=now
    ).update(used_at=now)
    if not used:
        raise LowdoseError(
            "This invitation was used before, or has expired. Ask your prescriber for a new one."
        )
    invitation = Invitation.objects.select_related("patient").get(token_sha256=token_hash(token))
    patient, code = invitation.patient, _new_code()
    account = patient.account or User(
        username=patient.pseudonym.lower(),
        role=Role.PATIENT,
        language=patient.language,
        time_zone=patient.time_zone,
    )
    account.set_password(code)
    account.save()
    if patient.account is not None:
        end_sessions(account)
        note_change(account, SignInChangeKind.PASSWORD_RENEWED)
    patient.account = account
    patient.save()
    record("invitation_accepted", actor=account, subject=patient.pseudonym)
    return Welcome(account, code)


@transaction.atomic
def erase(patient: Patient, *, actor: User | None, now: datetime) -> None:
    """Erase who the patient is, for good: name, contact, account, notes. Courses stay, nameless.

    What a prescriber must keep by law can so be kept without the person; histories lose the name
    as well.
    """
    account = patient.account
    patient.name = patient.contact = ""
    patient.account, patient.erased_at = None, now
    patient.save()
    patient.history.update(name="", contact="")
    HandOver.objects.filter(patient=patient).update(reason="")
    patient.invitations.filter(used_at=None).update(withdrawn_at=now)
    if account is not None:
        Notice.objects.filter(seen_by=account).update(seen_by=None)
        account.history.all().delete()
        account.delete()
    for course in patient.courses.all():
        course.entries.update(note="")
        course.calendar_sha256 = ""
        course.save()
    record("patient_erased", actor=actor, subject=patient.pseudonym)


def expired(before: date) -> list[tuple[Patient, date]]:
    """Patients whose last course ended before a day, with the day on which it did.

    A course ends with its last day, or where it was stopped. Who never had one is not among them.
    """
    kept = Patient.objects.filter(erased_at=None).prefetch_related("courses__changes")
    ended = [
        (patient, max(_ended(course) for course in patient.courses.all()))
        for patient in kept.order_by("pseudonym")
        if patient.courses.all()
    ]
    return [(patient, day) for patient, day in ended if day < before]


def _ended(course: Course) -> date:
    stops = [change.day for change in course.changes.all() if change.kind == ChangeKind.STOP]
    return min([course.last_day, *stops]) if course.state == State.STOPPED else course.last_day


def _new_code() -> str:
    letters = [secrets.choice(LETTERS) for _ in range(_CODE_GROUPS * _GROUP)]
    groups = range(0, len(letters), _GROUP)
    return "-".join("".join(letters[start : start + _GROUP]) for start in groups)
