"""Who has responded: better than before treatment by the percentage that the design asks for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Direction
from lowdose.trial.design.timeline import timeline
from lowdose.trial.design.values import Given
from lowdose.trial.run.values import TrialData

__all__ = ["responded"]

Numbers = NDArray[np.float64]

_LAST_DAYS = 7


def responded(data: TrialData) -> NDArray[np.bool_]:
    """(trials, people): the last week against all days before treatment.

    Who was not rated in both has not responded.
    """
    design = data.design
    laid = timeline(design)
    nothing = np.array([one.given is Given.NOTHING for one in design.treatments])
    before = nothing[laid.treatment].all(axis=0)
    last = np.arange(design.days) >= design.days - _LAST_DAYS
    outcome = design.outcome
    lower = outcome.direction is Direction.LOWER_IS_BETTER
    worse = data.rating - outcome.low if lower else outcome.high - data.rating
    start, end = (_mean(worse[..., days]) for days in (before, last & ~before))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.bool_] = 100 * (start - end) / start >= design.analysis.responder_percent
    return found


def _mean(values: Numbers) -> Numbers:
    there = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Numbers = np.where(there, values, 0.0).sum(axis=-1) / there.sum(axis=-1)
    return found
