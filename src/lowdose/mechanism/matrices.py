"""Small matrices of many people at once, as dictionaries of their entries that are not zero.

A cascade has few connections, so most entries of its rate matrix are zero for everybody. Writing
out the rest lets a compiler keep everything in vector registers, people side by side. No form here
divides by the difference of two rates, so two rates may coincide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["Matrix", "exponential", "kept", "product", "times"]

Matrix = Mapping[tuple[int, int], Any]

# Taylor terms; with entries below 1/4 the remainder is below 1e-16.
_TERMS = 11


def product(left: Matrix, right: Matrix) -> dict[tuple[int, int], Any]:
    """The matrix product.

    >>> product({(0, 0): 2.0, (1, 0): 1.0}, {(0, 1): 3.0})
    {(0, 1): 6.0, (1, 1): 3.0}
    """
    found: dict[tuple[int, int], Any] = {}
    for (row, inner), one in left.items():
        for (other, column), two in right.items():
            if inner == other:
                term = one * two
                place = (row, column)
                found[place] = found[place] + term if place in found else term
    return found


def times(matrix: Matrix, vector: Mapping[int, Any]) -> dict[int, Any]:
    """The matrix times a vector, both without their zeros."""
    found: dict[int, Any] = {}
    for (row, column), entry in matrix.items():
        if column in vector:
            term = entry * vector[column]
            found[row] = found[row] + term if row in found else term
    return found


def exponential(matrix: Matrix, steps: Any, halvings: int) -> dict[tuple[int, int], Any]:
    """exp(step * matrix) by Taylor's series of a 2^-halvings part, squared `halvings` times.

    `steps` goes with the entries: with (steps, 1) and entries (people,), all steps at once. The
    sum of a row's sizes times the largest step should be below 2^halvings / 4.

    >>> import math
    >>> import jax.numpy as jnp
    >>> decay = exponential({(0, 0): jnp.array([-0.5])}, jnp.array([[2.0]]), 3)[0, 0]
    >>> math.isclose(decay.item(), math.exp(-1), rel_tol=1e-6)
    True
    """
    from jax import lax
    from jax import numpy as jnp

    part = {place: steps / 2**halvings * entry for place, entry in matrix.items()}
    states = {state for place in matrix for state in place}
    zero = 0.0 * sum(part.values())
    start = {(i, j): zero + float(i == j) for i, j in _reached(matrix, states)}

    def add_term(number: Any, found: dict[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
        term = jnp.asarray(_TERMS - number, zero.dtype)
        moved = product(part, found)
        return {
            place: moved.get(place, zero) / term + float(place[0] == place[1]) for place in found
        }

    found = lax.fori_loop(0, _TERMS, add_term, start)
    squared: dict[tuple[int, int], Any] = lax.fori_loop(
        0, halvings, lambda _, one: product(one, one), found
    )
    return squared


def _reached(matrix: Matrix, states: Iterable[int]) -> list[tuple[int, int]]:
    """Every pair (into, from) that some path connects."""
    return [(into, start) for start in states for into in _downstream(matrix, start)]


def _downstream(matrix: Matrix, start: int) -> list[int]:
    return kept({(column, row): entry for (row, column), entry in matrix.items()}, [start])


def kept(matrix: Matrix, wanted: Iterable[int]) -> list[int]:
    """The states that the wanted ones depend on, themselves included, in order.

    >>> kept({(1, 0): 1.0, (2, 1): 1.0, (3, 0): 1.0}, [1])
    [0, 1]
    """
    found = set(wanted)
    while True:
        more = {column for row, column in matrix if row in found} - found
        if not more:
            return sorted(found)
        found |= more
