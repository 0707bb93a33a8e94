"""The mixed model of daily ratings: treatment minus reference, of thousands of trials at once.

Fixed: the baseline, time (a mean for each span, or a trend where spans are many), the treatments,
and on request what carries over. Random: see `reml.py`. Baseline days are data, not a covariate:
in a randomised trial that adjusts for them as ANCOVA does, and nobody drops out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.virtual import DayNoise
from lowdose.runtime import double_precision, in_parallel
from lowdose.trial.analyse.reml import Parts, fit
from lowdose.trial.analyse.spans import NO_SPAN, Spans, spans_of
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.design.values import Design
from lowdose.trial.run.values import TrialData

__all__ = ["daily_mixed", "fit_daily"]

Numbers = NDArray[np.float64]

METHOD = "mixed model of daily ratings, REML, Satterthwaite"
_BATCH = 32  # trials of one compiled program: their numbers stay in a core's cache
_PEOPLE, _DAYS = 8, 28  # sizes are filled up to multiples of these, so that few shapes compile
_MOST_MEANS = 4  # more spans than this by chance get a trend instead of a mean each
_RIDGE = 1e-9
_NOISE = DayNoise()


def daily_mixed(data: TrialData) -> tuple[Estimates, ...]:
    """Each treatment that is compared, minus the reference.

    Trials that could not say (nobody rated, the fit did not settle) are NaN.
    """
    found = fit_daily(data)
    return tuple(
        Estimates(
            f"{data.design.treatment(key).name} minus {_reference(data.design)}",
            found["estimate"][:, number],
            found["se"][:, number],
            found["df"][:, number],
            METHOD,
        )
        for number, key in enumerate(data.design.compared)
    )


def fit_daily(data: TrialData) -> dict[str, Numbers]:
    """Everything that `reml.fit` gives, (trials, ...)."""
    shape = _shape_of(data.design, data.rating.shape[1])
    batches = range(0, data.trials, _BATCH)

    def work(first: int) -> dict[str, Numbers]:
        part = slice(first, first + _BATCH)
        return _fit_batch(shape, data.rating[part], data.sequence[part])

    with double_precision():
        parts = in_parallel(work, batches)
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    sound = found["converged"] & np.isfinite(found["deviance"])
    for name in ("estimate", "se", "df"):
        unit = 1.0 if name == "df" else shape.unit
        found[name] = np.where(sound[:, None], found[name] * unit, np.nan)
    return found


@dataclass(frozen=True, eq=False)
class _Shape:
    """The arrays of a design: see `reml.Plan`; `trend`: (days,), 0 where there is none.

    unit: points in which the fit is done, so that it sees numbers of one size on any scale.
    """

    spans: Spans
    fixed: Numbers
    treated: Numbers
    after: Numbers
    trend: Numbers
    parts: Parts
    effects: int
    unit: float


def _reference(design: Design) -> str:
    assert design.reference is not None, "checked where the analysis is chosen"
    return design.treatment(design.reference).name


def _shape_of(design: Design, people: int) -> _Shape:
    spans = spans_of(design)
    place = {one.key: number for number, one in enumerate(design.treatments)}
    given = np.stack([spans.treatment == place[key] for key in design.compared], axis=-1)
    after = np.ones(spans.count)
    after[0] = 0.0 if spans.has_baseline else 1.0
    many = int(spans.by_chance.sum()) > _MOST_MEANS
    trend = np.zeros(design.days)
    if many:
        days = np.flatnonzero((spans.span != NO_SPAN) & (after[spans.span] > 0))
        trend[days] = (days - days.mean()) / max(1, days.size)
    fixed = _fixed(design, spans, given.astype(np.float64), after, many)
    treated = given[..., 0].astype(np.float64)
    return _Shape(
        spans,
        fixed,
        treated,
        after,
        trend,
        _parts(spans, treated, people),
        len(design.compared),
        (design.outcome.high - design.outcome.low) / 10,
    )


def _fixed(design: Design, spans: Spans, given: Numbers, after: Numbers, many: bool) -> Numbers:
    """From (rating, spans, trend) to (rating, treatments, the rest), for each sequence."""
    sequences, count, effects = given.shape
    by_sequence = len(design.sequences) > 1
    columns = [given[..., number] for number in range(effects)]
    columns.append(np.ones((sequences, count)))
    if spans.has_baseline:
        columns.append(np.broadcast_to(after, (sequences, count)))
    if by_sequence and not many:
        first = 2 if spans.has_baseline else 1
        columns += [
            np.broadcast_to(np.arange(count) == one, (sequences, count)).astype(np.float64)
            for one in range(first, count)
        ]
    if design.analysis.carry_over:
        columns.append(_carried(design, spans))
    rest = len(columns) + many
    found = np.zeros((sequences, count + 1 + many, 1 + rest))
    found[:, 0, 0] = 1.0
    for number, column in enumerate(columns, start=1):
        found[:, 1 : count + 1, number] = column
    if many:
        found[:, count + 1, rest] = 1.0
    return found


def _carried(design: Design, spans: Spans) -> Numbers:
    """1 where the span just before gave something that is compared."""
    place = [one.key for one in design.treatments]
    compared = [place.index(key) for key in design.compared]
    return np.isin(spans.previous, compared).astype(np.float64)


def _parts(spans: Spans, treated: Numbers, people: int) -> Parts:
    """Which random effects can be told apart."""
    on = treated[:, spans.by_chance].sum(axis=1)
    off = spans.by_chance.sum() - on
    after = spans.count - spans.has_baseline
    person = people > 1
    return Parts(
        baseline=spans.has_baseline and person,
        person=person,
        treatment=bool(person and (on >= 2).any() and (off >= 2).any()),
        span=after >= 2,
    )


def _fit_batch(shape: _Shape, rating: Numbers, sequence: Any) -> dict[str, Numbers]:
    trials, people, days = rating.shape
    more_people, more_days = -people % _PEOPLE, -days % _DAYS
    filled = np.pad(
        rating,
        ((0, _BATCH - trials), (0, more_people), (0, more_days)),
        constant_values=np.nan,
    )
    who = np.pad(sequence, ((0, _BATCH - trials), (0, more_people)), constant_values=-1)
    span = np.pad(shape.spans.span, (0, more_days), constant_values=NO_SPAN)
    there = np.isfinite(filled) & (span != NO_SPAN) & (who >= 0)[..., None]
    columns = _columns(shape, filled, there, span, np.pad(shape.trend, (0, more_days)))
    chosen = np.maximum(who, 0)
    start = _start(shape, filled, there)
    plan = (
        shape.fixed[chosen].transpose(0, 2, 3, 1),
        shape.treated[chosen].transpose(0, 2, 1),
        np.broadcast_to(shape.after, (_BATCH, shape.after.size)),
    )
    used = _estimable(shape, there, span, chosen)
    found = fit(
        columns,
        there.astype(np.float64).transpose(0, 2, 1),
        plan,
        start,
        used,
        parts=shape.parts,
        effects=shape.effects,
    )
    return {name: np.asarray(value)[:trials] for name, value in found.items()}


def _columns(shape: _Shape, rating: Numbers, there: Any, span: Any, trend: Numbers) -> Numbers:
    """(trials, days, columns, people): rating, spans, trend if any; 0 where missing."""
    static = (span[:, None] == np.arange(shape.spans.count)).astype(np.float64)
    if trend.any():
        static = np.concatenate([static, trend[:, None]], axis=1)
    mean = _means(rating, there)[:, None, None]
    value = np.where(there, (rating - mean) / shape.unit, 0.0)
    whole = np.broadcast_to(static, (*rating.shape, static.shape[1]))
    found = np.concatenate([value[..., None], whole * there[..., None]], axis=-1)
    return np.ascontiguousarray(found.transpose(0, 2, 3, 1))


def _means(rating: Numbers, there: Any) -> Numbers:
    """Each trial's mean rating: taken off, so that squares stay small."""
    count = np.maximum(there.sum(axis=(1, 2)), 1)
    found: Numbers = np.where(there, rating, 0.0).sum(axis=(1, 2)) / count
    return found


def _start(shape: _Shape, rating: Numbers, there: Any) -> Numbers:
    """Where Newton begins, (trials, parameters): from the spread within and between people."""
    value = np.where(there, rating / shape.unit, np.nan)
    with np.errstate(invalid="ignore"):
        count = there.sum(axis=2)
        own = np.where(there, rating / shape.unit, 0.0).sum(axis=2) / np.maximum(count, 1)
        inside = np.nansum((value - own[..., None]) ** 2, axis=(1, 2))
        within = inside / np.maximum(count.sum(axis=1) - (count > 0).sum(axis=1), 1)
        known = count > 0
        mean = (own * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        between = ((own - mean[:, None]) ** 2 * known).sum(axis=1)
        between /= np.maximum(known.sum(axis=1) - 1, 1)
    within = np.log(np.maximum(within, 1e-3))
    spread = np.sqrt(np.maximum(between, 1e-3))
    swing = np.log(_NOISE.share / (1 - _NOISE.share))
    kept = np.log(_NOISE.phi / (1 - _NOISE.phi))
    found = [within + np.log(1 - _NOISE.share), *(np.full_like(within, x) for x in (swing, kept))]
    if shape.parts.person and shape.parts.baseline:
        found += [spread, 0.7 * spread, 0.6 * spread]
    elif shape.parts.person:
        found.append(spread)
    found += [0.3 * spread] * (shape.parts.treatment + shape.parts.span)
    return np.stack(found, axis=-1)


def _estimable(shape: _Shape, there: Any, span: Any, chosen: Any) -> Numbers:
    """Which fixed effects can be told from those after them, (trials, effects): treatments last.

    Time and baseline are kept first, then a treatment counts only if it adds something.
    """
    rated = np.stack([(there & (span == one)).any(axis=2) for one in range(shape.spans.count)], -1)
    rows = shape.fixed[chosen][..., 1 : shape.spans.count + 1, 1:]
    weighted = rows * rated[..., None]
    gram = np.einsum("tpsa,tpsb->tab", weighted, weighted)
    if shape.trend.any():
        gram[:, -1, -1] = 1.0
    return np.stack([_independent(one, shape.effects) for one in gram])


def _independent(gram: Numbers, effects: int) -> Numbers:
    """1 for each column that is not a sum of those kept before it; treatments come last."""
    size = gram.shape[0]
    order = [*range(effects, size), *range(effects)]
    kept: list[int] = []
    for column in order:
        trial = [*kept, column]
        part = gram[np.ix_(trial, trial)]
        scale = np.sqrt(np.maximum(np.diagonal(part), 1e-300))
        if part[-1, -1] > 0 and np.linalg.eigvalsh(part / np.outer(scale, scale))[0] > _RIDGE:
            kept = trial
    return np.isin(np.arange(size), kept).astype(np.float64)
