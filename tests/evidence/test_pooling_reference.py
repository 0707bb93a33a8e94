"""Pooling agrees with metafor: every model with every test on twelve published data sets."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from metafor import FOUND, SETS, agree, effects

from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.profile import heterogeneity_interval
from lowdose.evidence.pooling.values import Model, Test

CASES = list(product(SETS, [one.value for one in Model], [one.value for one in Test]))


@pytest.mark.parametrize(("name", "model", "test"), CASES)
def test_pooled_effect(name: str, model: str, test: str) -> None:
    expected = FOUND["pools"][name][model][test]

    found = pool(*effects(name), model=model, test=test)

    agree(found.estimate, expected["estimate"])
    agree(found.se, expected["se"])
    agree(found.interval, (expected["low"], expected["high"]))
    agree(found.statistic, expected["statistic"])
    agree(found.p, expected["p"], rtol=1e-5)
    agree(found.tau2, expected["tau2"])
    agree((found.i2, found.h2), (expected["i2"], expected["h2"]))
    agree((found.q, found.q_p), (expected["q"], expected["q_p"]), rtol=1e-5, atol=1e-13)


RANDOM = [case for case in CASES if case[1] != "common"]


@pytest.mark.parametrize(("name", "model", "test"), RANDOM)
def test_prediction_interval(name: str, model: str, test: str) -> None:
    """metafor gives none for a common effect; ours is the interval itself there."""
    expected = FOUND["pools"][name][model][test]

    found = pool(*effects(name), model=model, test=test)

    agree(found.prediction, (expected["prediction_low"], expected["prediction_high"]))


@pytest.mark.parametrize("name", SETS)
def test_weights(name: str) -> None:
    found = pool(*effects(name), model="reml")

    agree(found.weights, FOUND["weights"][name])


@pytest.mark.parametrize("name", SETS)
def test_heterogeneity_interval(name: str) -> None:
    expected = FOUND["profile"][name]

    found = heterogeneity_interval(*effects(name))

    low, high = zip(found.tau2, found.tau, found.i2, found.h2, strict=True)
    agree(low, expected["low"], rtol=1e-5)
    agree(high, expected["high"], rtol=1e-5)


def test_reference_is_from_metafor_3_8() -> None:
    assert FOUND["made_by"]["metafor"].startswith("3.8")
    assert len(SETS) == 12
    assert all(np.isfinite(effects(name)).all() for name in SETS)
