"""Draws and marginals of one frame's posterior mixture, for questions that are not linear.

Which level is best, how the fitted line runs, what more days would bring: all are asked of the
same draws. The random stream is fixed by a seed, so the same diary gives the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Kind
from lowdose.inference.arrays import SHARE_RANGE, grain
from lowdose.inference.estimate import Posterior, Quantity
from lowdose.inference.frame import Frame
from lowdose.inference.options import Noise

__all__ = ["Draws", "draw", "half_life_quantity", "normal_cdf", "phi_quantity", "quantity_of"]

Numbers = NDArray[np.float64]

_UNIT = np.linspace(-6.0, 6.0, 4001)


@dataclass(frozen=True, eq=False)
class Draws:
    """S independent draws from the posterior, on the scale's units.

    coefficients (S, K); half_life (days), phi, share and spread (S,).
    """

    coefficients: Numbers
    half_life: Numbers
    phi: Numbers
    share: Numbers
    spread: Numbers

    def effects(self, frame: Frame) -> Numbers:
        """Effects of the levels, (S, levels)."""
        return self.coefficients[:, frame.fixed.shape[1] :]


def draw(frame: Frame, posterior: Posterior, count: int, seed: int = 0) -> Draws:
    """Draw `count` times: a node by its weight, then the coefficients from the node's normal."""
    rng = np.random.default_rng(seed)
    # Systematic sampling: node counts differ from their expectation by less than one.
    steps = (np.arange(count) + rng.random()) / count
    cumulative = np.cumsum(posterior.weight)
    nodes = np.searchsorted(cumulative / cumulative[-1], steps).clip(0, cumulative.size - 1)
    nodes = rng.permutation(nodes)
    noise = rng.standard_normal((count, posterior.root.shape[2]))
    coefficients = posterior.mean[nodes] + np.einsum("sij,sj->si", posterior.root[nodes], noise)
    z = posterior.hyper[:, nodes].copy()
    z[0] = _between_points(z[0], *posterior.onset_axis, rng)
    z[1] = _between_points(z[1], *posterior.phi_axis, rng)
    return Draws(coefficients, *hyper_numbers(frame, z))


def _between_points(
    z: Numbers, units: Numbers, weights: Numbers, rng: np.random.Generator
) -> Numbers:
    """Spread draws that sit on a grid's axis over their cells, by the smooth marginal."""
    fine, cdf = marginal_cdf(units, weights)
    edges = np.concatenate([[-np.inf], (units[1:] + units[:-1]) / 2, [np.inf]])
    below = np.interp(edges, fine, cdf, left=0.0, right=1.0)
    cell = np.abs(z[:, None] - units).argmin(axis=1)
    place = below[cell] + rng.random(z.size) * (below[cell + 1] - below[cell])
    spread: Numbers = np.interp(place, cdf, fine)
    return spread


def hyper_numbers(frame: Frame, z: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Half-life (days), correlation, swing's share and spread from prior standard units.

    Counts and yes/no days have a swing only: their day noise is the likelihood's own.
    """
    prior = frame.prior
    half_life = np.exp(prior.log_half_life.mean + prior.log_half_life.sd * z[0])
    phi = normal_cdf(prior.phi_probit.mean + prior.phi_probit.sd * z[1])
    raw = np.exp(prior.log_spread.mean + prior.log_spread.sd * z[3])
    low, high = SHARE_RANGE[frame.options.noise]
    if frame.symptom.kind is not Kind.RATING:
        return half_life, phi * (high > 0), np.ones_like(raw), raw
    share = low + (high - low) * normal_cdf(prior.share_probit.mean + prior.share_probit.sd * z[2])
    day_share = np.where(share < 1, np.maximum(1 - share, 1e-12), 1.0)
    return half_life, phi, share, np.hypot(raw, grain(frame) / np.sqrt(day_share))


def normal_cdf(values: Numbers) -> Numbers:
    """Distribution function of the standard normal."""
    scaled = np.asarray(values, dtype=np.float64) / math.sqrt(2)
    # math.erf entry by entry: importing scipy would take longer than all the values here do.
    erf = np.fromiter(map(math.erf, scaled.ravel().tolist()), dtype=np.float64, count=scaled.size)
    return 0.5 * (1 + erf.reshape(scaled.shape))


def quantity_of(values: Numbers) -> Quantity:
    """Mean, standard deviation and central 95 % interval of draws."""
    low, high = np.quantile(values, [0.025, 0.975]).tolist()
    return Quantity(float(values.mean()), float(values.std()), low, high)


def phi_quantity(frame: Frame, posterior: Posterior) -> Quantity:
    """The swing's correlation from one day to the next."""
    prior = frame.prior.phi_probit
    if frame.options.noise is Noise.DAY:
        return Quantity(0.0, 0.0, 0.0, 0.0)
    return _marginal(*posterior.phi_axis, lambda z: normal_cdf(prior.mean + prior.sd * z))


def half_life_quantity(frame: Frame, posterior: Posterior) -> tuple[float, Quantity]:
    """Onset half-life in days: its median, and mean with interval."""
    prior = frame.prior.log_half_life
    z, cdf = marginal_cdf(*posterior.onset_axis)
    median = float(np.exp(prior.mean + prior.sd * np.interp(0.5, cdf, z)))
    return median, _marginal(
        *posterior.onset_axis, lambda unit: np.exp(prior.mean + prior.sd * unit)
    )


def _marginal(
    units: Numbers, weights: Numbers, transform: Callable[[Numbers], Numbers]
) -> Quantity:
    z, cdf = marginal_cdf(units, weights)
    density = np.gradient(cdf, z)
    density /= density.sum()
    values = transform(z)
    mean = float(density @ values)
    sd = float(np.sqrt(density @ (values - mean) ** 2))
    ends = transform(np.interp([0.025, 0.975], cdf, z))
    return Quantity(mean, sd, float(ends[0]), float(ends[1]))


def marginal_cdf(units: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """A smooth distribution function through weights on an even axis of standard units.

    Between and beyond the points the log density is the parabola through the three nearest ones,
    exact for a normal density.
    """
    step = units[1] - units[0]
    z = units[0] + step * (units.size - 1) * (_UNIT + 6) / 12 + 1.5 * step * _UNIT / 6
    log_weight = np.log(np.maximum(weights, 1e-300))
    middle = np.clip(np.rint((z - units[0]) / step).astype(int), 1, units.size - 2)
    t = (z - units[middle]) / step
    before, at, after = (log_weight[middle + shift] for shift in (-1, 0, 1))
    curve = at + 0.5 * (after - before) * t + 0.5 * (after - 2 * at + before) * t**2
    # Beyond the ends a convex parabola would rise: hold it at the last slope instead.
    density = np.exp(np.minimum(curve, log_weight.max() + 1.0) - log_weight.max())
    cdf = np.cumsum(density)
    return z, cdf / cdf[-1]
