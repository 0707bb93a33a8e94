"""Reading mixtures of normals: against bisection, quadrature and the sum's own definition.

Hard mixtures are in checks/inference.py.
"""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_diaries import Numbers, by_bisection

from lowdose.inference.mixture import Projection, interval, moments, probability_below, project
from lowdose.inference.place import Place
from lowdose.inference.quadrature import Mixture
from lowdose.runtime import double_precision

_interval = jax.jit(interval)


def projection(weight: Numbers, mean: Numbers, sd: Numbers) -> Projection:
    w, m, s = (np.asarray(part, dtype=float) for part in (weight, mean, sd))
    return Projection(w[:, None], m[None, :, None], s[None, :, None])  # type: ignore[arg-type]


def off_by_sd(weight: Numbers, mean: Numbers, sd: Numbers) -> float:
    """How far the worse end of the interval is from the true one, in SD of the mixture."""
    part = projection(weight, mean, sd)
    with double_precision():
        ends = [float(end[0, 0]) for end in _interval(part)]
        spread = float(moments(part)[1][0, 0])
    true = [by_bisection(weight, mean, sd, level) for level in (0.025, 0.975)]
    return max(abs(a - b) for a, b in zip(ends, true, strict=True)) / spread


@settings(max_examples=40)
@given(
    weight=st.lists(st.floats(0.01, 1.0), min_size=5, max_size=5),
    mean=st.lists(st.floats(-3, 3), min_size=5, max_size=5),
    log_sd=st.lists(st.floats(-1.5, 1.5), min_size=5, max_size=5),
)
def test_interval_of_any_mixture_equals_bisection(
    weight: list[float], mean: list[float], log_sd: list[float]
) -> None:
    share = np.array(weight) / np.sum(weight)

    assert off_by_sd(share, np.array(mean), np.exp(log_sd)) < 3e-3


def test_interval_of_one_normal_is_exact() -> None:
    assert off_by_sd([1.0], [2.0], [3.0]) < 1e-9


def test_a_question_without_spread_has_a_point_as_interval() -> None:
    with double_precision():
        low, high = _interval(projection([0.5, 0.5], [0.0, 0.0], [0.0, 0.0]))

    assert float(low[0, 0]) == float(high[0, 0]) == 0.0


def test_moments_are_those_of_the_mixture() -> None:
    with double_precision():
        mean, sd = moments(projection([0.25, 0.75], [4.0, 0.0], [1.0, 2.0]))

    # E = 1; E x^2 = 0.25 (1 + 16) + 0.75 * 4 = 7.25; variance 6.25.
    assert float(mean[0, 0]) == pytest.approx(1.0)
    assert float(sd[0, 0]) == pytest.approx(2.5)


def test_probability_below_is_the_weighted_sum() -> None:
    with double_precision():
        found = probability_below(projection([0.5, 0.5], [0.0, 1.959963984540054], [1.0, 1.0]))

    assert float(found[0, 0]) == pytest.approx(0.5 * 0.5 + 0.5 * 0.025)


def test_a_projection_has_the_mean_and_spread_of_the_question() -> None:
    low = np.array([[1.0, 0.0], [0.5, 2.0]])
    root = np.linalg.inv(low)  # of the precision low @ low.T
    mixture = Mixture(
        weight=np.ones((1, 1)),
        mean=np.array([1.0, -1.0])[:, None, None],
        root=root[:, :, None, None],
        hyper=np.zeros((4, 1, 1)),
        log_evidence=np.zeros(1),
        place=Place(*(np.zeros(1),) * 4),
    )  # type: ignore[arg-type]
    question = np.array([[2.0, 3.0]])[:, :, None]
    with double_precision():
        part = project(mixture, question)  # type: ignore[arg-type]

    variance = question[0, :, 0] @ np.linalg.inv(low @ low.T) @ question[0, :, 0]
    assert float(part.mean[0, 0, 0]) == pytest.approx(-1.0)
    assert float(part.sd[0, 0, 0]) == pytest.approx(np.sqrt(variance))
