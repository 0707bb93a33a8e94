"""Responder proportions: how many more of a hundred respond, with intervals that hold up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from lowdose.trial.analyse.values import Estimates

__all__ = [
    "miettinen_nurminen",
    "newcombe",
    "paired_newcombe",
    "risk_difference",
    "score_statistic",
    "wilson",
]

Numbers = NDArray[np.float64]


def risk_difference(responded: Numbers, drug: Numbers, *, what: str = "") -> Estimates:
    """Share of responders in one group minus the other.

    responded, drug: (trials, people), 1, 0, or NaN. The standard error is that of the score test of
    no difference, so that p is its p (Miettinen and Nurminen 1985, doi:10.1002/sim.4780040211);
    give intervals with `miettinen_nurminen` or `newcombe`.
    """
    (x1, n1), (x0, n0) = (_counts(responded, drug == one) for one in (1, 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (x1 + x0) / (n1 + n0)
        more = (n1 + n0) / (n1 + n0 - 1)
        se = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0) * more)
        estimate = x1 / n1 - x0 / n0
    return Estimates(what, estimate, se, np.full(se.shape, np.inf), "risk difference, score test")


def wilson(hits: float, people: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share (1927, doi:10.1080/01621459.1927.10502953).

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    z = float(norm.isf((1 - level) / 2))
    share = hits / people
    middle = (share + z**2 / (2 * people)) / (1 + z**2 / people)
    half = z / (1 + z**2 / people)
    half *= float(np.sqrt(share * (1 - share) / people + z**2 / (4 * people**2)))
    return middle - half, middle + half


def newcombe(
    drug: tuple[int, int], reference: tuple[int, int], level: float = 0.95
) -> tuple[float, float]:
    """Interval of the risk difference from two Wilson intervals, method 10 of Newcombe 1998.

    drug, reference: (responders, people). Statistics in Medicine 17:873-890, PMID 9595617.

    >>> [round(end, 4) for end in newcombe((56, 70), (48, 80))]
    [0.0524, 0.3339]
    """
    (x1, n1), (x0, n0) = drug, reference
    p1, p0 = x1 / n1, x0 / n0
    (l1, u1), (l0, u0) = wilson(x1, n1, level), wilson(x0, n0, level)
    below = np.sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2)
    above = np.sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2)
    return float(p1 - p0 - below), float(p1 - p0 + above)


def paired_newcombe(
    both: int, first: int, second: int, neither: int, level: float = 0.95
) -> tuple[float, float]:
    """Interval of a difference of shares in the same people, method 10 of Newcombe 1998.

    Of people who responded both times, only the first, only the second, never; first minus second.
    Statistics in Medicine 17:2635-2650, PMID 9839354.

    >>> [round(end, 4) for end in paired_newcombe(20, 12, 2, 16)]
    [0.0562, 0.3292]
    """
    people = both + first + second + neither
    p1, p2 = (both + first) / people, (both + second) / people
    (l1, u1), (l2, u2) = wilson(both + first, people, level), wilson(both + second, people, level)
    together = _phi(both, first, second, neither)
    below = (p1 - l1) ** 2 - 2 * together * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
    above = (p2 - l2) ** 2 - 2 * together * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2
    return float(p1 - p2 - np.sqrt(below)), float(p1 - p2 + np.sqrt(above))


def _phi(a: int, b: int, c: int, d: int) -> float:
    """Correlation of the two answers, with Newcombe's correction towards 0."""
    product = (a + b) * (c + d) * (a + c) * (b + d)
    if product == 0:
        return 0.0
    people = a + b + c + d
    top = float(a * d - b * c)
    top = max(top - people / 2, 0.0) if top > 0 else top
    return float(top / np.sqrt(product))


def score_statistic(drug: tuple[int, int], reference: tuple[int, int], difference: float) -> float:
    """How far the data are from this risk difference, as a normal deviate (Miettinen-Nurminen)."""
    (x1, n1), (x0, n0) = drug, reference
    p1, p0 = _constrained(x1, n1, x0, n0, difference)
    variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
    gap = x1 / n1 - x0 / n0 - difference
    if variance <= 0:
        return 0.0 if gap == 0 else float(np.copysign(np.inf, gap))
    return float(gap / np.sqrt(variance))


def miettinen_nurminen(
    drug: tuple[int, int], reference: tuple[int, int], level: float = 0.95
) -> tuple[float, float]:
    """Score interval of the risk difference, doi:10.1002/sim.4780040211.

    >>> [round(end, 4) for end in miettinen_nurminen((56, 70), (48, 80))]
    [0.0528, 0.3382]
    """
    z = float(norm.isf((1 - level) / 2))
    observed = drug[0] / drug[1] - reference[0] / reference[1]

    def off(difference: float, side: float) -> float:
        return score_statistic(drug, reference, difference) - side * z

    edge = 1 - 1e-12
    low = -1.0 if observed <= -edge else brentq(off, -edge, observed, args=(1.0,), xtol=1e-12)
    high = 1.0 if observed >= edge else brentq(off, observed, edge, args=(-1.0,), xtol=1e-12)
    return float(low), float(high)


def _constrained(x1: int, n1: int, x0: int, n0: int, difference: float) -> tuple[float, float]:
    """The likeliest shares with this difference: the root of a cubic, in closed form."""
    whole, hits = n1 + n0, x1 + x0
    l3 = whole
    l2 = (n1 + 2 * n0) * difference - whole - hits
    l1 = (n0 * difference - whole - 2 * x0) * difference + hits
    l0 = x0 * difference * (1 - difference)
    q = l2**3 / (3 * l3) ** 3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    root = l2**2 / (3 * l3) ** 2 - l1 / (3 * l3)
    p = np.copysign(np.sqrt(max(root, 0.0)), q)
    ratio = 0.0 if p == 0 else float(np.clip(q / p**3, -1.0, 1.0))
    angle = (np.pi + np.arccos(ratio)) / 3
    share = float(np.clip(2 * p * np.cos(angle) - l2 / (3 * l3), 0.0, 1.0))
    return float(np.clip(share + difference, 0.0, 1.0)), share


def _counts(responded: Numbers, member: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    use = member & np.isfinite(responded)
    return np.where(use, responded, 0.0).sum(axis=1), use.sum(axis=1).astype(np.float64)
