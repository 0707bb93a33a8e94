"""Effect against dose, across trials: of one condition, or of all on a measure they share."""

from __future__ import annotations

from dataclasses import dataclass

from lowdose.errors import Fault, InputError
from lowdose.evidence.comparisons import compare
from lowdose.evidence.conditions import condition_names, find_condition, part_of
from lowdose.evidence.contrast import Comparison, Contrast, Refused
from lowdose.evidence.families import find_family
from lowdose.evidence.load import evidence
from lowdose.evidence.pooling.dose_models import DoseFits, fit_doses
from lowdose.evidence.records import Outcome
from lowdose.evidence.words import Direction, EffectType

__all__ = ["DoseResponse", "dose_response"]

_DOSE_FAMILY = "effective_dose"
_NO_DOSE = "it does not say which dose was usual"


@dataclass(frozen=True)
class DoseResponse:
    """Trials with their doses, and what they carry.

    condition: as it is shown, "" for all. measure: ratios are natural logarithms. trials: each with
    an effect and a dose. refused: the others, with reasons. fits: None without a trial.
    within_trials: what studies that compared doses in the same people report, as they report it.
    """

    condition: str
    outcome: str
    measure: EffectType
    direction: Direction
    trials: tuple[Contrast, ...]
    refused: tuple[Refused, ...]
    fits: DoseFits | None
    within_trials: tuple[Outcome, ...]


def dose_response(
    condition: str | None,
    outcome: str,
    *,
    measure: EffectType | str | None = None,
    against: str = "placebo",
    everything: bool = False,
    correlation: float = 0.5,
) -> DoseResponse:
    """Fit the effect against the dose, across the trials of a condition, or of all (None).

    Across conditions only differences in standard deviations or ratios can be compared; without
    `measure`, differences of means become "smd". Other arguments as for `catalogue.contrasts`.

    Raises `InputError` where condition, outcome or measure is not known.

    >>> found = dose_response("fibromyalgia", "pain")
    >>> [(one.study, one.dose_mg) for one in found.trials]
    [('duebruun2024', 6.0), ('innova2026', 4.5)]
    >>> found.fits.line is None, round(found.fits.slope.estimate, 3)
    (True, 0.009)
    """
    family = find_family(outcome)
    if condition is None:
        measure = _shared(measure, family.measure)
    asked = {"against": against, "everything": everything, "correlation": correlation}
    found = [
        compare(evidence(), each, outcome, measure=measure, **asked)  # type: ignore[arg-type]
        for each in _which(condition)
    ]
    trials = [one for part in found for one in part.contrasts]
    dosed = sorted((one for one in trials if one.dose_mg), key=lambda one: one.study)
    doses = [one.dose_mg or 0.0 for one in dosed]
    without = [Refused(one.study, (_NO_DOSE,)) for one in trials if not one.dose_mg]
    values = [one.value for one in dosed], [one.variance for one in dosed]
    return DoseResponse(
        condition="" if condition is None else find_condition(condition).name,
        outcome=family.name,
        measure=found[0].measure,
        direction=family.direction,
        trials=tuple(dosed),
        refused=tuple(sorted([*_refused(found), *without])),
        fits=fit_doses(*values, doses) if dosed else None,
        within_trials=_within_trials(condition),
    )


def _shared(measure: EffectType | str | None, usual: EffectType) -> EffectType | str:
    """A measure that conditions share."""
    if measure is None:
        return EffectType.SMD if usual is EffectType.MD else usual
    if str(measure) == EffectType.MD.value:
        wanted = "smd, or a ratio: conditions do not share a scale"
        raise InputError([Fault("measure", "'md' across conditions", wanted)])
    return measure


def _which(condition: str | None) -> tuple[str, ...]:
    """The condition, or every one that is not within another."""
    if condition is not None:
        return (condition,)
    return tuple(each.id for each in condition_names().values() if not each.within)


def _refused(found: list[Comparison]) -> list[Refused]:
    return [one for part in found for one in part.refused]


def _within_trials(condition: str | None) -> tuple[Outcome, ...]:
    within = None if condition is None else part_of(find_condition(condition).id)
    names = find_family(_DOSE_FAMILY).outcomes
    return tuple(
        row
        for study in evidence().studies.values()
        if within is None or study.condition in within
        for row in study.outcomes
        if row.name in names
    )
