"""Looks on the way: what they cost, and Bayesian stopping.

Boundaries, power and inflation against rpact and the textbook are in checks/trial.py.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from checks.trial import DRIFT, UNEQUAL, equal, looks_by_r, looks_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from lowdose.errors import InputError
from lowdose.trial.design.values import Looks
from lowdose.trial.operate.posterior_stop import (
    StoppingRule,
    calibrated_threshold,
    posterior_chance,
    posterior_stop,
    simulated_stopping,
)
from lowdose.trial.operate.sequential import (
    boundaries,
    crossing,
    drift_for,
    on_t,
    spent,
)

Numbers = NDArray[np.float64]

STUDIES = (
    *(f"pocock-{looks}" for looks in range(2, 6)),
    *(f"obrien-fleming-{looks}" for looks in range(2, 6)),
    "lan-demets-pocock",
    "lan-demets-obrien-fleming",
    "pocock-unequal",
    "obrien-fleming-unequal",
)
RULES = ("pocock", "obrien-fleming", "lan-demets-pocock", "lan-demets-obrien-fleming")


@pytest.mark.parametrize("study", STUDIES)
def test_crossing_power_and_expected_people_agree_with_rpact(study: str) -> None:
    looks = looks_of(study)
    found = crossing(boundaries(looks), looks.fractions, DRIFT)

    assert found.upper + found.lower == pytest.approx(looks_by_r(study, "crossed"), abs=1e-7)
    assert found.power == pytest.approx(looks_by_r(study, "power")[0], abs=1e-7)
    assert found.expected(looks.fractions) == pytest.approx(
        looks_by_r(study, "expected")[0], abs=1e-7
    )


@pytest.mark.parametrize("rule", RULES)
def test_one_look_is_the_plain_test(rule: str) -> None:
    assert boundaries(Looks((1.0,), rule)) == pytest.approx(norm.isf(0.025), abs=1e-7)


@settings(max_examples=10)
@given(
    shares=st.lists(st.integers(2, 99), min_size=1, max_size=4, unique=True),
    rule=st.sampled_from(RULES),
    alpha=st.sampled_from((0.01, 0.05, 0.2)),
)
def test_all_looks_together_err_as_often_as_asked(
    shares: list[int], rule: str, alpha: float
) -> None:
    looks = Looks((*(float(Fraction(share, 100)) for share in sorted(shares)), 1.0), rule)

    found = crossing(boundaries(looks, alpha), looks.fractions)

    assert found.power == pytest.approx(alpha, rel=1e-6)


def test_a_simulated_trial_crosses_as_often_as_integration_says() -> None:
    looks = looks_of("lan-demets-pocock")
    limits = boundaries(looks)
    shares = np.array(UNEQUAL)
    chance = np.random.default_rng(4)
    steps = np.diff(shares, prepend=0.0)
    score = (DRIFT * steps + np.sqrt(steps) * chance.normal(size=(100_000, 4))).cumsum(axis=1)
    crossed = np.abs(score / np.sqrt(shares)) > limits
    first = np.where(crossed.any(axis=1), crossed.argmax(axis=1), 4)
    expected = crossing(limits, looks.fractions, DRIFT)

    for look, chance_of in enumerate(expected.upper + expected.lower):
        error = np.sqrt(chance_of * (1 - chance_of) / 100_000)
        assert abs((first == look).mean() - chance_of) < 4 * error


def test_a_look_with_nothing_to_spend_stops_nothing() -> None:
    found = boundaries(Looks((0.01, 0.5, 1.0), "lan-demets-obrien-fleming"))

    assert np.isinf(found[0])
    assert crossing(found, (0.01, 0.5, 1.0)).power == pytest.approx(0.05, rel=1e-6)


def test_a_one_sided_boundary_has_no_lower_side() -> None:
    limits = np.array([2.0, 2.0])
    found = crossing(limits, (0.5, 1.0), lower=np.full(2, -np.inf))

    assert found.lower.sum() == 0
    assert found.power > 0.5 * crossing(limits, (0.5, 1.0)).power


def test_drift_gives_the_power_it_was_asked_for() -> None:
    limits = boundaries(Looks(UNEQUAL))

    drift = drift_for(limits, UNEQUAL, 0.9)

    assert crossing(limits, UNEQUAL, drift).upper.sum() == pytest.approx(0.9, abs=1e-8)


def test_looks_on_t_have_the_same_p_and_are_wider() -> None:
    limits = boundaries(Looks(equal(3), "pocock"))

    assert (on_t(limits, 10.0) > limits).all()
    assert on_t(limits, 1e9) == pytest.approx(limits, abs=1e-6)


def test_spending_reaches_alpha_at_the_end_and_rises() -> None:
    for rule in ("lan-demets-pocock", "lan-demets-obrien-fleming"):
        course = [spent(rule, share) for share in np.linspace(0.05, 1, 20)]

        assert course == sorted(course)
        assert course[-1] == pytest.approx(0.05)


def test_every_fault_of_the_looks_is_named() -> None:
    with pytest.raises(InputError) as caught:
        boundaries(Looks((0.5, 0.4, 1.2), "haybittle"), alpha=2.0)

    assert {fault.place for fault in caught.value.faults} == {
        "looks.fractions",
        "looks.rule",
        "alpha",
    }


@pytest.mark.parametrize(
    "fractions", [(), (0.0, 1.0), (np.nan, 1.0), (0.5, 0.5, 1.0), equal(51), (0.5,)]
)
def test_impossible_looks_are_refused(fractions: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="fractions"):
        boundaries(Looks(fractions))


def test_without_a_prior_the_posterior_chance_is_one_minus_the_one_sided_p() -> None:
    estimate, se = np.array([-1.0, 0.3]), np.array([0.5, 0.4])

    found = posterior_chance(estimate, se, StoppingRule())

    assert found == pytest.approx(norm.sf(estimate / se))


def test_a_prior_counts_like_a_trial_with_its_own_standard_error() -> None:
    rule = StoppingRule(prior_mean=0.2, prior_sd=0.5, important=0.3, lower_is_better=False)
    weights = 1 / 0.4**2, 1 / 0.5**2
    mean = (weights[0] * 1.0 + weights[1] * 0.2) / sum(weights)

    found = posterior_chance(np.array([1.0]), np.array([0.4]), rule)

    assert found == pytest.approx(norm.cdf((mean - 0.3) * np.sqrt(sum(weights))))


def test_a_flat_prior_calibrated_over_looks_is_pococks_boundary() -> None:
    """One-sided 2.5 %: 2.1783 is two-sided 5 %, and both sides hardly ever cross in one trial."""
    found = calibrated_threshold(StoppingRule(), (0.5, 1.0), 0.7, 0.025)

    assert abs(found.value - norm.cdf(2.1783)) < 4 * found.error
    assert found.error < 0.001


def test_a_calibrated_rule_errs_as_often_as_asked() -> None:
    rule = StoppingRule(important=0.1, prior_sd=0.8)
    fractions = (0.25, 0.5, 0.75, 1.0)
    threshold = calibrated_threshold(rule, fractions, 0.4, 0.05, seed=1)

    found = simulated_stopping(
        replace(rule, threshold=threshold.value), fractions, 0.4, 0.0, trials=100_000, seed=2
    )

    assert abs(found.ever.value - 0.05) < 4 * np.sqrt(2) * found.ever.error


def test_simulated_stopping_agrees_with_integration() -> None:
    fractions = (0.5, 1.0)
    rule = StoppingRule(threshold=float(norm.cdf(2.0)))
    limits = np.full(2, 2.0)
    exact = crossing(limits, fractions, 1.5, lower=np.full(2, -np.inf))

    found = simulated_stopping(rule, fractions, 1.0, -1.5)

    for one, chance in zip(found.at_look, exact.upper, strict=True):
        assert abs(one.value - chance) < 4 * one.error
    assert abs(found.used.value - exact.expected(fractions)) < 4 * found.used.error


def test_trials_that_stop_early_exaggerate() -> None:
    found = simulated_stopping(StoppingRule(), (0.25, 0.5, 1.0), 0.4, -0.6)

    assert found.estimate.value < -0.6 - 4 * found.estimate.error


def test_an_estimate_that_is_missing_stops_nothing() -> None:
    assert not posterior_stop(np.array([np.nan]), np.array([1.0]), StoppingRule()).any()


def test_every_fault_of_a_stopping_rule_is_named() -> None:
    rule = StoppingRule(threshold=1.2, important=-1.0, prior_sd=0.0, prior_mean=np.nan)

    with pytest.raises(InputError) as caught:
        posterior_chance(np.zeros(1), np.ones(1), rule)

    assert len(caught.value.faults) == 4
