"""Power in closed form: agreement with the analyses themselves, and laws.

Agreement with R and with Cohen's table is in checks/trial.py.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.change import change_score
from lowdose.trial.analyse.crossover import crossover
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.operate.closed_form import (
    people_for,
    power_ancova,
    power_crossover,
    power_paired,
    power_t,
    power_two_groups,
    power_two_proportions,
)

TRIALS = 20_000


def share_found(found: Estimates) -> float:
    return float((found.p < 0.05).mean())


def assert_same_power(share: float, expected: float) -> None:
    """Within four standard errors: a false alarm in sixteen thousand."""
    assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / TRIALS)


def test_the_change_score_has_the_power_of_two_groups() -> None:
    chance = np.random.default_rng(21)
    drug = np.broadcast_to((np.arange(20) < 8).astype(float), (TRIALS, 20))
    outcome = chance.normal(size=(TRIALS, 20)) + 1.1 * drug
    found = change_score(np.zeros_like(outcome), outcome, drug)
    assert_same_power(share_found(found), power_two_groups(1.1, 1.0, 8, 12))


@pytest.mark.parametrize(("orders", "people"), [(["AB", "BA"], 11), (["ABBA", "BAAB"], 7)])
def test_the_crossover_has_its_power(orders: list[str], people: int) -> None:
    chance = np.random.default_rng(22)
    order = [orders[place % 2] for place in range(people)]
    given = np.array([[letter == "A" for letter in one] for one in order]).astype(int)
    periods = given.shape[1]
    between = chance.normal(0, 3, (TRIALS, people, 1))
    outcome = between + chance.normal(0, 0.8, (TRIALS, people, periods)) + 0.7 * given
    outcome += np.arange(periods)
    found = crossover(outcome, np.broadcast_to(given, outcome.shape))[0]
    expected = power_crossover(0.7, 0.8, people, periods=periods)
    assert_same_power(share_found(found), expected)


def test_the_analysis_of_covariance_has_its_power() -> None:
    chance = np.random.default_rng(23)
    drug = np.broadcast_to((np.arange(14) < 6).astype(float), (TRIALS, 14))
    baseline, own = chance.normal(size=(2, TRIALS, 14))
    outcome = 0.7 * baseline + math.sqrt(1 - 0.7**2) * own + 1.2 * drug
    found = ancova(baseline, outcome, drug)
    assert_same_power(share_found(found), power_ancova(1.2, 1.0, 0.7, 6, 8))


def test_the_chance_imbalance_costs_a_little_power() -> None:
    # Borm's rule takes the groups as alike at baseline.
    rule = power_t(0.9, math.sqrt((1 - 0.25) * 2 / 10), 17)
    assert rule - 0.03 < power_ancova(0.9, 1.0, 0.5, 10, 10) < rule


@pytest.mark.parametrize("effect", [0.3, -0.3])
def test_an_effect_and_its_opposite_are_as_easy_to_find(effect: float) -> None:
    assert power_crossover(effect, 1.0, 30) == power_crossover(0.3, 1.0, 30)
    assert power_two_proportions(0.5 + effect, 0.5, 40, 40) == pytest.approx(
        power_two_proportions(0.8, 0.5, 40, 40)
    )


@given(st.floats(0.001, 0.5))
@settings(max_examples=15)
def test_without_an_effect_power_is_alpha(alpha: float) -> None:
    assert power_t(0.0, 1.0, 12.0, alpha=alpha) == pytest.approx(alpha)
    assert power_ancova(0.0, 1.0, 0.5, 8, 9, alpha=alpha) == pytest.approx(alpha)


@pytest.mark.parametrize("effect", [30.0, 1e3, 1e9])
def test_a_huge_effect_is_certain_to_be_found(effect: float) -> None:
    assert power_t(effect, 1.0, 30.0) == pytest.approx(1.0)


@given(st.floats(0.2, 1.5), st.sampled_from([0.5, 0.8, 0.9, 0.95]))
@settings(max_examples=15)
def test_two_people_fewer_are_too_few(effect: float, power: float) -> None:
    def power_of(people: int) -> float:
        return power_two_groups(effect, 1.0, people // 2, people // 2)

    people = people_for(power_of, power=power)
    assert power_of(people) >= power
    assert people == 4 or power_of(people - 2) < power


def test_an_effect_that_nobody_can_find_is_refused() -> None:
    with pytest.raises(InputError, match="is there an effect at all"):
        people_for(lambda _: 0.05)


@pytest.mark.parametrize(
    ("call", "places"),
    [
        (lambda: power_t(math.nan, 0.0, 0.5, alpha=1.0), ["se", "df", "effect", "alpha"]),
        (lambda: power_two_groups(1, -1, 1, 0), ["treated", "reference", "sd"]),
        (lambda: power_paired(math.inf, math.nan, 1), ["people", "sd_difference", "effect"]),
        (lambda: power_crossover(1, 0, 2, periods=3), ["people", "sd_within", "periods"]),
        (lambda: power_ancova(1, 1, 1.0, 0, 2), ["treated", "treated", "correlation"]),
        (lambda: power_two_proportions(0, 1, 5, 5), ["treated_share", "reference_share"]),
        (lambda: people_for(lambda _: 1.0, power=1.0, least=0, step=0), ["power", "least", "step"]),
    ],
)
def test_all_faults_come_at_once(call: object, places: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        call()  # type: ignore[operator]
    assert [fault.place for fault in caught.value.faults] == places
