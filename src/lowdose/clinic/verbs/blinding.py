"""The blinded allocation: draw it, read it where that is allowed, open it.

Periods are drawn in pairs, naltrexone first or placebo first with equal chance, from a secret of
32 random bytes. The digest of secret and allocation is published at once, so that after the
opening anybody can see that nothing was changed in between. This module alone reads what is sealed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lowdose.clinic.chain import record
from lowdose.clinic.models import Allocation, Course, Kit, User
from lowdose.clinic.vault import open_json, seal_json
from lowdose.errors import LowdoseError
from lowdose.trial.randomise.chance import shuffled, words

__all__ = [
    "ACTIVE",
    "PLACEBO",
    "Opening",
    "Sealed",
    "allocation_faults",
    "draw_allocation",
    "open_allocation",
    "opened_treatments",
    "opening_of",
    "read_allocation",
]

ACTIVE, PLACEBO = "naltrexone", "placebo"
_KEY = "allocation"
_LETTERS = "ACDEFHJKLMNPRTUVWXY34679"
_CODE_LETTERS = 4


@dataclass(frozen=True)
class Sealed:
    """What was sealed: the treatment of each period, and the secret that it was drawn from."""

    course: str
    treatments: tuple[str, ...]
    secret: str

    @property
    def digest(self) -> str:
        """What is published of it."""
        said = json.dumps([self.course, list(self.treatments), self.secret])
        return hashlib.sha256(said.encode()).hexdigest()


def draw_allocation(course: Course) -> None:
    """Draw who gets what when, seal it, and give each period's kit a code that says nothing."""
    secret = secrets.token_bytes(32)
    treatments = tuple(
        treatment
        for pair in range(course.periods // 2)
        for treatment in shuffled(words(secret, f"pair {pair + 1}"), [ACTIVE, PLACEBO])
    )
    drawn = Sealed(str(course.pk), treatments, secret.hex())
    Allocation.objects.create(
        course=course,
        sealed=seal_json([drawn.course, list(drawn.treatments), drawn.secret], _KEY),
        digest=drawn.digest,
    )
    Kit.objects.bulk_create(
        Kit(course=course, period=period, code=code)
        for period, code in enumerate(_codes(course.periods), start=1)
    )


def _codes(count: int) -> list[str]:
    codes: set[str] = set()
    while len(codes) < count:
        codes.add("".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS)))
    return sorted(codes, key=lambda _: secrets.randbits(32))


def read_allocation(course: Course, *, actor: User | None) -> Sealed:
    """What each period holds, for the pharmacy; each look is recorded.

    Raises LowdoseError where it is not what was sealed for this course.
    """
    with transaction.atomic():
        sealed = _read(course)
        if course.sealed:
            record("allocation_read", actor=actor, subject=course.number)
    return sealed


def _read(course: Course) -> Sealed:
    stored = Allocation.objects.get(pk=course.pk)
    name, treatments, secret = open_json(stored.sealed, _KEY)
    sealed = Sealed(name, tuple(treatments), secret)
    if name != str(course.pk) or sealed.digest != stored.digest:
        raise LowdoseError(
            "The allocation is not the one that was sealed for this course. Do not dispense; "
            "run `lowdose clinic check` and restore from a backup."
        )
    return sealed


def allocation_faults() -> Iterator[tuple[str, str]]:
    """Number of each blinded course whose allocation is missing, does not open or does not fit."""
    held = set(Allocation.objects.values_list("course_id", flat=True))
    for course in Course.objects.filter(periods__gt=0).iterator(chunk_size=500):
        if course.pk not in held:
            yield course.number, "no allocation"
            continue
        try:
            sealed = _read(course)
        except LowdoseError:
            yield course.number, "the allocation does not open, or is not the one that was sealed"
        else:
            if len(sealed.treatments) != course.periods:
                yield course.number, "the allocation has another number of periods"


@transaction.atomic
def open_allocation(
    course: Course, *, actor: User, now: datetime, reason: str, emergency: bool = False
) -> None:
    """Open the allocation for good, with the reason.

    Raises LowdoseError where it has been opened before, or there is none.
    """
    held = Course.objects.select_for_update().get(pk=course.pk)
    if not held.sealed:
        raise LowdoseError("There is nothing to open: the course is not blinded, or was opened.")
    _read(held)
    Allocation.objects.filter(pk=held.pk).update(
        opened_by=actor, reason=reason, emergency=emergency
    )
    held.opened_at = course.opened_at = now
    held.save()
    record("allocation_opened", actor=actor, subject=held.number, emergency=emergency)
    from lowdose.clinic.verbs.answers import want_answer

    want_answer(held)


@dataclass(frozen=True)
class Opening:
    """Who opened an allocation, why, and whether it was before its time."""

    by: str
    reason: str
    emergency: bool


def opening_of(course: Course) -> Opening | None:
    """How the blind was opened; None while it is sealed, or where there is none."""
    if not course.blinded or course.sealed:
        return None
    opened = Allocation.objects.select_related("opened_by").get(pk=course.pk)
    by = opened.opened_by.shown if opened.opened_by else ""
    return Opening(by, opened.reason, opened.emergency)


def opened_treatments(course: Course) -> tuple[str, ...]:
    """The treatment of each period once it may be known; nothing while it is sealed."""
    return () if not course.blinded or course.sealed else _read(course).treatments
