"""The addresses of the API. Each one parses, asks the permits, calls one verb and answers."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import NinjaAPI
from ninja.parser import Parser
from pydantic import Field

from lowdose.clinic.api import schemas
from lowdose.clinic.api.access import PerPerson, SessionAuth, TokenAuth, caller, course_for
from lowdose.clinic.api.answers import answer_faults
from lowdose.clinic.exchange.fhir_in import read_bundle_value
from lowdose.clinic.exchange.fhir_out import course_bundle
from lowdose.clinic.exchange.incoming import load_json
from lowdose.clinic.models import (
    ChangeKind,
    Course,
    DiaryEntry,
    EntryStatus,
    Role,
    Severity,
    State,
    User,
)
from lowdose.clinic.permits import Action, may
from lowdose.clinic.verbs import courses as course_verbs
from lowdose.clinic.verbs.diary import Day, enter
from lowdose.clinic.verbs.exchange import note_export, take_in
from lowdose.errors import Fault, InputError

__all__ = ["CALLS_A_MINUTE", "api", "throttle"]

CALLS_A_MINUTE = 300
_SEE = (Action.SEE_COURSE, Action.SEE_OWN_COURSE)
_PROBLEMS = frozenset({401, 403, 404, 413, 415, 422, 429})


class _JsonParser(Parser):
    """Takes only what can be stored: no NUL, no half characters, no endless numbers or nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value; raises InputError with every fault."""
        return load_json(request.body)


throttle = PerPerson(CALLS_A_MINUTE)
api = NinjaAPI(
    title="lowdose clinic",
    version="1",
    description=(
        "Courses, diaries and answers of the clinic. Sign in with a personal token as "
        "`Authorization: Bearer ...`. Whatever is wrong is told as `faults`, all at once."
    ),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    auth=[TokenAuth(), SessionAuth()],
    throttle=[throttle],
    parser=_JsonParser(),
)
answer_faults(api)

Cursor = Annotated[str | None, Field(max_length=200, pattern="^[A-Za-z0-9_-]+$")]
Limit = Annotated[int, Field(ge=1, le=100)]


def _replies(good: Any) -> dict[Any, Any]:
    return {200: good, _PROBLEMS: schemas.Problem}


@api.get("/me", response=_replies(schemas.Me), summary="Who is asking")
def me(request: HttpRequest) -> schemas.Me:
    """The person whose token or session this is."""
    user = caller(request)
    return schemas.Me(
        username=user.username,
        role=Role(user.role),
        language=user.language,
        time_zone=user.time_zone,
    )


@api.get("/courses", response=_replies(schemas.Courses), summary="Own courses, newest first")
def list_courses(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> schemas.Courses:
    """A prescriber's courses, or a patient's own; `next` goes on where a page ends."""
    courses = _own_courses(caller(request))
    if cursor is not None:
        at, number = _opened(cursor)
        courses = courses.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=number))
    found = list(courses.order_by("-created_at", "-pk")[: limit + 1])
    shown = found[:limit]
    following = _cursor(shown[-1]) if len(found) > limit else None
    return schemas.Courses(courses=[_course_out(one) for one in shown], next=following)


def _own_courses(user: User) -> QuerySet[Course]:
    courses = Course.objects.select_related("patient").prefetch_related("symptoms")
    if may(user, Action.LIST_COURSES):
        return courses.filter(patient__prescriber=user)
    if may(user, Action.SEE_OWN_COURSE):
        return courses.filter(patient__account=user)
    raise Http404


def _cursor(course: Course) -> str:
    said = f"{course.created_at.isoformat()} {course.pk}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[datetime, UUID]:
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        at, number = said.split(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not 1980 <= moment.year <= 2200:
            raise ValueError(at)
        return moment, UUID(number)
    except (ValueError, binascii.Error):
        fault = Fault("query.cursor", "another text", "the `next` of an earlier page")
        raise InputError([fault]) from None


def _course_out(course: Course) -> schemas.CourseOut:
    return schemas.CourseOut(
        id=course.pk,
        number=course.number,
        pseudonym=course.patient.pseudonym,
        condition=course.condition,
        state=State(course.state),
        zone=course.zone,
        first_day=course.first_day,
        last_day=course.last_day,
        baseline_days=course.baseline_days,
        open_days=course.open_days,
        periods=course.periods,
        period_days=course.period_days,
        blinded=course.blinded,
        sealed=course.sealed,
        last_entry=course.last_entry,
        symptoms=[
            schemas.SymptomOut(
                name=one.name, low=one.low, high=one.high, lower_is_better=one.lower_is_better
            )
            for one in course.symptoms.all()
        ],
    )


@api.get("/courses/{pk}", response=_replies(schemas.CourseOut), summary="One course")
def one_course(request: HttpRequest, pk: UUID) -> schemas.CourseOut:
    """A course with its symptoms."""
    return _course_out(course_for(request, pk, *_SEE))


@api.get("/courses/{pk}/entries", response=_replies(schemas.Entries), summary="The diary")
def list_entries(request: HttpRequest, pk: UUID) -> schemas.Entries:
    """Every entry as it was sent, in the order of the days."""
    course = course_for(request, pk, *_SEE)
    entries = course.entries.prefetch_related("adverse").order_by("day", "received_at", "pk")
    return schemas.Entries(entries=[_entry_out(entry) for entry in entries])


def _entry_out(entry: DiaryEntry) -> schemas.EntryOut:
    return schemas.EntryOut(
        id=entry.pk,
        day=entry.day,
        written_at=entry.written_at,
        received_at=entry.received_at,
        late=entry.late,
        status=EntryStatus(entry.status),
        ratings=entry.ratings,
        taken=entry.taken,
        dose_mg=entry.dose_mg,
        adverse=[
            schemas.Event(term=event.term, severity=Severity(event.severity))
            for event in entry.adverse.all()
        ],
        note=entry.note,
    )


@api.post("/courses/{pk}/entries", response=_replies(schemas.Outcomes), summary="Enter days")
def enter_days(request: HttpRequest, pk: UUID, sent: schemas.EntriesIn) -> schemas.Outcomes:
    """Store days of the patient's own diary, all or none; sending them again changes nothing."""
    course = course_for(request, pk, Action.KEEP_DIARY)
    days = [_day(entry) for entry in sent.entries]
    outcomes = enter(course, days, actor=caller(request), now=timezone.now())
    return schemas.Outcomes(
        outcomes=[
            schemas.Sent(id=day.id, outcome=outcome)
            for day, outcome in zip(days, outcomes, strict=True)
        ]
    )


def _day(entry: schemas.EntryIn) -> Day:
    return Day(
        id=entry.id,
        day=entry.day,
        written_at=entry.written_at,
        ratings=entry.ratings,
        taken=entry.taken,
        dose_mg=entry.dose_mg,
        adverse=[(event.term, event.severity) for event in entry.adverse],
        note=entry.note,
        replaces=entry.replaces,
    )


@api.get("/courses/{pk}/changes", response=_replies(schemas.Changes), summary="Changes")
def list_changes(request: HttpRequest, pk: UUID) -> schemas.Changes:
    """What the prescriber changed on the way."""
    return _changes(course_for(request, pk, Action.SEE_COURSE))


@api.post("/courses/{pk}/changes", response=_replies(schemas.Changes), summary="Change")
def change_course(request: HttpRequest, pk: UUID, wanted: schemas.ChangeIn) -> schemas.Changes:
    """Change the dose, stay at it, or stop, with the reason; answers with all changes."""
    course = course_for(request, pk, Action.CHANGE_COURSE)
    change = course_verbs.Wanted(
        ChangeKind(wanted.kind), wanted.day, wanted.reason, wanted.dose_mg, wanted.hold_days
    )
    course_verbs.change(course, change, actor=caller(request), now=timezone.now())
    return _changes(course)


def _changes(course: Course) -> schemas.Changes:
    return schemas.Changes(
        changes=[
            schemas.ChangeOut(
                kind=ChangeKind(one.kind),
                day=one.day,
                dose_mg=one.dose_mg,
                hold_days=one.hold_days,
                reason=one.reason,
                made_at=one.made_at,
            )
            for one in course.changes.all()
        ]
    )


@api.get("/courses/{pk}/answer", response=_replies(schemas.Answers), summary="The answer")
def answer(request: HttpRequest, pk: UUID) -> schemas.Answers:
    """What the diary says of each symptom; nothing while the course is sealed."""
    course = course_for(request, pk, *_SEE)
    stored = [] if course.sealed else course.answers.order_by("symptom")
    answers = [
        schemas.Answer(
            symptom=one.symptom,
            content=one.content or None,
            problem=one.problem,
            made_at=one.made_at,
        )
        for one in stored
    ]
    return schemas.Answers(sealed=course.sealed, answers=answers)


@api.get("/courses/{pk}/fhir", response=_replies(dict[str, Any]), summary="As FHIR R4")
def fhir_out(request: HttpRequest, pk: UUID, notes: bool = False) -> dict[str, Any]:
    """The course as a Bundle; with `notes` also what the patient wrote."""
    course = course_for(request, pk, Action.EXPORT_COURSE, Action.TAKE_OWN_DATA)
    bundle = course_bundle(course, made_at=timezone.now(), notes=notes)
    note_export(course, actor=caller(request), form="fhir", notes=notes)
    return bundle


@api.post("/courses/{pk}/fhir", response=_replies(schemas.Imported), summary="Days from FHIR")
def fhir_in(request: HttpRequest, pk: UUID, bundle: schemas.BundleIn) -> schemas.Imported:
    """Store the days of a Bundle, all or none; what is in the diary is never overwritten."""
    course = course_for(request, pk, Action.IMPORT_COURSE)
    read = read_bundle_value(bundle.model_dump(), course)
    counts = take_in(course, read.days, actor=caller(request), now=timezone.now(), form="fhir")
    return schemas.Imported(
        new=counts["new"], same=counts["same"], conflict=counts["conflict"], notes=list(read.notes)
    )
