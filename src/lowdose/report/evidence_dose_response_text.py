"""Effect against dose in words: what trials at which doses found, and what that cannot say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lowdose.evidence.catalogue import find_study
from lowdose.evidence.dose_response import DoseResponse
from lowdose.evidence.pooling.dose_models import DoseFits, Emax, Shape, fit_doses
from lowdose.evidence.pooling.regression import Coefficient, Regression
from lowdose.evidence.pooling.values import Interval
from lowdose.evidence.records import Outcome
from lowdose.evidence.table import MEASURES, EffectTable
from lowdose.evidence.words import Direction
from lowdose.report.evidence_text import Pool, effect_words, own_interval
from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.wording import capital

__all__ = ["Doses", "doses_of_response", "doses_of_table", "doses_text"]

_NO_SHAPE = 2.0  # a difference in AICc below this says nothing


class Doses(NamedTuple):
    """Trials with their doses, what they carry, and which side of no difference is better."""

    trials: Pool
    doses_mg: tuple[float, ...]
    fits: DoseFits | None
    better: str
    within_trials: tuple[Outcome, ...] = ()


def doses_of_response(found: DoseResponse) -> Doses:
    """What was found for a condition and an outcome, as something to tell."""
    measure = MEASURES[found.measure.value]
    notes = [
        f"{each.study}: {note}."
        for each in found.trials
        for note in (*each.assumptions, *each.reasons)
    ]
    if not found.condition:
        notes.append(
            "Trials of different conditions stand together: people, lengths and scales differ."
        )
    scale = next((one.range for one in found.trials if one.range), None)
    trials = Pool(
        f"{found.condition or 'all conditions'}, {found.outcome}: effect of low-dose naltrexone "
        "against its dose",
        f"{measure.about}{f' on {scale.low:g} to {scale.high:g}' if scale else ''}",
        tuple(each.study for each in found.trials),
        tuple(each.value for each in found.trials),
        tuple(each.variance for each in found.trials),
        measure.is_log,
        tuple(notes),
        tuple((each.study, "; ".join(each.reasons)) for each in found.refused),
    )
    doses = tuple(each.dose_mg or 0.0 for each in found.trials)
    better = _better(found.direction, measure.is_log)
    return Doses(trials, doses, found.fits, better, found.within_trials)


def doses_of_table(name: str, table: EffectTable) -> Doses:
    """A table of one's own, as something to tell."""
    chosen = MEASURES.get(table.measure)
    trials = Pool(
        f"{name}: effect against dose",
        chosen.about if chosen else "effects as given",
        table.studies,
        tuple(table.effect.value.tolist()),
        tuple(table.effect.variance.tolist()),
        bool(chosen and chosen.is_log),
    )
    fits = fit_doses(trials.values, trials.variances, table.doses_mg)
    return Doses(trials, table.doses_mg, fits, "")


def _better(direction: Direction, is_log: bool) -> str:
    if direction is Direction.NONE:
        return ""
    side = "below" if direction is Direction.LOWER else "above"
    return f"{side} {1 if is_log else 0} favours naltrexone"


def doses_text(found: Doses) -> str:
    """Trials by dose, what goes with the dose, and what cannot be said."""
    trials, fits = found.trials, found.fits
    better = f"; {found.better}" if found.better else ""
    parts = [wrapped(f"{trials.heading}. {capital(trials.measure)}{better}.")]
    if fits is None:
        parts.append(wrapped("No trial gives an effect and a dose that may be used."))
    else:
        parts += [
            "\n".join(_rows(found)),
            *(wrapped(one) for one in fits.why_not),
            "\n".join(wrapped(one, "  ") for one in _models(trials, fits)),
            *(wrapped(f"Note: {one}") for one in fits.warnings),
        ]
    if found.within_trials:
        parts.append(listed("Doses compared in the same people:", _within(found.within_trials)))
    if trials.notes:
        parts.append(listed("Assumed or out of the ordinary:", trials.notes))
    if trials.left_out:
        parts.append(listed("Left out:", [f"{study}: {why}." for study, why in trials.left_out]))
    return "\n\n".join(parts)


def _rows(found: Doses) -> Iterator[str]:
    trials = found.trials
    width = min(max(map(len, trials.studies)), 40)
    order = sorted(range(len(trials.studies)), key=lambda place: found.doses_mg[place])
    for place in order:
        value, variance = trials.values[place], trials.variances[place]
        said = effect_words(trials, value, own_interval(value, variance))
        yield f"{found.doses_mg[place]:6g} mg  {trials.studies[place]:{width}}  {said:>24}"


def _models(trials: Pool, fits: DoseFits) -> Iterator[str]:
    slope = fits.slope
    if fits.k > 1:
        average = effect_words(trials, fits.average.estimate, fits.average.interval)
        yield f"Average, whatever the dose: {average}."
    yield (
        f"Slope through zero, no dose, no effect: {_per_mg(trials, slope.estimate, slope.interval)}"
        f"; that is {_at(trials, fits)}."
    )
    if fits.line:
        yield (
            f"Straight line, not through zero: {_coefficient(trials, fits.line.coefficients[1])}, "
            f"p {fits.line.coefficients[1].p:.2g}."
        )
    if fits.turning:
        yield _turning(fits.turning, fits.doses_mg)
    if fits.emax:
        yield _levelling(trials, fits.emax)
    if fits.shapes:
        yield _best(fits.shapes)


def _per_mg(trials: Pool, value: float, ends: Interval) -> str:
    said = effect_words(trials, value, ends)
    return f"times {said} for each mg" if trials.is_log else f"{said} for each mg"


def _at(trials: Pool, fits: DoseFits) -> str:
    """What the slope makes of the lowest and the highest dose that was given."""
    ends = dict.fromkeys((fits.doses_mg[0], fits.doses_mg[-1]))
    value = fits.slope.estimate
    shown = (
        f"{math.exp(value * dose) if trials.is_log else value * dose:.2f} at {dose:g} mg"
        for dose in ends
    )
    return " and ".join(shown)


def _coefficient(trials: Pool, one: Coefficient) -> str:
    return _per_mg(trials, one.estimate, one.interval)


def _turning(found: Regression, doses: Sequence[float]) -> str:
    """Whether the curve that may turn does so among the doses that were given."""
    first, second = (one.estimate for one in found.coefficients)
    top = -first / (2 * second) if second else math.inf
    if doses[0] < top < doses[-1]:
        where = f"it turns at {top:.2g} mg"
    else:
        where = f"it does not turn between {doses[0]:g} and {doses[-1]:g} mg"
    return (
        f"Curve that may turn: {where}; whether it bends at all, p {found.coefficients[1].p:.2g}."
    )


def _levelling(trials: Pool, found: Emax) -> str:
    low, high = found.half_interval
    highest = math.exp(found.highest) if trials.is_log else found.highest
    first = f"{low:.2g}" if low > 0 else "anything above 0"
    last = f"{high:.2g} mg" if math.isfinite(high) else "no end"
    return (
        f"Curve that levels off (Emax): half of the most it can do, {highest:.2f}, at "
        f"{found.half_mg:.2g} mg ({first} to {last})."
    )


def _best(shapes: Sequence[Shape]) -> str:
    """Which shapes fit about as well as the best."""
    near = [one for one in shapes if one.aicc - shapes[0].aicc < _NO_SHAPE]
    rest = ", ".join(
        f"{one.name} {one.aicc - shapes[0].aicc:.1f}" for one in shapes if one not in near
    )
    best = " and ".join(one.name for one in near)
    alike = "fit about equally well" if len(near) > 1 else "fits best"
    worse = f"; worse by AICc: {rest}" if rest else ""
    return f"Of these, {best} {alike}{worse}."


def _within(rows: Sequence[Outcome]) -> list[str]:
    return [
        f"{one.study}: {one.name}, {one.mean:g} {one.scale}, {one.n} people, as the paper has it. "
        f"{find_study(one.study).cautions}".strip()
        for one in rows
        if one.mean is not None
    ]
