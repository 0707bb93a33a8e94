"""From a candidate to an effect and its variance, with a sentence that says how.

Each function gives a `Worked`, or in words what is missing. `correlation` is that of a person's
values under both treatments; it is used, and said, where a paper gives none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from lowdose.evidence.candidates import Candidate
from lowdose.evidence.effects import counts, means, paired, recover, tests_of_difference
from lowdose.evidence.effects.values import Counts, Effect, Means
from lowdose.evidence.records import Chance, Outcome
from lowdose.evidence.words import EffectType

__all__ = ["MEASURES", "Worked", "arm_means", "difference", "ratio", "standardised"]

_QUARTILES_OF_NORMAL = 1.349  # the width of the interquartile range of a normal, in SDs
_UNEQUAL = "the arms are compared after unequal times, {:g} and {:g} weeks"


class Worked(NamedTuple):
    """Value and variance, how they were found, what was assumed, and the unit if not points."""

    value: float
    variance: float
    how: str
    assumptions: tuple[str, ...] = ()
    in_percent: bool = False


Attempt = Worked | str


def difference(candidate: Candidate, correlation: float) -> Attempt:
    """Difference of means, in points of the outcome's own scale or in percent of baseline."""
    if candidate.contrast is not None:
        return _reported_difference(candidate, candidate.contrast)
    return _difference_of_arms(candidate, correlation)


def _reported_difference(candidate: Candidate, row: Outcome) -> Attempt:
    if row.effect is None and row.median is not None:
        return "it gives a median difference, not a difference of means"
    if row.effect is None:
        return "it says that there was or was no difference, not how large"
    if row.effect_type is not EffectType.MD:
        return f"it reports a {_WORDS[row.effect_type]}, not a difference of means"
    found = _error_of_reported(candidate, row)
    if isinstance(found, str):
        return found
    error, how, assumed = found
    assumed += _assumed_people(candidate)
    return Worked(row.effect, error**2, f"difference of {row.effect:g} as reported; {how}", assumed)


def _error_of_reported(
    candidate: Candidate, row: Outcome
) -> tuple[float, str, tuple[str, ...]] | str:
    """The standard error of a reported difference, and how it was found."""
    assert row.effect is not None
    freedom = _freedom(candidate)
    if row.ci is not None:
        error = recover.se_from_interval(*row.ci, freedom=freedom, estimate=row.effect)
        how = f"standard error from its 95 % interval, {row.ci.low:g} to {row.ci.high:g}"
        return float(error), how, ()
    if row.se is not None:
        return row.se, "standard error as reported", ()
    if row.p is None:
        return "it gives neither interval nor p with its difference"
    if row.effect == 0:
        return "no standard error follows from a difference of 0 and its p"
    error = recover.se_from_p(row.effect, row.p.value, freedom=freedom)
    return float(error), f"standard error from {row.p}", _bound(row.p)


def _difference_of_arms(candidate: Candidate, correlation: float) -> Attempt:
    active, comparator = candidate.active, candidate.comparator
    assert active is not None and comparator is not None
    unequal = _unequal(active, comparator)
    for name, in_percent in (("change", False), ("mean", False), ("change_percent", True)):
        one, other = getattr(active, name), getattr(comparator, name)
        if one is None or other is None:
            continue
        found = _arms_by(name, candidate, one - other, correlation)
        if isinstance(found, Worked):
            return found._replace(assumptions=found.assumptions + unequal, in_percent=in_percent)
    return "its arms have no means or changes with a spread or a p for their difference"


def _arms_by(name: str, candidate: Candidate, value: float, correlation: float) -> Attempt:
    """The difference of two arms in one kind of number: by p, where there is one, or by SDs."""
    p = _p_between(candidate)
    words = {"mean": "means", "change": "changes", "change_percent": "changes in percent"}[name]
    if p is not None and value != 0:
        people = _people(candidate)
        freedom = np.inf if people is None else people - 1
        if not candidate.study.design.is_within_person:
            freedom = _freedom(candidate)
        error = float(recover.se_from_p(value, p.value, freedom=freedom))
        how = f"difference of the arms' {words}; standard error from {p}"
        return Worked(value, error**2, how, _bound(p) + _assumed_people(candidate))
    arms = _means(name, candidate)
    if arms is None:
        return "no spread"
    if candidate.study.design.is_within_person:
        found = paired.paired_difference(*arms, correlation)
        assumed: tuple[str, ...] = (_correlated(correlation),)
    else:
        found, assumed = means.mean_difference(*arms), ()
    how = f"difference of the arms' {words}, with their standard deviations"
    return Worked(*_plain(found), how, assumed)


def standardised(candidate: Candidate, correlation: float) -> Attempt:
    """Standardised mean difference (Hedges' g), in standard deviations between people."""
    if candidate.contrast is not None:
        return _reported_standardised(candidate, candidate.contrast, correlation)
    arms = arm_means(candidate)
    if arms is None:
        found = difference(candidate, correlation)
        return found if isinstance(found, str) else _from_difference(candidate, found, correlation)
    active, comparator = candidate.active, candidate.comparator
    assert active is not None and comparator is not None
    assumed = _unequal(active, comparator)
    if candidate.study.design.is_within_person:
        effect = paired.standardised_paired_difference(*arms, correlation)
        assumed += (_correlated(correlation),)
    else:
        effect = means.standardised_mean_difference(*arms)
    how = "difference of the arms, divided by their standard deviation"
    return Worked(*_plain(effect), how, assumed)


def _reported_standardised(candidate: Candidate, row: Outcome, correlation: float) -> Attempt:
    if row.effect_type is EffectType.SMD and row.effect is not None:
        arms = _sizes(candidate)
        if isinstance(arms, str):
            return arms
        sizes, assumed = arms
        found = means.from_d(row.effect, *sizes)
        how = f"standardised difference of {row.effect:g} as reported, corrected for few people"
        return Worked(*_plain(found), how, assumed)
    if row.median is not None and row.iqr is not None and candidate.study.design.is_within_person:
        return _from_median(candidate, row, correlation)
    found_md = _reported_difference(candidate, row)
    if isinstance(found_md, str):
        return found_md
    return _from_difference(candidate, found_md, correlation)


def _from_median(candidate: Candidate, row: Outcome, correlation: float) -> Attempt:
    """Of a within-person difference, given as median and interquartile range."""
    assert row.median is not None and row.iqr is not None
    people = _people(candidate)
    if people is None:
        return "the number of people is not given"
    sd = row.iqr / _QUARTILES_OF_NORMAL
    found = _within_person(row.median / sd, people, correlation)
    how = (
        f"median difference within people of {row.median:g}, divided by a standard deviation "
        f"from its interquartile range, {row.iqr:g}"
    )
    normal = "the differences are taken as normal, so that the median is the mean"
    return Worked(*found, how, (normal, _correlated(correlation)))


def _from_difference(candidate: Candidate, found: Worked, correlation: float) -> Attempt:
    """A difference whose standard error is known, turned into standard deviations by its t."""
    t = found.value / np.sqrt(found.variance)
    if candidate.study.design.is_within_person:
        people = _people(candidate)
        if people is None:
            return "the number of people is not given"
        made = _within_person(t / np.sqrt(people), people, correlation)
        assumed = (*found.assumptions, _correlated(correlation))
    else:
        arms = _sizes(candidate)
        if isinstance(arms, str):
            return arms
        sizes, more = arms
        made = _plain(tests_of_difference.smd_from_t(t, *sizes))
        assumed = found.assumptions + more
    how = f"{found.how}; put into standard deviations by its t, {t:.2f}"
    return Worked(*made, how, assumed)


def _within_person(
    standardised_by_change: float, people: int, correlation: float
) -> tuple[float, float]:
    """From SDs of the differences to SDs between people: times sqrt(2 (1 - r)).

    Source: Morris and DeShon 2002, doi:10.1037/1082-989X.7.1.105.
    """
    d = standardised_by_change * np.sqrt(2 * (1 - correlation))
    g = float(means.hedges_correction(people - 1) * d)
    return g, float(2 * (1 - correlation) / people + g**2 / (2 * people))


def ratio(candidate: Candidate, measure: EffectType) -> Attempt:
    """Logarithm of a ratio of risks or odds, or a difference of risks."""
    row = candidate.contrast
    if row is None:
        return _counted(candidate, measure)
    if row.effect is None or row.effect_type is not measure:
        return f"it reports no {_WORDS[measure]}"
    if row.ci is None:
        return f"it gives no interval with its {_WORDS[measure]}"
    scale = np.log if measure.is_ratio else np.asarray
    error = recover.se_from_interval(*scale(row.ci), estimate=scale(row.effect))
    how = f"{_WORDS[measure]} of {row.effect:g} as reported; standard error from its 95 % interval"
    return Worked(float(scale(row.effect)), float(error) ** 2, how)


def _counted(candidate: Candidate, measure: EffectType) -> Attempt:
    active, comparator = candidate.active, candidate.comparator
    assert active is not None and comparator is not None
    four = (active.events, active.total, comparator.events, comparator.total)
    if None in four:
        return "it does not give how many of how many in both arms"
    if measure not in _BY_COUNTS:
        return f"a {_WORDS[measure]} cannot be had from counts"
    a, n1, c, n2 = (float(each or 0) for each in four)
    if measure.is_ratio and (a + c == 0 or a + c == n1 + n2):
        who = "nobody" if a + c == 0 else "everybody"
        return f"{who} in either arm had the event, which says nothing of a ratio"
    found = _BY_COUNTS[measure](Counts(a, n1), Counts(c, n2))
    assumed = _unequal(active, comparator)
    if candidate.study.design.is_within_person:
        assumed += ("the same people twice are counted as two groups, which is a little unsure",)
    how = f"{four[0]} of {four[1]} against {four[2]} of {four[3]}"
    return Worked(*_plain(found), how, assumed)


_BY_COUNTS: Mapping[EffectType, Callable[[Counts, Counts], Effect]] = {
    EffectType.RR: counts.log_risk_ratio,
    EffectType.OR: counts.log_odds_ratio,
    EffectType.RD: counts.risk_difference,
}
_WORDS: Mapping[EffectType | None, str] = {
    EffectType.MD: "difference of means",
    EffectType.SMD: "standardised difference",
    EffectType.RR: "ratio of risks",
    EffectType.OR: "ratio of odds",
    EffectType.HR: "ratio of hazards",
    EffectType.IRR: "ratio of rates",
    EffectType.RD: "difference of risks",
    None: "effect",
}
MEASURES: Mapping[EffectType, Callable[[Candidate, float], Attempt]] = {
    EffectType.MD: difference,
    EffectType.SMD: standardised,
    EffectType.RR: lambda candidate, _: ratio(candidate, EffectType.RR),
    EffectType.OR: lambda candidate, _: ratio(candidate, EffectType.OR),
    EffectType.RD: lambda candidate, _: ratio(candidate, EffectType.RD),
}


def arm_means(candidate: Candidate) -> tuple[Means, Means] | None:
    """Both arms as means, else as changes, with SD and people; None where a spread is missing."""
    return _means("mean", candidate) or _means("change", candidate)


def _means(name: str, candidate: Candidate) -> tuple[Means, Means] | None:
    """Both arms as mean, SD and people, if both have a spread."""
    active, comparator = candidate.active, candidate.comparator
    assert active is not None and comparator is not None
    one, other = _mean(name, active), _mean(name, comparator)
    return None if one is None or other is None else (one, other)


def _mean(name: str, row: Outcome) -> Means | None:
    value = getattr(row, name)
    if value is None or row.n is None:
        return None
    interval = {"change": row.change_ci, "change_percent": row.change_percent_ci}.get(name)
    sd = {"mean": row.sd, "change": row.change_sd}.get(name)
    if sd is None and name == "mean" and row.se is not None:
        sd = float(recover.sd_from_se(row.se, row.n))
    if sd is None and interval is not None:
        sd = float(recover.sd_from_interval(*interval, row.n))
    return None if sd is None else Means(value, sd, row.n)


def _p_between(candidate: Candidate) -> Chance | None:
    rows = (row for row in candidate.rows if row.p is not None and row.p_between)
    return next((row.p for row in rows), None)


def _people(candidate: Candidate) -> int | None:
    """Everybody; where the row does not say, the people of the study."""
    study = candidate.study
    return candidate.people or study.n_analysed or study.n_randomised or None


def _assumed_people(candidate: Candidate) -> tuple[str, ...]:
    people = _people(candidate)
    if candidate.people is not None or people is None:
        return ()
    return (f"how many were analysed is not said; the {people} of the study are taken",)


def _freedom(candidate: Candidate) -> float:
    """Degrees of freedom of a t for the difference; infinite where the people are not known."""
    people = _people(candidate)
    used = 1 if candidate.study.design.is_within_person else 2
    return np.inf if people is None or people <= used else float(people - used)


def _sizes(candidate: Candidate) -> tuple[tuple[int, int], tuple[str, ...]] | str:
    """People per arm; taken as equal where only their sum is known."""
    active, comparator = candidate.arms
    if active is not None and comparator is not None:
        return (active, comparator), ()
    people = _people(candidate)
    if people is None:
        return "the number of people is not given"
    half = people // 2
    return (half, people - half), ("the arms are taken as equal in size",)


def _unequal(active: Outcome, comparator: Outcome) -> tuple[str, ...]:
    if active.weeks is None or comparator.weeks is None or active.weeks == comparator.weeks:
        return ()
    return (_UNEQUAL.format(active.weeks, comparator.weeks),)


def _correlated(correlation: float) -> str:
    return f"a correlation of {correlation:g} between a person's two values is assumed"


def _bound(p: Chance) -> tuple[str, ...]:
    return (f"only {p} is given, so the standard error is the largest possible",) if p.bound else ()


def _plain(effect: Effect) -> tuple[float, float]:
    return float(effect.value), float(effect.variance)
