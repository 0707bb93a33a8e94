"""Risks with and without treatment: against metafor, closed forms, chance draws, and laws."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metafor import HERE, agree, arms
from scipy import special, stats

from lowdose.errors import InputError
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.log_odds import pool_log_odds
from lowdose.evidence.pooling.risks import Risks, Spread, pool_risks, pool_share

# By reference/make_harms_doses.R.
FOUND = json.loads((HERE / "harms_doses.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", list(FOUND["shares"]))
def test_shares_by_likelihood(name: str) -> None:
    """metafor's rma.glmm, PLO, stops early: four figures of the estimate, three of the rest."""
    expected = FOUND["shares"][name]

    found = pool_log_odds(arms(name)[1])

    agree(found.estimate, expected["estimate"], rtol=1e-4)
    agree(found.se, expected["se"], rtol=1e-3)
    agree(found.tau2, expected["tau2"], rtol=1e-3)


SOME = "nielweise2007"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == SOME else [pytest.mark.slow])
        for name in FOUND["both"]
    ],
)
def test_with_many_trials_the_odds_ratio_is_near_that_of_the_likelihood(name: str) -> None:
    """metafor's rma.glmm, UM.RS with halves, which has no prior: within 0.4 of its errors."""
    expected = FOUND["both"][name]

    found = pool_risks(*arms(name)).odds_ratio

    assert found is not None
    assert abs(np.log(found.middle) - expected["estimate"]) < 0.4 * expected["se"]
    assert np.log(found.high / found.low) / (2 * 1.96) == pytest.approx(expected["se"], rel=0.25)


def by_chance(treated: Counts, control: Counts, draws: int = 1_500_000) -> dict[str, Spread]:
    """The posterior by draws from the priors, weighted with the likelihood."""
    chance = np.random.default_rng(3)
    a, n1, c, n2 = (np.asarray(part)[:, None] for part in (*treated, *control))
    k = a.shape[0]
    tau, between = (abs(chance.normal(0, sd, draws)) * (k > 1) for sd in (0.5, 1.0))
    middle = special.logit(np.clip(chance.beta(0.5, 0.5, draws), 1e-12, 1 - 1e-12))
    effect = chance.normal(0, 2.82, draws)
    own = middle + between * chance.normal(size=(k, draws))
    half = (effect + tau * chance.normal(size=(k, draws))) / 2
    logs = stats.binom.logpmf(a, n1, special.expit(own + half))
    logs = (logs + stats.binom.logpmf(c, n2, special.expit(own - half))).sum(0)
    weight = np.exp(logs - logs.max())
    before, after = special.expit(middle - effect / 2), special.expit(middle + effect / 2)
    asked = {
        "comparator": before,
        "treated": after,
        "difference": after - before,
        "ratio": after / before,
    }

    def spread(values: np.ndarray) -> Spread:
        order = np.argsort(values)
        below = np.cumsum(weight[order]) / weight.sum()
        low, mid, high = np.interp((0.025, 0.5, 0.975), below, values[order])
        return Spread(mid, low, high)

    return {name: spread(values) for name, values in asked.items()}


@pytest.mark.parametrize(
    "tables",
    [
        (Counts([9], [40]), Counts([4], [38])),
        (Counts([9, 2], [40, 25]), Counts([4, 0], [38, 27])),
        (Counts([0, 0], [49, 48]), Counts([1, 0], [50, 50])),
    ],
    ids=["one trial", "two trials with a zero", "a single event"],
)
def test_risks_are_those_of_draws_by_chance(tables: tuple[Counts, Counts]) -> None:
    """Within 1.5 of a hundred people and 5 % of the ratio; the rest is the chance of the draws."""
    found, expected = pool_risks(*tables), by_chance(*tables)

    for name in ("comparator", "treated", "difference"):
        np.testing.assert_allclose(getattr(found, name), expected[name], atol=0.015)
    np.testing.assert_allclose(np.array(found.ratio), expected["ratio"], rtol=0.05)


def test_nobody_with_the_event_leaves_exact_room() -> None:
    """Clopper and Pearson's upper end, by scipy; the ratio is unknown."""
    found = pool_risks(Counts([0], [48]), Counts([0], [50]))
    exact = stats.binomtest(0, 48).proportion_ci(0.95, method="exact").high

    agree(found.treated.high, exact)
    agree(found.difference, (0, -found.comparator.high, found.treated.high))
    assert (found.ratio, found.odds_ratio) == (None, None)
    agree(pool_share(Counts([0, 0], [20, 28])).share.high, exact)


def test_exchanging_the_arms_turns_everything_round() -> None:
    treated, control = Counts([9, 2, 5], [40, 25, 31]), Counts([4, 0, 6], [38, 27, 30])

    one, other = pool_risks(treated, control), pool_risks(control, treated)

    agree(one.comparator, other.treated, rtol=5e-3)
    agree(turned(one.difference), other.difference, rtol=5e-3, atol=1e-3)
    assert one.ratio is not None
    assert other.ratio is not None
    agree(1 / np.array(one.ratio)[[0, 2, 1]], other.ratio, rtol=1e-2)
    agree(one.higher, 1 - other.higher, rtol=5e-3)


def turned(spread: Spread) -> Spread:
    return Spread(-spread.middle, -spread.high, -spread.low)


counted = st.tuples(st.integers(0, 30), st.integers(30, 60))


@settings(max_examples=25, deadline=None)
@given(counted, counted)
def test_difference_and_ratio_agree_and_more_people_say_more(
    treated: tuple[int, int], control: tuple[int, int]
) -> None:
    if treated[0] + control[0] == 0:
        return
    once, twice = (
        pool_risks(*(Counts([times * x], [times * n]) for x, n in (treated, control)))
        for times in (1, 2)
    )

    assert once.ratio is not None
    if abs(once.difference.middle) > 1e-3:
        assert (once.difference.middle > 0) == (once.ratio.middle > 1) == (once.higher > 0.5)
    for name in ("comparator", "treated", "difference"):
        assert width(twice, name) < width(once, name)


def width(found: Risks, name: str) -> float:
    _, low, high = getattr(found, name)
    return float(high - low)


def test_a_trial_without_events_speaks_of_the_difference_but_hardly_of_the_ratio() -> None:
    some = [6, 4], [60, 50], [3, 1], [58, 52]
    before = pool_risks(Counts(*some[:2]), Counts(*some[2:]))
    more = [[*part, end] for part, end in zip(some, (0, 80, 0, 80), strict=True)]
    after = pool_risks(Counts(*more[:2]), Counts(*more[2:]))

    assert before.ratio is not None
    assert after.ratio is not None
    assert after.difference.high < before.difference.high
    assert abs(np.log(after.ratio.middle / before.ratio.middle)) < 0.1
    assert (after.silent, after.k) == (1, 3)
    assert "1 of 3 trials had no event" in after.warnings[-1]


def test_events_in_one_arm_only_are_said_to_rest_on_the_prior() -> None:
    found = pool_risks(Counts([4, 2], [40, 30]), Counts([0, 0], [41, 30]))

    assert found.ratio is not None
    assert np.isfinite(found.ratio.high)
    assert "250-fold" in found.warnings[0]


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(InputError, match="events"):
        pool_risks(Counts([5], [4]), Counts([1], [10]))
    with pytest.raises(InputError, match="some, and not everybody"):
        pool_log_odds(Counts([0, 0], [10, 12]))


def test_intervals_of_one_trial_hold_the_truth() -> None:
    """200 made-up trials of 50 people an arm; below 90 % once in ten thousand runs of 95 %.

    benchmarks/harms_coverage.py has the large figure, with several trials.
    """
    chance = np.random.default_rng(5)
    truth = {"comparator": 0.13, "treated": 0.3, "difference": 0.17}
    held = dict.fromkeys(truth, 0)
    for _ in range(200):
        treated, control = chance.binomial(50, 0.3), chance.binomial(50, 0.13)
        found = pool_risks(Counts([treated], [50]), Counts([control], [50]))
        for name, value in truth.items():
            _, low, high = getattr(found, name)
            held[name] += low <= value <= high

    assert min(held.values()) >= 178
