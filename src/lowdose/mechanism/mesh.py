"""The panels that a day is cut into, and the weights that advance a filter over one of them.

Panels are short after a dose, when levels change quickly, and double in width from there on. Every
panel has three Gauss nodes. Widths are powers of two times the finest, so that a person's
propagator for one width is the square of that for the width below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DAY_H",
    "NODES",
    "NODE_WEIGHTS",
    "PER_HOUR",
    "Mesh",
    "filter_weights",
    "hourly_mesh",
    "mesh_for",
]

Numbers = NDArray[np.float64]

# Three Gauss-Legendre nodes: a panel's error falls with the sixth power of its width.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(3)
NODES: Numbers = (_POINTS + 1) / 2
NODE_WEIGHTS: Numbers = _WEIGHTS / 2
_FINE_POINTS, _FINE_WEIGHTS = np.polynomial.legendre.leggauss(9)
# Widths from a dose on, in quarters of an hour; they sum to a day.
PER_HOUR = 4
_PATTERN = (1, 1, 2, 4, 8, 8, 8, 8, 8, 16, 16, 16)
DAY_H = 24


@dataclass(frozen=True)
class Mesh:
    """Panels of a day: their widths in units of `finest_h`, and the panels that doses precede.

    slots: for each time of the day at which a dose may be taken, the number of its panel.
    """

    widths: tuple[int, ...]
    slots: tuple[int, ...]
    finest_h: float

    @property
    def ends_h(self) -> Numbers:
        """Hours from the day's start to each panel's end."""
        return np.cumsum(self.widths).astype(np.float64) * self.finest_h


def mesh_for(slots_h: Sequence[float], refine: int = 0) -> Mesh:
    """The mesh of a day that starts with its first dose.

    slots_h: hours after the day's start at which a dose may be taken, in full quarters and in
    order, the first one 0. `refine` halves every panel so often.

    >>> mesh_for([0]).widths
    (1, 1, 2, 4, 8, 8, 8, 8, 8, 16, 16, 16)
    """
    at = [*_quarters(slots_h), DAY_H * PER_HOUR]
    return _mesh([list(_graded(after - before)) for before, after in pairwise(at)], at, refine)


def hourly_mesh(slots_h: Sequence[float], refine: int = 0) -> Mesh:
    """As `mesh_for`, with a panel ending at every full hour.

    >>> int((hourly_mesh([0, 13.5]).ends_h % 1 == 0).sum())
    24
    """
    at = _quarters(slots_h)
    cuts = sorted({*at, *range(0, DAY_H * PER_HOUR + 1, PER_HOUR)})
    parts = [
        list(_graded(after - before) if before in at else _powers(after - before))
        for before, after in pairwise(cuts)
    ]
    return _mesh(parts, at, refine)


def _quarters(slots_h: Sequence[float]) -> list[int]:
    return [round(slot * PER_HOUR) for slot in slots_h]


def _mesh(parts: Sequence[Sequence[int]], slots: Sequence[int], refine: int) -> Mesh:
    """Panels one after another, in quarters of an hour, each of them halved `refine` times."""
    halves = 2**refine
    widths = [width for part in parts for width in part]
    begins = [0, *accumulate(widths)]
    return Mesh(
        tuple(width for width in widths for _ in range(halves)),
        tuple(halves * begins.index(slot) for slot in slots if slot < DAY_H * PER_HOUR),
        1.0 / (halves * PER_HOUR),
    )


def _graded(length: int) -> Iterator[int]:
    """Widths that grow away from a dose and fill the length exactly."""
    left = length
    for width in _PATTERN:
        if left < width:
            break
        yield width
        left -= width
    yield from _powers(left)


def _powers(length: int) -> Iterator[int]:
    """The widest panels that fill the length exactly."""
    left = length
    while left:
        width = min(1 << (left.bit_length() - 1), _PATTERN[-1])
        yield width
        left -= width


def filter_weights(rate: Any, width_h: float, xp: Any) -> tuple[Any, Any]:
    """Advance dy/dt = rate (x - y) over a panel, given x at its nodes.

    Gives what is kept of y at the nodes and at the end, (4, ...), and the weights of x there,
    (4, 3, ...): y(node i) = keep[i] y(0) + sum_j weights[i, j] x_j, the last i standing for the
    panel's end. x is a parabola through its nodes; the fading inside the panel is integrated by
    nine Gauss points. `xp` is numpy or jax.numpy; `rate` may be an array.

    >>> keep, weights = filter_weights(0.05, 4.0, np)
    >>> bool(np.isclose(keep[3] + weights[3].sum(), 1.0, rtol=1e-12))
    True
    """
    fade = xp.asarray(rate) * width_h
    ends = np.append(NODES, 1.0)
    at = np.outer(ends, (_FINE_POINTS + 1) / 2)
    over = _FINE_WEIGHTS / 2 * ends[:, None] * _parabolas(at)
    faded = fade * xp.exp(-fade * _lifted(ends[:, None] - at, fade.ndim))
    return xp.exp(-fade * _lifted(ends, fade.ndim)), xp.einsum("jik,ik...->ij...", over, faded)


def _lifted(values: Numbers, more: int) -> Numbers:
    """The values with as many axes of length 1 behind."""
    return values.reshape(values.shape + (1,) * more)


def _parabolas(at: Numbers) -> Numbers:
    """The three polynomials that are 1 at one node and 0 at the others, (node, ...)."""
    found = np.ones((NODES.size, *at.shape))
    for j, own in enumerate(NODES):
        for other in np.delete(NODES, j):
            found[j] *= (at - other) / (own - other)
    return found
