"""Effect against dose as an object that `json.dumps(..., allow_nan=False)` accepts."""

from __future__ import annotations

import math
from typing import Any

from lowdose.evidence.pooling.dose_models import DoseFits, Emax
from lowdose.evidence.pooling.regression import Regression
from lowdose.report.evidence_dose_response_text import Doses
from lowdose.report.evidence_json import plain

__all__ = ["doses_json"]


def doses_json(found: Doses) -> dict[str, Any]:
    """Trials with doses, every model they carry, and what they cannot say."""
    trials = found.trials
    rows = zip(trials.studies, found.doses_mg, trials.values, trials.variances, strict=True)
    return {
        "heading": trials.heading,
        "measure": trials.measure,
        "is_log": trials.is_log,
        "better": found.better,
        "studies": [
            {"study": study, "dose_mg": dose, "effect": value, "se": math.sqrt(variance)}
            for study, dose, value, variance in rows
        ],
        "fits": _fits(found.fits) if found.fits else None,
        "within_trials": [plain(one) for one in found.within_trials],
        "notes": list(trials.notes),
        "left_out": [{"study": study, "reasons": why} for study, why in trials.left_out],
    }


def _fits(fits: DoseFits) -> dict[str, Any]:
    return {
        "k": fits.k,
        "doses_mg": list(fits.doses_mg),
        "average": _estimate(fits.average),
        "slope_through_zero": _estimate(fits.slope),
        "slope_through_zero_additive": _regression(fits.per_mg),
        "line": _regression(fits.line),
        "turning": _regression(fits.turning),
        "emax": _emax(fits.emax) if fits.emax else None,
        "shapes": [
            {**one._asdict(), "aicc": one.aicc if math.isfinite(one.aicc) else None}
            for one in fits.shapes
        ],
        "cannot_say": list(fits.why_not),
        "warnings": list(fits.warnings),
    }


def _estimate(found: Any) -> dict[str, Any]:
    return {
        "estimate": found.estimate,
        "se": found.se,
        "interval95": list(found.interval),
        "p": found.p,
        **({"tau2": found.tau2} if hasattr(found, "tau2") else {}),
    }


def _regression(found: Regression | None) -> dict[str, Any] | None:
    if found is None:
        return None
    coefficients = {one.name: _estimate(one) for one in found.coefficients}
    return {"coefficients": coefficients, "tau2": found.tau2, "qe": found.qe, "qe_p": found.qe_p}


def _emax(found: Emax) -> dict[str, Any]:
    low, high = found.half_interval
    return {
        "highest": found.highest,
        "half_mg": found.half_mg,
        "half_interval95": [low, high if math.isfinite(high) else None],
        "tau2": found.tau2,
    }
