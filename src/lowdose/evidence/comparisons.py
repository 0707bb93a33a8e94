"""Active against comparator for a condition and an outcome: one contrast a trial.

Nothing is left out silently: every study that has the outcome is a contrast or is refused with its
reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lowdose.errors import Fault, InputError
from lowdose.evidence.candidates import Candidate, candidates, rows_of
from lowdose.evidence.conditions import find_condition, part_of
from lowdose.evidence.contrast import Comparison, Contrast, Refused
from lowdose.evidence.families import Family, find_family
from lowdose.evidence.records import Evidence, Outcome, Span, Study
from lowdose.evidence.standing import poolable
from lowdose.evidence.words import Direction, EffectType, Verified
from lowdose.evidence.worked import MEASURES, Worked

__all__ = ["CORRELATION", "NOT_BY_CHANCE", "compare", "contrast_of", "measure_of", "of_one_scale"]

# Between a person's values under two treatments, where a paper gives none: assumption.
CORRELATION = 0.5

_NO_COMPARATOR = "it has no comparator, or its rows cannot be paired"
NOT_BY_CHANCE = "who took what was not decided by chance"


def compare(
    evidence: Evidence,
    condition: str,
    outcome: str,
    *,
    measure: EffectType | str | None = None,
    against: str = "placebo",
    everything: bool = False,
    correlation: float = CORRELATION,
) -> Comparison:
    """Gather the contrasts of a condition and an outcome; see `catalogue.contrasts`."""
    named, family = find_condition(condition), find_family(outcome)
    kind = measure_of(measure or family.measure)
    if not -1 < correlation < 1:
        raise InputError([Fault("correlation", f"{correlation:g}", "more than -1 and less than 1")])
    within = part_of(named.id)
    studies = [
        study
        for study in evidence.studies.values()
        if study.condition in within and rows_of(study, family)
    ]
    best: list[Contrast] = []
    refused: list[Refused] = []
    for study in studies:
        found = _best(study, family, kind, against, correlation)
        if isinstance(found, Refused) or (found.reasons and not everything):
            refused.append(Refused(study.id, found.reasons))
        else:
            best.append(found)
    kept, doubled = _one_a_trial(best)
    alike, unlike = of_one_scale(kept)
    return Comparison(
        condition=named.name,
        outcome=family.name,
        measure=kind,
        range=family.range if kind is EffectType.MD else None,
        contrasts=tuple(alike),
        refused=tuple(sorted([*refused, *doubled, *unlike])),
    )


def measure_of(asked: EffectType | str) -> EffectType:
    """What is pooled, by its word; raises `InputError` where trials cannot be compared by it."""
    known = {each.value: each for each in MEASURES}
    if str(asked) not in known:
        raise InputError([Fault("measure", repr(str(asked)), f"one of {', '.join(known)}")])
    return known[str(asked)]


def _best(
    study: Study, family: Family, measure: EffectType, against: str, correlation: float
) -> Contrast | Refused:
    """The first contrast that may be pooled; else the first there is; else why there is none."""
    made, reasons = [], []
    for candidate in candidates(study, family):
        found = contrast_of(candidate, family, measure, against, correlation)
        if isinstance(found, str):
            reasons.append(found)
        else:
            made.append(found)
    if made:
        return min(made, key=lambda each: bool(each.reasons))
    return Refused(study.id, tuple(dict.fromkeys(reasons)) or (_NO_COMPARATOR,))


def contrast_of(
    candidate: Candidate, family: Family, measure: EffectType, against: str, correlation: float
) -> Contrast | str:
    """A candidate as a contrast on the family's scale, or in words why it cannot be one."""
    if against and against.casefold() not in candidate.against.casefold():
        return f"it compares with {candidate.against}, not with {against}"
    found = MEASURES[measure](candidate, correlation)
    if isinstance(found, Worked):
        found = _on_scale(found, candidate.rows[0], family, measure)
    if isinstance(found, Worked):
        found = _turned(found, candidate.rows[0].direction, family, measure)
    if isinstance(found, str):
        return found
    study, row = candidate.study, candidate.rows[0]
    return Contrast(
        study=study.id,
        trial=study.trial,
        condition=study.condition,
        outcome=row.name,
        measure=measure,
        value=found.value,
        variance=found.variance,
        people=candidate.people,
        n_active=candidate.arms.active,
        n_comparator=candidate.arms.comparator,
        within_person=study.design.is_within_person,
        comparator=candidate.against,
        dose_mg=study.dose_mg,
        weeks=row.weeks,
        scale="percent of baseline" if found.in_percent else row.scale,
        range=family.range if measure is EffectType.MD else None,
        direction=family.direction,
        how=found.how,
        assumptions=found.assumptions,
        reasons=tuple(_reasons(candidate)),
        verified=max((each.verified for each in candidate.rows), key=list(Verified).index),
        source=row.source,
        rows=tuple(each.id for each in candidate.rows),
    )


def _on_scale(found: Worked, row: Outcome, family: Family, measure: EffectType) -> Worked | str:
    """A difference of means on the family's scale, if both scales state their ends."""
    if measure is not EffectType.MD or family.range is None:
        return found
    low, high = family.range
    if found.in_percent:
        return f"it is in percent of baseline, which cannot be put on {low:g} to {high:g}"
    if row.range is None:
        scale = f"the scale ({row.scale})" if row.scale else "the scale"
        return f"{scale} does not state its ends, so it cannot be put on {low:g} to {high:g}"
    return _rescaled(found, row.range, family.range)


def _rescaled(found: Worked, own: Span, wanted: Span) -> Worked:
    factor = (wanted.high - wanted.low) / (own.high - own.low)
    if factor == 1:
        return found
    how = f"{found.how}; put from {own.low:g}-{own.high:g} on {wanted.low:g}-{wanted.high:g}"
    return found._replace(value=found.value * factor, variance=found.variance * factor**2, how=how)


def _turned(found: Worked, own: Direction, family: Family, measure: EffectType) -> Worked | str:
    """With the sign that the family's direction asks for."""
    if Direction.NONE in (own, family.direction) or own is family.direction:
        return found
    if measure not in (EffectType.MD, EffectType.SMD):
        return "it counts those for whom the opposite happened"
    better = "lower" if family.direction is Direction.LOWER else "higher"
    return found._replace(value=-found.value, how=f"{found.how}; turned round: {better} is better")


def _reasons(candidate: Candidate) -> Iterator[str]:
    """Why it stays out of a default pool."""
    rows = (poolable(row, candidate.study) for row in candidate.rows)
    yield from dict.fromkeys(reason for row in rows for reason in row)
    if not candidate.study.design.is_randomised:
        yield NOT_BY_CHANCE


def _one_a_trial(contrasts: Iterable[Contrast]) -> tuple[list[Contrast], list[Refused]]:
    """The trial's own report where there are several, else the first."""
    every = list(contrasts)
    kept: dict[str, Contrast] = {}
    for each in every:
        if each.trial not in kept or each.study == each.trial:
            kept[each.trial] = each
    chosen = sorted(kept.values(), key=lambda each: each.study)
    why = "its people are those of {}, and count once"
    doubled = [
        Refused(each.study, (why.format(each.trial),)) for each in every if each not in chosen
    ]
    return chosen, doubled


def of_one_scale(contrasts: list[Contrast]) -> tuple[list[Contrast], list[Refused]]:
    """Differences of means that were put on no common scale must have the same one anyway."""
    loose = [each for each in contrasts if each.measure is EffectType.MD and each.range is None]
    if not loose:
        return contrasts, []
    common = Counter(each.scale for each in loose).most_common(1)[0][0]
    unlike = [each for each in loose if each.scale != common]
    why = "its scale ({}) is not that of the others ({}); standardised differences can be compared"
    refused = [Refused(each.study, (why.format(each.scale, common),)) for each in unlike]
    return [each for each in contrasts if each not in unlike], refused
