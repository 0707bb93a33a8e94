"""A course as an array that can be added: its log likelihood of (mu, tau) on a lattice.

If effects are normal around mu with standard deviation tau, all that a course says of the two is
log of the integral of its likelihood times N(theta | mu, tau). This is a smooth function, so its
values at Chebyshev points hold it (Trefethen 2019, doi:10.1137/1.9781611975949), and the points are
the same for everybody. Values are whole multiples of 2^-24, so that sums are exact: they come out
the same to the last bit in whatever order sites are added, and taking one away leaves what would
have been without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lowdose.inference.pool.values import Likelihood

__all__ = ["LATTICE", "MEANS", "SPREADS", "array_of", "arrays_of", "between", "nothing", "summed"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

LATTICE = "lowdose-1"  # changes whenever a number below does
_MEANS, _SPREADS = 49, 25
_MOST_MEAN = 0.5  # of the scale: no treatment moves a population by more (assumption)
_LEAST_SPREAD, _MOST_SPREAD = 0.002, 0.5
_UNIT = 2.0**24  # ten million courses together are off by a ten-thousandth at most
_SHARPEST = 2.5e-3  # of the scale: no diary says more, and seven million such courses still fit
_TOGETHER = 8  # courses: what they need stays in a core's cache


def _nodes(count: int, low: float, high: float) -> Numbers:
    """Chebyshev points of the second kind."""
    places = -np.cos(np.pi * np.arange(count) / (count - 1))
    return low + (high - low) * (places + 1) / 2


MEANS = _nodes(_MEANS, -_MOST_MEAN, _MOST_MEAN)
SPREADS = np.exp(_nodes(_SPREADS, np.log(_LEAST_SPREAD), np.log(_MOST_SPREAD)))


def nothing() -> Whole:
    """The array of no course at all, (means, spreads)."""
    return np.zeros((_MEANS, _SPREADS), dtype=np.int64)


def array_of(course: Likelihood) -> Whole:
    """One course's array, (means, spreads), in units of 2^-24.

    >>> flat = Likelihood(np.array([1.0]), np.array([0.0]), np.array([0.1]))
    >>> array_of(flat).shape == nothing().shape
    True
    """
    return next(arrays_of([course]))


def arrays_of(courses: Sequence[Likelihood]) -> Iterator[Whole]:
    """Each course's array, in order."""
    for first in range(0, len(courses), _TOGETHER):
        yield from _quantised(_logs(courses[first : first + _TOGETHER]))


def summed(courses: Sequence[Likelihood]) -> Whole:
    """The sum of the courses' arrays, without keeping each."""
    total = nothing()
    for first in range(0, len(courses), _TOGETHER):
        total += _quantised(_logs(courses[first : first + _TOGETHER])).sum(axis=0)
    return total


def _quantised(logs: Numbers) -> Whole:
    found: Whole = np.rint(logs * _UNIT).astype(np.int64)
    return found


def _logs(courses: Sequence[Likelihood]) -> Numbers:
    """(courses, means, spreads)."""
    most = max(course.weight.size for course in courses)
    weight, mean = np.zeros((2, len(courses), most))
    sd = np.ones((len(courses), most))
    for row, course in enumerate(courses):
        size = course.weight.size
        weight[row, :size], mean[row, :size] = course.weight, course.mean
        sd[row, :size] = np.maximum(course.sd, _SHARPEST)
    variance = sd[..., None] ** 2 + SPREADS**2
    with np.errstate(divide="ignore"):
        head = np.log(weight)[..., None] - 0.5 * np.log(variance)
    gap = (MEANS - mean[..., None]) ** 2
    if most == 1:
        single: Numbers = head[:, 0, None, :] - 0.5 * gap[:, 0, :, None] / variance[:, 0, None, :]
        return single
    each = head[:, :, None, :] - 0.5 * gap[..., None] * (1 / variance)[:, :, None, :]
    top = each.max(axis=1)
    each -= top[:, None]
    np.exp(each, out=each)
    found: Numbers = np.log(each.sum(axis=1)) + top
    return found


def between(array: Whole, means: Numbers, spreads: Numbers) -> Numbers:
    """The summed log likelihood at any means and spreads inside the lattice, (means, spreads)."""
    across = _barycentric(MEANS, means)
    along = _barycentric(np.log(SPREADS), np.log(spreads))
    # Taken off before the conversion: what is left is small enough to keep its last bits.
    top = array.max()
    values = (array - top).astype(np.float64) / _UNIT
    found: Numbers = across @ values @ along.T
    return found


def _barycentric(nodes: Numbers, at: Numbers) -> Numbers:
    """The matrix that interpolates from Chebyshev points, (at, nodes)."""
    sign = (-1.0) ** np.arange(nodes.size)
    sign[[0, -1]] *= 0.5
    gap = at[:, None] - nodes
    hit = gap == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = sign / gap
        found: Numbers = terms / terms.sum(axis=1, keepdims=True)
    rows = hit.any(axis=1)
    found[rows] = hit[rows]
    return found
