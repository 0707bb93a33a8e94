"""The default method: everything linear in closed form, the four remaining numbers on a grid.

Given onset, autocorrelation, the swing's share and the spread, ratings are linear and Gaussian in
the coefficients, so their posterior and the marginal likelihood are exact. Those four are summed
out on a small grid that finds its own place: a coarse grid over the prior gives a mean and a
covariance, the next grid is laid there, and so on; the last grid is the answer, a mixture of
normals. The spread is summed by Gauss-Hermite points placed for each of the other nodes.

Deterministic: no random number is drawn. Everything is arithmetic on arrays whose batch axes come
last (course, then node).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats import norm
from jaxtyping import Array, Float

from lowdose.inference.arrays import Batch
from lowdose.inference.kalman import Rows, lagged, whiten
from lowdose.inference.place import (
    Grid,
    Place,
    axis,
    find_place,
    first_place,
    log_cell,
    noise_pairs,
)
from lowdose.inference.triangular import backward, cholesky, forward, invert, total

__all__ = ["Mixture", "integrate", "unpack_hyper"]

_LOG_2PI = float(np.log(2 * np.pi))


class Mixture(NamedTuple):
    """The posterior as a mixture of N normals per course.

    weight: (N, C), adding up to 1. mean: (K, N, C) and root: (K, K, N, C): the coefficients'
    posterior mean (standardised) and the inverse Cholesky factor of the precision (lower).
    hyper: (4, N, C), the node in prior standard units. log_evidence: (C,), up to a constant that
    all diaries on the same grid share. place: where the grid lay.
    """

    weight: Float[Array, "node course"]
    mean: Float[Array, "coefficient node course"]
    root: Float[Array, "coefficient coefficient node course"]
    hyper: Float[Array, "hyper node course"]
    log_evidence: Float[Array, " course"]
    place: Place


def unpack_hyper(
    z: Array, hyper: Array, share_range: Array, grain: Array
) -> tuple[Array, Array, Array, Array]:
    """Prior standard units to half-life (days), correlation, swing's share, log spread.

    `z` is (4, ..., C); `hyper` (4, 2, C).
    """
    mean, sd = hyper[:, 0], hyper[:, 1]
    shape = (4,) + (1,) * (z.ndim - 2) + (z.shape[-1],)
    raw = mean.reshape(shape) + sd.reshape(shape) * z
    low, high = share_range
    phi = norm.cdf(raw[1])
    share = low + (high - low) * norm.cdf(raw[2])
    return jnp.exp(raw[0]), phi, share, log_spread_of(raw[3], spread_floor(share, grain))


def integrate(batch: Batch, grid: Grid) -> Mixture:
    """The posterior of every course in `batch`."""
    courses = batch.rating.shape[1]
    place = first_place(courses)
    coarse = grid._replace(noise=grid.coarse_noise, onset=grid.coarse_onset, spread=1, round=2.0)
    place = jax.lax.fori_loop(0, grid.rounds, lambda _, old: _next_place(batch, old, coarse), place)
    return _finish(batch, _lay(batch, place, grid), place)


def _next_place(batch: Batch, place: Place, grid: Grid) -> Place:
    laid = _lay(batch, place, grid)
    log_weight = jax.scipy.special.logsumexp(laid.log_weight, axis=1)
    return find_place(log_weight, laid.noise, laid.onset, grid, place)


class _Laid(NamedTuple):
    """A grid with what was found at its nodes; node axes (onset, spread, course, noise)."""

    log_weight: Array
    noise: Array
    onset: Array
    raw_spread: Array
    floor: Array
    gram: Array
    square: Array
    log_det: Array


def _lay(batch: Batch, place: Place, grid: Grid) -> _Laid:
    """Evaluate the posterior on the grid at `place`."""
    pair = noise_pairs(grid)
    noise = place.noise_mean[:, :, None] + jnp.einsum("ijc,jn->icn", place.noise_root, pair)
    onset_axis = axis(grid.onset, grid.onset_reach)
    onset = place.onset_mean + place.onset_sd * onset_axis[:, None]
    half_life, phi, share = _numbers(batch, noise, onset)
    gram, square, log_det = _grams(batch, half_life, phi, share)
    floor = spread_floor(share, jnp.asarray(batch.grain)[:, None])
    raw_spread, log_like = _spread_nodes(batch, gram, square, log_det, floor, grid.spread)
    log_prior = -0.5 * (jnp.sum(noise**2, 0)[None] + onset[..., None] ** 2)
    return _Laid(
        log_like + log_prior[:, None], noise, onset, raw_spread, floor, gram, square, log_det
    )


def _numbers(batch: Batch, noise: Array, onset: Array) -> tuple[Array, Array, Array]:
    """Half-life (onset, C), correlation and share (C, noise) at the nodes."""
    mean, sd = (jnp.asarray(part) for part in (batch.hyper[:, 0], batch.hyper[:, 1]))
    low, high = jnp.asarray(batch.share_range)[:, :, None]
    phi = norm.cdf(mean[1, :, None] + sd[1, :, None] * noise[0])
    share = low + (high - low) * norm.cdf(mean[2, :, None] + sd[2, :, None] * noise[1])
    return jnp.exp(mean[0] + sd[0] * onset), phi, share


def _grams(batch: Batch, half_life: Array, phi: Array, share: Array) -> tuple[Array, Array, Array]:
    """Cross products at every node: (K+1, K+1, onset, course, noise), ratings in row 0."""
    rows = Rows(*(jnp.asarray(column) for column in batch[:6]))
    decay = jnp.where(jnp.asarray(batch.gradual) > 0, 2.0 ** (-1 / half_life), 0.0)
    grams = whiten(rows, lagged(rows.drive, decay), phi, share)
    onsets = half_life.shape[0]
    base = jnp.broadcast_to(grams.base[None], (onsets, *grams.base.shape))
    cross = jnp.swapaxes(grams.cross, 1, 2)
    upper = jnp.concatenate([base, grams.cross], axis=2)
    lower = jnp.concatenate([cross, grams.level], axis=2)
    full = jnp.moveaxis(jnp.concatenate([upper, lower], axis=1), 0, 2)
    return full, full[0, 0], grams.log_det


def _solve(
    batch: Batch, gram: Array, square: Array, log_spread: Array
) -> tuple[list[list[Array]], list[Array], Array, Array]:
    """Cholesky factor of the precision, L^-1 b, residual quadratic form, log determinant."""
    count = gram.shape[0] - 1
    scale = jnp.exp(-2 * log_spread)
    start = jnp.asarray(batch.start)[:, :, None]
    eye = jnp.eye(count).reshape(count, count, *(1,) * scale.ndim)
    low = cholesky(eye + gram[1:, 1:] * scale)
    right = [start[k] + gram[1 + k, 0] * scale for k in range(count)]
    half = forward(low, right)
    fitted = total(value**2 for value in half)
    residual = square * scale + jnp.sum(start**2, 0) - fitted
    log_det = 2 * total(jnp.log(low[k][k]) for k in range(count))
    return low, half, residual, log_det


def log_spread_of(raw: Array, floor: Array) -> Array:
    """Log spread from its unbounded twin, never below the floor."""
    return 0.5 * jnp.log(jnp.exp(2 * raw) + floor**2)


def spread_floor(share: Array, grain: Array) -> Array:
    """The least spread at which the day noise is what rounding the ratings makes.

    Without it a diary of equal ratings would look certain: its likelihood grows without bound as
    the noise goes to nothing. Where there is no day noise by choice (share 1) the grain bounds
    the swing instead.
    """
    day_share = jnp.where(share < 1, 1 - share, 1.0)
    return grain / jnp.sqrt(jnp.maximum(day_share, 1e-12))


def _spread_nodes(
    batch: Batch, gram: Array, square: Array, log_det: Array, floor: Array, points: int
) -> tuple[Array, Array]:
    """Place Gauss-Hermite points for the log spread at each node; log likelihood with weights.

    Returns arrays (onset, spread, course, noise): the unbounded log spread, and log (likelihood x
    prior x quadrature weight).
    """
    mean, sd = (jnp.asarray(part)[:, None] for part in batch.hyper[3])
    count = jnp.sum(jnp.asarray(batch.seen), 0)[:, None]
    mode, curvature = _spread_mode(batch, gram, square, floor)
    nodes, weights = np.polynomial.hermite.hermgauss(points)
    offsets = jnp.sqrt(2.0) * nodes[None, :, None, None]
    raw = mode[:, None] + offsets / jnp.sqrt(curvature)[:, None]
    log_spread = log_spread_of(raw, floor)
    _, _, residual, log_det_a = _solve(batch, gram[:, :, :, None], square[:, None], log_spread)
    log_like = -0.5 * (count * _LOG_2PI + 2 * count * log_spread + log_det + residual + log_det_a)
    log_prior = -0.5 * ((raw - mean) / sd) ** 2 - jnp.log(sd)
    tilt = (jnp.log(weights) + nodes**2)[None, :, None, None]
    return raw, log_like + log_prior + tilt - 0.5 * jnp.log(curvature)[:, None]


def _spread_mode(batch: Batch, gram: Array, square: Array, floor: Array) -> tuple[Array, Array]:
    """Mode of the unbounded log spread at each node, and the curvature there.

    The residual form depends on the spread only weakly (through the coefficients' prior), so the
    closed form for a fixed residual, then a few damped Newton steps, are enough.
    """
    mean, sd = (jnp.asarray(part)[:, None] for part in batch.hyper[3])
    count = jnp.sum(jnp.asarray(batch.seen), 0)[:, None]

    def parts(raw: Array) -> tuple[Array, Array, Array]:
        log_spread = log_spread_of(raw, floor)
        low, half, residual, _ = _solve(batch, gram, square, log_spread)
        misfit, freedom = _data_part(batch, low, half, residual, gram.shape[0] - 1)
        return log_spread, misfit, count - freedom

    def step(turn: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
        raw = state[0]
        log_spread, misfit, left = parts(raw)
        closed = log_spread + 0.5 * jnp.log(jnp.maximum(misfit, 1e-12) / jnp.maximum(left, 1.0))
        closed = jnp.clip(closed, mean - 4 * sd, mean + 4 * sd)
        share = jnp.exp(2 * (raw - log_spread))
        slope = share * (misfit - left) - (raw - mean) / sd**2
        curvature = 2 * share**2 * misfit + 1 / sd**2
        newton = raw + jnp.clip(slope / curvature, -1.0, 1.0)
        return jnp.where(turn == 0, closed, newton), curvature

    start = jnp.broadcast_to(mean, square.shape)
    mode, curvature = jax.lax.fori_loop(0, 4, step, (start, jnp.ones_like(start)))
    return mode, curvature


def _data_part(
    batch: Batch, low: list[list[Array]], half: list[Array], residual: Array, count: int
) -> tuple[Array, Array]:
    """Squared residuals over the variance, and roughly how many coefficients the data decide.

    The residual form splits into data misfit and distance from the prior start; only the misfit
    scales with the spread. The freedom only places the points, so the pivots will do for it.
    """
    centre = backward(low, half)
    start = jnp.asarray(batch.start)[:, :, None]
    distance = total((centre[k] - start[k]) ** 2 for k in range(count))
    freedom = total(1 - low[k][k] ** -2 for k in range(count))
    return residual - distance, freedom


def _finish(batch: Batch, laid: _Laid, place: Place) -> Mixture:
    """Turn the last grid into a mixture of normals with one node axis."""
    log_spread = log_spread_of(laid.raw_spread, laid.floor)
    low, half, _, _ = _solve(batch, laid.gram[:, :, :, None], laid.square[:, None], log_spread)
    inverse = invert(low)
    centre = backward(low, half)
    shape = laid.log_weight.shape
    mean_spread, sd_spread = (jnp.asarray(part)[:, None] for part in batch.hyper[3])
    hyper = jnp.stack(
        [
            jnp.broadcast_to(laid.onset[:, None, :, None], shape),
            jnp.broadcast_to(laid.noise[0][None, None], shape),
            jnp.broadcast_to(laid.noise[1][None, None], shape),
            (laid.raw_spread - mean_spread) / sd_spread,
        ]
    )
    root = jnp.stack([jnp.stack([jnp.broadcast_to(x, shape) for x in row]) for row in inverse])
    mean = jnp.stack([jnp.broadcast_to(x, shape) for x in centre])
    log_weight = _nodes_first(laid.log_weight)
    total = jax.scipy.special.logsumexp(log_weight, axis=0)
    return Mixture(
        weight=jnp.exp(log_weight - total),
        mean=_nodes_first(mean),
        root=_nodes_first(root),
        hyper=_nodes_first(hyper),
        log_evidence=total + log_cell(place),
        place=place,
    )


def _nodes_first(values: Array) -> Array:
    """(..., onset, spread, course, noise) to (..., node, course)."""
    moved = jnp.moveaxis(values, -1, -2)
    *lead, onset, spread, noise, course = moved.shape
    return moved.reshape(*lead, onset * spread * noise, course)
