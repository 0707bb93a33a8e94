"""The rating that people start from, and where expectation and relief take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.expectation import grow
from lowdose.population.conditions import SCALE, Condition

__all__ = ["Start", "expected_rating", "start_of"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Start:
    """Where people start and how far expectation takes them, (people,) each."""

    baseline: Numbers
    placebo: Numbers


def start_of(key: Any, numbers: Any, condition: Condition) -> Start:
    """The people of these numbers; baselines stay on the scale."""
    normal = jax.vmap(lambda one: jax.random.normal(jax.random.fold_in(key, one), (2,)))
    z = np.asarray(normal(jnp.asarray(numbers)), dtype=np.float64)
    baseline = condition.baseline + condition.baseline_sd * z[:, 0]
    return Start(np.clip(baseline, 0.0, SCALE), condition.placebo + condition.placebo_sd * z[:, 1])


def expected_rating(
    condition: Condition, start: Start, size: Any, relief: Numbers, treated: NDArray[np.bool_]
) -> Numbers:
    """The rating that is expected, as `relief`, without the swing of single days.

    relief: (days, ..., people), 0 to 1; `size` is the share of the baseline that full relief
    removes; treated: (days,) whether anything was taken, which is when expectation grows.
    """
    grown = grow(treated, condition.placebo_per_day)
    placebo = grown.reshape(-1, *[1] * (relief.ndim - 1)) * start.placebo
    rating: Numbers = np.clip(start.baseline * (1 - size * relief) + placebo, 0.0, SCALE)
    return rating
