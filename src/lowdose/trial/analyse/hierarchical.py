"""Every person's own effect, and what they have in common: a Bayesian hierarchical model.

A person's own effect is the difference of the means of the periods on treatment and on reference,
each person and pair of periods with a level of its own. Effects are normal around mu with standard
deviation tau; mu is flat, tau half-normal. For one tau everything has a closed form, and tau is
integrated by quadrature (Roever 2020, doi:10.18637/jss.v093.i06).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from lowdose.trial.analyse.values import Estimates

__all__ = ["Shrunken", "hierarchical", "own_effects", "shrunken"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

METHOD = "Bayesian hierarchical model"
_POINTS = 200
_REACH = 6.0  # prior standard deviations of tau


@dataclass(frozen=True, eq=False)
class Shrunken:
    """Many trials: mean, sd: of mu, (trials,); effect, effect_sd: (trials, people), each person's
    with what is known of the others; tau: its posterior mean, (trials,)."""

    mean: Numbers
    sd: Numbers
    effect: Numbers
    effect_sd: Numbers
    tau: Numbers


def own_effects(outcome: Numbers, treatment: Whole) -> tuple[Numbers, Numbers]:
    """Each person's effect and its standard error, (trials, people).

    outcome: (trials, people, periods); treatment: the same shape, 1 treatment, 0 reference, -1
    neither. What periods of one treatment differ by within people says how unsure a mean is, pooled
    over the trial's people; where nobody has two periods of one, NaN.
    """
    use = np.isfinite(outcome) & (treatment >= 0)
    groups = [use & (treatment == one) for one in (1, 0)]
    filled = np.where(use, outcome, 0.0)
    counts = [group.sum(axis=2) for group in groups]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [
            (filled * group).sum(axis=2) / count
            for group, count in zip(groups, counts, strict=True)
        ]
        rest = sum(
            (np.where(group, outcome - mean[..., None], 0.0) ** 2).sum(axis=(1, 2))
            for group, mean in zip(groups, means, strict=True)
        )
        free = sum(np.maximum(count - 1, 0).sum(axis=1) for count in counts)
        variance = np.where(free > 0, rest / free, np.nan)
        se = np.sqrt(variance[:, None] * (1 / counts[0] + 1 / counts[1]))
    return means[0] - means[1], np.where(np.isfinite(se), se, np.nan)


def shrunken(effect: Numbers, se: Numbers, prior: float) -> Shrunken:
    """Pool people's own effects, (trials, people); NaN where a person has none.

    prior: scale of the half-normal prior of tau, in the effects' unit.

    >>> found = shrunken(np.array([[1.0, 3.0]]), np.array([[1.0, 1.0]]), 1e-6)
    >>> found.mean.round(6).tolist(), found.sd.round(6).tolist()
    ([2.0], [0.707107])
    """
    there = np.isfinite(effect) & np.isfinite(se) & (se > 0)
    y = np.where(there, effect, 0.0)[None]
    places, lengths = np.polynomial.legendre.leggauss(_POINTS)
    tau = prior * _REACH * (places + 1) / 2
    precision = np.where(there, 1 / (np.where(there, se, 1.0) ** 2 + tau[:, None, None] ** 2), 0.0)
    total = precision.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (precision * y).sum(axis=2) / total
        off = (precision * (y - middle[..., None]) ** 2).sum(axis=2)
        logs = 0.5 * np.where(precision > 0, np.log(precision), 0.0).sum(axis=2)
        like = logs - 0.5 * np.log(total) - 0.5 * off
        like += np.log(lengths)[:, None] - 0.5 * (tau[:, None] / prior) ** 2
        weight = np.exp(like - logsumexp(like, axis=0))
    mean = (weight * middle).sum(axis=0)
    spread = (weight * (1 / np.maximum(total, 1e-300) + (middle - mean) ** 2)).sum(axis=0)
    own, own_sd = _own(y[0], there, np.where(there, se, np.inf), tau, weight, middle, total)
    sound = there.any(axis=1)
    return Shrunken(
        np.where(sound, mean, np.nan),
        np.where(sound, np.sqrt(spread), np.nan),
        own,
        own_sd,
        (weight * tau[:, None]).sum(axis=0),
    )


def _own(
    y: Numbers,
    there: NDArray[np.bool_],
    se: Numbers,
    tau: Numbers,
    weight: Numbers,
    middle: Numbers,
    total: Numbers,
) -> tuple[Numbers, Numbers]:
    """Each person's posterior mean and standard deviation; of nobody's ratings, mu and tau."""
    square = tau[:, None, None] ** 2
    share = np.where(there, square / (se**2 + square), 0.0)
    mean_at = share * y + (1 - share) * middle[..., None]
    left = np.where(there, share * np.where(there, se, 0.0) ** 2, square)
    variance_at = left + (1 - share) ** 2 / np.maximum(total, 1e-300)[..., None]
    mean = (weight[..., None] * mean_at).sum(axis=0)
    variance = (weight[..., None] * (variance_at + (mean_at - mean) ** 2)).sum(axis=0)
    return mean, np.sqrt(variance)


def hierarchical(outcome: Numbers, treatment: Whole, prior: float, *, what: str = "") -> Estimates:
    """The mean effect of many trials; the interval is mu's 95 % posterior interval, nearly."""
    effect, se = own_effects(outcome, treatment)
    found = shrunken(effect, se, prior)
    people = np.isfinite(effect).sum(axis=1).astype(np.float64)
    return Estimates(what, found.mean, found.sd, np.maximum(people - 1, 1), METHOD)
