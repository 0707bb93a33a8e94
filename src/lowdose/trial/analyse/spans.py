"""Which days of a design an analysis uses, in spans: one baseline, then a span for each treatment.

All days before the first treatment are one span, the baseline. Days on which everyone gets nothing
later on (washing out) are in none, nor are the days that a period skips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.timeline import timeline
from lowdose.trial.design.values import Design, Given

__all__ = ["NO_SPAN", "Spans", "period_means", "spans_of"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

NO_SPAN = -1
_LEAST_SHARE = 0.25  # of a span's days rated, for its mean to count (assumption)


@dataclass(frozen=True, eq=False)
class Spans:
    """The days of a design as an analysis sees them.

    span: (days,), the span of each day or `NO_SPAN`. treatment: (sequences, spans), index into
    `design.treatments`. by_chance: (spans,), whether sequences differ in it. has_baseline: whether
    span 0 comes before any treatment. starts: (spans,), the first day of each. previous:
    (sequences, spans), the treatment of the span just before without a washout, or -1.
    """

    span: Whole
    treatment: Whole
    by_chance: NDArray[np.bool_]
    has_baseline: bool
    starts: Whole
    previous: Whole

    @property
    def count(self) -> int:
        """How many spans there are."""
        return int(self.treatment.shape[1])


def spans_of(design: Design) -> Spans:
    """The spans of a design; with `window_days` only the last days of each.

    >>> from lowdose.trial.design.named import find_design
    >>> spans = spans_of(find_design("crossover"))
    >>> spans.count, spans.has_baseline, spans.treatment[:, -1].tolist()
    (3, True, [1, 0])
    """
    laid = timeline(design)
    nothing = np.array([one.given is Given.NOTHING for one in design.treatments])
    first = _first_treated(design)
    numbers: list[int] = []
    kept: list[int] = []
    for number, period in enumerate(design.periods):
        idle = period.everyone is not None and bool(nothing[_place(design, period.everyone)])
        if number < first:
            numbers.append(0)
        else:
            numbers.append(NO_SPAN if idle else len(kept) + (first > 0))
            kept += [] if idle else [number]
    span = np.array(numbers)[laid.period]
    span = np.where(laid.counts & laid.rated, span, NO_SPAN)
    shown = ([0] if first else []) + kept
    begin = np.array([int(np.flatnonzero(laid.period == number)[0]) for number in shown])
    treatment = laid.treatment[:, begin]
    before = np.maximum(begin - 1, 0)
    previous = np.where(begin > 0, laid.treatment[:, before], -1)
    by_chance = np.array([design.periods[number].everyone is None for number in shown])
    return Spans(
        span=_windowed(design, span, len(shown), bool(first)),
        treatment=treatment,
        by_chance=by_chance,
        has_baseline=bool(first),
        starts=begin,
        previous=np.where(nothing[previous] | (previous < 0), -1, previous),
    )


def period_means(rating: Numbers, spans: Spans) -> Numbers:
    """The mean rating of each span, (trials, people, spans); NaN where too few days were rated.

    rating: (trials, people, days), NaN where missing.
    """
    there = np.isfinite(rating)
    filled = np.where(there, rating, 0.0)
    member = (spans.span[:, None] == np.arange(spans.count)).astype(np.float64)
    count = there.astype(np.float64) @ member
    enough = count >= np.maximum(_LEAST_SHARE * member.sum(axis=0), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, (filled @ member) / count, np.nan)


def _place(design: Design, key: str) -> int:
    return [one.key for one in design.treatments].index(key)


def _first_treated(design: Design) -> int:
    """The number of the first period in which anybody gets anything."""
    for number, period in enumerate(design.periods):
        if period.everyone is None or design.treatment(period.everyone).given is not Given.NOTHING:
            return number
    return len(design.periods)


def _windowed(design: Design, span: Whole, count: int, has_baseline: bool) -> Whole:
    """Only the last `window_days` of each treated span; of visits, only the last one."""
    window = design.analysis.window_days
    if design.outcome.visit_days:
        window = 1
    if not window:
        return span
    found = np.full_like(span, NO_SPAN)
    for one in range(count):
        days = np.flatnonzero(span == one)
        kept = days if one == 0 and has_baseline else days[-window:]
        found[kept] = one
    return found
