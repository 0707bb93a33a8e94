"""Two one-sided tests: are two preparations the same in practice, and how sure is that?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import gammaln
from scipy.stats import norm
from scipy.stats import t as student

from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.values import Estimates

__all__ = ["equivalence_p", "equivalence_power", "equivalent", "two_one_sided_power"]

Numbers = NDArray[np.float64]


def equivalent(
    found: Estimates, low: float, high: float, *, alpha: float = 0.05
) -> NDArray[np.bool_]:
    """Whether each trial shows equivalence: its 1 - 2 alpha interval lies within (low, high).

    Schuirmann 1987, doi:10.1007/BF01068419. A trial that cannot say does not show it.

    >>> found = Estimates("", np.array([0.1, 0.5]), np.full(2, 0.2), np.full(2, 20.0))
    >>> equivalent(found, -0.6, 0.6).tolist()
    [True, False]
    """
    ends = found.interval(1 - 2 * alpha)
    inside: NDArray[np.bool_] = (ends[0] > low) & (ends[1] < high)
    return inside


def equivalence_p(found: Estimates, low: float, high: float) -> Numbers:
    """p of two one-sided tests, (trials,): the larger of the two; NaN where a trial cannot say.

    Below alpha just where `equivalent` says so.

    >>> found = Estimates("", np.array([0.1, 0.5]), np.full(2, 0.2), np.full(2, 20.0))
    >>> equivalence_p(found, -0.6, 0.6).round(4).tolist()
    [0.0106, 0.3113]
    """
    above = student.sf((found.estimate - low) / found.se, found.df)
    below = student.cdf((found.estimate - high) / found.se, found.df)
    p: Numbers = np.maximum(above, below)
    return p


def equivalence_power(
    variation: float,
    people: int,
    *,
    ratio: float = 0.95,
    low: float = 0.8,
    high: float = 1.25,
    alpha: float = 0.05,
    design: Literal["crossover", "parallel"] = "crossover",
) -> float:
    """Exact power of two one-sided tests of a ratio of means, on the logarithmic scale.

    variation: coefficient of variation, within people in the 2x2 crossover, of all people in
    parallel groups; people: in all, split as evenly as can be; ratio: the true one.

    Raises InputError with every fault.

    >>> round(equivalence_power(0.3, 40), 6)
    0.815845
    """
    _check(variation, people, ratio, low, high, alpha)
    fewer, more = people // 2, people - people // 2
    share = (1 / fewer + 1 / more) * (0.5 if design == "crossover" else 1.0)
    se = math.sqrt(math.log1p(variation**2) * share)
    logs = (math.log(ratio), math.log(low), math.log(high))
    return two_one_sided_power(logs[0], se, people - 2, logs[1], logs[2], alpha=alpha)


def two_one_sided_power(
    difference: float, se: float, df: float, low: float, high: float, *, alpha: float = 0.05
) -> float:
    """Exact power of two one-sided t tests of a difference against low and high.

    se: the standard error that the estimate will have, with df degrees of freedom. By Owen's Q
    (1965, doi:10.1093/biomet/52.3-4.437), integrated numerically.

    >>> round(two_one_sided_power(0.0, 0.25, 30.0, -1.0, 1.0), 4)
    0.9763
    """
    critical = float(student.isf(alpha, df))
    above, below = (difference - low) / se, (difference - high) / se
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

    # The density of s is one hill around `middle`, hardly wider than 1 whatever df is.
    middle = math.sqrt(max(df - 1, 0))
    ends = [0.0, *(x for x in (middle - 6, middle, middle + 6) if 0 < x < most), most]
    pieces = (quad(density, a, b, epsabs=1e-13, limit=200)[0] for a, b in pairwise(ends))
    return float(sum(pieces))


def _check(
    variation: float, people: int, ratio: float, low: float, high: float, alpha: float
) -> None:
    rules = [
        ("variation", variation, 0 < variation < math.inf, "more than 0"),
        ("people", people, people > 2, "3 or more"),
        ("ratio", ratio, 0 < ratio < math.inf, "more than 0"),
        ("low", low, 0 < low < math.inf, "more than 0"),
        ("high", high, low < high < math.inf, "more than low"),
        ("alpha", alpha, 0 < alpha < 0.5, "between 0 and 0.5"),
    ]
    faults = [Fault(name, str(value), wanted) for name, value, good, wanted in rules if not good]
    if faults:
        raise InputError(faults)
