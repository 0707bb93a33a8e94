"""Sensitivity: shares that make sense, and a closed form where there is one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lowdose.errors import InputError
from lowdose.mechanism.parameters import PARAMETERS
from lowdose.population.sensitivity import (
    Influence,
    Sensitivity,
    sensitivity,
    simulated_people,
)

DOSES = [4.5] * 28


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    return sensitivity(DOSES, structure="plasma", draws=256)


@pytest.fixture(scope="module")
def plasma(found: Sensitivity) -> tuple[Influence, ...]:
    return found.influences


def test_every_uncertain_parameter_is_ranked_once(plasma: tuple[Influence, ...]) -> None:
    uncertain = {name for name, one in PARAMETERS.items() if one.unsure > 0}

    assert {one.name for one in plasma} == uncertain
    assert [one.total for one in plasma] == sorted((one.total for one in plasma), reverse=True)


def test_what_the_hypothesis_does_not_use_has_no_influence(plasma: tuple[Influence, ...]) -> None:
    unused = {one.name: one for one in plasma}["growth_factor_ec50_ng_ml"]

    assert unused.total == pytest.approx(0.0, abs=1e-12)
    assert unused.low == unused.high


def test_the_size_of_relief_moves_the_benefit_in_proportion(plasma: tuple[Influence, ...]) -> None:
    """benefit = relief * size, so its 5 and 95 % points are exp(+-1.645 spread) apart each way."""
    size = {one.name: one for one in plasma}["relief_size"]
    high = min(0.3 * np.exp(1.645 * PARAMETERS["relief_size"].unsure), 1.0)
    low = 0.3 * np.exp(-1.645 * PARAMETERS["relief_size"].unsure)

    assert size.high / size.low == pytest.approx(high / low)


def test_totals_are_no_smaller_than_first_orders(plasma: tuple[Influence, ...]) -> None:
    assert all(one.total >= one.first - 0.15 for one in plasma)


def test_a_number_of_draws_that_is_no_power_of_two_is_refused() -> None:
    with pytest.raises(InputError, match="power of two"):
        sensitivity(DOSES, draws=1000)


def test_the_means_by_fifths_average_to_the_mean(found: Sensitivity) -> None:
    """Fifths hold nearly equally many people, so their means average to the mean of all."""
    for one in found.influences:
        assert np.mean(one.fifths) == pytest.approx(found.mean, rel=0.02)


def test_means_by_fifths_follow_the_size_of_relief_as_the_closed_form_says(
    found: Sensitivity,
) -> None:
    """benefit = relief * size and the two are independent, so means by fifth go as those of size.

    The mean of a log-normal number between two of its quantiles is known in closed form
    (Johnson, Kotz & Balakrishnan 1994, Continuous Univariate Distributions 1, ch. 14).
    """
    size = {one.name: one for one in found.influences}["relief_size"]
    spread = PARAMETERS["relief_size"].unsure
    lowest = stats.norm.cdf(stats.norm.ppf(0.2) - spread) / 0.2
    second = stats.norm.cdf(stats.norm.ppf(0.4) - spread) / 0.2 - lowest

    # Sampled: 8,000 people whose relief differs leave some per cent of error.
    assert size.fifths[1] / size.fifths[0] == pytest.approx(second / lowest, rel=0.15)


def test_where_one_at_a_time_shows_nothing_the_fifths_still_tell() -> None:
    """Under biophase a typical person has no relief, whatever a single other number is."""
    found = sensitivity([4.5] * 84, draws=256)
    size = {one.name: one for one in found.influences}["relief_size"]

    assert max(found.typical, size.low, size.high) < 1e-6
    assert size.fifths[-1] > 2 * size.fifths[0] > 0.001


def test_without_a_drug_effect_nothing_moves_the_benefit() -> None:
    found = sensitivity(DOSES, hypothesis="none", draws=64)

    assert (found.typical, found.mean, found.low, found.high) == (0, 0, 0, 0)
    assert {one.total for one in found.influences} == {0.0}


def test_a_slower_formulation_changes_the_prediction(found: Sensitivity) -> None:
    slow = sensitivity(DOSES, structure="plasma", formulation="slow-release", draws=64)

    assert slow.typical != pytest.approx(found.typical, rel=1e-3)


def test_progress_counts_every_simulated_person() -> None:
    counted: list[int] = []
    sensitivity(DOSES, draws=256, progress=counted.append)

    assert sum(counted) == simulated_people(256)


def test_the_same_seed_gives_the_same_ranking() -> None:
    assert sensitivity(DOSES, draws=64, seed=3) == sensitivity(DOSES, draws=64, seed=3)
