"""One Kalman pass a person: what swing and noise of single days leave of ratings and columns.

Days of one person are y = mean + s + e, with s_t = phi s_(t-1) + N(0, ratio (1 - phi^2)) and
e ~ N(0, 1), both in units of the noise variance. The pass whitens the rating and a column for each
span exactly, days missing or not, and gives their cross-products and the log determinant. The two
parameters are psi = (log ratio, logit phi).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

__all__ = ["moments", "moments_and_slopes"]


def moments(psi: Any, columns: Any, there: Any) -> tuple[Any, Any]:
    """Cross-products (columns, columns, people) and the log determinant of all people.

    columns: (days, columns, people), 0 where missing. there: (days, people), 1 where rated.
    """
    ratio, phi = jnp.exp(psi[0]), jax.nn.sigmoid(psi[1])
    count, people = columns.shape[1:]

    def day(state: Any, seen: Any) -> tuple[Any, None]:
        mean, variance, products, log_determinant = state
        value, rated = seen
        total = variance + 1.0
        off = (value - mean) * rated
        gain = rated * variance / total
        products = products + off[:, None] * (off / total)[None]
        log_determinant = log_determinant + rated * jnp.log(total)
        mean = phi * (mean + gain * off)
        variance = phi**2 * variance * (1 - gain) + ratio * (1 - phi**2)
        return (mean, variance, products, log_determinant), None

    start = (
        jnp.zeros((count, people)),
        jnp.full(people, ratio),
        jnp.zeros((count, count, people)),
        jnp.zeros(people),
    )
    (_, _, products, log_determinant), _ = jax.lax.scan(day, start, (columns, there))
    return products, log_determinant.sum()


def moments_and_slopes(psi: Any, columns: Any, there: Any) -> Any:
    """`moments` with its first and second derivatives: three pairs, derivatives in last axes."""

    def found(at: Any) -> Any:
        return moments(at, columns, there)

    first = jax.jacfwd(found)
    return found(psi), first(psi), jax.jacfwd(first)(psi)
