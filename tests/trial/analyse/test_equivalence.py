"""Two one-sided tests: laws of their power, and what the test says.

Power against R and PowerTOST is in checks/trial.py.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.trial.analyse.equivalence import (
    equivalence_p,
    equivalence_power,
    equivalent,
    two_one_sided_power,
)
from lowdose.trial.analyse.values import Estimates


def estimates(estimate: float, se: float, df: float = 20.0) -> Estimates:
    return Estimates("", np.array([estimate]), np.array([se]), np.array([df]))


def test_the_largest_p_at_the_limit_is_alpha() -> None:
    # With so many people the other limit is out of reach, so one test is left.
    assert equivalence_power(0.3, 400, ratio=1.25) == pytest.approx(0.05, abs=1e-9)


@given(st.floats(0.05, 1.0), st.integers(3, 200), st.floats(0.7, 1.4))
@settings(max_examples=10)
def test_a_ratio_and_its_inverse_are_as_hard_to_show(
    variation: float, people: int, ratio: float
) -> None:
    there, back = (equivalence_power(variation, people, ratio=r) for r in (ratio, 1 / ratio))
    assert there == pytest.approx(back, abs=1e-9)


@given(st.floats(-0.5, 0.5), st.floats(0.1, 0.5), st.integers(4, 60))
@settings(max_examples=15)
def test_power_is_how_often_the_test_says_so(difference: float, se: float, df: int) -> None:
    chance = np.random.default_rng(11)
    trials = 20_000
    estimate = chance.normal(difference, se, trials)
    spread = se * np.sqrt(chance.chisquare(df, trials) / df)
    found = Estimates("", estimate, spread, np.full(trials, float(df)))
    often = equivalent(found, -1.0, 1.0).mean()
    expected = two_one_sided_power(difference, se, df, -1.0, 1.0)
    # Five standard errors: a false alarm in two million.
    assert abs(often - expected) <= 5 * math.sqrt(expected * (1 - expected) / trials) + 1e-4


@given(st.floats(-1, 1), st.floats(0.01, 1), st.floats(0.01, 0.2))
@settings(max_examples=25)
def test_p_is_below_alpha_just_where_the_interval_is_inside(
    estimate: float, se: float, alpha: float
) -> None:
    found = estimates(estimate, se)
    p = equivalence_p(found, -0.6, 0.6)[0]
    assert equivalent(found, -0.6, 0.6, alpha=alpha)[0] == (p < alpha)


def test_who_cannot_say_shows_no_equivalence() -> None:
    found = estimates(0.0, math.nan)
    assert not equivalent(found, -1, 1)[0] and np.isnan(equivalence_p(found, -1, 1)[0])


def test_all_faults_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        equivalence_power(-0.3, 2, ratio=0.0, low=1.25, high=0.8, alpha=math.nan)
    places = [fault.place for fault in caught.value.faults]
    assert places == ["variation", "people", "ratio", "high", "alpha"]
