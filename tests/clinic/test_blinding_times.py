"""The time of an answer tells the periods of a blinded course apart as little as the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from blinding_acts import BLINDED, REFUSED, Act, acts_of, newest_day, questions
from blinding_times import duration, fair, times_slower
from blinding_worlds import (
    AFTER,
    Chance,
    Clock,
    Scene,
    a_scene,
    about_courses,
    browser,
    same_clock_and_chance,
)
from django.db import transaction
from django.urls import reverse

from lowdose.clinic.verbs.blinding import ACTIVE, read_allocation

pytestmark = pytest.mark.django_db

_PAIRS = 40
_QUICK = 4


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with django_db_blocker.unblock(), a_scene() as scene:
        yield scene


@pytest.fixture
def scene(made: Scene) -> Iterator[Scene]:
    """After the last day; what a test does is undone."""
    with transaction.atomic(), same_clock_and_chance(Clock(AFTER.at), Chance()):
        yield made
        transaction.set_rollback(True)


def getting(scene: Scene, who: str, address: str) -> Callable[[], object]:
    """A request for a page."""
    client = browser(scene.people[who])
    return lambda: client.get(address)


def sending(scene: Scene, act: Act) -> Callable[[], object]:
    """A form that is sent."""
    client = browser(scene.people[act.who])
    return lambda: act.send(client)


def acts(scene: Scene, who: str) -> list[Act]:
    """What somebody sends that needs no earlier answer."""
    sent = acts_of(who, scene.course, scene.other, scene.moment.at)
    found = [next(sent)]
    while True:
        try:
            found.append(sent.send(b""))
        except StopIteration:
            return [act for act in found if act.address and REFUSED not in act.name]


@pytest.mark.parametrize(
    ("name", "who"), [("course", "prescriber"), ("courses", "prescriber"), ("diary", "patient")]
)
def test_the_time_of_a_page_tells_nothing(scene: Scene, name: str, who: str) -> None:
    address = reverse(name, args=[scene.course.pk] if name == "course" else [])

    slower = times_slower(scene, getting(scene, who, address), _PAIRS)

    assert fair(slower, _PAIRS, tests=_QUICK)


def test_the_time_of_a_guess_tells_nothing(scene: Scene) -> None:
    guess = next(act for act in acts(scene, "patient") if act.name == "guess 1")

    slower = times_slower(scene, sending(scene, guess), _PAIRS)

    assert fair(slower, _PAIRS, tests=_QUICK)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("who", BLINDED)
def test_the_time_of_no_page_tells_anything(scene: Scene, who: str) -> None:
    """Every page about courses that opens for this person, with and without a query."""
    client = browser(scene.people[who])
    asked = questions(scene.course, newest_day(scene.course, AFTER.at))
    every = [*about_courses(scene), *(at for at in asked if "simulator" not in at)]
    there = [at for at in every if client.get(at).status_code == 200]

    slower = {at: times_slower(scene, getting(scene, who, at), _PAIRS) for at in there}

    assert len(there) > 5
    assert {at: n for at, n in slower.items() if not fair(n, _PAIRS, tests=3 * len(there))} == {}


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("who", BLINDED)
def test_the_time_of_no_form_tells_anything(scene: Scene, who: str) -> None:
    sent = acts(scene, who)

    slower = {act.name: times_slower(scene, sending(scene, act), _PAIRS) for act in sent}

    assert len(sent) > 3
    assert {at: n for at, n in slower.items() if not fair(n, _PAIRS, tests=3 * len(sent))} == {}


@pytest.mark.slow
def test_a_page_that_waits_in_one_world_is_found(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = getting(scene, "prescriber", reverse("course", args=[scene.course.pk]))
    longest = max(duration(asks) for _ in range(5))

    def waiting(_entries: object) -> tuple[int, int]:
        if read_allocation(scene.course, actor=None).treatments[0] == ACTIVE:
            time.sleep(3 * longest)
        return 1, 99

    monkeypatch.setattr("lowdose.clinic.pages.courses.adherence", waiting)

    assert not fair(times_slower(scene, asks, _PAIRS), _PAIRS, tests=_QUICK)
