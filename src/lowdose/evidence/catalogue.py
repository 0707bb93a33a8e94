"""What one asks the evidence: conditions, studies, claims, reviews, contrasts."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from lowdose.errors import Fault, InputError
from lowdose.evidence.conditions import condition_names, find_condition, known_condition, part_of
from lowdose.evidence.load import evidence
from lowdose.evidence.records import Claim, Review, ReviewEstimate, Study
from lowdose.evidence.words import DoseClass, EffectType, Status, Verified

if TYPE_CHECKING:
    from lowdose.evidence.contrast import Comparison
    from lowdose.evidence.families import Family

__all__ = [
    "Condition",
    "claims",
    "conditions",
    "contrasts",
    "find_any_condition",
    "find_study",
    "is_controlled",
    "published_estimates",
    "published_pools",
    "reviews",
    "studies",
]

_REPORTED = (Status.PUBLISHED, Status.CONFERENCE)


@dataclass(frozen=True)
class Condition:
    """A condition and the studies there are of it, those of narrower conditions among them.

    controlled: randomised trials of low-dose naltrexone that were published or presented, by study
    id; where it is empty, nothing is known from a controlled trial.
    """

    id: str
    name: str
    synonyms: tuple[str, ...]
    studies: tuple[str, ...]
    controlled: tuple[str, ...]


def conditions() -> tuple[Condition, ...]:
    """Every condition that a study is about, by name, and the parts of wider ones.

    >>> found = {each.name: each for each in conditions()}
    >>> len(found["fibromyalgia"].controlled), found["complex regional pain syndrome"].controlled
    (5, ())
    """
    made = [_condition(each) for each in condition_names()]
    found = [each for each in made if each.studies or condition_names()[each.id].within]
    return tuple(sorted(found, key=lambda each: each.name.casefold()))


def find_any_condition(named: str) -> Condition | None:
    """The condition that somebody means by a name, with its studies, if there is any.

    None where nothing of that name is known; `InputError` where it looks like a slip of the pen.

    >>> find_any_condition("HIV/AIDS").controlled, find_any_condition("lupus")
    (('traore2011_rct',), None)
    """
    known = known_condition(named)
    return None if known is None else _condition(known.id)


def _condition(condition: str) -> Condition:
    named, within = condition_names()[condition], part_of(condition)
    found = [study for study in evidence().studies.values() if study.condition in within]
    controlled = tuple(study.id for study in found if is_controlled(study))
    ids = tuple(study.id for study in found)
    return Condition(condition, named.name, named.synonyms, ids, controlled)


def is_controlled(study: Study) -> bool:
    """Whether it is a randomised trial of low doses, published or presented, of its own people."""
    own = study.trial == study.id and study.dose_class is DoseClass.LOW
    return own and study.design.is_randomised and study.status in _REPORTED


def studies(condition: str | None = None) -> tuple[Study, ...]:
    """All studies, or those of a condition, in order of their ids.

    Raises `InputError` where the condition is not known.

    >>> [study.id for study in studies("RRMS")]
    ['ludwig2016', 'sharafaddinzadeh2010']
    """
    every = tuple(evidence().studies.values())
    if condition is None:
        return every
    within = part_of(find_condition(condition).id)
    return tuple(study for study in every if study.condition in within)


def find_study(study: str) -> Study:
    """The study of this id.

    Raises `InputError` where there is none.

    >>> find_study("smith2011").source
    'https://doi.org/10.1007/s10620-011-1653-7'
    >>> find_study("smith2012")
    Traceback (most recent call last):
    lowdose.errors.InputError: study: 'smith2012', expected the id of a study; did you mean \
smith2013?
    """
    known = evidence().studies
    if study in known:
        return known[study]
    near = get_close_matches(study, known, n=1)
    remedy = f"did you mean {near[0]}?" if near else ""
    raise InputError([Fault("study", repr(study), "the id of a study", remedy)])


def reviews(condition: str | None = None) -> tuple[Review, ...]:
    """All published reviews, or those with an estimate or a verdict on a condition."""
    every = tuple(evidence().reviews.values())
    if condition is None:
        return every
    within = part_of(find_condition(condition).id)
    return tuple(
        review for review in every if any(each.condition in within for each in review.estimates)
    )


def published_estimates(condition: str | None = None) -> tuple[ReviewEstimate, ...]:
    """The pooled estimates of published reviews that are numbers, of all or of one condition.

    >>> [each.effect for each in published_estimates("Crohn's disease")][:2]
    [1.48, 2.22]
    """
    within = None if condition is None else part_of(find_condition(condition).id)
    return tuple(
        each
        for review in evidence().reviews.values()
        for each in review.estimates
        if each.effect is not None and (within is None or each.condition in within)
    )


def published_pools(condition: str, family: Family) -> tuple[ReviewEstimate, ...]:
    """What reviews pooled of the same: against placebo, read where it was published, and named.

    They pooled other trials, or in other ways, or counted trials of the same people twice.

    >>> from lowdose.evidence.families import find_family
    >>> [each.id for each in published_pools("FM", find_family("symptoms"))]
    ['ologunowa2025-m04']
    """
    return tuple(
        each
        for each in published_estimates(condition)
        if each.outcome in family.outcomes
        and "placebo" in each.comparison
        and each.verified not in (Verified.SECONDARY, Verified.RECALLED)
        and evidence().reviews[each.review].source
    )


def claims(source: str | None = None) -> tuple[Claim, ...]:
    """All claims, or those of one page: its short name, its title or the beginning of its file.

    Raises `InputError` where there is no such page.

    >>> len(claims("physician-blog")), claims("physician-blog")[1].verdict.value
    (14, 'supported')
    """
    every = tuple(evidence().claims.values())
    if source is None:
        return every
    wanted = source.strip().casefold()
    found = tuple(claim for claim in every if wanted in (claim.page, claim.page_title.casefold()))
    if not found:
        pages = ", ".join(dict.fromkeys(claim.page for claim in every))
        raise InputError([Fault("source", repr(source), f"one of {pages}")])
    return found


def contrasts(
    condition: str,
    outcome: str,
    *,
    measure: EffectType | str | None = None,
    against: str = "placebo",
    everything: bool = False,
    correlation: float = 0.5,
) -> Comparison:
    """Active against comparator, one contrast a trial, ready to be pooled.

    condition, outcome: by any name; outcomes of one family count as one.
    measure: "md", "smd", "rr", "or" or "rd"; without it, that of the family. Ratios come as natural
    logarithms. Differences of means are put on the family's scale, where both state their ends.
    against: what the comparator's name must contain; "" for any.
    everything: also what stays out by default, each with its reasons: second-hand numbers, doses
    that are not low, conference abstracts, and whoever took what not by chance.
    correlation: of a person's values under two treatments, where a crossover does not give it; the
    contrasts that use it say so.

    Raises `InputError` where condition, outcome or measure is not known.

    >>> found = contrasts("fibromyalgia", "pain")
    >>> [(each.study, each.value) for each in found.contrasts]
    [('duebruun2024', -0.34), ('innova2026', 0.49)]
    >>> dict(found.refused)["younger2013"]
    ('it is in percent of baseline, which cannot be put on 0 to 10',)
    """
    from lowdose.evidence.comparisons import compare

    return compare(
        evidence(),
        condition,
        outcome,
        measure=measure,
        against=against,
        everything=everything,
        correlation=correlation,
    )
