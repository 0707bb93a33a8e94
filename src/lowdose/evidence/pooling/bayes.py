"""Bayesian random effects without sampling: tau is summed over, everything else is normal.

Given tau and a flat or normal prior on the mean, the mean is normal; so the posterior is a mixture
of normal distributions over a grid of tau. The grid lies evenly in the prior's own probability,
first everywhere, then where the likelihood leaves something, with Gauss-Legendre weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike
from scipy import special

from lowdose.evidence.pooling.heterogeneity import log_likelihood
from lowdose.evidence.pooling.pool import asked
from lowdose.evidence.pooling.priors import HalfNormal, NormalMean, TauPrior
from lowdose.evidence.pooling.studies import Studies, fit, one_meta, side_by_side
from lowdose.evidence.pooling.values import Interval, Numbers

__all__ = ["USUAL", "BayesMany", "BayesPooled", "pool_bayes", "pool_bayes_many"]

USUAL = HalfNormal(0.5)
_NODES = 96
_NODES_MANY = 32
_NEGLIGIBLE = 30.0  # in natural logarithms, below the highest
_HALVINGS = 60


@dataclass(frozen=True)
class BayesPooled:
    """Posterior of the mean effect and of tau.

    estimate: median of the mean effect. sd: its standard deviation, infinite where it does not
    exist. interval, tau_interval, prediction: central, at `level`. below_zero: probability that the
    mean effect is below 0. tau: median.
    """

    k: int
    level: float
    estimate: float
    sd: float
    interval: Interval
    below_zero: float
    tau: float
    tau_interval: Interval
    prediction: Interval


class BayesMany(NamedTuple):
    """The same for many meta-analyses: every field (metas,); tau is its mean here."""

    estimate: Numbers
    low: Numbers
    high: Numbers
    below_zero: Numbers
    tau: Numbers
    prediction_low: Numbers
    prediction_high: Numbers


class _Mixture(NamedTuple):
    """Over nodes of tau (nodes, metas): probability, tau, mean and variance of the mean effect.

    share: where the nodes lie in the prior's probability, and the ends of that stretch (metas,).
    """

    probability: Numbers
    tau: Numbers
    mean: Numbers
    variance: Numbers
    density: Numbers
    low: Numbers
    high: Numbers


def pool_bayes(
    value: ArrayLike,
    variance: ArrayLike,
    *,
    prior: TauPrior = USUAL,
    mean: NormalMean | None = None,
    level: float = 0.95,
) -> BayesPooled:
    """Pool the effects of studies (studies,), with what is thought of tau as `prior`.

    The scale of the default suits standardised mean differences and log ratios; for other scales
    hand in a prior of your own. `mean` is what is thought of the mean effect beforehand; without it
    nothing is (a flat prior).

    Raises InputError with every fault of the input, each with its place.
    Source: Röver 2020, doi:10.18637/jss.v093.i06.

    >>> found = pool_bayes([-0.9, -0.3, -0.6, 0.1], [0.1, 0.05, 0.2, 0.08])
    >>> f"{found.estimate:.2f} ({found.interval.low:.2f} to {found.interval.high:.2f})"
    '-0.38 (-0.92 to 0.12)'
    """
    studies, request = one_meta(value, variance), asked("reml", "z", level)
    mixture = _mixture(studies, prior, _NODES, mean)
    outside = (1 - request.level) / 2
    shares = (outside, 0.5, 1 - outside)
    low, middle, high = (float(_quantile(mixture, share, 0.0)[0]) for share in shares)
    tau_low, tau, tau_high = (_tau_quantile(mixture, prior, share) for share in shares)
    ahead = Interval(*(float(_quantile(mixture, share, 1.0)[0]) for share in shares[::2]))
    k = int(studies.k[0])
    return BayesPooled(
        k=k,
        level=request.level,
        estimate=middle,
        sd=float("inf") if mean is None and prior.is_heavy and k < 3 else _sd(mixture),
        interval=Interval(low, high),
        below_zero=float(_below(mixture, np.zeros(1), 0.0)[0]),
        tau=tau,
        tau_interval=Interval(tau_low, tau_high),
        prediction=ahead,
    )


def pool_bayes_many(
    values: ArrayLike,
    variances: ArrayLike,
    *,
    prior: TauPrior = USUAL,
    level: float = 0.95,
) -> BayesMany:
    """Pool many meta-analyses at once, (metas, studies) as in `pool_many`; each needs a study.

    Raises InputError with every fault of the input, each with its place.

    >>> found = pool_bayes_many([[-0.9, -0.3, -0.6, 0.1]], [[0.1, 0.05, 0.2, 0.08]])
    >>> found.low.round(2).tolist(), found.high.round(2).tolist()
    ([-0.92], [0.12])
    """
    studies, request = side_by_side(values, variances), asked("reml", "z", level)
    mixture = _mixture(studies, prior, _NODES_MANY)
    outside = (1 - request.level) / 2
    return BayesMany(
        estimate=_quantile(mixture, 0.5, 0.0),
        low=_quantile(mixture, outside, 0.0),
        high=_quantile(mixture, 1 - outside, 0.0),
        below_zero=_below(mixture, np.zeros_like(studies.k), 0.0),
        tau=(mixture.probability * mixture.tau).sum(0),
        prediction_low=_quantile(mixture, outside, 1.0),
        prediction_high=_quantile(mixture, 1 - outside, 1.0),
    )


def _mixture(
    studies: Studies, prior: TauPrior, nodes: int, before: NormalMean | None = None
) -> _Mixture:
    points, weights = legendre.leggauss(nodes)
    everywhere = np.zeros_like(studies.k), np.ones_like(studies.k)
    laid = _laid(studies, prior, points, *everywhere, before)
    low, high = _stretch(laid.share, laid.likely)
    laid = _laid(studies, prior, points, low, high, before)
    density = np.exp(laid.likely - laid.likely.max(0))
    probability = density * weights[:, None]
    total = probability.sum(0)
    return _Mixture(probability / total, laid.tau, laid.mean, laid.variance, density, low, high)


class _Laid(NamedTuple):
    """Nodes of tau (nodes, metas), their log-likelihood, and the mean effect given each."""

    share: Numbers
    tau: Numbers
    likely: Numbers
    mean: Numbers
    variance: Numbers


def _laid(
    studies: Studies,
    prior: TauPrior,
    points: Numbers,
    low: Numbers,
    high: Numbers,
    before: NormalMean | None,
) -> _Laid:
    """Nodes between two shares of the prior of tau."""
    share = low + (high - low) * (1 + points[:, None]) / 2
    tau = prior.quantile(share)
    likely, mean, variance = np.empty_like(tau), np.empty_like(tau), np.empty_like(tau)
    for node, at in enumerate(tau):
        found = fit(studies, at**2)
        likely[node] = log_likelihood(studies, at**2, restricted=True)
        mean[node], variance[node] = found.mean, 1 / found.total
    if before is not None:
        likely, mean, variance = _with_prior(likely, mean, variance, before)
    return _Laid(share, tau, likely, mean, variance)


def _with_prior(
    likely: Numbers, mean: Numbers, variance: Numbers, before: NormalMean
) -> tuple[Numbers, Numbers, Numbers]:
    """Two normal distributions of the mean, multiplied; their overlap counts for tau."""
    both = variance + before.sd**2
    overlap = -0.5 * (np.log(both) + (mean - before.mean) ** 2 / both)
    share = before.sd**2 / both
    return likely + overlap, before.mean + share * (mean - before.mean), share * variance


def _stretch(share: Numbers, likely: Numbers) -> tuple[Numbers, Numbers]:
    """From the node before the first that matters to the one after the last."""
    matters = likely > likely.max(0) - _NEGLIGIBLE
    count, metas = share.shape[0], np.arange(share.shape[1])
    first = matters.argmax(0)
    last = count - 1 - matters[::-1].argmax(0)
    low = np.where(first > 0, share[np.maximum(first - 1, 0), metas], 0.0)
    high = np.where(last < count - 1, share[np.minimum(last + 1, count - 1), metas], 1.0)
    return low, high


def _below(mixture: _Mixture, at: Numbers, new: float) -> Numbers:
    """Probability of lying below `at`: the mean effect, or with new = 1 a new study's effect."""
    spread = np.sqrt(mixture.variance + new * mixture.tau**2)
    return np.asarray((mixture.probability * special.ndtr((at - mixture.mean) / spread)).sum(0))


def _quantile(mixture: _Mixture, share: float, new: float) -> Numbers:
    """By halving: a mixture's quantile lies between the least and the greatest of its parts'."""
    spread = np.sqrt(mixture.variance + new * mixture.tau**2)
    each = mixture.mean + special.ndtri(share) * spread
    low, high = each.min(0), each.max(0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        under = _below(mixture, middle, new) < share
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return np.asarray((low + high) / 2)


def _sd(mixture: _Mixture) -> float:
    mean = (mixture.probability * mixture.mean).sum(0)
    squares = mixture.variance + (mixture.mean - mean) ** 2
    return float(np.sqrt((mixture.probability * squares).sum(0))[0])


def _tau_quantile(mixture: _Mixture, prior: TauPrior, share: float) -> float:
    """Where the integral of the density, as a polynomial through its nodes, reaches a share."""
    nodes = mixture.tau.shape[0]
    points, weights = legendre.leggauss(nodes)
    basis = legendre.legvander(points, nodes - 1)
    series = (2 * np.arange(nodes) + 1) / 2 * (basis.T @ (weights * mixture.density[:, 0]))
    integral = legendre.legint(series, lbnd=-1)
    whole = float(legendre.legval(1.0, integral))
    low, high = -1.0, 1.0
    for _ in range(_HALVINGS):
        at = (low + high) / 2
        under = legendre.legval(at, integral) < share * whole
        low, high = (at, high) if under else (low, at)
    place = mixture.low + (mixture.high - mixture.low) * (1 + low) / 2
    return float(prior.quantile(place)[0])
