"""Nothing tells the periods of a blinded course apart before it is opened.

Two worlds are walked by everybody but the pharmacist: every address of the site with and without a
query, and every form filled in. In the second world, naltrexone and placebo are exchanged. Whatever
differs between the two would be a leak. Here after the last day; `test_blinding_moments.py` walks
at other moments, `test_blinding_times.py` measures.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from blinding_acts import BLINDED, REFUSED, guesses_of
from blinding_shown import Offer, by_view, offers
from blinding_worlds import (
    Scene,
    Seen,
    a_scene,
    addresses,
    all_patterns,
    differing,
    differing_rows,
    looks,
)
from django.urls import get_resolver, resolve, reverse

from lowdose.clinic.api import api
from lowdose.clinic.chain import record
from lowdose.clinic.models import Course
from lowdose.clinic.pages.courses import open_blind
from lowdose.clinic.pages.home import closed
from lowdose.clinic.verbs import guesses
from lowdose.clinic.verbs.blinding import ACTIVE, read_allocation
from lowdose.errors import Fault, InputError

pytestmark = pytest.mark.django_db

_PAGES = Path(guesses.__file__).parent.parent / "pages"
_OTHERS = ("/account/", "/admin/")


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """One for all: whoever looks at it leaves nothing behind."""
    with django_db_blocker.unblock(), a_scene() as made:
        yield made


@pytest.fixture(scope="module")
def worlds(scene: Scene) -> tuple[Seen, Seen]:
    return looks(scene, acting=BLINDED)


# The two worlds, after the last day


def test_no_answer_tells_the_periods_apart(worlds: tuple[Seen, Seen]) -> None:
    assert differing(worlds) == []


def test_no_log_line_tells_the_periods_apart(worlds: tuple[Seen, Seen]) -> None:
    one, other = worlds

    assert one.log
    assert one.log == other.log


def test_no_row_outside_the_sealed_table_tells_the_periods_apart(
    worlds: tuple[Seen, Seen],
) -> None:
    assert worlds[0].rows["clinic_auditentry"]
    assert worlds[0].rows["clinic_guess"]
    assert differing_rows(worlds) == []


def test_no_answer_is_made_from_what_is_sealed(worlds: tuple[Seen, Seen]) -> None:
    """So that not even its time could depend on it."""
    assert [at for at, answer in worlds[0].answers.items() if answer.reads_sealed] == []


def test_labels_are_the_same_bytes_whatever_the_kits_hold(worlds: tuple[Seen, Seen]) -> None:
    one, other = worlds

    assert one.pharmacy["labels"].startswith(b"%PDF")
    assert one.pharmacy["labels"] == other.pharmacy["labels"]


@pytest.mark.parametrize("name", ["prepare", "worksheet"])
def test_the_pharmacy_alone_sees_the_difference(name: str, worlds: tuple[Seen, Seen]) -> None:
    one, other = worlds

    assert one.pharmacy[name] != other.pharmacy[name]


# The walk gets everywhere


def test_the_walk_gets_somewhere(worlds: tuple[Seen, Seen]) -> None:
    answers = worlds[0].answers
    shown = {
        who: [at for (*by, at), one in answers.items() if by == [who, "get"] and one.status == 200]
        for who in BLINDED
    }

    assert all(shown.values())
    for group in ("/courses/", "/patients/", "/api/v1/courses/"):
        assert any(at.startswith(group) and len(at) > 20 for at in shown["prescriber"])


def test_the_walk_breaks_no_page_and_is_not_held_up(worlds: tuple[Seen, Seen]) -> None:
    answers = worlds[0].answers

    assert [at for at, one in answers.items() if one.status >= 500 or one.status == 429] == []


def test_every_form_that_is_sent_is_taken_unless_it_is_a_wrong_one(
    worlds: tuple[Seen, Seen],
) -> None:
    sent = {at: one for (who, how, at), one in worlds[0].answers.items() if how == "form"}

    assert {at for at, one in sent.items() if one.status != 200} == {
        at for at in sent if REFUSED in at
    }


def test_the_walk_reaches_every_page_of_the_clinic(scene: Scene) -> None:
    """A page that is added later is walked without anybody's help."""
    walked = {resolve(at).func for at in addresses(scene) if not at.startswith(_OTHERS)}
    pages = {one.callback for one in all_patterns(get_resolver().url_patterns)}
    own = {view for view in pages if view.__module__.startswith("lowdose.clinic.pages")}
    own -= {closed}

    assert len(own) > 10
    assert own <= walked


def _shown(seen: Seen) -> list[Offer]:
    """All that the pages offer to send, but to other packages' pages."""
    return [
        offer
        for (_who, _how, at), answer in seen.answers.items()
        if answer.status == 200 and "text/html" in answer.headers
        for offer in offers(at.partition("?")[0], answer.body)
        if not offer.address.startswith(_OTHERS)
    ]


def _asked(seen: Seen) -> list[Offer]:
    """All that was asked with a query."""
    walked = {urlsplit(at) for _who, how, at in seen.answers if how in {"get", "afterwards"}}
    return [Offer("get", at.path, {name for name, _ in parse_qsl(at.query)}) for at in walked]


def _sent(seen: Seen) -> list[Offer]:
    """All forms that were sent, with the names of their fields."""
    sent = [one for one in seen.sent if one.method == "post"]
    return [
        Offer("post", one.address, set(one.data) if isinstance(one.data, dict) else set())
        for one in sent
    ]


def _missing(shown: dict[Any, set[str]], sent: dict[Any, set[str]]) -> dict[str, set[str]]:
    """By view: what pages offer and nobody sent; a view that was not sent to at all, with `""`."""
    return {
        view.__name__: names - sent.get(view, set()) if view in sent else {"", *names}
        for view, names in shown.items()
        if view not in sent or names - sent[view]
    }


def test_every_form_of_a_page_is_sent_with_every_field(worlds: tuple[Seen, Seen]) -> None:
    """But the one that opens the blind."""
    shown = by_view(_shown(worlds[0]), "post")
    del shown[open_blind]

    assert len(shown) > 10
    assert _missing(shown, by_view(_sent(worlds[0]), "post")) == {}


def test_every_query_of_a_page_is_asked(worlds: tuple[Seen, Seen]) -> None:
    shown = {view: names for view, names in by_view(_shown(worlds[0]), "get").items() if names}

    assert len(shown) > 5
    assert _missing(shown, by_view(_asked(worlds[0]), "get")) == {}


def test_every_name_that_a_page_reads_from_a_query_is_asked(worlds: tuple[Seen, Seen]) -> None:
    text = "".join(file.read_text() for file in _PAGES.glob("*.py"))
    read = set(re.findall(r'request\.GET\.get\("(\w+)"|"(\w+)" in request\.GET', text))
    asked = {name for offer in _asked(worlds[0]) for name in offer.names}

    assert len(read) > 4
    assert {name for pair in read for name in pair if name} <= asked


def test_everything_that_the_api_takes_is_sent(worlds: tuple[Seen, Seen]) -> None:
    sent = {"get": _asked(worlds[0]), "post": _sent(worlds[0])}
    missing = [
        (method, path)
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, described in methods.items()
        if not _covers(sent[method], path, described)
    ]

    assert missing == []


def _covers(sent: list[Offer], path: str, described: dict[str, Any]) -> bool:
    address = re.compile(re.sub(r"\{\w+\}", "[0-9a-f-]+", path))
    at = [offer.names for offer in sent if address.fullmatch(offer.address)]
    asks = {one["name"] for one in described.get("parameters", ()) if one["in"] == "query"}
    return bool(at) and asks <= set().union(*at)


# A leak that is planted is found


Plant = Callable[[str, Any], None]


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Put a leak in the place of something of the clinic."""
    return lambda place, leak: monkeypatch.setattr(f"lowdose.clinic.{place}", leak)


def first_is_active(course: Course) -> bool:
    """What a leak tells."""
    return read_allocation(course, actor=None).treatments[0] == ACTIVE


def test_a_leak_in_a_single_number_of_a_page_is_found(scene: Scene, plant: Plant) -> None:
    plant("pages.courses.adherence", lambda _: (int(first_is_active(scene.course)), 99))
    address = reverse("course", args=[scene.course.pk])

    found = differing(looks(scene, [address]))

    assert ("prescriber", "get", address) in found
    assert {who for who, _how, _at in found} == {"prescriber"}


def test_a_page_that_only_reads_what_is_sealed_is_found(scene: Scene, plant: Plant) -> None:
    def reading(_entries: object) -> tuple[int, int]:
        first_is_active(scene.course)
        return 1, 99

    plant("pages.courses.adherence", reading)
    address = reverse("course", args=[scene.course.pk])

    one, other = looks(scene, [address])

    assert one.answers["prescriber", "get", address].reads_sealed
    assert one.answers["prescriber", "get", address].body == (
        other.answers["prescriber", "get", address].body
    )


def test_one_more_query_in_one_world_is_found(scene: Scene, plant: Plant) -> None:
    def asking(_entries: object) -> tuple[int, int]:
        return 1, 99 + 0 * (first_is_active(scene.course) and scene.course.entries.count())

    plant("pages.courses.adherence", asking)
    address = reverse("course", args=[scene.course.pk])

    assert ("prescriber", "get", address) in differing(looks(scene, [address]))


def test_a_leak_in_the_order_of_a_list_is_found(scene: Scene, plant: Plant) -> None:
    def ordered(*_: object, **__: object) -> Any:
        return Course.objects.order_by("number" if first_is_active(scene.course) else "-number")

    plant("pages.courses.courses_by_attention", ordered)
    address = reverse("courses")

    assert ("prescriber", "get", address) in differing(looks(scene, [address]))


def test_a_leak_that_shows_with_a_query_only_is_found(scene: Scene, plant: Plant) -> None:
    """A file that only one choice of the export gives."""
    plant("pages.exchange.redcap_csv", lambda *_, **__: f"active,{first_is_active(scene.course)}")

    found = differing(both_looked(scene))

    at = reverse("export_file", args=[scene.course.pk])
    assert ("prescriber", "get", f"{at}?form=redcap") in found
    assert {address.partition("?")[0] for _who, _how, address in found} == {at}


def both_looked(scene: Scene) -> tuple[Seen, Seen]:
    """Both worlds, with the queries of one page."""
    at = reverse("export_file", args=[scene.course.pk])
    return looks(scene, [at, *(f"{at}?form={form}" for form in ("zip", "redcap"))])


def _refusing(course: Course, period: int) -> None:
    raise InputError([Fault("probability", "a guess", "another one")])


def _logging(course: Course, period: int) -> None:
    logging.getLogger("lowdose.clinic").warning("a guess of period %d was right", period)


def _recording(course: Course, period: int) -> None:
    record("guess_right", actor=None, subject=course.number, period=period)


@pytest.mark.parametrize("leak", [_refusing, _logging, _recording])
def test_a_leak_in_what_a_form_brings_about_is_found(
    leak: Callable[[Course, int], None], scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the answer, in the log, in a row: as each of these, and as nothing else."""
    noted = guesses.guess

    def telling(course: Course, period: int, *rest: Any, **more: Any) -> Any:
        if first_is_active(course):
            leak(course, period)
        return noted(course, period, *rest, **more)

    monkeypatch.setattr(guesses, "guess", telling)
    monkeypatch.setattr("blinding_worlds.acts_of", lambda _who, course, *_: guesses_of(course))
    worlds = looks(scene, [], acting=["patient"])

    said = [[(one.status, one.body) for one in seen.answers.values()] for seen in worlds]
    assert (said[0] != said[1]) == (leak is _refusing)
    assert (worlds[0].log != worlds[1].log) == (leak in {_refusing, _logging})
    assert bool(differing_rows(worlds)) == (leak in {_refusing, _recording})
