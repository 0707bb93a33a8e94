"""Responder proportions: how many more of a hundred respond, with intervals that hold up.

People of two groups are compared by `risk_difference` and its relatives, the same people on two
treatments by `paired_risk_difference`. Their `Estimates` give the test; the intervals of shares are
not symmetric and come from `difference_interval` and `paired_difference_interval`. Everything is
NaN where a group is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, norm

from lowdose.trial.analyse.values import Estimates

__all__ = [
    "Method",
    "difference_interval",
    "mcnemar",
    "miettinen_nurminen",
    "newcombe",
    "odds_ratio",
    "paired_difference_interval",
    "paired_newcombe",
    "paired_risk_difference",
    "risk_difference",
    "risk_ratio",
    "score_statistic",
    "wilson",
]

Numbers = NDArray[np.float64]
Method = Literal["newcombe", "miettinen-nurminen"]

_HALVINGS = 60  # of an interval of at most 2: to the last digit


def risk_difference(responded: Numbers, drug: Numbers, *, what: str = "") -> Estimates:
    """Share of responders in one group minus the other.

    responded, drug: (trials, people), 1, 0, or NaN. The standard error is that of the score test of
    no difference, so that p is its p (Miettinen and Nurminen 1985, doi:10.1002/sim.4780040211).

    >>> found = risk_difference(np.array([[1.0, 1, 0, 1, 0, 0]]), np.array([[1.0, 1, 1, 0, 0, 0]]))
    >>> round(found[0].estimate, 3), round(found[0].se, 3)
    (0.333, 0.447)
    """
    (x1, n1), (x0, n0) = _groups(responded, drug)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (x1 + x0) / (n1 + n0)
        more = (n1 + n0) / (n1 + n0 - 1)
        se = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0) * more)
        estimate = x1 / n1 - x0 / n0
    return _normal(what, estimate, se, "risk difference, score test")


def difference_interval(
    responded: Numbers, drug: Numbers, *, level: float = 0.95, method: Method = "newcombe"
) -> tuple[Numbers, Numbers]:
    """Intervals of the risk difference, (trials,) each: see `newcombe`, `miettinen_nurminen`.

    >>> low, high = difference_interval(np.array([[1.0, 1, 1, 0, 0, 0]]),
    ...                                 np.array([[1.0, 1, 1, 0, 0, 0]]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.206], [1.0])
    """
    drugged, others = _groups(responded, drug)
    found = _newcombe if method == "newcombe" else _miettinen_nurminen
    return found(drugged, others, level)


def risk_ratio(responded: Numbers, drug: Numbers, *, what: str = "") -> Estimates:
    """Natural logarithm of the ratio of shares; NaN where nobody responds in a group.

    Katz 1978, doi:10.2307/2530610.

    >>> found = risk_ratio(np.array([[1.0, 1, 0, 1, 0, 0]]), np.array([[1.0, 1, 1, 0, 0, 0]]))
    >>> round(float(np.exp(found[0].estimate)), 3), round(found[0].se, 3)
    (2.0, 0.913)
    """
    (x1, n1), (x0, n0) = _groups(responded, drug)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.log(x1 / n1) - np.log(x0 / n0)
        se = np.sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0)
    return _normal(what, estimate, se, "log risk ratio")


def odds_ratio(responded: Numbers, drug: Numbers, *, what: str = "") -> Estimates:
    """Natural logarithm of the ratio of odds; NaN where nobody or everybody responds in a group.

    Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x.

    >>> found = odds_ratio(np.array([[1.0, 1, 0, 1, 0, 0]]), np.array([[1.0, 1, 1, 0, 0, 0]]))
    >>> round(float(np.exp(found[0].estimate)), 3), round(found[0].se, 3)
    (4.0, 1.732)
    """
    (x1, n1), (x0, n0) = _groups(responded, drug)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.log(x1 / (n1 - x1)) - np.log(x0 / (n0 - x0))
        se = np.sqrt(1 / x1 + 1 / (n1 - x1) + 1 / x0 + 1 / (n0 - x0))
    return _normal(what, estimate, se, "log odds ratio")


def paired_risk_difference(first: Numbers, second: Numbers, *, what: str = "") -> Estimates:
    """Share who respond to the first minus the second, in the same people.

    first, second: (trials, people), 1, 0, or NaN. The standard error is that of McNemar's test,
    so that p is its p (1947, doi:10.1007/BF02295996); for few people see `mcnemar`.

    >>> found = paired_risk_difference(np.array([[1.0, 1, 1, 0, 0]]), np.array([[1.0, 0, 0, 1, 0]]))
    >>> round(found[0].estimate, 3), round(found[0].se, 3)
    (0.2, 0.346)
    """
    both, one, other, neither = _pairs(first, second)
    with np.errstate(invalid="ignore", divide="ignore"):
        people = both + one + other + neither
        estimate, se = (one - other) / people, np.sqrt(one + other) / people
    return _normal(what, estimate, se, "paired risk difference, McNemar's test")


def paired_difference_interval(
    first: Numbers, second: Numbers, *, level: float = 0.95
) -> tuple[Numbers, Numbers]:
    """Intervals of the paired risk difference, (trials,) each: see `paired_newcombe`.

    >>> low, high = paired_difference_interval(np.array([[1.0, 1, 1, 0, 0]]),
    ...                                        np.array([[1.0, 0, 0, 1, 0]]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-0.364], [0.631])
    """
    return _paired_newcombe(_pairs(first, second), level)


def mcnemar(first: Numbers, second: Numbers, *, mid: bool = True) -> Numbers:
    """Exact p of no difference in the same people, two-sided, (trials,).

    first, second: as in `paired_risk_difference`. mid: counts half of what was seen, which keeps
    the level and finds more (Fagerland 2013, doi:10.1186/1471-2288-13-91). 1 where nobody changed.

    >>> mcnemar(np.array([[1.0, 1, 1, 1, 0]]), np.array([[0.0, 0, 0, 1, 0]]), mid=False).tolist()
    [0.25]
    """
    both, one, other, neither = _pairs(first, second)
    fewer, changed = np.minimum(one, other), one + other
    tail = binom.cdf(fewer, changed, 0.5)
    if mid:
        tail = tail - 0.5 * binom.pmf(fewer, changed, 0.5)
    p = np.where(changed > 0, np.minimum(2 * tail, 1.0), 1.0)
    return np.where(both + changed + neither > 0, p, np.nan)


def wilson(hits: float, people: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share (1927, doi:10.1080/01621459.1927.10502953).

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    low, high = _wilson(np.asarray(hits, dtype=np.float64), np.asarray(people), level)
    return float(low), float(high)


def newcombe(
    drug: tuple[int, int], reference: tuple[int, int], level: float = 0.95
) -> tuple[float, float]:
    """Interval of the risk difference from two Wilson intervals, method 10 of Newcombe 1998.

    drug, reference: (responders, people). Statistics in Medicine 17:873-890, PMID 9595617.

    >>> [round(end, 4) for end in newcombe((56, 70), (48, 80))]
    [0.0524, 0.3339]
    """
    low, high = _newcombe(_counted(drug), _counted(reference), level)
    return float(low), float(high)


def miettinen_nurminen(
    drug: tuple[int, int], reference: tuple[int, int], level: float = 0.95
) -> tuple[float, float]:
    """Score interval of the risk difference, doi:10.1002/sim.4780040211.

    drug, reference: (responders, people).

    >>> [round(end, 4) for end in miettinen_nurminen((56, 70), (48, 80))]
    [0.0528, 0.3382]
    """
    low, high = _miettinen_nurminen(_counted(drug), _counted(reference), level)
    return float(low), float(high)


def paired_newcombe(
    both: int, first: int, second: int, neither: int, level: float = 0.95
) -> tuple[float, float]:
    """Interval of a difference of shares in the same people, method 10 of Newcombe 1998.

    Of people who responded both times, only the first, only the second, never; first minus second.
    Statistics in Medicine 17:2635-2650, PMID 9839354.

    >>> [round(end, 4) for end in paired_newcombe(59, 6, 16, 80)]
    [-0.1186, -0.0046]
    """
    a, b = _counted((both, first))
    c, d = _counted((second, neither))
    low, high = _paired_newcombe((a, b, c, d), level)
    return float(low), float(high)


def score_statistic(drug: tuple[int, int], reference: tuple[int, int], difference: float) -> float:
    """How far the data are from this risk difference, as a normal deviate (Miettinen-Nurminen).

    >>> round(score_statistic((56, 70), (48, 80), 0.0528), 2)
    1.96
    """
    return float(_score(_counted(drug), _counted(reference), np.asarray(difference)))


# A group: how many responded, of how many; arrays of any one shape, or numbers.
Group = tuple[Numbers, Numbers]


def _wilson(hits: Numbers, people: Numbers, level: float) -> tuple[Numbers, Numbers]:
    z = float(norm.isf((1 - level) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / people
        middle = (share + z**2 / (2 * people)) / (1 + z**2 / people)
        half = np.sqrt(share * (1 - share) / people + z**2 / (4 * people**2))
        half = half * z / (1 + z**2 / people)
    return middle - half, middle + half


def _newcombe(drug: Group, reference: Group, level: float) -> tuple[Numbers, Numbers]:
    (l1, u1), (l0, u0) = _wilson(*drug, level), _wilson(*reference, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p0 = drug[0] / drug[1], reference[0] / reference[1]
        below = np.sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2)
        above = np.sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2)
    return p1 - p0 - below, p1 - p0 + above


def _paired_newcombe(
    counts: tuple[Numbers, Numbers, Numbers, Numbers], level: float
) -> tuple[Numbers, Numbers]:
    both, first, second, neither = counts
    people = both + first + second + neither
    (l1, u1), (l2, u2) = _wilson(both + first, people, level), _wilson(both + second, people, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = (both + first) / people, (both + second) / people
        phi = _phi(both, first, second, neither)
        below = (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
        above = (p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2
        return p1 - p2 - np.sqrt(below), p1 - p2 + np.sqrt(above)


def _phi(a: Numbers, b: Numbers, c: Numbers, d: Numbers) -> Numbers:
    """Correlation of the two answers, with Newcombe's correction towards 0."""
    product = (a + b) * (c + d) * (a + c) * (b + d)
    top = a * d - b * c
    top = np.where(top > 0, np.maximum(top - (a + b + c + d) / 2, 0.0), top)
    return np.where(product > 0, top / np.sqrt(np.where(product > 0, product, 1.0)), 0.0)


def _miettinen_nurminen(drug: Group, reference: Group, level: float) -> tuple[Numbers, Numbers]:
    z = float(norm.isf((1 - level) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = drug[0] / drug[1] - reference[0] / reference[1]

        def off(difference: Numbers) -> Numbers:
            return np.abs(_score(drug, reference, difference)) - z

        return _crossing(off, -1.0, observed), _crossing(off, 1.0, observed)


def _crossing(off: Callable[[Numbers], Numbers], outside: float, inside: Numbers) -> Numbers:
    """Where `off` falls through 0 on the way from outside to inside, by halving."""
    far, near = np.full_like(inside, outside), inside
    for _ in range(_HALVINGS):
        middle = 0.5 * (far + near)
        beyond = off(middle) > 0
        far, near = np.where(beyond, middle, far), np.where(beyond, near, middle)
    return np.where(np.isfinite(inside), near, np.nan)


def _score(drug: Group, reference: Group, difference: Numbers) -> Numbers:
    (x1, n1), (x0, n0) = drug, reference
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p0 = _constrained(x1, n1, x0, n0, difference)
        variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
        gap = x1 / n1 - x0 / n0 - difference
        sure = np.where(gap == 0, 0.0, np.copysign(np.inf, gap))
        found: Numbers = np.where(variance > 0, gap / np.sqrt(variance), sure)
    return found


def _constrained(
    x1: Numbers, n1: Numbers, x0: Numbers, n0: Numbers, difference: Numbers
) -> tuple[Numbers, Numbers]:
    """The likeliest shares with this difference: the root of a cubic, in closed form."""
    whole, hits = n1 + n0, x1 + x0
    l3 = whole
    l2 = (n1 + 2 * n0) * difference - whole - hits
    l1 = (n0 * difference - whole - 2 * x0) * difference + hits
    l0 = x0 * difference * (1 - difference)
    q = l2**3 / (3 * l3) ** 3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    p = np.copysign(np.sqrt(np.maximum(l2**2 / (3 * l3) ** 2 - l1 / (3 * l3), 0.0)), q)
    ratio = np.where(p == 0, 0.0, np.clip(q / np.where(p == 0, 1.0, p) ** 3, -1.0, 1.0))
    angle = (np.pi + np.arccos(ratio)) / 3
    share = np.clip(2 * p * np.cos(angle) - l2 / (3 * l3), 0.0, 1.0)
    return np.clip(share + difference, 0.0, 1.0), share


def _groups(responded: Numbers, drug: Numbers) -> tuple[Group, Group]:
    return _counts(responded, drug == 1), _counts(responded, drug == 0)


def _counts(responded: Numbers, member: NDArray[np.bool_]) -> Group:
    use = member & np.isfinite(responded)
    return np.where(use, responded, 0.0).sum(axis=1), use.sum(axis=1).astype(np.float64)


def _counted(group: tuple[ArrayLike, ArrayLike]) -> Group:
    return np.asarray(group[0], dtype=np.float64), np.asarray(group[1], dtype=np.float64)


def _pairs(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """How many responded to both, to the first only, to the second only, to neither."""

    def count(one: int, other: int) -> Numbers:
        pair: Numbers = ((first == one) & (second == other)).sum(axis=1).astype(np.float64)
        return pair

    return count(1, 1), count(1, 0), count(0, 1), count(0, 0)


def _normal(what: str, estimate: Numbers, se: Numbers, method: str) -> Estimates:
    told = np.isfinite(estimate) & np.isfinite(se) & (se > 0)
    found = np.where(np.isfinite(estimate), estimate, np.nan)
    return Estimates(
        what, found, np.where(told, se, np.nan), np.where(told, np.inf, np.nan), method
    )
