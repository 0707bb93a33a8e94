"""REML and maximum likelihood by Newton's method: the likeliest variances, and what they imply.

Slopes and curvature are exact. Where the deviance bends down, as beside a variance of nothing, the
step goes the other way (its curvature's size is what counts), so that a saddle is left and no
variance stays at nothing by chance. A fit is given only where nothing is left to gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import LowdoseError
from lowdose.trial.analyse.linear_mixed.likelihood import Bending, Sums, bending_at, sums_at
from lowdose.trial.analyse.linear_mixed.model import Model, bend_of, bent_of, natural_of

__all__ = ["Fit", "fit_model"]

Numbers = NDArray[np.float64]

_MOST_STEPS = 200
_LONGEST = 1.0  # a step, in units of the outcome's spread
_ROUNDING = 1e-12  # relative, of a deviance
_SETTLED = 1e-12  # gain that Newton's next step promises, in the deviance
_LEVEL = 1e-6  # slope that counts as none where nothing bends: a number runs off to its edge
_FLAT = 1e-8  # curvature below this share of the largest counts as none
_KICKS = (0.5, 0.1, 0.02)  # steps off a saddle, in units of the outcome's spread
_SPIKE = 1e10  # curvature for each row: the covariance of a few rows falls to nothing
_UNTOLD = 0.01  # a free number that moves the covariance by more, and the deviance not at all
_EDGE = 1e-4  # a free number that moves the covariance by less is at its edge


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model.

    free, natural: the numbers of its parts, one part's after the other. sums: fixed effects.
    bending: of the deviance in the natural numbers; curvature: in the free ones. at_the_edge:
    whether a variance is estimated as nothing, or a correlation as all there is.
    """

    model: Model
    free: Numbers
    natural: Numbers
    sums: Sums
    bending: Bending
    curvature: Numbers
    at_the_edge: bool

    @property
    def deviance(self) -> float:
        """-2 log likelihood, restricted or not: what lme4 calls the REML criterion."""
        return self.sums.deviance


@dataclass(frozen=True, eq=False)
class _Place:
    """Where the search stands, in units: the slope along the axes of curvature, and its curves."""

    at: Numbers
    sums: Sums
    bending: Bending
    axes: Numbers
    along: Numbers
    curves: Numbers

    @property
    def flat(self) -> float:
        """Curvature that counts as none."""
        return _FLAT * float(np.abs(self.curves).max())

    @property
    def promise(self) -> float:
        """What Newton's next step would gain; on level ground, what a step of one would."""
        steep = np.abs(self.curves) > self.flat
        level = float(np.abs(self.along[~steep]).sum()) * _SETTLED / _LEVEL
        return float((self.along[steep] ** 2 / np.abs(self.curves[steep])).sum()) / 2 + level

    @property
    def is_low(self) -> bool:
        """Whether the deviance bends down along no axis."""
        return bool((self.curves > -100 * self.flat).all())


def fit_model(model: Model) -> Fit:
    """The variances that make the outcome likeliest, by REML or maximum likelihood.

    Raises LowdoseError where the search does not settle or where the data cannot tell the numbers
    apart: no answer is better than a wrong one.

    >>> from lowdose.trial.analyse.linear_mixed.covariance import Independent, RandomEffects
    >>> from lowdose.trial.analyse.linear_mixed.model import model_of
    >>> rating = np.array([5.0, 6.0, 4.0, 3.0, 7.0, 8.0])
    >>> person, alike = np.array([0, 0, 1, 1, 2, 2]), np.zeros(6, dtype=int)
    >>> parts = [RandomEffects(person, np.ones((6, 1))), Independent(alike)]
    >>> fit = fit_model(model_of(rating, np.ones((6, 1)), parts))
    >>> fit.natural.round(6).tolist()  # between people: (mean squares 8 - 0.5) / 2, and within
    [3.75, 0.5]
    """
    units = np.concatenate([part.units(model.variance) for part in model.parts])
    starts = _starts(model)
    settled = [
        one for start in starts if (one := _searched(model, units, start / units)) is not None
    ]
    if not settled:
        raise LowdoseError(
            "The mixed model did not settle: these data do not lead to one answer, as where "
            "few people have both of two visits. Leave a random effect out, or give visits less "
            "freedom."
        )
    best = min(settled, key=lambda one: one.sums.deviance)
    free = best.at * units
    # Each natural number by how far a unit moves it where the search began.
    scale = np.abs(bend_of(model, starts[0]) * units).max(axis=1)
    moves = bend_of(model, free) * units / scale[:, None]
    _refuse_if_untold(best, moves)
    at_the_edge = bool(np.linalg.svd(moves)[1].min() < _EDGE)
    curvature = (best.axes * best.curves) @ best.axes.T / np.outer(units, units)
    natural = natural_of(model, free)
    return Fit(model, free, natural, best.sums, best.bending, curvature, at_the_edge)


def _starts(model: Model) -> list[Numbers]:
    """Each part's first start together, then its second where it has one."""
    choices = [part.starts(model.variance) for part in model.parts]
    numbers = range(max(map(len, choices)))
    return [np.concatenate([one[min(n, len(one) - 1)] for one in choices]) for n in numbers]


def _searched(model: Model, units: Numbers, start: Numbers) -> _Place | None:
    """Down from a start; None where it does not settle."""
    now, damping = _place(model, units, start), 0.0
    for _ in range(_MOST_STEPS):
        if now is None or now.curves[-1] > _SPIKE * model.outcome.size:
            return None
        if now.promise < _SETTLED:
            if now.is_low:
                return now
            now = _off_the_saddle(model, units, now)
            continue
        new = _place(model, units, now.at + _step(now, damping))
        if new is not None and _is_as_low(new, now):
            now, damping = new, damping / 10 if damping > now.flat else 0.0
        elif damping > 1e12 * now.flat / _FLAT:
            return None
        else:
            damping = max(10 * damping, 1e-3 * now.flat / _FLAT)
    return None


def _place(model: Model, units: Numbers, at: Numbers) -> _Place | None:
    """What there is at free numbers; None where they are no covariance."""
    free = at * units
    try:
        with np.errstate(all="ignore"):
            sums = sums_at(model, natural_of(model, free))
            bending = bending_at(sums)
            bend = bend_of(model, free)
            bent = bent_of(model, free, bending.slope)
            curvature = (bend.T @ bending.curvature @ bend + bent) * np.outer(units, units)
            curves, axes = np.linalg.eigh(curvature)
    except np.linalg.LinAlgError:
        return None
    along = axes.T @ (bend.T @ bending.slope * units)
    if not (np.isfinite(sums.deviance) and np.isfinite(curves).all() and np.isfinite(along).all()):
        return None
    return _Place(at, sums, bending, axes, along, curves)


def _step(now: _Place, damping: float) -> Numbers:
    """Newton's step downwards, shorter with damping, and never too long."""
    inside = -now.along / (np.maximum(np.abs(now.curves), now.flat) + damping)
    length = float(np.linalg.norm(inside))
    found: Numbers = now.axes @ inside * min(1.0, _LONGEST / max(length, 1e-300))
    return found


def _off_the_saddle(model: Model, units: Numbers, now: _Place) -> _Place | None:
    """A lower place, along the axis that bends down most; None where there is none."""
    axis = now.axes[:, np.argmin(now.curves)]
    for kick in _KICKS:
        tried = [_place(model, units, now.at + side * kick * axis) for side in (1, -1)]
        lower = [one for one in tried if one and one.sums.deviance < now.sums.deviance]
        if lower:
            return min(lower, key=lambda one: one.sums.deviance)
    return None


def _is_as_low(new: _Place, now: _Place) -> bool:
    slack = _ROUNDING * (1 + abs(now.sums.deviance))
    return new.sums.deviance <= now.sums.deviance + slack


def _refuse_if_untold(best: _Place, moves: Numbers) -> None:
    """Refuse a fit whose numbers can change without a change of the deviance."""
    level = best.axes[:, np.abs(best.curves) <= best.flat]
    if level.size and np.abs(moves @ level).max() > _UNTOLD:
        raise LowdoseError(
            "The mixed model has variances that these data cannot tell apart, as those of people "
            "and of days with one rating each. Leave a random effect out."
        )
