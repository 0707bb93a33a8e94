"""Everything that the API's description allows, and much that it does not: no server error."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from clinic_world import NOW, a_day
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lowdose.clinic.chain import verify
from lowdose.clinic.models import Course, User
from lowdose.clinic.verbs.diary import enter
from lowdose.clinic.verbs.tokens import make_token
from lowdose.clinic.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_EXAMPLES = 30
_CSRF = "a" * 32


def by_token(user: User) -> dict[str, Any]:
    token = make_token(user, label="test", days=7, now=timezone.now())
    return {"headers": {"Authorization": f"Bearer {token}"}}


def by_session(user: User) -> dict[str, Any]:
    client = Client()
    client.force_login(user, "lowdose.clinic.sign_in.Accounts")
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": _CSRF}
    return {"cookies": cookies, "headers": {"X-CSRFToken": _CSRF}}


@pytest.fixture(autouse=True)
def _as_often_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lowdose.clinic.api.routes.throttle.a_minute", 10**6)


@pytest.fixture
def operations() -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("who", "sign_in"), [("doctor", by_token), ("patient", by_session)])
def test_no_call_makes_a_server_error(
    mode: GenerationMode,
    who: str,
    sign_in: Any,
    operations: list[Any],
    open_course: Course,
    doctor: User,
) -> None:
    enter(open_course, [a_day(open_course, n) for n in range(1, 4)], actor=None, now=NOW)
    person = doctor if who == "doctor" else open_course.patient.account
    signed_in = sign_in(person)

    for operation in operations:
        for pk in (str(open_course.pk), None):
            _attack(operation, mode, pk, signed_in)

    assert verify().faults == ()


def _attack(
    operation: Any, mode: GenerationMode, pk: str | None, signed_in: dict[str, Any]
) -> None:
    given_pk = {"path_parameters": {"pk": pk}} if pk and "{pk}" in operation.path else {}
    # A made-up path may be one that no description covers.
    checks = _CHECKS if given_pk or "{pk}" not in operation.path else [not_a_server_error]

    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, **given_pk))
    def every(case: Any) -> None:
        response = case.call(**signed_in)
        assert response.status_code != 401
        case.validate_response(response, checks=checks)

    every()
