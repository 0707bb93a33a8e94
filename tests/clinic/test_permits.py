"""Every page for every role and everybody's objects: who may, may; for the rest it is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from clinic_world import PASSWORD, planned
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lowdose.clinic.chain import verify
from lowdose.clinic.models import AuditEntry, Course, Patient, Role, User
from lowdose.clinic.pages.access import action_of, model_of
from lowdose.clinic.permits import PERMITS, Action, Scope

pytestmark = pytest.mark.django_db

OTHERS = ("allauth.", "django.", "ninja.")
LATEST = "00000000-0000-4000-8000-000000000000"


def addresses(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the application that is our own, with its page."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif not module_of(one.callback).startswith(OTHERS):
            yield route, one


def module_of(view: Callable[..., Any]) -> str:
    """Where a page is written; ninja wraps its own."""
    return str(getattr(getattr(view, "func", view), "__module__", ""))


PAGES = sorted(dict(addresses()).items())
GUARDED = [(r, p) for r, p in PAGES if action_of(p.callback) not in {None, "public"}]


def test_every_page_is_behind_the_gate_or_says_that_it_is_public() -> None:
    assert [route for route, page in PAGES if action_of(page.callback) is None] == []


def test_the_public_pages_are_these_and_no_others() -> None:
    public = {page.callback.__name__ for _, page in PAGES if action_of(page.callback) == "public"}

    assert public <= {
        "closed",
        "health",
        "invitation",
        "calendar_feed",
        "worker",
        "manifest",
        "shell",
    }


def test_every_action_stands_in_the_table() -> None:
    assert set(PERMITS) == set(Action)


@pytest.fixture
def world(
    open_course: Course,
    other_patient: Patient,
    pharmacist: User,
    researcher: User,
    administrator: User,
) -> dict[str, Any]:
    """A patient with a course, another's with a course, and everybody by role."""
    mine = open_course.patient
    return {
        "own course": open_course,
        "other course": planned(other_patient),
        "own patient": mine,
        "other patient": other_patient,
        Role.PRESCRIBER: mine.prescriber,
        Role.PATIENT: mine.account,
        Role.PHARMACIST: pharmacist,
        Role.RESEARCHER: researcher,
        Role.ADMINISTRATOR: administrator,
    }


def filled(route: str, page: URLPattern, world: dict[str, Any], *, other: bool) -> str:
    """An address with the object of this world, or somebody else's."""
    kind = "patient" if model_of(page.callback) is Patient else "course"
    thing = world[f"{'other' if other else 'own'} {kind}"]
    route = re.sub(r"<uuid:pk>", str(thing.pk), route)
    route = re.sub(r"<uuid:\w+>", LATEST, route)
    return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(str|slug|path):\w+>", "none", route))


@pytest.mark.parametrize("role", list(Role))
def test_a_role_meets_only_the_pages_that_the_table_gives_it(
    role: Role, world: dict[str, Any], as_: Callable[[User | None], Client]
) -> None:
    browser = as_(world[role])
    browser.raise_request_exception = True
    wrong = []
    for route, page in GUARDED:
        action = action_of(page.callback)
        assert isinstance(action, Action)
        if role not in PERMITS[action]:
            for method in (browser.get, browser.post):
                answer = method(filled(route, page, world, other=False))
                if answer.status_code != 404:
                    wrong.append((method.__name__, route, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PATIENT])
def test_what_is_somebody_elses_is_not_there(
    role: Role, world: dict[str, Any], as_: Callable[[User | None], Client]
) -> None:
    browser = as_(world[role])
    wrong = []
    for route, page in GUARDED:
        action = action_of(page.callback)
        assert isinstance(action, Action)
        own_only = PERMITS[action].get(role) is Scope.OWN
        if own_only and model_of(page.callback) is not None:
            for method in (browser.get, browser.post):
                answer = method(filled(route, page, world, other=True))
                if answer.status_code not in {404, 405}:
                    wrong.append((method.__name__, route, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_may_see_opens(
    role: Role, world: dict[str, Any], as_: Callable[[User | None], Client]
) -> None:
    browser = as_(world[role])
    broken = []
    for route, page in GUARDED:
        action = action_of(page.callback)
        assert isinstance(action, Action)
        if role in PERMITS[action] and model_of(page.callback) is not None:
            answer = browser.get(filled(route, page, world, other=False))
            if answer.status_code >= 500:
                broken.append((route, answer.status_code))

    assert broken == []


def test_without_signing_in_every_page_leads_to_the_sign_in(
    world: dict[str, Any], as_: Callable[[User | None], Client]
) -> None:
    browser = as_(None)
    wrong = []
    for route, page in GUARDED:
        for method in (browser.get, browser.post):
            answer = method(filled(route, page, world, other=False))
            to_sign_in = answer.status_code == 302 and "/account/login/" in answer["Location"]
            if not to_sign_in and answer.status_code not in {401, 403}:
                wrong.append((method.__name__, route, answer.status_code))

    assert wrong == []


def test_a_refusal_is_recorded_without_what_was_asked_for(
    world: dict[str, Any], as_: Callable[[User | None], Client]
) -> None:
    as_(world[Role.PRESCRIBER]).get(f"/courses/{world['other course'].pk}/")

    last = AuditEntry.objects.order_by("-number").first()
    assert last is not None
    assert (last.action, last.actor) == ("refused", "doctor")
    assert verify().faults == ()


def test_somebody_who_was_let_go_may_nothing(
    world: dict[str, Any], as_: Callable[[User | None], Client]
) -> None:
    doctor = world[Role.PRESCRIBER]
    browser = as_(doctor)
    User.objects.filter(pk=doctor.pk).update(is_active=False)

    assert browser.get("/courses/").status_code == 302
    tried = as_(None).post("/account/login/", {"login": "doctor", "password": PASSWORD})
    assert "/courses/" not in tried.get("Location", "")
