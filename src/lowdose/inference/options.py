"""What a user may decide about the model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Noise", "Onset", "Options"]


class Onset(StrEnum):
    """How soon a treatment acts: over days to weeks, or on the same day and no longer."""

    AUTO = "auto"
    GRADUAL = "gradual"
    IMMEDIATE = "immediate"


class Noise(StrEnum):
    """What makes days differ: a swing that carries over, independent day noise, or both."""

    BOTH = "swing+day"
    SWING = "swing"
    DAY = "day"


@dataclass(frozen=True)
class Options:
    """What a user may decide about the model.

    reference: the treatment to compare with; "" lets the diary decide.
    trend: allow a straight natural drift. noise: see `Noise`. onset: see `Onset`.
    blinded: whether the person knew what was taken; None lets the diary decide.
    """

    reference: str = ""
    trend: bool = True
    noise: Noise = Noise.BOTH
    onset: Onset = Onset.AUTO
    blinded: bool | None = None
