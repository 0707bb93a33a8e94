"""Shares of people with an event, pooled by their exact likelihood (the binomial-normal model)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import hermite_e
from scipy import optimize, special

from lowdose.errors import Fault, InputError
from lowdose.evidence.effects import checks
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.values import Numbers

__all__ = ["LogOdds", "pool_log_odds"]

_NODES = 41
_NEWTON = 60
_LEAST = 1e-4  # of tau, below which it counts as 0


class LogOdds(NamedTuple):
    """Mean log odds of the event, its normal standard error, and the variance between studies."""

    estimate: float
    se: float
    tau2: float
    log_likelihood: float


def pool_log_odds(arm: Counts) -> LogOdds:
    """Pool shares (studies,) by maximum likelihood (metafor "PLO", `rma.glmm`).

    Log odds of studies are normal around the mean; they are integrated out by adaptive
    Gauss-Hermite quadrature with 41 nodes. Nothing is added to zeros. A study alone has tau 0.

    Raises InputError with every impossible count, or where nobody had the event, or everybody.
    Source: Stijnen 2010, doi:10.1002/sim.4040.

    >>> found = pool_log_odds(Counts([2, 0, 5], [40, 12, 60]))
    >>> round(float(special.expit(found.estimate)), 3)
    0.062
    """
    events, people = (np.atleast_1d(one) for one in checks.numbers(*arm))
    checks.refuse(checks.counts("arm", Counts(events, people)))
    if not 0 < events.sum() < people.sum():
        some = Fault("events", f"{events.sum():g} of {people.sum():g}", "some, and not everybody")
        raise InputError([some])
    start = float(special.logit(events.sum() / people.sum()))
    if events.size == 1:
        alone = _log_likelihood(events, people, start, 0.0)
        return LogOdds(start, _standard_error(events, people, start, 0.0), 0.0, alone)
    best = max((_climbed(events, people, start, tau) for tau in (0.2, 1.0)), key=lambda one: one[2])
    alone = _log_likelihood(events, people, start, 0.0)
    mean, tau = (start, 0.0) if best[2] <= alone + 1e-9 or best[1] < _LEAST else best[:2]
    return LogOdds(
        mean,
        _standard_error(events, people, mean, tau),
        tau**2,
        _log_likelihood(events, people, mean, tau),
    )


def _log_likelihood(events: Numbers, people: Numbers, mean: float, tau: float) -> float:
    ways = -special.betaln(events + 1, people - events + 1) - np.log(people + 1)
    if tau == 0:
        return float((ways + _binomial(events, people, np.full_like(events, mean))).sum())
    centre, width = _centres(events, people, mean, tau)
    nodes, weights = _gauss_hermite()
    own = centre + width * nodes[:, None]
    parts = _binomial(events, people, own) - ((own - mean) / tau) ** 2 / 2
    inside = special.logsumexp(parts + (nodes**2 / 2 + np.log(weights))[:, None], axis=0)
    return float((ways + inside + np.log(width / tau) - np.log(2 * np.pi) / 2).sum())


@cache
def _gauss_hermite() -> tuple[Numbers, Numbers]:
    nodes, weights = hermite_e.hermegauss(_NODES)
    return nodes, weights


def _binomial(events: Numbers, people: Numbers, logit: Numbers) -> Numbers:
    found = events * special.log_expit(logit) + (people - events) * special.log_expit(-logit)
    return np.asarray(found)


def _centres(events: Numbers, people: Numbers, mean: float, tau: float) -> tuple[Numbers, Numbers]:
    """The mode of each study's own log odds and the width there, by Newton."""
    at = np.full_like(events, mean)
    for _ in range(_NEWTON):
        share = special.expit(at)
        curve = people * share * (1 - share) + 1 / tau**2
        step = (events - people * share - (at - mean) / tau**2) / curve
        at = at + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:
            break
    share = special.expit(at)
    return at, (people * share * (1 - share) + 1 / tau**2) ** -0.5


def _climbed(
    events: Numbers, people: Numbers, mean: float, tau: float
) -> tuple[float, float, float]:
    """Mean, tau and log-likelihood at the maximum that a start leads to."""

    def downhill(at: Numbers) -> float:
        return -_log_likelihood(events, people, float(at[0]), float(np.exp(at[1])))

    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 2000}
    found = optimize.minimize(downhill, [mean, np.log(tau)], method="Nelder-Mead", options=options)
    return float(found.x[0]), float(np.exp(found.x[1])), -float(found.fun)


def _standard_error(events: Numbers, people: Numbers, mean: float, tau: float) -> float:
    """From the curvature at the maximum, tau being unsure as well unless it is 0."""
    if tau == 0:
        share = special.expit(mean)
        return float((people.sum() * share * (1 - share)) ** -0.5)

    def height(at: Numbers) -> float:
        return _log_likelihood(events, people, float(at[0]), float(np.exp(at[1])))

    middle, steps = np.array([mean, np.log(tau)]), 1e-3 * np.eye(2)
    curve = [
        [
            height(middle + one + other)
            - height(middle + one - other)
            - height(middle - one + other)
            + height(middle - one - other)
            for other in steps
        ]
        for one in steps
    ]
    return float(np.sqrt(np.linalg.inv(-np.array(curve) / 4e-6)[0, 0]))
