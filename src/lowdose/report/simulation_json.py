"""A simulation as JSON: quantiles over people at each day or hour, and the typical person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.population.sensitivity import Sensitivity
from lowdose.population.side_effects import (
    ANY,
    Spread,
    any_side_effect,
    expected_side_effects,
)
from lowdose.population.simulate import QUANTILES, Simulated
from lowdose.regimen.hours import HourlySchedule
from lowdose.regimen.simulated_doses import beyond_low

__all__ = ["simulation_json"]

Numbers = NDArray[np.float64]
_KEYS = {"median": 0.5, "p05": 0.05, "p95": 0.95}


def simulation_json(
    simulated: Simulated,
    by_hour: HourlySchedule,
    *,
    accounts: Mapping[str, tuple[float, float]],
    version: str,
    assumptions: Sensitivity | None = None,
) -> dict[str, Any]:
    """Write a simulation as a dictionary that `json.dumps(..., allow_nan=False)` accepts.

    Numbers are rounded to six figures. by_hour: the doses that were simulated. accounts: the
    typical person's highest blockade of the last day and the one at its end, by account.
    assumptions: what moves the benefit, if asked.
    """
    daily = [round(sum(day), 6) for day in by_hour.doses_mg]
    hourly = simulated.hours is not None
    times = simulated.hours if simulated.hours is not None else np.arange(1, simulated.days + 1)
    return {
        "lowdose": version,
        "people": simulated.people,
        "days": simulated.days,
        "hypothesis": simulated.hypothesis,
        "blockade": simulated.structure,
        "condition": simulated.condition,
        "seed": simulated.seed,
        "doses_mg": daily,
        "intakes": {
            "hours": list(by_hour.hours),
            "doses_mg": [list(day) for day in by_hour.doses_mg],
        },
        "beyond_low_dose": beyond_low(daily),
        "hourly" if hourly else "daily": {
            "hour" if hourly else "day": [int(time) for time in times],
            **{name: _summary(one) for name, one in simulated.quantiles.items()},
        },
        "typical": {name: _rounded(one) for name, one in simulated.typical.items()},
        "blockade_on_last_day": {
            name: {"max": _one(high), "trough": _one(low)} for name, (high, low) in accounts.items()
        },
        "side_effects": _side_effects(daily),
        "sources": list(simulated.sources),
        **({"assumptions": _assumptions(assumptions)} if assumptions else {}),
    }


def _assumptions(found: Sensitivity) -> dict[str, Any]:
    """Benefits are shares of the baseline rating; `by` holds every uncertain parameter."""
    over_all = np.array([found.typical, found.mean, found.low, found.high])
    return {
        "draws": found.draws,
        "benefit": dict(zip(("typical", "mean", "p05", "p95"), _rounded(over_all), strict=True)),
        "by": {
            one.name: {
                "first_order": _one(one.first),
                "total": _one(one.total),
                "total_interval95": _rounded(np.array([one.total_low, one.total_high])),
                "mean_benefit_by_fifth": _rounded(np.array(one.fifths)),
                "benefit_others_typical": _rounded(np.array([one.low, one.high])),
                "source": one.source,
            }
            for one in found.influences
        },
    }


def _side_effects(doses_mg: Sequence[float]) -> dict[str, Any]:
    """People of a hundred, and times as often as on a placebo, each with a 95 % interval."""
    drug, placebo = any_side_effect()
    return {
        "any_per_100": {
            "dose_mg": ANY.dose_mg,
            "drug": _spread(drug),
            "placebo": _spread(placebo),
            "note": ANY.note,
            "source": ANY.source,
        },
        "by_dose": [
            {
                "event": one.event,
                "dose_mg": one.dose_mg,
                "ratio": _spread(one.ratio),
                "dose_tested": one.tested,
                "unchecked_per_100": _spread(one.unchecked_per_100),
                "unchecked_per_100_placebo": _spread(one.unchecked_per_100_placebo),
                "sources": list(one.sources),
            }
            for one in expected_side_effects(doses_mg)
        ],
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    names = ("median", "p025", "p975")
    return dict(zip(names, _rounded(np.array(spread)), strict=True)) if spread else None


def _summary(quantiles: Numbers) -> dict[str, list[float]]:
    return {key: _rounded(quantiles[QUANTILES.index(share)]) for key, share in _KEYS.items()}


def _rounded(values: Numbers) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def _one(value: float) -> float:
    return _rounded(np.array([value]))[0]
