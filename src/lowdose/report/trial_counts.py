"""What the data of one trial come to when counted: for the tables of a report and the data sets.

Everything is read off `TrialData` of a single trial, the design's timeline and the spans that
analyses go by; nothing is estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.primary import Outcomes, outcomes_of
from lowdose.trial.analyse.spans import NO_SPAN, spans_of
from lowdose.trial.design.timeline import Timeline, timeline
from lowdose.trial.design.values import Design, Primary
from lowdose.trial.run.values import TrialData

__all__ = ["Counted", "baseline_days", "counted"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Counted:
    """One trial's people.

    names: (people,). sequence: (people,), below 0 where nobody was allocated. rating, taken_mg:
    (people, days). treatment: (people, days), index into the design's treatments, -1 where none is
    known. planned_mg: (people, days), NaN there. used: (people, days), whether a rating is there
    that the primary analysis uses. outcome: (people, spans), as analyses see it. baseline:
    (people,), rating before treatment, NaN without.
    """

    design: Design
    laid: Timeline
    names: tuple[str, ...]
    sequence: Whole
    rating: Numbers
    taken_mg: Numbers
    days_in: Whole
    left: Whole
    treatment: Whole
    planned_mg: Numbers
    used: Flags
    outcome: Numbers
    baseline: Numbers

    @property
    def period_ends(self) -> Whole:
        """(periods,): last day of each."""
        return np.cumsum([period.days for period in self.design.periods])

    def completed(self) -> Flags:
        """(people, periods): who stayed to the end of a period and was allocated."""
        stayed = self.days_in[:, None] >= self.period_ends[None, :]
        return np.asarray(stayed & (self.sequence >= 0)[:, None])

    def period_means(self) -> Numbers:
        """(people, periods): the outcome that analyses use; NaN where there is none."""
        found = np.full((len(self.names), len(self.design.periods)), np.nan)
        spans = spans_of(self.design)
        shown = self.laid.period[spans.starts[int(spans.has_baseline) :]]
        found[:, shown] = self.outcome
        return found

    def period_treatment(self) -> Whole:
        """(people, periods): what was given in each period; -1 where that is not known."""
        first = self.period_ends - [period.days for period in self.design.periods]
        return self.treatment[:, first]


def counted(data: TrialData) -> Counted:
    """Count one trial.

    Raises InputError where there is not exactly one.
    """
    if data.trials != 1:
        raise InputError([Fault("data", f"{data.trials} trials", "one trial")])
    design, laid = data.design, timeline(data.design)
    sequence, rating = data.sequence[0], data.rating[0]
    known = np.maximum(sequence, 0)
    # before anything is drawn, everyone gets the same: that is known without an allocation
    open_to_chance = np.array([one.everyone is None for one in design.periods])[laid.period]
    unknown = (sequence < 0)[:, None] & np.logical_or.accumulate(open_to_chance)[None, :]
    treatment = np.where(unknown, -1, laid.treatment[known])
    planned = np.where(unknown, np.nan, laid.planned_mg[known])
    seen = outcomes_of(data)
    return Counted(
        design=design,
        laid=laid,
        names=data.names or _numbered(rating.shape[0]),
        sequence=sequence,
        rating=rating,
        taken_mg=data.taken_mg[0],
        days_in=data.days_in[0],
        left=data.left[0],
        treatment=treatment,
        planned_mg=planned,
        used=np.isfinite(rating) & _used_days(design) & (sequence >= 0)[:, None],
        outcome=seen.outcome[0],
        baseline=_baseline(design, rating, seen),
    )


def baseline_days(design: Design) -> Flags:
    """(days,): before the first treatment; where treatment starts on day 1, a visit on that day.

    >>> from lowdose.trial.design.read import parse_design
    >>> baseline_days(parse_design('''
    ... title = "T"
    ... condition = "fibromyalgia"
    ... people = 20
    ... blinding = "open"
    ... reference = "nothing"
    ... outcome = { symptom = "pain" }
    ... treatments.ldn = { dose_mg = 4.5 }
    ... periods = [{ name = "before", days = 2, everyone = "nothing" }, { name = "then", days = 3 }]
    ... sequences = { L = ["ldn"], N = ["nothing"] }
    ... ''')).tolist()
    [True, True, False, False, False]
    """
    spans = spans_of(design)
    if spans.has_baseline:
        return np.asarray(spans.span == 0)
    before = np.zeros(design.days, dtype=bool)
    before[0] = design.outcome.visit_days[:1] == (1,)
    return before


def _baseline(design: Design, rating: Numbers, seen: Outcomes) -> Numbers:
    if spans_of(design).has_baseline:
        return np.asarray(seen.baseline[0])
    first = np.where(baseline_days(design)[0], rating[:, 0], np.nan)
    return np.asarray(first)


def _used_days(design: Design) -> Flags:
    """(days,): whether the primary analysis takes the day as one of treatment or reference.

    A mixed model for visits takes all of them, other analyses the spans that they go by.
    """
    spans, before = spans_of(design), baseline_days(design)
    if design.analysis.primary is Primary.MMRM:
        start = spans.starts[1] if spans.has_baseline else 0
        return np.asarray(timeline(design).rated & (np.arange(design.days) >= start) & ~before)
    return np.asarray((spans.span != NO_SPAN) & ~before)


def _numbered(count: int) -> tuple[str, ...]:
    width = max(3, len(str(count)))
    return tuple(f"P{number:0{width}d}" for number in range(1, count + 1))
