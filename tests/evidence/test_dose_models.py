"""Effects against doses: against metafor, and laws."""

from __future__ import annotations

import json

import numpy as np
import pytest
from metafor import HERE, agree, table

from lowdose.errors import InputError
from lowdose.evidence.pooling.dose_models import DoseFits, emax_band, fit_doses
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.regression import predicted, regress

# By reference/make_harms_doses.R: weeks of writing as if they were a dose, effects through zero.
FOUND = json.loads((HERE / "harms_doses.json").read_text(encoding="utf-8"))["doses"]
# metafor's search for a variance stops after five figures.
FIVE = {"rtol": 2e-5, "atol": 1e-8}


def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    columns = table("bangertdrowns2004")
    known = columns["length"] > 0
    return columns["yi"][known], columns["vi"][known], columns["length"][known]


@pytest.fixture(scope="module")
def fits() -> DoseFits:
    return fit_doses(*data())


def test_regression_through_zero() -> None:
    """metafor's rma.mv; see reference/README.md on rma."""
    y, v, d = data()
    expected = FOUND["through"]

    found = regress(y, v, {"weeks": d}, through_zero=True, test="z")

    slope = found.coefficients[0]
    agree((slope.estimate, slope.se), (expected["estimate"], expected["se"]), **FIVE)
    agree(slope.interval, (expected["low"], expected["high"]), **FIVE)
    agree((found.tau2, found.qe), (expected["tau2"], expected["qe"]), **FIVE)
    agree((found.qe_p, found.qm_p), (expected["qe_p"], expected["qm_p"]), rtol=1e-4)
    assert (found.qm_df, np.isnan(found.r2)) == (1, True)


def test_curve_through_zero() -> None:
    y, v, d = data()
    expected = FOUND["turning"]

    found = regress(y, v, {"weeks": d, "squared": d**2}, through_zero=True, test="z")

    agree([one.estimate for one in found.coefficients], expected["estimate"], **FIVE)
    agree([one.se for one in found.coefficients], expected["se"], **FIVE)
    assert found.qm_df == 2


def test_slopes_that_differ_between_trials() -> None:
    """metafor's rma.mv with a random slope is pooling effect / dose."""
    y, v, d = data()
    expected = FOUND["slopes"]

    found = pool(y / d, v / d**2, test="z")

    agree((found.estimate, found.se), (expected["estimate"], expected["se"]), **FIVE)
    agree(found.tau2, expected["tau2"], **FIVE)


def test_shapes_have_the_likelihoods_of_metafor(fits: DoseFits) -> None:
    names = {"slope through zero": "slope", "levelling off (Emax)": "emax"}
    found = {names.get(one.name, one.name): one.log_likelihood for one in fits.shapes}

    agree(list(found.values()), [FOUND["shapes"][name] for name in found], rtol=1e-7)


def test_emax_is_at_the_maximum(fits: DoseFits) -> None:
    expected = FOUND["emax"]

    assert fits.emax is not None
    agree(fits.emax.half_mg, expected["half"], rtol=1e-4)
    agree((fits.emax.highest, fits.emax.tau2), (expected["highest"], expected["tau2"]), rtol=1e-4)
    assert fits.emax.half_interval == (0, np.inf)  # these trials tell nothing of it


def test_a_prediction_through_zero_is_the_slope_times_the_dose() -> None:
    y, v, d = data()
    found = regress(y, v, {"weeks": d}, through_zero=True)

    agree(predicted(found, {"weeks": 3.0}).estimate, 3 * found.coefficients[0].estimate)
    assert predicted(found, {"weeks": 0.0}).interval == (0, 0)


def test_effects_without_error_give_the_curve_they_come_from() -> None:
    d = np.array([0.5, 1.0, 1.5, 3.0, 4.5, 6.0, 9.0])
    found = fit_doses(-2 * d / (3 + d), np.full(d.size, 1e-4), d)

    assert found.emax is not None
    agree((found.emax.half_mg, found.emax.highest), (3, -2), rtol=1e-3)
    low, high = emax_band(found.emax, d)
    assert (low <= -2 * d / (3 + d)).all()
    assert (high >= -2 * d / (3 + d)).all()
    assert found.shapes[0].name == "levelling off (Emax)"


def test_the_slope_follows_the_unit_of_the_dose() -> None:
    y, v, d = [0.2, 0.5, 0.4], [0.04, 0.05, 0.03], np.array([1.5, 3.0, 4.5])

    one, other = fit_doses(y, v, d), fit_doses(y, v, 1000 * d)

    agree(np.array(one.slope.interval) / 1000, other.slope.interval)
    agree(one.slope.p, other.slope.p)


def test_two_trials_cannot_say() -> None:
    found = fit_doses([-0.34, 0.49], [0.09, 0.17], [6.0, 4.5])

    assert (found.line, found.turning, found.emax, found.shapes) == (None, None, None, ())
    assert found.why_not[0].startswith("2 trials at 4.5 mg and 6 mg cannot say")
    assert "5 trials and 3 doses" in found.why_not[1]


def test_one_dose_makes_no_line_and_a_lone_other_dose_is_named() -> None:
    same = fit_doses([-0.3, 0.1, 0.2], [0.1] * 3, [4.5] * 3)
    lone = fit_doses([-0.3, 0.1, 0.2], [0.1] * 3, [4.5, 4.5, 6.0])

    assert same.line is None
    assert "3 trials at one dose, 4.5 mg" in same.why_not[0]
    assert lone.line is not None
    assert "rests on the single trial with 6 mg" in " ".join(lone.warnings)


def test_wrong_doses_are_refused_each_with_its_place() -> None:
    with pytest.raises(InputError, match=r"dose 1: 0 mg.*\n?.*dose 3: nan"):
        fit_doses([1, 2, 3], [1, 1, 1], [0, 1, np.nan])
    with pytest.raises(InputError, match="one a trial"):
        fit_doses([1, 2, 3], [1, 1, 1], [1, 1])
