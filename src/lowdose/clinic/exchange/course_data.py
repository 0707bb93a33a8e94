"""A course with all that an export needs of it, read from the database once."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from lowdose.clinic.models import Course, DiaryEntry
from lowdose.clinic.verbs.blinding import opened_treatments
from lowdose.clinic.verbs.records import current_entries, diary_csv

__all__ = ["CourseData", "load_course"]


@dataclass(frozen=True)
class CourseData:
    """A course, the entries that count, and the row that `diary_csv` makes of each."""

    course: Course
    entries: list[DiaryEntry]
    diary: str
    rows: Sequence[Mapping[str, str]]
    treatments: tuple[str, ...]


def load_course(course: Course) -> CourseData:
    """Read it; of a sealed course nothing that tells its periods apart is read at all."""
    related = ("symptoms", "changes", "kits", "guesses", "answers")
    courses = Course.objects.select_related("patient", "prescriber").prefetch_related(*related)
    loaded = courses.get(pk=course.pk)
    entries = current_entries(loaded)
    diary = diary_csv(loaded, entries)
    rows = list(csv.DictReader(StringIO(diary)))
    return CourseData(loaded, entries, diary, rows, opened_treatments(loaded))
