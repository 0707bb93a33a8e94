"""The answer as JSON: the keys that other programs rely on, with plain numbers.

The keys and their meaning are in `answer.schema.json` beside this file (JSON Schema 2020-12). A
number that is not known or not finite is null, so the text is valid JSON everywhere.
"""

from __future__ import annotations

import math
from typing import Any

from lowdose.inference.result import AdverseRate, Answer, Guesses, Interval, Level

__all__ = ["answer_json"]

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """Write an answer as a dictionary that `json.dumps(..., allow_nan=False)` accepts."""
    symptom = answer.symptom
    return {
        "lowdose": answer.version,
        "symptom": symptom.name,
        "scale": [_number(symptom.low), _number(symptom.high)],
        "direction": str(symptom.direction),
        "kind": str(symptom.kind),
        "days": answer.days,
        "rated_days": answer.rated_days,
        "design": answer.design,
        "blinded": answer.blinded,
        "reference": answer.reference,
        "verdict": str(answer.verdict),
        "headline": answer.headline,
        "sentences": list(answer.sentences),
        "levels": [_level(level) for level in answer.levels],
        **_best(answer),
        "probability_best": _number(answer.probability_best),
        **_learned(answer),
        "next_step": str(answer.next_step),
        "reason": answer.reason,
        "days_to_clear_answer": answer.days_to_clear_answer,
        "clear_by_days": [
            {"more_days": days, "probability": _number(share)}
            for days, share in answer.clear_by_days
        ],
        "guesses": _guesses(answer.guesses),
        "adverse": [_adverse(rate) for rate in answer.adverse],
        "warnings": list(answer.warnings),
        "method": answer.method,
        "prior": answer.prior,
        "prior_sources": list(answer.prior_sources),
        "assumptions": list(answer.assumptions),
    }


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _interval(interval: Interval | None) -> list[float | None] | None:
    return None if interval is None else [_number(end) for end in interval]


def _with_interval(value: float | None, interval: Interval | None, name: str) -> Json | None:
    return None if value is None else {name: _number(value), "interval95": _interval(interval)}


def _level(level: Level) -> Json:
    by_name = level.treatment is not None
    named: Json = {"treatment": level.treatment} if by_name else {"dose_mg": _number(level.dose_mg)}
    return {
        **named,
        "days": level.days,
        "effect": _number(level.effect),
        "sd": _number(level.sd),
        "interval95": _interval(level.interval95),
        "percent_of_baseline": _number(level.percent_of_baseline),
        "probability_benefit": _number(level.probability_benefit),
        "probability_30_percent": _number(level.probability_30_percent),
        "probability_50_percent": _number(level.probability_50_percent),
        "probability_harm": _number(level.probability_harm),
        "ratio": _with_interval(level.ratio, level.ratio_interval95, "value"),
        "effect_adjusted_for_guess": _with_interval(
            level.effect_adjusted_for_guess, level.interval95_adjusted_for_guess, "effect"
        ),
    }


def _best(answer: Answer) -> Json:
    best = None if answer.best is None else answer.levels[answer.best]
    if any(level.treatment is not None for level in answer.levels):
        return {"best_treatment": best.treatment if best else None}
    return {"best_level_mg": _number(best.dose_mg) if best else None}


def _learned(answer: Answer) -> Json:
    return {
        "baseline": _with_interval(answer.baseline, answer.baseline_interval95, "mean"),
        "expectation": _with_interval(answer.expectation, answer.expectation_interval95, "effect"),
        "trend_per_week": _with_interval(answer.trend_per_week, answer.trend_interval95, "mean"),
        "autocorrelation": _with_interval(
            answer.autocorrelation, answer.autocorrelation_interval95, "mean"
        ),
        "onset_half_life_days": _with_interval(
            answer.onset_half_life_days, answer.onset_interval95, "median"
        ),
    }


def _guesses(guesses: Guesses | None) -> Json | None:
    if guesses is None:
        return None
    return {
        "count": guesses.count,
        "share_right": _number(guesses.share_right),
        "bang_active": _with_interval(guesses.bang_active, guesses.bang_active_interval95, "value"),
        "bang_reference": _with_interval(
            guesses.bang_reference, guesses.bang_reference_interval95, "value"
        ),
        "log_score": _number(guesses.log_score),
        "brier": _number(guesses.brier),
        "sentence": guesses.sentence,
    }


def _adverse(rate: AdverseRate) -> Json:
    return {
        "term": rate.term,
        "level": rate.level,
        "days": rate.days,
        "events": rate.events,
        "reference_days": rate.reference_days,
        "reference_events": rate.reference_events,
        "rate": _number(rate.rate),
        "rate_interval95": _interval(rate.rate_interval95),
        "probability_more_often": _number(rate.probability_more_often),
    }
