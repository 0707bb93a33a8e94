"""Change scores: the simplest comparison of two groups, and of one group with itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.values import Estimates

__all__ = ["change_score", "largest", "paired_difference", "two_groups"]

Numbers = NDArray[np.float64]

# Below this part of the largest number there is nothing but rounding; R's t.test has the same.
_ROUNDING = 10 * float(np.finfo(np.float64).eps)


def change_score(
    baseline: Numbers, outcome: Numbers, drug: Numbers, *, welch: bool = False, what: str = ""
) -> Estimates:
    """Change in one group minus change in the other, by a t test.

    baseline, outcome: (trials, people), NaN where missing; drug: (trials, people), 1 in one group,
    0 in the other, NaN in neither. welch: variances may differ. NaN where a trial has too few
    people, or all the same change. Student (1908, doi:10.1093/biomet/6.1.1), Welch (1947,
    doi:10.1093/biomet/34.1-2.28).

    >>> found = change_score(np.zeros((1, 4)), np.array([[1.0, 2.0, 4.0, 5.0]]),
    ...                      np.array([[0.0, 0.0, 1.0, 1.0]]))[0]
    >>> found.estimate, round(found.se, 4), found.df
    (3.0, 0.7071, 2.0)
    """
    with np.errstate(all="ignore"):  # infinite ratings are missing ones
        change = outcome - baseline
    found = two_groups(change, drug, largest(baseline, outcome), welch=welch)
    method = "change score, " + ("Welch's t test" if welch else "t test")
    return Estimates(what, found.estimate, found.se, found.df, method)


def paired_difference(first: Numbers, second: Numbers, *, what: str = "") -> Estimates:
    """The mean of second minus first, (trials, people) each, by a paired t test.

    For a fixed order of treatments: whatever else changed between the two is in it.

    >>> found = paired_difference(np.zeros((1, 3)), np.array([[1.0, 2.0, 3.0]]))[0]
    >>> found.estimate, round(found.se, 4), found.df
    (2.0, 0.5774, 2.0)
    """
    with np.errstate(all="ignore"):
        difference = second - first
        count, mean, squares = _group(difference, np.ones_like(difference, dtype=bool))
        df = count - 1
        se = np.sqrt(squares / df / count)
        sound = (df > 0) & _is_spread(se, largest(first, second))
    return Estimates(
        what,
        np.where(count > 0, mean, np.nan),
        np.where(sound, se, np.nan),
        np.where(df > 0, df, np.nan),
        "paired t test",
    )


def two_groups(
    values: Numbers, drug: Numbers, size: Numbers, *, welch: bool = False, what: str = ""
) -> Estimates:
    """The mean of one group minus that of the other, by a t test.

    values, drug: (trials, people), as in `change_score`. size: (trials,), the largest number that
    the values were made of, so that rounding is not taken for spread.
    """
    (n1, mean1, sum1), (n0, mean0, sum0) = (_group(values, drug == one) for one in (1, 0))
    with np.errstate(all="ignore"):
        if welch:
            v1, v0 = sum1 / (n1 - 1) / n1, sum0 / (n0 - 1) / n0
            se = np.sqrt(v1 + v0)
            df = (v1 + v0) ** 2 / (v1**2 / (n1 - 1) + v0**2 / (n0 - 1))
        else:
            df = n1 + n0 - 2
            se = np.sqrt((sum1 + sum0) / df * (1 / n1 + 1 / n0))
        both = (n1 > 0) & (n0 > 0)
        sound = both & (df > 0)
        spread = sound & _is_spread(se, size)
    estimate = np.where(both, mean1 - mean0, np.nan)
    found = np.where(spread, se, np.nan)
    return Estimates(what, estimate, found, np.where(sound, df, np.nan), "t test")


def largest(*numbers: Numbers) -> Numbers:
    """The largest absolute number of each trial, over all but its first axis; 0 without any."""
    tops = [
        np.max(np.abs(np.where(np.isfinite(one), one, 0.0)), axis=tuple(range(1, one.ndim)))
        if one.size
        else np.zeros(one.shape[0])
        for one in numbers
    ]
    return np.asarray(np.max(tops, axis=0), dtype=np.float64)


def _is_spread(se: Numbers, size: Numbers) -> NDArray[np.bool_]:
    """More than rounding, and not beyond all numbers."""
    found: NDArray[np.bool_] = (se > _ROUNDING * size) & np.isfinite(se)
    return found


def _group(values: Numbers, member: NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers]:
    """Count, mean and sum of squares about it, (trials,) each."""
    use = member & np.isfinite(values)
    count = use.sum(axis=1).astype(np.float64)
    with np.errstate(all="ignore"):
        mean = np.where(use, values, 0.0).sum(axis=1) / count
        squares = (np.where(use, values - mean[:, None], 0.0) ** 2).sum(axis=1)
    return count, mean, squares
