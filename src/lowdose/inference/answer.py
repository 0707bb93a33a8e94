"""From a diary to an answer: the whole way in one call.

frame -> posterior (quadrature or NUTS) -> levels -> verdict, next step, words, course
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Direction, Kind, Symptom
from lowdose.errors import Fault, InputError
from lowdose.inference import forecast
from lowdose.inference.adverse import adverse_rates
from lowdose.inference.course import course_of
from lowdose.inference.draws import Draws, draw, half_life_quantity, phi_quantity, quantity_of
from lowdose.inference.estimate import Estimate, Quantity, estimate, estimate_many
from lowdose.inference.explain import assumptions_of, headline_of, sentences_of, warnings_of
from lowdose.inference.frame import Frame, build_frame, pick_symptom, with_guess
from lowdose.inference.guesses import could_tell, score_guesses
from lowdose.inference.options import Options
from lowdose.inference.prior_choice import choose_prior
from lowdose.inference.priors import Prior
from lowdose.inference.result import Answer, Guesses, Level, NextStep, Verdict
from lowdose.inference.taken import fill_short_breaks
from lowdose.inference.verdict import (
    ENOUGH_CHANGES,
    advise,
    current_level,
    is_clear,
    judge,
    most_beneficial_percent,
)

__all__ = ["Method", "ShortAnswer", "infer", "infer_many"]

Numbers = NDArray[np.float64]

_DRAWS = 4000
_COURSE_DRAWS = 200
_FORECAST_DRAWS = 150
_TEST_BLOCK_DAYS = 14


class Method(StrEnum):
    """How the posterior is computed."""

    QUADRATURE = "quadrature"
    NUTS = "nuts"


@dataclass(frozen=True)
class ShortAnswer:
    """One of many answers: the levels and the verdict, without pictures or forecasts."""

    person: str
    symptom: Symptom
    design: str
    reference: str
    baseline: float
    levels: tuple[Level, ...]
    best: int
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class _Found:
    """A posterior, however it was computed."""

    estimate: Estimate
    draws: Draws
    phi: Quantity
    half_life: tuple[float, Quantity]


def infer(
    diary: Diary,
    *,
    symptom: str | None = None,
    prior: str | Prior = "weak",
    options: Options = Options(),
    method: Method | str = Method.QUADRATURE,
    seed: int = 0,
    version: str = "",
) -> Answer:
    """Answer one diary: does the treatment work for this person, at which dose, what next.

    Args:
        diary: as `read_diary` gives it.
        symptom: which symptom; by default `pain`, or the first.
        prior: "weak", "fibromyalgia", "evidence:CONDITION", the path of a TOML file, or a `Prior`.
        options: reference, trend, noise, onset, blinded; see `Options`.
        method: "quadrature" (exact but for a small grid; deterministic) or "nuts" (sampling).
        seed: of the draws behind pictures and forecasts, and of NUTS.

    Raises:
        InputError: there is nothing to compare, or a name is not in the diary.

    >>> from lowdose.diary.read import read_diary
    >>> answer = infer(read_diary("examples/virtual_ldn_blinded.csv"), symptom="pain")
    >>> answer.levels[0].dose_mg, answer.design
    (4.5, 'blinded_crossover')
    """
    chosen = pick_symptom(diary, symptom)
    frame = build_frame(diary, chosen, choose_prior(prior, chosen.name), options)
    found = _solve(frame, _method(method), seed)
    levels = _levels(frame, found.estimate)
    guesses, levels = _with_guesses(diary, frame, levels)
    return _assemble(diary, frame, found, levels, guesses, _method(method), seed, version)


def infer_many(
    diaries: Iterable[Diary],
    *,
    symptom: str | None = None,
    prior: str | Prior = "weak",
    options: Options = Options(),
    progress: Callable[[int], None] | None = None,
) -> tuple[ShortAnswer, ...]:
    """Answer many diaries' ratings in one call, in their order.

    Diaries of one padded length share one compiled program. `progress` is called with the number
    of diaries just finished.

    Raises InputError naming the first diary that has nothing to compare.
    """
    belief = choose_prior(prior, symptom or "")
    frames: list[Frame] = []

    def lay_out() -> Iterator[Frame]:
        for number, diary in enumerate(diaries, start=1):
            frames.append(_frame_of(diary, number, symptom, belief, options))
            yield frames[-1]

    # Frames are laid out while earlier ones are computed.
    found = estimate_many(lay_out(), progress=progress)
    return tuple(_short(frame, one) for frame, one in zip(frames, found, strict=True))


def _frame_of(
    diary: Diary, number: int, symptom: str | None, belief: Prior, options: Options
) -> Frame:
    try:
        chosen = pick_symptom(diary, symptom)
        if chosen.kind is not Kind.RATING:
            kind = f"a {chosen.kind.value}"
            raise InputError([Fault(f"column {chosen.name}", kind, "a rating", "use infer")])
        return build_frame(diary, chosen, belief, options)
    except InputError as error:
        raise InputError(error.faults, source=diary.person or f"diary {number}") from None


def _method(method: Method | str) -> Method:
    try:
        return Method(method)
    except ValueError:
        known = ", ".join(each.value for each in Method)
        raise InputError([Fault("--method", repr(method), f"one of {known}")]) from None


def _short(frame: Frame, found: Estimate) -> ShortAnswer:
    levels = _levels(frame, found)
    best = _best(frame, levels)
    return ShortAnswer(
        person=frame.person,
        symptom=frame.symptom,
        design=frame.design,
        reference=frame.reference,
        baseline=found.baseline.mean,
        levels=levels,
        best=best,
        verdict=_judge(frame, levels[best]),
    )


# --- the posterior ---------------------------------------------------------------------


def _solve(frame: Frame, method: Method, seed: int) -> _Found:
    if method is Method.NUTS:
        return _by_nuts(frame, seed)
    if frame.symptom.kind is Kind.RATING:
        found, posterior = estimate(frame)
    else:
        from lowdose.inference.counts import estimate_counts

        found, posterior = estimate_counts(frame)
    return _Found(
        estimate=found,
        draws=draw(frame, posterior, _DRAWS, seed),
        phi=phi_quantity(frame, posterior),
        half_life=half_life_quantity(frame, posterior),
    )


def _by_nuts(frame: Frame, seed: int) -> _Found:
    from lowdose.inference.sampled import estimate_from_draws, sample_frame

    draws = sample_frame(frame, seed)
    return _Found(
        estimate=estimate_from_draws(frame, draws),
        draws=draws,
        phi=quantity_of(draws.phi),
        half_life=(float(np.median(draws.half_life)), quantity_of(draws.half_life)),
    )


# --- levels ----------------------------------------------------------------------------


def _levels(frame: Frame, found: Estimate) -> tuple[Level, ...]:
    return tuple(_level(frame, found, index) for index in range(len(frame.labels)))


def _level(frame: Frame, found: Estimate, index: int) -> Level:
    effect = found.effects[index]
    rating = frame.symptom.kind is Kind.RATING
    percent = _percent(frame, found, effect) if rating else 100 * (math.exp(effect.mean) - 1)
    return Level(
        dose_mg=frame.level_doses[index] if frame.by_dose else None,
        treatment=None if frame.by_dose else frame.level_names[index],
        days=int(frame.level_days[:, index].sum()),
        effect=effect.mean,
        sd=effect.sd,
        interval95=(effect.low, effect.high),
        percent_of_baseline=percent,
        probability_benefit=found.benefit[index],
        probability_30_percent=found.better_30_percent[index],
        probability_50_percent=found.better_50_percent[index],
        probability_harm=1 - found.benefit[index],
        ratio=None if rating else math.exp(effect.mean),
        ratio_interval95=None if rating else (math.exp(effect.low), math.exp(effect.high)),
    )


def _percent(frame: Frame, found: Estimate, effect: Quantity) -> float:
    """Effect as a share of the baseline; unknown where the baseline may be nothing at all."""
    if found.baseline.low <= frame.symptom.low:
        return math.nan
    return 100 * effect.mean / (found.baseline.mean - frame.symptom.low)


def _best(frame: Frame, levels: tuple[Level, ...]) -> int:
    """The level with the best mean effect."""
    sign = 1.0 if _lower_is_better(frame) else -1.0
    return min(range(len(levels)), key=lambda index: sign * levels[index].effect)


def _lower_is_better(frame: Frame) -> bool:
    return frame.symptom.direction is Direction.LOWER_IS_BETTER


def _judge(frame: Frame, level: Level, *, blinding_failed: bool = False) -> Verdict:
    """The verdict; a blinding that did not hold is none, nor are too few changes a comparison."""
    if frame.design == "sealed_comparison":
        return Verdict.UNCLEAR  # which code is the drug is not known, so nothing "works" yet
    best_percent = most_beneficial_percent(level, _lower_is_better(frame))
    trusted = frame.blinded and not blinding_failed and frame.changes >= ENOUGH_CHANGES
    return judge(level, trusted, best_percent)


def _probability_best(frame: Frame, draws: Draws, best: int) -> float:
    effects = draws.effects(frame)[:, : len(frame.labels)]
    winner = effects.argmin(axis=1) if _lower_is_better(frame) else effects.argmax(axis=1)
    return float(np.mean(winner == best))


def _beats_current(frame: Frame, draws: Draws, best: int) -> float:
    """Probability that the best level does better than the one taken now."""
    current = current_level(frame)
    if current is None or current == best:
        return 1.0
    effects = draws.effects(frame)
    less = effects[:, best] < effects[:, current]
    return float(np.mean(less if _lower_is_better(frame) else ~less))


# --- guesses ---------------------------------------------------------------------------


def _with_guesses(
    diary: Diary, frame: Frame, levels: tuple[Level, ...]
) -> tuple[Guesses | None, tuple[Level, ...]]:
    """Blinding scores, and the levels with their effect adjusted for the guess beside them."""
    sealed = frame.design == "sealed_comparison"
    if diary.guess is None or sealed or not np.isfinite(diary.guess).any():
        return None, levels
    guess = np.where(frame.row >= 0, diary.guess[frame.row], np.nan)
    # Every guess counts, whether or not the symptom asked about was rated that day.
    scores = score_guesses(guess, frame.treated, frame.compared)
    if frame.symptom.kind is not Kind.RATING or scores is None:
        return scores, levels
    adjusted, _ = estimate(with_guess(frame, diary.guess))
    return scores, tuple(
        replace(
            level,
            effect_adjusted_for_guess=effect.mean,
            interval95_adjusted_for_guess=(effect.low, effect.high),
        )
        for level, effect in zip(levels, adjusted.effects, strict=True)
    )


# --- the whole answer ------------------------------------------------------------------


def _assemble(
    diary: Diary,
    frame: Frame,
    found: _Found,
    levels: tuple[Level, ...],
    guesses: Guesses | None,
    method: Method,
    seed: int,
    version: str,
) -> Answer:
    best = _best(frame, levels)
    failed = could_tell(guesses)
    verdict = _judge(frame, levels[best], blinding_failed=failed)
    chances, testing = _forecasts(frame, found.draws, best, seed)
    continuing = 0 if is_clear(levels[best]) else forecast.days_needed(chances)
    advice = advise(
        frame, levels, best, verdict, continuing, testing, _beats_current(frame, found.draws, best)
    )
    has_trend, has_expectation = frame.fixed[:, 1].any(), frame.fixed[:, 2].any()
    trend, expectation = found.estimate.trend, found.estimate.expectation
    return Answer(
        symptom=frame.symptom,
        person=frame.person,
        days=int(frame.rating.size),
        rated_days=int(frame.rated.sum()),
        design=frame.design,
        blinded=frame.blinded,
        reference=frame.reference,
        baseline=found.estimate.baseline.mean,
        baseline_interval95=_ends(found.estimate.baseline),
        levels=levels,
        best=best,
        probability_best=_probability_best(frame, found.draws, best),
        onset_half_life_days=found.half_life[0] if frame.gradual else None,
        onset_interval95=_ends(found.half_life[1]) if frame.gradual else None,
        expectation=expectation.mean if has_expectation and expectation else None,
        expectation_interval95=_ends(expectation) if has_expectation and expectation else None,
        autocorrelation=found.phi.mean,
        autocorrelation_interval95=_ends(found.phi),
        trend_per_week=trend.mean if has_trend and trend else None,
        trend_interval95=_ends(trend) if has_trend and trend else None,
        verdict=verdict,
        headline=headline_of(frame, levels[best], verdict),
        sentences=sentences_of(frame, levels[best], verdict, found.estimate, failed),
        next_step=advice.step,
        reason=advice.reason,
        days_to_clear_answer=testing if advice.step is NextStep.BLINDED_TEST else continuing,
        clear_by_days=chances,
        warnings=warnings_of(frame, levels, guesses),
        assumptions=assumptions_of(frame),
        method=method.value,
        prior=frame.prior.name,
        prior_sources=frame.prior.sources,
        course=course_of(frame, diary, _first(found.draws, _COURSE_DRAWS), shown=_shown(frame)),
        guesses=guesses,
        adverse=adverse_rates(diary, frame, seed),
        version=version,
    )


def _ends(quantity: Quantity) -> tuple[float, float]:
    return quantity.low, quantity.high


def _first(draws: Draws, count: int) -> Draws:
    """The first of the draws, which are in random order."""
    return Draws(*(getattr(draws, field.name)[:count] for field in fields(Draws)))


def _forecasts(
    frame: Frame, draws: Draws, best: int, seed: int
) -> tuple[tuple[tuple[int, float], ...], int | None]:
    """Chances of a clear answer going on as now, and days until one in a blinded test."""
    if frame.aggregate or frame.symptom.kind is not Kind.RATING:
        return (), None
    some = _first(draws, _FORECAST_DRAWS)
    block = _typical_block(frame)
    going_on = forecast.coming_days(frame, best, alternate=block, known=not frame.blinded)
    chances = forecast.chance_of_clear_answer(frame, some, best, going_on, seed)
    testing = forecast.coming_days(frame, best, alternate=_TEST_BLOCK_DAYS)
    tested = forecast.chance_of_clear_answer(frame, some, best, testing, seed)
    return chances, forecast.days_needed(tested)


def _typical_block(frame: Frame) -> int:
    """Days in a typical period where treatment and reference take turns, 0 where they do not."""
    treated = frame.treated
    if frame.gradual:
        treated = fill_short_breaks(treated)
    changes = np.flatnonzero(np.diff(treated.astype(int)))
    if changes.size < 2:
        return 0
    return int(max(1, np.median(np.diff(np.concatenate([[-1], changes, [treated.size - 1]])))))


def _shown(frame: Frame) -> Callable[[Numbers], Numbers]:
    """From the latent line to what is drawn."""
    if frame.symptom.kind is Kind.COUNT:
        return np.exp
    if frame.symptom.kind is Kind.BINARY:
        return lambda line: 1 / (1 + np.exp(-line))
    return lambda line: line
