"""A course as a FHIR R4 (4.0.1) Bundle.

Patient                 the pseudonym and nothing else
MedicationRequest       the plan; of a blinded course without medicine and dose
Questionnaire           the questions of the diary
QuestionnaireResponse   one a day: the day it is about, ratings, the dose taken
AdverseEvent            one for each side effect
ResearchStudy, ResearchSubject    of a blinded course; what was held only after the opening

The same course at the same moment gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lowdose.clinic.exchange.course_data import CourseData, load_course
from lowdose.clinic.exchange.names import resource_id, system
from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.models import AdverseEvent, Course, CourseSymptom, DiaryEntry, State
from lowdose.clinic.verbs.plans import course_plan
from lowdose.report.fhir import plan_fhir

__all__ = ["bundle_of", "course_bundle", "course_bundle_bytes"]

_SEVERITY = "http://terminology.hl7.org/CodeSystem/adverse-event-severity"
_STATUS = {
    State.PLANNED: "approved",
    State.PREPARED: "approved",
    State.RUNNING: "active",
    State.FINISHED: "completed",
    State.STOPPED: "administratively-completed",
}
_SUBJECT = {State.RUNNING: "on-study", State.FINISHED: "off-study", State.STOPPED: "off-study"}


def course_bundle(course: Course, *, made_at: datetime, notes: bool = False) -> dict[str, Any]:
    """The course as a Bundle, ready for `json.dumps`; notes: with the patient's own words."""
    return bundle_of(load_course(course), made_at=made_at, notes=notes)


def course_bundle_bytes(data: CourseData, *, made_at: datetime, notes: bool) -> bytes:
    """The Bundle as a file."""
    bundle = bundle_of(data, made_at=made_at, notes=notes)
    return (json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode()


def bundle_of(data: CourseData, *, made_at: datetime, notes: bool) -> dict[str, Any]:
    """The Bundle of a course that was read."""
    course = data.course
    entries = [
        {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
        for resource in _resources(data, notes)
    ]
    return {
        "resourceType": "Bundle",
        "id": resource_id(course, "bundle"),
        "type": "collection",
        "timestamp": _moment(made_at),
        "entry": entries,
    }


def _resources(data: CourseData, notes: bool) -> Iterator[dict[str, Any]]:
    yield _patient(data.course)
    yield _request(data.course)
    yield _questionnaire(data.course, notes)
    for entry, row in zip(data.entries, data.rows, strict=True):
        yield _response(data.course, entry, row, notes)
        for number, event in enumerate(entry.adverse.all()):
            yield _adverse(data.course, entry, event, number)
    if data.course.blinded:
        yield _study(data.course)
        yield _study_subject(data)


def _patient(course: Course) -> dict[str, Any]:
    pseudonym = {"system": system("pseudonym"), "value": course.patient.pseudonym}
    return {
        "resourceType": "Patient",
        "id": resource_id(course, "patient"),
        "identifier": [{"use": "secondary", **pseudonym}],
    }


def _who(course: Course) -> dict[str, str]:
    return {
        "reference": f"urn:uuid:{resource_id(course, 'patient')}",
        "display": course.patient.pseudonym,
    }


def _request(course: Course) -> dict[str, Any]:
    request = plan_fhir(course_plan(course))
    del request["contained"]
    changes = [
        {"text": f"From {change.day}: {change.get_kind_display()}{_size(course, change)}"}
        for change in course.changes.all()
    ]
    return {
        **request,
        "id": resource_id(course, "request"),
        "subject": _who(course),
        "note": [*request["note"], *changes],
    }


def _size(course: Course, change: Any) -> str:
    if change.hold_days:
        return f", {change.hold_days} days"
    return f", {change.dose_mg:g} mg" if change.dose_mg is not None and not course.blinded else ""


def _questionnaire(course: Course, notes: bool) -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        {"linkId": "day", "text": "The day", "type": "date", "required": True},
        *(_question(symptom) for symptom in course.symptoms.all()),
        {"linkId": "dose.taken", "text": "Was the dose taken?", "type": "boolean"},
        {"linkId": "dose.mg", "text": "Dose taken, mg", "type": "decimal"},
    ]
    if notes:
        items.append({"linkId": "note", "text": "Note", "type": "text"})
    return {
        "resourceType": "Questionnaire",
        "id": resource_id(course, "questionnaire"),
        "url": f"{system('Questionnaire')}/{resource_id(course, 'questionnaire')}",
        "status": "active",
        "title": "Diary",
        "subjectType": ["Patient"],
        "item": items,
    }


def _question(symptom: CourseSymptom) -> dict[str, Any]:
    known = INSTRUMENTS.get(symptom.instrument)
    ends = (("minValue", symptom.low), ("maxValue", symptom.high))
    return {
        "extension": [
            {"url": f"http://hl7.org/fhir/StructureDefinition/{name}", "valueDecimal": value}
            for name, value in ends
        ],
        "linkId": f"rating.{symptom.name}",
        "text": str(known.question) if known else symptom.name,
        "type": "decimal",
    }


def _response(
    course: Course, entry: DiaryEntry, row: Mapping[str, str], notes: bool
) -> dict[str, Any]:
    items: list[dict[str, Any]] = [_item("day", valueDate=str(entry.day))]
    names = [symptom.name for symptom in course.symptoms.all() if symptom.name in entry.ratings]
    items += [_item(f"rating.{name}", valueDecimal=entry.ratings[name]) for name in names]
    if entry.taken is not None:
        items.append(_item("dose.taken", valueBoolean=entry.taken))
    if row["dose_mg"]:
        items.append(_item("dose.mg", valueDecimal=float(row["dose_mg"])))
    if notes and entry.note:
        items.append(_item("note", valueString=entry.note))
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(entry.pk),
        "questionnaire": f"{system('Questionnaire')}/{resource_id(course, 'questionnaire')}",
        "status": "completed",
        "subject": _who(course),
        "authored": _moment(entry.written_at),
        "item": items,
    }


def _item(link: str, **value: Any) -> dict[str, Any]:
    return {"linkId": link, "answer": [value]}


def _adverse(course: Course, entry: DiaryEntry, event: AdverseEvent, number: int) -> dict[str, Any]:
    severity = event.get_severity_display()
    coding = {"system": _SEVERITY, "code": event.severity, "display": str(severity)}
    found: dict[str, Any] = {
        "resourceType": "AdverseEvent",
        "id": resource_id(course, "adverse", str(entry.pk), str(number)),
        "actuality": "actual",
        "event": {"text": event.term},
        "subject": _who(course),
        "date": str(entry.day),
        "recordedDate": _moment(entry.written_at),
        "severity": {"coding": [coding]},
    }
    if course.blinded:
        found["study"] = [{"reference": f"urn:uuid:{resource_id(course, 'study')}"}]
    return found


def _study(course: Course) -> dict[str, Any]:
    return {
        "resourceType": "ResearchStudy",
        "id": resource_id(course, "study"),
        "identifier": [{"system": system("course"), "value": course.number}],
        "title": f"{course.periods} blinded periods of {course.period_days} days in one person",
        "status": _STATUS[State(course.state)],
        "arm": [{"name": "Periods with the medicine"}, {"name": "Periods with placebo"}],
    }


def _study_subject(data: CourseData) -> dict[str, Any]:
    course = data.course
    subject: dict[str, Any] = {
        "resourceType": "ResearchSubject",
        "id": resource_id(course, "subject"),
        "status": _SUBJECT.get(State(course.state), "candidate"),
        "period": {"start": str(course.first_day), "end": str(course.last_day)},
        "study": {"reference": f"urn:uuid:{resource_id(course, 'study')}"},
        "individual": _who(course),
    }
    if data.treatments:
        held = enumerate(data.treatments, start=1)
        subject["actualArm"] = "; ".join(f"period {number}: {what}" for number, what in held)
    return subject


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
