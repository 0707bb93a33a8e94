"""Unwanted events of low-dose naltrexone: pooled, per 100 people, beside what cannot be pooled.

Nothing is left out silently: every study that has the event is in a pool, shown without one, or
held back with its reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np
from scipy.special import expit

from lowdose.errors import Fault, InputError
from lowdose.evidence.candidates import Candidate, candidates, rows_of
from lowdose.evidence.conditions import find_condition, part_of
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.families import Family, families, find_family
from lowdose.evidence.harms_values import (
    ArmCounts,
    Checks,
    Counted,
    EventHarms,
    Harms,
    NotCounted,
    TrialCounts,
)
from lowdose.evidence.load import evidence
from lowdose.evidence.pooling.log_odds import pool_log_odds
from lowdose.evidence.pooling.rare_events import RareEvents, pool_rare_events
from lowdose.evidence.pooling.risks import pool_risks, pool_share
from lowdose.evidence.pooling.tables import Tabled, mantel_haenszel, peto
from lowdose.evidence.pooling.values import NORMAL_95
from lowdose.evidence.records import AdverseEvent, Outcome, ReviewEstimate, Study
from lowdose.evidence.standing import poolable
from lowdose.evidence.words import Role, Verified
from lowdose.population.side_effects import REMEMBERED, TESTED_MG, Expected, expected_side_effects

__all__ = ["harms"]

_NOT_BY_CHANCE = "who took what was not decided by chance"
_SAME_PEOPLE = (
    "The same people took both, which the counts do not show; they are taken as different people, "
    "so the interval is rather too wide than too narrow"
)
_REMEMBERED_IN = "fibromyalgia"
_OTHER = "other"
_Row = TypeVar("_Row", TrialCounts, ArmCounts)


@cache
def harms(
    condition: str | None = None,
    *,
    event: str | None = None,
    everything: bool = False,
    against: str = "placebo",
) -> Harms:
    """Unwanted events on low-dose naltrexone, of all conditions or of one.

    event: one kind of event by any of its names; without it, all. everything: also rows that stay
    out by default (second-hand, recalled, conference abstracts and the like), each with its
    reasons. against: what the comparator's name must contain; "" for any.

    Raises `InputError` where condition or event is not known.

    >>> found = harms("fibromyalgia", event="any adverse event").events[0]
    >>> [(one.study, one.treated, one.control) for one in found.trials]
    [('innova2026', Counted(events=33, people=48), Counted(events=36, people=50))]
    >>> [round(100 * one) for one in found.risks.difference]
    [-3, -21, 15]
    """
    named = None if condition is None else find_condition(condition)
    within = None if named is None else part_of(named.id)
    wanted = [_harm(event)] if event else [each for each in families().values() if each.harm]
    studies = [
        study
        for study in evidence().studies.values()
        if within is None or study.condition in within
    ]
    found = (_of_event(one, studies, within, everything, against) for one in wanted)
    return Harms(
        condition=named.name if named else "",
        everything=everything,
        against=against,
        events=tuple(one for one in found if event or _says_something(one)),
    )


def _harm(event: str) -> Family:
    family = find_family(event)
    if not family.harm:
        known = ", ".join(each.name for each in families().values() if each.harm)
        raise InputError([Fault("event", repr(event), f"something unwanted: {known}")])
    return family


def _says_something(one: EventHarms) -> bool:
    return bool(one.trials or one.arms or one.not_counted or one.held_back or one.published)


def _of_event(
    family: Family,
    studies: Sequence[Study],
    within: frozenset[str] | None,
    everything: bool,
    against: str,
) -> EventHarms:
    pairs = [found for study in studies if (found := _pair(study, family, against))]
    paired = {one.study for one in pairs}
    singles = [
        one for study in studies if study.id not in paired and (one := _single(study, family))
    ]
    used = paired | {one.study for one in singles}
    (pairs, doubled), (singles, more_doubled) = _once(pairs), _once(singles)
    trials, back = _standing(pairs, everything)
    arms, more_back = _standing(singles, everything)
    rest = [row for study in studies if study.id not in used for row in _unusable(study, family)]
    published = _published(family, within, everything)
    return EventHarms(
        id=family.id,
        name=family.name,
        trials=trials,
        risks=pool_risks(*_tables(trials)) if trials else None,
        checks=_checks(trials) if trials else None,
        arms=arms,
        share=pool_share(_column(one.counted for one in arms)) if arms else None,
        not_counted=(
            *(row for row, out in rest if everything or not out),
            *doubled,
            *more_doubled,
        ),
        held_back=(*back, *more_back, *(row for row, out in rest if out and not everything)),
        published=published,
        remembered=_remembered(family, within) if everything else None,
    )


def _pair(study: Study, family: Family, against: str) -> TrialCounts | None:
    """The first two arms of a study that count people and may be pooled; else the first."""
    made = [
        _trial_counts(one)
        for one in candidates(study, family)
        if one.contrast is None and _counts_both(one) and _is_against(one.against, against)
    ]
    return min(made, key=lambda one: bool(one.reasons), default=None)


def _is_against(comparator: str, against: str) -> bool:
    return against.casefold() in comparator.casefold()


def _counts_both(one: Candidate) -> bool:
    return all(row is not None and _counted(row) for row in (one.active, one.comparator))


def _counted(row: Outcome) -> Counted | None:
    if row.events is None or not row.total:
        return None
    return Counted(row.events, row.total)


def _trial_counts(one: Candidate) -> TrialCounts:
    study, active, comparator = one.study, one.active, one.comparator
    assert active is not None
    assert comparator is not None
    treated, control = _counted(active), _counted(comparator)
    assert treated is not None
    assert control is not None
    reasons = dict.fromkeys(why for row in one.rows for why in poolable(row, study))
    by_chance = () if study.design.is_randomised else (_NOT_BY_CHANCE,)
    return TrialCounts(
        study=study.id,
        trial=study.trial,
        condition=study.condition,
        event=active.name,
        comparator=comparator.arm,
        dose_mg=study.dose_mg,
        treated=treated,
        control=control,
        assumptions=(_SAME_PEOPLE,) if study.design.is_within_person else (),
        reasons=(*reasons, *by_chance),
        verified=max((row.verified for row in one.rows), key=list(Verified).index),
        source=active.source,
    )


def _single(study: Study, family: Family) -> ArmCounts | None:
    """The first row of people on naltrexone that may be pooled; else the first."""
    rows = sorted(rows_of(study, family), key=lambda row: family.outcomes.index(row.name))
    made = [
        ArmCounts(
            study=study.id,
            trial=study.trial,
            condition=study.condition,
            event=row.name,
            design=study.design,
            dose_mg=study.dose_mg,
            counted=counted,
            reasons=poolable(row, study),
            verified=row.verified,
            source=row.source,
        )
        for row in rows
        if row.role is Role.ACTIVE and (counted := _counted(row))
    ]
    return min(made, key=lambda one: bool(one.reasons), default=None)


def _once(rows: Sequence[_Row]) -> tuple[list[_Row], list[NotCounted]]:
    """Each trial's people once: its own report where there are several, else the first."""
    kept: dict[str, _Row] = {}
    for one in rows:
        if one.trial not in kept or one.study == one.trial:
            kept[one.trial] = one
    chosen = sorted(kept.values(), key=lambda one: one.study)
    why = "its people are those of {}, and count once"
    doubled = [
        NotCounted(one.study, _said(one), (why.format(one.trial),))
        for one in rows
        if one not in chosen
    ]
    return chosen, doubled


def _standing(
    rows: Sequence[_Row], everything: bool
) -> tuple[tuple[_Row, ...], tuple[NotCounted, ...]]:
    """Those that are used, and those that are held back."""
    used = tuple(one for one in rows if everything or not one.reasons)
    back = [NotCounted(one.study, _said(one), one.reasons) for one in rows if one not in used]
    return used, tuple(back)


def _said(row: TrialCounts | ArmCounts) -> str:
    if isinstance(row, ArmCounts):
        return f"{row.counted.events} of {row.counted.people} on naltrexone"
    treated, control = row.treated, row.control
    return (
        f"{treated.events} of {treated.people} on naltrexone, "
        f"{control.events} of {control.people} on {row.comparator}"
    )


def _unusable(study: Study, family: Family) -> Iterator[tuple[NotCounted, bool]]:
    """Rows without people counted, or of people who took all sorts; and whether held back."""
    for row in study.adverse_events:
        if row.event not in family.outcomes:
            continue
        reasons = poolable(row, study)
        why = (_why_not(row), *reasons)
        yield NotCounted(study.id, f"{_in_words(row)} ({row.arm})", why), bool(reasons)


def _why_not(row: AdverseEvent) -> str:
    if row.counts_events:
        return "it counts happenings, not people"
    if row.role is Role.ALL:
        return "it does not say how many were on naltrexone"
    if row.total is None:
        return "it does not say of how many people"
    return "no one number of people fits the percentage"


def _in_words(row: AdverseEvent) -> str:
    if row.counts_events:
        return f"{row.events} times {row.event}"
    if row.events is not None:
        return f"{row.events} of {row.total}" if row.total else f"{row.events} people"
    return f"{row.percent:g} %"


def _tables(trials: Sequence[TrialCounts]) -> tuple[Counts, Counts]:
    return _column(one.treated for one in trials), _column(one.control for one in trials)


def _column(arms: Iterable[Counted]) -> Counts:
    events, people = zip(*arms, strict=True)
    return Counts(np.array(events), np.array(people))


def _checks(trials: Sequence[TrialCounts]) -> Checks:
    tables = _tables(trials)
    if not any(one.treated.events + one.control.events for one in trials):
        return Checks(None, None, None, None, None)
    return Checks(
        exact=_answered(lambda: _ends(pool_rare_events(*tables)), np.exp),
        mantel_haenszel=_answered(lambda: _ends(mantel_haenszel(*tables, measure="rr")), np.exp),
        peto=_answered(lambda: _ends(peto(*tables)), np.exp),
        difference=_answered(lambda: _ends(mantel_haenszel(*tables, measure="rd")), np.asarray),
        comparator=_answered(lambda: _log_odds(tables[1]), expit),
    )


def _ends(found: RareEvents | Tabled) -> tuple[float, float, float]:
    return found.estimate, *found.interval


def _log_odds(control: Counts) -> tuple[float, float, float]:
    found = pool_log_odds(control)
    reach = NORMAL_95 * found.se
    return found.estimate, found.estimate - reach, found.estimate + reach


def _answered(
    method: Callable[[], tuple[float, float, float]], back: Callable[[float], Any]
) -> tuple[float, float, float] | None:
    """What a method finds, on the plain scale; None where it has no answer to such counts."""
    try:
        estimate, low, high = method()
    except InputError:
        return None
    return float(back(estimate)), float(back(low)), float(back(high))


def _published(
    family: Family, within: frozenset[str] | None, everything: bool
) -> tuple[ReviewEstimate, ...]:
    """What reviews pooled, those across conditions among them; read at the source by default."""
    not_read = () if everything else (Verified.SECONDARY, Verified.RECALLED)
    return tuple(
        each
        for review in evidence().reviews.values()
        for each in review.estimates
        if each.outcome in family.published
        and each.effect is not None
        and (within is None or each.condition in (*within, _OTHER))
        and each.verified not in not_read
    )


def _remembered(family: Family, within: frozenset[str] | None) -> Expected | None:
    if within is not None and _REMEMBERED_IN not in within:
        return None
    if family.name not in {one.event for one in REMEMBERED}:
        return None
    usual = expected_side_effects(TESTED_MG[:1])
    return next(one for one in usual if one.event == family.name)
