"""The steady state of repeated doses and infusions in closed form; nothing is run in.

Equal doses every II hours since ever leave, at the age p of the latest one,

    bolus:     A(p) = (I - E(II))^-1 E(p) b
    infusion:  A(p) = sum over those still running of G(p + j II) r
                      + (I - E(II))^-1 E(p + n II - D) G(D) r

with E(h) = exp(M h), G(h) the integral of E from 0 to h, D the infusion's length and n the number
of infusions still running, which is more than one where D is longer than II.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.linear import Linear

__all__ = ["Amounts", "Flow", "constant_amounts", "flow_of", "repeated_amounts"]

Amounts = NDArray[np.float64]
Flow = Callable[[float], tuple[Amounts, Amounts]]

_SPANS_KEPT = 4096


def flow_of(model: Linear) -> Flow:
    """How amounts and inputs are carried over a span: hours -> (E, G), each compartments squared.

    Both come from one matrix exponential (Van Loan 1978, doi:10.1109/TAC.1978.1101743); equal
    spans are reckoned once.

    >>> decay, gathered = flow_of(Linear(("central",), ((-0.1,),)))(5.0)
    >>> round(float(decay[0, 0]), 6), round(float(gathered[0, 0]), 6)
    (0.606531, 3.934693)
    """
    from scipy.linalg import expm

    size = len(model.names)
    block = np.zeros((2 * size, 2 * size))
    block[:size, :size] = np.array(model.matrix_per_h, dtype=float)
    block[:size, size:] = np.eye(size)

    @lru_cache(maxsize=_SPANS_KEPT)
    def flow(span_h: float) -> tuple[Amounts, Amounts]:
        whole = expm(block * span_h)
        return whole[:size, :size], whole[:size, size:]

    return flow


def constant_amounts(model: Linear, rate_mg_h: Amounts) -> Amounts:
    """Amounts under an infusion that has run since ever: -M^-1 r.

    >>> constant_amounts(Linear(("central",), ((-0.1,),)), np.array([2.0]))
    array([20.])
    """
    settled: Amounts = np.linalg.solve(-np.array(model.matrix_per_h, dtype=float), rate_mg_h)
    return settled


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
    given = flow(duration_h)[1] @ dose_mg / duration_h if duration_h else dose_mg
    left = flow(over_h)[0] @ given
    kept = np.eye(len(dose_mg)) - flow(interval_h)[0]
    amounts: Amounts = np.linalg.solve(kept, left)
    for age in running:
        amounts = amounts + flow(age)[1] @ dose_mg / duration_h
    return amounts, running
