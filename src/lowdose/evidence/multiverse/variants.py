"""What one study can bring to a pool, under every choice, and the pick for a set of choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from lowdose.evidence.candidates import Candidate, candidates
from lowdose.evidence.comparisons import CORRELATION, NOT_BY_CHANCE, contrast_of
from lowdose.evidence.contrast import Contrast
from lowdose.evidence.families import Family
from lowdose.evidence.multiverse.choices import CORRELATIONS, GROUPS, OUT, OWN
from lowdose.evidence.multiverse.convert import (
    AS_GROUPS,
    as_two_groups,
    in_points,
    spread_as_two_groups,
)
from lowdose.evidence.records import Study
from lowdose.evidence.standing import NOT_READ
from lowdose.evidence.words import EffectType, Verified

__all__ = ["Variant", "choose", "usable", "variants"]

Levels = Mapping[str, str]


class Variant(NamedTuple):
    """One effect of a study, and what it takes to choose it.

    crossover: the level of that choice it was made for, "" for parallel trials. rough: a worse way
    to do what that level says. from_arms: worked out of two arms. converted: out of percent.
    barred: the reasons why it may not be pooled by default.
    """

    contrast: Contrast
    crossover: str
    rough: bool
    from_arms: bool
    converted: bool
    barred: frozenset[str]


def variants(
    study: Study, family: Family, measure: EffectType
) -> tuple[tuple[Variant, ...], tuple[str, ...]]:
    """Everything a study has to say on an outcome, the preferred first; and why not more."""
    made: list[Variant] = []
    reasons: list[str] = []
    for each in candidates(study, family):
        found = _of(each, family, measure)
        if isinstance(found, str):
            reasons.append(found)
        else:
            made += found
    return tuple(made), tuple(dict.fromkeys(reasons))


def _of(candidate: Candidate, family: Family, measure: EffectType) -> list[Variant] | str:
    pointed = in_points(candidate) if measure is EffectType.MD else None
    used, said = pointed or (candidate, "")
    work = partial(contrast_of, family=family, measure=measure, against="")
    plain = work(used, correlation=CORRELATION)
    if isinstance(plain, str):
        return plain
    made = partial(
        Variant,
        from_arms=candidate.contrast is None,
        converted=pointed is not None,
        barred=frozenset(plain.reasons),
    )
    if not candidate.study.design.is_within_person:
        return [made(_noted(plain, said), "", rough=False)]
    by_correlation = {each: work(used, correlation=each) for each in CORRELATIONS}
    assumes = len({_numbers(each) for each in by_correlation.values()}) > 1
    found = [made(_noted(plain, said), OWN, rough=assumes)]
    for correlation, contrast in by_correlation.items():
        if isinstance(contrast, Contrast):
            found.append(made(_noted(contrast, said), f"r{correlation:g}", rough=not assumes))
    return [*found, *_grouped(used, plain, said, work, made)]


def _numbers(found: Contrast | str) -> tuple[float, float] | str:
    return found if isinstance(found, str) else (found.value, found.variance)


def _noted(found: Contrast, said: str) -> Contrast:
    return replace(found, assumptions=(*found.assumptions, said)) if said else found


def _grouped(
    used: Candidate,
    plain: Contrast,
    said: str,
    work: partial[Contrast | str],
    made: partial[Variant],
) -> Iterator[Variant]:
    """The periods as two groups: from the arms, or, roughly, from the within-person effect."""
    apart = as_two_groups(used)
    found = work(apart, correlation=CORRELATION) if apart else "no arms"
    if isinstance(found, Contrast):
        same = replace(
            found,
            people=plain.people,
            within_person=True,
            reasons=plain.reasons,
            assumptions=(*found.assumptions, AS_GROUPS),
        )
        yield made(_noted(same, said), GROUPS, rough=False)
        return
    rough = spread_as_two_groups(plain, CORRELATION)
    if rough is not None:
        yield made(_noted(rough, said), GROUPS, rough=True)


def usable(variant: Variant, levels: Levels) -> bool:
    """Whether these choices let it in."""
    let_in = {NOT_READ[Verified.SECONDARY]} if levels["numbers"] != "read" else set()
    if levels["numbers"] == "recalled":
        let_in.add(NOT_READ[Verified.RECALLED])
    # What decided in other designs than a fixed order was neither chance nor a plan.
    if levels["order"] == "fixed" and variant.contrast.within_person:
        let_in.add(NOT_BY_CHANCE)
    if variant.barred - let_in:
        return False
    if levels["against"] == "placebo" and "placebo" not in variant.contrast.comparator.casefold():
        return False
    if levels["percent"] == OUT and variant.converted:
        return False
    return variant.crossover in ("", levels["crossover"])


def choose(offered: Iterable[Variant], levels: Levels) -> Variant | None:
    """The one variant of a study that a set of choices takes, or None.

    At the latest time that is not later than asked; then by the way to the effect, then what does
    the crossover as asked, then what was read by us, then the order of the file.
    """
    let_in = _at_time([each for each in offered if usable(each, levels)], levels["time"])
    arms = levels["route"] == "arms"
    return min(
        let_in,
        key=lambda each: (each.from_arms != arms, each.rough, bool(each.barred)),
        default=None,
    )


def _at_time(let_in: Sequence[Variant], time: str) -> Sequence[Variant]:
    if time == "any" or not let_in:
        return let_in
    weeks = [each.contrast.weeks for each in let_in]
    in_time = [each for each in weeks if each is not None and each <= float(time)]
    known = [each for each in weeks if each is not None]
    wanted = max(in_time) if in_time else min(known, default=None)
    return [each for each in let_in if each.contrast.weeks in (wanted, None)]
