"""Handing patients over to another prescriber: whose they are, their courses, and a notice of it.

Whoever had them sees nothing of them from the next click on. What was done before stays theirs in
the audit trail and in the histories.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lowdose.clinic.chain import record
from lowdose.clinic.models import Course, HandOver, Patient, Role, User
from lowdose.errors import Fault, InputError

__all__ = ["hand_over", "handed_over", "patients_of", "see_hand_over", "successors"]


def patients_of(prescriber: User) -> QuerySet[Patient]:
    """Those who would be left without a prescriber."""
    return Patient.objects.filter(prescriber=prescriber, erased_at=None).order_by("pseudonym")


def successors(prescriber: User) -> QuerySet[User]:
    """Who could take them: every other prescriber who may sign in."""
    others = User.objects.filter(role=Role.PRESCRIBER, is_active=True)
    return others.exclude(pk=prescriber.pk).order_by("username")


@transaction.atomic
def hand_over(
    before: User,
    after: User,
    *,
    actor: User | None,
    reason: str,
    now: datetime,
    only: Collection[UUID] | None = None,
) -> int:
    """Give the patients of `before` to `after`, all of them or `only` these; how many there were.

    Raises InputError where `after` cannot take them, one of `only` is not a patient of `before`,
    or there is no reason or nobody to hand over; then nothing is changed.
    """
    held = list(patients_of(before).select_for_update())
    chosen = held if only is None else [one for one in held if one.pk in set(only)]
    faults = _faults(before, after, reason, chosen, only)
    if faults:
        raise InputError(faults)
    for patient in chosen:
        _give(patient, before, after)
        HandOver.objects.create(
            patient=patient, before=before, after=after, reason=reason, made_by=actor, made_at=now
        )
        names = {"from": before.username, "to": after.username}
        record("patient_handed_over", actor=actor, subject=patient.pseudonym, **names)
    return len(chosen)


def _faults(
    before: User, after: User, reason: str, chosen: list[Patient], only: Collection[UUID] | None
) -> list[Fault]:
    faults = []
    if not successors(before).filter(pk=after.pk).exists():
        expected = "another prescriber who may sign in"
        faults.append(Fault("after", repr(after.username), expected))
    if only is not None and len(chosen) != len(set(only)):
        expected = f"patients of {before.username}"
        remedy = "somebody may just have handed them over: look again"
        faults.append(Fault("only", f"{len(set(only)) - len(chosen)} others", expected, remedy))
    if not chosen:
        faults.append(Fault("only", "nobody", "at least one patient"))
    if not reason.strip():
        faults.append(Fault("reason", "nothing", "a reason, in a few words"))
    return faults


def _give(patient: Patient, before: User, after: User) -> None:
    patient.prescriber = after
    patient.save()
    for course in Course.objects.select_for_update().filter(patient=patient, prescriber=before):
        course.prescriber = after
        course.save()


def handed_over(prescriber: User) -> QuerySet[HandOver]:
    """What this prescriber was handed over and has not seen yet."""
    unseen = HandOver.objects.filter(after=prescriber, seen_at=None, patient__erased_at=None)
    return unseen.filter(patient__prescriber=prescriber).select_related("patient", "before")


@transaction.atomic
def see_hand_over(one: HandOver, *, actor: User, now: datetime) -> None:
    """Note that the new prescriber has seen it."""
    one.seen_at = now
    one.save(update_fields=["seen_at"])
    record("hand_over_seen", actor=actor, subject=one.patient.pseudonym)
