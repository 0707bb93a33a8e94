"""Diary entries: each stored exactly once, none overwritten, none lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from clinic_world import NOW, a_day, planned
from django.db import connection
from django.forms.models import model_to_dict
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from lowdose.clinic.chain import verify
from lowdose.clinic.models import (
    ChangeKind,
    Course,
    DiaryEntry,
    EntryStatus,
    NoticeKind,
    Patient,
    Severity,
)
from lowdose.clinic.verbs.answers import begin_answers, want_answer
from lowdose.clinic.verbs.courses import Wanted, change
from lowdose.clinic.verbs.diary import Outcome, choose, enter
from lowdose.clinic.verbs.diary_course import course_for_entries
from lowdose.clinic.verbs.records import current_entries
from lowdose.errors import InputError

pytestmark = pytest.mark.django_db


def statuses(course: Course) -> list[str]:
    return [entry.status for entry in course.entries.order_by("received_at", "status")]


def test_the_same_entry_sent_ten_times_is_stored_once(open_course: Course) -> None:
    day = a_day(open_course, 1)

    outcomes = [enter(open_course, [day], actor=None, now=NOW)[0] for _ in range(10)]

    assert outcomes == [Outcome.STORED, *[Outcome.ALREADY] * 9]
    assert open_course.entries.count() == 1


def test_the_written_out_reading_of_a_course_says_what_django_reads(open_course: Course) -> None:
    read = course_for_entries(open_course.pk)

    assert read is not None
    stored = Course.objects.select_related("patient").get(pk=open_course.pk)
    assert model_to_dict(read) == model_to_dict(stored)
    assert model_to_dict(read.patient) == model_to_dict(stored.patient)
    assert list(read.ranges.items()) == list(stored.ranges.items())
    assert len(read.ranges) > 1


def test_a_course_without_symptoms_is_read_too(open_course: Course) -> None:
    open_course.symptoms.all().delete()

    read = course_for_entries(open_course.pk)

    assert read is not None
    assert read.ranges == {}


def test_an_entry_takes_few_statements(open_course: Course, django_assert_num_queries: Any) -> None:
    """The new day, the course's note of it, the audit trail's newest and its next entry."""
    course = course_for_entries(open_course.pk)
    assert course is not None
    # where it begins and ends, and what PostgreSQL has instead of turns
    around = 4 if connection.vendor == "postgresql" else 2

    with django_assert_num_queries(4 + around):
        enter(course, [a_day(course, 1)], actor=None, now=NOW)


def test_a_day_that_is_new_beside_one_that_is_known_is_stored(open_course: Course) -> None:
    """Known ones are met first, in the middle or last, and also within what is sent at once."""
    first, second, third = (a_day(open_course, number) for number in (1, 2, 3))
    enter(open_course, [second], actor=None, now=NOW)

    outcomes = enter(
        open_course, [first, second, third, third, a_day(open_course, 1, 9)], actor=None, now=NOW
    )

    stored, already = Outcome.STORED, Outcome.ALREADY
    assert outcomes == [stored, already, stored, already, Outcome.CONFLICT]
    assert [entry.day for entry in current_entries(open_course)] == [
        day.day for day in (first, second, third)
    ]


def test_an_entry_whose_number_belongs_to_somebody_else_changes_nothing(
    open_course: Course, other_patient: Patient
) -> None:
    theirs, ours = planned(other_patient), a_day(open_course, 1)
    enter(theirs, [ours], actor=None, now=NOW)

    assert enter(open_course, [ours], actor=None, now=NOW) == [Outcome.ALREADY]
    assert not open_course.entries.exists()


def test_the_newest_day_stays_noted_when_an_older_one_comes_later(blinded_course: Course) -> None:
    for number in (5, 2):
        enter(blinded_course, [a_day(blinded_course, number)], actor=None, now=NOW)

    blinded_course.refresh_from_db()
    assert blinded_course.last_entry == a_day(blinded_course, 5).day
    assert blinded_course.answer_due_at is None


def test_a_day_that_stored_nothing_is_not_noted_as_the_newest(open_course: Course) -> None:
    first = a_day(open_course, 3)
    enter(open_course, [first], actor=None, now=NOW)
    altered = replace(first, day=a_day(open_course, 9).day)

    outcomes = enter(open_course, [altered, a_day(open_course, 4)], actor=None, now=NOW)

    assert outcomes == [Outcome.ALREADY, Outcome.STORED]
    open_course.refresh_from_db()
    assert open_course.last_entry == a_day(open_course, 4).day


def test_an_answer_stays_due_since_it_was_first_wanted(open_course: Course) -> None:
    enter(open_course, [a_day(open_course, 3)], actor=None, now=NOW)
    open_course.refresh_from_db()
    since, newest = open_course.answer_due_at, open_course.last_entry

    want_answer(open_course)

    open_course.refresh_from_db()
    assert (open_course.answer_due_at, open_course.last_entry) == (since, newest)
    assert since is not None


def test_a_course_that_is_not_there_is_read_as_none() -> None:
    assert course_for_entries(uuid4()) is None


def tasks() -> list[list[str]]:
    found = DBTaskResult.objects.order_by("enqueued_at").values_list("args_kwargs", flat=True)
    return [one["args"] for one in found]


def test_an_answer_waits_a_moment_so_that_the_evenings_entries_go_first(
    open_course: Course,
) -> None:
    enter(open_course, [a_day(open_course, 1)], actor=None, now=NOW)

    assert begin_answers(timezone.now() + timedelta(seconds=5)) == 0
    assert begin_answers(timezone.now() + timedelta(seconds=15)) == 1
    assert tasks() == [[str(open_course.pk)]]


def test_an_answer_is_begun_once_however_many_entries_want_it(open_course: Course) -> None:
    for number in (1, 2):
        enter(open_course, [a_day(open_course, number)], actor=None, now=NOW)

    later = timezone.now() + timedelta(minutes=1)
    assert [begin_answers(later), begin_answers(later)] == [1, 0]


def test_an_entry_that_comes_while_the_answer_is_made_wants_it_anew(open_course: Course) -> None:
    enter(open_course, [a_day(open_course, 1)], actor=None, now=NOW)
    begin_answers(timezone.now() + timedelta(minutes=1))
    Course.objects.update(answer_due_at=None)  # what the task does first
    enter(open_course, [a_day(open_course, 2)], actor=None, now=NOW)
    DBTaskResult.objects.update(finished_at=timezone.now())

    assert begin_answers(timezone.now() + timedelta(minutes=1)) == 1


def test_the_answer_that_is_due_longest_comes_first(patient: Patient) -> None:
    now = timezone.now()
    courses = [planned(patient) for _ in range(3)]
    for course, minutes in zip(courses, (2, 3, 1), strict=True):
        Course.objects.filter(pk=course.pk).update(answer_due_at=now - timedelta(minutes=minutes))

    assert begin_answers(now) == 3
    assert tasks() == [[str(courses[number].pk)] for number in (1, 0, 2)]


def test_two_devices_with_the_same_day_keep_both_until_the_person_chooses(
    open_course: Course,
) -> None:
    first, second = a_day(open_course, 3, pain=2), a_day(open_course, 3, pain=7)
    enter(open_course, [first], actor=None, now=NOW)

    outcome = enter(open_course, [second], actor=None, now=NOW)

    assert outcome == [Outcome.CONFLICT]
    assert sorted(statuses(open_course)) == ["conflicting", "current"]
    assert open_course.notices.get().kind == NoticeKind.CONFLICT


def test_choosing_lets_one_count_and_keeps_the_other(open_course: Course) -> None:
    first, second = a_day(open_course, 3, pain=2), a_day(open_course, 3, pain=7)
    enter(open_course, [first, second], actor=None, now=NOW)

    choose(DiaryEntry.objects.get(pk=second.id), actor=open_course.prescriber, now=NOW)

    current = open_course.entries.get(status=EntryStatus.CURRENT)
    assert (current.pk, open_course.entries.count()) == (second.id, 2)


def test_a_correction_names_what_it_replaces_and_both_stay(open_course: Course) -> None:
    first = a_day(open_course, 2, pain=4)
    enter(open_course, [first], actor=None, now=NOW)

    later = a_day(open_course, 2, pain=5, replaces=first.id)
    outcome = enter(open_course, [later], actor=None, now=NOW)

    assert outcome == [Outcome.STORED]
    assert sorted(statuses(open_course)) == ["current", "replaced"]


def test_two_devices_that_say_the_same_are_no_conflict(open_course: Course) -> None:
    first = a_day(open_course, 2)
    outcomes = enter(open_course, [first, replace(first, id=uuid4())], actor=None, now=NOW)

    assert outcomes == [Outcome.STORED, Outcome.SAME]


def test_an_entry_written_the_next_day_is_late(open_course: Course) -> None:
    today, late = a_day(open_course, 1), a_day(open_course, 2)
    late = replace(late, written_at=a_day(open_course, 3).written_at)

    enter(open_course, [today, late], actor=None, now=NOW)

    assert list(open_course.entries.values_list("late", flat=True)) == [False, True]


def test_all_faults_of_a_batch_show_together_and_nothing_is_stored(open_course: Course) -> None:
    days = [
        a_day(open_course, 1),
        a_day(open_course, 99),
        a_day(open_course, 2, pain=11),
        a_day(open_course, 3, adverse=[("=cmd|calc", Severity.MILD)]),
    ]

    with pytest.raises(InputError) as caught:
        enter(open_course, days, actor=None, now=NOW)

    assert [fault.place for fault in caught.value.faults] == [
        "entry 2 day",
        "entry 3 ratings.pain",
        "entry 4 adverse",
    ]
    assert open_course.entries.count() == 0


def test_a_severe_side_effect_is_noticed(open_course: Course) -> None:
    enter(
        open_course,
        [a_day(open_course, 1, adverse=[("rash", Severity.SEVERE)])],
        actor=None,
        now=NOW,
    )

    assert open_course.notices.get().kind == NoticeKind.SEVERE


def test_entries_leave_the_audit_chain_whole(open_course: Course) -> None:
    enter(open_course, [a_day(open_course, n) for n in range(1, 6)], actor=None, now=NOW)

    assert verify().faults == ()


def test_a_day_before_the_stop_is_still_taken_and_one_after_it_is_not(
    open_course: Course,
) -> None:
    stop = Wanted(ChangeKind.STOP, open_course.first_day + timedelta(days=9), "moved away")
    change(open_course, stop, actor=open_course.prescriber, now=NOW)

    assert enter(open_course, [a_day(open_course, 8)], actor=None, now=NOW) == [Outcome.STORED]
    with pytest.raises(InputError, match="2026-03-11"):
        enter(open_course, [a_day(open_course, 11)], actor=None, now=NOW)
