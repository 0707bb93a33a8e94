"""Where the chance of a simulation comes from, and what can be drawn again without simulating.

Every person has a number, and everything that differs between people is drawn by that number from
one of three keys, so that it comes out the same alone as in a crowd.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from lowdose.population.adherence import ADHERENCE, taken
from lowdose.population.conditions import CONDITIONS
from lowdose.population.ratings import start_of
from lowdose.runtime import double_precision

__all__ = ["baselines", "doses_taken", "streams"]

Numbers = NDArray[np.float64]


def streams(key: Any) -> tuple[Any, Any, Any]:
    """Keys for who people are, for which doses they take, and for how they start."""
    who, when, how = jax.random.split(key, 3)
    return who, when, how


def baselines(condition: str, people: int, *, seed: int = 0) -> Numbers:
    """The untreated ratings, (people,), of the people whom `simulate` draws with this seed.

    >>> bool(baselines("fibromyalgia", 3, seed=1)[0] == baselines("fibromyalgia", 1, seed=1)[0])
    True
    """
    with double_precision():
        _, _, how = streams(jax.random.key(seed))
        return start_of(how, _numbers(people), CONDITIONS[condition]).baseline


def doses_taken(
    doses_mg: Sequence[float] | Numbers, adherence: str, people: int, *, seed: int = 0
) -> Numbers:
    """What those people take of the planned doses, (days, people), in mg; late doses count.

    >>> doses_taken([4.5] * 7, "full", 2).min().item()
    4.5
    """
    planned = np.asarray(doses_mg, dtype=np.float64)
    if adherence == "full":
        return np.repeat(planned[:, None], people, axis=1)
    with double_precision():
        _, when, _ = streams(jax.random.key(seed))
        found = taken(when, _numbers(people), planned, ADHERENCE[adherence])
        mg: Numbers = np.asarray(found, dtype=np.float64).sum(axis=1)
        return mg


def _numbers(people: int) -> NDArray[np.uint32]:
    return np.arange(people, dtype=np.uint32)
