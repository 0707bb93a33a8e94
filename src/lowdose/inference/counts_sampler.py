"""NUTS on counts and yes/no days: slower, and the reference that `counts` is held against.

Nothing is approximated here: coefficients, noise numbers and the swing of every day are all
sampled, with the likelihood of the counts given all of them. Same priors, same standardised units.
The swing is written as independent standard steps (non-centred), which keeps the sampler from
stalling where the diary says little about it.

Source: Hoffman & Gelman 2014, JMLR 15:1593-1623; the sampler is blackjax's.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from lowdose.diary.entries import Kind
from lowdose.inference.arrays import Batch, stack
from lowdose.inference.counts import relief_columns, swing_numbers, totals
from lowdose.inference.draws import Draws, hyper_numbers
from lowdose.inference.frame import Frame
from lowdose.inference.latent import Totals
from lowdose.inference.propagation import log_likelihood
from lowdose.inference.sampler import chain
from lowdose.runtime import double_precision

__all__ = ["counts_density", "sample_counts"]


def counts_density(position: dict[str, Array], batch: Batch, rows: Totals, binary: bool) -> Array:
    """Log posterior density (up to a constant), from standardised numbers.

    `position` has `hyper` (3,): onset, correlation, spread; `coefficients` (K,); `steps` (T,), the
    swing's daily steps.
    """
    onset, phi_unit, spread_unit = position["hyper"]
    phi, spread = swing_numbers(batch, phi_unit, spread_unit)
    columns = relief_columns(batch, onset)
    line = columns @ position["coefficients"] + spread * _swing(rows, phi, position["steps"])
    like = jnp.sum(rows.seen * log_likelihood(rows, line, binary=binary))
    left = position["coefficients"] - jnp.asarray(batch.start)[:, 0]
    prior = jnp.sum(position["hyper"] ** 2) + jnp.sum(left**2) + jnp.sum(position["steps"] ** 2)
    return like - 0.5 * prior


def _swing(rows: Totals, phi: Array, steps: Array) -> Array:
    """The swing on the unit scale from its independent steps."""

    def day(state: Array, row: tuple[Array, Array]) -> tuple[Array, Array]:
        step, gap = row
        state = jnp.where(gap > 0, phi * state + jnp.sqrt(1 - phi**2) * step, state)
        return state, state

    later = jax.lax.scan(day, steps[0], (steps[1:], jnp.asarray(rows.gap)[1:]))[1]
    return jnp.concatenate([steps[:1], later])


def sample_counts(
    frame: Frame, seed: int, *, chains: int = 4, draws: int = 1000, warmup: int = 800
) -> Draws:
    """Draws of one frame of counts or yes/no days, chains laid end to end.

    Raises InputError as `estimate_counts` does.
    """
    with double_precision():
        batch = stack([frame])
        rows = totals(frame, batch)
        found = _sample(
            batch,
            rows,
            jax.random.key(seed),
            chains,
            draws,
            warmup,
            frame.symptom.kind is Kind.BINARY,
        )
        hyper, coefficients = (np.asarray(found[name]) for name in ("hyper", "coefficients"))
    z = hyper.reshape(-1, 3).T
    count = frame.fixed.shape[1] + len(frame.labels)
    back = batch.back[:count, :, 0]
    flat = coefficients.reshape(-1, back.shape[1])
    units = np.stack([z[0], z[1], np.zeros_like(z[0]), z[2]])
    return Draws(flat @ back.T, *hyper_numbers(frame, units))


@partial(jax.jit, static_argnames=("chains", "draws", "warmup", "binary"))
def _sample(
    batch: Batch, rows: Totals, key: Array, chains: int, draws: int, warmup: int, binary: bool
) -> dict[str, Array]:
    start = {
        "hyper": jnp.zeros(3),
        "coefficients": jnp.asarray(batch.start)[:, 0],
        "steps": jnp.zeros(rows.total.size),
    }
    density = partial(counts_density, batch=batch, rows=rows, binary=binary)
    drawn: dict[str, Array] = jax.lax.map(
        lambda one: chain(one, density, start, (warmup, draws), dense=False),
        jax.random.split(key, chains),
    )
    return drawn
