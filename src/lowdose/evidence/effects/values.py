"""What studies report (arms, as arrays over studies) and what is made of it: an effect."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Counts", "Effect", "Means", "Numbers", "Rates"]

Numbers = NDArray[np.float64]


class Effect(NamedTuple):
    """Effects of studies and their sampling variances, both (studies,) or both numbers."""

    value: Numbers
    variance: Numbers

    @property
    def se(self) -> Numbers:
        """Standard errors."""
        return np.asarray(np.sqrt(self.variance))


class Means(NamedTuple):
    """One arm of each study: mean, standard deviation and number of people."""

    mean: ArrayLike
    sd: ArrayLike
    people: ArrayLike


class Counts(NamedTuple):
    """One arm of each study: people with the event, and people."""

    events: ArrayLike
    people: ArrayLike


class Rates(NamedTuple):
    """One arm of each study: events, and the time watched, in person-years or the like."""

    events: ArrayLike
    time: ArrayLike
