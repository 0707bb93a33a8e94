"""The log-rate or log-odds line when every day's likelihood is stood in for by a normal site.

Then everything is Gaussian: one sweep forward over the days whitens the sites and the regression
columns, one sweep back smooths the swing, and the coefficients follow from a small system.

Source: Durbin & Koopman 2012, Time Series Analysis by State Space Methods, section 4.4 (the
backward recursion; doi:10.1093/acprof:oso/9780199641178.001.0001).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from lowdose.inference.kalman import noise_step

__all__ = ["Line", "LogCourse", "Sites", "Slice", "Totals", "line_under"]

_LOG_2PI = float(np.log(2 * np.pi))


class Totals(NamedTuple):
    """One course of counts or yes/no days.

    total: events of the row (0 where missing). days: how many days they were counted on. seen: 1
    where there is a number. gap: days since the row before.
    """

    total: Float[Array, " time"]
    days: Float[Array, " time"]
    seen: Float[Array, " time"]
    gap: Float[Array, " time"]


class Sites(NamedTuple):
    """A normal observation of each day's line: its precision, and that times its value."""

    precision: Float[Array, "time node"]
    shift: Float[Array, "time node"]


class Slice(NamedTuple):
    """A made-up observation of the coefficients along one direction, with unit or no precision.

    `direction` is in units of the posterior it slices, times the square root of the precision.
    """

    direction: Float[Array, "coefficient node"]
    target: Float[Array, " node"]


class LogCourse(NamedTuple):
    """What is known before the sites are found: rows, columns, prior, swing and slice."""

    rows: Totals
    columns: Float[Array, "time coefficient"]
    start: Float[Array, " coefficient"]
    phi: Float[Array, " node"]
    swing: Float[Array, " node"]
    slice: Slice


class Line(NamedTuple):
    """What the sites make of the line: its mean and variance each day, and the coefficients.

    `lean` is each day's line against the coefficients, in units of their posterior.
    """

    mean: Float[Array, "time node"]
    variance: Float[Array, "time node"]
    log_gauss: Float[Array, " node"]
    low: Float[Array, "node coefficient coefficient"]
    root: Float[Array, "coefficient coefficient node"]
    centre: Float[Array, "coefficient node"]
    lean: Float[Array, "coefficient time node"]


def line_under(course: LogCourse, sites: Sites) -> Line:
    """Sweep forward and back, and solve for the coefficients."""
    rows, start, (along, target) = course.rows, course.start, course.slice
    count = start.size
    gram, log_det, swept = _sweep(course, sites)
    left, swing_variance = _smooth(rows, course.phi, swept)
    precision = jnp.eye(count)[:, :, None] + along[:, None] * along[None] + gram[1:, 1:]
    low = jnp.linalg.cholesky(jnp.moveaxis(precision, -1, 0))
    root = jnp.moveaxis(_inverse(low), 0, -1)
    half = jnp.sum(root * (start[:, None] + along * target + gram[1:, 0]), 1)
    centre = jnp.sum(root * half[:, None], 0)
    misfit = gram[0, 0] + jnp.sum(start**2) + target**2 - jnp.sum(half**2, 0)
    log_pivots = jnp.sum(jnp.log(jnp.diagonal(low, axis1=1, axis2=2)), 1)
    columns = left[:, 1:]
    lean = jnp.sum(root[:, None] * columns, 2)
    return Line(
        mean=sites.shift / sites.precision - left[:, 0] + jnp.sum(columns * centre, 1),
        variance=swing_variance + jnp.sum(lean**2, 0),
        log_gauss=-0.5 * (jnp.sum(rows.seen) * _LOG_2PI + log_det + 2 * log_pivots + misfit),
        low=low,
        root=root,
        centre=centre,
        lean=lean,
    )


def _inverse(low: Array) -> Array:
    eye = jnp.broadcast_to(jnp.eye(low.shape[-1]), low.shape)
    return jax.lax.linalg.triangular_solve(low, eye, left_side=True, lower=True)


class _Swept(NamedTuple):
    """The forward sweep day by day: innovations (sites first, then columns) and the filter."""

    left: Float[Array, "time column node"]
    before: Float[Array, "time node"]
    inverse: Float[Array, "time node"]
    gain: Float[Array, "time node"]


def _sweep(course: LogCourse, sites: Sites) -> tuple[Array, Array, _Swept]:
    """Cross products of the whitened sites and columns, the log determinant, and the days."""
    rows, columns, phi, swing = course.rows, course.columns, course.phi, course.swing
    observed = (sites.shift / sites.precision)[:, None]
    wide = jnp.broadcast_to(columns[:, :, None], (*columns.shape, phi.size))
    everything = jnp.concatenate([observed, wide], axis=1)
    one = jnp.ones(())

    def day(state: tuple[Array, ...], row: tuple[Array, ...]) -> tuple[tuple[Array, ...], _Swept]:
        variance, mean, gram, log_det = state
        values, precision, seen, gap = row
        carry, gain, inverse, innovation, variance = noise_step(
            variance, phi, (swing, one), gap, precision, seen
        )
        left = values - carry * mean
        gram = gram + (left * inverse)[:, None] * left[None]
        mean = carry * mean + gain * left
        before = innovation - 1 / precision
        log_det = log_det + seen * jnp.log(innovation)
        return (variance, mean, gram, log_det), _Swept(left, before, inverse, gain)

    size = everything.shape[1]
    zeros = jnp.zeros((size, size, phi.size))
    state = (swing, zeros[0], zeros, zeros[0, 0])
    days = (everything, sites.precision, rows.seen, rows.gap)
    (_, _, gram, log_det), swept = jax.lax.scan(day, state, days)
    return gram, log_det, swept


def _smooth(rows: Totals, phi: Array, swept: _Swept) -> tuple[Array, Array]:
    """What is left of each column without its smoothed swing, and the swing's variance."""
    carry = jnp.where(rows.gap > 0, 1.0, 0.0)[:, None] * (phi - 1.0) + 1.0

    def day(
        state: tuple[Array, Array], row: tuple[Array, ...]
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        pull, known = state
        left, before, inverse, gain, carry = row
        pull = inverse * left + (1 - gain) * pull
        known = inverse + (1 - gain) ** 2 * known
        out = (left - before * pull, before * (1 - before * known))
        return (carry * pull, carry**2 * known), out

    start = (jnp.zeros(swept.left.shape[1:]), jnp.zeros(phi.shape))
    left, variance = jax.lax.scan(day, start, (*swept, carry), reverse=True)[1]
    return left, variance
