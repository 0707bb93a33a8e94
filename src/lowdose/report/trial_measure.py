"""In what a trial's primary result is measured: points of a scale, a share of people, or mg."""

from __future__ import annotations

from dataclasses import dataclass

from lowdose.diary.entries import Direction
from lowdose.trial.design.values import Design, Primary

__all__ = ["Measure", "measure_of"]


@dataclass(frozen=True)
class Measure:
    """unit: after a number; axis: name of an axis; digits: to print.

    higher_is_better: None where neither end is. is_difference: whether 0 means no difference.
    important: smallest difference that matters, in this measure. has_p: whether p means anything.
    """

    unit: str
    axis: str
    digits: int = 1
    higher_is_better: bool | None = None
    is_difference: bool = True
    important: float | None = None
    has_p: bool = True


def measure_of(design: Design) -> Measure:
    """The measure of the primary result of a design's own analysis."""
    primary, symptom = design.analysis.primary, design.outcome.symptom
    if primary is Primary.UP_AND_DOWN:
        return Measure("mg", "dose, mg", 2, is_difference=False, has_p=False)
    if primary is Primary.RESPONDERS:
        return Measure("of the share who respond", "difference in the share who respond", 2, True)
    return Measure(
        unit=f"points of {symptom}",
        axis=f"difference in {symptom}, points",
        higher_is_better=design.outcome.direction is not Direction.LOWER_IS_BETTER,
        important=design.outcome.important,
        has_p=primary is not Primary.HIERARCHICAL,
    )
