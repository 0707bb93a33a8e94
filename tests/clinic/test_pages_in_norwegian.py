"""Every page, read in Norwegian: nothing of it is in English but what says so of itself.

English is told by its words: those that the clinic's English texts use and its Norwegian ones do
not. What stands under lang="en" (sources, titles of studies, claims of public pages), and what is
code, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from clinic_world import ANSWER, NOW, a_day, planned
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from test_course_pages import form
from test_permits import GUARDED, filled

import lowdose.clinic
from lowdose.clinic.models import (
    Computation,
    ComputationKind,
    Patient,
    Role,
    StoredAnswer,
    User,
)
from lowdose.clinic.pages.access import action_of
from lowdose.clinic.permits import PERMITS, Action
from lowdose.clinic.verbs.blinding import open_allocation
from lowdose.clinic.verbs.designs import harms_asked, unwanted
from lowdose.clinic.verbs.diary import enter
from lowdose.mechanism.hypotheses import read_hypothesis
from lowdose.report.side_effects_text import side_effects_text
from lowdose.report.simulation_text import hypothesis_words

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]

CATALOGUE = Path(lowdose.clinic.__file__).parent / "locale/nb/LC_MESSAGES/django.po"
WORD = re.compile(r"[a-zæøå]{2,}")
CODE = re.compile(r"\b[A-Z0-9]{1,6}-[A-Z0-9]{2,}\b|/\S+")
ATTRIBUTES = ("aria-label", "title", "alt", "placeholder")
SILENT = {"script", "style", "code", "option", "kbd"}
EMPTY = {"meta", "link", "br", "hr", "img", "input", "path", "rect", "line", "circle", "use"}
PEOPLE = {"doctor", "other", "pharmacist", "researcher", "administrator"}
"""Who the people of these tests sign in as."""
CAREFUL = {
    "medicines": ["loperamide", "prednisolone", "vitamin D"],
    "liver": "mild",
    "pregnant": "no",
}
WARNINGS = [
    "Only 20 rated days: the answer leans on the prior.",
    "8 of 28 days without a rating.",
    "25 % of ratings are at the lowest end of the scale, where a change cannot show in full.",
    "Days without a row between the first and the last: 3.",
    "60 % of the 10 guesses were right: no clear sign that the person could tell the treatments "
    "apart.",
]
CHART = (
    '<svg role="img"><title>The course of pain</title><desc>20 ratings from 2 to 7.5, the fitted '
    "course with its 95 % band, the course expected with no treatment throughout, and what was "
    'taken.</desc><text x="1">pain (0 to 10, lower is better)</text><text>95 % band</text></svg>'
)


def english_words() -> set[str]:
    with CATALOGUE.open("rb") as file:
        messages = [m for m in read_po(file, locale="nb") if m.id]
    english, norwegian = (
        {word for m in messages for word in WORD.findall(flat(text(m)).lower())}
        for text in (lambda m: m.id, lambda m: m.string)
    )
    return english - norwegian - PEOPLE


def flat(text: Any) -> str:
    joined = text if isinstance(text, str) else " ".join(text)
    return re.sub(r"%\(\w+\)s|<[^>]+>|https?:\S+", " ", joined)


class Reader(HTMLParser):
    """What a person reads or hears of a page that is not said to be English."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        quiet = given.get("lang") == "en" or tag in SILENT or "code" in (given.get("class") or "")
        hidden = quiet or self._silent()
        if not hidden:
            self.read += [given[name] or "" for name in ATTRIBUTES if name in given]
        if tag not in EMPTY:
            self.open.append((tag, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in [name for name, _ in self.open]:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._silent() and data.strip():
            self.read.append(data.strip())

    def _silent(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def english_of(page: str, words: set[str]) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return [text for text in reader.read if words & words_of(text)]


def words_of(text: str) -> set[str]:
    """The words of a text; codes and paths are none."""
    return set(WORD.findall(CODE.sub(" ", text).lower()))


def test_english_is_found_and_what_says_so_of_itself_is_not() -> None:
    page = '<p>The dose <b lang="en">of the day</b></p><p title="Not yet">Dosen</p><code>the</code>'

    assert english_of(page, english_words()) == ["The dose", "Not yet"]


@pytest.fixture(autouse=True)
def pseudonyms_without_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """By chance they spell words, such as the "up" of "p-a6up84"."""
    monkeypatch.setattr("lowdose.clinic.models.people.LETTERS", "23456789")


@pytest.fixture
def world(
    patient: Patient,
    other_patient: Patient,
    pharmacist: User,
    researcher: User,
    administrator: User,
) -> dict[str, Any]:
    """A course with cautions, days, side effects, an answer with every kind of weakness."""
    course = planned(patient, written={"safety": {"opioids": "none", **CAREFUL}})
    for number in range(1, 6):
        enter(course, [a_day(course, number)], actor=patient.account, now=NOW)
    for symptom in ("pain", "fatigue"):
        StoredAnswer.objects.create(
            course=course,
            symptom=symptom,
            content={**ANSWER, "warnings": WARNINGS},
            chart=CHART,
            chart_narrow=CHART,
            entries=5,
            made_at=timezone.now(),
        )
    User.objects.update(language="nb")
    Patient.objects.update(language="nb")
    return {
        "own course": course,
        "own patient": patient,
        Role.PRESCRIBER: patient.prescriber,
        Role.PATIENT: patient.account,
        Role.PHARMACIST: pharmacist,
        Role.RESEARCHER: researcher,
        Role.ADMINISTRATOR: administrator,
    }


def person_of(world: dict[str, Any], role: Role) -> User:
    return User.objects.get(pk=world[role].pk)


def pages_of(role: Role, world: dict[str, Any], as_: Browser) -> Iterator[tuple[str, str]]:
    """Every page that a role can open, and what stands there."""
    browser = as_(person_of(world, role))
    for route, page in GUARDED:
        action = action_of(page.callback)
        if isinstance(action, Action) and role in PERMITS[action]:
            place = filled(route, page, world, other=False).replace("/none", "/fibromyalgia")
            answer = browser.get(place)
            if answer["Content-Type"].startswith("text/html"):
                yield place, answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_a_role_is_in_english(role: Role, world: dict[str, Any], as_: Browser) -> None:
    words = english_words()
    found = {
        place: english
        for place, page in pages_of(role, world, as_)
        if (english := english_of(page, words))
    }

    assert found == {}


def test_a_plan_in_the_making_is_not_in_english(world: dict[str, Any], as_: Browser) -> None:
    """The preview, cautions, a refusal and faults beside their fields."""
    browser = as_(person_of(world, Role.PRESCRIBER))
    address = f"/patients/{world['own patient'].pk}/course"
    tried = [
        form(liver="mild", medicines="loperamide, prednisolone", surgery="2026-05-01"),
        form(design="blinded", baseline_days="0", kidney="severe", thyroid="yes"),
        form(opioids="current", liver="failure", pregnant="yes"),
        form(opioids="stopped", opioids_stopped="2026-03-01", opioids_name="tramadol"),
        form(opioids="", first_day=""),
        form(strengths="2", target_days="5"),
        form(strengths="x", surgery="snart", medicines="tramadoll"),
        form(template="own", start_mg="5", step_mg="1", every_days="7", target_mg="4"),
        form(preparation="liquid", design="blinded"),
    ]
    words = english_words()

    found = [
        english_of(browser.post(f"{address}{part}", one).content.decode(), words)
        for one in tried
        for part in ("", "/preview")
    ]

    assert [one for one in found if one] == []


def test_a_blinded_course_is_not_in_english_before_or_after_the_opening(
    world: dict[str, Any], as_: Browser
) -> None:
    course = planned(world["own patient"], baseline_days=0, periods=4, period_days=14)
    blinded = {**world, "own course": course}
    words = english_words()

    def read() -> list[str]:
        roles = (Role.PRESCRIBER, Role.PATIENT, Role.PHARMACIST)
        pages = [page for role in roles for _place, page in pages_of(role, blinded, as_)]
        return [text for page in pages for text in english_of(page, words)]

    assert read() == []
    open_allocation(course, actor=course.prescriber, now=timezone.now(), reason="Siste dag.")
    assert read() == []


FILES = {
    "notes": "date,pain,dose_mg,mood\n2026-03-02,5,4.5,3\n2026-03-05,,4.5,3\n",
    "faults": "date,pain,dose_mg\n2026-03-02,eleven,4.5\nsoon,5,45\n",
    "one column": "nothing\nof use\n",
    "empty": "",
    "json": "{}",
}


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_brought_in_is_not_answered_in_english(
    name: str, world: dict[str, Any], as_: Browser
) -> None:
    file = SimpleUploadedFile("dagbok.csv", FILES[name].encode())
    address = f"/courses/{world['own course'].pk}/import"

    page = as_(person_of(world, Role.PRESCRIBER)).post(address, {"file": file}).content.decode()

    assert english_of(page, english_words() - {"pain", "mood", "eleven", "soon", "nothing"}) == []


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("/courses/{}/change", {"kind": "dose", "day": "2020-01-01", "dose_mg": "4.5"}),
        ("/courses/{}/change", {"kind": "hold", "day": "2026-03-20", "reason": "x"}),
        ("/courses/{}/stop", {"reason": ""}),
    ],
)
def test_a_change_that_cannot_be_is_not_answered_in_english(
    address: str, written: dict[str, str], world: dict[str, Any], as_: Browser
) -> None:
    browser = as_(person_of(world, Role.PRESCRIBER))

    answer = browser.post(address.format(world["own course"].pk), written)

    assert answer.status_code == 400
    assert english_of(answer.content.decode(), english_words()) == []


def test_what_the_worker_made_is_not_in_english(world: dict[str, Any], as_: Browser) -> None:
    """The simulator, with the library's sentences as the worker stores them."""
    browser = as_(person_of(world, Role.PATIENT))
    browser.get("/simulator/")
    content = {
        "about": list(hypothesis_words(read_hypothesis("rebound"))),
        "outcome": "Under this hypothesis the typical person's rating goes to 5.6 of 10, none of "
        "it by the drug: a placebo would lead to 5.6. Nine people of ten end between 2.5 and 8.9, "
        "with 0 to 2 % of the relief that is possible for them.",
        "side_effects": side_effects_text([4.5]),
        "accounts": [{"name": "slow dissociation", "peak": 68, "trough": 59}],
        "charts": [
            {
                "title": "Levels and blockade over the regimen",
                "caption": "Central blockade of the typical person falls below 25 %: biophase: "
                "after 3.9 days. People differ, and which account holds is not settled.",
                "wide": CHART,
                "narrow": CHART,
            }
        ],
    }
    made = Computation.objects.filter(kind=ComputationKind.SIMULATION)
    assert made.update(content=content, made_at=timezone.now()) == 1

    page = browser.get("/simulator/").content.decode()

    assert english_of(page, english_words()) == []


def test_what_the_worker_made_of_designs_is_not_in_english(
    world: dict[str, Any], as_: Browser
) -> None:
    """What a design could settle, its picture, and the unwanted events to reckon with."""
    browser, events = as_(person_of(world, Role.RESEARCHER)), unwanted(harms_asked())
    places = ("/research/designs/parallel/", "/research/designs/")
    for place in places:
        browser.get(place)
    for kind, content in (
        (ComputationKind.OPERATING, settled()),
        (ComputationKind.HARMS, events),
    ):
        made = Computation.objects.filter(kind=kind)
        assert made.update(content=content, made_at=timezone.now()) == 1

    pages = [browser.get(place).content.decode() for place in places]

    assert [page.count("<svg") for page in pages] == [2, 2]
    assert [english_of(page, english_words()) for page in pages] == [[], []]
    assert "12 % ± 3,2" in pages[0]


def settled() -> dict[str, Any]:
    """What `operating` gives, without its trials."""
    from lowdose.clinic.verbs.designs import _row
    from lowdose.clinic.verbs.simulations import drawn
    from lowdose.report.charts.power_chart import power_chart
    from lowdose.trial.design.named import find_design
    from lowdose.trial.operate.values import Measured, Operating

    measured = [Measured(0.12, 0.032)] * 9
    varied = [{"people": n, "effect": size} for n in (20.0, 40.0) for size in (0.0, 0.5)]
    found = [Operating(one, int(one["people"]), 12.0, 9, 0, 0.0, *measured) for one in varied]
    chart = drawn(power_chart(find_design("parallel").title, found))
    return {"rows": list(map(_row, found)), "own": True, "trials": 9, "chart": chart}


@pytest.mark.parametrize("blinded", [True, False])
def test_papers_of_the_pharmacy_are_in_norwegian(
    blinded: bool, world: dict[str, Any], as_: Browser
) -> None:
    kind = {"periods": 4, "period_days": 14, "baseline_days": 0} if blinded else {}
    course = planned(world["own patient"], **kind)
    browser = as_(person_of(world, Role.PHARMACIST))
    papers = {
        name: words_on(browser.get(f"/pharmacy/{course.pk}/{name}.pdf").content)
        for name in ("worksheet", "labels")
    }

    assert "ARBEIDSARK FOR APOTEKET" in papers["worksheet"]
    assert "Oppbevares utilgjengelig for barn." in papers["labels"]
    left = english_words() - SOURCES
    assert {name: left & words_of(text) for name, text in papers.items()} == {
        "worksheet": set(),
        "labels": set(),
    }


def words_on(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


SOURCES = set(
    WORD.findall(
        "usp maximum beyond-use dates by type of preparation lay web page, no data us drug label "
        "of naltrexone hydrochloride tablets made with"
    )
)
"""Words of the sources that a worksheet names; they stay English."""
