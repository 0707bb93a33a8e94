"""The steady state of repeated doses and infusions in closed form; nothing is run in.

Equal doses every II hours since ever leave, at the age p of the latest one,

    bolus:     A(p) = (I - E(II))^-1 E(p) b
    infusion:  A(p) = sum over those still running of G(p + j II) r
                      + (I - E(II))^-1 E(p + n II - D) G(D) r

with E(h) = exp(M h), G(h) the integral of E from 0 to h, D the infusion's length and n the number
of infusions still running, which is more than one where D is longer than II.

Many people at once stand in a first axis of every matrix and of every list of amounts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.linear import Linear

__all__ = [
    "Amounts",
    "Flow",
    "constant_amounts",
    "flow_of",
    "flow_of_many",
    "moved",
    "repeated_amounts",
]

Amounts = NDArray[np.float64]
Flow = Callable[[float], tuple[Amounts, Amounts]]

_SPANS_KEPT, _SPANS_KEPT_OF_MANY = 4096, 64
# Beyond this eigenvectors lose more than half of the digits: two rates all but coincide.
_WORST_CONDITION = 1e7


def flow_of(model: Linear) -> Flow:
    """How amounts and inputs are carried over a span: hours -> (E, G), each compartments squared.

    Both come from one matrix exponential (Van Loan 1978, doi:10.1109/TAC.1978.1101743); equal
    spans are reckoned once.

    >>> decay, gathered = flow_of(Linear(("central",), ((-0.1,),)))(5.0)
    >>> round(float(decay[0, 0]), 6), round(float(gathered[0, 0]), 6)
    (0.606531, 3.934693)
    """
    matrix = np.array(model.matrix_per_h, dtype=float)
    return lru_cache(maxsize=_SPANS_KEPT)(lambda span_h: _by_exponential(matrix, span_h))


def flow_of_many(matrices_per_h: Amounts) -> Flow:
    """As `flow_of` for many people, (people, compartments, compartments), none without an outflow.

    By eigenvectors, which is quicker by far; people two of whose rates all but coincide have none
    that serve, so they go by the exponential.
    """
    rates, vectors = np.linalg.eig(matrices_per_h)
    poor = np.linalg.cond(vectors) > _WORST_CONDITION
    vectors[poor] = np.eye(vectors.shape[-1])
    inverse = np.linalg.inv(vectors)

    @lru_cache(maxsize=_SPANS_KEPT_OF_MANY)
    def flow(span_h: float) -> tuple[Amounts, Amounts]:
        faded, gathered = np.exp(rates * span_h), np.expm1(rates * span_h) / rates
        both = [np.real((vectors * one[:, None, :]) @ inverse) for one in (faded, gathered)]
        if poor.any():
            for whole, part in zip(
                both, _by_exponential(matrices_per_h[poor], span_h), strict=True
            ):
                whole[poor] = part
        return both[0], both[1]

    return flow


def _by_exponential(matrix: Amounts, span_h: float) -> tuple[Amounts, Amounts]:
    from scipy.linalg import expm

    size = matrix.shape[-1]
    block = np.zeros((*matrix.shape[:-2], 2 * size, 2 * size))
    block[..., :size, :size] = matrix
    block[..., :size, size:] = np.eye(size)
    whole = expm(block * span_h)
    return whole[..., :size, :size], whole[..., :size, size:]


def constant_amounts(matrix_per_h: Amounts, rate_mg_h: Amounts) -> Amounts:
    """Amounts under an infusion that has run since ever: -M^-1 r.

    >>> constant_amounts(np.array([[-0.1]]), np.array([2.0]))
    array([20.])
    """
    return _solved(-matrix_per_h, rate_mg_h)


def repeated_amounts(
    flow: Flow, dose_mg: Amounts, duration_h: float, interval_h: float, age_h: float
) -> tuple[Amounts, tuple[float, ...]]:
    """Amounts under equal doses every `interval_h` since ever, and the ages of those running.

    `dose_mg` has the amount of one dose in its compartment; `duration_h` 0 is a bolus; `age_h` is
    the time since the latest dose began.

    >>> flow = flow_of(Linear(("central",), ((-0.1,),)))
    >>> amounts, running = repeated_amounts(flow, np.array([10.0]), 0.0, 24.0, 24.0)
    >>> round(float(amounts[0]), 6), running  # 10 / (exp(2.4) - 1)
    (0.997688, ())
    """
    count = max(0, ceil((duration_h - age_h) / interval_h))
    running = tuple(age_h + each * interval_h for each in range(count))
    over_h = max(0.0, age_h + count * interval_h - duration_h)
    given = moved(flow(duration_h)[1], dose_mg) / duration_h if duration_h else dose_mg
    left = moved(flow(over_h)[0], given)
    kept = np.eye(dose_mg.shape[-1]) - flow(interval_h)[0]
    amounts = _solved(kept, left)
    for age in running:
        amounts = amounts + moved(flow(age)[1], dose_mg) / duration_h
    return amounts, running


def moved(matrix: Amounts, amounts: Amounts) -> Amounts:
    """The matrix times the amounts, of one person or of each of many."""
    found: Amounts = (matrix @ amounts[..., None])[..., 0]
    return found


def _solved(matrix: Amounts, right: Amounts) -> Amounts:
    return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0], np.float64)
