"""What is known, read in Norwegian: what stays English is a source's, and says so of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest
from django.utils import translation
from test_pages_in_norwegian import english_of, english_words

from lowdose.clinic.library_words.phrases import as_html, marked
from lowdose.clinic.pages.evidence import _known, _rows
from lowdose.evidence.catalogue import claims
from lowdose.evidence.conditions import condition_names
from lowdose.evidence.load import evidence
from lowdose.evidence.records import Claim, Review, Study
from lowdose.evidence.verdicts import ClaimNumber, claim_number
from lowdose.report.evidence_claims_text import number_words
from lowdose.report.study_words import citing

MARKED = re.compile(r'<span lang="en">(.*?)</span>')
NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def in_norwegian() -> Iterator[None]:
    with translation.override("nb"):
        yield


@cache
def names() -> frozenset[str]:
    """Studies and reviews as one cites them."""
    data = evidence()
    every: list[Study | Review] = [*data.studies.values(), *data.reviews.values()]
    return frozenset(citing(one.publication, one.id) for one in every)


@cache
def sources() -> frozenset[str]:
    """What studies and reviews are said to have measured and found, claims, other names."""
    data = evidence()
    texts = [text for one in data.studies.values() for text in of_study(one)]
    texts += [text for one in data.reviews.values() for text in of_review(one)]
    texts += [one.text for one in claims()]
    texts += [", ".join(one.synonyms) for one in condition_names().values()]
    return frozenset(texts)


def of_study(study: Study) -> Iterator[str]:
    yield from (study.conclusion, study.primary_outcome, study.control)
    yield from (one.scale for one in study.outcomes)
    yield from (part for one in study.outcomes for part in one.arm.split(" vs "))
    for one in study.outcomes:
        yield (
            f"{one.name} at {one.weeks:g} weeks, {one.arm}"
            if one.weeks
            else f"{one.name}, {one.arm}"
        )
    yield from (f"{one.event}, {one.arm}" for one in study.adverse_events)


def of_review(review: Review) -> Iterator[str]:
    yield review.conclusion
    for one in review.estimates:
        yield from (one.outcome, f"{one.outcome}, {one.comparison}")


def is_of_a_source(text: str) -> bool:
    return (
        text in sources()
        or text.removesuffix(".") in sources()
        or names().issuperset(text.split(", "))
        or text.startswith("The lowdose developers. Evidence on low-dose naltrexone: ")
    )


def english_by_right(page: str) -> list[str]:
    return [unescape(text).replace(NO_BREAK, " ") for text in MARKED.findall(page)]


@pytest.mark.parametrize("condition", [row.id for row in _rows()])
def test_what_is_ours_of_a_condition_is_said(condition: str) -> None:
    _name, page = _known(condition, "nb")

    assert [text for text in english_by_right(page) if not is_of_a_source(text)] == []
    assert english_of(page, english_words()) == []


def test_a_condition_is_shown_in_the_language_of_whoever_reads_it() -> None:
    _name, norwegian = _known("fibromyalgia", "nb")
    with translation.override("en"):
        _name, english = _known("fibromyalgia", "en")

    assert ("Svaret</h2>" in norwegian, "The answer</h2>" in english) == (True, True)
    assert "lang=" not in english


def test_markup_in_a_text_stays_text() -> None:
    assert marked("a <b>") == "\u2068a <b>\u2069"


@pytest.mark.parametrize("claim", claims(), ids=lambda one: one.id)
def test_what_a_claim_is_worth_is_said(claim: Claim) -> None:
    number = claim_number(claim)
    texts = (claim.page_title, claim.evidence, number_words(number) if number else "")

    told = as_html(" ".join(map(marked, texts)))
    ids = {one.id for one in number.rows} | {studies_of(number)} if number else set()
    assert [one for one in english_by_right(told) if one not in sources() | ids] == []


def studies_of(number: ClaimNumber) -> str:
    pool = number.pool
    return ", ".join(one.study for one in pool.comparison.contrasts) if pool else ""
