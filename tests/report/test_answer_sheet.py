"""The answer on paper: tagged, repeatable, and safe with any name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from report_answers import crossover

from lowdose.errors import InputError
from lowdose.inference.result import Answer
from lowdose.report.answer_sheet import answer_sheet

MADE_ON = date(2026, 5, 1)


def test_the_sheet_is_tagged_accessible_pdf_in_english(answer: Answer) -> None:
    pdf = answer_sheet(answer, made_on=MADE_ON)
    assert pdf.startswith(b"%PDF")
    assert b"/Marked true" in pdf
    assert b"/Lang(en)" in pdf
    assert b"pdfuaid:part" in pdf


def test_the_same_answer_gives_the_same_bytes(answer: Answer) -> None:
    assert answer_sheet(answer, made_on=MADE_ON) == answer_sheet(answer, made_on=MADE_ON)


def test_a_sheet_is_a_few_pages(answer: Answer) -> None:
    pdf = answer_sheet(answer, made_on=MADE_ON)
    counts = [int(n) for n in re.findall(rb"/Count (\d+)", pdf)]
    assert 2 <= max(counts) <= 4


@pytest.mark.parametrize("name", ['#panic("x")', "*b* $x$ @ref", "\x00\ud800", "疼痛 🙂", ""])
def test_any_name_can_be_printed(name: str) -> None:
    answer = crossover()
    odd = replace(answer, person=name, headline=name or "?", warnings=(name,))
    assert answer_sheet(odd, made_on=MADE_ON, paper="letter").startswith(b"%PDF")


def test_another_paper_is_told() -> None:
    with pytest.raises(InputError, match="one of: a4, letter"):
        answer_sheet(crossover(), made_on=MADE_ON, paper="a5")
