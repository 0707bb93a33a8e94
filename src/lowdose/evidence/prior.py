"""What the evidence leads one to expect of the next person: the drug's effect, and a placebo's.

Numbers about ratings are shares of the scale's width, those about yes or no are log odds; negative
is better for the person in both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lowdose.errors import Fault, InputError
from lowdose.evidence.catalogue import contrasts, find_study
from lowdose.evidence.conditions import find_condition
from lowdose.evidence.contrast import Comparison
from lowdose.evidence.families import Family, find_family
from lowdose.evidence.placebo_arms import PlaceboArm, placebo_arms
from lowdose.evidence.pooling.bayes import USUAL, BayesPooled, pool_bayes
from lowdose.evidence.pooling.priors import NormalMean
from lowdose.evidence.pooling.values import NORMAL_95
from lowdose.evidence.scatter import Scatter, scatter
from lowdose.evidence.words import Direction, EffectType, Verified
from lowdose.population.conditions import CONDITIONS, SCALE

__all__ = ["NOTHING_KNOWN", "NOTHING_KNOWN_LOG_ODDS", "Belief", "EvidencePrior", "prior"]


# Without a controlled trial, as in the prior "weak" of answers: up to half the scale either way.
NOTHING_KNOWN = 0.25
NOTHING_KNOWN_LOG_ODDS = 1.5
# A standard deviation of pain between people: 1.3 to 1.7 of 10 at the start of FINAL and INNOVA
# (doi:10.1016/S2665-9913(23)00278-3, doi:10.1002/ejp.70321; read second-hand).
_SD_OF_RATINGS = 0.16
# Assumptions, each said in the statement.
_PEOPLE_DIFFER_LEAST, _PEOPLE_DIFFER_MOST = 0.10, 0.15
_PEOPLE_DIFFER_LOG_ODDS = 0.5
_MEAN_BEFORE = NormalMean(0.0, 0.5)
_LOG_ODDS_BEFORE = NormalMean(0.0, 1.0)
_CONDITIONS_DIFFER = 0.05
_ARMS_DIFFER = 0.05

_FIBROMYALGIA = CONDITIONS["fibromyalgia"]
_SOURCE_OF_PLACEBO = "72 placebo arms of fibromyalgia trials, Häuser 2011, read second-hand"


@dataclass(frozen=True)
class Belief:
    """A normal distribution, by mean and standard deviation."""

    mean: float
    sd: float

    @property
    def low(self) -> float:
        """The lower end of the middle 95 %."""
        return self.mean - NORMAL_95 * self.sd

    @property
    def high(self) -> float:
        """The upper end of the middle 95 %."""
        return self.mean + NORMAL_95 * self.sd


@dataclass(frozen=True)
class EvidencePrior:
    """The next person's drug effect against placebo, and response to placebo.

    is_rating: whether `effect` and its parts are shares of a scale, else log odds. mean_effect: of
    all people, as the trials leave it. between_trials, between_people: standard deviations of true
    effects. `effect` has all three in it. placebo: shares of the scale. statement: what it rests
    on, sentence by sentence.
    """

    condition: str
    outcome: str
    is_rating: bool
    effect: Belief
    mean_effect: Belief
    between_trials: float
    between_people: float
    placebo: Belief
    trials: tuple[str, ...]
    people: int
    statement: tuple[str, ...]


def prior(condition: str, outcome: str = "pain", *, everything: bool = False) -> EvidencePrior:
    """What to expect of the next person, by condition and outcome, by any of their names.

    everything: also numbers that stay out by default, second-hand ones above all.

    The mean effect comes from a Bayesian random-effects model of the blinded trials against
    placebo; people before and after treatment without a comparison never move it. Where there is no
    trial, the effect is centred on none, and wide.

    Raises `InputError` where condition or outcome is not known, or has no better direction.

    >>> found = prior("fibromyalgia", "pain")
    >>> f"{found.effect.low:.2f} to {found.effect.high:.2f} of the scale", len(found.trials)
    ('-0.31 to 0.27 of the scale', 4)
    >>> prior("complex regional pain syndrome").effect
    Belief(mean=0.0, sd=0.25)
    """
    named, family = find_condition(condition), find_family(outcome)
    sign = _sign(family)
    is_rating = family.measure in (EffectType.MD, EffectType.SMD)
    measure = EffectType.SMD if is_rating else EffectType.OR
    found = contrasts(named.id, family.id, measure=measure, everything=everything)
    spread = scatter(named.id, family, everything=everything) if is_rating else None
    arms = placebo_arms(named.id, family, everything=everything)
    drug = _drug(found, spread, sign, is_rating)
    placebo, own = _placebo(named.id, arms)
    return EvidencePrior(
        condition=named.name,
        outcome=family.name,
        is_rating=is_rating,
        effect=drug.effect,
        mean_effect=drug.mean_effect,
        between_trials=drug.between_trials,
        between_people=drug.between_people,
        placebo=placebo,
        trials=tuple(each.study for each in found.contrasts),
        people=sum(each.people or 0 for each in found.contrasts),
        statement=(*drug.statement, *own),
    )


def _sign(family: Family) -> float:
    """What makes negative the better side."""
    if family.direction is Direction.NONE:
        expected = "an outcome of which more, or less, is better"
        raise InputError([Fault("outcome", repr(family.name), expected)])
    return -1.0 if family.direction is Direction.HIGHER else 1.0


class _Drug(NamedTuple):
    effect: Belief
    mean_effect: Belief
    between_trials: float
    between_people: float
    statement: tuple[str, ...]


def _drug(found: Comparison, spread: Scatter | None, sign: float, is_rating: bool) -> _Drug:
    if not found.contrasts:
        sd = NOTHING_KNOWN if is_rating else NOTHING_KNOWN_LOG_ODDS
        wide = Belief(0.0, sd)
        return _Drug(wide, wide, 0.0, 0.0, tuple(_without_trial(found, sd, is_rating)))
    before = _MEAN_BEFORE if is_rating else _LOG_ODDS_BEFORE
    pooled = pool_bayes(found.values, found.variances, prior=USUAL, mean=before)
    unit = _SD_OF_RATINGS if is_rating else 1.0
    people = _between_people(spread, is_rating)
    ahead = (pooled.prediction.high - pooled.prediction.low) / (2 * NORMAL_95)
    middle = sign * unit * pooled.estimate
    return _Drug(
        effect=Belief(middle, math.hypot(unit * ahead, people)),
        mean_effect=Belief(middle, unit * pooled.sd),
        between_trials=unit * pooled.tau,
        between_people=people,
        statement=tuple(_with_trials(found, pooled, spread, people, is_rating)),
    )


def _between_people(spread: Scatter | None, is_rating: bool) -> float:
    """What is assumed, unless the scatter in the trials leaves less; never very little.

    Scatter shows no difference between people where those who gain most would have been worst.
    """
    if not is_rating:
        return _PEOPLE_DIFFER_LOG_ODDS
    left_open = spread.most * _SD_OF_RATINGS if spread else math.inf
    return min(max(left_open, _PEOPLE_DIFFER_LEAST), _PEOPLE_DIFFER_MOST)


def _without_trial(found: Comparison, sd: float, is_rating: bool) -> Iterator[str]:
    unit = "of the scale" if is_rating else "in log odds"
    yield (
        f"No controlled trial of low-dose naltrexone gives numbers for {found.outcome} in "
        f"{found.condition} that may be used. So the effect is centred on none, with a standard "
        f"deviation of {sd:g} {unit} (assumption). Studies without a comparison do not move it."
    )


def _with_trials(
    found: Comparison,
    pooled: BayesPooled,
    spread: Scatter | None,
    people: float,
    is_rating: bool,
) -> Iterator[str]:
    yield (
        f"Drug effect: {_counted(found)} against placebo, {found.outcome} in {found.condition}: "
        + "; ".join(_trial(each.study, each.verified, each.reasons) for each in found.contrasts)
        + "."
    )
    measure = "standard deviations" if is_rating else "log odds"
    yield (
        f"Their mean effect is {pooled.estimate:.2f} {measure} (95 % {pooled.interval.low:.2f} to "
        f"{pooled.interval.high:.2f}; Bayesian random effects; between trials half-normal with "
        f"scale {USUAL.scale:g}, Röver 2021, doi:10.1002/jrsm.1475; the mean beforehand within "
        f"{2 * (_MEAN_BEFORE if is_rating else _LOG_ODDS_BEFORE).sd:g} either way: assumption)."
    )
    for note in dict.fromkeys(
        f"{one.study}: {n}" for one in found.contrasts for n in one.assumptions
    ):
        yield f"Assumed for {note}."
    if is_rating:
        yield (
            f"A standard deviation of ratings between people is {_SD_OF_RATINGS:g} of the scale: "
            "pain at the start of FINAL and INNOVA, read second-hand; for other ratings assumption."
        )
    yield from _about_people(spread, people, is_rating)


def _about_people(spread: Scatter | None, people: float, is_rating: bool) -> Iterator[str]:
    if not is_rating:
        yield f"True effects differ between people by {people:g} in log odds: assumption."
        return
    said = f"True effects differ between people by {people:.2f} of the scale"
    between = f"kept between {_PEOPLE_DIFFER_LEAST:g} and {_PEOPLE_DIFFER_MOST:g} (assumption)"
    if spread is None:
        yield f"{said}: assumption, as no trial gives the scatter in both arms."
        return
    yield (
        f"{said}: the most that the scatter in {', '.join(spread.studies)} leaves open (standard "
        f"deviation of naltrexone over that of placebo {spread.ratio:.2f}, 95 % {spread.low:.2f} "
        f"to {spread.high:.2f}), {between}."
    )


def _counted(found: Comparison) -> str:
    count = len(found.contrasts)
    people = sum(each.people or 0 for each in found.contrasts)
    return f"{count} trial{'s' if count > 1 else ''} with {people} people"


def _trial(study: str, verified: Verified, reasons: Sequence[str]) -> str:
    record = find_study(study)
    source = (record.publication.doi and f"doi:{record.publication.doi}") or record.source
    seen = {Verified.SECONDARY: ", read second-hand", Verified.RECALLED: ", from memory"}
    barred = f" (stays out by default: {'; '.join(reasons)})" if reasons else ""
    return f"{study}, {source}{seen.get(verified, '')}{barred}"


def _placebo(condition: str, arms: Sequence[PlaceboArm]) -> tuple[Belief, list[str]]:
    """The borrowed mean, moved by the condition's own arms; and the spread between people."""
    borrowed = _FIBROMYALGIA.placebo / SCALE
    weight = 1 / _CONDITIONS_DIFFER**2
    total, moment = weight, weight * borrowed
    for arm in arms:
        own = 1 / (arm.se**2 + _ARMS_DIFFER**2)
        total, moment = total + own, moment + own * arm.change
    people = _FIBROMYALGIA.placebo_sd / SCALE
    found = Belief(moment / total, math.hypot(people, math.sqrt(1 / total)))
    return found, list(_about_placebo(condition, arms, borrowed, people))


def _about_placebo(
    condition: str, arms: Sequence[PlaceboArm], borrowed: float, people: float
) -> Iterator[str]:
    yield (
        f"Response to placebo: {borrowed:g} of the scale ({_SOURCE_OF_PLACEBO}), with a standard "
        f"deviation of {_CONDITIONS_DIFFER:g} for how else it may be here (assumption)"
        + ("" if condition == "fibromyalgia" else "; borrowed from fibromyalgia (assumption)")
        + "."
    )
    for arm in arms:
        weeks = f" after {arm.weeks:g} weeks" if arm.weeks else ""
        spread = "; its spread was taken as in FINAL (assumption)" if arm.assumed else ""
        yield (
            f"{arm.study}: {arm.people} people on placebo changed by {arm.change:.3f} of the "
            f"scale{weeks}{spread}. Natural course is in it."
        )
    yield (
        f"Spread of the response to placebo between people: {people:g} of the scale (Younger 2013, "
        "doi:10.1002/art.37734, numbers read second-hand)."
    )
