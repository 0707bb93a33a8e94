"""Crossovers of any order: each person's periods compared with each other.

Least squares with a mean of its own for every person and period, and on request for what the period
before left behind. Nothing is taken from between people, so nothing is assumed of how people
differ; in Balaam's design that wastes what those who got one treatment twice could say of the
treatments, and not of the periods.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.change import change_score, paired_difference
from lowdose.trial.analyse.least_squares import least_squares
from lowdose.trial.analyse.values import Estimates

__all__ = ["block_differences", "carry_over_test", "crossover", "two_period"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


def crossover(
    outcome: Numbers, treatment: Whole, *, previous: Whole | None = None, compared: int = 1
) -> tuple[Estimates, ...]:
    """Each treatment minus treatment 0, with all periods of all people.

    outcome: (trials, people, periods), NaN where missing; treatment: the same shape, 0 the
    reference, 1 to `compared`, -1 for none of them (not used). previous: what the period before
    gave, in the same numbers, for a carry-over of each treatment of its own; -1 for nothing.
    Jones and Kenward 2014, doi:10.1201/b17537.
    """
    periods = outcome.shape[2]
    columns = [np.where(treatment == one, 1.0, 0.0) for one in range(1, compared + 1)]
    columns += [
        np.broadcast_to(np.arange(periods) == one, outcome.shape).astype(np.float64)
        for one in range(1, periods)
    ]
    if previous is not None:
        columns += [np.where(previous == one, 1.0, 0.0) for one in range(1, compared + 1)]
        columns.append(np.where(previous == 0, 1.0, 0.0))
    stacked = np.stack(columns, axis=-1)
    use = np.isfinite(outcome) & (treatment >= 0)
    fitted = least_squares(*_within(outcome, stacked, use))
    people = (use.sum(axis=2) > 0).sum(axis=1)
    df = fitted.df - people
    with np.errstate(invalid="ignore", divide="ignore"):
        more = np.where(df > 0, np.sqrt(fitted.df / df), np.nan)
    method = "crossover ANOVA" + (", carry-over" if previous is not None else "")
    return tuple(
        Estimates(
            "",
            fitted.coefficients[:, one],
            np.sqrt(fitted.covariance[:, one, one]) * more,
            df,
            method,
        )
        for one in range(compared)
    )


def block_differences(outcome: Numbers, treatment: Whole, block: Whole) -> Estimates:
    """Treatment minus reference within each block of an N-of-1 trial, by a t test.

    outcome, treatment: (trials, people, periods), as for `crossover`; block: (periods,). Of several
    people, one mean difference each: what differs between people, their own courses over time too,
    is then in the error. Of one person, the blocks. Senn 2019, doi:10.1177/0962280217726801.
    """
    use = np.isfinite(outcome)
    found = []
    for one in np.unique(block):
        here = block == one
        on, off = (
            _mean(outcome[..., here], use[..., here] & (treatment[..., here] == code))
            for code in (1, 0)
        )
        found.append(on - off)
    each = np.stack(found, axis=-1)
    own = _mean(each, np.isfinite(each)) if each.shape[1] > 1 else each[:, 0]
    tested = paired_difference(np.zeros_like(own), own)
    method = "t test of people's differences" if each.shape[1] > 1 else "t test of blocks"
    return replace(tested, method=method)


def _mean(values: Numbers, use: NDArray[np.bool_]) -> Numbers:
    """The mean over the last axis of what is used."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Numbers = np.where(use, values, 0.0).sum(axis=-1) / use.sum(axis=-1)
    return found


def two_period(outcome: Numbers, drug_first: Numbers, *, what: str = "") -> Estimates:
    """Treatment minus reference in an AB/BA design, by the two-sample t test of half differences.

    outcome: (trials, people, 2); drug_first: (trials, people), 1, 0, or NaN. Hills and Armitage
    1979, doi:10.1111/j.1365-2125.1979.tb05910.x. The same as `crossover` where nobody misses a
    period.
    """
    half = 0.5 * (outcome[..., 0] - outcome[..., 1])
    found = change_score(np.zeros_like(half), half, drug_first)
    return Estimates(what, found.estimate, found.se, found.df, "two-period crossover, t test")


def carry_over_test(outcome: Numbers, drug_first: Numbers) -> Estimates:
    """Does the first period reach into the second? The t test of people's totals.

    It finds little and should decide nothing (Freeman 1989, doi:10.1002/sim.4780081202); it is here
    because reports are asked for it.
    """
    total = outcome.sum(axis=2)
    found = change_score(np.zeros_like(total), total, drug_first)
    return Estimates("carry-over", found.estimate, found.se, found.df, "totals, t test")


def _within(outcome: Numbers, columns: Numbers, use: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Each person's own mean taken off, as (trials, people x periods)."""
    count = np.maximum(use.sum(axis=2, keepdims=True), 1)
    kept = np.where(use, outcome, 0.0)
    y = np.where(use, kept - kept.sum(axis=2, keepdims=True) / count, np.nan)
    masked = np.where(use[..., None], columns, 0.0)
    x = masked - masked.sum(axis=2, keepdims=True) / count[..., None]
    trials = outcome.shape[0]
    return y.reshape(trials, -1), x.reshape(trials, -1, columns.shape[-1])
