"""Published pools, worked out anew from the trials here: do they come out, and if not, why not?

Where a review's trials are known, the same are pooled by its method. Where they are not, the way to
pool that comes closest is looked for among all defensible ones; that it comes close does not make
it theirs. Either way, trials published since are added to see what they do.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from lowdose.errors import InputError
from lowdose.evidence.candidates import candidates
from lowdose.evidence.catalogue import contrasts, find_study
from lowdose.evidence.catalogue import reviews as reviews_of
from lowdose.evidence.comparisons import CORRELATION, contrast_of
from lowdose.evidence.conditions import find_condition, part_of
from lowdose.evidence.contrast import Contrast
from lowdose.evidence.families import find_family
from lowdose.evidence.multiverse.enumerate import multiverse
from lowdose.evidence.multiverse.values import Multiverse, Specification, Trial
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.values import Interval, Model, Test
from lowdose.evidence.records import Review, ReviewEstimate
from lowdose.evidence.words import EffectType, Role

__all__ = ["Outcome", "Recomputed", "Way", "recompute_reviews"]


_NOT_THEIRS = (
    "Its trials and their numbers were not all printed in what was read; this is the closest way "
    "to pool those here, which does not make it theirs."
)
_OWN_COUNTS = (
    "The counts here were rebuilt from the review's own percentages, not from the trial's."
)


class Outcome(StrEnum):
    """What became of a published pool.

    SAME: ours from the same trials is the same, to its printed digits. CIRCULAR: the only numbers
    here are the review's own. OTHER: ours from the same trials is another. CLOSEST: its trials are
    not known; the closest way to pool is shown. NONE: nothing to work it out from.
    """

    SAME = "same"
    CIRCULAR = "circular"
    OTHER = "other"
    CLOSEST = "closest"
    NONE = "none"


@dataclass(frozen=True)
class Way:
    """One pool: its trials, its method, its estimate and 95 % interval; logarithms for ratios."""

    trials: tuple[Trial, ...]
    model: Model
    test: Test
    estimate: float
    interval: Interval

    @property
    def studies(self) -> tuple[str, ...]:
        """The ids of its trials."""
        return tuple(each.study for each in self.trials)


@dataclass(frozen=True)
class Recomputed:
    """A published pool beside ours. since: ours with the trials added that came after the review.

    why: in plain sentences, why ours is another, or why there is none.
    """

    review: Review
    estimate: ReviewEstimate
    outcome: Outcome
    ours: Way | None = None
    since: Way | None = None
    added: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def recompute_reviews(condition: str | None = None) -> tuple[Recomputed, ...]:
    """Every pool of a published review, or those of a condition, beside what we get.

    Raises `InputError` where the condition is not known.

    >>> [(one.estimate.id, one.outcome.value) for one in recompute_reviews("Crohn's disease")][:3]
    [('parker2018-m01', 'circular'), ('parker2018-m02', 'same'), ('parker2018-m03', 'same')]
    """
    within = None if condition is None else part_of(find_condition(condition).id)
    return tuple(
        _recomputed(review, each)
        for review in reviews_of(condition)
        for each in review.estimates
        if each.effect is not None and (within is None or each.condition in within)
    )


def _recomputed(review: Review, published: ReviewEstimate) -> Recomputed:
    if not published.here or published.effect_type is None:
        return Recomputed(review, published, Outcome.NONE, why=tuple(_why_none(published)))
    if published.included:
        found = _of_its_trials(review, published)
        if found is not None:
            return found
    return _closest(review, published)


def _why_none(published: ReviewEstimate) -> list[str]:
    """By what it compares; the record's own reason first."""
    said = published.comparison.casefold()
    reasons = [published.difference] if published.difference else []
    if "post vs pre" in said:
        reasons.append(
            "It compares after with before, without a comparator; that is not pooled here."
        )
    elif "any dose" in said:
        reasons.append("Its trials are mostly of higher doses, which are not in the data here.")
    elif "any control" in said or "vs active" in said:
        reasons.append("Its trials and their comparators are not printed in what was read.")
    else:
        reasons.append("Its trials are not printed in what was read, and too few here report this.")
    return reasons


# --- where its trials are known -------------------------------------------------------


def _of_its_trials(review: Review, published: ReviewEstimate) -> Recomputed | None:
    """The same trials by its method; None where not all of them give numbers here."""
    made = [_contrast(study, published) for study in published.included]
    had = [one for one in made if one is not None]
    if len(had) < len(published.included):
        return None
    ours = _way([_trial(one) for one in had], _model(published, len(had)), Test.Z)
    if any(_is_ready_made(review, one) for one in had):
        why = "The only number here is the review's own, so that it comes out proves nothing."
        return Recomputed(review, published, Outcome.CIRCULAR, ours, why=(why,))
    if not _same(published, ours):
        said = published.difference or "Its numbers are others than those seen here."
        return Recomputed(review, published, Outcome.OTHER, ours, why=(said,))
    rebuilt = any(one.source == review.source for one in had)
    return Recomputed(review, published, Outcome.SAME, ours, why=(_OWN_COUNTS,) if rebuilt else ())


def _contrast(study: str, published: ReviewEstimate) -> Contrast | None:
    """Of the very outcome that the record names, or of its family."""
    assert published.effect_type is not None
    family = find_family(published.here)
    if published.here in family.outcomes:
        family = family._replace(outcomes=(published.here,))
    made = (
        contrast_of(each, family, published.effect_type, "", CORRELATION)
        for each in candidates(find_study(study), family)
    )
    return next((one for one in made if isinstance(one, Contrast)), None)


def _is_ready_made(review: Review, found: Contrast) -> bool:
    """Whether the effect was read in the review itself, ready made."""
    record = find_study(found.study)
    rows = {row.id: row for row in record.outcomes}
    return found.source == review.source and all(
        rows[each].role is Role.CONTRAST for each in found.rows if each in rows
    )


def _model(published: ReviewEstimate, trials: int) -> Model:
    """DerSimonian and Laird's where "random" is all that is said: it was then the usual one."""
    return Model.DL if "random" in published.model and trials > 1 else Model.COMMON


def _same(published: ReviewEstimate, ours: Way) -> bool:
    """Whether estimate and ends are those printed, give or take one in the last digit."""
    assert published.effect is not None
    pairs = [(published.effect, ours.estimate)]
    pairs += list(zip(published.ci or (), ours.interval, strict=False))
    shown = [(print_, _shown(published, own)) for print_, own in pairs]
    return all(abs(print_ - own) <= 1.5 * _last_digit(print_) for print_, own in shown)


def _shown(published: ReviewEstimate, value: float) -> float:
    ratio = published.effect_type is not None and published.effect_type.is_ratio
    return math.exp(value) if ratio else value


def _last_digit(printed: float) -> float:
    return float(10.0 ** -len(re.sub(r"^-?\d+\.?", "", f"{printed:g}")))


# --- where they are not ------------------------------------------------------------------


def _closest(review: Review, published: ReviewEstimate) -> Recomputed:
    assert published.effect_type is not None
    family = find_family(published.here)
    try:
        every = _every_way(published.condition, family.id, published.effect_type)
    except InputError:
        return Recomputed(review, published, Outcome.NONE, why=tuple(_why_none(published)))
    allowed = _allowed(review, published, every)
    before = [one for one in every.specifications if allowed.issuperset(one.studies)]
    if not before:
        return Recomputed(review, published, Outcome.NONE, why=tuple(_why_none(published)))
    nearest = min(before, key=lambda one: _distance(published, one))
    ours = Way(
        nearest.trials,
        nearest.model,
        nearest.test,
        nearest.estimate,
        Interval(nearest.low, nearest.high),
    )
    later = _later(review, published, ours)
    since = _way([*ours.trials, *later], ours.model, ours.test) if later else None
    why = [
        "Its trials and their numbers were not printed in what was read; this is the closest way"
    ]
    why[0] += " to pool those here, which does not make it theirs."
    if published.difference:
        why.append(published.difference)
    added = tuple(each.study for each in later)
    return Recomputed(review, published, Outcome.CLOSEST, ours, since, added, tuple(why))


@cache
def _every_way(condition: str, family: str, measure: EffectType) -> Multiverse:
    return multiverse(condition, family, measure=measure)


def _allowed(review: Review, published: ReviewEstimate, every: Multiverse) -> frozenset[str]:
    """Trials that were out before the review: one of its own year seldom is in it, unless named."""
    return frozenset(
        study
        for study in every.studies
        if study in published.included
        or find_study(study).publication.year < review.publication.year
    )


def _distance(published: ReviewEstimate, one: Specification) -> float:
    """How far estimate and ends lie from the printed ones, on the scale they are pooled on."""
    assert published.effect is not None
    scale = math.log if published.effect_type and published.effect_type.is_ratio else float
    pairs = [(published.effect, one.estimate)]
    pairs += list(zip(published.ci or (), (one.low, one.high), strict=False))
    return math.hypot(*(scale(print_) - own for print_, own in pairs))


def _later(review: Review, published: ReviewEstimate, ours: Way) -> list[Trial]:
    """The trials of the default pool that came out in the year of the review or after."""
    found = contrasts(published.condition, published.here, measure=published.effect_type)
    return [
        _trial(one)
        for one in found.contrasts
        if one.study not in ours.studies
        and find_study(one.study).publication.year >= review.publication.year
    ]


def _trial(one: Contrast) -> Trial:
    return Trial(
        one.study, one.value, one.variance, one.how, one.assumptions, one.verified, one.people
    )


def _way(trials: list[Trial], model: Model, test: Test) -> Way:
    values, variances = zip(*((one.value, one.variance) for one in trials), strict=True)
    found = pool(values, variances, model=model, test=test)
    return Way(tuple(trials), model, test, found.estimate, found.interval)
