"""Written-out statements say and store what Django's own would."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from clinic_world import NOW, a_day
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from lowdose.clinic.models import (
    AuditEntry,
    Course,
    CourseSymptom,
    DiaryEntry,
    EntryStatus,
    Patient,
    User,
)
from lowdose.clinic.statements import (
    carry_out,
    columns,
    fetch,
    insert,
    insert_unless_there,
    rows,
    stored_key,
)

pytestmark = pytest.mark.django_db


def everything(model: type[models.Model], fields: tuple[str, ...] = ()) -> list[Any]:
    table = model._meta.db_table
    return rows(
        model, f"SELECT {columns(model, 't', fields)} FROM {table} t ORDER BY 1", [], fields
    )


def stored(one: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


@pytest.mark.parametrize("model", [User, Patient, Course, CourseSymptom, AuditEntry])
def test_rows_are_the_objects_that_django_reads(
    model: type[models.Model], open_course: Course
) -> None:
    assert open_course.pk
    read, expected = everything(model), list(model._default_manager.order_by("pk"))

    assert len(read) > 0
    key = lambda one: str(one.pk)  # noqa: E731
    assert list(map(stored, sorted(read, key=key))) == list(map(stored, sorted(expected, key=key)))


def test_a_field_that_was_not_read_is_fetched_when_asked_for(open_course: Course) -> None:
    one = next(one for one in everything(Course, ("id", "number")) if one.pk == open_course.pk)

    assert one.get_deferred_fields() >= {"plan", "first_day"}
    assert one.plan == open_course.plan


def test_a_row_of_another_number_of_columns_is_refused(open_course: Course) -> None:
    assert open_course.pk
    with pytest.raises(ValueError, match="1 columns, expected the 2 of id, number"):
        rows(Course, "SELECT id FROM clinic_course", [], ("id", "number"))


def test_what_is_inserted_is_what_django_would_have_saved(open_course: Course) -> None:
    said = {
        "course": open_course,
        "ratings": {"pain": 4.5, "sleep": 6},
        "taken": True,
        "dose_mg": 1.5,
        "note": "Vondt i går, æøå \U0001f642",
        "written_at": datetime(2026, 3, 29, 1, 30, 5, 123456, tzinfo=UTC),
        "received_at": NOW,
        "late": True,
        "status": EntryStatus.REPLACED,
    }
    days = [a_day(open_course, number).day for number in (1, 2)]
    ours, djangos = (DiaryEntry(id=uuid4(), day=day, **said) for day in days)

    insert(ours)
    djangos.save(force_insert=True)

    read = [model_to_dict(DiaryEntry.objects.get(pk=one.pk)) for one in (ours, djangos)]
    assert {**read[0], "id": 0, "day": 0} == {**read[1], "id": 0, "day": 0}
    assert raw_but(ours, "id", "day", "note") == raw_but(djangos, "id", "day", "note")


def raw_but(one: DiaryEntry, *others: str) -> dict[str, Any]:
    """What the database itself holds; a note is sealed with a new number each time."""
    with connection.cursor() as cursor:
        table = DiaryEntry._meta.db_table
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [stored_key(one.pk)])
        names = [column[0] for column in cursor.description]
        return {
            name: value
            for name, value in zip(names, cursor.fetchone(), strict=True)
            if name not in others
        }


def test_an_inserted_object_is_changed_afterwards_not_stored_again(open_course: Course) -> None:
    entry = DiaryEntry(
        course=open_course, day=a_day(open_course, 1).day, written_at=NOW, received_at=NOW
    )
    insert(entry)
    entry.note = "changed"
    entry.save()

    assert [one.note for one in open_course.entries.all()] == ["changed"]


def test_a_key_that_is_there_is_refused(open_course: Course) -> None:
    entry = DiaryEntry(
        course=open_course, day=a_day(open_course, 1).day, written_at=NOW, received_at=NOW
    )
    insert(entry)

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(entry)


def an_entry(course: Course, number: int, **more: Any) -> DiaryEntry:
    day = a_day(course, number).day
    return DiaryEntry(course=course, day=day, written_at=NOW, received_at=NOW, **more)


def test_what_must_not_be_beside_another_is_not_stored_and_nothing_is_broken(
    open_course: Course,
) -> None:
    first, same_day = an_entry(open_course, 1), an_entry(open_course, 1, note="not stored")
    same_number = an_entry(open_course, 2, id=first.pk)

    stored = [insert_unless_there(one) for one in (first, same_day, same_number)]

    assert stored == [True, False, False]
    assert [one.note for one in open_course.entries.all()] == [""]
    assert insert_unless_there(an_entry(open_course, 2))


def test_only_what_is_there_already_is_passed_over(open_course: Course) -> None:
    entry = an_entry(open_course, 1)
    entry.day = None  # type: ignore[assignment]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_unless_there(entry)


def test_a_statement_says_the_same_whether_or_not_somebody_watches(open_course: Course) -> None:
    insert(an_entry(open_course, 1))
    asked = f"SELECT day, note FROM {DiaryEntry._meta.db_table} WHERE course_id = %s AND day > %s"
    values = [stored_key(open_course.pk), "2020-01-01"]
    changed = f"UPDATE {DiaryEntry._meta.db_table} SET late = %s WHERE course_id = %s"

    alone = fetch(asked, values), carry_out(changed, [True, values[0]])
    with CaptureQueriesContext(connection) as seen:
        watched = fetch(asked, values), carry_out(changed, [True, values[0]])

    assert alone == watched
    assert len(seen) == 2
    assert len(alone[0]) == alone[1] == 1


def test_a_wrong_statement_is_an_error_of_djangos() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch("SELECT nothing FROM nowhere WHERE x = %s", [1])


def test_nothing_is_carried_out_in_a_transaction_that_is_broken() -> None:
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        with pytest.raises(IntegrityError):
            DiaryEntry.objects.create(id=None)
        transaction.set_rollback(True)
        carry_out("SELECT 1", [])
