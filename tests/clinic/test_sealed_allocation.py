"""What a blinded course seals, what is published of it, and how it is drawn."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import date

import pytest
from blinding_times import fair
from clinic_world import NOW, planned
from cryptography.fernet import Fernet, InvalidToken

from lowdose.clinic.models import Allocation, Course, Kit, Patient, User
from lowdose.clinic.models.audit import AuditEntry
from lowdose.clinic.vault import open_json, seal_json
from lowdose.clinic.verbs.blinding import (
    ACTIVE,
    PLACEBO,
    Sealed,
    draw_allocation,
    open_allocation,
    opened_treatments,
    read_allocation,
)
from lowdose.errors import LowdoseError
from lowdose.trial.randomise.chance import shuffled, words

# What is sealed


def test_every_allocation_is_sealed_at_one_length() -> None:
    secret = "0" * 64
    lengths = {
        len(seal_json(["c" * 36, list(order), secret], "allocation"))
        for periods in (2, 4, 6, 8)
        for order in itertools.product([ACTIVE, PLACEBO], repeat=periods)
    }

    assert len(lengths) == 1


def test_the_sealed_table_holds_no_word_of_it(blinded_course: Course) -> None:
    stored = Allocation.objects.get(pk=blinded_course.pk)

    assert ACTIVE not in stored.sealed
    assert PLACEBO not in stored.sealed


def test_the_same_allocation_looks_different_every_time() -> None:
    assert seal_json([ACTIVE], "allocation") != seal_json([ACTIVE], "allocation")


def test_no_other_key_opens_it(blinded_course: Course) -> None:
    stored = Allocation.objects.get(pk=blinded_course.pk).sealed

    with pytest.raises(LowdoseError, match="does not open"):
        open_json(stored, "fields")
    with pytest.raises(InvalidToken):
        Fernet(Fernet.generate_key()).decrypt(stored.encode())


def test_a_sealed_text_that_was_changed_does_not_open(blinded_course: Course) -> None:
    stored = Allocation.objects.get(pk=blinded_course.pk).sealed
    middle = len(stored) // 2
    changed = stored[:middle] + ("A" if stored[middle] != "A" else "B") + stored[middle + 1 :]

    with pytest.raises(LowdoseError):
        open_json(changed, "allocation")


def test_an_allocation_of_another_course_is_refused(
    blinded_course: Course, patient: Patient, pharmacist: User
) -> None:
    other = planned(patient, baseline_days=0, periods=4, period_days=14)
    foreign = Allocation.objects.get(pk=other.pk)
    Allocation.objects.filter(pk=blinded_course.pk).update(
        sealed=foreign.sealed, digest=foreign.digest
    )

    with pytest.raises(LowdoseError, match="Do not dispense"):
        read_allocation(blinded_course, actor=pharmacist)


# The digest


def digest_of(course: str, treatments: list[str], secret: str) -> str:
    return hashlib.sha256(json.dumps([course, treatments, secret]).encode()).hexdigest()


def test_the_digest_cannot_be_matched_without_the_secret(
    blinded_course: Course, pharmacist: User
) -> None:
    sealed = read_allocation(blinded_course, actor=pharmacist)
    orders = [list(order) for order in itertools.product([ACTIVE, PLACEBO], repeat=4)]
    guesses = {digest_of(sealed.course, order, said) for order in orders for said in ("", "00")}

    assert len(bytes.fromhex(sealed.secret)) == 32
    assert sealed.digest not in guesses
    assert sealed.digest in {digest_of(sealed.course, order, sealed.secret) for order in orders}


def test_another_secret_gives_another_digest_for_the_same_allocation() -> None:
    one, other = (Sealed("c", (ACTIVE, PLACEBO), secret * 64) for secret in "01")

    assert one.digest != other.digest


def test_after_the_opening_anybody_with_the_secret_can_verify_the_digest(
    blinded_course: Course, pharmacist: User, doctor: User
) -> None:
    published = Allocation.objects.get(pk=blinded_course.pk).digest
    open_allocation(blinded_course, actor=doctor, now=NOW, reason="the end")

    said = read_allocation(blinded_course, actor=pharmacist)

    assert digest_of(str(blinded_course.pk), list(said.treatments), said.secret) == published
    assert opened_treatments(blinded_course) == said.treatments


def test_the_secret_alone_draws_the_allocation_again(
    blinded_course: Course, pharmacist: User
) -> None:
    sealed = read_allocation(blinded_course, actor=pharmacist)
    secret = bytes.fromhex(sealed.secret)

    again = [shuffled(words(secret, f"pair {n}"), [ACTIVE, PLACEBO]) for n in (1, 2)]

    assert sealed.treatments == (*again[0], *again[1])


def test_before_the_opening_the_treatments_are_not_handed_out(blinded_course: Course) -> None:
    assert opened_treatments(blinded_course) == ()


# The draw


def test_the_draw_is_even_and_its_pairs_and_codes_are_independent(
    patient: Patient, pharmacist: User
) -> None:
    """400 courses of two pairs each; the four counts together give a false alarm in a million."""
    courses = Course.objects.bulk_create(
        Course(
            patient=patient,
            prescriber=patient.prescriber,
            condition="fibromyalgia",
            plan="",
            zone="UTC",
            first_day=date(2026, 3, 2),
            periods=4,
            period_days=14,
        )
        for _ in range(400)
    )
    for course in courses:
        draw_allocation(course)
    drawn = {course.pk: read_allocation(course, actor=pharmacist) for course in courses}
    codes = {kit.course_id: kit.period for kit in Kit.objects.order_by("-code")}
    first = [one.treatments[0] == ACTIVE for one in drawn.values()]
    second = [one.treatments[2] == ACTIVE for one in drawn.values()]

    assert all(one.treatments.count(ACTIVE) == 2 for one in drawn.values())
    assert all(set(one.treatments[:2]) == {ACTIVE, PLACEBO} for one in drawn.values())
    assert fair(sum(first), 400, tests=4)
    assert fair(sum(second), 400, tests=4)
    assert fair(sum(a == b for a, b in zip(first, second, strict=True)), 400, tests=4)
    lowest_code = [drawn[pk].treatments[period - 1] == ACTIVE for pk, period in codes.items()]
    assert fair(sum(lowest_code), 400, tests=4)


def test_an_uneven_draw_would_be_noticed() -> None:
    assert fair(200, 400, tests=4)
    assert not fair(260, 400, tests=4)
    assert not fair(140, 400, tests=4)


def test_every_look_at_a_sealed_allocation_is_recorded(
    blinded_course: Course, pharmacist: User
) -> None:
    for _ in range(3):
        read_allocation(blinded_course, actor=pharmacist)

    looks = AuditEntry.objects.filter(action="allocation_read", subject=blinded_course.number)
    assert [entry.actor for entry in looks] == ["pharmacist"] * 3
