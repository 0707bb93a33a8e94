"""How expectation grows while a person believes to be treated, and fades when not."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

__all__ = ["grow"]

Numbers = NDArray[np.float64]


def grow(believed: NDArray[np.bool_], rate: float, level: float = 0.0) -> Numbers:
    """Expectation on its way to 1 while treatment is believed to be on, to 0 otherwise."""
    keep = math.exp(-rate)
    steps = ((1 - keep) * believed).tolist()
    grown = accumulate(steps, lambda level, step: keep * level + step, initial=level)
    return np.array(list(grown)[1:])
