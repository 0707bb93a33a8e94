"""What the treatment truly does to each virtual person: the number an analysis should find."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Direction
from lowdose.trial.design.timeline import Timeline, timeline
from lowdose.trial.design.values import Design, Period, Sequence
from lowdose.trial.run.conduct import Conduct
from lowdose.trial.run.course import Starts, relieved

__all__ = ["true_effects"]

Numbers = NDArray[np.float64]


def true_effects(
    design: Design, laid: Timeline, conduct: Conduct, starts: Starts
) -> Numbers | None:
    """Treatment minus reference, (people,), points of the scale; None in dose finding.

    Of the first treatment compared: the mean, over the days that count, of one period of it from an
    untreated start, all doses taken, expectation fully grown, minus the same without it.
    """
    if design.reference is None or not design.compared:
        return None
    key = design.compared[0]
    period = _period(design, key)
    alone = replace(
        design,
        periods=(replace(period, everyone=None),),
        sequences=(Sequence("alone", (key,)),),
        outcome=replace(design.outcome, visit_days=()),
    )
    days = timeline(alone)
    people = starts.baseline.size
    kept = np.ones((people, period.days), dtype=bool)
    relief = relieved(alone, days, conduct, starts, np.zeros(people, dtype=np.int64), kept)
    without = (starts.baseline + starts.placebo)[:, None]
    ends = (0.0, design.outcome.high - design.outcome.low) if conduct.limits else (None, None)
    changed = np.clip(without + relief, *ends) - np.clip(without, *ends)
    effect: Numbers = changed[:, _counted(design, laid, period)].mean(axis=1)
    lower = design.outcome.direction is Direction.LOWER_IS_BETTER
    return effect if lower else -effect


def _period(design: Design, key: str) -> Period:
    """The first period in which somebody gets this treatment."""
    return next(one for one in design.periods if one.everyone in (None, key))


def _counted(design: Design, laid: Timeline, period: Period) -> NDArray[np.bool_]:
    """Days of a period that its outcome is made of, (days,)."""
    day = np.arange(period.days)
    counts: NDArray[np.bool_] = day >= period.skip_days
    if design.outcome.visit_days:
        start = int(np.flatnonzero(laid.period == design.periods.index(period))[0])
        rated = laid.rated[start : start + period.days] & counts
        last = np.flatnonzero(rated)
        counts = day == (last[-1] if last.size else period.days - 1)
    elif design.analysis.window_days:
        counts &= day >= period.days - design.analysis.window_days
    return counts
