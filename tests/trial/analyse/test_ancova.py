"""Analysis of covariance: agreement with R's lm, and what cannot be told.

The antidepressant trial, with and without strata, is in test_mixed.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trial.crossovers import assert_as_r, crossover_of, found_by_r, sets_with

from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.change import change_score
from lowdose.trial.analyse.values import Estimates

Numbers = np.ndarray


def triple(found: Estimates, trial: int = 0) -> tuple[float, float, float]:
    return found.estimate[trial], found.se[trial], found.df[trial]


def groups_of(people: int) -> Numbers:
    return np.arange(people)[None] % 2 * 1.0


@pytest.mark.parametrize("name", sets_with("ancova"))
def test_first_periods_with_their_baseline_agree_with_lm(name: str) -> None:
    one = crossover_of(name)
    found = ancova(one.baseline, one.outcome[..., 0], one.drug_first)
    assert_as_r(found, found_by_r(name, "ancova")[""])


@given(st.integers(0, 10_000), st.floats(-5, 5))
@settings(max_examples=10)
def test_outcome_or_change_is_the_same_question(seed: int, shift: float) -> None:
    baseline, outcome = np.random.default_rng(seed).normal(size=(2, 3, 12)) + shift
    drug = np.repeat(groups_of(12), 3, axis=0)
    end, change = ancova(baseline, outcome, drug), ancova(baseline, outcome - baseline, drug)
    np.testing.assert_allclose(end.estimate, change.estimate, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(end.se, change.se, rtol=1e-8)


def test_a_constant_baseline_leaves_the_t_test() -> None:
    outcome = np.random.default_rng(3).normal(size=(2, 10))
    drug = np.repeat(groups_of(10), 2, axis=0)
    same = np.full_like(outcome, 4.2)
    plain = change_score(np.zeros_like(outcome), outcome, drug)
    np.testing.assert_allclose(triple(ancova(same, outcome, drug)), triple(plain), rtol=1e-9)


def test_a_baseline_far_from_zero_changes_nothing() -> None:
    baseline, outcome = np.random.default_rng(8).normal(size=(2, 1, 16))
    near = ancova(baseline, outcome, groups_of(16))
    far = ancova(baseline + 1e5, outcome, groups_of(16))
    np.testing.assert_allclose(triple(far), triple(near), rtol=1e-5)


def test_a_stratum_of_its_own_takes_its_person_away() -> None:
    baseline, outcome = np.random.default_rng(4).normal(size=(2, 1, 11))
    drug = groups_of(11)
    strata = np.where(np.arange(11) == 10, 7.0, 2.0)[None]
    found = ancova(baseline, outcome, drug, strata=strata)
    without = ancova(baseline[:, :10], outcome[:, :10], drug[:, :10])
    np.testing.assert_allclose(triple(found), triple(without), rtol=1e-9)


def test_a_stratum_that_one_trial_lacks_is_no_matter() -> None:
    baseline, outcome = np.random.default_rng(6).normal(size=(2, 2, 12))
    drug = np.repeat(groups_of(12), 2, axis=0)
    strata = np.stack([np.zeros(12), np.repeat([0.0, 1.0], 6)])
    together = ancova(baseline, outcome, drug, strata=strata)
    alone = ancova(baseline[:1], outcome[:1], drug[:1])
    np.testing.assert_allclose(triple(together), triple(alone), rtol=1e-9)


DEGENERATE = {
    "all missing": np.full((1, 6), np.nan),
    "no spread": np.full((1, 6), 3.3),
    "one arm empty": np.array([[1.0, np.nan, 2.0, np.nan, 5.0, np.nan]]),
    "too few": np.array([[1.0, 2.0, 4.0, np.nan, np.nan, np.nan]]),
    "infinite": np.full((1, 6), np.inf),
    "beyond all numbers": np.array([[1e200, -3e200, 1e200, 2e200, 7e200, 9e200]]),
    "nobody": np.zeros((1, 0)),
}


@pytest.mark.parametrize("outcome", DEGENERATE.values(), ids=DEGENERATE)
def test_what_cannot_be_told_is_not_a_number(outcome: Numbers) -> None:
    baseline = np.array([[3.0, 1.0, 4.0, 1.0, 5.0, 9.0]])[:, : outcome.shape[1]]
    found = ancova(baseline, outcome, groups_of(outcome.shape[1]))
    assert np.isnan(found.se[0]) and np.isnan(found.p[0])
