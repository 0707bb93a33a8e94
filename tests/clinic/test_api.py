"""The API: what it offers, who may what, and how it tells what is wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from clinic_world import NOW, a_day, planned, with_account
from django.test import Client
from django.utils import timezone

from lowdose.clinic.api.routes import CALLS_A_MINUTE, api
from lowdose.clinic.chain import verify
from lowdose.clinic.models import ApiToken, AuditEntry, Course, Patient, Role, StoredAnswer, User
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.tokens import make_token

pytestmark = pytest.mark.django_db


class Caller:
    """A program of somebody's, written after the OpenAPI description."""

    def __init__(self, user: User | None, **more: Any) -> None:
        self.headers = {"host": "localhost"}
        if user is not None:
            token = make_token(user, label="test", days=7, now=timezone.now())
            self.headers["authorization"] = f"Bearer {token}"
        self.client = Client(**more)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=self.headers
        )


def entry(course: Course, number: int = 1, **more: Any) -> dict[str, Any]:
    day = course.first_day + timedelta(days=number - 1)
    written = {"id": str(uuid4()), "day": str(day), "written_at": f"{day}T21:00:00+01:00"}
    return {**written, "ratings": {"pain": 5}, "taken": True, **more}


def faults(response: Any) -> list[str]:
    return [fault["place"] for fault in response.json()["faults"]]


def test_the_description_is_openapi_and_asks_nobody_else(as_) -> None:
    response = as_(None).get("/api/v1/openapi.json")
    described = response.json()

    assert described["openapi"].startswith("3.1")
    assert "cdn" not in response.content.decode()
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert as_(None).get("/api/v1/docs").status_code == 404


def test_every_operation_says_how_it_fails() -> None:
    operations = [
        operation
        for path in api.get_openapi_schema()["paths"].values()
        for operation in path.values()
    ]

    assert len(operations) == 10
    for operation in operations:
        assert {"200", "401", "404", "422", "429"} <= {str(code) for code in operation["responses"]}
        assert operation["security"] == [{"TokenAuth": []}, {"SessionAuth": []}]


def test_a_prescriber_uses_every_address(open_course: Course, doctor: User) -> None:
    caller, at = Caller(doctor), f"courses/{open_course.pk}"
    enter(open_course, [a_day(open_course, 1)], actor=None, now=NOW)
    change = {"kind": "dose", "day": "2026-03-20", "dose_mg": 3, "reason": "nausea"}

    assert caller.get("me").json()["role"] == "prescriber"
    assert caller.get("courses").json()["courses"][0]["id"] == str(open_course.pk)
    assert caller.get(at).json()["symptoms"][0]["name"] == "pain"
    assert caller.get(f"{at}/entries").json()["entries"][0]["ratings"] == {"pain": 5.0}
    assert caller.post(f"{at}/changes", change).json()["changes"][0]["dose_mg"] == 3.0
    assert len(caller.get(f"{at}/changes").json()["changes"]) == 1
    assert caller.get(f"{at}/answer").json() == {"sealed": False, "answers": []}
    bundle = caller.get(f"{at}/fhir?notes=true").json()
    assert caller.post(f"{at}/fhir", bundle).json()["same"] == 1
    assert AuditEntry.objects.filter(action="course_exported").count() == 1
    assert verify().faults == ()


def test_a_patient_keeps_the_diary_and_sees_the_answer(
    open_course: Course, patient: Patient
) -> None:
    caller, at = Caller(patient.account), f"courses/{open_course.pk}"
    StoredAnswer.objects.create(course=open_course, symptom="pain", content={"a": 1}, made_at=NOW)
    sent = {"entries": [entry(open_course, 1, note="Æ"), entry(open_course, 2)]}

    outcomes = [caller.post(f"{at}/entries", sent).json()["outcomes"] for _ in range(2)]

    assert [[one["outcome"] for one in each] for each in outcomes] == [
        ["stored", "stored"],
        ["already", "already"],
    ]
    assert caller.get(f"{at}/entries").json()["entries"][0]["note"] == "Æ"
    assert caller.get("courses").json()["courses"][0]["number"] == open_course.number
    assert caller.get(f"{at}/answer").json()["answers"][0]["content"] == {"a": 1}
    assert caller.get(f"{at}/fhir").json()["resourceType"] == "Bundle"


def test_a_sealed_course_has_no_answer(blinded_course: Course, doctor: User) -> None:
    StoredAnswer.objects.create(
        course=blinded_course, symptom="pain", content={"a": 1}, made_at=NOW
    )

    told = Caller(doctor).get(f"courses/{blinded_course.pk}/answer").json()

    assert told == {"sealed": True, "answers": []}


def calls(course_pk: object, course: Course) -> list[tuple[str, Any]]:
    at = f"courses/{course_pk}"
    change = {"kind": "stop", "day": "2026-03-20", "reason": "x"}
    return [
        *((address, None) for address in (at, f"{at}/entries", f"{at}/changes")),
        *((address, None) for address in (f"{at}/answer", f"{at}/fhir")),
        (f"{at}/entries", {"entries": [entry(course)]}),
        (f"{at}/changes", change),
        (f"{at}/fhir", {"resourceType": "Bundle", "entry": []}),
    ]


def called(caller: Caller, address: str, body: Any) -> Any:
    return caller.get(address) if body is None else caller.post(address, body)


def test_somebody_elses_course_looks_exactly_like_none(
    open_course: Course, other_doctor: User, other_patient: Patient, researcher: User
) -> None:
    for user in (other_doctor, other_patient.account, researcher):
        caller = Caller(user)
        for theirs, none in zip(
            calls(open_course.pk, open_course), calls(uuid4(), open_course), strict=True
        ):
            first, second = called(caller, *theirs), called(caller, *none)
            assert (first.status_code, first.content) == (404, second.content)
            assert second.status_code == 404
    assert AuditEntry.objects.filter(action="refused").exists()
    assert open_course.entries.count() == 0


def test_what_the_other_role_may_is_not_there(
    open_course: Course, doctor: User, patient: Patient
) -> None:
    at = f"courses/{open_course.pk}"
    own = Caller(patient.account)

    assert (
        Caller(doctor).post(f"{at}/entries", {"entries": [entry(open_course)]}).status_code == 404
    )
    assert own.get(f"{at}/changes").status_code == 404
    change = {"kind": "stop", "day": "2026-03-20", "reason": "x"}
    assert own.post(f"{at}/changes", change).status_code == 404
    assert own.post(f"{at}/fhir", {"resourceType": "Bundle", "entry": []}).status_code == 404


@pytest.mark.parametrize("role", ["pharmacist", "researcher", "administrator"])
def test_staff_without_courses_find_none(role: str, request, as_, open_course: Course) -> None:
    client = as_(request.getfixturevalue(role))

    assert client.get("/api/v1/courses").status_code == 404
    assert client.get(f"/api/v1/courses/{open_course.pk}").status_code == 404
    assert client.get("/api/v1/me").status_code == 200


def test_pages_of_courses_go_on_where_one_ends(doctor: User) -> None:
    made = [planned(with_account(doctor)) for _ in range(3)]
    caller = Caller(doctor)

    first = caller.get("courses?limit=2").json()
    second = caller.get(f"courses?limit=2&cursor={first['next']}").json()

    found = [one["id"] for one in first["courses"] + second["courses"]]
    assert found == [str(course.pk) for course in reversed(made)]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", "a" * 300, "é", "MjAyNg"])
def test_a_cursor_of_ones_own_making_is_refused(cursor: str, doctor: User) -> None:
    assert Caller(doctor).get(f"courses?cursor={cursor}").status_code == 422


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"day": "1700-01-01"}, "entries.0.day"),
        ({"day": "9999-12-31"}, "entries.0.day"),
        ({"day": 20000}, "entries.0.day"),
        ({"day": "2026-03-02T10:00:00"}, "entries.0.day"),
        ({"written_at": "2026-03-02T10:00:00"}, "entries.0.written_at"),
        ({"written_at": "0001-01-01T00:00:00+14:00"}, "entries.0.written_at"),
        ({"written_at": 1e300}, "entries.0.written_at"),
        ({"id": "no"}, "entries.0.id"),
        ({"ratings": {"pain": "5"}}, "entries.0.ratings.pain"),
        ({"ratings": {"pain": 1e400}}, "content"),
        ({"ratings": {"pain": True}}, "entries.0.ratings.pain"),
        ({"ratings": {"p" * 41: 5}}, "entries.0.ratings." + "p" * 40 + ".[key]"),
        ({"ratings": {"pain": 11}}, "entry 1 ratings.pain"),
        ({"ratings": {"mood": 5}}, "entry 1 ratings"),
        ({"taken": "yes"}, "entries.0.taken"),
        ({"dose_mg": -1}, "entries.0.dose_mg"),
        ({"note": "x" * 2001}, "entries.0.note"),
        ({"note": "a\x00b"}, "entries.0.note"),
        ({"note": "\ud800"}, "entries.0.note"),
        ({"ratings": {"pa\x00in": 5}}, "entries.0.ratings (a name)"),
        ({"adverse": [{"term": "=cmd", "severity": "mild"}]}, "entry 1 adverse"),
        ({"adverse": [{"term": "rash", "severity": "awful"}]}, "entries.0.adverse.0.severity"),
        ({"surprise": 1}, "entries.0.surprise"),
    ],
)
def test_a_wrong_entry_is_told_by_place_and_not_stored(
    change: dict[str, Any], place: str, open_course: Course, patient: Patient
) -> None:
    sent = {"entries": [entry(open_course, **change)]}

    response = Caller(patient.account).post(f"courses/{open_course.pk}/entries", sent)

    assert response.status_code == 422
    assert faults(response) == [place]
    assert open_course.entries.count() == 0


@pytest.mark.parametrize(
    "body",
    ["", "{", "null", "[]", "[" * 5000, '{"entries": []}', '{"entries": NaN}', "\x00", b"\xff\xfe"],
)
def test_a_body_that_is_none_gets_a_clear_answer(
    body: str | bytes, open_course: Course, patient: Patient
) -> None:
    response = Caller(patient.account).post(f"courses/{open_course.pk}/entries", body)

    assert response.status_code == 422
    assert faults(response)


def test_what_was_written_is_not_repeated_in_a_fault(open_course: Course, patient: Patient) -> None:
    sent = {"entries": [entry(open_course, note="secret " * 500)]}

    response = Caller(patient.account).post(f"courses/{open_course.pk}/entries", sent)

    assert "secret" not in response.content.decode()


def test_a_stopped_course_answers_with_a_fault(open_course: Course, doctor: User) -> None:
    caller, at = Caller(doctor), f"courses/{open_course.pk}/changes"
    stop = {"kind": "stop", "day": "2026-03-20", "reason": "x"}

    assert [caller.post(at, stop).status_code for _ in range(2)] == [200, 422]


# Who it is


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer lowdose_x", "Basic YTpi", "é"]
)
def test_nobody_gets_nothing(header: str, open_course: Course) -> None:
    caller = Caller(None)
    caller.headers["authorization"] = header.encode().decode("latin-1")

    for address, body in calls(open_course.pk, open_course):
        assert called(caller, address, body).status_code == 401


def test_a_token_ends_when_it_expires_is_revoked_or_its_person_leaves(doctor: User) -> None:
    for change in ("expires", "revoked", "left"):
        caller = Caller(doctor)
        token = ApiToken.objects.latest("created_at")
        assert caller.get("me").status_code == 200
        if change == "expires":
            ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
        elif change == "revoked":
            ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
        else:
            User.objects.filter(pk=doctor.pk).update(is_active=False)
        assert caller.get("me").status_code == 401


def test_a_token_of_somebody_whose_role_may_have_none_is_no_good(doctor: User) -> None:
    caller = Caller(doctor)
    User.objects.filter(pk=doctor.pk).update(role=Role.PHARMACIST)

    assert caller.get("me").status_code == 401


def test_a_session_needs_the_csrf_token_to_change_something(
    open_course: Course, patient: Patient
) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(patient.account, "lowdose.clinic.sign_in.Accounts")
    at = f"/api/v1/courses/{open_course.pk}/entries"
    body = json.dumps({"entries": [entry(open_course)]})

    refused = client.post(at, body, content_type="application/json")
    client.get("/profile/")
    token = client.cookies["csrftoken"].value
    done = client.post(at, body, content_type="application/json", headers={"x-csrftoken": token})

    assert client.get(at).status_code == 200
    assert (refused.status_code, faults(refused)) == (403, ["X-CSRFToken"])
    assert done.status_code == 200


def test_too_many_calls_are_told_to_wait(doctor: User, other_doctor: User, monkeypatch) -> None:
    monkeypatch.setattr("lowdose.clinic.api.routes.throttle.a_minute", 3)
    caller = Caller(doctor)

    statuses = [caller.get("me").status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]
    assert caller.get("me")["Retry-After"] == "60"
    assert Caller(doctor).get("me").status_code == 429
    assert Caller(other_doctor).get("me").status_code == 200
    assert CALLS_A_MINUTE == 300


def test_a_call_needs_few_queries(
    open_course: Course, doctor: User, django_assert_max_num_queries
) -> None:
    enter(open_course, [a_day(open_course, n) for n in range(1, 20)], actor=None, now=NOW)
    caller = Caller(doctor)

    for address in (
        "courses",
        f"courses/{open_course.pk}/entries",
        f"courses/{open_course.pk}/fhir",
    ):
        with django_assert_max_num_queries(25):
            caller.get(address)


# The page of the tokens


def test_a_token_is_shown_once_and_only_its_hash_is_kept(doctor: User, as_) -> None:
    client = as_(doctor)

    made = client.post("/profile/tokens/", {"label": "my script", "days": "30"})
    token = made.context["token"]

    assert token in made.content.decode()
    assert token not in client.get("/profile/tokens/").content.decode()
    assert token not in json.dumps(list(ApiToken.objects.values_list("token_sha256", "label")))
    assert made["Cache-Control"] == "no-store, private"
    caller = Caller(None)
    caller.headers["authorization"] = f"Bearer {token}"
    assert caller.get("me").json()["username"] == "doctor"


def test_a_token_is_taken_back_by_its_own_person_only(
    doctor: User, other_doctor: User, as_
) -> None:
    caller = Caller(doctor)
    address = f"/profile/tokens/{ApiToken.objects.get().pk}/revoke"

    assert as_(other_doctor).post(address).status_code == 404
    assert caller.get("me").status_code == 200
    assert as_(doctor).post(address).status_code == 302
    assert caller.get("me").status_code == 401
    made = AuditEntry.objects.filter(action__startswith="token_").values_list("action", flat=True)
    assert list(made) == ["token_made", "token_revoked"]


@pytest.mark.parametrize("role", ["pharmacist", "administrator"])
def test_who_sees_allocations_or_manages_the_site_has_no_tokens(role: str, request, as_) -> None:
    client = as_(request.getfixturevalue(role))

    assert client.get("/profile/tokens/").status_code == 404
    assert client.post("/profile/tokens/", {"label": "x", "days": "7"}).status_code == 404


def test_a_token_of_too_many_days_is_not_made(doctor: User, as_) -> None:
    made = as_(doctor).post("/profile/tokens/", {"label": "x", "days": "3650"})

    assert (made.status_code, ApiToken.objects.count()) == (400, 0)
