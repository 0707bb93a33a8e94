"""The analysis that a design says decides, of one trial or of thousands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Direction
from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.change import change_score, paired_difference
from lowdose.trial.analyse.crossover import block_differences, crossover
from lowdose.trial.analyse.daily import daily_mixed
from lowdose.trial.analyse.hierarchical import hierarchical
from lowdose.trial.analyse.mmrm import mmrm_of_many
from lowdose.trial.analyse.responders import risk_difference
from lowdose.trial.analyse.spans import Spans, period_means, spans_of
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.design.values import Design, Primary
from lowdose.trial.run.values import TrialData

__all__ = ["Outcomes", "estimates_by", "outcomes_of", "primary_estimates", "suitable"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


def primary_estimates(data: TrialData) -> Estimates:
    """The primary analysis: the first treatment compared, minus the reference, of every trial.

    >>> from lowdose.trial.design.named import find_design
    >>> from lowdose.trial.run.conduct import conduct_of
    >>> from lowdose.trial.run.virtual import virtual_trials
    >>> design = replace(find_design("crossover"), analysis=replace(
    ...     find_design("crossover").analysis, primary=Primary.CROSSOVER))
    >>> found = primary_estimates(virtual_trials(design, conduct_of(design), 4))
    >>> found.method, found.estimate.shape
    ('crossover ANOVA', (4,))
    """
    return estimates_by(data, data.design.analysis.primary)


def estimates_by(data: TrialData, primary: Primary) -> Estimates:
    """Any of the analyses that suit a design.

    Raises InputError where it does not suit.
    """
    if primary not in suitable(data.design):
        wanted = f"one of {', '.join(suitable(data.design))}"
        raise InputError([Fault("analysis", primary.value, wanted)])
    what = _what(data.design)
    if primary is Primary.MIXED:
        return daily_mixed(data)[0]
    return replace(_ANALYSES[primary](outcomes_of(data)), what=what)


def suitable(design: Design) -> tuple[Primary, ...]:
    """The analyses that a design allows, its own first."""
    visits = bool(design.outcome.visit_days)
    spans = spans_of(design)
    parallel = int(spans.by_chance.sum()) == 1
    several = int(spans.by_chance.sum()) > 1
    fixed = len(design.sequences) == 1
    allowed = {
        Primary.MIXED: not visits and design.up_and_down is None,
        Primary.CHANGE: (parallel and spans.has_baseline) or (fixed and spans.count > 1),
        Primary.ANCOVA: parallel and spans.has_baseline,
        Primary.RESPONDERS: parallel and spans.has_baseline,
        Primary.CROSSOVER: several,
        Primary.MMRM: parallel and len(design.outcome.visit_days) > 2,
        Primary.HIERARCHICAL: any(_twice(spans, design)),
    }
    own = design.analysis.primary
    return tuple(sorted((one for one, good in allowed.items() if good), key=lambda one: one != own))


def _twice(spans: Spans, design: Design) -> list[bool]:
    """For each sequence, whether it gives some treatment twice, and both kinds."""
    place = [one.key for one in design.treatments]
    if design.reference is None:
        return [False]
    reference = place.index(design.reference)
    rows = spans.treatment[:, spans.by_chance]
    on = (rows != reference).sum(axis=1)
    off = rows.shape[1] - on
    return [bool(a and b and max(a, b) > 1) for a, b in zip(on, off, strict=True)]


def _what(design: Design) -> str:
    assert design.reference is not None, "suitable() has seen to it"
    names = [design.treatment(key).name for key in (design.compared[0], design.reference)]
    return " minus ".join(names)


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Trials as the simple analyses see them.

    design; baseline: (trials, people), NaN where there is none. outcome: (trials, people, spans)
    without the baseline; treatment, previous: the same shape, 0 reference, 1 and on the compared
    ones, -1 neither. visits: (trials, people, visits) after the baseline; higher: more is better.
    """

    design: Design
    baseline: Numbers
    outcome: Numbers
    treatment: Whole
    previous: Whole
    visits: Numbers
    higher: bool

    @property
    def drug(self) -> Numbers:
        """(trials, people), 1 and 0 in the last span, NaN for other treatments."""
        last = self.treatment[..., -1]
        return np.where(last == 1, 1.0, np.where(last == 0, 0.0, np.nan))


def outcomes_of(data: TrialData) -> Outcomes:
    """Means of spans, with what was given in each."""
    spans = spans_of(data.design)
    means = period_means(data.rating, spans)
    codes = _codes(data.design)
    first = int(spans.has_baseline)
    allocated = (data.sequence >= 0)[..., None]
    chosen = np.maximum(data.sequence, 0)
    given = codes[spans.treatment][chosen][..., first:]
    before = np.where(spans.previous >= 0, codes[spans.previous], -1)[chosen][..., first:]
    blank = np.full(means.shape[:2], np.nan)
    return Outcomes(
        design=data.design,
        baseline=means[..., 0] if first else blank,
        outcome=np.where(allocated, means[..., first:], np.nan),
        treatment=np.where(allocated, given, -1),
        previous=np.where(allocated, before, -1),
        visits=np.where(allocated, _visits(data, spans), np.nan),
        higher=data.design.outcome.direction is Direction.HIGHER_IS_BETTER,
    )


def _codes(design: Design) -> Whole:
    """For each treatment 0 for the reference, 1 and on for those compared, -1 for others."""
    order = {key: number for number, key in enumerate((design.reference, *design.compared))}
    return np.array([order.get(one.key, -1) for one in design.treatments])


def _visits(data: TrialData, spans: Spans) -> Numbers:
    """Ratings of the visits after treatment has begun."""
    start = spans.starts[1] if spans.has_baseline else 0
    days = [day - 1 for day in data.design.outcome.visit_days if day - 1 >= start]
    return data.rating[..., days]


def _change(one: Outcomes) -> Estimates:
    if len(one.design.sequences) == 1:
        given = one.treatment[0, 0] if one.treatment.size else np.zeros(0)
        on, off = (np.flatnonzero(given == code) for code in (1, 0))
        first = one.outcome[..., off[-1]] if off.size else one.baseline
        return paired_difference(first, one.outcome[..., on[-1]])
    return change_score(one.baseline, one.outcome[..., -1], one.drug)


def _ancova(one: Outcomes) -> Estimates:
    return ancova(one.baseline, one.outcome[..., -1], one.drug)


def _crossover(one: Outcomes) -> Estimates:
    blocks = np.array([period.block for period in one.design.periods if period.everyone is None])
    if blocks.all():
        return block_differences(one.outcome, one.treatment, blocks)
    previous = one.previous if one.design.analysis.carry_over else None
    compared = len(one.design.compared)
    return crossover(one.outcome, one.treatment, previous=previous, compared=compared)[0]


def _mmrm(one: Outcomes) -> Estimates:
    return mmrm_of_many(one.baseline, one.visits, one.drug)


def _responders(one: Outcomes) -> Estimates:
    """Who left, or whose end is not known, has not responded."""
    end = one.outcome[..., -1]
    worse, start = (
        (one.design.outcome.high - each if one.higher else each - one.design.outcome.low)
        for each in (end, one.baseline)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        better = 100 * (start - worse) / start >= one.design.analysis.responder_percent
    return risk_difference(better.astype(np.float64), one.drug)


def _hierarchical(one: Outcomes) -> Estimates:
    width = one.design.outcome.high - one.design.outcome.low
    kept = np.where(one.treatment > 1, -1, one.treatment)
    return hierarchical(one.outcome, kept, width / 10)


_ANALYSES: Mapping[Primary, Callable[[Outcomes], Estimates]] = {
    Primary.CHANGE: _change,
    Primary.ANCOVA: _ancova,
    Primary.CROSSOVER: _crossover,
    Primary.MMRM: _mmrm,
    Primary.RESPONDERS: _responders,
    Primary.HIERARCHICAL: _hierarchical,
}
