"""Mixed models agree with lme4, lmerTest, pbkrtest and nlme (reference/mixed.R)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from trial.mixed_models import MODELS, Numbers, ovary
from trial.references import antidepressant, rows

from lowdose.errors import InputError
from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.linear_mixed.covariance import (
    Independent,
)
from lowdose.trial.analyse.linear_mixed.fit import Fit
from lowdose.trial.analyse.linear_mixed.infer import kenward_roger, satterthwaite
from lowdose.trial.analyse.linear_mixed.model import model_of
from lowdose.trial.analyse.mmrm import fit_visits, mmrm, mmrm_of_many
from lowdose.trial.analyse.values import Estimate


def terms(fit: Fit, method: Callable[..., Estimate]) -> list[Estimate]:
    return [method(fit, one) for one in np.eye(fit.sums.coefficients.size)]


def expected(name: str) -> list[dict[str, float]]:
    found = [row for row in rows("mixed") if row["model"] == name]
    return [{k: float(v) for k, v in row.items() if k not in ("model", "term")} for row in found]


@pytest.mark.parametrize("name", MODELS)
def test_estimates_errors_and_degrees_of_freedom_agree_with_r(name: str) -> None:
    fit = MODELS[name]()
    for row, plain, adjusted in zip(
        expected(name), terms(fit, satterthwaite), terms(fit, kenward_roger), strict=True
    ):
        assert fit.deviance == pytest.approx(row["criterion"], abs=1e-5)
        assert plain.estimate == pytest.approx(row["estimate"], rel=1e-5)
        assert plain.se == pytest.approx(row["se"], rel=1e-5)
        assert plain.df == pytest.approx(row["df"], rel=1e-4)
        assert adjusted.se == pytest.approx(row["kr_se"], rel=1e-5)
        assert adjusted.df == pytest.approx(row["kr_df"], rel=1e-4)


def test_serial_correlation_agrees_with_nlme() -> None:
    fit = ovary()
    for row, one in zip(rows("ovary_ar1"), terms(fit, satterthwaite), strict=True):
        assert one.estimate == pytest.approx(float(row["estimate"]), rel=1e-4)
        assert one.se == pytest.approx(float(row["se"]), rel=1e-4)
        assert fit.deviance == pytest.approx(float(row["criterion"]), abs=1e-4)


def test_mmrm_of_the_antidepressant_trial_agrees_with_r() -> None:
    baseline, change, drug, _ = antidepressant()
    fit = fit_visits(baseline, change, drug)
    for row, one in zip(rows("mmrm"), terms(fit, satterthwaite)[:5], strict=True):
        assert one.estimate == pytest.approx(float(row["estimate"]), rel=1e-5, abs=1e-6)
        assert one.se == pytest.approx(float(row["se"]), rel=1e-5)
        assert fit.deviance == pytest.approx(float(row["criterion"]), abs=1e-4)


def test_ancova_of_the_antidepressant_trial_agrees_with_r() -> None:
    baseline, change, drug, site = antidepressant()
    for row in rows("ancova"):
        strata = site[None] if row["strata"] == "1" else None
        one = ancova(baseline[None], change[None, :, -1], drug[None], strata=strata)[0]
        assert one.estimate == pytest.approx(float(row["estimate"]), rel=1e-9)
        assert one.se == pytest.approx(float(row["se"]), rel=1e-9)
        assert one.df == float(row["df"])


def test_mmrm_of_visits_that_nobody_missed_is_ancova_at_each() -> None:
    baseline, change, drug, _ = antidepressant()
    full = np.isfinite(change).all(axis=1)
    for visit, one in enumerate(mmrm(baseline[full], change[full], drug[full])):
        simple = ancova(baseline[None, full], change[None, full, visit], drug[None, full])[0]
        assert (one.estimate, one.se, one.df) == pytest.approx(
            (simple.estimate, simple.se, simple.df), rel=1e-6
        )


def test_a_trial_without_enough_data_is_not_a_number() -> None:
    nothing = np.full((1, 6, 3), np.nan)
    assert np.isnan(mmrm_of_many(np.zeros((1, 6)), nothing, np.arange(6.0)[None] % 2).se).all()


@pytest.mark.parametrize(
    ("outcome", "fixed", "said"),
    [
        (np.array([1.0, np.nan, 2.0]), np.ones((3, 1)), "not numbers"),
        (np.array([1.0]), np.ones((1, 1)), "1 rows"),
        (np.arange(4.0), np.ones((4, 2)), "say the same"),
    ],
)
def test_data_that_cannot_be_fitted_are_refused(
    outcome: Numbers, fixed: Numbers, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        model_of(outcome, fixed, [Independent(np.zeros(outcome.size, int))])


def test_no_spread_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no spread"):
        model_of(np.ones(5), np.ones((5, 1)), [Independent(np.zeros(5, int))])
