"""Rare events: the exact likelihood of the tables, with effects that differ between studies.

Conditional on how many had the event in both arms together, the number in the treated arm follows a
noncentral hypergeometric distribution that knows nothing but the odds ratio; so neither a normal
approximation nor anything added to zero cells is needed. Studies without events say nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
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


class _Study(NamedTuple):
    """Events seen in the treated arm, those it could have had, and the ways to each of them."""

    seen: float
    could: Numbers
    log_ways: Numbers


class _Likely(NamedTuple):
    """A log-likelihood and its slopes by the mean and by ln(tau)."""

    value: float
    by_mean: float
    by_log_tau: float


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
    studies = [_study(*row) for row in zip(*used, strict=True)]
    mean, tau = _maximised(studies)
    se = _standard_error(studies, mean, tau)
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
        log_likelihood=_likely(studies, mean, tau).value,
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


def _study(a: float, b: float, c: float, d: float) -> _Study:
    n1, n2, m = a + b, c + d, a + c
    could = np.arange(max(0.0, m - n2), min(n1, m) + 1)
    return _Study(float(a), could, _log_choose(n1, could) + _log_choose(n2, m - could))


def _log_choose(n: float, r: Numbers) -> Numbers:
    found = special.gammaln(n + 1) - special.gammaln(r + 1) - special.gammaln(n - r + 1)
    return np.asarray(found)


def _conditional(study: _Study, effect: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Log-likelihood of a study at these log odds ratios (nodes,), its slope and curvature."""
    tilted = study.log_ways + effect[:, None] * study.could
    total = special.logsumexp(tilted, axis=1)
    chance = np.exp(tilted - total[:, None])
    mean = chance @ study.could
    square = (chance * (study.could - mean[:, None]) ** 2).sum(1)
    own = study.log_ways[int(study.seen - study.could[0])]
    return own + effect * study.seen - total, study.seen - mean, square


def _likely(studies: Sequence[_Study], mean: float, tau: float) -> _Likely:
    """Of all studies, their own effects integrated out; the slope by ln(tau) is 0 at tau = 0."""
    parts = [_marginal(study, mean, tau) if tau > 0 else _common(study, mean) for study in studies]
    return _Likely(*(float(sum(part)) for part in zip(*parts, strict=True)))


def _common(study: _Study, mean: float) -> _Likely:
    value, slope, _ = _conditional(study, np.array([mean]))
    return _Likely(float(value[0]), float(slope[0]), 0.0)


def _marginal(study: _Study, mean: float, tau: float) -> _Likely:
    """One study by adaptive Gauss-Hermite quadrature; slopes are means over its own posterior."""
    centre, width = _centre(study, mean, tau)
    nodes, weights = hermite_e.hermegauss(_NODES)
    effect = centre + width * nodes
    away = (effect - mean) / tau
    log_parts = _conditional(study, effect)[0] - 0.5 * away**2 + nodes**2 / 2 + np.log(weights)
    total = float(special.logsumexp(log_parts))
    share = np.exp(log_parts - total)
    value = total + float(np.log(width / tau)) - 0.5 * float(np.log(2 * np.pi))
    return _Likely(value, float(share @ away) / tau, float(share @ away**2) - 1)


def _centre(study: _Study, mean: float, tau: float) -> tuple[float, float]:
    """The mode of a study's effect and the width there: a concave problem, by Newton."""
    at, width = mean, tau
    for _ in range(_NEWTON):
        _, slope, square = _conditional(study, np.array([at]))
        curve = float(square[0]) + 1 / tau**2
        step = (float(slope[0]) - (at - mean) / tau**2) / curve
        at, width = at + min(max(step, -1.0), 1.0), curve**-0.5
        if abs(step) < 1e-10:
            break
    return at, width


def _maximised(studies: Sequence[_Study]) -> tuple[float, float]:
    """Mean and tau at the maximum; tau is 0 where nothing above 0 is likelier."""
    high = 1.0
    while _likely(studies, high, 0.0).by_mean > 0 or _likely(studies, -high, 0.0).by_mean < 0:
        high *= 2
    alone = optimize.brentq(lambda at: _likely(studies, at, 0.0).by_mean, -high, high, xtol=1e-12)
    found = [_climbed(studies, float(alone), start) for start in (0.3, 1.0)]
    mean, tau, value = max(found, key=lambda one: one[2])
    if tau < _LEAST or value <= _likely(studies, float(alone), 0.0).value + 1e-9:
        return float(alone), 0.0
    return mean, tau


def _climbed(studies: Sequence[_Study], mean: float, tau: float) -> tuple[float, float, float]:
    """Mean, tau and log-likelihood at the maximum that a start leads to."""

    def downhill(at: Numbers) -> tuple[float, Numbers]:
        found = _likely(studies, float(at[0]), float(np.exp(at[1])))
        return -found.value, -np.array([found.by_mean, found.by_log_tau])

    ends = [(None, None), (np.log(_LEAST / 10), np.log(20.0))]
    options = {"ftol": 1e-15, "gtol": 1e-9}
    start = [mean, np.log(tau)]
    found = optimize.minimize(
        downhill, start, jac=True, method="L-BFGS-B", bounds=ends, options=options
    )
    return float(found.x[0]), float(np.exp(found.x[1])), -float(found.fun)


def _standard_error(studies: Sequence[_Study], mean: float, tau: float) -> float:
    """From the curvature at the maximum, tau being unsure as well unless it is 0."""
    if tau == 0:
        squares = [float(_conditional(study, np.array([mean]))[2][0]) for study in studies]
        return float(np.sqrt(1 / sum(squares)))

    def slopes(at: Numbers) -> Numbers:
        found = _likely(studies, float(at[0]), float(np.exp(at[1])))
        return np.array([found.by_mean, found.by_log_tau])

    at, step = np.array([mean, np.log(tau)]), 1e-4 * np.eye(2)
    curve = np.stack([slopes(at - one) - slopes(at + one) for one in step]) / 2e-4
    return float(np.sqrt(np.linalg.inv((curve + curve.T) / 2)[0, 0]))


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
