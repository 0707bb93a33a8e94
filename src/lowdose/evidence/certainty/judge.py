"""From a comparison of trials to how sure its pooled answer is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from lowdose.evidence.catalogue import is_controlled, published_pools
from lowdose.evidence.certainty.bias import by_chance, case_of, trial_domains
from lowdose.evidence.certainty.circumstance_steps import (
    indirectness,
    missing_evidence,
    share,
    unchecked,
    unseen,
)
from lowdose.evidence.certainty.outcomes import important_difference
from lowdose.evidence.certainty.pooled_steps import Two, imprecision, inconsistency, risk_of_bias
from lowdose.evidence.certainty.sentences import nothing_sentence, sentence, zone_of
from lowdose.evidence.certainty.values import Certainty, Judgement, Kind, Step, TrialRisk
from lowdose.evidence.certainty.words import Level, Risk
from lowdose.evidence.comparisons import compare
from lowdose.evidence.conditions import find_condition, part_of
from lowdose.evidence.contrast import Comparison, Contrast
from lowdose.evidence.families import find_family
from lowdose.evidence.load import evidence
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.values import Test
from lowdose.evidence.records import Evidence, Study
from lowdose.evidence.words import DoseClass, EffectType, Status

__all__ = ["certainty", "judge"]

_HALF = 50.0
_NOT_STUDIES = (Status.REVIEW, Status.HYPOTHESIS, Status.WITHDRAWN)


def certainty(
    condition: str,
    outcome: str,
    *,
    measure: EffectType | str | None = None,
    against: str = "placebo",
    everything: bool = False,
    judgements: Sequence[Judgement] = (),
) -> Certainty:
    """How sure the pooled answer for a condition and an outcome is: GRADE-like, by written rules.

    Arguments as for `catalogue.contrasts`. judgements: a person's, which win over the rules; see
    `judgements.parse_judgements`. The rules stand in docs/evidence/certainty.md; they are an aid
    and not a panel's judgement (GRADE: Guyatt 2008, doi:10.1136/bmj.39489.470347.AD).

    Raises `InputError` where condition, outcome or measure is not known.

    >>> found = certainty("fibromyalgia", "pain")
    >>> found.level.value, found.zone.value
    ('low', 'no_important_difference')
    >>> [each.domain.value for each in found.steps if each.seriousness.steps]
    ['imprecision', 'missing_evidence']
    >>> certainty("complex regional pain syndrome", "pain").level is None
    True
    """
    return judge(
        evidence(),
        condition,
        outcome,
        measure=measure,
        against=against,
        everything=everything,
        judgements=judgements,
    )


class _Asked(NamedTuple):
    """What is judged: the comparison, the ids of condition and family, the condition's studies."""

    found: Comparison
    condition: str
    family: str
    studies: Mapping[str, Study]
    judgements: tuple[Judgement, ...]


def judge(
    data: Evidence,
    condition: str,
    outcome: str,
    *,
    measure: EffectType | str | None = None,
    against: str = "placebo",
    everything: bool = False,
    judgements: Sequence[Judgement] = (),
) -> Certainty:
    """How sure, of any evidence; see `certainty`."""
    found = compare(
        data, condition, outcome, measure=measure, against=against, everything=everything
    )
    named = find_condition(condition).id
    within = part_of(named)
    own = {each.id: each for each in data.studies.values() if each.condition in within}
    asked = _Asked(found, named, find_family(outcome).id, own, tuple(judgements))
    return _judged(asked) if found.contrasts else _nothing(asked)


def _nothing(asked: _Asked) -> Certainty:
    """Nothing to pool: what kind of evidence there is instead."""
    controlled = _controlled(asked)
    return Certainty(
        condition=asked.found.condition,
        condition_id=asked.condition,
        outcome=asked.found.outcome,
        outcome_id=asked.family,
        comparison=asked.found,
        sentence=nothing_sentence(asked.found, controlled),
        important=important_difference(asked.family, asked.found),
        kinds=_kinds(asked.studies.values()),
        controlled=controlled,
        published=published_pools(asked.condition, find_family(asked.family)),
    )


def _judged(asked: _Asked) -> Certainty:
    found = asked.found
    trials = _trials(asked)
    better = _not_at_high_risk(found.contrasts, trials)
    every, two = _two(found.contrasts), _two(better)
    steps = _steps(asked, trials, better, two)
    start = _start(better, asked.studies)
    level = start.down(-sum(each.seriousness.steps for each in steps))
    important = important_difference(asked.family, found)
    zone = zone_of(two.normal.estimate, important, better[0].direction)
    return replace(
        _nothing(asked),
        level=level,
        level_by_rule=_level_by_rule(asked),
        start=start,
        sentence=sentence(found, level, zone),
        zone=zone,
        trials=trials,
        steps=steps,
        pooled=every.pooled,
        normal=every.normal,
        judged=two.pooled,
        judged_normal=two.normal,
        judged_studies=tuple(each.study for each in better),
    )


def _level_by_rule(asked: _Asked) -> Level | None:
    """What it would be without anybody's judgements; None where there are none."""
    if not asked.judgements:
        return None
    return _judged(asked._replace(judgements=())).level


def _steps(
    asked: _Asked, trials: Sequence[TrialRisk], better: Sequence[Contrast], two: Two
) -> tuple[Step, ...]:
    important = important_difference(asked.family, asked.found)
    absent = unseen(asked.found, tuple(asked.studies.values()))
    by_rule = (
        risk_of_bias(trials),
        imprecision(two, important),
        inconsistency(two, important),
        indirectness(better, asked.studies, asked.condition, asked.family),
        missing_evidence(better, asked.studies, absent),
        unchecked(better),
    )
    said = {(each.condition, each.outcome, each.domain): each for each in asked.judgements}
    return tuple(
        replace(each, judgement=said.get((asked.condition, asked.family, each.domain)))
        for each in by_rule
    )


def _trials(asked: _Asked) -> tuple[TrialRisk, ...]:
    said = {(each.study, each.domain): each for each in asked.judgements}
    contrasts = asked.found.contrasts
    made = []
    for each in contrasts:
        study = asked.studies[each.study]
        domains = tuple(
            replace(one, judgement=said.get((study.id, one.domain)))
            for one in trial_domains(case_of(study, each, asked.family))
        )
        part = share(contrasts, [other is each for other in contrasts])
        people = each.people or study.n_analysed or study.n_randomised or None
        made.append(TrialRisk(study.id, by_chance(study), people, part, domains, study.cautions))
    return tuple(made)


def _not_at_high_risk(
    contrasts: Sequence[Contrast], trials: Sequence[TrialRisk]
) -> tuple[Contrast, ...]:
    """All but those at high risk of bias, so that poor trials cannot lend certainty.

    Trials without randomisation stand aside as well; where nothing else is left, all count.
    """
    for keep in (
        [each.randomised and each.risk is not Risk.HIGH for each in trials],
        [each.randomised for each in trials],
    ):
        kept = tuple(each for each, stays in zip(contrasts, keep, strict=True) if stays)
        if kept:
            return kept
    return tuple(contrasts)


def _two(contrasts: Sequence[Contrast]) -> Two:
    numbers = [each.value for each in contrasts], [each.variance for each in contrasts]
    return Two(pool(*numbers), pool(*numbers, test=Test.Z))


def _start(contrasts: Sequence[Contrast], studies: Mapping[str, Study]) -> Level:
    """High, where most of the information is from randomised trials; else low."""
    randomised = [by_chance(studies[each.study]) for each in contrasts]
    return Level.HIGH if share(contrasts, randomised) > _HALF else Level.LOW


def _controlled(asked: _Asked) -> tuple[str, ...]:
    return tuple(each.id for each in asked.studies.values() if is_controlled(each))


def _kinds(studies: Iterable[Study]) -> tuple[Kind, ...]:
    """Studies of low doses by design, each with people of its own."""
    own = [
        each
        for each in studies
        if each.trial == each.id
        and each.dose_class is DoseClass.LOW
        and each.status not in _NOT_STUDIES
    ]
    counted = Counter(each.design.value for each in own)
    people: Counter[str] = Counter()
    for each in own:
        people[each.design.value] += each.n_analysed or each.n_randomised or 0
    return tuple(Kind(design, count, people[design]) for design, count in counted.items())
