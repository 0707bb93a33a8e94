"""Does each person get a clear answer of their own? Only a design that gives a person both can say.

The person's own effect is a difference of means of days; how far such a mean is from what it
stands for follows from the swing and noise of days, taken as known from the trial (assumption:
the trial as a whole says it well). Clear: the 95 % interval leaves out no effect.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.timeline import timeline
from lowdose.trial.run.conduct import Conduct
from lowdose.trial.run.values import TrialData

__all__ = ["Answers", "personal_answers"]

Numbers = NDArray[np.float64]

_Z = 1.959964


class Answers(NamedTuple):
    """Counts of people: who could have an answer, who has a clear one, whose clear one is wrong."""

    asked: int
    clear: int
    wrong: int


def personal_answers(data: TrialData, conduct: Conduct) -> Answers:
    """Count the clear answers of all people of all trials."""
    design = data.design
    if design.reference is None or data.truth is None:
        return Answers(0, 0, 0)
    laid = timeline(design)
    key = design.compared[0]
    place = [one.key for one in design.treatments]
    given = laid.treatment[np.maximum(data.sequence, 0)]
    rated = np.isfinite(data.rating) & laid.counts & (data.sequence >= 0)[..., None]
    drug, reference = (rated & (given == place.index(each)) for each in (key, design.reference))
    both = drug.any(axis=-1) & reference.any(axis=-1)
    if not both.any():
        return Answers(0, 0, 0)
    weights = _share(drug[both]) - _share(reference[both])
    effect = (weights * np.nan_to_num(data.rating[both])).sum(axis=-1)
    se = np.sqrt(_variance(weights, conduct))
    clear = np.abs(effect) > _Z * se
    truth = data.truth.effect[both]
    wrong = clear & (np.sign(effect) != np.sign(truth))
    return Answers(int(both.sum()), int(clear.sum()), int(wrong.sum()))


def _share(days: NDArray[np.bool_]) -> Numbers:
    """Equal weights on these days, summing to one, (people, days)."""
    share: Numbers = days / days.sum(axis=-1, keepdims=True)
    return share


def _variance(weights: Numbers, conduct: Conduct) -> Numbers:
    """Variance of a weighted sum of days with swing and noise, (people,)."""
    days = weights.shape[-1]
    lag = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
    with np.errstate(under="ignore"):
        together = conduct.share * float(conduct.phi) ** lag.astype(np.float64)
    together[np.diag_indices(days)] = 1.0
    whole = (1 / 12 if conduct.whole else 0.0) * np.eye(days)
    found: Numbers = ((weights @ (conduct.spread**2 * together + whole)) * weights).sum(axis=-1)
    return found
