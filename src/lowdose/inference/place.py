"""Where a grid lies and how fine it is: laid coarsely, it says where the next one must lie.

Three of the numbers that are not linear are summed on such a grid: two that describe the noise
and may be correlated, and the onset. All are in prior standard units.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

__all__ = [
    "Grid",
    "Place",
    "axis",
    "find_place",
    "fine_grid_for",
    "first_place",
    "grid_for",
    "log_cell",
    "noise_pairs",
]


class Grid(NamedTuple):
    """How fine the grid is (static: one compiled program per value).

    noise: points along each of the two axes for autocorrelation and share. onset: points for the
    onset. spread: Gauss-Hermite points. reach: how many standard deviations the axes extend.
    rounds: how often a coarse grid is laid to find the place; coarse_noise, coarse_onset: its
    points. round: where the final grid's corners are cut. onset_reach: as reach, for the onset.
    """

    noise: int
    onset: int
    spread: int
    reach: float
    rounds: int
    coarse_noise: int
    coarse_onset: int = 5
    round: float = 1.08
    onset_reach: float = 2.8


def grid_for(rows: int) -> Grid:
    """The grid for a padded length, where many diaries are answered at once.

    Only effects and the baseline's mean are read from it. Short diaries leave the noise wide and
    skewed (more points), long ones make the posterior narrow against the prior (more rounds to
    find it).
    """
    if rows <= 64:
        return Grid(noise=9, onset=7, spread=5, reach=3.0, rounds=2, coarse_noise=7)
    if rows <= 128:
        return Grid(
            noise=7, onset=5, spread=3, reach=2.8, rounds=2, coarse_noise=5, onset_reach=2.9
        )
    if rows <= 256:
        return Grid(noise=9, onset=7, spread=3, reach=3.0, rounds=3, coarse_noise=7)
    return Grid(noise=11, onset=7, spread=3, reach=3.2, rounds=4, coarse_noise=7)


def fine_grid_for(rows: int) -> Grid:
    """The grid where one diary is answered: some milliseconds more, and closer.

    The autocorrelation is given with its interval here, and often has a second mode near 1: its
    tails and the corners count.
    """
    usual = grid_for(rows)
    return usual._replace(
        noise=15,
        onset=9,
        spread=7 if rows <= 64 else 5,
        reach=3.5,
        rounds=usual.rounds + 1,
        coarse_noise=7,
        coarse_onset=5,
        onset_reach=3.2,
        round=1.5 if rows <= 64 else 1.4,
    )


class Place(NamedTuple):
    """Where the grid lies, in prior standard units, per course.

    noise_mean (2, C), noise_root (2, 2, C) lower triangular, onset_mean (C,), onset_sd (C,).
    """

    noise_mean: Array
    noise_root: Array
    onset_mean: Array
    onset_sd: Array


def axis(points: int, reach: float) -> np.ndarray:
    return np.linspace(-reach, reach, points) if points > 1 else np.zeros(1)


def noise_pairs(grid: Grid) -> np.ndarray:
    """The noise axes' points, (2, N): a square lattice, on the final grid without its far corners.

    There the corners hold less than a thousandth of the posterior and a quarter of the work; while
    the place is being looked for they may hold a second mode.
    """
    along = axis(grid.noise, grid.reach)
    pair = np.stack(np.meshgrid(along, along, indexing="ij")).reshape(2, -1)
    return pair[:, np.hypot(*pair) <= grid.round * grid.reach]


def first_place(courses: int) -> Place:
    """A grid over the prior."""
    return Place(
        noise_mean=jnp.zeros((2, courses)),
        noise_root=jnp.broadcast_to(0.9 * jnp.eye(2)[:, :, None], (2, 2, courses)),
        onset_mean=jnp.zeros(courses),
        onset_sd=jnp.ones(courses),
    )


def find_place(
    log_weight: Float[Array, "onset course node"],
    noise: Float[Array, "two course node"],
    onset: Float[Array, "onset course"],
    grid: Grid,
    before: Place,
) -> Place:
    """Mean and covariance of the noise numbers and the onset under the grid's weights.

    Where the grid is too coarse to see the posterior's width, the next one is laid half a cell
    wide around the best node rather than at a point.
    """
    flat = log_weight - jnp.max(log_weight, axis=(0, 2), keepdims=True)
    weight = jnp.exp(flat)
    weight = weight / jnp.sum(weight, axis=(0, 2), keepdims=True)
    noise_weight = jnp.sum(weight, 0)
    onset_weight = jnp.sum(weight, 2)
    mean = jnp.sum(noise * noise_weight, 2)
    left = noise - mean[:, :, None]
    cov = jnp.einsum("icn,jcn,cn->ijc", left, left, noise_weight)
    cell = grid.reach * 2 / (grid.noise - 1)
    root = _root_with_floor(cov, before.noise_root, 0.55 * cell)
    onset_mean = jnp.sum(onset * onset_weight, 0)
    variance = jnp.sum((onset - onset_mean) ** 2 * onset_weight, 0)
    onset_cell = before.onset_sd * 2 * grid.onset_reach / max(grid.onset - 1, 1)
    onset_sd = jnp.sqrt(jnp.maximum(variance, (0.35 * onset_cell) ** 2))
    return Place(mean, root, onset_mean, onset_sd)


def _root_with_floor(cov: Array, before: Array, cell: float) -> Array:
    """Cholesky root of a 2 x 2 covariance, no direction narrower than a cell of the grid before."""
    floor = cell**2 * jnp.einsum("ijc,kjc->ikc", before, before)
    wide_a = jnp.maximum(cov[0, 0], floor[0, 0])
    wide_b = jnp.maximum(cov[1, 1], floor[1, 1])
    across = jnp.clip(cov[0, 1] / jnp.sqrt(wide_a * wide_b), -0.95, 0.95)
    first = jnp.sqrt(wide_a)
    second = jnp.sqrt(wide_b)
    zero = jnp.zeros_like(first)
    return jnp.stack(
        [
            jnp.stack([first, zero]),
            jnp.stack([across * second, second * jnp.sqrt(1 - across**2)]),
        ]
    )


def log_cell(place: Place) -> Array:
    """Log volume of a unit cell of the grid, up to a constant of the grid."""
    return (
        jnp.log(place.noise_root[0, 0]) + jnp.log(place.noise_root[1, 1]) + jnp.log(place.onset_sd)
    )
