"""Effects of trials against their doses; nothing is drawn where no trial was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.dose_models import DoseFits, emax_band
from lowdose.evidence.pooling.regression import predicted
from lowdose.evidence.pooling.values import Numbers
from lowdose.report.charts.specification import (
    Axis,
    Band,
    Chart,
    Layer,
    Line,
    Panel,
    Points,
    Role,
    Rule,
    Scale,
    Shade,
)
from lowdose.report.evidence_dose_response_text import Doses
from lowdose.report.evidence_text import effect_words, own_interval

__all__ = ["trial_doses_chart"]

_PLACES = 41
_APART = 0.012  # of the axis, between trials at one dose
_BUBBLE = 0.02
_ROOM = 1.15


def trial_doses_chart(found: Doses) -> Chart:
    """A bubble a trial, its area by its weight, with its 95 % interval; the slope through zero.

    Lines and bands reach from the lowest dose that was given to the highest, and no further. Ratios
    lie on a logarithmic axis.
    Raises InputError where no trial has an effect and a dose.
    """
    trials, fits = found.trials, found.fits
    if fits is None:
        raise InputError(
            [Fault("--chart", "no trial with a dose", "trials with an effect and a dose")]
        )
    end = _ROOM * fits.doses_mg[-1]
    beside = _beside(found.doses_mg, _APART * end)
    better = f"; {found.better}" if found.better else ""
    y = Axis(f"{trials.measure}{better}", scale=Scale.LOG if trials.is_log else Scale.LINEAR)
    zero = Rule(1.0 if trials.is_log else 0.0, upright=False, role=Role.ZERO, label="no difference")
    return Chart(
        title=trials.heading,
        description=" ".join(_said(found)),
        x=Axis("dose (mg a day)", low=0.0, high=end),
        panels=(
            Panel(
                y, (*_untried(beside, end), zero, *_curves(found, fits), *_trials(found, beside))
            ),
        ),
    )


def _said(found: Doses) -> Iterator[str]:
    trials = found.trials
    rows = zip(found.doses_mg, trials.studies, trials.values, trials.variances, strict=True)
    for dose, study, value, variance in rows:
        said = effect_words(trials, value, own_interval(value, variance))
        yield f"{dose:g} mg, {study}: {said}."
    if found.fits:
        yield from (*found.fits.why_not, *found.fits.warnings)


def _untried(beside: list[float], end: float) -> Iterator[Layer]:
    """Below and above the doses of the trials, with room for their bubbles."""
    room = _BUBBLE * end
    yield Shade(0.0, max(min(beside) - room, 0.0), label="no trial gave such doses")
    yield Shade(min(max(beside) + room, end), end)


def _shown(found: Doses, values: Numbers) -> tuple[float, ...]:
    return tuple((np.exp(values) if found.trials.is_log else values).tolist())


def _curves(found: Doses, fits: DoseFits) -> Iterator[Layer]:
    """Over the doses that were given: the slope with its band, and curves where there are any."""
    if len(fits.doses_mg) < 2:
        return
    dose = np.linspace(fits.doses_mg[0], fits.doses_mg[-1], _PLACES)
    x, slope = tuple(dose.tolist()), fits.slope
    middle, low, high = (one * dose for one in (slope.estimate, *slope.interval))
    yield from _banded(found, x, middle, low, high, Role.FITTED, "slope through zero")
    if fits.turning:
        ahead = [predicted(fits.turning, {"mg": one, "mg squared": one**2}) for one in x]
        middle = np.array([one.estimate for one in ahead])
        yield Line(x, _shown(found, middle), Role.REFERENCE, "curve that may turn")
    if fits.emax:
        middle = fits.emax.highest * dose / (fits.emax.half_mg + dose)
        low, high = emax_band(fits.emax, dose)
        yield from _banded(found, x, middle, low, high, Role.RIVAL, "curve that levels off")


def _banded(
    found: Doses,
    x: tuple[float, ...],
    middle: Numbers,
    low: Numbers,
    high: Numbers,
    role: Role,
    label: str,
) -> Iterator[Layer]:
    yield Band(x, _shown(found, low), _shown(found, high), role)
    yield Line(x, _shown(found, middle), role, f"{label}, with its 95 % interval")


def _trials(found: Doses, beside: list[float]) -> Iterator[Layer]:
    """Trials at one dose stand side by side."""
    trials = found.trials
    ends = [own_interval(*both) for both in zip(trials.values, trials.variances, strict=True)]
    for x, own in zip(beside, ends, strict=True):
        yield Line((x, x), _shown(found, np.array(own)), Role.OBSERVED)
    weights = tuple(1 / one for one in trials.variances)
    values = _shown(found, np.array(trials.values))
    label = "a trial, its area by its weight, with its 95 % interval"
    yield Points(tuple(beside), values, Role.OBSERVED, label, weights)


def _beside(doses: tuple[float, ...], apart: float) -> list[float]:
    times, seen = Counter(doses), Counter[float]()
    placed = []
    for dose in doses:
        placed.append(dose + apart * (seen[dose] - (times[dose] - 1) / 2))
        seen[dose] += 1
    return placed
