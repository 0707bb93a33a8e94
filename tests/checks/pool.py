"""Pooling courses: adaptive quadrature, and NUTS on one model of everybody's days."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
from checks.check import Chapter, Check, Kind, Numbers, Within
from scipy.integrate import quad

from lowdose.inference.pool.lattice import array_of, arrays_of
from lowdose.inference.pool.posterior import Belief, pooled
from lowdose.inference.pool.values import Likelihood, Pooled
from lowdose.inference.priors import Normal

BELIEF = Belief(Normal(0.0, 0.3), 0.1)
NUTS_FOUND = Path(__file__).parents[1] / "inference" / "pool" / "nuts.jsonl"


def checks() -> Iterator[Check]:
    """Normal likelihoods by quadrature, fifty series of diaries by NUTS, and a closed form."""
    for seed in range(6):
        _, sd = integral(*_effects(seed))
        yield Check(
            Chapter.POOL,
            f"average effect of made-up courses ({seed}): mean and standard deviation",
            partial(_pooled, seed),
            partial(_integral, seed),
            "scipy.integrate.quad over the spread",
            Within(relative=0.005, absolute=0.005 * sd),
            Kind.PROGRAM,
        )
    yield Check(
        Chapter.POOL,
        "average and standard deviation of 100,000 courses that are alike",
        _many,
        (-0.05, 0.1 / np.sqrt(100_000)),
        "mean m, standard deviation s / root n",
        Within(relative=0.02),
        Kind.FORMULA,
    )
    for line in NUTS_FOUND.read_text(encoding="utf-8").splitlines():
        nuts = json.loads(line)
        yield Check(
            Chapter.POOL,
            f"average effect of series {nuts['series']} of eight diaries",
            partial(_series, nuts["series"]),
            nuts["mean"],
            "NUTS on one model of everybody's days (BlackJAX), "
            f"{nuts['mean_ess']:,.0f} effective draws",
            Within(absolute=0.05 * nuts["mean_sd"]),
            Kind.PROGRAM,
            slow=True,
        )


def _normal(mean: float, sd: float) -> Likelihood:
    return Likelihood(np.ones(1), np.array([mean]), np.array([sd]))


def _effects(seed: int) -> tuple[Numbers, Numbers]:
    """Own effects and their standard errors."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(3, 60))
    ses = chance.uniform(0.02, 0.15, count)
    return -0.08 + chance.normal(0, 0.06, count) + ses * chance.normal(size=count), ses


def _pooled(seed: int) -> tuple[float, float]:
    means, ses = _effects(seed)
    array = sum(arrays_of([_normal(m, s) for m, s in zip(means, ses, strict=True)]))
    found = pooled(array, means.size, BELIEF)  # type: ignore[arg-type]
    return found.mean.mean, found.mean.sd


def _integral(seed: int) -> tuple[float, float]:
    return integral(*_effects(seed))


def integral(means: Numbers, ses: Numbers) -> tuple[float, float]:
    """Posterior mean of mu and its standard deviation, by adaptive quadrature over tau."""

    def parts(tau: float) -> tuple[float, float, float]:
        weight = 1 / (ses**2 + tau**2)
        precision = weight.sum() + BELIEF.mean.sd**-2.0
        mu = (weight * means).sum() / precision
        logs = 0.5 * np.log(weight).sum() - 0.5 * np.log(precision)
        logs += -0.5 * ((weight * means**2).sum() - precision * mu**2)
        return np.exp(logs - 0.5 * (tau / BELIEF.spread) ** 2 - shift), mu, 1 / precision

    shift = 0.0
    shift = float(np.log(parts(0.05)[0]))

    def total(power: int) -> float:
        def value(tau: float) -> float:
            height, mu, variance = parts(tau)
            return float(height * (1.0, mu, mu**2 + variance)[power])

        return float(quad(value, 0, 0.8, limit=400, epsabs=1e-13)[0])

    mass = total(0)
    mean = total(1) / mass
    return mean, float(np.sqrt(total(2) / mass - mean**2))


def _many() -> tuple[float, float]:
    found = pooled(100_000 * array_of(_normal(-0.05, 0.1)), 100_000, BELIEF)
    return found.mean.mean, found.mean.sd


@cache
def _series_pooled(series: int) -> Pooled:
    from pool_agreement import pooled_series

    return pooled_series(series)


def _series(series: int) -> float:
    return _series_pooled(series).mean.mean
