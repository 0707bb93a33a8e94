"""Crossovers: agreement with R on published trials, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trial.crossovers import Crossover, assert_as_r, crossover_of, found_by_r, sets_with

from lowdose.trial.analyse.crossover import carried_over, carry_over_test, crossover, two_period


def made(seed: int, *, trials: int = 3, people: int = 6, periods: int = 3) -> Crossover:
    """Batches of two treatments in any order, a tenth of the outcomes missing."""
    chance = np.random.default_rng(seed)
    shape = (trials, people, periods)
    outcome = chance.normal(5.0, 2.0, shape)
    outcome[chance.random(shape) < 0.1] = np.nan
    treatment = chance.integers(0, 2, shape)
    blank = np.full((trials, people, 1), -1)
    before = np.concatenate([blank, treatment[..., :-1]], axis=2)
    nothing = np.full((trials, people), np.nan)
    return Crossover("AB", outcome, treatment, before, nothing, nothing)


@pytest.mark.parametrize("name", sets_with("crossover"))
def test_treatments_of_a_published_crossover_agree_with_lm(name: str) -> None:
    one = crossover_of(name)
    found = crossover(one.outcome, one.given, compared=len(one.labels) - 1)
    for label, estimates in zip(one.labels[1:], found, strict=True):
        assert_as_r(estimates, found_by_r(name, "crossover")[label])


@pytest.mark.parametrize("name", sets_with("carry-over"))
def test_treatments_with_a_carry_over_agree_with_lm(name: str) -> None:
    one = crossover_of(name)
    compared = len(one.labels) - 1
    found = crossover(one.outcome, one.given, previous=one.before, compared=compared)
    for label, estimates in zip(one.labels[1:], found, strict=True):
        assert_as_r(estimates, found_by_r(name, "carry-over")[label])


@pytest.mark.parametrize("name", sets_with("carried"))
def test_what_is_carried_over_agrees_with_lm(name: str) -> None:
    one = crossover_of(name)
    found = carried_over(one.outcome, one.given, one.before, compared=len(one.labels) - 1)
    for label, estimates in zip(one.labels[1:], found, strict=True):
        assert_as_r(estimates, found_by_r(name, "carried")[label])


@pytest.mark.parametrize("name", sets_with("two periods"))
def test_half_differences_agree_with_the_t_test(name: str) -> None:
    one = crossover_of(name)
    # classic.R has the difference the way "reference second" says, which is treatment - reference.
    assert_as_r(two_period(one.outcome, one.drug_first), found_by_r(name, "two periods")[""])


@pytest.mark.parametrize("name", sets_with("totals"))
def test_totals_agree_with_the_t_test(name: str) -> None:
    one = crossover_of(name)
    assert_as_r(carry_over_test(one.outcome, one.drug_first), found_by_r(name, "totals")[""])


@pytest.mark.parametrize("name", sets_with("mixed"))
def test_complete_two_period_trials_agree_with_a_mixed_model(name: str) -> None:
    one = crossover_of(name)
    found = crossover(one.outcome, one.given)[0]
    assert_as_r(found, found_by_r(name, "mixed")[one.labels[1]], to=1e-6)


def test_sixteen_published_crossovers_are_compared() -> None:
    assert len(sets_with("crossover")) == 16


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_a_batch_is_its_trials_one_by_one(seed: int) -> None:
    many = made(seed)
    together = crossover(many.outcome, many.given)[0]
    for trial in range(3):
        alone = crossover(many.outcome[[trial]], many.given[[trial]])[0]
        for field in ("estimate", "se", "df"):
            np.testing.assert_allclose(
                getattr(alone, field)[0], getattr(together, field)[trial], rtol=1e-9, atol=1e-9
            )


@given(st.integers(0, 10_000), st.floats(-50, 50), st.floats(0.1, 20))
@settings(max_examples=10)
def test_people_and_periods_may_differ_by_anything(seed: int, shift: float, factor: float) -> None:
    one = made(seed)
    chance = np.random.default_rng(seed + 1)
    moved = one.outcome + shift * chance.normal(size=(3, 6, 1)) + shift * chance.normal(size=3)
    before, after = (crossover(y, one.given)[0] for y in (one.outcome, factor * moved))
    np.testing.assert_allclose(after.estimate, factor * before.estimate, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(after.se, factor * before.se, rtol=1e-7, atol=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_swapping_two_treatments_turns_the_sign(seed: int) -> None:
    one = made(seed)
    there, back = (crossover(one.outcome, each)[0] for each in (one.given, 1 - one.given))
    np.testing.assert_allclose(back.estimate, -there.estimate, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(back.se, there.se, rtol=1e-9)


def test_somebody_with_one_period_adds_nothing() -> None:
    one = crossover_of("patel1983")
    alone = np.array([[[3.0, np.nan]]])
    more = crossover(
        np.concatenate([one.outcome, alone], axis=1),
        np.concatenate([one.given, [[[1, 0]]]], axis=1),
    )[0]
    assert_as_r(more, found_by_r("patel1983", "crossover")["B"])


def test_two_orders_of_two_treatments_cannot_tell_a_carry_over() -> None:
    one = crossover_of("patel1983")
    found = crossover(one.outcome, one.given, previous=one.before)[0]
    assert np.isnan(found.estimate).all() and np.isnan(found.se).all()


def test_periods_on_other_treatments_are_left_out() -> None:
    one = crossover_of("cochran1941")
    only = np.where(one.given == 2, -1, one.given)
    blanked = np.where(one.given == 2, np.nan, one.outcome)
    left, same = crossover(one.outcome, only)[0], crossover(blanked, one.given, compared=2)[0]
    np.testing.assert_allclose(left.estimate, same.estimate)
    np.testing.assert_allclose(left.se, same.se)


DEGENERATE = {
    "nobody": np.zeros((2, 0, 2)),
    "nothing written": np.full((2, 4, 2), np.nan),
    "no spread": np.full((2, 4, 2), 7.1),
    "one person": np.array([[[1.0, 2.0]]]),
    "infinite": np.full((2, 4, 2), np.inf),
    "beyond all numbers": 1e200 * np.arange(8.0).reshape(1, 4, 2) ** 2,
}


@pytest.mark.parametrize("outcome", DEGENERATE.values(), ids=DEGENERATE)
def test_what_cannot_be_told_is_not_a_number(outcome: np.ndarray) -> None:
    people = np.arange(outcome.shape[1])
    given = np.broadcast_to((people[:, None] + np.arange(2)) % 2, outcome.shape)
    first = np.broadcast_to(people % 2, outcome.shape[:2]).astype(np.float64)
    for found in (
        crossover(outcome, given)[0],
        two_period(outcome, first),
        carry_over_test(outcome, first),
    ):
        assert np.isnan(found.se).all() and np.isnan(found.p).all()


def test_a_perfect_fit_has_no_standard_error() -> None:
    treatment = np.array([[[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 1]]])
    outcome = 0.1 * treatment + np.array([1e3, 2e3, 3.3e3, 4.7])[:, None]
    found = crossover(outcome, treatment)[0]
    assert found.estimate[0] == pytest.approx(0.1) and np.isnan(found.se[0])


def test_no_trials_give_no_estimates() -> None:
    assert crossover(np.zeros((0, 4, 2)), np.zeros((0, 4, 2), dtype=int))[0].estimate.shape == (0,)
