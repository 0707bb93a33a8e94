"""What a comparison of trials is made of: one contrast a trial, and what could not be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lowdose.evidence.records import Span
from lowdose.evidence.words import Direction, EffectType, Verified

__all__ = ["Comparison", "Contrast", "Refused"]


@dataclass(frozen=True)
class Contrast:
    """Active against comparator in one trial, ready to be pooled.

    value, variance: on the scale on which it is pooled; ratios as natural logarithms. people:
    in all; n_active, n_comparator: per arm, where known, the same people twice if `within_person`.
    scale: as the paper names it; range: that of `value`, where it was put on one. how: where value
    and variance come from, a plain sentence; assumptions: what had to be assumed for them, such as
    a correlation. reasons: why it stays out of a default pool; empty if it may enter. rows: the ids
    of the rows it was made of.
    """

    study: str
    trial: str
    condition: str
    outcome: str
    measure: EffectType
    value: float
    variance: float
    people: int | None
    n_active: int | None
    n_comparator: int | None
    within_person: bool
    comparator: str
    dose_mg: float | None
    weeks: float | None
    scale: str
    range: Span | None
    direction: Direction
    how: str
    assumptions: tuple[str, ...]
    reasons: tuple[str, ...]
    verified: Verified
    source: str
    rows: tuple[str, ...]

    @property
    def favours(self) -> str:
        """Whom the value favours by its sign: "active", "comparator", or "" for neither."""
        better = {Direction.LOWER: -1, Direction.HIGHER: 1, Direction.NONE: 0}[self.direction]
        sign = (self.value > 0) - (self.value < 0)
        return {1: "active", -1: "comparator", 0: ""}[sign * better]


class Refused(NamedTuple):
    """A study that has the outcome but gives no contrast for this comparison, and why not."""

    study: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Every trial that can be compared on an outcome, and every study that cannot.

    condition, outcome: as they are shown; range: the scale of all differences of means, or None.
    """

    condition: str
    outcome: str
    measure: EffectType
    range: Span | None
    contrasts: tuple[Contrast, ...]
    refused: tuple[Refused, ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The value of every contrast, in order."""
        return tuple(each.value for each in self.contrasts)

    @property
    def variances(self) -> tuple[float, ...]:
        """The variance of every contrast, in order."""
        return tuple(each.variance for each in self.contrasts)
