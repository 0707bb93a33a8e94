"""A course for REDCap's data import, and the data dictionary that makes the form for it.

One record a person, named by the pseudonym; the form `diary` repeats, an instance a day of the
course. `table_in.py` reads it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from lowdose.clinic.exchange.cells import csv_text
from lowdose.clinic.exchange.course_data import CourseData
from lowdose.clinic.exchange.names import field_of
from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.models import Course, CourseSymptom

__all__ = ["redcap_csv", "redcap_dictionary"]

_FORM = "diary"
_DICTIONARY = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)


def redcap_csv(data: CourseData, *, notes: bool = False) -> str:
    """The diary as REDCap imports it; of a sealed course without what a period held."""
    course = data.course
    symptoms = list(course.symptoms.all())
    held = [name for name in ("period", "treatment", "guess") if data.rows and name in data.rows[0]]
    header = [
        *("record_id", "redcap_repeat_instrument", "redcap_repeat_instance", "date", "taken"),
        *("dose_mg", *held, *(field_of(symptom.name) for symptom in symptoms)),
        *("adverse", "severity", "entered", "entry_id"),
        *(("note",) if notes else ()),
        f"{_FORM}_complete",
    ]
    rows = [header]
    for entry, row in zip(data.entries, data.rows, strict=True):
        events = list(entry.adverse.all())
        rows.append(
            [
                *(course.patient.pseudonym, _FORM, str(course.day_number(entry.day))),
                *(str(entry.day), "" if entry.taken is None else str(int(entry.taken))),
                *(row["dose_mg"], *(row[name] for name in held)),
                *(row[symptom.name] for symptom in symptoms),
                "; ".join(event.term for event in events),
                "; ".join(event.severity for event in events),
                entry.written_at.astimezone(UTC).isoformat(timespec="seconds"),
                str(entry.pk),
                *((entry.note,) if notes else ()),
                "2",
            ]
        )
    return csv_text(rows)


def redcap_dictionary(course: Course, *, notes: bool = False) -> str:
    """The data dictionary of the same columns."""
    return csv_text([_DICTIONARY, *_fields(course, notes)])


def _fields(course: Course, notes: bool) -> Iterator[list[str]]:
    yield _field("record_id", "Pseudonym")
    yield _field("date", "The day", validation="date_ymd", required=True)
    yield _field("taken", "Was the dose taken?", kind="yesno")
    yield _field("dose_mg", "Dose taken, mg", validation="number", low="0", high="50")
    if course.blinded:
        yield _field("period", "Code of the period's kit")
    if course.blinded and not course.sealed:
        yield _field("treatment", "What the period held")
        yield _field(
            "guess", "Guess: 0 placebo, 1 medicine", validation="number", low="0", high="1"
        )
    yield from map(_symptom_field, course.symptoms.all())
    yield _field("adverse", "Side effects, separated by ;", kind="notes")
    yield _field("severity", "How bad each was: mild, moderate or severe, separated by ;")
    yield _field("entered", "When it was written down")
    yield _field("entry_id", "Number of the entry")
    if notes:
        yield _field("note", "Note", kind="notes", identifier=True)


def _symptom_field(symptom: CourseSymptom) -> list[str]:
    known = INSTRUMENTS.get(symptom.instrument)
    label = str(known.question) if known else symptom.name
    low, high = f"{symptom.low:g}", f"{symptom.high:g}"
    return _field(field_of(symptom.name), label, validation="number", low=low, high=high)


def _field(
    name: str,
    label: str,
    *,
    kind: str = "text",
    validation: str = "",
    low: str = "",
    high: str = "",
    required: bool = False,
    identifier: bool = False,
) -> list[str]:
    marks = ["y" if identifier else "", "", "y" if required else ""]
    return [name, _FORM, "", kind, label, "", "", validation, low, high, *marks, *[""] * 5]
