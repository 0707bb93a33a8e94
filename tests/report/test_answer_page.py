"""The answer as a page: complete, self-contained, safe, and made of sound HTML."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from report_answers import ALL, crossover, titration

from lowdose.inference.result import Answer, NextStep
from lowdose.report.answer_document import answer_document
from lowdose.report.answer_page import answer_page

MADE_ON = date(2026, 5, 1)
NASTY = "<script>alert('x')</script>\"&\x00"


def page(answer: Answer) -> BeautifulSoup:
    return BeautifulSoup(answer_page(answer, made_on=MADE_ON), "html.parser")


def text_of(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").replace("\u00a0", " ").split())


def test_the_headline_is_the_only_main_heading(answer: Answer) -> None:
    headings = page(answer).find_all("h1")
    assert [h.get_text().replace("\u00a0", " ") for h in headings] == [answer.headline]


def test_everything_of_the_answer_is_said(answer: Answer) -> None:
    text = text_of(page(answer))
    for words in (*answer.sentences, answer.reason, *answer.warnings, *answer.assumptions):
        assert words in text
    assert all(source in text for source in answer.prior_sources)


def test_nothing_is_fetched_or_run(answer: Answer) -> None:
    soup = page(answer)
    assert not soup.find_all(["script", "link", "img", "iframe", "object"])
    assert all(a["href"].startswith("#") for a in soup.find_all("a"))
    assert "url(" not in str(soup)
    assert "@import" not in str(soup)


def test_the_policy_allows_only_this_style_sheet() -> None:
    soup = page(crossover())
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    (style,) = soup.find_all("style")
    digest = base64.b64encode(hashlib.sha256(style.string.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'")
    assert f"'sha256-{digest}'" in policy
    assert not soup.find_all(style=True)


def test_landmarks_language_and_skip_link_are_there() -> None:
    soup = page(crossover())
    assert soup.html["lang"] == "en"
    assert all(len(soup.find_all(name)) == 1 for name in ("main", "header", "footer", "nav"))
    assert soup.find("a", class_="skip")["href"] == "#main"


def test_ids_are_unique_and_links_lead_somewhere(answer: Answer) -> None:
    soup = page(answer)
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in soup.find_all("a")} <= set(ids)


def test_tables_have_captions_and_scopes(answer: Answer) -> None:
    for table in page(answer).find_all("table"):
        assert table.caption.get_text()
        assert all(th.get("scope") in {"col", "row"} for th in table.find_all("th"))


def test_figures_are_described(answer: Answer) -> None:
    for drawing in page(answer).find_all("svg"):
        assert drawing["role"] == "img"
        assert drawing.find("title").get_text()
        assert drawing.find("desc").get_text()


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_a_person_wrote_stays_text(name: str) -> None:
    answer = ALL[name]()
    odd = replace(
        answer,
        person=NASTY,
        headline=NASTY,
        reference=NASTY,
        warnings=(NASTY,),
        symptom=replace(answer.symptom, name=NASTY, instrument=NASTY),
    )
    html = answer_page(odd, made_on=MADE_ON)
    assert "<script" not in html
    assert "\x00" not in html
    assert "&lt;script&gt;" in html


def test_light_text_stands_out_in_every_theme() -> None:
    style = page(crossover()).find("style").string
    assert re.search(r"@media screen and \(prefers-color-scheme: dark\)", style)
    assert "@media print" in style


def test_sections_without_content_are_left_out() -> None:
    slugs = [s.slug for s in answer_document(titration(), made_on=MADE_ON).sections]
    assert "guesses" not in slugs
    assert slugs[:2] == ["answer", "warnings"]


def test_advice_that_changes_treatment_sends_to_the_prescriber() -> None:
    assert "prescriber before changing anything" in text_of(page(titration()))
    assert "prescriber before changing anything" not in text_of(page(crossover()))


def test_an_open_course_is_called_open() -> None:
    assert "the person knew what was taken" in text_of(page(titration()))


def test_the_same_answer_gives_the_same_page(answer: Answer) -> None:
    assert answer_page(answer, made_on=MADE_ON) == answer_page(answer, made_on=MADE_ON)


def test_more_days_of_the_same_are_never_promised_where_a_blinded_test_is_advised() -> None:
    advised = replace(titration(), next_step=NextStep.BLINDED_TEST, days_to_clear_answer=56)

    text = text_of(page(advised))

    assert "expected from a blinded test of about 56 days" in text
    assert "of the same kind of diary" not in text
