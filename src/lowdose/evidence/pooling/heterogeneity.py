"""The variance between studies, tau2, of many meta-analyses at once.

Formulas as in Viechtbauer 2005, doi:10.3102/10769986030003261, and Veroniki 2016,
doi:10.1002/jrsm.1164. All agree with metafor's `rma`; REML and ML keep 0 where the likelihood is
higher there than at the maximum that the iteration reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from lowdose.evidence.pooling.studies import Studies, fit
from lowdose.evidence.pooling.values import Model, Numbers

__all__ = ["between_variance", "log_likelihood", "profile_root"]

_STEPS = 200
_CLOSE = 1e-12
_ROUNDING = 1e-28
_GRID = 129


def between_variance(studies: Studies, model: Model) -> Numbers:
    """tau2 (metas,), never below 0; 0 where there is one study, or none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _ESTIMATORS[model](studies)
    return np.where(studies.k > 1, np.maximum(found, 0.0), 0.0)


def _common(studies: Studies) -> Numbers:
    return np.zeros_like(studies.k)


def _dersimonian_laird(studies: Studies) -> Numbers:
    found = fit(studies, _common(studies))
    squares: Numbers = (found.weight**2).sum(0)
    return (found.q - (studies.k - 1)) / (found.total - squares / found.total)


def _plain(studies: Studies) -> tuple[Numbers, Numbers]:
    """Sum of squares around the unweighted mean, and the mean variance."""
    mean = studies.value.sum(0) / studies.k
    squares = np.where(studies.seen, studies.value - mean, 0.0) ** 2
    variance = np.where(studies.seen, studies.variance, 0.0).sum(0) / studies.k
    return squares.sum(0), variance


def _hedges(studies: Studies) -> Numbers:
    squares, variance = _plain(studies)
    return squares / (studies.k - 1) - variance


def _hunter_schmidt(studies: Studies) -> Numbers:
    found = fit(studies, _common(studies))
    return (found.q - studies.k) / found.total


def _sidik_jonkman(studies: Studies) -> Numbers:
    squares, _ = _plain(studies)
    # Effects that are all equal, but for rounding, leave nothing to start from and to find.
    differ = squares > _ROUNDING * (studies.value**2).sum(0)
    start = np.where(differ, squares / studies.k, 1.0)
    found = fit(studies, start)
    return np.where(differ, start * found.q / (studies.k - 1), 0.0)


def _paule_mandel(studies: Studies) -> Numbers:
    return profile_root(studies, studies.k - 1)


def profile_root(studies: Studies, target: Numbers) -> Numbers:
    """The tau2 at which the weighted sum of squares is `target` (metas,); 0 where it is less at 0.

    Q(tau2) falls and is convex, so Newton's steps from 0 approach the root from below.
    """
    tau2 = np.zeros_like(studies.k)
    left = np.flatnonzero((studies.k > 1) & (target > 0))
    for _ in range(_STEPS):
        if left.size == 0:
            break
        part = studies.some(left)
        found = fit(part, tau2[left])
        slope = ((found.weight * found.residual) ** 2).sum(0)
        above = found.q - target[left]
        step = np.where(slope > 0, above / np.where(slope > 0, slope, 1.0), 0.0)
        new = np.maximum(tau2[left] + np.maximum(step, 0.0), 0.0)
        moving = step > _CLOSE * (new + _scale(part))
        tau2[left] = new
        left = left[moving]
    return tau2


def _scale(studies: Studies) -> Numbers:
    """The smallest variance of each meta-analysis: what a tau2 is small against."""
    return np.asarray(studies.variance.min(0))


def _likelihood(restricted: bool) -> Callable[[Studies], Numbers]:
    def maximised(studies: Studies) -> Numbers:
        tau2 = _scored(studies, restricted)
        zero = np.zeros_like(tau2)
        at_zero = log_likelihood(studies, zero, restricted)
        better = at_zero >= log_likelihood(studies, tau2, restricted)
        return np.where(better, 0.0, tau2)

    return maximised


def _scored(studies: Studies, restricted: bool) -> Numbers:
    """Fisher scoring from Hedges' estimate, sped up by Newton's steps near the maximum."""
    tau2 = np.maximum(np.nan_to_num(_hedges(studies)), 0.0)
    left = np.flatnonzero(studies.k > 1)
    for _ in range(_STEPS):
        if left.size == 0:
            return tau2
        part = studies.some(left)
        step = _step(part, tau2[left], restricted)
        new = np.maximum(tau2[left] + step, 0.0)
        moving = np.abs(new - tau2[left]) > _CLOSE * (new + _scale(part))
        tau2[left] = new
        left = left[moving]
    tau2[left] = _searched(studies.some(left), restricted)
    return tau2


def _step(studies: Studies, tau2: Numbers, restricted: bool) -> Numbers:
    """The way towards the maximum; Newton's where it is downhill of both and not much longer."""
    found = fit(studies, tau2)
    weight, total, residual = found.weight, found.total, found.residual
    second, third = (weight**2).sum(0), (weight**3).sum(0)
    pulled = (weight**2 * residual).sum(0)
    gap = ((weight * residual) ** 2).sum(0) - total
    curve = 2 * ((weight**3) * residual**2).sum(0) - 2 * pulled**2 / total - second
    information = second
    if restricted:
        gap = gap + second / total
        information = second - 2 * third / total + (second / total) ** 2
        curve = curve + 2 * third / total - (second / total) ** 2
    fisher: Numbers = gap / information
    newton: Numbers = gap / np.where(curve > 0, curve, np.inf)
    usable = (curve > 0) & (np.abs(newton) <= 4 * np.abs(fisher))
    return np.where(usable, newton, fisher)


def _searched(studies: Studies, restricted: bool) -> Numbers:
    """The maximum on an ever finer grid, for the few where the iteration goes round in circles."""
    squares, variance = _plain(studies)
    low, high = np.zeros_like(squares), squares + variance
    shares = np.linspace(0, 1, _GRID)
    for _ in range(12):
        tried = low + (high - low) * shares[:, None]
        likely = np.stack([log_likelihood(studies, one, restricted) for one in tried])
        best = likely.argmax(0)
        at = np.arange(best.size)
        low = tried[np.maximum(best - 1, 0), at]
        high = tried[np.minimum(best + 1, _GRID - 1), at]
    return (low + high) / 2


def log_likelihood(studies: Studies, tau2: Numbers, restricted: bool) -> Numbers:
    """The (restricted) log-likelihood of tau2 but for a constant, the mean at its best (metas,)."""
    found = fit(studies, tau2)
    log_weight: Numbers = np.log(np.where(studies.seen, found.weight, 1.0)).sum(0)
    likely = (log_weight - found.q) / 2
    return likely - np.log(found.total) / 2 if restricted else likely


_ESTIMATORS: Mapping[Model, Callable[[Studies], NDArray[np.float64]]] = {
    Model.COMMON: _common,
    Model.DL: _dersimonian_laird,
    Model.HE: _hedges,
    Model.HS: _hunter_schmidt,
    Model.SJ: _sidik_jonkman,
    Model.ML: _likelihood(restricted=False),
    Model.REML: _likelihood(restricted=True),
    # Both solve Q(tau2) = k - 1; they differ only in how they get there.
    Model.EB: _paule_mandel,
    Model.PM: _paule_mandel,
}
