"""A judgement as one plain sentence, in the words that GRADE proposes.

Santesso 2020, doi:10.1016/j.jclinepi.2019.10.014: nothing for high certainty, "probably" for
moderate, "may" for low, "very uncertain" for very low.
"""

from __future__ import annotations

from collections.abc import Sequence

from lowdose.evidence.certainty.values import Important
from lowdose.evidence.certainty.words import Level, Zone
from lowdose.evidence.contrast import Comparison
from lowdose.evidence.words import Direction

__all__ = ["nothing_sentence", "sentence", "zone_of"]

_WORDS = {
    Zone.BETTER: "an important difference for the better",
    Zone.WORSE: "an important difference for the worse",
    Zone.NO_IMPORTANT_DIFFERENCE: "no important difference",
    Zone.UNKNOWN: "a difference, but which one would be important is not settled",
}
_HOW = {Level.HIGH: "makes", Level.MODERATE: "probably makes", Level.LOW: "may make"}


def zone_of(estimate: float, important: Important | None, direction: Direction) -> Zone:
    """Where an estimate lies against the smallest important difference.

    >>> from lowdose.evidence.records import Span
    >>> zone_of(-1.5, Important(Span(-1, 1), "1 point", ""), Direction.LOWER).value
    'better'
    """
    if important is None or direction is Direction.NONE:
        return Zone.UNKNOWN
    low, high = important.span
    if low < estimate < high:
        return Zone.NO_IMPORTANT_DIFFERENCE
    fell = estimate <= low
    return Zone.BETTER if fell is (direction is Direction.LOWER) else Zone.WORSE


def sentence(found: Comparison, level: Level, zone: Zone) -> str:
    """What may be said of the effect, as surely as it may be said.

    found: what was compared; zone: where the judged estimate lies.
    """
    about = f"{found.condition}, {found.outcome}"
    if level is Level.VERY_LOW:
        return f"{about}: it is very uncertain what low-dose naltrexone does."
    return f"{about}: low-dose naltrexone {_HOW[level]} {_WORDS[zone]}."


def nothing_sentence(found: Comparison, controlled: Sequence[str]) -> str:
    """That nothing can be pooled, and whether there is a controlled trial at all."""
    about = f"{found.condition}, {found.outcome}"
    if not controlled:
        return (
            f"{about}: no controlled trial of low-dose naltrexone is known, "
            "so whether it works cannot be told."
        )
    some = "one controlled trial is" if len(controlled) == 1 else "controlled trials are"
    return f"{about}: {some} known, but none gives a number for this that may be pooled."
