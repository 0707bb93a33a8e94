"""All the ways to pool, in words and as an object."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from lowdose.evidence.multiverse.influence import Part, influences, part, trial_by_trial
from lowdose.evidence.multiverse.values import Multiverse, Specification
from lowdose.evidence.words import Direction
from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.wording import capital

__all__ = ["multiverse_json", "multiverse_text", "value_words"]


_NO_VOTE = "Ways are not votes: they share the same few trials, and some are better than others."


def multiverse_text(found: Multiverse) -> str:
    """How many ways there are, what they come to, and what each choice and each trial does."""
    whole = part(found)
    parts = [
        wrapped(f"{found.heading}: every defensible way to pool. {capital(found.measure)}."),
        wrapped(_counted(found)),
        wrapped(_said(found, whole)),
        wrapped(
            "Ways are not votes: they share the same few trials, and some are better than others."
        ),
        "\n".join([_head(found), *_choices(found)]),
        *_trials(found),
        *_second_hand(found),
        *([_refused(found)] if found.refused else []),
    ]
    return "\n\n".join(parts)


def _counted(found: Multiverse) -> str:
    ways = len(found.specifications)
    return (
        f"{ways:,} different ways, out of {found.combinations:,} combinations of choices: "
        f"{found.repeated:,} come to the same trials, numbers and method as another, and "
        f"{found.impossible:,} leave fewer than two trials or do not exist."
    )


def _said(found: Multiverse, whole: Part) -> str:
    ends = f"{value_words(found, whole.least)} to {value_words(found, whole.most)}"
    middle = f"The middle one finds {value_words(found, whole.median)}, all of them {ends}."
    if found.direction is Direction.NONE:
        return (
            f"{middle} In {_percent(whole.below)} the 95 % interval lies below no effect, in "
            f"{_percent(whole.above)} above it."
        )
    drug, other = whole.favouring(found.direction)
    return (
        f"{middle} In {_percent(drug)} the 95 % interval is wholly on the side of naltrexone, in "
        f"{_percent(other)} on that of the comparator; the others leave it open."
    )


def _head(found: Multiverse) -> str:
    sides = ("below", "above") if found.direction is Direction.NONE else ("for", "against")
    words = "".join(f"  {one:>6}" for one in sides)
    return f"{'What each choice does, and the sure ones:':42}  {'ways':>4}  {'middle':>8}{words}"


def _choices(found: Multiverse) -> Iterator[str]:
    for one in influences(found):
        yield f"  {one.choice.words}"
        for level, those in one.levels:
            row = f"    {level.words:36}  {those.ways:6,}  {value_words(found, those.median):>8}"
            yield row + "".join(f"  {_percent(one):>6}" for one in those.favouring(found.direction))


def _trials(found: Multiverse) -> list[str]:
    rows = trial_by_trial(found)
    if not rows:
        return []
    words = [(study, *(value_words(found, one.median) for one in both)) for study, *both in rows]
    lines = [f"  {study:38}  {having:>8}  {left:>8}" for study, having, left in words]
    return ["\n".join(["The middle with and without each trial:     with      without", *lines])]


def _second_hand(found: Multiverse) -> list[str]:
    count = sum(one.not_read for one in found.specifications)
    if not count:
        return []
    share = _percent(count / len(found.specifications))
    return [wrapped(f"Note: {share} rest on a number that was read second-hand or is from memory.")]


def _refused(found: Multiverse) -> str:
    said = (f"{study}: {'; '.join(reasons)}." for study, reasons in found.refused)
    return listed("In none of them:", said)


def value_words(found: Multiverse, value: float) -> str:
    """An effect to two digits; a logarithm as the ratio it stands for."""
    shown = math.exp(value) if found.is_log else value
    return f"{shown + 0.0:.2f}".replace("-0.00", "0.00")


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "< 1 %"
    return f"{100 * share:.0f} %"


def multiverse_json(found: Multiverse) -> dict[str, Any]:
    """Everything, every specification with its trials among it; ratios as logarithms."""
    return {
        "heading": found.heading,
        "measure": found.measure,
        "is_log": found.is_log,
        "direction": found.direction.value,
        "combinations": found.combinations,
        "repeated": found.repeated,
        "impossible": found.impossible,
        **part(found)._asdict(),
        "choices": [
            {
                "choice": one.choice.words,
                "moves": one.moves,
                "levels": [
                    {"level": level.words, "why": level.why, **those._asdict()}
                    for level, those in one.levels
                ],
            }
            for one in influences(found)
        ],
        "trials": [
            {"study": study, "with": having._asdict(), "without": left._asdict()}
            for study, having, left in trial_by_trial(found)
        ],
        "specifications": [_specification(one) for one in found.specifications],
        "refused": [{"study": study, "reasons": list(why)} for study, why in found.refused],
    }


def _specification(one: Specification) -> dict[str, Any]:
    return {
        "model": one.model.value,
        "test": one.test.value,
        "estimate": one.estimate,
        "interval95": [one.low, one.high],
        "p": one.p,
        "tau2": one.tau2,
        "second_hand": one.not_read,
        "trials": [
            {"study": each.study, "effect": each.value, "se": math.sqrt(each.variance)}
            for each in one.trials
        ],
    }
