"""Small triangular systems written out, one entry at a time.

Matrices of a handful of rows, but thousands of them side by side: each entry is an array over the
batch axes, so that every step is plain elementwise arithmetic.
"""

import jax.numpy as jnp
from jaxtyping import Array

__all__ = ["backward", "cholesky", "forward", "invert"]


def cholesky(matrix: Array) -> list[list[Array]]:
    """Cholesky factor of (K, K, ...) arrays, written out so that the batch axes stay vectors."""
    count = matrix.shape[0]
    low: list[list[Array]] = [[jnp.zeros(()) for _ in range(count)] for _ in range(count)]
    for j in range(count):
        pivot = matrix[j, j] - sum((low[j][k] ** 2 for k in range(j)), jnp.zeros(()))
        low[j][j] = jnp.sqrt(pivot)
        inverse = 1 / low[j][j]
        for i in range(j + 1, count):
            dot = sum((low[i][k] * low[j][k] for k in range(j)), jnp.zeros(()))
            low[i][j] = (matrix[i, j] - dot) * inverse
    return low


def forward(low: list[list[Array]], right: list[Array]) -> list[Array]:
    """Solve L x = right."""
    solved: list[Array] = []
    for i, value in enumerate(right):
        dot = sum((low[i][k] * solved[k] for k in range(i)), jnp.zeros(()))
        solved.append((value - dot) / low[i][i])
    return solved


def backward(low: list[list[Array]], right: list[Array]) -> list[Array]:
    """Solve L' x = right."""
    count = len(right)
    solved: list[Array] = [jnp.zeros(())] * count
    for i in reversed(range(count)):
        dot = sum((low[k][i] * solved[k] for k in range(i + 1, count)), jnp.zeros(()))
        solved[i] = (right[i] - dot) / low[i][i]
    return solved


def invert(low: list[list[Array]]) -> list[list[Array]]:
    """Inverse of a lower triangular factor, lower triangular too."""
    count = len(low)
    inverse: list[list[Array]] = [[jnp.zeros(()) for _ in range(count)] for _ in range(count)]
    for j in range(count):
        inverse[j][j] = 1 / low[j][j]
        for i in range(j + 1, count):
            dot = sum((low[i][k] * inverse[k][j] for k in range(j, i)), jnp.zeros(()))
            inverse[i][j] = -dot / low[i][i]
    return inverse
