"""Hypotheses are weighed as Bayes' theorem weighs them, and none predicts nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.stats import norm

from lowdose.cli.main import cli
from lowdose.errors import InputError
from lowdose.trial.hypotheses.compare import compare, scored
from lowdose.trial.hypotheses.predict import Predicted, predicted
from lowdose.trial.hypotheses.reported import Reported, reported_trials
from lowdose.trial.hypotheses.settle import information

TRIALS, LEFT_OUT = reported_trials()
TWO = TRIALS[:2]


def told(trial: Reported, hypothesis: str, effects: list[float]) -> Predicted:
    return Predicted(trial.name, hypothesis, np.array(effects), trial.se, np.array(effects))


def log_density(trial: Reported, effect: float) -> float:
    return float(norm.logpdf(trial.difference, effect, trial.se))


def test_two_sharp_hypotheses_get_the_weights_of_the_bayes_factor() -> None:
    rows = [
        [told(one, name, [effect]) for one in TWO] for name, effect in (("a", 0.0), ("b", -0.5))
    ]
    a, b = scored(rows, TWO)
    logs = [sum(log_density(one, effect) for one in TWO) for effect in (0.0, -0.5)]
    assert a.log_evidence == pytest.approx(logs[0])
    assert a.weight / b.weight == pytest.approx(np.exp(logs[0] - logs[1]))
    assert a.weight + b.weight == pytest.approx(1)


def test_worlds_that_fit_one_trial_foresee_the_next() -> None:
    rows = [[told(one, "a", [0.4, -3.0]) for one in TWO]]
    held_out = scored(rows, TWO)[0].held_out
    first, second = ([log_density(one, effect) for effect in (0.4, -3.0)] for one in TWO)
    weights = np.exp(second) / np.exp(second).sum()
    assert held_out[0] == pytest.approx(np.log(weights @ np.exp(first)))


def test_held_out_scores_of_one_world_are_its_densities() -> None:
    rows = [[told(one, "a", [0.1]) for one in TWO]]
    assert scored(rows, TWO)[0].held_out == pytest.approx([log_density(one, 0.1) for one in TWO])


def test_the_hypothesis_none_predicts_no_difference() -> None:
    final = next(one for one in TRIALS if one.name == "final-2024")
    found = predicted(final, "none", 20)
    assert not found.effects.any()
    low, high = found.interval95
    assert (low, high) == pytest.approx((-1.96 * final.se, 1.96 * final.se), rel=0.02)


def test_the_range_of_one_worlds_intervals_is_that_of_the_normal_distribution() -> None:
    one = Predicted("a", "b", np.array([2.0]), 1.5, np.array([2.0]))
    for trials in (1, 7):
        reach = 1.5 * (norm.isf(0.025 / trials) + norm.isf(0.025))
        assert one.range_of_intervals(trials) == pytest.approx((2 - reach, 2 + reach), abs=1e-6)


def test_where_estimates_lie_in_many_worlds_is_where_draws_lie() -> None:
    chance = np.random.default_rng(1)
    effects = chance.gamma(1.0, 1.0, 50)
    draws = chance.normal(np.repeat(effects, 20_000), 0.4)
    one = Predicted("a", "b", effects, 0.4, effects)
    assert one.interval95 == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])), abs=0.01)


def test_a_trial_outside_alone_can_lie_inside_all_together() -> None:
    one = Predicted("a", "b", np.array([0.0]), 1.0, np.array([0.0]))
    assert not one.holds(0.0, 4.0)
    assert one.holds(0.0, 4.0, 7)


def test_a_fixed_order_makes_a_difference_without_a_drug() -> None:
    younger = next(one for one in TRIALS if one.name == "younger-2009")
    assert predicted(younger, "none", 10).effects.mean() < -0.5


def test_the_trials_own_spread_is_of_the_size_that_it_reported() -> None:
    final = next(one for one in TRIALS if one.name == "final-2024")
    assert np.std(predicted(final, "none", 200).simulated) == pytest.approx(final.se, rel=0.4)


def test_what_cannot_be_scored_is_named_with_its_reason() -> None:
    assert [one.name for one in LEFT_OUT] == ["bruun-plesner-2020"]
    assert "placebo" in LEFT_OUT[0].reason


@pytest.mark.parametrize(("apart", "bits", "truth"), [(0.0, 0.0, 0.5), (50.0, 1.0, 1.0)])
def test_information_goes_from_nothing_to_one_bit(apart: float, bits: float, truth: float) -> None:
    effects = [np.array([0.0]), np.array([apart])]
    assert information(effects, [np.ones(1)] * 2, 1.0) == pytest.approx((bits, truth), abs=1e-4)


def test_numbers_and_names_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="--worlds"):
        compare(worlds=3)
    with pytest.raises(InputError, match="a name of its own"):
        compare(["none"], worlds=10)


@pytest.mark.slow
def test_the_command_compares_and_says_what_would_settle_it() -> None:
    words = "trial compare-hypotheses --worlds 20 --settle --people 50 --json"
    said = json.loads(CliRunner().invoke(cli, words.split(), catch_exceptions=False).output)
    assert sum(one["weight"] for one in said["hypotheses"]) == pytest.approx(1)
    assert len(said["trials"]) == 7
    assert all(0 <= one["bits"] <= 1 for one in said["settle"])
