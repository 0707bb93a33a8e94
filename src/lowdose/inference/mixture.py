"""Reading a posterior that is a mixture of normals: means, spreads, intervals, probabilities.

Every question asked of the coefficients is linear (an effect, a baseline, an effect plus 30 % of
the baseline), so each is itself a mixture of normals in one dimension.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.special import ndtr
from jaxtyping import Array, Float

from lowdose.inference.quadrature import Mixture

__all__ = ["Projection", "interval", "moments", "probability_below", "project"]

_SQRT_2PI = 2.5066282746310002
_UPPER_95 = 1.959963984540054
_FARTHEST_SD = 6.25
# Newton's error is about the square of its last step.
_LAST_STEP_SD = 0.01
_MOST_ROUNDS = 60


class Projection(NamedTuple):
    """Linear questions of a mixture: weight (N, C), mean and sd (Q, N, C)."""

    weight: Float[Array, "node course"]
    mean: Float[Array, "question node course"]
    sd: Float[Array, "question node course"]


def project(mixture: Mixture, questions: Float[Array, "question coefficient course"]) -> Projection:
    """Ask linear questions of standardised coefficients."""
    mean = jnp.einsum("qkc,knc->qnc", questions, mixture.mean)
    # The precision is L L', so the covariance is R'R with R the inverse of L.
    spread = jnp.einsum("qkc,jknc->qjnc", questions, mixture.root)
    return Projection(mixture.weight, mean, jnp.sqrt(jnp.sum(spread**2, axis=1)))


def moments(part: Projection) -> tuple[Array, Array]:
    """Mean and standard deviation of each question, (Q, C)."""
    mean = jnp.sum(part.weight * part.mean, axis=1)
    variance = jnp.sum(part.weight * (part.sd**2 + (part.mean - mean[:, None]) ** 2), axis=1)
    return mean, jnp.sqrt(variance)


def probability_below(part: Projection, threshold: Array | float = 0.0) -> Array:
    """Posterior probability that each question's value is below the threshold, (Q, C)."""
    safe = jnp.where(part.sd > 0, part.sd, 1.0)
    return jnp.sum(part.weight * ndtr((threshold - part.mean) / safe), axis=1)


def interval(part: Projection) -> tuple[Array, Array]:
    """Ends of the central 95 % interval of each question, (Q, C) each.

    Starts from the Cornish-Fisher expansion of the mixture's first four moments and polishes with
    Newton steps on its distribution function, kept between bounds that close in, so that mixtures
    with several peaks or long tails end at the right place too.
    """
    mean, sd = moments(part)
    skew, excess = _shape(part, mean, sd)
    start = jnp.stack([_cornish_fisher(z, skew, excess) for z in (-_UPPER_95, _UPPER_95)])
    low, high = _quantiles(part, mean, sd, start)
    return low, high


def _shape(part: Projection, mean: Array, sd: Array) -> tuple[Array, Array]:
    """Skewness and excess kurtosis."""
    safe = jnp.where(sd > 0, sd, 1.0)[:, None]
    left = (part.mean - mean[:, None]) / safe
    inner = (part.sd / safe) ** 2
    third = jnp.sum(part.weight * (left**3 + 3 * left * inner), axis=1)
    fourth = jnp.sum(part.weight * (left**4 + 6 * left**2 * inner + 3 * inner**2), axis=1)
    return third, fourth - 3


def _cornish_fisher(z: float, skew: Array, excess: Array) -> Array:
    skew = jnp.clip(skew, -1.0, 1.0)
    excess = jnp.clip(excess, -1.0, 3.0)
    return (
        z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * excess / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
    )


def _quantiles(part: Projection, mean: Array, sd: Array, start: Array) -> Array:
    """The 2.5 % and 97.5 % points, (2, Q, C), from starts in standard units."""
    inner = jnp.where(part.sd > 0, part.sd, 1.0)
    level = jnp.array([0.025, 0.975])[:, None, None]

    def closer(state: tuple[Array, ...]) -> tuple[Array, ...]:
        value, low, high, _, rounds = state
        z = (value[:, :, None] - part.mean) / inner
        above = jnp.sum(part.weight * ndtr(z), axis=2) - level
        density = jnp.sum(part.weight * jnp.exp(-0.5 * z**2) / (inner * _SQRT_2PI), axis=2)
        low, high = jnp.where(above <= 0, value, low), jnp.where(above > 0, value, high)
        newton = value - above / jnp.maximum(density, 1e-300)
        inside = (newton >= low) & (newton <= high)
        following = jnp.where(inside, newton, (low + high) / 2)
        step = jnp.where(inside, jnp.abs(following - value), high - low)
        left = step > _LAST_STEP_SD * sd
        return following, low, high, jnp.any(left), rounds + 1

    # No distribution has these points further out (Cantelli's inequality).
    bounds = (mean + side * _FARTHEST_SD * sd for side in (-1, 1))
    low, high = (jnp.broadcast_to(bound, start.shape) for bound in bounds)
    state = closer(closer((mean + start * sd, low, high, jnp.array(True), 0)))
    # Two rounds do for nearly all; the loop is for the rest.
    found: Array = jax.lax.while_loop(
        lambda state: state[3] & (state[4] < _MOST_ROUNDS), closer, state
    )[0]
    return found
