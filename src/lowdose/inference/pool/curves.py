"""Sums of normal curves: many gathered into a few with the same mass, means and variances."""

from __future__ import annotations

import numpy as np

from lowdose.inference.pool.values import Likelihood

__all__ = ["gathered"]

_CURVES = 9


def gathered(one: Likelihood, curves: int = _CURVES) -> Likelihood:
    """A sum of few curves in place of many: neighbours by mean and width become one."""
    if one.weight.size <= curves:
        return one
    order = np.argsort(one.mean)
    weight, mean, sd = one.weight[order], one.mean[order], one.sd[order]
    place = np.minimum((np.cumsum(weight) - weight / 2) * curves, curves - 1).astype(int)
    mass = np.bincount(place, weight, minlength=curves)
    kept = mass > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.bincount(place, weight * mean, minlength=curves) / mass
        square = np.bincount(place, weight * (sd**2 + mean**2), minlength=curves) / mass
    variance = np.maximum(square - middle**2, 1e-12)
    return Likelihood(mass[kept], middle[kept], np.sqrt(variance[kept]))
