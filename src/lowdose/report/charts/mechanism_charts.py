"""The pictures of a simulation: tone by dose, levels over a titration, people, and after stopping.

Wherever blockade matters the three accounts of it stand together: they disagree, and the picture
should say so before anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.compare import hours_until
from lowdose.population.simulate import QUANTILES, Simulated
from lowdose.regimen.simulated_doses import beyond_low
from lowdose.report.charts.specification import (
    Axis,
    Band,
    Chart,
    Layer,
    Line,
    Panel,
    Role,
    Rule,
    Scale,
    Steps,
)
from lowdose.report.wording import plural

__all__ = ["dose_response_chart", "people_chart", "stop_chart", "titration_chart"]

Numbers = NDArray[np.float64]
_QUARTERS = tuple((share / 100, f"{share} %") for share in (0, 25, 50, 75, 100))
_DOSE_TICKS = tuple((dose, f"{dose:g}") for dose in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0))
_LOOKS = {"biophase": Role.FITTED, "plasma": Role.REFERENCE, "slow_dissociation": Role.RIVAL}
_WORDS = {
    "biophase": "biophase (fits the PET scans)",
    "plasma": "plasma (does not fit them)",
    "slow_dissociation": "slow dissociation (fits less well)",
}
_LEAST_SHOWN = 0.02  # of tone around 1
_USUAL_MG = 4.5
_MARK = 0.25
_P05, _P25, _P50, _P75, _P95 = (QUANTILES.index(share) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
_DOSE_HEIGHT = 0.28


def dose_response_chart(dose_mg: Sequence[float] | Numbers, tone: Mapping[str, Numbers]) -> Chart:
    """The day's mean tone against the nightly dose, a line for each account of blockade.

    dose_mg: (doses,), above 0. tone: by account, (doses,), as `lowdose.dose_response` gives it.
    The upper panel enlarges what happens near 1, where nothing has changed.
    """
    doses = _listed(dose_mg)
    near = max(_LEAST_SHOWN, *(1.2 * (float(one.max()) - 1) for one in tone.values()))
    inside = {name: np.where(np.abs(one - 1) <= near, one, np.nan) for name, one in tone.items()}
    upper = Axis("mean tone of the day, enlarged", low=1 - near, high=1 + near)
    rules = (
        Rule(1.0, upright=False, role=Role.ZERO, label="untreated"),
        Rule(_USUAL_MG, label=f"{_USUAL_MG:g} mg"),
    )
    tops = (
        f"{_name(name)}: highest, {one.max():.3f}, at {_top(doses, one):.2g} mg"
        for name, one in tone.items()
    )
    return Chart(
        title="Tone by nightly dose: three accounts of blockade",
        description="Opioid signalling of the typical person, mean of the day, after twelve weeks. "
        + "; ".join(tops)
        + ".",
        x=Axis("nightly dose (mg)", scale=Scale.LOG, ticks=_DOSE_TICKS),
        panels=(
            Panel(upper, (*rules, *_by_account(doses, inside))),
            Panel(
                Axis("the whole of it", low=0.0), (*rules, *_by_account(doses, tone)), height=0.7
            ),
        ),
    )


def titration_chart(simulated: Simulated, doses_mg: Sequence[float] | Numbers) -> Chart:
    """Doses, naltrexone, 6beta-naltrexol and central blockade over a regimen.

    doses_mg: (days,), as they went into the simulation. Daily values show the day's highest and
    lowest; hourly ones every rise and fall. The band holds nine people of ten.
    """
    x = _places(simulated)
    levels = [
        ("naltrexone in plasma (ng/mL)", "naltrexone_max_ng_ml", "naltrexone_trough_ng_ml"),
        ("6beta-naltrexol in plasma (ng/mL)", "naltrexol_max_ng_ml", "naltrexol_trough_ng_ml"),
    ]
    blocked = ("blockade_central_max", "blockade_central_trough")
    return Chart(
        title="Levels and blockade over the regimen",
        description=_levels_said(simulated, doses_mg),
        x=Axis("day", whole=True),
        panels=(
            _dose_panel(doses_mg),
            *(
                Panel(Axis(words, low=0.0), _swing(simulated, x, high, low), height=0.6)
                for words, high, low in levels
            ),
            Panel(
                Axis(
                    f"central receptors blocked ({simulated.structure})",
                    ticks=_QUARTERS,
                    low=0.0,
                    high=1.0,
                ),
                _swing(simulated, x, *blocked),
                height=0.8,
            ),
        ),
    )


def people_chart(simulated: Simulated, placebo: Sequence[float] | Numbers | None = None) -> Chart:
    """Relief and symptom over people: the middle person, half of all, nine of ten.

    placebo: (times,), the rating of the typical person who takes a placebo, drawn for comparison.
    """
    x = _places(simulated)
    symptom = simulated.quantiles["symptom"]
    layers = _people_layers(x, symptom)
    if placebo is not None:
        line = Line(x, _listed(placebo), Role.REFERENCE, "typical person on a placebo")
        layers = (*layers, line)
    scale = Axis(f"symptom in {simulated.condition} (0 to 10, lower is better)", low=0.0, high=10.0)
    return Chart(
        title=f"{_crowd(simulated.people)} under the hypothesis “{simulated.hypothesis}”",
        description=_people_said(simulated),
        x=Axis("day", whole=True),
        panels=(
            Panel(
                Axis("share of the possible relief", low=0.0, high=1.0, ticks=_QUARTERS),
                _people_layers(x, simulated.quantiles["relief"]),
                height=0.7,
            ),
            Panel(scale, layers),
        ),
    )


def stop_chart(
    hours: Sequence[float] | Numbers,
    blockade: Mapping[str, Numbers],
    *,
    dose_mg: float | Sequence[float],
    doses: int = 28,
) -> Chart:
    """Blockade in the hours after the last dose, a line for each account, and the 25 % mark.

    hours: (times,). dose_mg: the nightly dose, or the parts of a day's. blockade: by account,
    (times,), as `lowdose.after_stopping` gives it.
    """
    after = np.asarray(hours, dtype=np.float64)
    below = {name: hours_until(after, one, _MARK) for name, one in blockade.items()}
    said = "; ".join(f"{_name(name)}: {_hours_said(at)}" for name, at in below.items())
    last = max((at for at in below.values() if np.isfinite(at)), default=after[-1])
    every = 48 if after[-1] > 96 else 6
    ticks = tuple((float(hour), f"{hour:g}") for hour in np.arange(0, after[-1] + 1, every))
    labels = {name: f"{_name(name)}: below 25 % {_hours_said(at)}" for name, at in below.items()}
    shown = after <= min(after[-1], 1.2 * last + 24)
    layers = _by_account(
        _listed(after[shown]), {name: one[shown] for name, one in blockade.items()}, labels
    )
    return Chart(
        title=_stop_title(dose_mg, doses),
        description=f"Central blockade of the typical person falls below 25 %: {said}. "
        "People differ, and which account holds is not settled.",
        x=Axis(
            "hours after the last dose",
            low=0.0,
            high=float(after[shown][-1]),
            ticks=tuple(one for one in ticks if one[0] <= after[shown][-1]),
        ),
        panels=(
            Panel(
                Axis("central receptors blocked", low=0.0, high=1.0, ticks=_QUARTERS),
                (Rule(_MARK, upright=False, label="25 %"), *layers),
            ),
        ),
    )


def _stop_title(dose_mg: float | Sequence[float], doses: int) -> str:
    parts = [dose for dose in np.atleast_1d(dose_mg).tolist() if dose]
    if len(parts) == 1:
        return f"After the last of {doses} nightly doses of {parts[0]:g} mg"
    return f"After the last of {doses} days with {' and '.join(f'{part:g}' for part in parts)} mg"


def _by_account(
    x: list[float], values: Mapping[str, Numbers], labels: Mapping[str, str] | None = None
) -> tuple[Layer, ...]:
    words = labels or {name: _WORDS.get(name, name) for name in values}
    return tuple(
        Line(x, _listed(one), _LOOKS.get(name, Role.FITTED), words[name])
        for name, one in values.items()
    )


def _crowd(people: int) -> str:
    return "1 person" if people == 1 else f"{people:,} people"


def _name(structure: str) -> str:
    return structure.replace("_", " ")


def _listed(values: Sequence[float] | Numbers) -> list[float]:
    return [float(value) for value in values]


def _top(doses: list[float], tone: Numbers) -> float:
    return doses[int(np.argmax(tone))]


def _hours_said(hours: float) -> str:
    if not np.isfinite(hours):
        return "not within the time shown"
    return f"after {hours:.0f} hours" if hours < 48 else f"after {hours / 24:.1f} days"


def _places(simulated: Simulated) -> list[float]:
    """Day numbers; the hours of day 1 lie between 1 and 2."""
    if simulated.hours is None:
        return [float(day) for day in range(1, simulated.days + 1)]
    return _listed(1 + simulated.hours / 24)


def _dose_panel(doses_mg: Sequence[float] | Numbers) -> Panel:
    doses = _listed(doses_mg)
    highest = max(doses) or 1.0
    ticks = tuple((value, f"{value:g}") for value in (0.0, highest))
    beyond = ", beyond low dose" if beyond_low(doses) else ""
    axis = Axis(f"naltrexone taken (mg a day{beyond})", low=0.0, high=highest * 1.1, ticks=ticks)
    steps = Steps([float(day) for day in range(1, len(doses) + 1)], doses)
    return Panel(axis, (steps,), height=_DOSE_HEIGHT)


def _swing(simulated: Simulated, x: list[float], high: str, low: str) -> tuple[Layer, ...]:
    """Nine people of ten as a band, the typical person's highest and lowest as lines."""
    upper, lower = simulated.quantiles[high][_P95], simulated.quantiles[low][_P05]
    band = Band(x, _listed(lower), _listed(upper), label="nine people of ten, lowest to highest")
    if simulated.hours is not None:
        return band, Line(x, _listed(simulated.typical[high]), label="typical person")
    return (
        band,
        Line(x, _listed(simulated.typical[high]), label="typical person, highest of the day"),
        Line(x, _listed(simulated.typical[low]), Role.EXPLAINED, "the same before the next dose"),
    )


def _people_layers(x: list[float], quantiles: Numbers) -> tuple[Layer, ...]:
    rows = [_listed(row) for row in quantiles]
    return (
        Band(x, rows[_P05], rows[_P95], label="nine people of ten, within them half of all"),
        Band(x, rows[_P25], rows[_P75]),
        Line(x, rows[_P50], label="the person in the middle"),
    )


def _levels_said(simulated: Simulated, doses_mg: Sequence[float] | Numbers) -> str:
    high = simulated.typical["blockade_central_max"]
    low = simulated.typical["blockade_central_trough"]
    parent = simulated.typical["naltrexone_max_ng_ml"]
    return (
        f"{plural(simulated.days, 'day')} from {doses_mg[0]:g} to {doses_mg[-1]:g} mg. Typical "
        f"person, last day: naltrexone up to {parent[-24:].max():.2g} ng/mL, central blockade "
        f"{high[-1]:.0%} at most and {low[-1]:.0%} before the next dose, by the account "
        f"{_name(simulated.structure)}."
    )


def _people_said(simulated: Simulated) -> str:
    relief, symptom = (simulated.quantiles[name][:, -1] for name in ("relief", "symptom"))
    return (
        "A simulation under an unproven hypothesis. At the end the middle person has "
        f"{relief[_P50]:.0%} of the possible relief (nine of ten: {relief[_P05]:.0%} to "
        f"{relief[_P95]:.0%}) and a rating of {symptom[_P50]:.1f} ({symptom[_P05]:.1f} to "
        f"{symptom[_P95]:.1f})."
    )
