"""Mixed models where lme4 alone does not reach: edges, visits, serial correlation, published fits.

Numbers of R: reference/mixed_more.R and reference/mixed_serial.R.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trial.mixed_models import (
    RESIDUALS,
    Numbers,
    alike,
    by_line,
    column_of_ones,
    dyestuff2,
    hamd17,
    line,
    proudfoot2003,
    reisby,
    sleep_edge,
    visits_of,
)
from trial.references import data, rows

from lowdose.errors import InputError, LowdoseError
from lowdose.trial.analyse.linear_mixed.covariance import (
    Independent,
    Part,
    RandomEffects,
    SerialCorrelation,
    Unstructured,
)
from lowdose.trial.analyse.linear_mixed.fit import Fit, fit_model
from lowdose.trial.analyse.linear_mixed.infer import (
    adjusted_covariance,
    joint_kenward_roger,
    joint_satterthwaite,
    kenward_roger,
    satterthwaite,
)
from lowdose.trial.analyse.linear_mixed.likelihood import bending_at, sums_at
from lowdose.trial.analyse.linear_mixed.model import Model, bend_of, bent_of, model_of, natural_of
from lowdose.trial.analyse.mmrm import mmrm


def orthodont() -> Fit:
    d = data("orthodont")
    x = line(d["age"], d["female"], d["age"] * d["female"])
    return by_line(d["distance"], x, d["subject"])


def machines() -> Fit:
    d = {key: np.delete(value, [0, 7, 19]) for key, value in data("machines").items()}
    n = d["score"].size
    both = 10 * d["worker"] + d["machine"]
    groups = [RandomEffects(one.astype(int), column_of_ones(n)) for one in (d["worker"], both)]
    x = np.column_stack([np.ones(n), d["machine"] == 1, d["machine"] == 2])
    return fit_model(model_of(d["score"], x, [*groups, alike(n)]))


def of(name: str, model: str) -> list[dict[str, float]]:
    """R's numbers for one model."""
    found = [row for row in rows(name) if row["model"] == model]
    return [{k: float(v) for k, v in row.items() if k not in ("model", "term")} for row in found]


@pytest.mark.parametrize("make", [dyestuff2, sleep_edge, hamd17, proudfoot2003])
def test_edges_and_visits_agree_with_lmertest_and_pbkrtest(make: Callable[[], Fit]) -> None:
    fit = make()
    for row, one in zip(
        of("mixed_more", make.__name__), np.eye(fit.sums.coefficients.size), strict=False
    ):
        plain, adjusted = satterthwaite(fit, one), kenward_roger(fit, one)
        assert fit.deviance == pytest.approx(row["criterion"], abs=1e-6)
        assert plain.estimate == pytest.approx(row["estimate"], rel=2e-6)
        assert plain.se == pytest.approx(row["se"], rel=1e-6)
        assert plain.df == pytest.approx(row["df"], rel=1e-5)
        assert adjusted.se == pytest.approx(row["kr_se"], rel=1e-6)
        assert adjusted.df == pytest.approx(row["kr_df"], rel=1e-5)


@pytest.mark.parametrize(
    ("make", "tested"),
    [
        (hamd17, slice(0, 5)),
        (proudfoot2003, slice(0, 4)),
        (machines, slice(1, 3)),
        (orthodont, slice(2, 4)),
    ],
)
def test_tests_of_several_contrasts_agree_with_r(make: Callable[[], Fit], tested: slice) -> None:
    fit = make()
    (row,) = of("mixed_joint", make.__name__)
    contrasts = np.eye(fit.sums.coefficients.size)[tested]
    plain, adjusted = joint_satterthwaite(fit, contrasts), joint_kenward_roger(fit, contrasts)
    assert (plain.statistic, plain.df_above, plain.df_below) == pytest.approx(
        (row["f"], row["above"], row["below"]), rel=1e-5
    )
    assert (adjusted.statistic, adjusted.df_below) == pytest.approx(
        (row["kr_f"], row["kr_below"]), rel=1e-5
    )


@pytest.mark.parametrize("name", RESIDUALS)
def test_residuals_by_visit_and_day_agree_with_nlme(name: str) -> None:
    fit = reisby(RESIDUALS[name])
    errors = np.sqrt(np.diagonal(fit.sums.covariance))
    for row, estimate, se in zip(
        of("mixed_residuals", name), fit.sums.coefficients, errors, strict=True
    ):
        assert fit.deviance == pytest.approx(row["criterion"], abs=1e-6)
        assert estimate == pytest.approx(row["estimate"], abs=1e-4 * se)
        assert se == pytest.approx(row["se"], rel=1e-5)


def test_visits_with_serial_correlation_agree_with_nlme() -> None:
    fit = visits_of("hamd17", "patient", "week", "change", data("hamd17")["arm"] == 2, serial=True)
    # R names the visits first, then their differences, then the slopes.
    expected = of("mixed_residuals", "hamd17_serial")
    errors = np.sqrt(np.diagonal(fit.sums.covariance))
    assert fit.deviance == pytest.approx(expected[0]["criterion"], abs=1e-6)
    for row, estimate, se in zip(expected[5:10], fit.sums.coefficients, errors, strict=False):
        assert (estimate, se) == pytest.approx((row["estimate"], row["se"]), rel=1e-4)


def test_days_that_are_not_the_same_apart_agree_with_nlme() -> None:
    d = data("bodyweight")
    rat, diets = d["rat"].astype(int), [d["diet"] == one for one in (1, 2)]
    x = line(d["day"], *diets, *(diet * d["day"] for diet in diets))
    parts = [RandomEffects(rat, x[:, :2]), SerialCorrelation(rat, d["day"])]
    fit = fit_model(model_of(d["weight"], x, parts))
    errors = np.sqrt(np.diagonal(fit.sums.covariance))
    for row, estimate, se in zip(
        of("mixed_residuals", "bodyweight"), fit.sums.coefficients, errors, strict=True
    ):
        assert fit.deviance == pytest.approx(row["criterion"], abs=1e-6)
        assert (estimate, se) == pytest.approx((row["estimate"], row["se"]), rel=2e-5)


@pytest.mark.parametrize("name", ["reisby_ar1", "reisby_arh1"])
def test_degrees_of_freedom_under_serial_correlation_are_those_of_the_formulas(name: str) -> None:
    fit = reisby(RESIDUALS[name])
    for row, one in zip(of("mixed_serial", name), np.eye(4), strict=True):
        plain, adjusted = satterthwaite(fit, one), kenward_roger(fit, one)
        assert (plain.se, plain.df) == pytest.approx((row["se"], row["df"]), rel=1e-6)
        assert (adjusted.se, adjusted.df) == pytest.approx((row["kr_se"], row["kr_df"]), rel=1e-6)


def test_maximum_likelihood_agrees_with_lme4() -> None:
    d = data("sleepstudy")
    fit = by_line(d["reaction"], line(d["days"]), d["subject"], restricted=False)
    for row, one in zip(of("mixed_ml", "sleepstudy"), np.eye(2), strict=True):
        found = satterthwaite(fit, one)
        assert fit.deviance == pytest.approx(row["criterion"], abs=1e-6)
        assert (found.estimate, found.se, found.df) == pytest.approx(
            (row["estimate"], row["se"], row["df"]), rel=1e-6
        )


def test_a_fit_says_when_a_variance_is_nothing() -> None:
    assert dyestuff2().at_the_edge
    assert sleep_edge().at_the_edge
    assert not orthodont().at_the_edge


def test_mmrm_names_the_method_that_it_was_asked_for() -> None:
    chance = np.random.default_rng(4)
    people = chance.normal(size=12), chance.normal(size=(12, 3)), np.arange(12.0) % 2
    assert mmrm(*people)[0].method == "MMRM, unstructured, Kenward-Roger"
    plain = mmrm(*people, what="pain", method=satterthwaite)[0]
    assert (plain.method, plain.what) == ("MMRM, unstructured, Satterthwaite", "pain")


def test_no_correlation_between_days_is_taken_as_known() -> None:
    chance = np.random.default_rng(9)
    person, day = np.divmod(np.arange(60), 6)
    x = line(day % 2.0)
    outcome = chance.normal(size=60)
    found = []
    # Days 1.5 apart, where no correlation is below nothing; as if there were none.
    for part in (SerialCorrelation(person, 1.5 * day), alike(60)):
        found.append(kenward_roger(fit_model(model_of(outcome, x, [part])), np.array([0.0, 1.0])))
    assert (found[0].se, found[0].df) == pytest.approx((found[1].se, found[1].df), rel=1e-3)


# Laws


def made_model(seed: int, kind: str) -> Model:
    """Eight people with six ratings, some missing."""
    chance = np.random.default_rng(seed)
    there = chance.random((8, 6)) < 0.8
    there[:, :2] = True
    person, day = np.nonzero(there)
    x = line(day.astype(float), person % 2)
    effects = RandomEffects(person, x[:, :2])
    parts: dict[str, list[Part]] = {
        "effects": [effects, Independent(day % 2)],
        "apart": [RandomEffects(person, x[:, :2], correlated=False), alike(day.size)],
        "serial": [RandomEffects(person, x[:, :1]), SerialCorrelation(person, day**1.5, day % 2)],
        "daily": [SerialCorrelation(person, day.astype(float))],
        "visits": [Unstructured(person, day)],
    }
    outcome = 50 + chance.normal(size=8)[person] + chance.normal(size=day.size)
    return model_of(outcome, x, parts[kind], restricted=seed % 2 == 0)


def slopes_by_steps(of_numbers: Callable[[Numbers], Numbers], at: Numbers) -> Numbers:
    steps = 1e-5 * np.eye(at.size)
    return np.stack([(of_numbers(at + h) - of_numbers(at - h)) / 2e-5 for h in steps], axis=-1)


@pytest.mark.parametrize("kind", ["effects", "apart", "serial", "daily", "visits"])
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 1000))
def test_slopes_and_curvature_are_those_of_the_deviance(kind: str, seed: int) -> None:
    model = made_model(seed, kind)
    start = np.concatenate([part.starts(2.0)[0] for part in model.parts])
    free = start + 0.1 * np.random.default_rng(seed).normal(size=start.size)

    def slope(at: Numbers) -> Numbers:
        bending = bending_at(sums_at(model, natural_of(model, at)))
        return bend_of(model, at).T @ bending.slope

    def deviance(at: Numbers) -> Numbers:
        return np.array(sums_at(model, natural_of(model, at)).deviance)

    bending, bend = bending_at(sums_at(model, natural_of(model, free))), bend_of(model, free)
    curvature = bend.T @ bending.curvature @ bend + bent_of(model, free, bending.slope)
    assert slope(free) == pytest.approx(slopes_by_steps(deviance, free), rel=1e-5, abs=1e-5)
    assert curvature == pytest.approx(slopes_by_steps(slope, free), rel=1e-5, abs=1e-5)


@settings(max_examples=4, deadline=None)
@given(shift=st.floats(-1e4, 1e4), scale=st.floats(1e-3, 1e3), seed=st.integers(0, 100))
def test_a_unit_of_the_outcome_changes_nothing_but_the_unit(
    shift: float, scale: float, seed: int
) -> None:
    model = made_model(2 * seed, "effects")
    there = model_of(shift + scale * model.outcome, model.fixed, model.parts)
    one = np.array([0.0, 1.0, 0.0])
    before, after = (kenward_roger(fit_model(m), one) for m in (model, there))
    assert after.estimate / scale == pytest.approx(before.estimate, rel=1e-4, abs=1e-5 * before.se)
    assert (after.se / scale, after.df) == pytest.approx((before.se, before.df), rel=1e-4)


def test_the_order_of_rows_changes_nothing() -> None:
    d = data("sleepstudy")
    mixed = np.random.default_rng(5).permutation(180)
    x = line(d["days"])
    for order in (np.arange(180), mixed):
        fit = by_line(d["reaction"][order], x[order], d["subject"][order])
        assert fit.deviance == pytest.approx(1743.62827195849, abs=1e-6)


def test_a_variance_of_nothing_is_left_again_where_it_is_not_the_best() -> None:
    """Where lme4 1.1-31 stays at no variance of intercepts, with a criterion of 186.1943."""
    d = data("saddle")
    fit = by_line(d["y"], line(d["t"], d["x"], d["t"] * d["x"]), d["g"])
    assert fit.deviance == pytest.approx(186.18774720687, abs=1e-8)
    assert np.linalg.eigvalsh(fit.curvature).min() > -1e-8


def test_nobody_missing_gives_whole_degrees_of_freedom() -> None:
    chance = np.random.default_rng(6)
    outcome, drug = chance.normal(size=(14, 4)), np.arange(14.0) % 2
    x = np.concatenate([np.kron(np.column_stack([np.ones(14), drug]), np.eye(4))])
    person, visit = np.divmod(np.arange(56), 4)
    fit = fit_model(model_of(outcome.ravel(), x, [Unstructured(person, visit)]))
    last = np.eye(8)[7]
    difference = outcome[drug == 1, 3].mean() - outcome[drug == 0, 3].mean()
    for one in (satterthwaite(fit, last), kenward_roger(fit, last)):
        assert (one.estimate, one.df) == pytest.approx((difference, 12.0), rel=1e-7)
    # Hotelling: all four visits at once, exact with 4 and 12 - 4 + 1 degrees of freedom.
    assert joint_kenward_roger(fit, np.eye(8)[4:]).df_below == pytest.approx(9.0, rel=1e-6)


def test_one_contrast_tested_alone_is_the_square_of_its_t() -> None:
    fit, one = orthodont(), np.array([0.0, 0.0, 0.0, 1.0])
    for alone, several in (
        (satterthwaite, joint_satterthwaite),
        (kenward_roger, joint_kenward_roger),
    ):
        t, f = alone(fit, one), several(fit, one[None])
        assert (f.statistic, f.df_below, f.p) == pytest.approx((t.statistic**2, t.df, t.p))


def test_the_adjusted_covariance_is_that_of_the_contrasts() -> None:
    fit = orthodont()
    errors = np.sqrt(np.diagonal(adjusted_covariance(fit)))
    assert errors == pytest.approx([kenward_roger(fit, one).se for one in np.eye(4)])


# Refusals


def test_all_that_is_wrong_with_the_parts_is_said_at_once() -> None:
    who, day = np.array([0, 0, 1, 1, 2]), np.array([1.0, 1.0, 2.0, np.nan, 3.0])
    parts = [RandomEffects(who, column_of_ones(4)), SerialCorrelation(who, day), alike(5)]
    with pytest.raises(InputError) as said:
        model_of(np.arange(5.0) ** 2, column_of_ones(5), parts)
    places = [fault.place for fault in said.value.faults]
    assert places == ["random effects", "days", "parts"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (SerialCorrelation(np.array([0, 0, 0, 1]), np.array([1.0, 2.0, 2.0, 1.0])), "day"),
        (Unstructured(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])), "visit"),
        (Unstructured(np.array([0, 0, 1, 1]), np.array([0, 2, 0, 2])), "levels"),
        (Independent(np.array([0, 0, 2, 2])), "levels"),
        (Independent(np.zeros(3, int)), "3 rows"),
    ],
)
def test_parts_that_cannot_be_are_refused(part: Part, said: str) -> None:
    with pytest.raises(InputError, match=said):
        model_of(np.array([1.0, 2.0, 4.0, 3.0]), column_of_ones(4), [part])


def test_variances_that_cannot_be_told_apart_are_refused() -> None:
    n = 12
    parts = [RandomEffects(np.arange(n), column_of_ones(n)), alike(n)]
    with pytest.raises(LowdoseError, match="tell apart"):
        fit_model(model_of(np.sin(np.arange(n)), column_of_ones(n), parts))


def test_visits_that_nobody_has_both_of_are_refused() -> None:
    chance = np.random.default_rng(8)
    outcome = chance.normal(size=(20, 2))
    outcome[:10, 0] = outcome[10:, 1] = np.nan
    with pytest.raises(LowdoseError):
        mmrm(chance.normal(size=20), outcome, np.arange(20.0) % 2)


def test_visits_that_may_vary_together_without_end_are_refused() -> None:
    """Few people have both of two visits: the likelihood grows without end."""
    chance = np.random.default_rng(11)
    baseline = chance.normal(size=16)
    outcome = chance.normal(size=(16, 1)) + chance.normal(size=(16, 4))
    outcome[chance.random((16, 4)) < 0.4] = np.nan
    with pytest.raises(LowdoseError, match="settle"):
        mmrm(baseline, outcome, np.arange(16.0) % 2)
    assert all(one.se > 0 for one in mmrm(baseline, outcome, np.arange(16.0) % 2, serial=True))


def test_a_perfect_fit_is_refused() -> None:
    with pytest.raises(InputError, match="no spread"):
        model_of(2 + 3 * np.arange(6.0), line(np.arange(6.0)), [alike(6)])


def test_kenward_roger_of_maximum_likelihood_is_refused() -> None:
    d = data("sleepstudy")
    fit = by_line(d["reaction"], line(d["days"]), d["subject"], restricted=False)
    with pytest.raises(InputError, match="REML"):
        kenward_roger(fit, np.array([0.0, 1.0]))


@pytest.mark.parametrize("contrast", [[1.0], [0.0, 0.0], [np.nan, 1.0]])
def test_contrasts_that_say_nothing_are_refused(contrast: list[float]) -> None:
    d = data("sleepstudy")
    fit = by_line(d["reaction"], line(d["days"]), d["subject"])
    with pytest.raises(InputError, match="contrast"):
        satterthwaite(fit, np.array(contrast))


def test_arrays_of_different_people_are_refused() -> None:
    with pytest.raises(InputError, match="each person"):
        mmrm(np.zeros(5), np.zeros((6, 2)), np.zeros(6))
