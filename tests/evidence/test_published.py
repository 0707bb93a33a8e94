"""Published pools beside ours: what comes out, what does not, and what is said of it."""

from __future__ import annotations

import math

import pytest

from lowdose.evidence.catalogue import published_estimates
from lowdose.evidence.published import Outcome, Recomputed, recompute_reviews
from lowdose.report.evidence_reviews_text import reviews_json, reviews_text


@pytest.fixture(scope="module")
def pools() -> dict[str, Recomputed]:
    return {one.estimate.id: one for one in recompute_reviews()}


def test_every_published_number_is_there_once(pools: dict[str, Recomputed]) -> None:
    assert set(pools) == {one.id for one in published_estimates()}


@pytest.mark.parametrize("row", ["m02", "m03", "m04", "m05"])
def test_cochranes_ratios_come_out_of_their_counts(pools: dict[str, Recomputed], row: str) -> None:
    """Parker 2018: 2.22 (1.14 to 4.32), 1.96, 2.89, and with an empty cell 8.05 (0.47 to 139)."""
    one = pools[f"parker2018-{row}"]

    assert one.outcome is Outcome.SAME
    assert one.ours is not None and one.estimate.ci is not None
    shown = [math.exp(each) for each in (one.ours.estimate, *one.ours.interval)]
    assert shown == pytest.approx([one.estimate.effect, *one.estimate.ci], abs=0.012)
    assert any("rebuilt" in why for why in one.why)


def test_a_number_that_is_only_the_reviews_own_proves_nothing(pools: dict[str, Recomputed]) -> None:
    assert pools["parker2018-m01"].outcome is Outcome.CIRCULAR


@pytest.mark.parametrize(
    "name",
    [
        "hegde2025-m02",
        "ldnfm_ams2025-m01",
        "naltrexone_fm_women_bibliomed-m01",
        "ologunowa2025-m03",
        "vatvani2024-m01",
    ],
)
def test_innova_takes_every_pool_of_fibromyalgia_pain_towards_no_effect(
    pools: dict[str, Recomputed], name: str
) -> None:
    one = pools[name]

    assert one.outcome is Outcome.CLOSEST
    assert one.ours is not None and one.since is not None
    assert one.added == ("innova2026",)
    assert "innova2026" not in one.ours.studies
    assert one.ours.estimate < one.since.estimate
    assert one.since.interval.low < 0 < one.since.interval.high
    assert "does not make it theirs" in one.why[0]


def test_no_trial_is_taken_that_came_out_with_the_review_or_later(
    pools: dict[str, Recomputed],
) -> None:
    from lowdose.evidence.catalogue import find_study

    for one in pools.values():
        for study in one.ours.studies if one.ours else ():
            year = find_study(study).publication.year
            named = study in one.estimate.included
            assert named or year < one.review.publication.year


def test_what_is_not_worked_out_anew_says_why(pools: dict[str, Recomputed]) -> None:
    assert all(one.why for one in pools.values() if one.outcome is not Outcome.SAME)
    assert "before" in pools["bond_longcovid2025-m01"].why[0]
    assert "higher doses" in pools["bolton2019-m01"].why[0]


def test_the_text_and_the_object_hold_both_numbers(pools: dict[str, Recomputed]) -> None:
    some = [pools["hegde2025-m02"], pools["parker2018-m02"]]

    said, given = " ".join(reviews_text(some).split()), reviews_json(some)

    assert "published: SMD -0.34 (-0.62 to -0.06)" in said
    assert "with innova2026, which came later" in said
    assert "worked out anew, the same: 2.22 (1.14 to 4.32); smith2011" in said
    assert given["estimates"][0]["since"]["trials"][-1]["study"] == "innova2026"
