"""Linear algebra of many small matrices, people in the last axis.

A library call for each would be slow.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular

__all__ = ["log_determinant_and_quadratic", "times", "turned"]

_WRITTEN_OUT = 6  # larger ones take longer to compile than they save


def times(left: Any, right: Any) -> Any:
    """Products of matrices (a, b, people) and (b, c, people)."""
    return (left[:, :, None] * right[None]).sum(axis=1)


def turned(matrix: Any) -> Any:
    """Transposes, (a, b, people) to (b, a, people)."""
    return jnp.swapaxes(matrix, 0, 1)


def log_determinant_and_quadratic(matrix: Any, right: Any) -> tuple[Any, Any]:
    """log |M|, (people,), and R' M^-1 R, (m, m, people).

    matrix: M, positive definite, (k, k, people); right: R, (k, m, people).
    """
    size, many = right.shape[:2]
    if size == 0:
        return jnp.zeros(right.shape[2]), jnp.zeros((many, many, right.shape[2]))
    if size > _WRITTEN_OUT:
        return _by_library(matrix, right)
    return _written_out(matrix, right, size)


def _by_library(matrix: Any, right: Any) -> tuple[Any, Any]:
    root = jnp.linalg.cholesky(jnp.moveaxis(matrix, -1, 0))
    solved = solve_triangular(root, jnp.moveaxis(right, -1, 0), lower=True)
    solved = jnp.moveaxis(solved, 0, -1)
    diagonal = jnp.diagonal(root, axis1=-2, axis2=-1)
    return 2 * jnp.log(diagonal).sum(-1), times(turned(solved), solved)


def _written_out(matrix: Any, right: Any, size: int) -> tuple[Any, Any]:
    """Cholesky and forward substitution, element by element."""
    root: dict[tuple[int, int], Any] = {}
    rows: list[Any] = []
    log_determinant = 0.0
    for i in range(size):
        for j in range(i):
            known = sum((root[i, n] * root[j, n] for n in range(j)), start=0.0)
            root[i, j] = (matrix[i, j] - known) / root[j, j]
        left = matrix[i, i] - sum((root[i, n] ** 2 for n in range(i)), start=0.0)
        root[i, i] = jnp.sqrt(left)
        log_determinant = log_determinant + jnp.log(left)
        done = sum((root[i, n] * rows[n] for n in range(i)), start=0.0)
        rows.append((right[i] - done) / root[i, i])
    solved = jnp.stack(rows)
    return log_determinant, times(turned(solved), solved)
