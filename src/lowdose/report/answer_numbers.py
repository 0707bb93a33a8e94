"""The numbers of an answer as tables: per level, about the course, side effects, guesses."""

from __future__ import annotations

import math
from collections.abc import Callable

from lowdose.diary.entries import Kind
from lowdose.inference.result import AdverseRate, Answer, Guesses, Interval, Level
from lowdose.report.document import Table
from lowdose.report.wording import (
    MISSING,
    amount,
    interval_words,
    likelihood,
    percent,
    shown_effect,
    signed,
)

__all__ = ["adverse_table", "course_table", "guess_table", "level_tables"]

_LEVELS_SIDE_BY_SIDE = 3  # more would not fit a telephone


def level_tables(answer: Answer) -> tuple[Table, ...]:
    """The effect of each level, at most three levels side by side."""
    groups = range(0, len(answer.levels), _LEVELS_SIDE_BY_SIDE)
    return tuple(_level_table(answer, answer.levels[n : n + _LEVELS_SIDE_BY_SIDE]) for n in groups)


def course_table(answer: Answer) -> Table:
    """What was learned about the course besides the effect."""
    rows = (
        (f"{answer.symptom.name} with {answer.reference}", *_baseline(answer)),
        (
            "effect of expectation alone",
            *_change(answer, answer.expectation, answer.expectation_interval95),
        ),
        (
            "slow change a week",
            *_change(answer, answer.trend_per_week, answer.trend_interval95, digits=2),
        ),
        (
            "days until half of the effect",
            amount(answer.onset_half_life_days),
            interval_words(answer.onset_interval95),
        ),
        (
            "likeness of neighbouring days (0 none, 1 full)",
            amount(answer.autocorrelation, 2),
            interval_words(answer.autocorrelation_interval95, 2),
        ),
    )
    known = tuple(row for row in rows if row[1] != MISSING)
    return Table("Besides the effect", ("", "estimate", "95 % interval"), known)


def adverse_table(answer: Answer) -> Table:
    """How often each side effect was noted, on treated and on untreated days."""
    return Table(
        "Side effects noted",
        ("side effect", "with it", f"with {answer.reference}", "more often with it?"),
        tuple(_adverse_row(rate) for rate in answer.adverse),
    )


def guess_table(guesses: Guesses) -> Table:
    """How well the person could tell what was being taken."""
    active = guesses.bang_active, guesses.bang_active_interval95
    reference = guesses.bang_reference, guesses.bang_reference_interval95
    return Table(
        f"The {guesses.count} guesses",
        ("", "value", "by chance alone"),
        (
            ("right guesses", percent(guesses.share_right), "50 %"),
            ("Bang's index, active days", _index(*active), "0"),
            ("Bang's index, reference days", _index(*reference), "0"),
            ("mean log score", amount(guesses.log_score, 2), "−0.69"),
            ("mean squared error", amount(guesses.brier, 3), "0.250"),
        ),
    )


def _level_table(answer: Answer, levels: tuple[Level, ...]) -> Table:
    rows: list[tuple[str, Callable[[Level], str]]] = [
        ("days", lambda level: str(level.days)),
        (_effect_name(answer), lambda level: _effect(answer, level)),
        ("95 % interval", lambda level: _interval(answer, level)),
        ("standard deviation", lambda level: amount(level.sd, 2)),
        ("share of the baseline", lambda level: _share(level.percent_of_baseline)),
        ("probability of any benefit", lambda level: percent(level.probability_benefit)),
        ("... of at least 30 % better", lambda level: percent(level.probability_30_percent)),
        ("... of at least 50 % better", lambda level: percent(level.probability_50_percent)),
        ("probability of any harm", lambda level: percent(level.probability_harm)),
        ("effect after allowing for guesses", _after_guesses),
    ]
    filled = ((name, *(say(level) for level in levels)) for name, say in rows)
    return Table(
        f"Effect on {answer.symptom.name} against {answer.reference}",
        ("", *(level.name for level in levels)),
        tuple(row for row in filled if set(row[1:]) != {MISSING}),
    )


def _effect_name(answer: Answer) -> str:
    if not any(level.ratio is not None for level in answer.levels):
        return "effect (points)"
    return "odds ratio" if answer.symptom.kind is Kind.BINARY else "rate ratio"


def _effect(answer: Answer, level: Level) -> str:
    middle, _, _ = shown_effect(answer, level)
    return signed(middle) if level.ratio is None else amount(middle, 2)


def _interval(answer: Answer, level: Level) -> str:
    _, interval, _ = shown_effect(answer, level)
    ratio = level.ratio is not None
    return interval_words(interval, 2 if ratio else 1, sign=not ratio)


def _after_guesses(level: Level) -> str:
    if level.effect_adjusted_for_guess is None:
        return MISSING
    interval = interval_words(level.interval95_adjusted_for_guess, sign=True)
    return f"{signed(level.effect_adjusted_for_guess)} ({interval})"


def _share(value: float) -> str:
    text = signed(value, 0)
    return text if text == MISSING else f"{text} %"


def _baseline(answer: Answer) -> tuple[str, str]:
    return amount(answer.baseline), interval_words(answer.baseline_interval95)


def _change(
    answer: Answer, value: float | None, interval: Interval | None, digits: int = 1
) -> tuple[str, str]:
    """A change in points; counts and yes/no symptoms change by a factor (exp of the logarithm)."""
    if answer.symptom.kind is Kind.RATING or value is None or interval is None:
        return signed(value, digits), interval_words(interval, digits, sign=True)
    low, high = (math.exp(end) for end in interval)
    return f"× {amount(math.exp(value), 2)}", f"× {amount(low, 2)} to × {amount(high, 2)}"


def _adverse_row(rate: AdverseRate) -> tuple[str, ...]:
    return (
        f"{rate.term} ({rate.level})",
        f"{rate.events} of {rate.days} days",
        f"{rate.reference_events} of {rate.reference_days} days",
        f"{percent(rate.probability_more_often)}, {likelihood(rate.probability_more_often)}",
    )


def _index(value: float, interval: tuple[float, float]) -> str:
    return f"{amount(value, 2)} ({interval_words(interval, 2)})"
