"""Protocols of trials: every item under its number, filled from the design, nothing invented."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import pairwise

import pytest
from document_texts import bare, docx_text, html_text, pdf_text, texts_of
from report_trials import TEXTS, design_of

from lowdose.errors import InputError
from lowdose.report.document import Callout, Document, Heading, Words
from lowdose.report.html import to_html
from lowdose.report.pdf import to_pdf
from lowdose.report.plain import to_text
from lowdose.report.trial_checklist import checklist, checklists
from lowdose.report.trial_items import TO_WRITE
from lowdose.report.trial_protocol import protocol_document, protocol_json
from lowdose.report.word import to_docx

MADE_ON = date(2026, 11, 26)


@cache
def protocol(name: str, guideline: str | None = None) -> Document:
    return protocol_document(design_of(name), made_on=MADE_ON, version="0.1", guideline=guideline)


def said(document: Document) -> str:
    return "\n".join(texts_of(document))


def item(document: Document, number: str) -> list[object]:
    """The blocks under the heading with this number."""
    blocks = [block for section in document.sections for block in section.blocks]
    starts = [n for n, block in enumerate(blocks) if isinstance(block, Heading)] + [len(blocks)]
    for start, end in pairwise(starts):
        heading = blocks[start]
        if isinstance(heading, Heading) and heading.text.split()[0] == number:
            return list(blocks[start + 1 : end])
    raise AssertionError(number)


@pytest.mark.parametrize("guideline", checklists("protocol"))
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_item_stands_under_its_number(name: str, guideline: str) -> None:
    document = protocol(name, guideline)

    for one in checklist(guideline).items:
        assert item(document, one.number)


@pytest.mark.parametrize(
    ("name", "guideline"),
    [("n-of-1", "SPENT 2019"), ("alone", "SPENT 2019"), ("crossover", "SPIRIT 2025")],
)
def test_the_list_suits_the_design(name: str, guideline: str) -> None:
    assert protocol(name).subject.endswith(guideline)


@pytest.mark.parametrize("number", ["2", "3a", "4", "7a", "8", "9a", "13", "20", "30", "32a", "33"])
def test_what_no_design_says_is_only_asked_for(number: str) -> None:
    (block,) = item(protocol("crossover"), number)

    assert isinstance(block, Callout)
    assert block.label == TO_WRITE


@pytest.mark.parametrize(
    "words",
    [
        "Naltrexone, 1.5 mg a day for 4 days, then 4.5 mg a day",
        "6 to 19",  # days of the first period
        "first 4 days",
        "LDN 4.5 mg compared with placebo",
        "Looks at 50 % and 100 % of the information, with O'Brien and Fleming's boundary",
        "sex (female and male)",
        "Neither the participants nor those who treat and measure",
        "Mean difference: −0.8 points",
        "The smallest difference that matters is 1 point.",
        "Made up for a test.",
    ],
)
def test_what_the_design_says_is_told(words: str) -> None:
    assert words in said(protocol("crossover"))


def test_a_condition_that_the_title_names_is_not_named_twice() -> None:
    design = design_of("fixed", lambda text: text.replace("Placebo first", "LDN in Fibromyalgia"))
    title = item(protocol_document(design, made_on=MADE_ON), "1a")

    assert title == [Words("LDN in Fibromyalgia: a trial in a fixed order")]


def test_sizes_of_blocks_are_kept_out_of_the_protocol() -> None:
    """SPIRIT 2025, item 21b: whoever enrols could foresee the next allocation."""
    shown = "".join(
        map(repr, item(protocol("crossover"), "21a") + item(protocol("crossover"), "21b"))
    )

    assert "The sizes of blocks are kept out" in shown
    assert not re.search(r"\d", shown)


def test_of_an_item_that_is_begun_only_the_rest_is_asked_for() -> None:
    *_, asked = item(protocol("crossover"), "21a")

    assert asked == Callout(TO_WRITE, "Who makes the list.")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fixed", "Placebo first: a trial in a fixed order in fibromyalgia"),
        ("n-of-1", "Does it help me: a series of randomised N-of-1 trials in fibromyalgia"),
        ("parallel", "A period's outcome is the rating of its last visit."),
        ("fixed", "Nothing is drawn by chance in this design."),
        ("doses", "Doses 1.5, 3 and 4.5 mg. The first person gets 3 mg"),
        ("withdrawal", "better than at baseline by at least 30 %"),
        ("open", "Nobody is blinded"),
        ("n-of-1", "Each person goes through 3 blocks"),
        ("alone", "One person: there is nothing to put together."),
        ("parallel", "Rated on day 1, day 14 and day 28"),
    ],
)
def test_each_kind_of_design_says_what_is_its_own(name: str, words: str) -> None:
    assert words in said(protocol(name))


@pytest.mark.parametrize("name", ["crossover", pytest.param("n-of-1", marks=pytest.mark.slow)])
def test_page_sheet_and_file_say_the_same(name: str) -> None:
    document = protocol(name)
    forms = {
        "page": html_text(to_html(document)),
        "sheet": pdf_text(to_pdf(document, made_on=MADE_ON), document.footer),
        "file": docx_text(to_docx(document, made_on=MADE_ON)),
    }

    for form, text in forms.items():
        missing = [one for one in texts_of(document) if bare(one) not in text]
        assert not missing, (form, missing)


def test_the_terminal_shows_items_and_what_is_to_be_written() -> None:
    lines = " ".join(to_text(protocol("crossover")).split())

    assert "12 Trial design Crossover" in lines
    assert f"4 Registration {TO_WRITE}: Registry" in lines


def test_states_in_json_are_those_of_the_document() -> None:
    data = protocol_json(design_of("crossover"))
    states = [one["state"] for one in data["items"]]

    assert f"{states.count('filled')} filled" in said(protocol("crossover"))
    assert states.count("to_be_written") == sum(
        isinstance(blocks[0], Callout)
        for blocks in (item(protocol("crossover"), one["item"]) for one in data["items"])
    )


def test_an_unknown_guideline_is_refused_with_those_for_protocols() -> None:
    with pytest.raises(InputError, match=r"cent-2015.*spent-2019, spirit-2013, spirit-2025"):
        protocol("crossover", "cent-2015")


def test_what_a_design_says_is_never_markup() -> None:
    title = "<script>alert(1)</script> #panic(1) $x$ \\u0007"
    design = design_of("crossover", lambda text: text.replace("Both for everyone", title))
    document = protocol_document(design, made_on=MADE_ON)

    assert "<script>alert" not in to_html(document)
    assert to_pdf(document, made_on=MADE_ON).startswith(b"%PDF")
    assert "<script>alert(1)</script>" in docx_text(to_docx(document, made_on=MADE_ON))


def test_thousands_of_sequences_and_many_periods_stay_readable() -> None:
    design = design_of("n-of-1", lambda text: text.replace("blocks = 3", "blocks = 10"))
    document = protocol_document(design, made_on=MADE_ON, guideline="spent-2019")

    assert len(to_html(document)) < 400_000
    assert "allocation ratio the same for all" in said(document)
