"""The course that an entry is for, with its patient's place and its symptoms, and no more."""

from __future__ import annotations

from uuid import UUID

from lowdose.clinic.models import Course, CourseSymptom, Patient
from lowdose.clinic.statements import columns, fetch, read, stored_key

__all__ = ["course_for_entries"]

_OF_COURSE = (
    "id",
    "number",
    "patient_id",
    "first_day",
    "baseline_days",
    "open_days",
    "periods",
    "period_days",
    "state",
    "opened_at",
)
_OF_PATIENT = ("id", "prescriber_id", "account_id", "time_zone")
_PATIENT, _SYMPTOM = len(_OF_COURSE), len(_OF_COURSE) + len(_OF_PATIENT)  # where each begins
# A row for each symptom, or one without.
_COURSE = f"""
    SELECT {columns(Course, "course", _OF_COURSE)}, {columns(Patient, "patient", _OF_PATIENT)},
        symptom.name, symptom.low, symptom.high
    FROM {Course._meta.db_table} course
    JOIN {Patient._meta.db_table} patient ON patient.id = course.patient_id
    LEFT JOIN {CourseSymptom._meta.db_table} symptom ON symptom.course_id = course.id
    WHERE course.id = %s ORDER BY symptom.position"""


def course_for_entries(pk: UUID) -> Course | None:
    """The course and its patient: what an entry is checked by, other fields when asked for."""
    found = fetch(_COURSE, [stored_key(pk)])
    if not found:
        return None
    row = found[0]
    course = read(Course, row[:_PATIENT], _OF_COURSE)
    course.patient = read(Patient, row[_PATIENT:_SYMPTOM], _OF_PATIENT)
    symptoms = (one[_SYMPTOM:] for one in found)
    course.ranges = {name: (low, high) for name, low, high in symptoms if name is not None}
    return course
