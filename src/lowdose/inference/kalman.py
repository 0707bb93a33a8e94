"""The Kalman pass: what a diary's autocorrelated noise does to its columns, in one sweep of days.

The noise of a rating is an AR(1) swing plus independent day noise. On the unit scale (total
standing variance 1) it has two numbers: `phi`, the day-to-day correlation of the swing, and
`share`, the swing's part of the variance. Given those two, sweeping the days once whitens the
ratings and every regression column, and all that later steps need are the cross products (Gram
matrices) of the whitened columns and one log determinant. Missing days are skipped; they cost
nothing and need no imputation.

Arrays carry batch axes last (course, then noise node), so that each step of the sweep is plain
elementwise arithmetic over many courses and nodes at once.

Source: Harvey 1989, Forecasting, Structural Time Series Models and the Kalman Filter, ch. 3
(doi:10.1017/CBO9781107049994).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["Grams", "Rows", "lagged", "noise_step", "whiten"]

# Days swept in one step of the loop: one logarithm for all of them. Padded lengths are multiples.
_BLOCK = 4


class Rows(NamedTuple):
    """Courses as padded arrays. A padded or missing row has `seen` 0.

    rating: the day's number. seen: 1 where there is one. gap: days since the row before (1 in a
    daily diary; 0 or 1 between the period means of the aggregate form). weight: number of days a
    mean rests on. fixed: columns that do not lag (intercept, trend, expectation, guess). drive:
    columns that act through the onset filter (one per dose level or treatment).
    """

    rating: Float[Array, "time course"]
    seen: Float[Array, "time course"]
    gap: Float[Array, "time course"]
    weight: Float[Array, "time course"]
    fixed: Float[Array, "time fixed course"]
    drive: Float[Array, "time level course"]


class Grams(NamedTuple):
    """Cross products of the whitened columns, and the log determinant of the noise.

    base: ratings and fixed columns with each other. cross: those with the lagged columns, for
    each onset. level: the lagged columns with each other.
    """

    base: Float[Array, "base base course node"]
    cross: Float[Array, "onset base level course node"]
    level: Float[Array, "onset level level course node"]
    log_det: Float[Array, "course node"]


def lagged(
    drive: Float[Array, "time level course"], decay: Float[Array, "onset course"]
) -> Float[Array, "time onset level course"]:
    """Pass each drive column through dL/dt = (a - L)/tau, for several onsets at once.

    `decay` is the share of yesterday's relief still there today, 2^(-1/half-life); 0 acts at once.
    """
    keep = decay[:, None, :]

    def day(relief: Array, today: Array) -> tuple[Array, Array]:
        relief = keep * relief + (1 - keep) * today[None]
        return relief, relief

    start = jnp.zeros((decay.shape[0], *drive.shape[1:]))
    return jax.lax.scan(day, start, drive)[1]


def noise_step(
    variance: Array,
    phi: Array,
    noise: tuple[Array, Array],
    gap: Array,
    weight: Array,
    seen: Array,
) -> tuple[Array, Array, Array, Array, Array]:
    """One day of the filter, for a swing and a day noise of the two variances in `noise`.

    Returns the carry of the swing's mean, the gain, the inverse innovation variance (both 0 on a
    missing day), the innovation variance, and the swing's variance after the day.
    """
    carry = jnp.where(gap > 0, phi, 1.0)
    swing, day = noise
    before = carry * carry * variance + swing * (1 - carry * carry)
    innovation = before + day / weight
    inverse = seen / innovation
    gain = before * inverse
    return carry, gain, inverse, innovation, before * (1 - gain)


def whiten(
    rows: Rows,
    relief: Float[Array, "time onset level course"],
    phi: Float[Array, "course node"],
    share: Float[Array, "course node"],
) -> Grams:
    """Sweep the days once and return the whitened cross products.

    `relief` are the drive columns after `lagged`. Every node is a pair (phi, share).
    """
    base = jnp.concatenate([rows.rating[:, None], rows.fixed], axis=1)
    onsets, levels = relief.shape[1:3]

    def zeros(*shape: int) -> Array:
        return jnp.zeros((*shape, *phi.shape))

    def day(state: tuple[Array, ...], row: tuple[Array, ...]) -> tuple[Array, ...]:
        variance, base_mean, level_mean, gram_base, gram_cross, gram_level, product = state
        base_row, level_row, seen, gap, weight = row
        carry, gain, inverse, innovation, variance = noise_step(
            variance, phi, (share, 1 - share), gap[:, None], weight[:, None], seen[:, None]
        )
        base_left = base_row[..., None] - carry * base_mean
        level_left = level_row[..., None] - carry * level_mean
        weighted = base_left * inverse
        return (
            variance,
            carry * base_mean + gain * base_left,
            carry * level_mean + gain * level_left,
            gram_base + weighted[:, None] * base_left[None],
            gram_cross + weighted[None, :, None] * level_left[:, None],
            gram_level + (level_left * inverse)[:, :, None] * level_left[:, None],
            product * jnp.where(seen[:, None] > 0, innovation, 1.0),
        )

    def block(state: tuple[Array, ...], rows: tuple[Array, ...]) -> tuple[tuple[Array, ...], None]:
        *rest, log_det = state
        inner = (*rest, jnp.ones_like(log_det))
        for index in range(_BLOCK):
            inner = day(inner, tuple(column[index] for column in rows))
        return (*inner[:-1], log_det + jnp.log(inner[-1])), None

    count = base.shape[1]
    start = (
        jnp.broadcast_to(share, phi.shape),
        zeros(count),
        zeros(onsets, levels),
        zeros(count, count),
        zeros(onsets, count, levels),
        zeros(onsets, levels, levels),
        zeros(),
    )
    days = (base, relief, rows.seen, rows.gap, rows.weight)
    blocks = tuple(column.reshape(-1, _BLOCK, *column.shape[1:]) for column in days)
    return Grams(*jax.lax.scan(block, start, blocks)[0][3:])
