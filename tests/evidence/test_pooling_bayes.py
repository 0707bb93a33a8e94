"""The Bayesian pooling against integration by other means: scipy's quad over tau."""

from __future__ import annotations

import numpy as np
import pytest
from metafor import effects
from scipy import optimize, stats

from lowdose.errors import InputError
from lowdose.evidence.pooling.bayes import pool_bayes
from lowdose.evidence.pooling.priors import (
    CONTINUOUS,
    COUNTED,
    HalfCauchy,
    HalfNormal,
    LogNormal,
    LogT,
    NormalMean,
)

DATA = {
    "two": (np.array([-0.8, -0.1]), np.array([0.05, 0.09])),
    "three": (np.array([-0.6, -0.5, 0.3]), np.array([0.1, 0.02, 0.2])),
    "bcg": effects("bcg"),
    "li2007": effects("li2007"),
}


def test_standard_deviation_and_prediction() -> None:
    """Against a plain sum over 200,000 values of tau, evenly spaced."""
    value, variance = DATA["bcg"]
    tau = np.linspace(0, 4, 200_001)[1:, None]
    weight = 1 / (variance + tau**2)
    mean = (weight * value).sum(1) / weight.sum(1)
    log_post = 0.5 * (np.log(weight).sum(1) - np.log(weight.sum(1)))
    log_post -= 0.5 * (weight * (value - mean[:, None]) ** 2).sum(1) + 0.5 * (tau[:, 0] / 0.5) ** 2
    post = np.exp(log_post - log_post.max())
    post /= post.sum()
    middle = post @ mean
    sd = np.sqrt(post @ (1 / weight.sum(1) + (mean - middle) ** 2))
    spread = np.sqrt(1 / weight.sum(1) + tau[:, 0] ** 2)
    ahead = [
        optimize.brentq(lambda at, p=p: post @ stats.norm.cdf((at - mean) / spread) - p, -9, 9)
        for p in (0.025, 0.975)
    ]

    found = pool_bayes(value, variance)

    assert found.sd == pytest.approx(sd, rel=1e-6)
    assert found.prediction == pytest.approx(ahead, abs=1e-5)


def test_a_prior_that_is_sure_of_no_spread_gives_the_common_effect() -> None:
    value, variance = DATA["three"]
    total = (1 / variance).sum()

    found = pool_bayes(value, variance, prior=HalfNormal(1e-6))

    assert found.estimate == pytest.approx((value / variance).sum() / total, abs=1e-8)
    assert found.sd == pytest.approx(total**-0.5)


def test_one_study_is_widened_by_what_is_thought_of_the_spread() -> None:
    """Its effect is the mean effect plus a deviation with the prior's spread: sqrt(v + 0.5²)."""
    found = pool_bayes([-0.5], [0.04])

    assert found.estimate == pytest.approx(-0.5)
    assert found.sd == pytest.approx(np.sqrt(0.04 + 0.25), rel=1e-4)


def test_a_standard_deviation_that_does_not_exist_is_infinite() -> None:
    assert pool_bayes(*DATA["two"], prior=HalfCauchy(0.3)).sd == np.inf
    assert pool_bayes(*DATA["three"], prior=HalfCauchy(0.3)).sd < np.inf


def test_published_priors_are_about_as_wide_as_their_papers_say() -> None:
    """Median tau2 in general: 0.077 by Turner 2015, 0.032 by Rhodes 2015."""
    half = np.array([0.5])

    assert (COUNTED["any"].quantile(half) ** 2).item() == pytest.approx(0.077, abs=5e-4)
    assert (CONTINUOUS["any"].quantile(half) ** 2).item() == pytest.approx(0.032, abs=5e-4)


@pytest.mark.parametrize(
    "make", [HalfNormal, HalfCauchy, lambda s: LogNormal(0, s), lambda s: LogT(0, s)]
)
def test_a_prior_needs_a_width(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="more than 0"):
        make(0.0)


@pytest.mark.parametrize("name", ["two", "three"])
def test_a_prior_of_the_mean_gives_the_posterior_of_a_two_dimensional_grid(name: str) -> None:
    value, variance = DATA[name]
    before = NormalMean(0.1, 0.3)

    found = pool_bayes(value, variance, prior=HalfNormal(0.5), mean=before)

    mean, tau = np.linspace(-3, 3, 3001)[:, None], np.linspace(0, 4, 2001)[None, :]
    log_density = stats.norm.logpdf(mean, 0.1, 0.3) + stats.halfnorm.logpdf(tau, scale=0.5)
    for one, own in zip(value, variance, strict=True):
        log_density = log_density + stats.norm.logpdf(one, mean, np.sqrt(own + tau**2))
    density = np.exp(log_density - log_density.max())
    edge = np.ones(tau.size)
    edge[[0, -1]] = 0.5  # the trapezium rule
    of_mean = density @ edge / (density @ edge).sum()
    middle = float(of_mean @ mean[:, 0])
    sd = float(np.sqrt(of_mean @ (mean[:, 0] - middle) ** 2))
    below = float(of_mean[mean[:, 0] < 0].sum() + of_mean[mean[:, 0] == 0].sum() / 2)
    assert found.sd == pytest.approx(sd, rel=1e-5)
    assert found.below_zero == pytest.approx(below, abs=1e-5)


def test_a_very_wide_prior_of_the_mean_changes_nothing() -> None:
    value, variance = DATA["three"]

    flat = pool_bayes(value, variance)
    wide = pool_bayes(value, variance, mean=NormalMean(0.0, 1e4))

    assert wide.estimate == pytest.approx(flat.estimate, abs=1e-6)
    assert wide.interval == pytest.approx(flat.interval, abs=1e-5)
    assert wide.tau == pytest.approx(flat.tau, abs=1e-6)
