"""Two one-sided tests: are two preparations the same in practice, and how sure is that?"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import gammaln
from scipy.stats import norm
from scipy.stats import t as student

from lowdose.trial.analyse.values import Estimates

__all__ = ["equivalence_power", "equivalent"]


def equivalent(
    found: Estimates, low: float, high: float, *, alpha: float = 0.05
) -> NDArray[np.bool_]:
    """Whether each trial shows equivalence: its 1 - 2 alpha interval lies within (low, high).

    Schuirmann 1987, doi:10.1007/BF01068419.
    """
    ends = found.interval(1 - 2 * alpha)
    inside: NDArray[np.bool_] = (ends[0] > low) & (ends[1] < high)
    return inside


def equivalence_power(
    variation: float,
    people: int,
    *,
    ratio: float = 0.95,
    low: float = 0.8,
    high: float = 1.25,
    alpha: float = 0.05,
) -> float:
    """Exact power of two one-sided tests in a 2x2 crossover, on the logarithmic scale.

    variation: within-person coefficient of variation; people: in all, split evenly; ratio: the true
    ratio of means. By Owen's Q (1965, doi:10.1093/biomet/52.3-4.437), integrated numerically.

    >>> round(equivalence_power(0.3, 40), 6)
    0.815845
    """
    df = people - 2
    se = math.sqrt(math.log1p(variation**2) * 2 / people)
    critical = float(student.isf(alpha, df))
    above = (math.log(ratio) - math.log(low)) / se
    below = (math.log(ratio) - math.log(high)) / se
    most = math.sqrt(df) * (above - below) / (2 * critical)
    power = _owen_q(df, -critical, below, most) - _owen_q(df, critical, above, most)
    return min(1.0, max(0.0, power))


def _owen_q(df: float, t: float, delta: float, most: float) -> float:
    """Owen's Q: how often a normal deviate lies below t s - delta while s is below `most`."""
    constant = math.log(2) - (df / 2) * math.log(2) - float(gammaln(df / 2))

    def density(s: float) -> float:
        if s <= 0:
            return 0.0
        height = math.exp(constant + (df - 1) * math.log(s) - s**2 / 2)
        return height * float(norm.cdf(t * s / math.sqrt(df) - delta))

    middle = math.sqrt(max(df - 1, 0))
    ends = [0.0, *(x for x in (middle - 6, middle, middle + 6) if 0 < x < most), most]
    return float(sum(quad(density, a, b, epsabs=1e-13, limit=200)[0] for a, b in pairwise(ends)))
