"""The page that explains the data says what is so, and its example is a study without faults."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from lowdose.evidence import catalogue, codebook, words
from lowdose.evidence.comparisons import compare
from lowdose.evidence.fields import Place
from lowdose.evidence.read import read_study
from lowdose.evidence.records import Evidence

PAGE = (Path(__file__).parents[2] / "docs" / "evidence" / "data.md").read_text(encoding="utf-8")
SECTIONS = {
    "A publication: the head of studies and reviews": codebook.PUBLICATION,
    "A study": codebook.STUDY,
    "An outcome": codebook.OUTCOME,
    "An adverse event": codebook.ADVERSE_EVENT,
    "A review and its estimates": codebook.REVIEW | codebook.ESTIMATE,  # type: ignore[operator]
    "A page and its claims": codebook.PAGE | codebook.CLAIM,  # type: ignore[operator]
}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_field_of_the_code_book_is_explained(section: str) -> None:
    body = PAGE.partition(f"### {section}\n")[2].partition("\n#")[0]
    cells = [line.split("|")[1] for line in body.splitlines() if line.startswith("| `")]
    explained = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    own = [name for name in SECTIONS[section] if name not in codebook.PUBLICATION]
    fields = own if section.startswith(("A study", "A review")) else list(SECTIONS[section])

    assert list(dict.fromkeys(explained)) == fields


@pytest.mark.parametrize(
    "kind",
    [
        words.Verified,
        words.Status,
        words.Design,
        words.DoseClass,
        words.Direction,
        words.Role,
        words.EffectType,
        words.Verdict,
        words.Confidence,
        words.Says,
        words.ClaimType,
    ],
)
def test_every_controlled_word_is_explained(kind: type[StrEnum]) -> None:
    book = PAGE.partition("## Code book")[2]

    assert [each.value for each in kind if f"`{each.value}`" not in book] == []


def test_the_example_is_a_study_that_can_be_pooled() -> None:
    example = PAGE.partition("```toml\n")[2].partition("```")[0]
    place = Place("doe2031.toml", [])

    found = read_study("doe2031", example, place)

    assert found is not None and place.faults == []
    pain = compare(Evidence({found.id: found}, {}, {}), "fibromyalgia", "pain")
    assert [round(value, 2) for value in pain.values] == [-0.2]


def test_the_numbers_that_the_page_gives_are_those_of_the_data() -> None:
    studies = catalogue.studies()
    results = sum(len(study.outcomes) for study in studies)
    estimates = sum(len(review.estimates) for review in catalogue.reviews())
    pages = len({claim.page for claim in catalogue.claims()})
    numbers = (
        f"{len(studies)} studies with {results} results, {len(catalogue.reviews())} reviews with "
        f"{estimates} pooled estimates, and {len(catalogue.claims())} claims of "
        f"{('no', 'one', 'two', 'three', 'four', 'five')[pages]} public pages"
    )

    assert numbers in PAGE
