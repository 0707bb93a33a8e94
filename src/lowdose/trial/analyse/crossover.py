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

from lowdose.trial.analyse.change import largest, paired_difference, two_groups
from lowdose.trial.analyse.least_squares import Fitted, least_squares
from lowdose.trial.analyse.values import Estimates

__all__ = ["block_differences", "carried_over", "carry_over_test", "crossover", "two_period"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


def crossover(
    outcome: Numbers, treatment: Whole, *, previous: Whole | None = None, compared: int = 1
) -> tuple[Estimates, ...]:
    """Each treatment minus treatment 0, with all periods of all people.

    outcome: (trials, people, periods), NaN where missing; treatment: the same shape, 0 the
    reference, 1 to `compared`, -1 for none of them (not used). previous: what the period before
    gave, in the same numbers, for a carry-over of each treatment of its own; -1 for nothing. NaN
    where a trial cannot tell, as an AB/BA design cannot with a carry-over.
    Jones and Kenward 2014, doi:10.1201/b17537.

    >>> score = np.array([[[5.0, 2.0], [6.0, 4.0], [1.0, 4.0], [3.0, 5.0]]])
    >>> given = np.array([[[1, 0], [1, 0], [0, 1], [0, 1]]])
    >>> found = crossover(score, given)[0][0]
    >>> round(found.estimate, 3), round(found.se, 4), found.df
    (2.5, 0.3536, 2.0)
    """
    fitted = _fitted(outcome, treatment, previous, compared)
    method = "crossover ANOVA" + (", carry-over" if previous is not None else "")
    return tuple(_one(fitted, place, "", method) for place in range(compared))


def carried_over(
    outcome: Numbers, treatment: Whole, previous: Whole, *, compared: int = 1
) -> tuple[Estimates, ...]:
    """What each treatment leaves in the period after it, minus what treatment 0 leaves.

    As `crossover` with a carry-over, which these belong to; an AB/BA design cannot tell (NaN).

    >>> score = np.array([[[5.0, 2.0, 1.0], [6.0, 4.0, 2.0], [1.0, 4.0, 5.0], [3.0, 5.0, 7.0]]])
    >>> given = np.array([[[1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1]]])
    >>> before = np.array([[[-1, 1, 0], [-1, 1, 0], [-1, 0, 1], [-1, 0, 1]]])
    >>> round(carried_over(score, given, before)[0].estimate[0], 3).item()
    1.5
    """
    fitted = _fitted(outcome, treatment, previous, compared)
    first = compared + outcome.shape[2] - 1
    method = "crossover ANOVA, carry-over"
    return tuple(_one(fitted, first + place, "carry-over", method) for place in range(compared))


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
    alone = each.shape[1] == 1
    own = each[:, 0] if alone else _mean(each, np.isfinite(each))
    tested = paired_difference(np.zeros_like(own), own)
    method = "t test of blocks" if alone else "t test of people's differences"
    return replace(tested, method=method)


def _mean(values: Numbers, use: NDArray[np.bool_]) -> Numbers:
    """The mean over the last axis of what is used."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Numbers = np.where(use, values, 0.0).sum(axis=-1) / use.sum(axis=-1)
    return found


def two_period(outcome: Numbers, drug_first: Numbers, *, what: str = "") -> Estimates:
    """Treatment minus reference in an AB/BA design, by the two-sample t test of half differences.

    outcome: (trials, people, 2); drug_first: (trials, people), 1, 0, or NaN. Hills and Armitage
    1979, doi:10.1111/j.1365-2125.1979.tb05910.x. The same as `crossover`, which uses nobody with
    one period only either.

    >>> score = np.array([[[5.0, 2.0], [6.0, 4.0], [1.0, 4.0], [3.0, 5.0]]])
    >>> found = two_period(score, np.array([[1.0, 1.0, 0.0, 0.0]]))[0]
    >>> round(found.estimate, 3), round(found.se, 4), found.df
    (2.5, 0.3536, 2.0)
    """
    with np.errstate(invalid="ignore", over="ignore"):
        half = 0.5 * (outcome[..., 0] - outcome[..., 1])
    found = two_groups(half, drug_first, largest(outcome))
    return Estimates(what, found.estimate, found.se, found.df, "two-period crossover, t test")


def carry_over_test(outcome: Numbers, drug_first: Numbers) -> Estimates:
    """Does the first period reach into the second? The t test of people's totals in AB/BA.

    outcome: (trials, people, 2); drug_first: as in `two_period`. Those who began with the
    treatment, minus the others. It finds little and should decide nothing (Freeman 1989,
    doi:10.1002/sim.4780081202); it is here because reports are asked for it.

    >>> score = np.array([[[5.0, 2.0], [6.0, 4.0], [1.0, 4.0], [3.0, 5.0]]])
    >>> carry_over_test(score, np.array([[1.0, 1.0, 0.0, 0.0]])).estimate.tolist()
    [2.0]
    """
    with np.errstate(invalid="ignore", over="ignore"):
        total = outcome.sum(axis=2)
    found = two_groups(total, drug_first, largest(outcome))
    return Estimates("carry-over", found.estimate, found.se, found.df, "totals, t test")


def _fitted(outcome: Numbers, treatment: Whole, previous: Whole | None, compared: int) -> Fitted:
    """Treatments, periods, carry-overs (differences first, then any at all), within people."""
    use = np.isfinite(outcome) & (treatment >= 0) & (treatment <= compared)
    stacked = np.stack(_columns(treatment, previous, compared), axis=-1)
    y, x = _within(outcome, stacked, use)
    with np.errstate(over="ignore"):
        size = np.sqrt((np.where(use, outcome, 0.0) ** 2).sum(axis=(1, 2)))
    fitted = least_squares(y, x, size=size)
    df = fitted.df - (use.any(axis=2)).sum(axis=1)  # a mean was taken off for everyone
    told = df > 0
    more = np.where(told, fitted.df / np.where(told, df, 1.0), np.nan)
    return fitted._replace(
        covariance=fitted.covariance * more[:, None, None],
        variance=fitted.variance * more,
        df=np.where(told, df, np.nan),
    )


def _columns(treatment: Whole, previous: Whole | None, compared: int) -> list[Numbers]:
    columns = [treatment == one for one in range(1, compared + 1)]
    periods = np.arange(treatment.shape[2])
    columns += [np.broadcast_to(periods == one, treatment.shape) for one in periods[1:]]
    if previous is not None:
        columns += [previous == one for one in range(1, compared + 1)]
        columns.append(previous >= 0)
    return [column.astype(np.float64) for column in columns]


def _one(fitted: Fitted, place: int, what: str, method: str) -> Estimates:
    se = np.sqrt(fitted.covariance[:, place, place])
    return Estimates(what, fitted.coefficients[:, place], se, fitted.df, method)


def _within(outcome: Numbers, columns: Numbers, use: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Each person's own mean taken off, as (trials, people x periods)."""
    count = np.maximum(use.sum(axis=2, keepdims=True), 1)
    kept = np.where(use, outcome, 0.0)
    y = np.where(use, kept - kept.sum(axis=2, keepdims=True) / count, np.nan)
    masked = np.where(use[..., None], columns, 0.0)
    x = masked - masked.sum(axis=2, keepdims=True) / count[..., None]
    trials, people, periods = outcome.shape
    rows = people * periods
    return y.reshape(trials, rows), x.reshape(trials, rows, columns.shape[-1])
