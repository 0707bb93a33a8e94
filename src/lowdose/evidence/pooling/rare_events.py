"""Rare events: the exact likelihood of the tables, with effects that differ between studies.

Conditional on how many had the event in both arms together, the number in the treated arm follows a
noncentral hypergeometric distribution that knows nothing but the odds ratio; so neither a normal
approximation nor anything added to zero cells is needed. Studies without events say nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.polynomial import hermite_e
from scipy import optimize, special

from lowdose.errors import Fault, InputError
from lowdose.evidence.effects import counts
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.pool import asked
from lowdose.evidence.pooling.values import Interval, Numbers

__all__ = ["RareEvents", "pool_rare_events"]

_Value = Callable[[Numbers], float]
_NODES = 41
_NEWTON = 60
_LEAST = 1e-4  # of tau, below which it counts as 0


@dataclass(frozen=True)
class RareEvents:
    """Logarithm of the odds ratio, and the variance between studies, by maximum likelihood.

    k: studies handed in; used: those with an event and without. warnings: in plain sentences.
    """

    k: int
    used: int
    level: float
    estimate: float
    se: float
    interval: Interval
    statistic: float
    p: float
    tau2: float
    log_likelihood: float
    warnings: tuple[str, ...]


class _Tables(NamedTuple):
    """For every study and every count its treated arm could have had: (studies, counts)."""

    seen: Numbers
    could: Numbers
    log_ways: Numbers


def pool_rare_events(treated: Counts, control: Counts, *, level: float = 0.95) -> RareEvents:
    """Pool four-fold tables (studies,) by the conditional exact likelihood (metafor "CM.EL").

    The log odds ratios of studies are normal around the mean; they are integrated out by adaptive
    Gauss-Hermite quadrature with 41 nodes, and the mean and tau are found by maximum likelihood.
    The interval is normal.

    Raises InputError with every impossible count, or where fewer than 2 studies say anything, or
    all say the same at the edge (such as no event in any treated arm), so that there is no maximum.
    Source: Stijnen 2010, doi:10.1002/sim.4040.

    >>> treated, control = Counts([0, 1, 2], [116, 44, 208]), Counts([3, 3, 9], [117, 35, 195])
    >>> found = pool_rare_events(treated, control)
    >>> round(found.estimate, 2), round(found.se, 2)
    (-1.74, 0.64)
    """
    request = asked("ml", "z", level)
    cells = counts.Cells(*(np.atleast_1d(one) for one in counts.cells_of(treated, control)))
    some = (cells.a + cells.c > 0) & (cells.b + cells.d > 0)
    used = counts.Cells(*(one[some] for one in cells))
    _has_maximum(used)
    tables = _tables(used)
    mean, tau = _maximised(tables)
    se = _standard_error(tables, mean, tau)
    reach = float(special.ndtri((1 + request.level) / 2)) * se
    return RareEvents(
        k=cells.a.size,
        used=used.a.size,
        level=request.level,
        estimate=mean,
        se=se,
        interval=Interval(mean - reach, mean + reach),
        statistic=mean / se,
        p=2 * float(special.ndtr(-abs(mean / se))),
        tau2=tau**2,
        log_likelihood=_log_likelihood(tables, mean, tau),
        warnings=_warnings(cells.a.size, used.a.size, tau),
    )


def _has_maximum(cells: counts.Cells) -> None:
    """Some study must leave room below what it saw, and some room above."""
    n1, m = cells.a + cells.b, cells.a + cells.c
    least, most = np.maximum(0, m - (cells.c + cells.d)), np.minimum(n1, m)
    if cells.a.size < 2:
        raise InputError([Fault("studies with events", str(cells.a.size), "2 or more")])
    if not ((cells.a > least).any() and (cells.a < most).any()):
        lopsided = "all in one arm"
        raise InputError([Fault("events", lopsided, "events in both arms, if not in one study")])


def _tables(cells: counts.Cells) -> _Tables:
    a, b, c, d = (one[:, None] for one in cells)
    n1, n2, m = a + b, c + d, a + c
    could = np.arange(float(np.minimum(n1, m).max()) + 1)[None, :] + 0 * a
    possible = (could >= np.maximum(0, m - n2)) & (could <= np.minimum(n1, m))
    safe = np.where(possible, could, a)
    ways = _log_choose(n1, safe) + _log_choose(n2, m - safe)
    return _Tables(a[:, 0], could, np.where(possible, ways, -np.inf))


def _log_choose(n: Numbers, r: Numbers) -> Numbers:
    found = special.gammaln(n + 1) - special.gammaln(r + 1) - special.gammaln(n - r + 1)
    return np.asarray(found)


def _conditional(tables: _Tables, effect: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Log-likelihood of each study at its own effect (studies, nodes), slope and curvature."""
    tilted = tables.log_ways[:, None, :] + effect[:, :, None] * tables.could[:, None, :]
    total = special.logsumexp(tilted, axis=2)
    chance = np.exp(tilted - total[:, :, None])
    mean = (chance * tables.could[:, None, :]).sum(2)
    square = (chance * (tables.could[:, None, :] - mean[:, :, None]) ** 2).sum(2)
    own = np.take_along_axis(tables.log_ways, tables.seen[:, None].astype(int), axis=1)
    likely = own + effect * tables.seen[:, None] - total
    return likely, tables.seen[:, None] - mean, square


def _log_likelihood(tables: _Tables, mean: float, tau: float) -> float:
    """Of all studies, their own effects integrated out."""
    start = np.full((tables.seen.size, 1), mean)
    if tau < _LEAST:
        return float(_conditional(tables, start)[0].sum())
    centre, width = _centres(tables, start, tau)
    nodes, weights = hermite_e.hermegauss(_NODES)
    effect = centre + width * nodes
    likely = _conditional(tables, effect)[0]
    prior = -0.5 * ((effect - mean) / tau) ** 2 - np.log(tau)
    parts = likely + prior + nodes**2 / 2 + np.log(weights) - 0.5 * np.log(2 * np.pi)
    return float((special.logsumexp(parts, axis=1) + np.log(width[:, 0])).sum())


def _centres(tables: _Tables, mean: Numbers, tau: float) -> tuple[Numbers, Numbers]:
    """The mode of each study's effect and the width there: a concave problem, by Newton."""
    at, width = mean.copy(), np.full_like(mean, tau)
    for _ in range(_NEWTON):
        _, slope, square = _conditional(tables, at)
        curve = square + 1 / tau**2
        step = (slope - (at - mean) / tau**2) / curve
        at, width = at + np.clip(step, -1.0, 1.0), 1 / np.sqrt(curve)
        if np.abs(step).max() < 1e-10:
            break
    return at, width


def _maximised(tables: _Tables) -> tuple[float, float]:
    """Mean and tau at the maximum; tau is 0 where nothing above 0 is likelier."""

    def common(mean: float) -> float:
        return -_log_likelihood(tables, mean, 0.0)

    def free(at: Numbers) -> float:
        return -_log_likelihood(tables, float(at[0]), float(np.exp(at[1])))

    alone = optimize.minimize_scalar(common, bracket=(-1.0, 1.0), tol=1e-10)
    mean = float(alone.x)
    tried = [
        optimize.minimize(free, [mean, np.log(start)], method="BFGS", options={"gtol": 1e-7})
        for start in (0.3, 1.0)
    ]
    best = min(tried, key=lambda one: float(one.fun))
    polished = optimize.minimize(
        free, best.x, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    tau = float(np.exp(polished.x[1]))
    if tau < 10 * _LEAST or polished.fun > alone.fun - 1e-9:
        return mean, 0.0
    return float(polished.x[0]), tau


def _standard_error(tables: _Tables, mean: float, tau: float) -> float:
    """From the curvature at the maximum, tau being unsure as well unless it is 0."""
    if tau == 0:
        _, _, square = _conditional(tables, np.full((tables.seen.size, 1), mean))
        return float(1 / np.sqrt(square.sum()))
    at, step = np.array([mean, np.log(tau)]), 1e-3

    def value(moved: Numbers) -> float:
        return -_log_likelihood(tables, float(moved[0]), float(np.exp(moved[1])))

    curve = np.empty((2, 2))
    for i, j in ((0, 0), (0, 1), (1, 1)):
        curve[i, j] = curve[j, i] = _second(value, at, i, j, step)
    return float(np.sqrt(np.linalg.inv(curve)[0, 0]))


def _second(value: _Value, at: Numbers, i: int, j: int, step: float) -> float:
    """Second derivative by central differences, once improved (Richardson)."""

    def plain(h: float) -> float:
        one, other = h * np.eye(2)[i], h * np.eye(2)[j]
        corners = value(at + one + other) - value(at + one - other)
        corners += value(at - one - other) - value(at - one + other)
        return corners / (4 * h * h)

    return (4 * plain(step) - plain(2 * step)) / 3


def _warnings(k: int, used: int, tau: float) -> tuple[str, ...]:
    said = []
    if used < k:
        said.append(f"{k - used} of {k} studies had no event, or nothing else, and say nothing.")
    if tau == 0 and used < 10:
        said.append(
            "No variance between studies was found; "
            f"with {used} studies that does not show that there is none."
        )
    return tuple(said)
