"""Small triangular systems written out, one entry at a time.

Matrices of a handful of rows, but thousands of them side by side: each entry is an array over the
batch axes, so that every step is plain elementwise arithmetic.
"""

from collections.abc import Iterable
from functools import reduce
from operator import add

import jax.numpy as jnp
from jaxtyping import Array

__all__ = ["backward", "cholesky", "forward", "invert", "total"]


def total(terms: Iterable[Array]) -> Array | float:
    """Sum of arrays, adding nothing to start with: fewer operations to compile. 0.0 if none."""
    found = list(terms)
    return reduce(add, found) if found else 0.0


def cholesky(matrix: Array) -> list[list[Array]]:
    """Cholesky factor of (K, K, ...) arrays, written out so that the batch axes stay vectors."""
    count, zero = matrix.shape[0], jnp.zeros(())
    low: list[list[Array]] = [[zero for _ in range(count)] for _ in range(count)]
    for j in range(count):
        pivot = matrix[j, j] - total(low[j][k] ** 2 for k in range(j))
        low[j][j] = jnp.sqrt(pivot)
        inverse = 1 / low[j][j]
        for i in range(j + 1, count):
            dot = total(low[i][k] * low[j][k] for k in range(j))
            low[i][j] = (matrix[i, j] - dot) * inverse
    return low


def forward(low: list[list[Array]], right: list[Array]) -> list[Array]:
    """Solve L x = right."""
    solved: list[Array] = []
    for i, value in enumerate(right):
        dot = total(low[i][k] * solved[k] for k in range(i))
        solved.append((value - dot) / low[i][i])
    return solved


def backward(low: list[list[Array]], right: list[Array]) -> list[Array]:
    """Solve L' x = right."""
    count = len(right)
    solved: list[Array] = [right[0]] * count
    for i in reversed(range(count)):
        dot = total(low[k][i] * solved[k] for k in range(i + 1, count))
        solved[i] = (right[i] - dot) / low[i][i]
    return solved


def invert(low: list[list[Array]]) -> list[list[Array]]:
    """Inverse of a lower triangular factor, lower triangular too."""
    count, zero = len(low), jnp.zeros(())
    inverse: list[list[Array]] = [[zero for _ in range(count)] for _ in range(count)]
    for j in range(count):
        inverse[j][j] = 1 / low[j][j]
        for i in range(j + 1, count):
            dot = total(low[i][k] * inverse[k][j] for k in range(j, i))
            inverse[i][j] = -dot / low[i][i]
    return inverse
