"""The summary of a condition as page, sheet and lines: one document, on one sheet, and safe."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup

from lowdose.evidence.summary import Summary, summary
from lowdose.report.document import Section, Words
from lowdose.report.evidence_summary_document import summary_document
from lowdose.report.evidence_summary_json import summary_json
from lowdose.report.evidence_summary_pages import summary_page, summary_sheet, summary_text
from lowdose.report.evidence_summary_words import answer_words
from lowdose.report.plain import to_text

MADE_ON = date(2026, 11, 26)
SHOWN = ("fibromyalgia", "Crohn's disease", "MS", "CRPS", "autism", "lupus")


def page(found: Summary) -> BeautifulSoup:
    return BeautifulSoup(summary_page(found, made_on=MADE_ON, version="0.1.0"), "html.parser")


def text_of(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").replace("\u00a0", " ").split())


@pytest.mark.parametrize("condition", SHOWN)
def test_every_condition_fits_one_accessible_sheet(condition: str) -> None:
    pdf = summary_sheet(summary(condition), made_on=MADE_ON, version="0.1.0")

    assert max(int(n) for n in re.findall(rb"/Count (\d+)", pdf)) == 1
    assert b"pdfuaid:part" in pdf


@pytest.mark.parametrize("condition", SHOWN)
def test_page_and_lines_say_the_same_answer(condition: str) -> None:
    found = summary(condition)
    lines = " ".join(summary_text(found, made_on=MADE_ON).split())

    for words in answer_words(found):
        assert words in text_of(page(found))
        assert words in lines


def test_every_controlled_trial_is_linked_to_its_publication() -> None:
    found = summary("fibromyalgia")
    linked = {link["href"] for link in page(found).find_all("a")}

    assert linked >= {study.source for study in found.controlled}


def test_the_trials_outside_the_number_are_named_beside_it() -> None:
    _, said = answer_words(summary("fibromyalgia"))

    assert "2 trials with 197 people" in said
    assert "Bested 2023, de Paula 2023, Younger 2013" in said


def test_where_no_trial_is_controlled_nobody_is_told_that_it_works_or_not() -> None:
    headline, said = answer_words(summary("CRPS"))

    assert headline == "No controlled study"
    assert said.startswith("Nobody knows whether low-dose naltrexone helps")


def test_trials_of_another_dose_are_said_to_be_that() -> None:
    headline, said = answer_words(summary("autism"))

    assert headline == "No controlled study of a low dose"
    assert "4 randomised trials, but of another dose" in said


def test_an_unknown_condition_gets_an_honest_answer_and_what_there_is() -> None:
    shown = text_of(page(summary("lupus")))

    assert "No study of low-dose naltrexone in lupus is in this collection" in shown
    assert "speaks neither for it nor against it" in shown
    assert "Gulf War illness" in shown


def test_what_was_asked_is_never_markup() -> None:
    written = summary_page(summary("<script>alert(1)</script> #panic()"), made_on=MADE_ON)

    assert "<script" not in written
    assert "&lt;script&gt;" in written
    assert summary_sheet(summary("#panic(1) $x$"), made_on=MADE_ON).startswith(b"%PDF")


def test_tables_can_be_reached_and_are_named() -> None:
    for broad in page(summary("fibromyalgia")).find_all(class_="broad"):
        assert broad["tabindex"] == "0"
        assert broad["aria-label"] == broad.table.caption.get_text()


def test_unwanted_events_are_told_as_people_of_100() -> None:
    """INNOVA: 33 of 48 on naltrexone and 36 of 50 on placebo had one."""
    shown = text_of(page(summary("fibromyalgia")))

    assert "Any adverse event: of 100 people 72 on placebo, 69 on naltrexone" in shown
    assert "vivid dreams RR 2.41" in shown


def test_how_sure_it_is_stands_under_the_answer() -> None:
    assert "low certainty for pain; taken away by imprecision" in text_of(page(summary("FM")))


def test_the_date_of_the_data_the_licence_and_the_limits_are_there() -> None:
    shown = text_of(page(summary("MS")))

    for words in ("Data compiled on 22 November 2026", "Apache License 2.0", "not medical advice"):
        assert words in shown


def test_further_sections_go_into_every_form() -> None:
    more = (Section("harms", "Unwanted effects", (Words("Vivid dreams."),)),)
    document = summary_document(summary("CRPS"), made_on=MADE_ON, version="", more=more)

    assert "Unwanted effects:\nVivid dreams." in to_text(document)


def test_the_object_holds_studies_and_finding() -> None:
    found = summary_json(summary("fibromyalgia"), version="0.1.0")

    assert found["finding"] == "no_difference"
    assert [one["id"] for one in found["controlled"]][-1] == "younger2013"
    assert found["outcomes"][0]["outcome"] == "pain"
    assert found["outcomes"][0]["studies"][0]["study"] == "duebruun2024"
