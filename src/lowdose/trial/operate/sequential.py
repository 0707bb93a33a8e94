"""Looks on the way: boundaries that keep the error of several looks at its level.

Pocock's and O'Brien and Fleming's boundaries hold their shape; those of Lan and DeMets spend the
error by the share of information, whenever the looks come. All by the recursive integration of
Armitage, McPherson and Rowe (1969, doi:10.2307/2343787) on the normal scale; two-sided.

With few people an analysis uses t instead of the normal distribution. Then a look is held against
the quantile that has the same p (`on_t`), as rpact does; the error that all looks make together is
close to its level, not exactly at it (Jennison and Turnbull 2000, section 3.8,
doi:10.1201/9780367805326).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm
from scipy.stats import t as student

from lowdose.errors import Fault, InputError
from lowdose.trial.design.values import Looks

__all__ = ["Crossing", "boundaries", "crossing", "drift_for", "inflation", "on_t", "spent"]

Numbers = NDArray[np.float64]

MOST_LOOKS = 50

_POINTS = 12  # Gauss-Legendre nodes a stretch
_STRETCH = 1.5  # its length, in standard deviations of what is smooth over it
_MOST_STRETCHES = 400
_REACH = 9.0
_LEAST_ERROR = 1e-14  # an error below this is none: the look stops for nothing


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


class _State(NamedTuple):
    """The score process of those that go on: places, their weights, the information so far."""

    nodes: Numbers
    weights: Numbers
    share: float


_START = _State(np.zeros(1), np.ones(1), 0.0)


def boundaries(looks: Looks, alpha: float = 0.05) -> Numbers:
    """Critical values on the normal scale, (looks,), of a two-sided test at level alpha.

    Infinite where so little may be spent that a look cannot stop anything. Raises InputError with
    every fault: shares that do not rise to 1, an alpha outside 0 to 1, a rule that is not known.

    >>> boundaries(Looks((0.5, 1.0), "pocock")).round(4).tolist()
    [2.1783, 2.1783]
    >>> boundaries(Looks((0.5, 1.0), "obrien-fleming")).round(4).tolist()
    [2.7965, 1.9774]
    """
    _check(looks, alpha)
    fractions = np.asarray(looks.fractions, dtype=np.float64)
    if looks.rule in _SPENDING:
        return _spending(fractions, _SPENDING[looks.rule], alpha)
    return _scaled(fractions, _SHAPES[looks.rule](fractions), alpha)


def spent(rule: str, fraction: float, alpha: float = 0.05) -> float:
    """The error spent by a share of information (Lan and DeMets 1983, doi:10.1093/biomet/70.3.659).

    >>> round(spent("lan-demets-pocock", 0.5), 5), round(spent("lan-demets-obrien-fleming", 1.0), 5)
    (0.03101, 0.05)
    """
    if rule not in _SPENDING:
        raise InputError([Fault("rule", repr(rule), f"one of {', '.join(_SPENDING)}")])
    return _SPENDING[rule](fraction, alpha)


def crossing(
    limits: Numbers,
    fractions: Sequence[float],
    drift: float = 0.0,
    *,
    lower: Numbers | None = None,
) -> Crossing:
    """How likely each boundary is first crossed at each look.

    limits: (looks,), on the normal scale; drift: the expected normal deviate with all information
    (0 under no effect); lower: (looks,), the lower boundary where it is not minus the upper one,
    minus infinity for a one-sided test. Jennison and Turnbull 2000, chapter 19,
    doi:10.1201/9780367805326.

    >>> two = crossing(np.array([2.1783, 2.1783]), (0.5, 1.0), drift=2.8)
    >>> round(two.power, 3), round(two.expected((0.5, 1.0)), 3)
    (0.756, 0.789)
    """
    above = np.asarray(limits, dtype=np.float64)
    below = -above if lower is None else np.asarray(lower, dtype=np.float64)
    found = []
    state = _START
    for share, after, high, low in zip(fractions, _later(fractions), above, below, strict=True):
        found.append(_tails(state, share, high, low, drift))
        state = _gone_on(state, share, after, high, low, drift)
    upper, under = np.array(found).T
    return Crossing(upper, under)


def drift_for(limits: Numbers, fractions: Sequence[float], power: float = 0.9) -> float:
    """The drift that crosses the upper boundary with this power, 0.5 or more and below 1.

    >>> round(drift_for(np.array([1.959964]), (1.0,), 0.8), 4)  # one look: 1.96 + 0.84
    2.8016
    """
    if not 0.5 <= power < 1:
        raise InputError([Fault("power", f"{power:g}", "from 0.5 to below 1")])

    def off(drift: float) -> float:
        return float(crossing(limits, fractions, drift).upper.sum()) - power

    most = float(np.nanmin(limits) + 2 * norm.ppf(power) + _REACH)
    return float(brentq(off, 0.0, most / np.sqrt(min(fractions)), xtol=1e-10))


def inflation(looks: Looks, alpha: float = 0.05, power: float = 0.9) -> float:
    """How many times the people of a trial without looks it takes, for the same power.

    >>> round(inflation(Looks((0.5, 1.0), "pocock"), power=0.8), 4)
    1.1104
    """
    single = float(norm.isf(alpha / 2) + norm.ppf(power))
    found = drift_for(boundaries(looks, alpha), looks.fractions, power)
    return (found / single) ** 2


def on_t(limits: Numbers, df: Numbers | float) -> Numbers:
    """The same boundaries for t statistics with so many degrees of freedom at each look.

    >>> on_t(np.array([1.959964]), 10.0).round(3).tolist()
    [2.228]
    """
    found: Numbers = student.isf(norm.sf(np.asarray(limits, dtype=np.float64)), df)
    return found


def _check(looks: Looks, alpha: float) -> None:
    faults = []
    shares = looks.fractions
    rising = bool(shares) and list(shares) == sorted(set(shares))
    if not rising or not (shares[0] > 0 and shares[-1] == 1):
        wanted = "rising shares of the information, above 0, the last one 1"
        faults.append(Fault("looks.fractions", str(list(shares)), wanted))
    if len(shares) > MOST_LOOKS:
        faults.append(Fault("looks.fractions", f"{len(shares)} looks", f"at most {MOST_LOOKS}"))
    if looks.rule not in _SPENDING and looks.rule not in _SHAPES:
        wanted = f"one of {', '.join((*_SHAPES, *_SPENDING))}"
        faults.append(Fault("looks.rule", repr(looks.rule), wanted))
    if not 0 < alpha < 1:
        faults.append(Fault("alpha", f"{alpha:g}", "above 0 and below 1"))
    if faults:
        raise InputError(faults)


def _later(fractions: Sequence[float]) -> list[float]:
    """The share of the look after each; after the last as far again."""
    return [*list(fractions)[1:], 2 * fractions[-1]]


def _tails(
    state: _State, share: float, high: float, low: float, drift: float
) -> tuple[float, float]:
    """How likely the next look crosses, above and below."""
    step = np.sqrt(share - state.share)
    at = state.nodes + drift * (share - state.share)
    root = np.sqrt(share)
    above = state.weights @ norm.sf((high * root - at) / step)
    below = state.weights @ norm.cdf((low * root - at) / step)
    return float(above), float(below)


def _gone_on(
    state: _State, share: float, after: float, high: float, low: float, drift: float
) -> _State:
    """The score process of those that cross neither boundary at this look; after: the next one's
    share, which says how finely this one has to be known."""
    step = np.sqrt(share - state.share)
    mean = drift * (share - state.share)
    root = np.sqrt(share)
    low = max(low * root, drift * share - _REACH * root)
    high = min(high * root, drift * share + _REACH * root)
    inside, lengths = _nodes(low, high, min(step, np.sqrt(after - share)))
    density = norm.pdf((inside[:, None] - state.nodes - mean) / step) / step
    return _State(inside, lengths * (density @ state.weights), share)


def _nodes(low: float, high: float, scale: float) -> tuple[Numbers, Numbers]:
    """Places and lengths to integrate over from low to high what changes on this scale."""
    if low >= high:
        return np.zeros(1), np.zeros(1)
    places, lengths = np.polynomial.legendre.leggauss(_POINTS)
    stretches = min(_MOST_STRETCHES, int(np.ceil((high - low) / (_STRETCH * scale))))
    ends = np.linspace(low, high, stretches + 1)
    half = np.diff(ends) / 2
    nodes = (ends[:-1, None] + half[:, None] * (places + 1)).ravel()
    return nodes, (half[:, None] * lengths).ravel()


def _scaled(fractions: Numbers, shape: Numbers, alpha: float) -> Numbers:
    """The shape times the one factor that gives the level."""

    def off(factor: float) -> float:
        return crossing(factor * shape, fractions.tolist()).power - alpha

    single = float(norm.isf(alpha / 2))
    most = float(norm.isf(alpha / 2 / fractions.size))  # Bonferroni's, more than enough
    return shape * float(brentq(off, single - 1e-6, most + 1e-6, xtol=1e-10))


def _spending(
    fractions: Numbers, spending: Callable[[float, float], float], alpha: float
) -> Numbers:
    """One boundary after the other, each spending what is due."""
    found: list[float] = []
    state = _START
    before = 0.0
    for share, after in zip(fractions.tolist(), _later(fractions.tolist()), strict=True):
        due = spending(share, alpha)
        limit = _limit(state, share, due - before)
        found.append(limit)
        state = _gone_on(state, share, after, limit, -limit, 0.0)
        before = due
    return np.array(found)


def _limit(state: _State, share: float, due: float) -> float:
    """The boundary that is crossed as often as is due."""
    if due < _LEAST_ERROR:
        return np.inf

    def off(limit: float) -> float:
        return sum(_tails(state, share, limit, -limit, 0.0)) - due

    return float(brentq(off, 0.0, 12.0, xtol=1e-10))


def _like_obrien_fleming(fraction: float, alpha: float) -> float:
    return float(min(alpha, 4 * norm.sf(norm.isf(alpha / 4) / np.sqrt(fraction))))


def _like_pocock(fraction: float, alpha: float) -> float:
    return float(min(alpha, alpha * np.log1p((np.e - 1) * fraction)))


_SHAPES: dict[str, Callable[[Numbers], Numbers]] = {
    "pocock": np.ones_like,
    "obrien-fleming": lambda fractions: 1 / np.sqrt(fractions),
}
_SPENDING: dict[str, Callable[[float, float], float]] = {
    "lan-demets-pocock": _like_pocock,
    "lan-demets-obrien-fleming": _like_obrien_fleming,
}
