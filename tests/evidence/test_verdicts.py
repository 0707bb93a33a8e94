"""Claims and their numbers: no verdict is at odds with its number unless it says why."""

from __future__ import annotations

from collections import Counter

import pytest

from lowdose.evidence import catalogue
from lowdose.evidence.fields import Place
from lowdose.evidence.pooling.values import Interval
from lowdose.evidence.read import read_claims
from lowdose.evidence.records import Span
from lowdose.evidence.verdicts import Bearing, ClaimNumber, bearing_of, claim_number
from lowdose.evidence.words import Direction, Says

CLAIMS = {each.id: each for each in catalogue.claims()}
LINKED = sorted(each.id for each in CLAIMS.values() if each.pool or each.rows)
# What rests on no number, because what it says is not of the kind that trials measure, or because
# no study here gives one; a claim that gains a number must leave this list.
WITHOUT_NUMBER = {
    "c000": "01 02 03 04 05 08 10 14",
    "c001": "01 02 03 05 06 12 13 15",
    "c002": "01 02 04 06 07 12 13",
    "c003": "01 02 03 04 12",
    "c004": "01 02 03 04 06 07 08 09 10 13 14 17 18 21",
}


def number(claim: str) -> ClaimNumber:
    found = claim_number(CLAIMS[claim])
    assert found is not None
    return found


@pytest.mark.parametrize("claim", LINKED)
def test_no_verdict_is_at_odds_with_its_number_without_a_reason(claim: str) -> None:
    found = number(claim)

    assert found.agrees or CLAIMS[claim].at_odds, (
        f"{claim}: the verdict is {CLAIMS[claim].verdict}, the number {found.bearing}; mend the "
        "verdict, or say in at_odds why it stands"
    )
    assert not (found.agrees and CLAIMS[claim].at_odds), f"{claim}: at_odds is out of date"


def test_the_claims_without_a_number_are_these() -> None:
    without = {f"{page}-{each}" for page, ids in WITHOUT_NUMBER.items() for each in ids.split()}

    assert {each.id for each in CLAIMS.values() if claim_number(each) is None} == without
    assert Counter(number(each).bearing for each in LINKED) == {
        Bearing.SUPPORTS: 9,
        Bearing.CONTRADICTS: 3,
        Bearing.CANNOT_TELL: 8,
        Bearing.SHOWN: 10,
        Bearing.NOTHING: 7,
    }


@pytest.mark.parametrize("claim", LINKED)
def test_every_linked_row_has_a_number(claim: str) -> None:
    assert all(row.words != "no number" for row in number(claim).rows)


def test_a_verdict_on_a_pool_carries_its_certainty() -> None:
    found = number("c002-09").pool

    assert found is not None and found.level is not None
    assert found.comparison.contrasts[0].study == "duebruun2024"


def test_where_the_two_intervals_differ_it_cannot_be_told() -> None:
    """Pain in fibromyalgia: only -0.78 to 0.84, by the normal test, leaves out a benefit of 1."""
    found = number("c003-11")

    assert (found.bearing, found.normal) == (Bearing.CANNOT_TELL, Bearing.CONTRADICTS)


def test_a_figure_is_held_against_the_row() -> None:
    assert number("c003-06").bearing is Bearing.SUPPORTS  # 60 %: 6 of 10
    assert number("c004-19").bearing is Bearing.CONTRADICTS  # 89 %: 15 of 18


def test_a_change_in_the_wrong_direction_contradicts() -> None:
    """CD4 "went up": it fell by 37.73 (p 0.027) and 52.94 (p 0.003)."""
    assert number("c004-15").bearing is Bearing.CONTRADICTS


IMPORTANT = Span(-1, 1)


@pytest.mark.parametrize(
    ("ends", "better", "not_worse"),
    [
        ((-2.0, -1.2), "supports", "supports"),
        ((-0.9, -0.1), "supports", "supports"),
        ((-0.9, 0.9), "contradicts", "supports"),
        ((-1.1, 0.9), "cannot_tell", "supports"),
        ((-1.1, 1.1), "cannot_tell", "cannot_tell"),
        ((0.1, 0.9), "contradicts", "supports"),
        ((0.1, 1.1), "contradicts", "contradicts"),
        ((1.2, 2.0), "contradicts", "contradicts"),
    ],
)
def test_an_interval_bears_on_better_and_on_not_worse(
    ends: tuple[float, float], better: str, not_worse: str
) -> None:
    for says, expected in ((Says.BETTER, better), (Says.NOT_WORSE, not_worse)):
        low = bearing_of(Interval(*ends), says, Direction.LOWER, IMPORTANT)
        turned = Interval(-ends[1], -ends[0])

        assert low.value == expected
        assert bearing_of(turned, says, Direction.HIGHER, IMPORTANT) is low


def test_without_an_important_difference_any_counts() -> None:
    ends = {(-2, -1): "supports", (1, 2): "contradicts", (-1, 2): "cannot_tell"}

    for each, expected in ends.items():
        found = bearing_of(Interval(*each), Says.BETTER, Direction.LOWER, None)
        assert found.value == expected


def test_the_share_that_a_claim_quotes_is_that_of_the_survey() -> None:
    """The share with any side effect in the survey of Ploesser 2010."""
    claim = CLAIMS["c002-14"]
    share = {each.id: each for each in catalogue.find_study("ploesser2010").adverse_events}
    survey = share["ploesser2010-a01"]

    assert survey.events is not None and survey.total is not None
    assert f"{100 * survey.events / survey.total:.0f}% in a survey" in claim.evidence


def claim_faults(more: str) -> list[str]:
    place = Place("page.toml", [])
    content = f"""
page = "A page"
file = "a.txt"

[[claim]]
id = "c000-01"
claim = "It works"
type = "efficacy"
verdict = "partly"
evidence = "Some."
confidence = "low"
{more}
"""
    read_claims("page", content, place)
    return [str(fault) for fault in place.faults]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('pool = "crps/pain"', "says: nothing, expected what the claim says of the pool"),
        ('pool = "crps/pain"\nrows = ["a2020-o01"]\nsays = "better"', "a pool or rows, not both"),
        ("figure = [1, 2]", "expected a pool or rows beside it"),
        ('at_odds = "so it is"', "expected a pool or rows beside it"),
        ('rows = ["a2020-o01"]\nsays = "better"\nfigure = [1, 2]', "and no says"),
        ('pool = "crps"\nsays = "better"', "condition/outcome like crps/pain"),
        ('rows = ["a2020-o01"]\nfigure = [2, 1]', "the lower one first"),
    ],
)
def test_a_link_that_says_too_little_or_too_much_is_refused(more: str, said: str) -> None:
    assert said in "\n".join(claim_faults(more))
