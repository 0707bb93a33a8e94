"""What a trial found, as text: the answer first, then what else was asked and who it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from lowdose.diary.entries import Direction
from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.wording import plural
from lowdose.trial.analyse.values import Estimate, Result
from lowdose.trial.design.timeline import kind_of
from lowdose.trial.design.values import Design

__all__ = ["estimate_words", "result_json", "result_text"]

_MOST_PEOPLE = 60


def result_text(design: Design, result: Result) -> str:
    """A few paragraphs."""
    return "\n\n".join(_paragraphs(design, result))


def estimate_words(one: Estimate) -> str:
    """An estimate with its interval, p and method.

    >>> estimate_words(Estimate("LDN minus placebo", -0.8, 0.4, 38.0, "change score"))
    'LDN minus placebo: -0.80 (95 % interval -1.61 to 0.01), p = 0.053; change score, 38 df'
    """
    if not math.isfinite(one.estimate):
        return f"{one.what}: nothing can be said; {one.method}"
    if not math.isfinite(one.se):
        return f"{one.what}: {one.estimate:.2f}, how sure cannot be said; {one.method}"
    low, high = one.interval95
    if one.what.startswith("dose"):
        return (
            f"{one.what}: {one.estimate:.2f} (95 % interval {low:.2f} to {high:.2f}); {one.method}"
        )
    p = "p < 0.001" if one.p < 0.001 else f"p = {one.p:.3f}"
    df = f", {one.df:.3g} df" if one.df < 1e5 else ""
    head = f"{one.what}: {one.estimate:.2f} (95 % interval {low:.2f} to {high:.2f})"
    return f"{head}, {p}; {one.method}{df}"


def result_json(design: Design, result: Result) -> dict[str, Any]:
    """The same as one JSON object."""
    return {
        "design": design.name,
        "kind": kind_of(design),
        "primary": _json(result.primary),
        "others": [_json(one) for one in result.others],
        "enrolled": result.flow.enrolled,
        "not_allocated": result.flow.not_allocated,
        "arms": [{**vars(arm), "left": dict(arm.left)} for arm in result.flow.arms],
        "means": {key: list(map(_number, pair)) for key, pair in (result.means or {}).items()},
        "guessed": {key: list(pair) for key, pair in (result.guessed or {}).items()},
        "people": [
            {"person": one.person, "effect": one.effect, "sd": one.sd} for one in result.people
        ],
        "notes": list(result.notes),
    }


def _paragraphs(design: Design, result: Result) -> Iterator[str]:
    scale = f"{design.outcome.low:g} to {design.outcome.high:g}"
    lower = design.outcome.direction is Direction.LOWER_IS_BETTER
    way = "lower is better" if lower else "higher is better"
    yield wrapped(f"{design.title}: {kind_of(design)}; {design.outcome.symptom}, {scale}, {way}.")
    yield wrapped(estimate_words(result.primary))
    if design.outcome.important and math.isfinite(result.primary.se):
        yield wrapped(_important(design.outcome.important, result.primary, lower))
    if result.others:
        head = "Other analyses of the same data (not independent evidence):"
        yield listed(head, map(estimate_words, result.others))
    yield listed("Who it rests on:", _flow(result))
    if result.people:
        yield listed("Each person's own effect, with what is known of the others:", _own(result))
    if result.guessed:
        lines = (
            f"{design.treatment(key).name}: {right} of {asked} guesses right"
            for key, (right, asked) in result.guessed.items()
        )
        yield listed("Did people know?", lines)
    for note in result.notes:
        yield wrapped(note)


def _important(important: float, one: Estimate, lower: bool) -> str:
    low, high = one.interval95
    best, worst = (-low, -high) if lower else (high, low)
    if worst >= important:
        return f"All of the interval is a difference that matters ({important:g} points or more)."
    if best < important:
        return f"None of the interval is a difference that matters ({important:g} points or more)."
    return (
        f"The interval holds both differences that matter ({important:g} points or more) and ones "
        "that do not."
    )


def _flow(result: Result) -> Iterator[str]:
    flow = result.flow
    if flow.not_allocated:
        yield f"{plural(flow.not_allocated, 'person', 'people')} not allocated"
    arms = [arm for arm in flow.arms if arm.allocated]
    for arm in arms:
        gone = ", ".join(f"{count} {why}" for why, count in arm.left.items())
        left = f"; left: {gone}" if gone else ""
        yield f"{arm.sequence}: {arm.allocated} allocated, {arm.analysed} analysed{left}"


def _own(result: Result) -> Iterator[str]:
    for one in result.people[:_MOST_PEOPLE]:
        low, high = one.effect - 1.96 * one.sd, one.effect + 1.96 * one.sd
        yield f"{one.person}: {one.effect:.2f} ({low:.2f} to {high:.2f})"
    if len(result.people) > _MOST_PEOPLE:
        yield f"and {len(result.people) - _MOST_PEOPLE} more"


def _json(one: Estimate) -> dict[str, Any]:
    low, high = one.interval95
    return {
        "what": one.what,
        "method": one.method,
        **{
            name: _number(value)
            for name, value in {
                "estimate": one.estimate,
                "se": one.se,
                "df": one.df,
                "p": one.p,
            }.items()
        },
        "interval95": [_number(low), _number(high)],
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
