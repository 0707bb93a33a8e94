"""Analyses that are often done and mislead. They are here so that a table can show by how much.

Nothing else in the package uses them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.change import change_score, paired_difference
from lowdose.trial.analyse.crossover import carry_over_test, two_period
from lowdose.trial.analyse.primary import outcomes_of
from lowdose.trial.analyse.spans import spans_of
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.run.values import TrialData

__all__ = ["before_and_after", "carried_forward", "days_as_independent", "two_stage"]

Numbers = NDArray[np.float64]

_FIRST_STAGE = 0.10


def before_and_after(data: TrialData) -> Estimates:
    """The treated people now against the same people before: no control at all."""
    seen = outcomes_of(data)
    treated = seen.drug == 1
    first = np.where(treated, seen.baseline, np.nan)
    found = paired_difference(first, np.where(treated, seen.outcome[..., -1], np.nan))
    return replace(found, method="before and after, without a control")


def days_as_independent(data: TrialData) -> Estimates:
    """All days on treatment against all days on reference, as if each day were another person."""
    spans = spans_of(data.design)
    keys = [one.key for one in data.design.treatments]
    assert data.design.reference is not None
    codes = [keys.index(key) for key in (data.design.compared[0], data.design.reference)]
    given = np.where(spans.span >= 0, spans.treatment[:, np.maximum(spans.span, 0)], -1)
    treatment = given[np.maximum(data.sequence, 0)]
    drug = np.where(treatment == codes[0], 1.0, np.where(treatment == codes[1], 0.0, np.nan))
    flat = (data.trials, -1)
    rating = data.rating.reshape(flat)
    found = change_score(np.zeros_like(rating), rating, drug.reshape(flat))
    return replace(found, method="t test of days, as if independent")


def carried_forward(data: TrialData) -> Estimates:
    """Change scores in which the last rating of those who left stands for their end."""
    seen = outcomes_of(data)
    order = np.where(np.isfinite(data.rating), np.arange(data.design.days), -1)
    last = order.max(axis=2)
    value = np.take_along_axis(data.rating, np.maximum(last, 0)[..., None], axis=2)[..., 0]
    end = np.where(np.isfinite(seen.outcome[..., -1]), seen.outcome[..., -1], value)
    found = change_score(seen.baseline, np.where(last >= 0, end, np.nan), seen.drug)
    return replace(found, method="last observation carried forward")


def two_stage(data: TrialData) -> Estimates:
    """Grizzle's two stages: if carry-over seems to be there, only the first period is used.

    Freeman 1989, doi:10.1002/sim.4780081202, showed why not.
    """
    seen = outcomes_of(data)
    first = seen.treatment[..., 0]
    drug_first = np.where(first == 1, 1.0, np.where(first == 0, 0.0, np.nan))
    whole = two_period(seen.outcome, drug_first)
    only = change_score(np.zeros_like(seen.baseline), seen.outcome[..., 0], drug_first)
    carried = carry_over_test(seen.outcome, drug_first).p < _FIRST_STAGE
    return Estimates(
        "",
        np.where(carried, only.estimate, whole.estimate),
        np.where(carried, only.se, whole.se),
        np.where(carried, only.df, whole.df),
        "two stages: carry-over tested first",
    )
