"""A grid of what is looked for, and the density on it when studies differ by a normal amount.

The integral over what is a study's own is a product with a matrix on each side; the standard
deviations between studies are summed over Gauss-Legendre nodes of their priors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy import interpolate, special

from lowdose.evidence.pooling.priors import TauPrior
from lowdose.evidence.pooling.values import Numbers

__all__ = ["Axis", "Found", "axis", "finer", "posterior", "scaled", "shares"]

Places = NDArray[np.intp]

_NODES = 10
_SHOWN = 161  # places each way from which medians and intervals are read
_GOLDEN = (5**0.5 - 1) / 2  # whose multiples are spread evenly between 0 and 1
_COARSE = 32  # places of the first look at the grid, each way
_NEGLIGIBLE = 14.0  # in natural logarithms, below the highest
_POINTS = (101, 241)
_FINE = 0.4  # step of the grid over the narrowest standard deviation of a study
_FAR = 16.0  # log odds; nobody has 1 in ten million in mind here


class Axis(NamedTuple):
    """Places of a grid, evenly apart."""

    places: Numbers
    step: float


class Found(NamedTuple):
    """Log density (rows, columns) at these places of the grid."""

    log_density: Numbers
    rows: Places
    columns: Places


def axis(low: Numbers, high: Numbers, sd: Numbers, room: float) -> Axis:
    """From the lowest to the highest end, and some room beyond."""
    start, end = max(float(low.min()) - room, -_FAR), min(float(high.max()) + room, _FAR)
    points = int(np.clip((end - start) / (_FINE * float(sd.min())), *_POINTS))
    places, step = np.linspace(start, end, points, retstep=True)
    return Axis(places, float(step))


def scaled(log_likely: Numbers) -> Numbers:
    """Likelihoods (studies, middles, effects), the highest of each study 1."""
    return np.asarray(np.exp(log_likely - log_likely.max((1, 2), keepdims=True)))


def posterior(
    likely: Numbers,
    log_prior: Numbers,
    rows: tuple[Axis, TauPrior],
    columns: tuple[Axis, TauPrior] | None,
) -> Found:
    """Density over the part of the grid where there is some, both taus summed over.

    likely: (studies, rows, columns) by what is a study's own. First everywhere in large steps, then
    in all steps where that found something. One study alone is the typical one.
    """
    if likely.shape[0] == 1:
        alone = np.log(np.maximum(likely[0], 1e-300)) + log_prior
        every = [np.arange(size) for size in alone.shape]
        inside = _inside(alone, every, alone.shape)
        return Found(alone[np.ix_(*inside)], *inside)
    first = _kernels(*rows)
    second = _kernels(*columns) if columns else [(1.0, np.ones((1, 1)))]
    coarse = [np.arange(0, size, max(size // _COARSE, 1)) for size in log_prior.shape]
    rough = _summed(likely, log_prior, first, second, *coarse)
    inside = _inside(rough, coarse, log_prior.shape)
    return Found(_summed(likely, log_prior, first, second, *inside), *inside)


def finer(found: Found, rows: Axis, columns: Axis) -> tuple[Numbers, Numbers, Numbers]:
    """Many places, (rows, columns) of both axes, and the probability there.

    Columns are moved against each other by a part of a step, so that what depends on one axis only,
    as a ratio of small risks does, takes many values and not those of a few columns.
    """
    axes = rows.places[found.rows], columns.places[found.columns]
    smooth = interpolate.RectBivariateSpline(*axes, found.log_density)
    first, second = (np.linspace(one[0], one[-1], _SHOWN) for one in axes)
    part = np.arange(_SHOWN) * _GOLDEN % 1 - 0.5
    aside = second + (second[1] - second[0]) * part[:, None]
    along = np.broadcast_to(first[:, None], aside.shape)
    return along, aside, shares(smooth.ev(along, aside))


def _inside(
    heights: Numbers, places: Sequence[Places], sizes: tuple[int, ...]
) -> tuple[Places, Places]:
    """Rows and columns of the grid in which something matters."""
    rows = _stretch(heights.max(1), places[0], sizes[0])
    return rows, _stretch(heights.max(0), places[1], sizes[1])


def _summed(
    likely: Numbers,
    log_prior: Numbers,
    first: Sequence[tuple[float, Numbers]],
    second: Sequence[tuple[float, Numbers]],
    rows: Places,
    columns: Places,
) -> Numbers:
    """Log posterior density at some rows and columns of the grid."""
    found, parts = [], []
    for share, across in first:
        blurred = across[rows] @ likely
        for other, along in second:
            studies = np.maximum(blurred @ along[:, columns], 1e-300)
            found.append(np.log(studies).sum(0))
            parts.append(np.log(share * other))
    together = np.stack(found) + np.array(parts)[:, None, None]
    return np.asarray(special.logsumexp(together, axis=0) + log_prior[np.ix_(rows, columns)])


def _stretch(heights: Numbers, places: Places, size: int) -> Places:
    """From the place before the first that matters to the one after the last."""
    matters = np.flatnonzero(heights > heights.max() - _NEGLIGIBLE)
    low, high = max(matters[0] - 1, 0), min(matters[-1] + 1, heights.size - 1)
    end = size if high == heights.size - 1 else places[high] + 1
    return np.arange(places[low], end)


def _kernels(axis: Axis, prior: TauPrior) -> list[tuple[float, Numbers]]:
    """For each node of tau its weight, and the matrix that spreads studies around the typical."""
    points, weights = legendre.leggauss(_NODES)
    apart = axis.places[:, None] - axis.places
    # All steps a normal distribution reaches, also those off the grid, add up to 1.
    steps = axis.step * np.arange(-2000, 2001)
    made = []
    for share, weight in zip((1 + points) / 2, weights / 2, strict=True):
        tau = float(prior.quantile(np.asarray(share)))
        whole = np.exp(-((steps / tau) ** 2) / 2).sum()
        made.append((float(weight), np.exp(-((apart / tau) ** 2) / 2) / whole))
    return made


def shares(log_density: Numbers) -> Numbers:
    density = np.exp(log_density - log_density.max())
    return np.asarray(density / density.sum())
