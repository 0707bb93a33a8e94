"""Change scores: the simplest comparison of two groups, and of one group with itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.values import Estimates

__all__ = ["change_score", "paired_difference"]

Numbers = NDArray[np.float64]


def change_score(
    baseline: Numbers, outcome: Numbers, drug: Numbers, *, welch: bool = False, what: str = ""
) -> Estimates:
    """Change in one group minus change in the other, by a t test.

    baseline, outcome: (trials, people), NaN where missing; drug: (trials, people), 1 in one group,
    0 in the other, NaN in neither. welch: variances may differ. Student (1908), Welch (1947,
    doi:10.1093/biomet/34.1-2.28).

    >>> found = change_score(np.zeros((1, 4)), np.array([[1.0, 2.0, 4.0, 5.0]]),
    ...                      np.array([[0.0, 0.0, 1.0, 1.0]]))[0]
    >>> found.estimate, round(found.se, 4), found.df
    (3.0, 0.7071, 2.0)
    """
    change = outcome - baseline
    (n1, mean1, sum1), (n0, mean0, sum0) = (_group(change, drug == one) for one in (1, 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        if welch:
            v1, v0 = sum1 / (n1 - 1) / n1, sum0 / (n0 - 1) / n0
            variance = v1 + v0
            df = variance**2 / (v1**2 / (n1 - 1) + v0**2 / (n0 - 1))
        else:
            df = n1 + n0 - 2
            variance = (sum1 + sum0) / df * (1 / n1 + 1 / n0)
        sound = (n1 > 0) & (n0 > 0) & (df > 0)
        se = np.where(sound, np.sqrt(variance), np.nan)
    method = "change score, " + ("Welch's t test" if welch else "t test")
    return Estimates(what, np.where(sound, mean1 - mean0, np.nan), se, df, method)


def paired_difference(first: Numbers, second: Numbers, *, what: str = "") -> Estimates:
    """The mean of second minus first, (trials, people) each, by a paired t test.

    >>> found = paired_difference(np.zeros((1, 3)), np.array([[1.0, 2.0, 3.0]]))[0]
    >>> found.estimate, round(found.se, 4), found.df
    (2.0, 0.5774, 2.0)
    """
    difference = second - first
    count, mean, squares = _group(difference, np.ones_like(difference, dtype=bool))
    with np.errstate(invalid="ignore", divide="ignore"):
        df = count - 1
        se = np.where(df > 0, np.sqrt(squares / df / count), np.nan)
    return Estimates(what, np.where(count > 0, mean, np.nan), se, df, "paired t test")


def _group(values: Numbers, member: NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers]:
    """Count, mean and sum of squares about it, (trials,) each."""
    use = member & np.isfinite(values)
    count = use.sum(axis=1).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(use, values, 0.0).sum(axis=1) / count
    squares = (np.where(use, values - mean[:, None], 0.0) ** 2).sum(axis=1)
    return count, mean, squares
