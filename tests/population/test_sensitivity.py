"""Sensitivity: shares that make sense, and a closed form where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from lowdose.errors import InputError
from lowdose.mechanism.parameters import PARAMETERS
from lowdose.population.sensitivity import Influence, sensitivity

DOSES = [4.5] * 28


@pytest.fixture(scope="module")
def plasma() -> tuple[Influence, ...]:
    return sensitivity(DOSES, structure="plasma", draws=256)


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
