"""The diary of a course as the file that `lowdose answer` reads: one text for every use.

The patient's download, the prescriber's export and the answer itself are made from the same rows.
While a course is sealed its periods carry their kits' codes, which say nothing, and no dose.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import TYPE_CHECKING

from lowdose.clinic.models import Course, DiaryEntry, EntryStatus
from lowdose.clinic.verbs.blinding import ACTIVE, opened_treatments
from lowdose.clinic.verbs.plans import planned_doses

if TYPE_CHECKING:
    from lowdose.diary.options import ReadOptions

__all__ = ["adherence", "current_entries", "diary_csv", "read_options"]


def current_entries(course: Course) -> list[DiaryEntry]:
    """The entries that count, in the order of their days, with their side effects."""
    entries = course.entries.filter(status=EntryStatus.CURRENT).order_by("day")
    return list(entries.prefetch_related("adverse"))


def adherence(entries: list[DiaryEntry]) -> tuple[int, int]:
    """On how many days the dose was taken, of how many that say so."""
    said = [entry.taken for entry in entries if entry.taken is not None]
    return sum(said), len(said)


def diary_csv(course: Course, entries: list[DiaryEntry] | None = None) -> str:
    """The diary as CSV; see `docs/diary/index.md` for its columns."""
    names = [symptom.name for symptom in course.symptoms.all()]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    blinded = ["period", *(["treatment", "guess"] if not course.sealed else [])]
    columns = blinded if course.blinded else []
    writer.writerow(["date", "dose_mg", *columns, *names, "adverse", "entered"])
    for row in _rows(course, current_entries(course) if entries is None else entries, names):
        writer.writerow(row)
    return text.getvalue()


def _rows(course: Course, entries: list[DiaryEntry], names: list[str]) -> Iterator[list[str]]:
    doses = planned_doses(course)
    codes = {kit.period: kit.code for kit in course.kits.all()} if course.blinded else {}
    treatments = opened_treatments(course)
    guesses = {one.period: one.probability_active for one in course.guesses.all()}
    for entry in entries:
        period = course.period_of(entry.day)
        held = treatments[period - 1] if period and treatments else ""
        cells = [str(entry.day), _dose(course, entry, doses, held)]
        if course.blinded:
            cells.append(codes.get(period, ""))
            if not course.sealed:
                guess = guesses.get(period) if period and _is_last(course, entry.day) else None
                cells += [held, "" if guess is None else f"{guess:g}"]
        cells += [_number(entry.ratings.get(name)) for name in names]
        cells.append("; ".join(event.term for event in entry.adverse.all()))
        cells.append(entry.written_at.isoformat(timespec="seconds"))
        yield cells


def _dose(course: Course, entry: DiaryEntry, doses: list[float], held: str) -> str:
    """What was taken, mg; empty where it is not known or may not be."""
    if course.period_of(entry.day) and course.sealed:
        return ""
    planned = doses[course.day_number(entry.day) - 1]
    if planned == 0:
        return "0"
    if entry.dose_mg is not None:
        return f"{entry.dose_mg:g}"
    if entry.taken is None:
        return ""
    return f"{planned:g}" if entry.taken and held in {"", ACTIVE} else "0"


def _is_last(course: Course, day: date) -> bool:
    return course.period_of(day + timedelta(days=1)) != course.period_of(day)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def read_options(course: Course) -> ReadOptions:
    """How `read_diary` is to read `diary_csv`."""
    from lowdose.diary.entries import Direction
    from lowdose.diary.options import ReadOptions

    symptoms = list(course.symptoms.all())
    low, high = Direction.LOWER_IS_BETTER, Direction.HIGHER_IS_BETTER
    return ReadOptions(
        symptoms=tuple(symptom.name for symptom in symptoms),
        scale={symptom.name: (symptom.low, symptom.high) for symptom in symptoms},
        direction={symptom.name: low if symptom.lower_is_better else high for symptom in symptoms},
        blinded=course.blinded,
    )
