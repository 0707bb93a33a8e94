"""What trials leave behind, in arrays: many virtual ones, or a real one as a batch of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.values import Design

__all__ = ["NOT_ALLOCATED", "WHY_LEFT", "Left", "TrialData", "Truth"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

NOT_ALLOCATED = -1


class Left(IntEnum):
    """Why somebody left before the end."""

    STAYED = 0
    CHANCE = 1  # for reasons that have nothing to do with how they are
    LACK_OF_EFFECT = 2
    SIDE_EFFECTS = 3
    NOT_ELIGIBLE = 4  # did not do well enough to be allocated (enrichment)
    NOT_SAID = 5  # the diary just ends


WHY_LEFT: Mapping[Left, str] = {
    Left.CHANCE: "reasons of their own",
    Left.LACK_OF_EFFECT: "no effect felt",
    Left.SIDE_EFFECTS: "side effects",
    Left.NOT_SAID: "reasons not said",
    Left.NOT_ELIGIBLE: "not well enough to go on",
}


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known of virtual people only.

    effect: (trials, people), treatment minus reference, points of the scale, as the period's
    outcome would show it if everybody stayed and nothing were forgotten; of the first of
    `design.compared` where there are several. mean: its mean over all people there could be.
    """

    effect: Numbers
    mean: float


@dataclass(frozen=True, eq=False)
class TrialData:
    """Trials carried out by one design.

    sequence: (trials, people), index into `design.sequences`, or `NOT_ALLOCATED`. rating:
    (trials, people, days), on the scale of the outcome; NaN where none was written: not asked for,
    forgotten, left. taken_mg: (trials, people, days) of naltrexone. days_in: (trials, people), how
    many days they stayed; `design.days` for those who completed. left: (trials, people), a `Left`.
    guess: (trials, people, periods), 1 where they believe to be on a drug, 0 on none, NaN unasked.
    names: of the people, empty where they are virtual. truth: of virtual people.
    """

    design: Design
    sequence: Whole
    rating: Numbers
    taken_mg: Numbers
    days_in: Whole
    left: Whole
    guess: Numbers
    names: tuple[str, ...] = ()
    truth: Truth | None = None

    @property
    def trials(self) -> int:
        """How many trials."""
        return int(self.rating.shape[0])
