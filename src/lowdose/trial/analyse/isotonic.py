"""A share that can only rise with the dose: isotonic regression, plain and centred, many at once.

Pooling neighbours that fall (PAVA: Barlow et al. 1972) makes flat stretches; centred isotonic
regression puts each of them at one dose, the mean of its people's, and draws straight lines in
between (Oron and Flournoy 2017, doi:10.1080/19466315.2017.1286256). Few doses, many trials: so
every stretch of neighbours is averaged, and the right ones picked by the max-min formula.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "centred", "dose_at", "isotonic", "share_at"]

Numbers = NDArray[np.float64]

_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Curve:
    """Straight lines between points, and flat beyond the ends; several trials at once.

    dose, share: (trials, doses), both rising, NaN for doses that nobody got.
    """

    dose: Numbers
    share: Numbers


def isotonic(share: Numbers, weight: Numbers) -> Numbers:
    """The rising shares nearest to these, by weighted squares; NaN where the weight is 0.

    share, weight: (trials, doses).

    >>> isotonic(np.array([[0.2, 0.6, 0.3]]), np.array([[5.0, 2.0, 4.0]])).round(3).tolist()
    [[0.2, 0.4, 0.4]]
    """
    mass = np.cumsum(np.pad(weight, ((0, 0), (1, 0))), axis=1)
    amount = np.cumsum(np.pad(np.where(weight > 0, weight * share, 0.0), ((0, 0), (1, 0))), axis=1)
    people = mass[:, None, 1:] - mass[:, :-1, None]  # of doses i to j: [:, i, j]
    there = (people > 0) & np.triu(np.ones(people.shape[1:], dtype=bool))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, (amount[:, None, 1:] - amount[:, :-1, None]) / people, np.inf)
    least = np.minimum.accumulate(mean[:, :, ::-1], axis=2)[:, :, ::-1]  # over j from k on
    below = np.where(np.isfinite(least), least, -np.inf)
    found = np.diagonal(np.maximum.accumulate(below, axis=1), axis1=1, axis2=2)
    return np.where(weight > 0, found, np.nan)


def centred(doses_mg: Numbers, share: Numbers, weight: Numbers) -> Curve:
    """Centred isotonic regression.

    doses_mg: (doses,), lowest first; share, weight: (trials, doses). Neighbours with the same
    share are one stretch, but where it is 0 or 1: there it may well be flat.

    >>> curve = centred(np.array([1.0, 2.0, 3.0]), np.array([[0.2, 0.6, 0.3]]),
    ...                 np.array([[5.0, 2.0, 4.0]]))
    >>> curve.dose.round(3).tolist(), curve.share.round(3).tolist()
    ([[1.0, 2.667, 2.667]], [[0.2, 0.4, 0.4]])
    """
    fitted = isotonic(share, weight)
    same = np.abs(fitted[:, :, None] - fitted[:, None]) < _SAME
    flat = (np.abs(fitted) < _SAME) | (np.abs(fitted - 1) < _SAME)
    alone = np.eye(doses_mg.size, dtype=bool)
    stretch = np.where(flat[:, :, None], alone, same)
    mass = np.where(stretch, weight[:, None], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        dose = (mass @ doses_mg) / mass.sum(axis=2)
    return Curve(np.where(weight > 0, dose, np.nan), fitted)


def dose_at(curve: Curve, target: float) -> Numbers:
    """The dose at which the curve reaches the target share, (trials,).

    Minus infinity where all doses are above it, infinity where all are below; where the curve is
    flat at the target, the middle of that stretch; NaN where there is no curve.

    >>> two = Curve(np.array([[1.0, 2.0], [1.0, 2.0]]), np.array([[0.4, 0.8], [0.6, 0.8]]))
    >>> dose_at(two, 0.5).tolist()
    [1.25, -inf]
    """
    there = np.isfinite(curve.share)
    under = there & (curve.share < target - _SAME)
    over = there & (curve.share > target + _SAME)
    low_dose, low_share = _nearest(curve, under, last=True)
    high_dose, high_share = _nearest(curve, over, last=False)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (target - low_share) / (high_share - low_share)
        between = low_dose + part * (high_dose - low_dose)
    found = np.where(over.any(axis=1), -np.inf, np.inf)
    found = np.where(under.any(axis=1) & over.any(axis=1), between, found)
    found = np.where(under.any(axis=1) & ~over.any(axis=1), np.inf, found)
    at = there & ~under & ~over
    found = np.where(at.any(axis=1), _middle(curve.dose, at), found)
    return np.where(there.any(axis=1), found, np.nan)


def share_at(curve: Curve, doses_mg: Numbers) -> Numbers:
    """The curve's share at each of these doses, (trials, doses); flat beyond its ends.

    >>> share_at(Curve(np.array([[1.0, 2.0]]), np.array([[0.4, 0.8]])), np.array([0.5, 1.5]))
    array([[0.4, 0.6]])
    """
    rows = []
    for dose, share in zip(curve.dose, curve.share, strict=True):
        there = np.isfinite(dose)
        rows.append(np.interp(doses_mg, dose[there], share[there]))
    return np.array(rows)


def _nearest(curve: Curve, kept: NDArray[np.bool_], *, last: bool) -> tuple[Numbers, Numbers]:
    """Dose and share of the last, or first, point that is kept in each trial."""
    order = kept[:, ::-1] if last else kept
    place = order.argmax(axis=1)
    place = kept.shape[1] - 1 - place if last else place
    at = np.arange(kept.shape[0])
    return curve.dose[at, place], curve.share[at, place]


def _middle(dose: Numbers, kept: NDArray[np.bool_]) -> Numbers:
    """Half-way between the first and the last dose that are kept."""
    low = np.where(kept, dose, np.inf).min(axis=1)
    high = np.where(kept, dose, -np.inf).max(axis=1)
    return np.where(kept.any(axis=1), low, 0.0) / 2 + np.where(kept.any(axis=1), high, 0.0) / 2
