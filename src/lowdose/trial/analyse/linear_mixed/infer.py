"""What a fitted mixed model says of contrasts: standard errors, degrees of freedom, tests."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as fisher

from lowdose.errors import Fault, InputError, LowdoseError
from lowdose.trial.analyse.linear_mixed.fit import Fit
from lowdose.trial.analyse.linear_mixed.model import bend_of, stuck_of
from lowdose.trial.analyse.values import Estimate

__all__ = [
    "JointTest",
    "adjusted_covariance",
    "joint_kenward_roger",
    "joint_satterthwaite",
    "kenward_roger",
    "satterthwaite",
]

Numbers = NDArray[np.float64]

_SAME = 1e-10  # relative: a contrast whose variance is smaller says nothing new


@dataclass(frozen=True)
class JointTest:
    """Whether several contrasts are all nothing: an F statistic with its degrees of freedom."""

    statistic: float
    df_above: float
    df_below: float
    method: str

    @property
    def p(self) -> float:
        """Against nothing at all."""
        return float(fisher.sf(self.statistic, self.df_above, self.df_below))


def satterthwaite(fit: Fit, contrast: Numbers, *, what: str = "") -> Estimate:
    """A contrast of fixed effects, (k,), with Satterthwaite's degrees of freedom.

    From the observed curvature of the likelihood, as lmerTest has it (Kuznetsova et al. 2017,
    doi:10.18637/jss.v082.i13); here the curvature is exact. A variance that is estimated as
    nothing adds nothing. Raises InputError where the contrast has not one weight for each effect.
    """
    weights = _checked(fit, contrast)
    variance, df = _plain(fit, weights)
    estimate = float(weights @ fit.sums.coefficients)
    return Estimate(what, estimate, math.sqrt(variance), df, f"{_how(fit)}, Satterthwaite")


def kenward_roger(fit: Fit, contrast: Numbers, *, what: str = "") -> Estimate:
    """A contrast with Kenward and Roger's adjusted standard error and degrees of freedom.

    1997, doi:10.2307/2533558, in variances, covariances and phi. As pbkrtest does it (Halekoh and
    Hojsgaard 2014, doi:10.18637/jss.v059.i09) where the covariance is straight in these; with the
    second slopes, as in the paper, where serial correlation bends it. Raises InputError for a fit
    by maximum likelihood, or where the contrast has not one weight for each effect. A correlation
    at its edge is taken as known. Raises LowdoseError where the adjustment leaves no variance.
    """
    weights = _checked(fit, contrast)
    adjusted, unsure = _adjusted(fit)
    variance = float(weights @ fit.sums.covariance @ weights)
    slope = _slopes(fit, weights[None])[0] / variance
    share = float(slope @ unsure @ slope)
    df = 2 / share if share > 0 else math.inf
    wider = float(weights @ adjusted @ weights)
    if wider <= 0:
        raise LowdoseError(
            "Kenward and Roger's adjustment leaves this contrast no variance: the data are too few "
            "for it. Give the residuals less freedom, or take Satterthwaite's degrees of freedom."
        )
    estimate = float(weights @ fit.sums.coefficients)
    return Estimate(what, estimate, math.sqrt(wider), df, "REML, Kenward-Roger")


def joint_satterthwaite(fit: Fit, contrasts: Numbers) -> JointTest:
    """F test of several contrasts, (q, k), with Satterthwaite's degrees of freedom.

    By contrasts that are independent of each other (Fai and Cornelius 1996,
    doi:10.1080/00949659608811740), as lmerTest does it.
    """
    weights = _checked(fit, contrasts)
    spread, axes = np.linalg.eigh(weights @ fit.sums.covariance @ weights.T)
    keep = spread > _SAME * spread.max()
    turned = axes[:, keep].T @ weights
    statistic = float(((turned @ fit.sums.coefficients) ** 2 / spread[keep]).mean())
    count = int(keep.sum())
    below = _of_several([_plain(fit, one)[1] for one in turned], count)
    return JointTest(statistic, count, below, f"{_how(fit)}, Satterthwaite")


def joint_kenward_roger(fit: Fit, contrasts: Numbers) -> JointTest:
    """F test of several independent contrasts, (q, k), scaled as Kenward and Roger 1997 have it."""
    weights = _checked(fit, contrasts)
    adjusted, unsure = _adjusted(fit)
    count = len(weights)
    theta = weights.T @ np.linalg.inv(weights @ fit.sums.covariance @ weights.T) @ weights
    inner = theta @ fit.sums.covariance @ fit.bending.p @ fit.sums.covariance
    traces = np.einsum("kaa->k", inner)
    a1 = float(traces @ unsure @ traces)
    a2 = float((unsure * np.einsum("kab,lba->kl", inner, inner)).sum())
    scale, below = _scaled(a1, a2, count)
    value = weights @ fit.sums.coefficients
    statistic = float(value @ np.linalg.solve(weights @ adjusted @ weights.T, value)) / count
    return JointTest(scale * statistic, count, below, "REML, Kenward-Roger")


def adjusted_covariance(fit: Fit) -> Numbers:
    """The covariance of the fixed effects, (k, k), as Kenward and Roger adjust it."""
    return _adjusted(fit)[0]


def _how(fit: Fit) -> str:
    return "REML" if fit.model.restricted else "maximum likelihood"


def _checked(fit: Fit, contrasts: Numbers) -> Numbers:
    """Contrasts with a weight for each effect, or all that is wrong with them."""
    count = fit.sums.coefficients.size
    if contrasts.shape[-1] != count or not np.isfinite(contrasts).all():
        said = f"of shape {contrasts.shape}"
        raise InputError([Fault("contrast", said, f"{count} numbers, one for each effect")])
    if not np.abs(contrasts).max(axis=-1).all():
        raise InputError([Fault("contrast", "nothing but zeros", "some weight")])
    return contrasts.astype(np.float64)


def _plain(fit: Fit, weights: Numbers) -> tuple[float, float]:
    """Variance of a contrast, and its degrees of freedom."""
    variance = float(weights @ fit.sums.covariance @ weights)
    slope = bend_of(fit.model, fit.free).T @ _slopes(fit, weights[None])[0]
    spread = 2 * float(slope @ _pseudo_inverse(fit.curvature) @ slope)
    return variance, 2 * variance**2 / spread if spread > 0 else math.inf


def _slopes(fit: Fit, contrasts: Numbers) -> Numbers:
    """Slope of each contrast's variance in each natural number, (q, natural)."""
    left = contrasts @ fit.sums.covariance
    found: Numbers = np.einsum("qa,kab,qb->qk", left, fit.bending.p, left)
    return found


def _of_several(df: list[float], count: int) -> float:
    """Degrees of freedom below, from those of each contrast."""
    if np.allclose(df, df[0]):
        return float(np.mean(df))
    if min(df) <= 2:
        return 2.0
    expected = sum(one / (one - 2) if math.isfinite(one) else 1.0 for one in df)
    return 2 * expected / (expected - count)


def _adjusted(fit: Fit) -> tuple[Numbers, Numbers]:
    """Kenward and Roger's covariance of the fixed effects, and that of the natural numbers."""
    if not fit.model.restricted:
        raise InputError([Fault("fit", "by maximum likelihood", "a fit by REML", "ask for REML")])
    free = ~stuck_of(fit.model, fit.free)
    unsure = np.zeros_like(fit.bending.information)
    unsure[np.ix_(free, free)] = 2 * _pseudo_inverse(fit.bending.information[np.ix_(free, free)])
    phi, p = fit.sums.covariance, fit.bending.p
    inner = -np.einsum("kab,kbc->ac", p @ phi, np.tensordot(unsure, p, 1))
    for piece in fit.sums.pieces:
        swx = piece.slopes[:, None] @ piece.wx
        weighed = piece.weight @ np.tensordot(unsure, swx, 1)
        inner += np.tensordot(swx, weighed, ((0, 1, 2), (0, 1, 2)))
        for i, j, curve in piece.curves:
            bent = np.tensordot(piece.wx, curve @ piece.wx, ((0, 1), (0, 1)))
            inner -= (1 if i == j else 2) * unsure[i, j] * bent / 4
    more = 2 * phi @ inner @ phi
    return phi + (more + more.T) / 2, unsure


def _scaled(a1: float, a2: float, count: int) -> tuple[float, float]:
    """Scale of the F statistic and degrees of freedom below, from Kenward and Roger's A1 and A2."""
    if a2 <= 0:
        return 1.0, math.inf
    q = count
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    bottom = 3 * q + 2 * (1 - g)
    c1, c2, c3 = g / bottom, (q - g) / bottom, (q + 2 - g) / bottom
    mean = 1 / (1 - a2 / q)
    spread = 2 / q * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    rho = spread / (2 * mean**2)
    below = 4 + (q + 2) / (q * rho - 1)
    return below / (mean * (below - 2)), below


def _pseudo_inverse(matrix: Numbers) -> Numbers:
    """The inverse, without directions in which nothing is known."""
    scale = np.sqrt(np.maximum(np.abs(np.diagonal(matrix)), 1e-300))
    bend, axes = np.linalg.eigh(matrix / np.outer(scale, scale))
    good = bend > 1e-8 * bend.max()
    inside = axes[:, good] / bend[good] @ axes[:, good].T
    found: Numbers = inside / np.outer(scale, scale)
    return found
