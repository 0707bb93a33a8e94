"""What the researcher sees of designs: what they could settle, and harms; made by the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from lowdose.clinic.models import Computation, ComputationKind, User
from lowdose.clinic.verbs import computed
from lowdose.clinic.verbs.designs import harms_asked, operating, operating_asked, unwanted
from lowdose.trial.design.named import find_design

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
SMALL = {"design": "final-2024", "people": [40], "effect": [0.0, 1.5], "trials": 20}


@pytest.fixture
def office(researcher: User, as_: Browser) -> Client:
    return as_(researcher)


def made(browser: Client, kind: ComputationKind) -> str:
    """The part of a page once the worker has made it."""
    found = Computation.objects.get(kind=kind)
    computed.compute.call(found.pk)
    part = browser.get(f"/computed/{found.pk}?seen=waiting", headers={"HX-Request": "true"})
    return part.content.decode()


def test_a_design_without_an_effect_finds_something_as_often_as_chance_says_and_else_more() -> None:
    none, some = operating(SMALL)["rows"]

    assert (none["effect"], some["effect"]) == (0.0, 1.5)
    assert percent(none["power"]) < 30  # 6 of 20 or more, at 5 %: once in 3000
    assert percent(some["power"]) > percent(none["power"])


def percent(words: str) -> float:
    return float(words.split(" %", maxsplit=1)[0])


def test_the_effect_to_find_is_the_design_s_own_or_a_tenth_of_its_scale() -> None:
    expects, says_none = find_design("crossover"), find_design("smith-2011")

    assert operating_asked("crossover", expects)["effect"] == [0.0, 0.5]
    assert operating_asked("smith-2011", says_none)["effect"] == [0.0, 60.0]
    assert operating_asked("smith-2011", says_none)["people"] == [20, 40, 80]


def test_the_page_of_a_design_has_the_worker_carry_it_out(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**SMALL, "people": [20]}
    monkeypatch.setattr("lowdose.clinic.pages.research.operating_asked", lambda *_: few)

    page = office.get("/research/designs/final-2024/").content.decode()
    part = made(office, ComputationKind.OPERATING)

    assert find_design("final-2024").title in page
    assert "Operating characteristics" in part
    assert part.count("<svg") == 2
    assert part.count("<tr>") == 3


def test_a_design_that_compares_nothing_says_so(office: Client) -> None:
    office.get("/research/designs/dose-finding/")

    assert "dose finding can be run, not powered" in made(office, ComputationKind.OPERATING)


def test_a_name_that_no_design_has_is_not_found(office: Client) -> None:
    assert office.get("/research/designs/nothing/").status_code == 404
    assert not Computation.objects.exists()


def test_patients_answers_come_before_designs(
    office: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        office.get("/research/designs/final-2024/")
        office.get("/research/designs/")

    later, sooner = sorted(DBTaskResult.objects.values_list("priority", flat=True))
    assert later < 0 < sooner  # answers have 0


def test_the_list_of_designs_leads_to_each_and_shows_the_harms(office: Client) -> None:
    page = office.get("/research/designs/").content.decode()
    part = made(office, ComputationKind.HARMS)

    assert 'href="/research/designs/final-2024/"' in page
    assert part.count("<svg") == 2
    assert "Unwanted events on low-dose naltrexone" in part


def test_the_harms_are_those_of_the_library() -> None:
    from lowdose.evidence.harms import harms
    from lowdose.report.charts.harms_chart import harms_chart

    found = unwanted(harms_asked())

    assert found["chart"]["caption"] == harms_chart(harms()).description
