"""What must hold of any pooling, whatever the studies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.evidence.pooling.bayes import pool_bayes, pool_bayes_many
from lowdose.evidence.pooling.heterogeneity import between_variance, log_likelihood
from lowdose.evidence.pooling.pool import pool, pool_many
from lowdose.evidence.pooling.profile import heterogeneity_interval
from lowdose.evidence.pooling.studies import one_meta
from lowdose.evidence.pooling.values import Model, Test

MODELS = st.sampled_from(list(Model))
TESTS = st.sampled_from(list(Test))
SETTINGS = settings(max_examples=60, deadline=None)


@st.composite
def studies(draw: st.DrawFn, least: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Two to twelve studies of effects between -3 and 3 and quite different sizes."""
    k = draw(st.integers(least, 12))
    value = draw(st.lists(st.floats(-3, 3), min_size=k, max_size=k))
    variance = draw(st.lists(st.floats(0.005, 2), min_size=k, max_size=k))
    return np.array(value), np.array(variance)


@SETTINGS
@given(effect=st.floats(-3, 3), variance=st.floats(0.01, 2), k=st.integers(2, 12), model=MODELS)
def test_identical_studies_are_one_with_more_information(
    effect: float, variance: float, k: int, model: Model
) -> None:
    found = pool([effect] * k, [variance] * k, model=model, test="z")

    assert found.tau2 == 0
    assert found.estimate == pytest.approx(effect, abs=1e-12)
    assert found.se == pytest.approx(np.sqrt(variance / k))


@SETTINGS
@given(given_studies=studies(), model=MODELS, test=TESTS, seed=st.integers(0, 99))
def test_order_of_studies_does_not_matter(
    given_studies: tuple[np.ndarray, np.ndarray], model: Model, test: Test, seed: int
) -> None:
    value, variance = given_studies
    order = np.random.default_rng(seed).permutation(value.size)

    one = pool(value, variance, model=model, test=test)
    other = pool(value[order], variance[order], model=model, test=test)

    assert other.estimate == pytest.approx(one.estimate, abs=1e-7)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-6, abs=1e-8)
    assert other.interval == pytest.approx(one.interval, abs=1e-6)


@SETTINGS
@given(given_studies=studies(), model=MODELS, test=TESTS, unit=st.floats(0.1, 20))
def test_another_unit_scales_the_answer(
    given_studies: tuple[np.ndarray, np.ndarray], model: Model, test: Test, unit: float
) -> None:
    value, variance = given_studies

    one = pool(value, variance, model=model, test=test)
    other = pool(unit * value, unit**2 * variance, model=model, test=test)

    assert other.estimate == pytest.approx(unit * one.estimate, abs=1e-6 * unit)
    assert other.se == pytest.approx(unit * one.se, rel=1e-5, abs=1e-7 * unit)
    assert other.tau2 == pytest.approx(unit**2 * one.tau2, rel=1e-5, abs=1e-8 * unit**2)
    assert other.i2 == pytest.approx(one.i2, rel=1e-5, abs=1e-6)


@SETTINGS
@given(given_studies=studies(), model=MODELS, test=TESTS, more=st.floats(-5, 5))
def test_a_constant_added_shifts_the_answer(
    given_studies: tuple[np.ndarray, np.ndarray], model: Model, test: Test, more: float
) -> None:
    value, variance = given_studies

    one = pool(value, variance, model=model, test=test)
    other = pool(value + more, variance, model=model, test=test)

    assert other.estimate == pytest.approx(one.estimate + more, abs=1e-7)
    assert other.interval == pytest.approx([end + more for end in one.interval], abs=1e-6)
    assert other.q == pytest.approx(one.q, rel=1e-7, abs=1e-7)


@SETTINGS
@given(given_studies=studies(), model=MODELS)
def test_without_variance_between_studies_all_models_are_one(
    given_studies: tuple[np.ndarray, np.ndarray], model: Model
) -> None:
    value, variance = given_studies

    found, common = (pool(value, variance, model=each, test="z") for each in (model, "common"))

    if found.tau2 == 0:
        assert found.estimate == common.estimate
        assert found.interval == common.interval
        assert found.prediction == found.interval
    else:
        assert found.se > common.se


@SETTINGS
@given(given_studies=studies(), test=TESTS, level=st.floats(0.5, 0.98))
def test_the_interval_widens_with_the_level(
    given_studies: tuple[np.ndarray, np.ndarray], test: Test, level: float
) -> None:
    narrow, wide = (pool(*given_studies, test=test, level=each) for each in (level, level + 0.01))
    tau_narrow, tau_wide = (
        heterogeneity_interval(*given_studies, level=each).tau2 for each in (level, level + 0.01)
    )

    assert wide.interval.low <= narrow.interval.low <= narrow.interval.high <= wide.interval.high
    assert tau_wide.low <= tau_narrow.low <= tau_narrow.high <= tau_wide.high


@SETTINGS
@given(given_studies=studies())
def test_the_guarded_interval_is_never_narrower(
    given_studies: tuple[np.ndarray, np.ndarray],
) -> None:
    guarded, plain, wald = (pool(*given_studies, test=test) for test in ("adhoc", "knha", "z"))

    assert guarded.se >= plain.se
    assert guarded.se >= wald.se
    if plain.interval.high - plain.interval.low < wald.interval.high - wald.interval.low:
        assert any("narrower than the normal" in one for one in plain.warnings)


@SETTINGS
@given(given_studies=studies(), model=st.sampled_from(["ml", "reml"]))
def test_no_other_tau2_is_likelier(
    given_studies: tuple[np.ndarray, np.ndarray], model: str
) -> None:
    """Against a fine grid around the answer; a far second maximum is allowed."""
    laid, restricted = one_meta(*given_studies), model == "reml"
    best = between_variance(laid, Model(model))
    at_best = log_likelihood(laid, best, restricted)

    for tried in (0.0, 0.8 * best[0], 0.99 * best[0], 1.01 * best[0] + 1e-5, 1.2 * best[0] + 1e-4):
        assert log_likelihood(laid, np.array([tried]), restricted) <= at_best + 1e-9


@settings(max_examples=20, deadline=None)
@given(st.lists(studies(least=1), min_size=1, max_size=5), MODELS, TESTS)
def test_many_at_once_are_each_alone(
    metas: list[tuple[np.ndarray, np.ndarray]], model: Model, test: Test
) -> None:
    longest = max(value.size for value, _ in metas)
    values, variances = np.full((2, len(metas), longest), np.nan)
    for row, (value, variance) in enumerate(metas):
        values[row, : value.size], variances[row, : value.size] = value, variance

    many = pool_many(values, variances, model=model, test=test)

    for row, (value, variance) in enumerate(metas):
        one = pool(value, variance, model=model, test=test)
        for name in ("k", "estimate", "se", "df", "p", "tau2", "i2", "h2", "q", "q_p"):
            alone, together = getattr(one, name), getattr(many, name)[row]
            assert together == pytest.approx(alone, rel=1e-6, abs=1e-8), name
        assert (many.low[row], many.high[row]) == pytest.approx(one.interval, abs=1e-7)
        ahead = many.prediction_low[row], many.prediction_high[row]
        assert ahead == pytest.approx(one.prediction, abs=1e-7)
        assert many.weights[row, : one.k] == pytest.approx(one.weights)


@settings(max_examples=20, deadline=None)
@given(given_studies=studies(least=1), more=st.floats(-3, 3))
def test_bayesian_pooling_shifts_and_mirrors(
    given_studies: tuple[np.ndarray, np.ndarray], more: float
) -> None:
    value, variance = given_studies

    one = pool_bayes(value, variance)
    shifted, mirrored = pool_bayes(value + more, variance), pool_bayes(-value, variance)

    assert shifted.interval == pytest.approx([end + more for end in one.interval], abs=1e-6)
    assert mirrored.interval == pytest.approx([-end for end in one.interval[::-1]], abs=1e-6)
    assert mirrored.below_zero == pytest.approx(1 - one.below_zero, abs=1e-9)
    assert shifted.tau == pytest.approx(one.tau, abs=1e-6)


def test_many_bayesian_poolings_are_each_alone() -> None:
    """Many at once have a third of the nodes: good to the fourth decimal, not to the sixth."""
    rng = np.random.default_rng(5)
    variances = rng.uniform(0.02, 0.4, (40, 6))
    values = rng.normal(-0.3, np.sqrt(variances + 0.05))
    values[::3, 3:] = variances[::3, 3:] = np.nan

    many = pool_bayes_many(values, variances)

    for row in range(40):
        seen = np.isfinite(values[row])
        one = pool_bayes(values[row, seen], variances[row, seen])
        found = (many.estimate[row], many.low[row], many.high[row], many.below_zero[row])
        assert found == pytest.approx((one.estimate, *one.interval, one.below_zero), abs=1e-4)
        ahead = many.prediction_low[row], many.prediction_high[row]
        assert ahead == pytest.approx(one.prediction, abs=1e-3)


@pytest.mark.parametrize("test", list(Test))
def test_one_study_keeps_its_own_interval(test: Test) -> None:
    found = pool([-0.5], [0.04], test=test)

    assert found.interval == pytest.approx((-0.5 - 0.2 * 1.959964, -0.5 + 0.2 * 1.959964))
    assert (found.tau2, found.q, found.q_p) == (0, 0, 1)
    assert found.warnings[0].startswith("One study alone")
    assert heterogeneity_interval([-0.5], [0.04]).tau2 == (0, np.inf)


def test_effects_that_are_all_nothing_show_nothing() -> None:
    found = pool([0.0, 0.0], [0.1, 0.2])

    assert (found.estimate, found.se, found.statistic, found.p) == (0, 0, 0, 1)
    assert any("narrower" in one for one in found.warnings)


def test_a_row_without_studies_has_no_answer() -> None:
    nan = float("nan")

    found = pool_many([[nan, nan], [0.1, 0.2]], [[nan, nan], [0.1, 0.1]])

    assert found.k.tolist() == [0, 2]
    assert np.isnan([found.estimate[0], found.low[0], found.tau2[0], found.q_p[0]]).all()


def test_faults_of_studies_are_told_together() -> None:
    nan = float("nan")
    with pytest.raises(InputError) as told:
        pool_many([[0.1, nan], [0.2, 0.3]], [[0.1, 0.2], [0.0, -1.0]])

    assert [str(fault) for fault in told.value.faults] == [
        "row 1, study 2, effect: nan, expected a number",
        "row 2, study 1, variance: 0, expected more than 0",
        "row 2, study 2, variance: -1, expected more than 0",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": "fixed"}, "model: 'fixed', expected one of common, dl"),
        ({"test": "t"}, "test: 't', expected one of z, knha, adhoc"),
        ({"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_what_is_asked_for_is_checked(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        pool([0.1, 0.2], [0.1, 0.1], **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [[], [[0.1, 0.2]], ["a", "b"]])
def test_shapes_are_checked(values: list[object]) -> None:
    with pytest.raises(InputError):
        pool(values, values)  # type: ignore[arg-type]
