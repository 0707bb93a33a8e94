"""The audit trail: append-only, and a chain that shows what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lowdose.clinic.chain import record_alone, verify
from lowdose.clinic.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten_entries(db: None) -> None:
    for number in range(10):
        record_alone("tried", actor=None, subject=f"C-{number}", number=number)


@pytest.fixture
def unguarded(ten_entries: None) -> None:
    """What somebody with power over the database would do first: take the triggers away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE clinic_auditentry DISABLE TRIGGER USER")
            return
        for name in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER clinic_audit_no_{name}")


def test_a_chain_that_nobody_touched_holds(ten_entries: None) -> None:
    found = verify()

    assert (found.entries, found.faults) == (10, ())


@pytest.mark.parametrize("do", ["update", "delete"])
def test_the_database_refuses_to_change_it(ten_entries: None, do: str) -> None:
    entries: Any = AuditEntry.objects.filter(number=4)
    act: Callable[[], Any] = entries.delete if do == "delete" else lambda: entries.update(actor="x")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody"},
        {"action": "other"},
        {"subject": "C-99"},
        {"details": {"number": 99}},
        {"digest": "0" * 64},
    ],
)
def test_a_changed_entry_is_found(unguarded: None, change: dict[str, Any]) -> None:
    AuditEntry.objects.filter(number=4).update(**change)

    assert verify().faults[0].number == 4


def test_a_moved_moment_is_found(unguarded: None) -> None:
    entry = AuditEntry.objects.get(number=4)
    AuditEntry.objects.filter(number=4).update(at=entry.at + timedelta(microseconds=1))

    assert verify().faults[0].number == 4


def test_a_missing_entry_is_found(unguarded: None) -> None:
    AuditEntry.objects.filter(number=4).delete()

    assert verify().faults[0].number == 4


def test_two_entries_that_changed_places_are_found(unguarded: None) -> None:
    first, second = AuditEntry.objects.filter(number__in=(4, 5))
    for number, other in ((4, second), (5, first)):
        AuditEntry.objects.filter(number=number).update(
            subject=other.subject, details=other.details, digest=other.digest, at=other.at
        )

    assert verify().faults[0].number == 4
