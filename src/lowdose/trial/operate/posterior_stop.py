"""Stopping when the data have become clear enough: a Bayesian rule, and its error in the long run.

    stop at a look when  P(effect better than what matters | data so far)  exceeds a threshold

The posterior is normal: prior N(mean, sd^2) and an estimate with its standard error. A threshold
such as 0.95 does not bound the error of several looks by itself; `calibrated_threshold` finds the
one that does, and `simulated_stopping` says how a threshold does under any true effect. Both
simulate all trials at once; of an estimate with known standard error, as large trials have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lowdose.errors import Fault, InputError
from lowdose.trial.operate.values import Measured, measured_mean, measured_share

__all__ = [
    "Stopping",
    "StoppingRule",
    "calibrated_threshold",
    "posterior_chance",
    "posterior_stop",
    "simulated_stopping",
]

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]

MOST_TRIALS = 200_000


@dataclass(frozen=True)
class StoppingRule:
    """When to stop. All in points of the scale, treatment minus reference.

    Attributes:
        threshold: probability above which it stops, 0.5 to 1.
        important: how much better it has to be to count, 0 or more.
        prior_mean, prior_sd: what is believed before the trial; an infinite sd believes nothing.
        lower_is_better: whether a negative effect is good.
    """

    threshold: float = 0.975
    important: float = 0.0
    prior_mean: float = 0.0
    prior_sd: float = np.inf
    lower_is_better: bool = True


@dataclass(frozen=True)
class Stopping:
    """How a rule does: share of trials that stop for benefit at each look, and in all; the mean
    share of the information that is used; the mean estimate of those that stopped."""

    at_look: tuple[Measured, ...]
    ever: Measured
    used: Measured
    estimate: Measured


def posterior_chance(estimate: Numbers, se: Numbers, rule: StoppingRule) -> Numbers:
    """The probability that the effect is better than `rule.important`; NaN where se is.

    estimate, se: any one shape, points.

    >>> rule = StoppingRule(prior_sd=1.0)
    >>> posterior_chance(np.array([-2.0, 0.0]), np.array([1.0, 1.0]), rule).round(3).tolist()
    [0.921, 0.5]
    """
    _check_rule(rule)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = 1 / (1 + (np.asarray(se) / rule.prior_sd) ** 2)  # of the data; 1 for a flat prior
        mean = weight * estimate + (1 - weight) * rule.prior_mean
        sign = -1.0 if rule.lower_is_better else 1.0
        found: Numbers = norm.cdf((sign * mean - rule.important) / (np.sqrt(weight) * se))
    return found


def posterior_stop(estimate: Numbers, se: Numbers, rule: StoppingRule) -> Truths:
    """Whether to stop now for benefit; never where an estimate is NaN.

    >>> posterior_stop(np.array([-2.0, -2.5, np.nan]), np.ones(3), StoppingRule()).tolist()
    [True, True, False]
    """
    found: Truths = posterior_chance(estimate, se, rule) > rule.threshold
    return found


def simulated_stopping(
    rule: StoppingRule,
    fractions: Sequence[float],
    se: float,
    effect: float,
    *,
    trials: int = 20_000,
    seed: int = 0,
) -> Stopping:
    """How a rule does under a true effect.

    fractions: shares of the information at the looks; se: of the estimate with all of it, points;
    effect: the true one, points. Raises InputError with every fault.

    >>> found = simulated_stopping(StoppingRule(), (1.0,), 1.0, 0.0, trials=4000)
    >>> abs(found.ever.value - 0.025) < 4 * found.ever.error
    True
    """
    _check(rule, fractions, se, trials)
    estimate, own = _paths(fractions, se, effect, trials, seed)
    stop = posterior_stop(estimate, own, rule)
    first = np.where(stop.any(axis=1), stop.argmax(axis=1), len(fractions))
    last = np.minimum(first, len(fractions) - 1)
    stopped = first < len(fractions)
    return Stopping(
        at_look=tuple(
            measured_share(int((first == n).sum()), trials) for n in range(len(fractions))
        ),
        ever=measured_share(int(stopped.sum()), trials),
        used=measured_mean(np.asarray(fractions)[last]),
        estimate=measured_mean(estimate[np.arange(trials), last][stopped]),
    )


def calibrated_threshold(
    rule: StoppingRule,
    fractions: Sequence[float],
    se: float,
    alpha: float = 0.025,
    *,
    effect: float = 0.0,
    trials: int = 100_000,
    seed: int = 0,
) -> Measured:
    """The threshold with which trials stop with probability alpha if the treatment does `effect`.

    `rule.threshold` is not used. A trial stops if the largest probability of its looks exceeds the
    threshold, so the one that is asked for is a quantile of the largest; its Monte-Carlo error is
    that of the quantile. Raises InputError with every fault.

    >>> one_look = calibrated_threshold(StoppingRule(), (1.0,), 1.0, 0.025, trials=40_000)
    >>> abs(one_look.value - 0.975) < 4 * one_look.error
    True
    """
    _check(rule, fractions, se, trials)
    if not 0 < alpha < 1:
        raise InputError([Fault("alpha", f"{alpha:g}", "above 0 and below 1")])
    estimate, own = _paths(fractions, se, effect, trials, seed)
    largest = posterior_chance(estimate, own, rule).max(axis=1)
    around = alpha + np.sqrt(alpha * (1 - alpha) / trials) * np.array([0.0, -1.0, 1.0])
    value, high, low = np.quantile(largest, np.clip(1 - around, 0.0, 1.0))
    return Measured(float(value), float(high - low) / 2)


def _paths(
    fractions: Sequence[float], se: float, effect: float, trials: int, seed: int
) -> tuple[Numbers, Numbers]:
    """Estimates at each look, (trials, looks), and their standard errors, (looks,)."""
    shares = np.asarray(fractions, dtype=np.float64)
    steps = np.sqrt(np.diff(shares, prepend=0.0))
    noise = np.random.default_rng([31, seed]).normal(size=(trials, shares.size))
    score = (noise * steps).cumsum(axis=1)
    return effect + se * score / shares, se / np.sqrt(shares)


def _check_rule(rule: StoppingRule) -> None:
    faults = []
    if not 0.5 <= rule.threshold < 1:
        faults.append(Fault("threshold", f"{rule.threshold:g}", "from 0.5 to below 1"))
    if not 0 <= rule.important < np.inf:
        faults.append(Fault("important", f"{rule.important:g}", "0 or more points"))
    if not rule.prior_sd > 0:
        faults.append(Fault("prior_sd", f"{rule.prior_sd:g}", "more than 0 points"))
    if not np.isfinite(rule.prior_mean):
        faults.append(Fault("prior_mean", f"{rule.prior_mean:g}", "a number of points"))
    if faults:
        raise InputError(faults)


def _check(rule: StoppingRule, fractions: Sequence[float], se: float, trials: int) -> None:
    _check_rule(rule)
    faults = []
    rising = bool(fractions) and list(fractions) == sorted(set(fractions))
    if not rising or not (fractions[0] > 0 and fractions[-1] <= 1):
        wanted = "rising shares of the information, above 0, at most 1"
        faults.append(Fault("fractions", str(list(fractions)), wanted))
    if not 0 < se < np.inf:
        faults.append(Fault("se", f"{se:g}", "more than 0 points"))
    if not 1 <= trials <= MOST_TRIALS:
        faults.append(Fault("trials", str(trials), f"1 to {MOST_TRIALS}"))
    if faults:
        raise InputError(faults)
