"""Ordinary least squares of many trials at once, rows missing where they are not numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fitted", "least_squares"]

Numbers = NDArray[np.float64]

_SAME = 1e-10  # a column that is this near to a sum of others cannot be told from them
_ROUNDING = 1e-13  # of the outcome's size: what is smaller is no spread


class Fitted(NamedTuple):
    """coefficients and their covariance, (trials, k) and (trials, k, k); residual variance and its
    degrees of freedom, (trials,). NaN where a coefficient cannot be told, or there is no spread."""

    coefficients: Numbers
    covariance: Numbers
    variance: Numbers
    df: Numbers


def least_squares(outcome: Numbers, columns: Numbers, *, size: Numbers | None = None) -> Fitted:
    """Fit outcome, (trials, rows), on columns, (trials, rows, k).

    size: (trials,), the length of the outcome before anything was taken off it; else its own.

    >>> x = np.stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]], axis=-1)[None]
    >>> fit = least_squares(np.array([[1.0, 2.0, 2.0, 4.0]]), x)
    >>> fit.coefficients.round(2).tolist(), fit.df.tolist()
    ([[0.9, 0.9]], [2.0])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _fit(outcome, columns, size)


def _fit(outcome: Numbers, columns: Numbers, size: Numbers | None) -> Fitted:
    there = np.isfinite(outcome) & np.isfinite(columns).all(axis=-1)
    x = _tall(np.where(there[..., None], columns, 0.0))
    y = _tall(np.where(there, outcome, 0.0)[..., None], x.shape[1])[..., 0]
    scale = np.sqrt((x**2).sum(axis=1))
    scaled = x / np.where(scale > 0, scale, 1.0)[:, None]
    _, singular, across = np.linalg.svd(scaled, full_matrices=False)
    whole = singular > _SAME * singular[:, :1]
    inverse = np.where(whole, 1 / np.where(whole, singular, 1.0), 0.0)
    half = np.swapaxes(across, 1, 2) * inverse[:, None]
    gram = half @ np.swapaxes(half, 1, 2)
    per = 1 / np.where(scale > 0, scale, np.inf)
    right = np.einsum("trk,tr->tk", scaled, y)
    coefficients = np.einsum("tkl,tl->tk", gram, right) * per
    rest = y - np.einsum("trk,tk->tr", x, coefficients)
    df = (there.sum(axis=1) - whole.sum(axis=1)).astype(np.float64)
    left = (rest**2).sum(axis=1)
    length = np.sqrt((y**2).sum(axis=1)) if size is None else size
    spread = (df > 0) & (np.sqrt(left) > _ROUNDING * length)
    variance = np.where(spread, left / np.where(df > 0, df, 1.0), np.nan)
    covariance = gram * per[:, :, None] * per[:, None] * variance[:, None, None]
    told = _told(across, whole)
    return Fitted(
        np.where(told, coefficients, np.nan),
        np.where(told[:, :, None] & told[:, None], covariance, np.nan),
        variance,
        df,
    )


def _tall(rows: Numbers, least: int = 0) -> Numbers:
    """As many rows as columns at least: rows of zeros say nothing, and show what is not told."""
    more = max(least, rows.shape[2]) - rows.shape[1]
    return np.pad(rows, ((0, 0), (0, more), (0, 0))) if more > 0 else rows


def _told(across: Numbers, whole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which coefficients have no part in what cannot be told."""
    lost = (np.where(whole, 0.0, 1.0)[:, :, None] * across**2).sum(axis=1)
    found: NDArray[np.bool_] = lost < 1e-6
    return found
