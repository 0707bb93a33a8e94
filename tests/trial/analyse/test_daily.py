"""The mixed model of daily ratings keeps its promises where data are bad.

That it agrees with nlme and glmmTMB is in checks/trial.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial.made_designs import crossover, n_of_1

from lowdose.trial.analyse.daily import daily_mixed
from lowdose.trial.run.conduct import conduct_of
from lowdose.trial.run.virtual import virtual_trials


@pytest.mark.slow
def test_scale_and_place_of_the_ratings_do_not_matter() -> None:
    small = crossover(8)
    large = replace(small, outcome=replace(small.outcome, high=100.0))
    data = virtual_trials(small, conduct_of(small), 2)
    scaled = replace(data, design=large, rating=10 * data.rating)
    one, ten = daily_mixed(data)[0], daily_mixed(scaled)[0]
    np.testing.assert_allclose(ten.estimate, 10 * one.estimate, rtol=1e-6)
    np.testing.assert_allclose(ten.se, 10 * one.se, rtol=1e-5)
    np.testing.assert_allclose(ten.df, one.df, rtol=1e-3)


@pytest.mark.slow
def test_people_without_ratings_change_nothing() -> None:
    design = crossover(8)
    data = virtual_trials(design, conduct_of(design), 1)
    more = np.concatenate([data.rating, np.full((1, 3, design.days), np.nan)], axis=1)
    padded = replace(
        data, rating=more, sequence=np.concatenate([data.sequence, [[0, 1, 0]]], axis=1)
    )
    one, same = daily_mixed(data)[0][0], daily_mixed(padded)[0][0]
    assert (same.estimate, same.se) == pytest.approx((one.estimate, one.se), rel=1e-9)


def test_a_trial_that_cannot_say_is_not_a_number_and_spoils_no_other() -> None:
    design = crossover(8)
    data = virtual_trials(design, conduct_of(design), 3)
    rating = data.rating.copy()
    rating[1] = np.nan
    rating[2][data.sequence[2] == 0] = np.nan
    rating[2][:, 28:] = np.nan
    found = daily_mixed(replace(data, rating=rating))[0]
    assert np.isfinite(found.se).tolist() == [True, False, False]


@pytest.mark.slow
def test_one_person_in_blocks_can_be_analysed() -> None:
    design = n_of_1(blocks=4)
    found = daily_mixed(virtual_trials(design, conduct_of(design), 5))[0]
    assert np.isfinite(found.estimate).all()
    assert (found.df < 30).all()
