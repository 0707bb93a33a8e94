"""What a fitted mixed model says of a contrast: its standard error and degrees of freedom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.linear_mixed.fit import Fit, sums_at
from lowdose.trial.analyse.values import Estimate

__all__ = ["kenward_roger", "satterthwaite"]

Numbers = NDArray[np.float64]

_STEP = 1e-4


def satterthwaite(fit: Fit, contrast: Numbers, *, what: str = "") -> Estimate:
    """A contrast of fixed effects, (k,), with Satterthwaite's degrees of freedom.

    From the observed curvature of the restricted likelihood, as lmerTest does (Kuznetsova et al.
    2017, doi:10.18637/jss.v082.i13).
    """
    phi = fit.sums.covariance
    variance = float(contrast @ phi @ contrast)
    slope = _slope(fit, contrast)
    unsure = 2 * _pseudo_inverse(_curvature(fit))
    spread = float(slope @ unsure @ slope)
    df = 2 * variance**2 / spread if spread > 0 else float("inf")
    estimate = float(contrast @ fit.sums.coefficients)
    return Estimate(what, estimate, float(np.sqrt(variance)), df, "REML, Satterthwaite")


def kenward_roger(fit: Fit, contrast: Numbers, *, what: str = "") -> Estimate:
    """A contrast with Kenward and Roger's adjusted standard error and degrees of freedom.

    1997, doi:10.2307/2533558, as pbkrtest does it (Halekoh and Hojsgaard 2014,
    doi:10.18637/jss.v059.i09); the curvature of AR(1) in phi is left out.
    """
    sums, phi = sums_at(fit.model, fit.natural, whole=True), fit.sums.covariance
    unsure = 2 * np.linalg.pinv(sums.information)
    inner = sums.q - np.einsum("kab,bc,lcd->klad", sums.p, phi, sums.p)
    more = 2 * phi @ np.einsum("kl,klab->ab", unsure, inner) @ phi
    adjusted = float(contrast @ (phi + (more + more.T) / 2) @ contrast)
    # One contrast: theta = l l' / (l' phi l); A1 = A2 in this case.
    variance = float(contrast @ phi @ contrast)
    along = np.einsum("a,kab,b->k", contrast @ phi, sums.p, phi @ contrast) / variance
    a1 = a2 = float(along @ unsure @ along)
    df = _kenward_roger_df(a1, a2)
    estimate = float(contrast @ sums.coefficients)
    se = float(np.sqrt(adjusted))
    return Estimate(what, estimate, se, df, "REML, Kenward-Roger")


def _kenward_roger_df(a1: float, a2: float) -> float:
    """Degrees of freedom of one contrast, from Kenward and Roger's A1 and A2.

    The scale of the F statistic is 1 up to terms that vanish for one contrast.
    """
    b = (a1 + 6 * a2) / 2
    g = (2 * a1 - 5 * a2) / (3 * a2) if a2 > 0 else 0.0
    bottom = 3 + 2 * (1 - g)
    c1, c2, c3 = g / bottom, (1 - g) / bottom, (3 - g) / bottom
    expected = 1 / (1 - a2)
    spread = 2 * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    rho = spread / (2 * expected**2)
    return float(4 + 3 / (rho - 1)) if rho != 1 else float("inf")


def _slope(fit: Fit, contrast: Numbers) -> Numbers:
    """Slope of the contrast's variance in each natural number."""
    left = fit.sums.covariance @ contrast
    found: Numbers = -np.einsum("a,kab,b->k", left, fit.sums.p, left)
    return found


def _curvature(fit: Fit) -> Numbers:
    """Second derivatives of the deviance in the natural numbers, from its exact slopes."""
    size = fit.natural.size
    found = np.empty((size, size))
    scale = np.maximum(np.abs(fit.natural), 1e-3 * np.abs(fit.natural).max())
    for number in range(size):
        step = np.zeros(size)
        step[number] = _STEP * scale[number]
        above, below = (sums_at(fit.model, fit.natural + side * step) for side in (1, -1))
        found[number] = (above.slope - below.slope) / (2 * step[number])
    return (found + found.T) / 2


def _pseudo_inverse(matrix: Numbers) -> Numbers:
    """The inverse, without directions in which the deviance does not rise (as lmerTest)."""
    scale = np.sqrt(np.maximum(np.abs(np.diagonal(matrix)), 1e-300))
    bend, axes = np.linalg.eigh(matrix / np.outer(scale, scale))
    good = bend > 1e-8
    inside = axes[:, good] / bend[good] @ axes[:, good].T
    found: Numbers = inside / np.outer(scale, scale)
    return found
