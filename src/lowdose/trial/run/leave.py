"""Who leaves a virtual trial, when and why."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.run.conduct import Conduct
from lowdose.trial.run.values import Left

__all__ = ["leaving"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_WEEK = 7


def leaving(
    rating: Numbers, baseline: Numbers, first: int, conduct: Conduct, chance: np.random.Generator
) -> tuple[Whole, Whole]:
    """Days in the trial and why people left, (people,) each.

    rating: (people, days), what each day would be rated, more is worse; first: the first day of
    treatment. At the end of each week of treatment somebody may leave: for reasons of his own, or
    because the week was no better than the start; the worse it was, the likelier (odds that grow
    with e for each standard deviation of baselines: assumption).
    """
    people, days = rating.shape
    days_in = np.full(people, days)
    why = np.full(people, int(Left.STAYED))
    ends = np.arange(first + _WEEK, days, _WEEK)
    if conduct.dropout == 0 or not ends.size:
        return days_in, why
    risk = 1 - (1 - conduct.dropout) ** (1 / ends.size)
    unit = conduct.baseline_sd or conduct.spread or 1.0
    for end in ends:
        worse = np.exp((rating[:, end - _WEEK : end].mean(axis=1) - baseline) / unit)
        lack = conduct.lack_of_effect * risk * worse / worse.mean()
        own = (1 - conduct.lack_of_effect) * risk
        drawn = chance.random(people)
        here = days_in == days
        days_in[here & (drawn < own + lack)] = end
        why[here & (drawn < own + lack)] = Left.LACK_OF_EFFECT
        why[here & (drawn < own)] = Left.CHANCE
    return days_in, why
