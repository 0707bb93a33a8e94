"""Looks on the way: boundaries that keep the error of several looks at its level.

Pocock's and O'Brien and Fleming's boundaries hold their shape; those of Lan and DeMets spend the
error by the share of information, whenever the looks come. All by the recursive integration of
Armitage, McPherson and Rowe (1969, doi:10.2307/2343787) on the normal scale; two-sided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from lowdose.errors import Fault, InputError
from lowdose.trial.design.values import Looks

__all__ = ["Crossing", "boundaries", "crossing", "spent"]

Numbers = NDArray[np.float64]

_POINTS = 41  # Gauss-Legendre nodes a stretch
_STRETCHES = 12
_REACH = 9.0


@dataclass(frozen=True, eq=False)
class Crossing:
    """upper, lower: (looks,), how likely each boundary is first crossed at each look."""

    upper: Numbers
    lower: Numbers

    @property
    def power(self) -> float:
        """How likely any boundary is crossed."""
        return float(self.upper.sum() + self.lower.sum())

    def expected(self, fractions: Sequence[float]) -> float:
        """The expected share of the full information that is used."""
        stop = (self.upper + self.lower)[:-1]
        return float(stop @ np.asarray(fractions)[:-1] + (1 - stop.sum()) * fractions[-1])


def boundaries(looks: Looks, alpha: float = 0.05) -> Numbers:
    """Critical values on the normal scale, (looks,), of a two-sided test at level alpha.

    Raises InputError for a rule that is not known.

    >>> boundaries(Looks((0.5, 1.0), "pocock")).round(4).tolist()
    [2.1783, 2.1783]
    >>> boundaries(Looks((0.5, 1.0), "obrien-fleming")).round(4).tolist()
    [2.7965, 1.9774]
    """
    fractions = np.asarray(looks.fractions, dtype=np.float64)
    if looks.rule == "pocock":
        return _scaled(fractions, np.ones_like(fractions), alpha)
    if looks.rule == "obrien-fleming":
        return _scaled(fractions, 1 / np.sqrt(fractions), alpha)
    if looks.rule in _SPENDING:
        return _spending(fractions, _SPENDING[looks.rule], alpha)
    wanted = "pocock, obrien-fleming, lan-demets-pocock or lan-demets-obrien-fleming"
    raise InputError([Fault("looks.rule", repr(looks.rule), wanted)])


def spent(rule: str, fraction: float, alpha: float = 0.05) -> float:
    """The error spent by a share of information (Lan and DeMets 1983, doi:10.1093/biomet/70.3.659).

    >>> round(spent("lan-demets-pocock", 0.5), 5), spent("lan-demets-obrien-fleming", 1.0)
    (0.03101, 0.05)
    """
    return _SPENDING[rule](fraction, alpha)


def crossing(limits: Numbers, fractions: Sequence[float], drift: float = 0.0) -> Crossing:
    """How likely each boundary is first crossed at each look.

    limits: (looks,), on the normal scale; drift: the expected normal deviate with all information
    (0 under no effect). Jennison and Turnbull 2000, chapter 19, doi:10.1201/9780367805326.
    """
    shares = np.asarray(fractions, dtype=np.float64)
    upper, lower = np.zeros_like(shares), np.zeros_like(shares)
    nodes, weights = np.zeros(1), np.ones(1)  # of the score process so far: it starts at 0
    before = 0.0
    for look, (limit, share) in enumerate(zip(limits, shares, strict=True)):
        step = np.sqrt(share - before)
        mean = drift * (share - before)
        edge = limit * np.sqrt(share)
        upper[look] = weights @ norm.sf((edge - nodes - mean) / step)
        lower[look] = weights @ norm.cdf((-edge - nodes - mean) / step)
        if look + 1 < shares.size:
            inside, lengths = _nodes(edge, drift * share, np.sqrt(share))
            density = norm.pdf((inside[:, None] - nodes - mean) / step) / step
            nodes, weights = inside, lengths * (density @ weights)
        before = share
    return Crossing(upper, lower)


def _nodes(edge: float, mean: float, spread: float) -> tuple[Numbers, Numbers]:
    """Places and lengths to integrate over what goes on, between the two boundaries."""
    low = max(-edge, mean - _REACH * spread)
    high = min(edge, mean + _REACH * spread)
    if low >= high:
        return np.zeros(1), np.zeros(1)
    places, lengths = np.polynomial.legendre.leggauss(_POINTS)
    ends = np.linspace(low, high, _STRETCHES + 1)
    half = np.diff(ends) / 2
    nodes = (ends[:-1, None] + half[:, None] * (places + 1)).ravel()
    return nodes, (half[:, None] * lengths).ravel()


def _scaled(fractions: Numbers, shape: Numbers, alpha: float) -> Numbers:
    """The shape times the one factor that gives the level."""

    def off(factor: float) -> float:
        return crossing(factor * shape, fractions.tolist()).power - alpha

    least = float(norm.isf(alpha / 2)) * 0.9
    return shape * float(brentq(off, least, least * 3, xtol=1e-10))


def _spending(
    fractions: Numbers, spending: Callable[[float, float], float], alpha: float
) -> Numbers:
    """One boundary after the other, each spending what is due."""
    found: list[float] = []
    for look, share in enumerate(fractions):
        due = spending(float(share), alpha)

        def off(limit: float, look: int = look, due: float = due) -> float:
            limits = np.array([*found, limit])
            return crossing(limits, fractions[: look + 1].tolist()).power - due

        found.append(float(brentq(off, 0.1, 12.0, xtol=1e-10)))
    return np.array(found)


def _like_obrien_fleming(fraction: float, alpha: float) -> float:
    return float(min(alpha, 4 * norm.sf(norm.isf(alpha / 4) / np.sqrt(fraction))))


def _like_pocock(fraction: float, alpha: float) -> float:
    return float(min(alpha, alpha * np.log1p((np.e - 1) * fraction)))


_SPENDING: dict[str, Callable[[float, float], float]] = {
    "lan-demets-pocock": _like_pocock,
    "lan-demets-obrien-fleming": _like_obrien_fleming,
}
