"""Counts and yes/no days at fixed noise numbers: each day's likelihood becomes a normal site.

Given onset, correlation and spread, the log-rate (or log-odds) line is Gaussian before the diary is
read: coefficients plus an AR(1) swing. The days are not Gaussian, so each is stood in for by a site
(a normal observation of the line with its own precision). Expectation propagation sets every
site so that the line of that day keeps the mean and variance it would have with the true
likelihood there. The first sites come from Newton steps towards the mode.

Laplace's method would centre on the mode instead. With rare events or yes/no days the posterior is
skewed, and its mode is not its mean.

Sources: Minka 2001 (expectation propagation; arXiv:1301.2294); Rasmussen & Williams 2006, Gaussian
Processes for Machine Learning, section 3.6.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import expit, logit
from jaxtyping import Array, Float

from lowdose.inference.latent import Line, LogCourse, Sites, Slice, Totals, line_under

__all__ = ["Fit", "fit", "log_likelihood"]

_LOG_2PI = float(np.log(2 * np.pi))
_POINTS = 15
_NEWTON_STEPS = 6
_MOST_ROUNDS = 60
_TOLERANCE = 1e-6
_DAMPING = 0.8
_LEAST_PRECISION = 1e-7
_FARTHEST_LINE = 30.0
_SLICE_NOISE = 0.75


class Fit(NamedTuple):
    """Per noise node: log marginal likelihood, and the coefficients' normal posterior.

    `root` is the inverse Cholesky factor of the coefficients' precision (lower triangular).
    """

    log_like: Float[Array, " node"]
    mean: Float[Array, "coefficient node"]
    root: Float[Array, "coefficient coefficient node"]


class _Tilted(NamedTuple):
    """A day's line with the sites of all other days and its own true likelihood."""

    log_mass: Float[Array, "time node"]
    mean: Float[Array, "time node"]
    variance: Float[Array, "time node"]
    third: Float[Array, "time node"]


def log_likelihood(rows: Totals, line: Array, *, binary: bool) -> Array:
    """Log probability of each row's total, up to a constant of the data; `line` is (time, ...).

    The rate (or the odds) of a day is the exponential of the line.
    """
    shape = (-1, *(1,) * (line.ndim - 1))
    total, days = rows.total.reshape(shape), rows.days.reshape(shape)
    return total * line - days * (jax.nn.softplus(line) if binary else jnp.exp(line))


def fit(
    rows: Totals,
    columns: Float[Array, "time coefficient"],
    start: Float[Array, " coefficient"],
    noise: tuple[Float[Array, " node"], Float[Array, " node"]],
    *,
    binary: bool,
    slices: int = 1,
) -> Fit:
    """Fit one onset's columns at every noise node; `noise` is correlation and swing variance.

    With several slices the node axis of the result is (slice, node), flat, slice first, and the
    normals of one noise node together follow the skewness of the posterior.
    """
    phi, swing = noise
    whole = Slice(jnp.zeros((start.size, phi.size)), jnp.zeros(phi.size))
    course = LogCourse(rows, columns, start, phi, swing, whole)
    sites = _first_sites(rows, phi.size, binary)
    sites, log_like = _settle(course, sites, _NEWTON_STEPS, binary)
    if slices > 1:
        course, sites, log_weight = _cut(course, sites, slices, binary)
        sites, log_like = _settle(course, sites, 0, binary)
        log_like = log_like + log_weight
    line = line_under(course, sites)
    return Fit(log_like, line.centre, line.root)


def _settle(
    course: LogCourse, sites: Sites, newton_steps: int, binary: bool
) -> tuple[Sites, Array]:
    """Propagate until the log marginal likelihood stands still; the sites and that.

    The first steps are Newton's, which need no good start.
    """

    def more(state: tuple[Sites, Array, Array, Array]) -> Array:
        unsettled = (state[2] > _TOLERANCE) | (state[3] <= newton_steps)
        return unsettled & (state[3] < _MOST_ROUNDS)

    def propagate(state: tuple[Sites, Array, Array, Array]) -> tuple[Sites, Array, Array, Array]:
        sites, before, _, rounds = state
        line = line_under(course, sites)
        matched, log_like = _matched_sites(course.rows, line, sites, binary)
        newton = _mode_sites(course.rows, line.mean, binary)
        sites = jax.tree.map(partial(jnp.where, rounds < newton_steps), newton, matched)
        return sites, log_like, jnp.max(jnp.abs(log_like - before)), rounds + 1

    nothing = jnp.zeros(course.phi.shape)
    sites, log_like, _, _ = jax.lax.while_loop(more, propagate, (sites, nothing, jnp.inf, 0))
    return sites, log_like


# --- slices --------------------------------------------------------------------------


def _cut(
    course: LogCourse, sites: Sites, slices: int, binary: bool
) -> tuple[LogCourse, Sites, Array]:
    """Cut each node's posterior along its most skewed direction.

    Observing the coefficients there with noise, and integrating over what was observed, changes
    nothing in truth; but each slice is narrower, so that a normal fits it better. What was
    observed is integrated by Gauss-Hermite points, whose log weights come last.
    """
    line = line_under(course, sites)
    direction = _skewed_direction(course, line, sites, binary)
    scaled = jnp.einsum("nij,jn->in", line.low, direction) / _SLICE_NOISE
    points, weights = np.polynomial.hermite.hermgauss(slices)
    reach = np.sqrt(2 * (1 + _SLICE_NOISE**2)) * points / _SLICE_NOISE
    target = jnp.sum(scaled * line.centre, 0) + reach[:, None]
    cut = course._replace(
        phi=jnp.tile(course.phi, slices),
        swing=jnp.tile(course.swing, slices),
        slice=Slice(jnp.tile(scaled, slices), target.reshape(-1)),
    )
    spread_sites = Sites(*(jnp.tile(part, slices) for part in sites))
    return cut, spread_sites, jnp.repeat(np.log(weights) + points**2, course.phi.size)


def _skewed_direction(course: LogCourse, line: Line, sites: Sites, binary: bool) -> Array:
    """The direction (coefficient, node), in posterior units, in which skewness is greatest.

    To first order the posterior's third cumulant is the sum of those of the days' tilted
    distributions, each along its own lean; applying it to a direction again and again turns that
    towards the largest. (Cumulants as what expectation propagation leaves out: Paquet, Winther &
    Opper 2009, JMLR 10:1263-1304.)
    """
    tilted, _, _ = _tilted_at(course.rows, line, sites, binary)
    pull = course.rows.seen[:, None] * tilted.third / line.variance**3
    fallback = jnp.zeros(line.centre.shape).at[0].set(1.0)

    def unit(direction: Array) -> Array:
        size = jnp.sqrt(jnp.sum(direction**2, 0))
        return jnp.where(size > 1e-12, direction / jnp.maximum(size, 1e-12), fallback)

    def again(_: int, direction: Array) -> Array:
        onto = jnp.sum(line.lean * direction[:, None], 0)
        return unit(jnp.sum(pull * onto**2 * line.lean, 1))

    first = unit(jnp.sum(pull * jnp.sum(line.lean**2, 0) * line.lean, 1))
    return jax.lax.fori_loop(0, 8, again, first)


# --- sites ---------------------------------------------------------------------------


def _first_sites(rows: Totals, nodes: int, binary: bool) -> Sites:
    """Sites at what each row says on its own, drawn a little towards the middle."""
    if binary:
        line = logit((rows.total + 0.5) / (rows.days + 1.0))
    else:
        line = jnp.log((rows.total + 0.5) / rows.days)
    return _mode_sites(rows, jnp.broadcast_to(line[:, None], (line.size, nodes)), binary)


def _slopes(rows: Totals, line: Array, binary: bool) -> tuple[Array, Array]:
    """First derivative of the log likelihood of each row and minus its second."""
    shape = (-1, *(1,) * (line.ndim - 1))
    total, days = rows.total.reshape(shape), rows.days.reshape(shape)
    rate = expit(line) if binary else jnp.exp(line)
    curve = days * rate * (1 - rate) if binary else days * rate
    return total - days * rate, curve


def _mode_sites(rows: Totals, line: Array, binary: bool) -> Sites:
    """Newton's sites: the parabola of the log likelihood at the line."""
    near = jnp.clip(line, -_FARTHEST_LINE, _FARTHEST_LINE)
    slope, curve = _slopes(rows, near, binary)
    precision = jnp.maximum(curve, _LEAST_PRECISION)
    return Sites(precision, precision * near + slope)


def _tilted_at(
    rows: Totals, line: Line, sites: Sites, binary: bool
) -> tuple[_Tilted, Array, Array]:
    """Each day's tilted distribution, and mean and variance of its cavity (its own site left out).

    A row without a number has no site to leave out.
    """
    seen = rows.seen[:, None]
    left = 1 / line.variance - seen * sites.precision
    cavity = 1 / jnp.maximum(left, 1e-6 / line.variance)
    centre = cavity * (line.mean / line.variance - seen * sites.shift)
    return _tilted(rows, (centre, cavity), line.mean, binary), centre, cavity


def _matched_sites(rows: Totals, line: Line, sites: Sites, binary: bool) -> tuple[Sites, Array]:
    """Sites that match mean and variance, and the log marginal likelihood of the old ones."""
    tilted, centre, cavity = _tilted_at(rows, line, sites, binary)
    precision = jnp.maximum(1 / tilted.variance - 1 / cavity, _LEAST_PRECISION)
    shift = tilted.mean * (precision + 1 / cavity) - centre / cavity
    wide = cavity + 1 / sites.precision
    miss = sites.shift / sites.precision - centre
    log_site = 0.5 * (_LOG_2PI + jnp.log(wide) + miss**2 / wide)
    log_like = line.log_gauss + jnp.sum(rows.seen[:, None] * (tilted.log_mass + log_site), 0)
    return Sites(
        sites.precision + _DAMPING * (precision - sites.precision),
        sites.shift + _DAMPING * (shift - sites.shift),
    ), log_like


def _tilted(rows: Totals, outside: tuple[Array, Array], near: Array, binary: bool) -> _Tilted:
    """Moments of N(centre, cavity) times a row's likelihood; `outside` is centre and cavity.

    Gauss-Hermite points around the mode of the product, which has one peak.
    """
    centre, cavity = outside

    def newton(_: int, mode: Array) -> Array:
        slope, curve = _slopes(rows, mode, binary)
        step = (slope - (mode - centre) / cavity) / (curve + 1 / cavity)
        return mode + jnp.clip(step, -2.0, 2.0)

    mode = jax.lax.fori_loop(0, 6, newton, jnp.clip(near, -_FARTHEST_LINE, _FARTHEST_LINE))
    width = 1 / jnp.sqrt(_slopes(rows, mode, binary)[1] + 1 / cavity)
    points, weights = np.polynomial.hermite.hermgauss(_POINTS)
    line = mode[..., None] + np.sqrt(2.0) * points * width[..., None]
    left = (line - centre[..., None]) ** 2 / cavity[..., None]
    log_density = log_likelihood(rows, line, binary=binary) - 0.5 * left
    top = jnp.max(log_density, -1, keepdims=True)
    mass = jnp.exp(log_density - top + points**2) * weights
    whole = jnp.sum(mass, -1)
    mean = jnp.sum(mass * line, -1) / whole
    away = line - mean[..., None]
    variance, third = (jnp.sum(mass * away**power, -1) / whole for power in (2, 3))
    log_mass = jnp.log(whole * width / jnp.sqrt(np.pi * cavity)) + top[..., 0]
    return _Tilted(log_mass, mean, variance, third)
