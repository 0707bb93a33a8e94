"""The typical person on a placebo: what to hold a simulated course against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lowdose.population.conditions import CONDITIONS
from lowdose.population.ratings import Start, expected_rating

__all__ = ["placebo_course"]

Numbers = NDArray[np.float64]


def placebo_course(doses_mg: Sequence[float] | Numbers, condition: str) -> Numbers:
    """The expected rating of each day, (days,), where every dose is a placebo.

    >>> placebo_course([4.5] * 84, "fibromyalgia")[[0, -1]].round(2).tolist()
    [6.22, 5.53]
    """
    chosen = CONDITIONS[condition]
    treated = np.asarray(doses_mg, dtype=np.float64) > 0
    start = Start(np.array([chosen.baseline]), np.array([chosen.placebo]))
    return expected_rating(chosen, start, 0.0, np.zeros((treated.size, 1)), treated)[:, 0]
