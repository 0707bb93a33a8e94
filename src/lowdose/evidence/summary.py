"""All that is known of one condition, sorted, and what it comes to by a fixed rule.

The rule looks at one outcome: of those that say whether somebody got better, the one that most
trials can be pooled on, then most people. It never looks at what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lowdose.evidence.catalogue import (
    Condition,
    claims,
    contrasts,
    find_any_condition,
    reviews,
    studies,
)
from lowdose.evidence.conditions import condition_names, part_of
from lowdose.evidence.contrast import Comparison
from lowdose.evidence.families import Family, families
from lowdose.evidence.pooling.values import Interval, Pooled
from lowdose.evidence.records import Claim, Review, Study
from lowdose.evidence.views import Views, pooled_views
from lowdose.evidence.words import Direction, DoseClass, Status

__all__ = ["Finding", "LeftOut", "PooledOutcome", "Summary", "summary"]

# Neither what the drug is taken for nor unwanted.
_NEITHER = frozenset({"medicines", "levels", "effective_dose"})
_PLANNED = (Status.PROTOCOL, Status.REGISTERED)
_NO_PATIENTS = (Status.REVIEW, Status.HYPOTHESIS, Status.WITHDRAWN)


class Finding(StrEnum):
    """What the trials of a condition come to.

    NO_STUDY: there is none. NOT_CONTROLLED: studies, but no controlled one. NOT_POOLED: controlled
    trials, but no numbers that may be pooled. ONE_TRIAL: numbers of one trial. NO_DIFFERENCE: no
    way of pooling sees one. FAVOURS_DRUG, FAVOURS_PLACEBO: all ways see one. DEPENDS: some do.
    """

    NO_STUDY = "no_study"
    NOT_CONTROLLED = "not_controlled"
    NOT_POOLED = "not_pooled"
    ONE_TRIAL = "one_trial"
    NO_DIFFERENCE = "no_difference"
    FAVOURS_DRUG = "favours_drug"
    FAVOURS_PLACEBO = "favours_placebo"
    DEPENDS = "depends"


@dataclass(frozen=True)
class PooledOutcome:
    """One family of outcomes, its trials, and what they come to pooled three ways."""

    family: Family
    comparison: Comparison
    views: Views

    @property
    def k(self) -> int:
        """How many trials."""
        return len(self.comparison.contrasts)

    @property
    def people(self) -> int | None:
        """How many people, or None where a trial does not say."""
        counts = [each.people for each in self.comparison.contrasts]
        return None if None in counts else sum(each or 0 for each in counts)

    @property
    def is_benefit(self) -> bool:
        """Whether it says that somebody got better, not what was unwanted."""
        return _is_benefit(self.family)

    @property
    def finding(self) -> Finding:
        """What the three ways say together."""
        if self.k == 1:
            return Finding.ONE_TRIAL
        sides = {self.side(one) for one in self.views}
        if sides == {0}:
            return Finding.NO_DIFFERENCE
        if len(sides) > 1:
            return Finding.DEPENDS
        return Finding.FAVOURS_DRUG if sides == {1} else Finding.FAVOURS_PLACEBO

    def side(self, found: Pooled) -> int:
        """1 where the whole interval favours the drug, -1 the comparator, 0 where neither."""
        return _side(found.interval, self.family.direction)


def _is_benefit(family: Family) -> bool:
    return not family.harm and family.id not in _NEITHER


def _side(ends: Interval, direction: Direction) -> int:
    above, below = ends.low > 0, ends.high < 0
    better = {Direction.HIGHER: 1, Direction.LOWER: -1, Direction.NONE: 0}[direction]
    return better * (int(above) - int(below))


@dataclass(frozen=True)
class LeftOut:
    """A controlled trial that gives nothing to a pool, on which outcomes, and why."""

    study: Study
    outcomes: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Summary:
    """Everything that is known of a condition.

    condition: None where no study is known under that name, then only `asked` says something.
    controlled: randomised trials of low doses, published or presented. other_doses: randomised, but
    of other doses. others: everything else with patients. wider: studies of the wider condition,
    in which such people may have been. planned: registered or under way. reports: again on the
    people of another study. papers: without patients. outcomes: what could be pooled, the leading
    one first.
    """

    asked: str
    condition: Condition | None
    controlled: tuple[Study, ...] = ()
    other_doses: tuple[Study, ...] = ()
    others: tuple[Study, ...] = ()
    wider: tuple[Study, ...] = ()
    planned: tuple[Study, ...] = ()
    reports: tuple[Study, ...] = ()
    papers: tuple[Study, ...] = ()
    outcomes: tuple[PooledOutcome, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reviews: tuple[Review, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def name(self) -> str:
        """The condition as it is shown."""
        return self.condition.name if self.condition else self.asked

    @property
    def leading(self) -> PooledOutcome | None:
        """The outcome that the answer is about."""
        first = self.outcomes[:1]
        return first[0] if first and first[0].is_benefit else None

    @property
    def finding(self) -> Finding:
        """What it comes to."""
        if self.leading is not None:
            return self.leading.finding
        if self.controlled:
            return Finding.NOT_POOLED
        known = (*self.other_doses, *self.others, *self.wider, *self.planned)
        return Finding.NOT_CONTROLLED if known else Finding.NO_STUDY


def summary(condition: str) -> Summary:
    """Everything that is known of a condition, by any of its names.

    A name that nothing is known under gives an empty summary; one that looks like a slip of the
    pen raises `InputError` with the name that was probably meant.

    >>> found = summary("FM")
    >>> found.name, len(found.controlled), found.finding.value
    ('fibromyalgia', 5, 'no_difference')
    >>> summary("lupus").finding.value
    'no_study'
    """
    known = find_any_condition(condition)
    if known is None:
        return Summary(" ".join(condition.split()), None)
    found = studies(known.name)
    every = [study for study in found if study.trial == study.id]
    controlled = _by_year(study for study in every if study.id in known.controlled)
    others = [study for study in every if study not in controlled]
    with_people = [study for study in others if _has_results(study)]
    by_chance = [study for study in with_people if _is_other_dose(study)]
    return Summary(
        asked=condition,
        condition=known,
        controlled=controlled,
        other_doses=_by_year(by_chance),
        others=_by_year(study for study in with_people if study not in by_chance),
        wider=_by_year(_of_the_wider(known.id)),
        planned=_by_year(_still_planned(others, every)),
        reports=_by_year(one for one in found if one.trial != one.id and _has_results(one)),
        papers=_by_year(study for study in others if study.status in _NO_PATIENTS),
        outcomes=tuple(_outcomes(known.name)),
        left_out=tuple(_left_out(known.name, controlled)),
        reviews=tuple(sorted(reviews(known.name), key=lambda one: -one.publication.year)),
        claims=tuple(one for one in claims() if one.condition in part_of(known.id)),
    )


def _by_year(found: Iterable[Study]) -> tuple[Study, ...]:
    return tuple(sorted(found, key=lambda one: (-one.publication.year, one.id)))


def _has_results(study: Study) -> bool:
    return study.status not in (*_PLANNED, *_NO_PATIENTS)


def _is_other_dose(study: Study) -> bool:
    return study.design.is_randomised and study.dose_class is not DoseClass.LOW


def _still_planned(others: Iterable[Study], every: Iterable[Study]) -> Iterator[Study]:
    """Registrations and protocols whose trial has not reported."""
    reported = {
        number
        for study in every
        if _has_results(study)
        for number in study.publication.registrations
    }
    for study in others:
        if study.status in _PLANNED and reported.isdisjoint(study.publication.registrations):
            yield study


def _of_the_wider(condition: str) -> Iterator[Study]:
    """Studies of the condition that this one is a part of, which may have had such people."""
    wide = condition_names()[condition].within
    while wide:
        yield from (
            study
            for study in studies(condition_names()[wide].name)
            if study.condition == wide and study.trial == study.id and _has_results(study)
        )
        wide = condition_names()[wide].within


def _outcomes(condition: str) -> Iterator[PooledOutcome]:
    """What can be pooled: benefits first, then by trials, people, and order of the families."""
    found = []
    for family in families().values():
        comparison = contrasts(condition, family.id)
        if comparison.contrasts:
            views = pooled_views(comparison.values, comparison.variances)
            found.append(PooledOutcome(family, comparison, views))
    yield from sorted(found, key=lambda one: (not one.is_benefit, -one.k, -(one.people or 0)))


def _left_out(condition: str, controlled: Iterable[Study]) -> Iterator[LeftOut]:
    """Of the controlled trials and of benefits: what had no comparator never enters anyway."""
    by_id = {study.id: study for study in controlled}
    found: dict[tuple[str, str], list[str]] = {}
    for family in filter(_is_benefit, families().values()):
        for refused in contrasts(condition, family.id).refused:
            if refused.study in by_id:
                key = refused.study, "; ".join(refused.reasons)
                found.setdefault(key, []).append(family.name)
    for (study, reason), outcomes in sorted(found.items()):
        yield LeftOut(by_id[study], tuple(outcomes), reason)
    for one in by_id.values():
        if not (one.outcomes or one.adverse_events):
            yield LeftOut(one, (), "no number of it was seen")
