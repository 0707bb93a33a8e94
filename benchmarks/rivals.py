"""The same models sampled by other programs, for the comparisons of speed.

`compiled_nuts`: a model written in NumPyro, its density handed to BlackJAX's NUTS, everything
from warm-up to draws in one compiled program that takes the data as an argument, so it is compiled
once for all data of one shape. `stock_call`: NumPyro's own `MCMC(NUTS(model)).run(...)`, as its
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
from numpyro.distributions import HalfNormal, Normal
from numpyro.infer import MCMC, NUTS
from numpyro.infer.util import initialize_model

from lowdose.inference.arrays import Batch
from lowdose.inference.pool.posterior import Belief
from lowdose.inference.sampler import log_density

__all__ = [
    "compiled_nuts",
    "course",
    "draws_for",
    "effect_draws",
    "effective_size",
    "spread_of_effects",
    "stock_call",
]

Model = Callable[[Any], None]


def course(batch: Batch) -> None:
    """One course: standard coefficients and hyper numbers, the Kalman filter's likelihood."""
    start = jnp.asarray(batch.start)[:, 0]
    z = numpyro.sample("hyper", Normal(jnp.zeros(4), 1).to_event(1))
    coefficients = numpyro.sample("coefficients", Normal(start, 1).to_event(1))
    density = log_density({"hyper": z, "coefficients": coefficients}, batch)
    prior = -0.5 * (jnp.sum(z**2) + jnp.sum((coefficients - start) ** 2))
    numpyro.factor("ratings", density - prior)


def spread_of_effects(belief: Belief) -> Model:
    """Mean and spread of people's effects, given each course's likelihood as normal curves.

    Its data are (log weights, means, variances), (courses, curves) each; a person's own effect is
    integrated out, as it can be, so that two numbers are left to sample.
    """

    def model(curves: Any) -> None:
        mu = numpyro.sample("mu", Normal(belief.mean.mean, belief.mean.sd))
        tau = numpyro.sample("tau", HalfNormal(belief.spread))
        log_weight, mean, variance = curves
        total = variance + tau**2
        logs = log_weight - 0.5 * (jnp.log(total) + (mean - mu) ** 2 / total)
        numpyro.factor("courses", jnp.sum(jax.scipy.special.logsumexp(logs, axis=1)))

    return model


def compiled_nuts(model: Model, example: Any, warmup: int, draws: int) -> Callable[[Any, Any], Any]:
    """A function of key and data that gives draws; compiled at its first call."""
    ready = initialize_model(
        jax.random.key(0), model, model_args=(example,), dynamic_args=True, validate_grad=False
    )
    start = ready.param_info.z

    @jax.jit
    def run(key: Any, data: Any) -> Any:
        def density(position: Any) -> Any:
            return -ready.potential_fn(data)(position)

        adapt_key, key = jax.random.split(key)
        adapt = blackjax.window_adaptation(blackjax.nuts, density)
        (state, parameters), _ = adapt.run(adapt_key, start, num_steps=warmup)
        kernel = blackjax.nuts(density, **parameters)

        def step(state: Any, key: Any) -> tuple[Any, Any]:
            state, _ = kernel.step(key, state)
            return state, ready.postprocess_fn(data)(state.position)

        return jax.lax.scan(step, state, jax.random.split(key, draws))[1]

    return run


def stock_call(model: Model, data: Any, seed: int, warmup: int, draws: int) -> Any:
    """Draws by NumPyro's own call."""
    sampler = MCMC(NUTS(model), num_warmup=warmup, num_samples=draws, progress_bar=False)
    sampler.run(jax.random.key(seed), data)
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


def draws_for(wanted: int, drawn: list[np.ndarray]) -> int:
    """Draws after which a chain has the wanted effective size, by the median of pilot chains."""
    each = np.median([effective_size(one) / one.size for one in drawn])
    return max(1, round(wanted / float(each)))
