"""The mixed model of daily ratings agrees with R, and keeps its promises where data are bad."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trial.made_designs import crossover, n_of_1, parallel

from lowdose.trial.analyse.daily import daily_mixed, fit_daily
from lowdose.trial.design.values import Design, Period
from lowdose.trial.run.conduct import conduct_of
from lowdose.trial.run.values import TrialData
from lowdose.trial.run.virtual import virtual_trials

REFERENCE = Path(__file__).parents[1] / "reference"


def data_of(name: str, design: Design, people: int) -> TrialData:
    """The stored ratings as a trial; person 0, 2, ... got the drug second or not at all."""
    table = np.loadtxt(REFERENCE / f"daily_{name}.csv", delimiter=",", skiprows=1)
    rating = np.full((1, people, design.days), np.nan)
    rating[0, table[:, 0].astype(int), table[:, 1].astype(int) - 1] = table[:, 4]
    drug_first = np.array([table[(table[:, 0] == one), 3][0] for one in range(people)]) == 1
    blank = np.zeros((1, people))
    return TrialData(
        design=design,
        sequence=np.where(drug_first, 0, 1)[None],
        rating=rating,
        taken_mg=np.zeros_like(rating),
        days_in=np.full((1, people), design.days),
        left=blank.astype(int),
        guess=np.zeros((1, people, len(design.periods))),
    )


def results() -> dict[str, tuple[float, float, float]]:
    """Estimate, standard error and -2 log restricted likelihood, as R printed them."""
    lines = (REFERENCE / "daily.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line.split()[1:2] in (["nlme"], ["glmmTMB"])]
    return {name: (float(a), float(b), float(c)) for name, _, a, b, c in rows}


def test_parallel_groups_agree_with_nlme_with_swing_and_noise() -> None:
    design = replace(parallel(12), periods=(Period("treatment", 28),))
    found = fit_daily(data_of("parallel", design, 12))
    estimate, se, deviance = results()["parallel"]
    assert found["estimate"][0, 0] == pytest.approx(estimate, rel=1e-5)
    assert found["se"][0, 0] == pytest.approx(se, rel=1e-5)
    assert found["deviance"][0] == pytest.approx(deviance, abs=1e-5)


def test_a_crossover_agrees_with_glmmtmb_with_spans_that_differ() -> None:
    design = replace(crossover(10), periods=(Period("first", 21), Period("second", 21)))
    found = fit_daily(data_of("crossover", design, 10))
    estimate, se, deviance = results()["crossover"]
    assert found["estimate"][0, 0] == pytest.approx(estimate, rel=1e-5)
    assert found["se"][0, 0] == pytest.approx(se, rel=1e-5)
    assert found["deviance"][0] == pytest.approx(deviance, abs=1e-5)


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
