"""NUTS on the same model: slower, and the reference that the quadrature is held against.

Nothing is integrated in closed form here: the coefficients and the four other numbers are all
sampled, with the likelihood of the ratings given all of them. Same priors, same standardised
units.

Source: Hoffman & Gelman 2014, JMLR 15:1593-1623; the sampler is blackjax's.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import blackjax
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from lowdose.inference.arrays import Batch
from lowdose.inference.kalman import lagged, noise_step
from lowdose.inference.quadrature import unpack_hyper

__all__ = ["chain", "log_density", "log_likelihood", "sample"]

_LOG_2PI = float(np.log(2 * np.pi))


def log_likelihood(
    residual: Float[Array, " time"],
    seen: Float[Array, " time"],
    gap: Float[Array, " time"],
    weight: Float[Array, " time"],
    phi: Array,
    share: Array,
    log_spread: Array,
) -> Array:
    """Log density of residuals under swing plus day noise (one course, one set of numbers)."""
    scaled = residual * jnp.exp(-log_spread)

    def day(
        state: tuple[Array, Array], row: tuple[Array, ...]
    ) -> tuple[tuple[Array, Array], Array]:
        mean, variance = state
        value, is_seen, days, averaged = row
        carry, gain, inverse, innovation, variance = noise_step(
            variance, phi, (share, 1 - share), days, averaged, is_seen
        )
        left = value - carry * mean
        term = is_seen * (jnp.log(innovation) + left**2 * inverse + _LOG_2PI + 2 * log_spread)
        return (carry * mean + gain * left, variance), term

    start = (jnp.zeros(()), share)
    return -0.5 * jnp.sum(jax.lax.scan(day, start, (scaled, seen, gap, weight))[1])


def log_density(position: dict[str, Array], batch: Batch) -> Array:
    """Log posterior density (up to a constant) of one course, from standardised numbers.

    `position` has `hyper` (4,) in prior standard units and `coefficients` (K,). `batch` holds one
    course.
    """
    z, coefficients = position["hyper"], position["coefficients"]
    half_life, phi, share, log_spread = (
        value[0] for value in unpack_hyper(z[:, None], batch.hyper, batch.share_range, batch.grain)
    )
    decay = jnp.where(batch.gradual[0] > 0, 2.0 ** (-1 / half_life), 0.0)
    relief = lagged(jnp.asarray(batch.drive), decay.reshape(1, 1))[:, 0, :, 0]
    columns = jnp.concatenate([jnp.asarray(batch.fixed)[:, :, 0], relief], axis=1)
    residual = batch.rating[:, 0] - columns @ coefficients
    like = log_likelihood(
        residual, batch.seen[:, 0], batch.gap[:, 0], batch.weight[:, 0], phi, share, log_spread
    )
    start = batch.start[:, 0]
    return like - 0.5 * (jnp.sum(z**2) + jnp.sum((coefficients - start) ** 2))


@partial(jax.jit, static_argnames=("draws", "warmup"))
def _course(key: Array, batch: Batch, draws: int, warmup: int) -> dict[str, Array]:
    start_key, key = jax.random.split(key)
    start = {
        "hyper": 0.5 * jax.random.normal(start_key, (4,)),
        "coefficients": jnp.asarray(batch.start)[:, 0],
    }
    return chain(key, partial(log_density, batch=batch), start, (warmup, draws), dense=True)


def chain(
    key: Array,
    density: Callable[[dict[str, Array]], Array],
    start: dict[str, Array],
    steps: tuple[int, int],
    *,
    dense: bool,
) -> dict[str, Array]:
    """One NUTS chain: `steps` of warm-up, thrown away, then of draws.

    `dense`: learn how the numbers go together, not only how wide each is.
    """
    warmup, draws = steps
    adapt_key, key = jax.random.split(key)
    adapt = blackjax.window_adaptation(
        blackjax.nuts, density, is_mass_matrix_diagonal=not dense, target_acceptance_rate=0.9
    )
    (state, parameters), _ = adapt.run(adapt_key, start, num_steps=warmup)
    kernel = blackjax.nuts(density, **parameters)

    def step(state: Any, key: Array) -> tuple[Any, dict[str, Array]]:
        state, _ = kernel.step(key, state)
        return state, state.position

    drawn: dict[str, Array] = jax.lax.scan(step, state, jax.random.split(key, draws))[1]
    return drawn


def sample(
    batch: Batch, seed: int, *, chains: int = 4, draws: int = 1000, warmup: int = 800
) -> dict[str, np.ndarray]:
    """Draws of one course: `hyper` (chains, draws, 4), `coefficients` (chains, draws, K)."""
    keys = jax.random.split(jax.random.key(seed), chains)
    device = jax.tree.map(jnp.asarray, batch)
    runs = jax.lax.map(lambda key: _course(key, device, draws, warmup), keys)
    return {name: np.asarray(values) for name, values in runs.items()}
