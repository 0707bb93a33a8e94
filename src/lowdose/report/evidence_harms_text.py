"""Unwanted events in words: per 100 people, what is not known, and what could not be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lowdose.evidence.harms_values import ArmCounts, EventHarms, Harms, NotCounted, TrialCounts
from lowdose.evidence.pooling.risks import Risks, Share, Spread
from lowdose.evidence.records import ReviewEstimate
from lowdose.evidence.words import EffectType, Verified
from lowdose.population.side_effects import Expected
from lowdose.report.paragraphs import wrapped

__all__ = ["difference_words", "harms_text", "per_100", "times_as_often"]

_NOT_CHECKED = {Verified.SECONDARY: "read second-hand", Verified.RECALLED: "from memory"}
_MARK = {
    EffectType.RR: "{} times as many people",
    EffectType.OR: "odds {} times as high",
    EffectType.IRR: "{} times as many events",
    EffectType.HR: "a rate {} times as high",
    EffectType.RD: "a difference of {}",
}


def harms_text(found: Harms, *, in_full: bool = False) -> str:
    """All unwanted events, or one of them `in_full`, with every row that was not pooled."""
    if not found.events:
        return wrapped(f"{_heading(found)}. Nothing was found in any file.")
    events = "\n\n".join(_event(one, found.against, in_full) for one in found.events)
    return "\n\n".join([wrapped(_opening(found)), events, *_closing(found, in_full)])


def _heading(found: Harms) -> str:
    return f"Unwanted events on low-dose naltrexone, {found.condition or 'all conditions'}"


def _opening(found: Harms) -> str:
    """What is compared, and how little there is."""
    trials = {trial.study for one in found.events for trial in one.trials}
    if not trials:
        return f"{_heading(found)}. No trial gives counts of both arms that may be used."
    named = f" ({next(iter(trials))})" if len(trials) == 1 else ""
    number = "Only 1 trial gives" if len(trials) == 1 else f"{len(trials)} trials give"
    return (
        f"{_heading(found)}. {number} counts of both arms that may be used{named}. "
        "In brackets: where the truth lies with 95 % probability, if what is assumed holds."
    )


def _closing(found: Harms, in_full: bool) -> list[str]:
    said = []
    back = sum(len(one.held_back) for one in found.events)
    if back and not found.everything:
        said.append(
            f"{_rows(back)} from memory, second-hand or otherwise not good enough "
            f"{'stays' if back == 1 else 'stay'} out; --everything takes them in and marks them."
        )
    rest = sum(len(one.not_counted) for one in found.events)
    if rest and not in_full:
        said.append(f"{_rows(rest)} cannot be counted; --event NAME shows why.")
    return [wrapped(" ".join(said))] if said else []


def _rows(count: int) -> str:
    return "One row" if count == 1 else f"{count} rows"


def _event(one: EventHarms, against: str, in_full: bool) -> str:
    said = [
        *(_compared(one.risks, one.trials, against) if one.risks else _no_comparison(one)),
        *(_alone(one.share, one.arms) if one.share else []),
        *(_published(each) for each in one.published),
        *([_from_memory(one.remembered)] if one.remembered else []),
        *_marked([*one.trials, *one.arms]),
    ]
    lines = [one.name.capitalize(), *(wrapped(each, "  ") for each in said)]
    if in_full:
        lines += _listed("Shown, not pooled:", one.not_counted)
        lines += _listed("Left out unless --everything is given:", one.held_back)
    return "\n".join(lines)


def _no_comparison(one: EventHarms) -> list[str]:
    if not (one.published or one.arms):
        return ["Nothing that may be used."]
    if one.published:
        return ["No counts of both arms that may be used; what reviews pooled stands below."]
    return ["No comparison with people who took something else."]


def _compared(risks: Risks, trials: Sequence[TrialCounts], against: str) -> Iterator[str]:
    comparator = against or "the comparator"
    if not any(risks.events):
        yield (
            f"Nobody had it: 0 of {risks.people[0]} on naltrexone, 0 of {risks.people[1]} on "
            f"{comparator}. That leaves room for up to {_number(100 * risks.treated.high)} of 100 "
            f"on naltrexone. From {_counted_in(trials)}."
        )
    else:
        yield (
            f"Of 100 people on {comparator} about {per_100(risks.comparator)} had it, of 100 on "
            f"naltrexone about {per_100(risks.treated)}: {difference_words(risks)}"
        )
        yield f"{times_as_often(risks)} From {_counted_in(trials)}."
    yield from (f"Note: {each}" for each in risks.warnings)
    yield from dict.fromkeys(f"Assumed: {each}." for one in trials for each in one.assumptions)


def _counted_in(trials: Sequence[TrialCounts]) -> str:
    """Each trial with its counts, naltrexone first, and what it counted."""
    each = (
        f"{one.study}: {one.treated.events} of {one.treated.people} and {one.control.events} of "
        f"{one.control.people}, {one.event}"
        for one in trials
    )
    return f"{'1 trial' if len(trials) == 1 else f'{len(trials)} trials'} ({'; '.join(each)})"


def per_100(share: Spread) -> str:
    """A share as people of a hundred, with its interval.

    >>> per_100(Spread(0.1283, 0.05, 0.251))
    '13 (5 to 25)'
    """
    middle, low, high = map(_number, (100 * one for one in share))
    return f"{middle} ({low} to {high})"


def difference_words(risks: Risks) -> str:
    """More or fewer of a hundred, and one in how many where that is known."""
    middle, low, high = (100 * one for one in risks.difference)
    if risks.one_in:
        way = "more" if low > 0 else "fewer"
        near, far = sorted((abs(low), abs(high)))
        first, last = sorted(abs(one) for one in risks.one_in[1:])
        return (
            f"{_number(abs(middle))} {way} ({_number(near)} to {_number(far)}), or one {way} in "
            f"about {abs(risks.one_in.middle):.0f} people ({first:.0f} to {last:.0f})."
        )
    return (
        f"anything from {_number(-low)} fewer to {_number(high)} more, so whether naltrexone makes "
        "a difference is not known."
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")


def times_as_often(risks: Risks) -> str:
    """The ratio of risks in words; "" where there is none."""
    if risks.ratio is None:
        return ""
    middle, low, high = risks.ratio
    return f"Naltrexone: {middle:.2f} times as many people ({low:.2f} to {high:.2f})."


def _alone(share: Share, arms: Sequence[ArmCounts]) -> Iterator[str]:
    """People without comparison, and that this is not what the drug caused."""
    studies = "1 study" if share.k == 1 else f"{share.k} studies"
    typical = "" if share.k == 1 else "; in a typical study"
    room = (
        f", which leaves room for up to {_number(100 * share.share.high)} of 100"
        if share.events == 0
        else f"{typical or ', that is'} {per_100(share.share)} of 100"
    )
    names = "; ".join(f"{one.study} {one.counted.events} of {one.counted.people}" for one in arms)
    yield (
        f'Without comparison, so not "caused by": {share.events} of {share.people} people on '
        f"naltrexone in {studies} had it{room}. Counted: {names}."
    )


def _published(one: ReviewEstimate) -> str:
    """What a review pooled, in the words of its measure."""
    said = _MARK[one.effect_type].format(f"{one.effect:g}") if one.effect_type else ""
    ends = f" ({one.ci.low:g} to {one.ci.high:g})" if one.ci else ""
    studies = f", {one.n_studies} studies" if one.n_studies else ""
    seen = f" [{_NOT_CHECKED[one.verified]}]" if one.verified in _NOT_CHECKED else ""
    return f"Published pool: {said}{ends}, {one.comparison}{studies}; {one.review}{seen}."


def _from_memory(one: Expected) -> str:
    assert one.unchecked_per_100 is not None
    assert one.unchecked_per_100_placebo is not None
    placebo, drug = (
        per_100(Spread(*(part / 100 for part in each)))
        for each in (one.unchecked_per_100_placebo, one.unchecked_per_100)
    )
    return (
        f"Not checked: with a published ratio, and a share on placebo that is remembered from one "
        f"small trial, of 100 people on placebo {placebo} would have it, of 100 on naltrexone "
        f"{drug}, as `lowdose simulate` says."
    )


def _marked(rows: Iterable[TrialCounts | ArmCounts]) -> Iterator[str]:
    """What is only here because everything was asked for."""
    for one in rows:
        if one.reasons:
            yield f"Out of the ordinary, {one.study}: {'; '.join(one.reasons)}."


def _listed(head: str, rows: Sequence[NotCounted]) -> list[str]:
    if not rows:
        return []
    lines = (f"- {one.study}: {one.said}; {'; '.join(one.why)}." for one in rows)
    return [f"  {head}", *(wrapped(each, "    ") for each in lines)]
