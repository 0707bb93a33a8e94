"""From a summed array to an answer: the mean effect, how people differ, the next person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from lowdose.errors import Fault, InputError
from lowdose.inference.pool.curves import gathered
from lowdose.inference.pool.lattice import MEANS, SPREADS, between
from lowdose.inference.pool.values import Likelihood, Pooled, Spread
from lowdose.inference.priors import Normal

__all__ = ["Belief", "Grid", "grid_of", "pooled"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_POINTS = 81
_BOTTOM = 30.0  # logarithms below the top: what lies deeper counts for nothing
_ROUNDS = 6
_CURVES = 400  # enough for the ends of an interval


@dataclass(frozen=True)
class Belief:
    """What is believed of mu and tau before any diary, as shares of the scale.

    tau is half-normal; 0.1, one point of ten, is an assumption.
    """

    mean: Normal
    spread: float = 0.1


@dataclass(frozen=True, eq=False)
class Grid:
    """The posterior of mu and tau at points that hold all of it; weights sum to 1."""

    means: Numbers
    spreads: Numbers
    weight: Numbers


def grid_of(array: Whole, belief: Belief) -> Grid:
    """The posterior on a grid that closes in on where it is."""
    log_spreads = np.log(SPREADS[[0, -1]])
    ends = (MEANS[0], MEANS[-1]), (float(log_spreads[0]), float(log_spreads[1]))
    for _ in range(_ROUNDS):
        means = np.linspace(*ends[0], _POINTS)
        logs = np.linspace(*ends[1], _POINTS)
        spreads = np.exp(logs)
        height = between(array, means, spreads) + _prior(means, spreads, belief)
        height -= height.max()
        closer = _inside(means, height.max(axis=1)), _inside(logs, height.max(axis=0))
        if all(_width(new) > 0.5 * _width(old) for new, old in zip(closer, ends, strict=True)):
            break
        ends = closer
    weight = np.exp(height)
    return Grid(means, spreads, weight / weight.sum())


def _width(ends: tuple[float, float]) -> float:
    return ends[1] - ends[0]


def _inside(places: Numbers, height: Numbers) -> tuple[float, float]:
    """The stretch that holds everything that counts, with a point to spare."""
    kept = np.flatnonzero(height > -_BOTTOM)
    first, last = max(kept[0] - 1, 0), min(kept[-1] + 1, places.size - 1)
    return float(places[first]), float(places[last])


def _prior(means: Numbers, spreads: Numbers, belief: Belief) -> Numbers:
    """Log density of mu and log tau (tau itself is the Jacobian), (means, spreads)."""
    mean = -0.5 * ((means - belief.mean.mean) / belief.mean.sd) ** 2
    spread = -0.5 * (spreads / belief.spread) ** 2 + np.log(spreads)
    found: Numbers = mean[:, None] + spread
    return found


def pooled(
    array: Whole, count: int, belief: Belief, people: Mapping[str, Likelihood] | None = None
) -> Pooled:
    """Everything that the summed array says; people: the likelihoods that are at hand.

    Raises InputError where there is no course.
    """
    if count < 1:
        raise InputError([Fault("courses", "none", "one course or more")])
    grid = grid_of(array, belief)
    by_mean, by_spread = grid.weight.sum(axis=1), grid.weight.sum(axis=0)
    mean = _spread(grid.means, by_mean)
    return Pooled(
        count=count,
        mean=mean,
        heterogeneity=_spread(grid.spreads, by_spread),
        next_person=_next(grid),
        probability_benefit=float(by_mean @ _below(grid.means)),
        share_helped=float((grid.weight * ndtr(-grid.means[:, None] / grid.spreads)).sum()),
        people={name: _own(grid, one) for name, one in (people or {}).items()},
    )


def _below(means: Numbers) -> Numbers:
    """How much of each grid cell lies below zero."""
    step = float(means[1] - means[0])
    share = 0.5 - means / step
    return np.where(share < 0, 0.0, np.where(share > 1, 1.0, share))


def _spread(places: Numbers, weight: Numbers) -> Spread:
    mean = float(weight @ places)
    sd = float(np.sqrt(weight @ (places - mean) ** 2))
    edges = np.concatenate([[0.0], np.cumsum(weight)])
    half = np.diff(places) / 2
    ends = np.concatenate([[places[0]], places[:-1] + half, [places[-1]]])
    low, high = np.interp([0.025, 0.975], edges, ends)
    return Spread(mean, sd, float(low), float(high))


def _next(grid: Grid) -> Spread:
    """The next person's effect: mu and tau as they are known, and then a person."""
    weight = grid.weight.ravel()
    middle = np.repeat(grid.means, grid.spreads.size)
    spread = np.tile(grid.spreads, grid.means.size)
    return _mixture(weight, middle, spread)


def _own(grid: Grid, one: Likelihood) -> Spread:
    """A person's effect. The array holds this course too, so mu and tau know of it already."""
    variance = np.maximum(one.sd, 1e-6)[:, None, None] ** 2
    square = grid.spreads**2
    total = variance + square
    gap = one.mean[:, None, None] - grid.means[:, None]
    with np.errstate(divide="ignore"):
        logs = np.log(one.weight)[:, None, None] - 0.5 * np.log(total) - 0.5 * gap**2 / total
    share = np.exp(logs - logsumexp(logs, axis=0)) * grid.weight
    mean = grid.means[:, None] + gap * square / total
    sd = np.sqrt(variance * square / total)
    sd = np.broadcast_to(sd, mean.shape)
    return _mixture(share.ravel(), mean.ravel(), sd.ravel())


def _mixture(weight: Numbers, mean: Numbers, sd: Numbers) -> Spread:
    """Moments and 95 % interval of a sum of normal curves."""
    kept = weight > 1e-9 * weight.max()
    weight, mean, sd = weight[kept] / weight[kept].sum(), mean[kept], sd[kept]
    middle = float(weight @ mean)
    spread = float(np.sqrt(weight @ (sd**2 + (mean - middle) ** 2)))
    few = gathered(Likelihood(weight, mean, np.maximum(sd, 1e-9)), 1, _CURVES)
    places = np.linspace(middle - 7 * spread, middle + 7 * spread, 801)
    below = ndtr((places[:, None] - few.mean) / few.sd) @ few.weight
    low, high = np.interp([0.025, 0.975], below, places)
    return Spread(middle, spread, float(low), float(high))
