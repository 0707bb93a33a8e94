"""Many meta-analyses side by side, as the pooling works on them, and the checks at the edge.

Studies run down and meta-analyses across, so that sums over studies are sums of long rows. A study
that is not there has an infinite variance, hence no weight, and needs no exceptions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.values import Numbers

__all__ = ["Fit", "Studies", "fit", "one_meta", "side_by_side"]


class Studies(NamedTuple):
    """Effects and variances (studies, metas); which are there; how many there are (metas,)."""

    value: Numbers
    variance: Numbers
    seen: NDArray[np.bool_]
    k: Numbers

    def some(self, which: Any) -> Studies:
        """Only these meta-analyses."""
        value, variance, seen = self.value, self.variance, self.seen
        return Studies(value[:, which], variance[:, which], seen[:, which], self.k[which])


class Fit(NamedTuple):
    """What follows from a tau2: weights (studies, metas), their sums, means, and Q (metas,)."""

    weight: Numbers
    total: Numbers
    mean: Numbers
    residual: Numbers
    q: Numbers


def fit(studies: Studies, tau2: Numbers) -> Fit:
    """Weights 1 / (v + tau2), the weighted mean, and the weighted sum of squares around it."""
    weight = 1 / (studies.variance + tau2)
    total = weight.sum(0)
    mean = (weight * studies.value).sum(0) / total
    residual = studies.value - mean
    return Fit(weight, total, mean, residual, (weight * residual**2).sum(0))


def side_by_side(values: ArrayLike, variances: ArrayLike) -> Studies:
    """Meta-analyses (metas, studies), NaN in both where a row has fewer studies.

    Raises InputError with every fault and its place.
    """
    value, variance = _pair(values, variances)
    if value.ndim != 2:
        shape = Fault("values", f"an array of {value.shape}", "one row a meta-analysis")
        raise InputError([shape])
    seen = ~(np.isnan(value) & np.isnan(variance))
    _check(value, variance, seen, "row {}, study {}")
    return _laid(value, variance, seen)


def one_meta(values: ArrayLike, variances: ArrayLike) -> Studies:
    """A single meta-analysis (studies,).

    Raises InputError with every fault and its place, and where there is no study.
    """
    value, variance = _pair(values, variances)
    if value.ndim != 1 or value.size == 0:
        shape = Fault("values", f"an array of {value.shape}", "one effect a study, 1 study or more")
        raise InputError([shape])
    value, variance = value[None], variance[None]
    seen = np.ones(value.shape, dtype=bool)
    _check(value, variance, seen, "study {1}")
    return _laid(value, variance, seen)


def _pair(values: ArrayLike, variances: ArrayLike) -> tuple[Numbers, Numbers]:
    try:
        value, variance = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    except (TypeError, ValueError):
        raise InputError([Fault("values", repr(values)[:80], "numbers")]) from None
    if value.shape != variance.shape:
        shape = f"values of {value.shape}, variances of {variance.shape}"
        raise InputError([Fault("variances", shape, "one variance an effect")])
    return value, variance


def _check(value: Numbers, variance: Numbers, seen: NDArray[np.bool_], place: str) -> None:
    faults = [
        Fault(place.format(*(at + 1)) + f", {name}", f"{part[tuple(at)]:g}", expected)
        for name, part, good, expected in (
            ("effect", value, np.isfinite(value), "a number"),
            ("variance", variance, np.isfinite(variance) & (variance > 0), "more than 0"),
        )
        for at in np.argwhere(seen & ~good)
    ]
    if faults:
        raise InputError(faults)


def _laid(value: Numbers, variance: Numbers, seen: NDArray[np.bool_]) -> Studies:
    """Turned, with nothing for the studies that are not there."""
    down = np.ascontiguousarray(seen.T)
    return Studies(
        np.where(down, value.T, 0.0),
        np.where(down, variance.T, np.inf),
        down,
        down.sum(0).astype(float),
    )
