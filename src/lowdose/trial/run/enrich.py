"""Randomised withdrawal: only those who did well on the treatment are allocated by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.values import Design
from lowdose.trial.run.values import NOT_ALLOCATED, Left

__all__ = ["enriched"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_LAST_DAYS = 7


def enriched(
    design: Design, felt: Numbers, sequence: Whole, days_in: Whole, why: Whole
) -> tuple[Whole, Whole, Whole]:
    """Sequence, days and why people left, (people,) each, after the choice.

    felt: (people, days), more is worse. Well enough: the last week of the enrichment period is
    better by the design's percentage than the mean of all days before it (or than its first day,
    where there are none).
    """
    rule = design.enrichment
    if rule is None:
        return sequence, days_in, why
    names = [period.name for period in design.periods]
    start = sum(period.days for period in design.periods[: names.index(rule.period)])
    end = start + design.periods[names.index(rule.period)].days
    before = felt[:, : max(start, 1)].mean(axis=1)
    after = felt[:, max(start, end - _LAST_DAYS) : end].mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        well = 100 * (before - after) / before >= rule.percent
    here = days_in >= end
    out = here & ~well
    return (
        np.where(here & well, sequence, NOT_ALLOCATED),
        np.where(out, end, days_in),
        np.where(out, int(Left.NOT_ELIGIBLE), why),
    )
