"""Side effects: published intervals come out again, and what is assumed or remembered is marked."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lowdose.population.side_effects import (
    ANY,
    RATIOS,
    REMEMBERED,
    Ratio,
    any_side_effect,
    expected_side_effects,
)


@pytest.mark.parametrize("ratio", RATIOS, ids=lambda one: one.event)
def test_at_a_tested_dose_the_published_ratio_and_interval_come_out_again(ratio: Ratio) -> None:
    """Within rounding and the error of 100,000 draws."""
    found = next(one for one in expected_side_effects([4.5]) if one.event == ratio.event)

    assert found.tested
    assert found.ratio == pytest.approx((ratio.ratio, ratio.low, ratio.high), rel=0.02)


def test_people_of_a_hundred_are_the_beta_quantiles_of_the_counts() -> None:
    """Jeffreys' prior and 33 of 48, 36 of 50: Beta(33.5, 15.5) and Beta(36.5, 14.5)."""
    for found, (noted, people) in zip(any_side_effect(), (ANY.drug, ANY.placebo), strict=True):
        beta = stats.beta(0.5 + noted, 0.5 + people - noted)

        assert found == pytest.approx([100 * beta.ppf(end) for end in (0.5, 0.025, 0.975)])


def test_the_interval_holds_the_share_that_was_counted() -> None:
    drug, placebo = any_side_effect()

    assert drug.low < 68.8 < drug.high
    assert placebo.low < 72.0 < placebo.high


def test_less_is_expected_of_a_lower_dose_and_it_is_not_called_tested() -> None:
    dreams = [one for one in expected_side_effects([4.5, 0.5, 1.5]) if one.event == "vivid dreams"]

    assert [one.dose_mg for one in dreams] == [0.5, 1.5, 4.5]
    assert [one.tested for one in dreams] == [False, False, True]
    assert 1 < dreams[0].ratio.middle < dreams[1].ratio.middle < dreams[2].ratio.middle


def test_the_assumed_slope_is_wide() -> None:
    """At a third of the dose anything from nearly no excess to nearly all of it is possible."""
    third = next(one for one in expected_side_effects([1.5]) if one.event == "vivid dreams")

    assert third.ratio.low < 1.1
    assert third.ratio.high > 2.3


def test_nothing_is_said_beyond_the_doses_of_the_trials() -> None:
    assert expected_side_effects([6.5, 10.0]) == ()
    assert expected_side_effects([0.0]) == ()


def test_people_of_a_hundred_are_given_only_by_the_share_that_is_marked_unchecked() -> None:
    known = {one.event for one in REMEMBERED}

    for one in expected_side_effects([4.5]):
        assert (one.unchecked_per_100 is not None) == (one.event in known)
        assert any("not checked" in source for source in one.sources) == (one.event in known)


def test_expected_people_agree_with_drawing_them_one_by_one() -> None:
    """Draw a placebo share and a ratio, let a hundred people note it or not, and count."""
    dreams = next(one for one in expected_side_effects([4.5]) if one.event == "vivid dreams")
    chance = np.random.default_rng(5)
    log_sd = np.log(3.28 / 1.77) / (2 * 1.96)
    share = chance.beta(4.5, 27.5, 40_000) * np.exp(chance.normal(np.log(2.41), log_sd, 40_000))
    noted = chance.binomial(100, np.minimum(share, 1.0))

    assert dreams.unchecked_per_100 is not None
    assert np.median(noted) == pytest.approx(dreams.unchecked_per_100.middle, abs=1.5)
