"""Does the effect go with dose or condition? A regression of cells' means on summed arrays.

mu of a cell is a sum of coefficients; people differ within every cell by the same tau. For each
tau the array of a cell is close to a parabola in mu (exactly one where courses' likelihoods are
normal), so the coefficients are normal, and tau is summed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from lowdose.inference.pool.lattice import MEANS, SPREADS, between
from lowdose.inference.pool.posterior import Belief
from lowdose.inference.pool.values import Cell, Contribution, Spread

__all__ = ["Regressed", "regressed"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_Z = 1.959964
_SLOPE_PER_MG = 0.05  # of the scale for 1 mg: prior standard deviation of a slope (assumption)


@dataclass(frozen=True)
class Regressed:
    """Each coefficient by its name, shares of the scale; cells: how many there were."""

    coefficients: Mapping[str, Spread]
    cells: int


def regressed(one: Contribution, belief: Belief) -> Regressed | None:
    """Differences by dose (for each mg) and between conditions; None where cells do not differ.

    The first coefficient is the mean at the average dose in the first condition.
    """
    cells = sorted(one.counts)
    names, columns = _columns(cells, one.counts)
    if len(names) < 2:
        return None
    logs = np.log(SPREADS)
    spreads = np.exp(np.linspace(logs[0], logs[-1], 200))
    peaks = [_parabola(one.arrays[cell], spreads) for cell in cells]
    top, middle, precision = (np.stack(part) for part in zip(*peaks, strict=True))
    found = [
        _given(columns, top[:, k], middle[:, k], precision[:, k], names, belief)
        for k in range(spreads.size)
    ]
    height = np.array([each[0] for each in found])
    height += np.log(spreads) - 0.5 * (spreads / belief.spread) ** 2
    weight = np.exp(height - logsumexp(height))
    means, variances = (np.stack([each[part] for each in found]) for part in (1, 2))
    mean = weight @ means
    sd = np.sqrt(weight @ (variances + (means - mean) ** 2))
    return Regressed(
        {
            name: Spread(float(m), float(s), float(m - _Z * s), float(m + _Z * s))
            for name, m, s in zip(names, mean, sd, strict=True)
        },
        len(cells),
    )


def _columns(cells: Sequence[Cell], counts: Mapping[Cell, int]) -> tuple[list[str], Numbers]:
    doses = np.array([cell.dose_mg for cell in cells])
    weights = np.array([counts[cell] for cell in cells], dtype=np.float64)
    names, columns = ["mean"], [np.ones(len(cells))]
    if np.unique(doses[doses > 0]).size > 1 and (doses > 0).all():
        names.append("for each mg")
        columns.append(doses - np.average(doses, weights=weights))
    conditions = sorted({cell.condition for cell in cells})
    for condition in conditions[1:]:
        names.append(f"{condition} minus {conditions[0]}")
        columns.append(np.array([float(cell.condition == condition) for cell in cells]))
    return names, np.stack(columns, axis=1)


def _parabola(array: Whole, spreads: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Height, place and sharpness of the peak in mu for each spread, (spreads,) each."""
    means = np.linspace(MEANS[0], MEANS[-1], 4001)
    values = between(array, means, spreads)
    peak = np.clip(values.argmax(axis=0), 1, means.size - 2)
    step = means[1] - means[0]
    column = np.arange(spreads.size)
    left, here, right = (values[peak + side, column] for side in (-1, 0, 1))
    bend = np.maximum((2 * here - left - right) / step**2, 1e-12)
    shift = (right - left) / (2 * step) / bend
    return here + 0.5 * bend * shift**2, means[peak] + shift, bend


def _given(
    columns: Numbers,
    top: Numbers,
    middle: Numbers,
    precision: Numbers,
    names: Sequence[str],
    belief: Belief,
) -> tuple[float, Numbers, Numbers]:
    """For one tau: log marginal likelihood, and means and variances of the coefficients."""
    prior_sd = np.array([_prior_sd(name, belief) for name in names])
    prior_mean = np.where(np.array(names) == "mean", belief.mean.mean, 0.0)
    whole = columns.T @ (precision[:, None] * columns) + np.diag(prior_sd**-2)
    right = columns.T @ (precision * middle) + prior_mean / prior_sd**2
    covariance = np.linalg.inv(whole)
    mean = covariance @ right
    left = precision @ middle**2 + (prior_mean**2 / prior_sd**2).sum() - right @ mean
    height = top.sum() - 0.5 * left - 0.5 * float(np.linalg.slogdet(whole)[1])
    return float(height), mean, np.diagonal(covariance).copy()


def _prior_sd(name: str, belief: Belief) -> float:
    return _SLOPE_PER_MG if name == "for each mg" else belief.mean.sd
