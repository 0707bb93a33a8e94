"""Every page that a role can open, in a real browser: accessible in both themes, without errors.

With LOWDOSE_PICTURES=folder it leaves a picture of each page there, as the documentation shows.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from running_clinic import Running, axe, chromium, needs_browser, running, watch
from test_permits import GUARDED, LATEST

from lowdose.clinic.models import Patient, Role
from lowdose.clinic.operate.demo import PASSWORD, PEOPLE
from lowdose.clinic.pages.access import action_of, model_of
from lowdose.clinic.permits import PERMITS, Action

pytestmark = [pytest.mark.slow, needs_browser]

QUICKEST = "younger-2009"  # of the designs, to be carried out
Looks = tuple[tuple[str, str], ...]
TWO_LOOKS: Looks = (("light", "desk"), ("dark", "phone"))
ALL_LOOKS: Looks = (("light", "phone"), ("light", "desk"), ("dark", "phone"), ("dark", "desk"))
SIZES = {"phone": (320, 740), "desk": (1200, 900)}
ELSEWHERE = {
    "diary/guess/<int:period>": "test_diary_in_a_browser, on the day after a period",
    "computed/<slug:key>": "a part of other pages, never opened by itself",
    "research/allocations/<uuid:pk>/": "below, once a course was opened",
    "research/pools/<slug:key>/": "test_research_pages; it takes five finished courses",
    "research/pools/<slug:key>/part": "a part of the page above",
}
"""What the demonstration cannot show, and where it is looked at."""

PARTS = {"uuid": r"[0-9a-f-]{36}", "int": r"\d+", "slug": r"[\w-]+"}
# what downloads, streams or answers with data is no page
NO_PAGE = re.compile(r"\.(zip|csv|json|ics|pdf)$|/(worker\.js|state|entries|file)$|download")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("browser") / "clinic", "--demo") as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


def routes_of(role: Role) -> list[tuple[str, Any]]:
    found = []
    for route, page in GUARDED:
        action = action_of(page.callback)
        if isinstance(action, Action) and role in PERMITS[action] and not NO_PAGE.search(route):
            found.append((route, page))
    return found


def objects(clinic: Running) -> dict[str, list[str]]:
    """Every course and every patient, the newest first; courses with an answer, too."""
    courses = clinic.rows("SELECT id FROM clinic_course ORDER BY first_day DESC")
    patients = clinic.rows("SELECT id FROM clinic_patient ORDER BY created_at DESC")
    found = {"course": courses, "patient": patients, "answered": answered(clinic)}
    return {name: [str(UUID(row[0])) for row in rows] for name, rows in found.items()}


def answered(clinic: Running) -> list[tuple[Any, ...]]:
    """Courses whose answer has a picture, as soon as the worker has made the first."""
    end = time.monotonic() + 120
    while not (
        found := clinic.rows("SELECT DISTINCT course_id FROM clinic_storedanswer WHERE chart <> ''")
    ):
        assert time.monotonic() < end, "the worker answered no course"
        time.sleep(0.5)
    return found


def places(route: str, view: Any, things: dict[str, list[str]], links: set[str]) -> list[str]:
    """Where a page may be: as other pages link to it, else for every course or patient.

    A course's own page shows the most where there is an answer.
    """
    if view.name == "course":
        return ["/" + route.replace("<uuid:pk>", one) for one in things["answered"]]
    form = re.sub(r"<(\w+):\w+>", lambda part: PARTS[part[1]], route)
    found = (one for one in links if re.fullmatch(f"/{form}", one))
    linked = sorted(found, key=lambda one: (QUICKEST not in one, one))
    kind = "patient" if model_of(view.callback) is Patient else "course"
    named = ["/" + route.replace("<uuid:pk>", one) for one in things[kind]]
    any_other = {"uuid": LATEST, "int": "1", "slug": "fibromyalgia"}
    filled = [re.sub(r"<(\w+):\w+>", lambda part: any_other[part[1]], one) for one in named]
    return linked + list(dict.fromkeys(filled))


def opened(page: Any, tried: list[str]) -> str | None:
    """The first place where something is; None where nothing is at any."""
    for place in tried:
        answer = page.request.get(place, max_redirects=0)
        if answer.status in {302, 405}:
            return place  # goes on to another page, or only takes forms
        if answer.status == 200:
            return place
    return None


def is_page(page: Any, place: str) -> bool:
    answer = page.request.get(place, max_redirects=0)
    return answer.status == 200 and "<!DOCTYPE html>" in answer.text()[:200]


def links_of(page: Any) -> set[str]:
    """Every address within the clinic that a page names."""
    named = page.eval_on_selector_all(
        "a[href], form[action]",
        "all => all.map(one => new URL(one.href || one.action, document.baseURI).pathname)",
    )
    return set(named)


def sign_in(page: Any, clinic: Running, name: str) -> None:
    page.goto(f"{clinic.origin}/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button:has-text('Sign in')")
    page.wait_for_url(lambda url: "/account/login" not in url)


@pytest.mark.parametrize("name", list(PEOPLE))
@pytest.mark.parametrize("looks", [TWO_LOOKS, pytest.param(ALL_LOOKS, marks=pytest.mark.long)])
def test_every_page_of_a_role_is_accessible_and_without_errors(
    clinic: Running, browser: Any, name: str, looks: Looks
) -> None:
    """Every page is opened somewhere: of some course, patient or link, or where ELSEWHERE says."""
    role = PEOPLE[name]
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    sign_in(page, clinic, name)
    things, links, wrong = objects(clinic), set[str](), []
    for route, view in routes_of(role):
        tried = [clinic.origin + place for place in places(route, view, things, links)]
        place = opened(page, tried)
        if place is None and route not in ELSEWHERE:
            wrong.append(f"{route}: nowhere, of {len(tried)} places")
        if place is None or not is_page(page, place):
            continue
        wrong += [
            f"{route} {found}" for found in looked_at(page, place, f"{name}-{view.name}", looks)
        ]
        links |= links_of(page)
    context.close()

    assert wrong == []


def test_a_course_that_has_not_begun_is_accessible(clinic: Running, browser: Any) -> None:
    page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    sign_in(page, clinic, "doctor")
    place = f"{clinic.origin}/courses/{objects(clinic)['course'][0]}/"

    assert list(looked_at(page, place, "doctor-course_planned", TWO_LOOKS)) == []
    page.context.close()


@pytest.mark.parametrize("place", ["/account/login/", "/invitation/none/", "/nothing"])
def test_a_page_without_signing_in_is_accessible(clinic: Running, browser: Any, place: str) -> None:
    page = browser.new_context().new_page()
    name = "public-" + place.strip("/").replace("/", "-")

    found = looked_at(page, clinic.origin + place, name)
    assert [one for one in found if "status of 4" not in one] == []


def test_an_opened_allocation_is_accessible(clinic: Running, browser: Any) -> None:
    newest = "SELECT id FROM clinic_course WHERE periods > 0 ORDER BY first_day DESC LIMIT 1"
    [[course]] = clinic.rows(newest)
    clinic.change("UPDATE clinic_course SET opened_at = '2026-01-01' WHERE id = ?", course)
    page = browser.new_context().new_page()
    sign_in(page, clinic, "research")

    place = f"{clinic.origin}/research/allocations/{UUID(course)}/"
    assert list(looked_at(page, place, "research-research_allocation")) == []


def looked_at(page: Any, place: str, name: str, looks: Looks = ALL_LOOKS) -> Iterator[str]:
    """What is wrong with one page, by theme and size of the screen."""
    errors = watch(page)
    for theme, size in looks:
        width, height = SIZES[size]
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(place)
        # a part that the worker makes is asked for until it is there
        page.wait_for_selector(".waiting", state="detached", timeout=240_000)
        page.wait_for_load_state("networkidle")
        yield from (f"{theme} {size} {found}" for found in axe(page))
        broad = page.evaluate("document.documentElement.scrollWidth")
        if broad > width:
            yield f"{theme} {size}: {broad} px broad on a screen of {width} px"
        keep(page, f"{name}-{size}-{theme}")
    yield from dict.fromkeys(errors)


def keep(page: Any, name: str) -> None:
    folder = os.environ.get("LOWDOSE_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        size = page.evaluate("[innerWidth, Math.min(document.body.scrollHeight, 2600)]")
        shown = {"x": 0, "y": 0, "width": size[0], "height": size[1]}
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, clip=shown)
