"""Side effects: published intervals come out again, and what is assumed or remembered is marked."""

from __future__ import annotations

import numpy as np
import pytest

from lowdose.population.side_effects import (
    REMEMBERED,
    any_side_effect,
    expected_side_effects,
)


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
