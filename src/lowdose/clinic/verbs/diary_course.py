"""The course that an entry is for, with its patient's place and its symptoms, and no more."""

from __future__ import annotations

from uuid import UUID

from lowdose.clinic.models import Course, CourseSymptom, Patient
from lowdose.clinic.statements import columns, fetch, read, rows, stored_key

__all__ = ["course_for_entries"]

_OF_COURSE = len(Course._meta.concrete_fields)
_OF_PATIENT = ("id", "prescriber_id", "account_id", "time_zone")
_OF_SYMPTOM = ("id", "name", "low", "high")
_COURSE = f"""
    SELECT {columns(Course, "course")}, {columns(Patient, "patient", _OF_PATIENT)}
    FROM {Course._meta.db_table} course
    JOIN {Patient._meta.db_table} patient ON patient.id = course.patient_id
    WHERE course.id = %s"""
_SYMPTOMS = f"""
    SELECT {columns(CourseSymptom, "symptom", _OF_SYMPTOM)}
    FROM {CourseSymptom._meta.db_table} symptom WHERE course_id = %s ORDER BY position"""


def course_for_entries(pk: UUID) -> Course | None:
    """The course; of its patient only what an entry is checked by, the rest when asked for."""
    key = stored_key(pk)
    found = fetch(_COURSE, [key])
    if not found:
        return None
    row = found[0]
    course = read(Course, row[:_OF_COURSE])
    course.patient = read(Patient, row[_OF_COURSE:], _OF_PATIENT)
    symptoms = rows(CourseSymptom, _SYMPTOMS, [key], _OF_SYMPTOM)
    vars(course)["_prefetched_objects_cache"] = {"symptoms": symptoms}
    return course
