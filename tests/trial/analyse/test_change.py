"""Change scores: agreement with R's t tests, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from trial.crossovers import assert_as_r, crossover_of, found_by_r, sets_with

from lowdose.trial.analyse.change import change_score, paired_difference

Numbers = np.ndarray


@pytest.mark.parametrize("name", sets_with("change"))
def test_change_from_baseline_agrees_with_the_t_test(name: str) -> None:
    one = crossover_of(name)
    found = change_score(one.baseline, one.outcome[..., 0], one.drug_first)
    assert_as_r(found, found_by_r(name, "change")[""])


@pytest.mark.parametrize("name", sets_with("first period"))
@pytest.mark.parametrize("welch", [False, True], ids=["Student", "Welch"])
def test_first_periods_agree_with_the_t_test(name: str, welch: bool) -> None:
    one = crossover_of(name)
    # R was asked for the people with both periods.
    whole = np.isfinite(one.outcome).all(axis=2)
    drug = np.where(whole, one.drug_first, np.nan)
    first = one.outcome[..., 0]
    found = change_score(np.zeros_like(first), first, drug, welch=welch)
    analysis = "first period Welch" if welch else "first period"
    assert_as_r(found, found_by_r(name, analysis)[""])


def batch(values: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    return np.zeros_like(values), values, np.broadcast_to([1.0, 1, 0, 0], values.shape)


DEGENERATE = {
    "all missing": np.full((2, 4), np.nan),
    "no spread": np.full((2, 4), 0.1),
    "one arm empty": np.array([[1.0, 2.0, np.nan, np.nan]]),
    "one person each, less one": np.array([[1.0, np.nan, np.nan, np.nan]]),
    "infinite": np.array([[np.inf, -np.inf, np.inf, np.inf]]),
    "beyond all numbers": np.array([[1e200, -3e200, 1e200, 2e200]]),
}


@pytest.mark.parametrize("values", DEGENERATE.values(), ids=DEGENERATE)
@pytest.mark.parametrize("welch", [False, True])
def test_groups_that_cannot_be_told_apart_give_no_test(values: Numbers, welch: bool) -> None:
    found = change_score(*batch(values), welch=welch)
    assert np.isnan(found.se).all() and np.isnan(found.p).all()


@pytest.mark.parametrize("values", DEGENERATE.values(), ids=DEGENERATE)
def test_a_change_without_spread_gives_no_paired_test(values: Numbers) -> None:
    found = paired_difference(np.full_like(values, 0.3), values)
    alone = np.isfinite(values).sum() == 2  # "one arm empty" is nothing to a paired test
    assert np.isnan(found.se).all() or alone


def test_the_same_change_in_all_is_rounding_not_spread() -> None:
    baseline = np.array([[101.3, 77.7, 1e6, 52.1]])
    found = change_score(baseline, baseline + 0.1, np.array([[1.0, 1, 0, 0]]))
    assert np.isnan(found.se[0]) and found.estimate[0] == pytest.approx(0.0, abs=1e-9)


def test_people_in_neither_group_are_left_out() -> None:
    values = np.array([[1.0, 2.0, 4.0, 5.0, 99.0, 98.0]])
    groups = np.array([[0.0, 0, 1, 1, np.nan, 2]])
    found = change_score(np.zeros_like(values), values, groups)
    assert (found.estimate[0], found.df[0]) == (3.0, 2.0)


def test_a_batch_keeps_its_trials_apart() -> None:
    chance = np.random.default_rng(5)
    values = chance.normal(size=(4, 4))
    together = change_score(*batch(values))
    alone = [change_score(*batch(values[[one]])).se[0] for one in range(4)]
    np.testing.assert_array_equal(together.se, alone)
