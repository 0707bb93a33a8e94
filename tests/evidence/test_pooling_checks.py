"""What the pooled effect rests on, and whether the funnel is lopsided, as metafor finds it."""

from __future__ import annotations

import numpy as np
import pytest
from metafor import FOUND, SETS, agree, effects, moderators, table

from lowdose.errors import InputError
from lowdose.evidence.pooling.regression import predicted, regress
from lowdose.evidence.pooling.sensitivity import cumulative, leave_one_out, subgroups
from lowdose.evidence.pooling.small_studies import begg, egger
from lowdose.evidence.pooling.trim_and_fill import trim_and_fill
from lowdose.evidence.pooling.values import Model, Test


@pytest.mark.parametrize("name", list(FOUND["left_out"]))
def test_leave_one_out(name: str) -> None:
    expected = FOUND["left_out"][name]

    found = leave_one_out(*effects(name))

    agree((found.estimate, found.se), (expected["estimate"], expected["se"]))
    agree((found.low, found.high), (expected["ci.lb"], expected["ci.ub"]))
    agree(found.p, expected["pval"], rtol=1e-5)
    agree((found.q, found.tau2), (expected["Q"], expected["tau2"]))
    agree((found.i2, found.h2), (expected["I2"], expected["H2"]))


@pytest.mark.parametrize("name", list(FOUND["growing"]))
def test_cumulative(name: str) -> None:
    expected = FOUND["growing"][name]

    found = cumulative(*effects(name), test="z")

    agree((found.estimate, found.se), (expected["estimate"], expected["se"]))
    agree((found.low, found.high), (expected["ci.lb"], expected["ci.ub"]))
    agree(found.tau2, expected["tau2"])


def test_cumulative_in_another_order_ends_the_same() -> None:
    value, variance = effects("bcg")
    order = np.argsort(variance)

    found = cumulative(value, variance, order=order.tolist())
    usual = cumulative(value, variance)

    agree(found.estimate[-1], usual.estimate[-1])
    agree(found.estimate[0], value[order[0]])


def test_subgroups() -> None:
    expected = FOUND["grouped"]["bcg"]

    found = subgroups(*effects("bcg"), table("bcg")["alloc"].tolist())

    agree([found.groups[name].estimate for name in expected["names"]], expected["estimate"])
    agree((found.q_between, found.p), (expected["q"], expected["p"]))
    assert found.df == len(expected["names"]) - 1


@pytest.mark.parametrize("test", [one.value for one in Test])
@pytest.mark.parametrize("model", [one.value for one in Model])
@pytest.mark.parametrize("name", list(FOUND["regressions"]))
def test_regression(name: str, model: str, test: str) -> None:
    expected = FOUND["regressions"][name][model][test]

    found = regress(*moderators(name), model=model, test=test)

    rows = found.coefficients
    agree([one.estimate for one in rows], expected["coefficients"])
    agree([one.se for one in rows], expected["se"])
    agree([one.statistic for one in rows], expected["statistic"])
    agree([one.p for one in rows], expected["p"], rtol=1e-5)
    agree([one.interval for one in rows], np.transpose([expected["low"], expected["high"]]))
    agree((found.tau2, found.i2, found.h2), [expected[one] for one in ("tau2", "i2", "h2")])
    agree((found.qe, found.qm), (expected["qe"], expected["qm"]))
    agree((found.qe_p, found.qm_p), (expected["qe_p"], expected["qm_p"]), rtol=1e-5)
    if model != "common" and expected["r2"] is not None:
        agree(found.r2, expected["r2"], rtol=1e-5)


@pytest.mark.parametrize("test", list(FOUND["ahead"]))
def test_prediction_from_a_regression(test: str) -> None:
    expected = FOUND["ahead"][test]
    found = regress(*effects("bcg"), {"latitude": table("bcg")["ablat"]}, test=test)

    ahead = predicted(found, {"latitude": 30})

    agree((ahead.estimate, ahead.se), (expected["estimate"], expected["se"]))
    agree(ahead.interval, (expected["low"], expected["high"]))
    agree(ahead.prediction, (expected["prediction_low"], expected["prediction_high"]))


@pytest.mark.parametrize(("form", "key"), [("lm", "lm"), ("mixed", "mixed")])
@pytest.mark.parametrize("name", SETS)
def test_egger(name: str, form: str, key: str) -> None:
    expected = FOUND["lopsided"][name][key]

    found = egger(*effects(name), form=form)

    agree((found.statistic, found.p), (expected["statistic"], expected["p"]), rtol=1e-5)
    agree(found.limit, expected["limit"])
    agree(found.limit_interval, (expected["low"], expected["high"]))


@pytest.mark.parametrize("name", SETS)
def test_begg(name: str) -> None:
    expected = FOUND["lopsided"][name]["begg"]

    found = begg(*effects(name))

    agree((found.tau, found.p), (expected["tau"], expected["p"]))


@pytest.mark.parametrize("by", ["L0", "R0"])
@pytest.mark.parametrize("name", SETS)
def test_trim_and_fill(name: str, by: str) -> None:
    expected = FOUND["filled"][name][by]

    found = trim_and_fill(*effects(name), by=by, model="dl", test="z")

    assert (found.missing, found.side.value) == (expected["missing"], expected["side"])
    agree((found.pooled.estimate, found.pooled.se), (expected["estimate"], expected["se"]))
    agree(found.pooled.tau2, expected["tau2"])
    assert len(found.filled_value) == found.missing


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: leave_one_out([0.1], [0.1]), "2 studies or more"),
        (lambda: cumulative([0.1, 0.2], [0.1, 0.1], order=[0, 0]), "each of 0 to 1 once"),
        (lambda: subgroups([0.1, 0.2], [0.1, 0.1], ["a"]), "one a study: 2"),
        (lambda: regress([0.1, 0.2, 0.3], [0.1] * 3, {}), "one or more"),
        (lambda: regress([0.1, 0.2], [0.1] * 2, {"dose": [1, 2]}), "more than 2"),
        (lambda: regress([0.1, 0.2, 0.3], [0.1] * 3, {"dose": [1, 2]}), "moderator dose"),
        (lambda: regress([0.1, 0.2, 0.3], [0.1] * 3, {"dose": [2, 2, 2]}), "do not follow"),
        (lambda: egger([0.1, 0.2], [0.1, 0.2]), "3 studies or more"),
        (lambda: egger([0.1, 0.2, 0.3], [0.1] * 3), "studies that differ in size"),
        (lambda: begg([0.1, 0.2], [0.1, 0.2]), "3 studies or more"),
        (lambda: trim_and_fill([0.1, 0.2], [0.1, 0.2]), "3 studies or more"),
    ],
)
def test_too_little_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=message):
        call()


def test_predicting_needs_the_moderators_of_the_regression() -> None:
    found = regress([0.1, 0.2, 0.4], [0.1] * 3, {"dose": [1, 2, 3]})

    with pytest.raises(InputError, match="weeks, expected dose"):
        predicted(found, {"weeks": 3})
