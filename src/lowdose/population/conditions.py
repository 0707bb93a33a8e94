"""Conditions: the ratings that people start from, and what expectation does to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.expectation import grow

__all__ = ["CONDITIONS", "SCALE", "Condition", "Start", "expected_rating", "start_of"]

Numbers = NDArray[np.float64]
SCALE = 10.0


@dataclass(frozen=True)
class Condition:
    """Ratings from 0 to 10, lower is better: where people start, and the response to placebo."""

    name: str
    baseline: float
    baseline_sd: float
    placebo: float
    placebo_sd: float
    placebo_per_day: float
    sources: tuple[str, ...]


CONDITIONS: Mapping[str, Condition] = {
    "fibromyalgia": Condition(
        "fibromyalgia",
        6.3,
        1.5,
        -0.77,
        1.4,
        0.106,
        (
            "Baseline pain 6.2 to 6.3 (SD 1.3 to 1.6) in FINAL, doi:10.1016/S2665-9913(23)00278-3.",
            "Placebo response -0.77 of 10: 72 placebo arms, Häuser 2011 (read second-hand).",
            "Its spread 1.4: Younger 2013, doi:10.1002/art.37734 (read second-hand).",
            "It grows at 0.106 a day: Byon 2010 (read second-hand).",
        ),
    ),
    "chronic pain": Condition(
        "chronic pain",
        6.0,
        1.8,
        -0.77,
        1.4,
        0.106,
        ("Baseline and placebo response near those of fibromyalgia: assumption.",),
    ),
}


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
