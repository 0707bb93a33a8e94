"""The same model sampled by other programs, for the speed comparison.

`compiled_nuts`: the model written in NumPyro, its density handed to BlackJAX's NUTS, everything
from warm-up to draws in one compiled program that takes the diary as an argument, so it is compiled
once for all diaries of one shape. `stock_call`: NumPyro's own `MCMC(NUTS(model)).run(...)`, as its
documentation shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import blackjax
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
from numpyro.distributions import Normal
from numpyro.infer import MCMC, NUTS
from numpyro.infer.util import initialize_model

from lowdose.inference.arrays import Batch
from lowdose.inference.sampler import log_density

__all__ = ["compiled_nuts", "effect_draws", "effective_size", "stock_call"]


def model(batch: Batch) -> None:
    """One course: standard coefficients and hyper numbers, the Kalman filter's likelihood."""
    start = jnp.asarray(batch.start)[:, 0]
    z = numpyro.sample("hyper", Normal(jnp.zeros(4), 1).to_event(1))
    coefficients = numpyro.sample("coefficients", Normal(start, 1).to_event(1))
    density = log_density({"hyper": z, "coefficients": coefficients}, batch)
    prior = -0.5 * (jnp.sum(z**2) + jnp.sum((coefficients - start) ** 2))
    numpyro.factor("ratings", density - prior)


def compiled_nuts(example: Batch, warmup: int, draws: int) -> Callable[[Any, Batch], Any]:
    """A function of key and diary that gives draws; compiled at its first call."""
    ready = initialize_model(
        jax.random.key(0), model, model_args=(example,), dynamic_args=True, validate_grad=False
    )
    start = ready.param_info.z

    @jax.jit
    def run(key: Any, batch: Batch) -> Any:
        def density(position: Any) -> Any:
            return -ready.potential_fn(batch)(position)

        adapt_key, key = jax.random.split(key)
        adapt = blackjax.window_adaptation(blackjax.nuts, density)
        (state, parameters), _ = adapt.run(adapt_key, start, num_steps=warmup)
        kernel = blackjax.nuts(density, **parameters)

        def step(state: Any, key: Any) -> tuple[Any, Any]:
            state, _ = kernel.step(key, state)
            return state, state.position

        return jax.lax.scan(step, state, jax.random.split(key, draws))[1]

    return run


def stock_call(batch: Batch, seed: int, warmup: int, draws: int) -> Any:
    """Draws by NumPyro's own call."""
    sampler = MCMC(NUTS(model), num_warmup=warmup, num_samples=draws, progress_bar=False)
    sampler.run(jax.random.key(seed), batch)
    return sampler.get_samples()


def effect_draws(drawn: Any, batch: Batch) -> np.ndarray:
    """The first level's effect in each draw."""
    first = batch.fixed.shape[1]
    back = batch.back[first, :, 0]
    return np.asarray(drawn["coefficients"]) @ back


def effective_size(draws: np.ndarray) -> float:
    """Bulk effective sample size of one chain."""
    from arviz_stats import ess

    return float(ess(draws[None, :], method="bulk"))
