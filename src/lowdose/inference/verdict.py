"""From numbers to one word: does it work for this person, and what should be done next.

The rules are few and written out, because people act on them:

    harmful               harm at 95 %
    working               benefit at 95 % (only where the treatment was blinded)
    not working           no improvement that would matter is left in the 95 % interval
    probably working      benefit at 80 %, and 30 % better not ruled out
    probably not working  benefit at most 20 %, or 30 % better ruled out at 95 %
    unclear               everything else

"Working" takes a blinding that held and at least three changes between treatment and reference: a
natural change that happens to fall on the only switch looks just like an effect (on pain diaries
without any treatment a made-up single switch came out at 95 % in up to half of the windows of one
diary; docs/validation). Anything less is at most "probably working". 30 % is what
IMMPACT calls a moderate improvement (Dworkin 2008, doi:10.1016/j.jpain.2007.09.005); "would not
matter" is half of that (assumption).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lowdose.diary.entries import Direction, Kind
from lowdose.inference.frame import Frame
from lowdose.inference.result import Level, NextStep, Verdict

__all__ = [
    "ENOUGH_CHANGES",
    "Advice",
    "advise",
    "current_level",
    "is_clear",
    "judge",
    "most_beneficial_percent",
]

ENOUGH_CHANGES = 3
SURE = 0.95
LIKELY = 0.80
_MATTERS_PERCENT = 15.0
_PATIENCE_DAYS = 112
_USUAL_TARGET_MG = 4.5
_NOTHING_LEFT = 0.9


@dataclass(frozen=True)
class Advice:
    """What to do next, and why."""

    step: NextStep
    reason: str


def judge(level: Level, trusted: bool, best_percent: float) -> Verdict:
    """The verdict for one level.

    `trusted` says whether "working" may be said, `best_percent` is `most_beneficial_percent`.

    >>> level = Level(4.5, None, 56, -1.9, .4, (-2.7, -1.1), -30, .999, .5, .01, .001)
    >>> judge(level, True, 42.0).value, judge(level, False, 42.0).value
    ('working', 'probably_working')
    """
    if level.probability_harm >= SURE:
        return Verdict.HARMFUL
    if level.probability_benefit >= SURE:
        return Verdict.WORKING if trusted else Verdict.PROBABLY_WORKING
    if best_percent < _MATTERS_PERCENT:
        return Verdict.NOT_WORKING
    if level.probability_30_percent <= 1 - SURE or level.probability_benefit <= 1 - LIKELY:
        return Verdict.PROBABLY_NOT_WORKING
    if level.probability_benefit >= LIKELY:
        return Verdict.PROBABLY_WORKING
    return Verdict.UNCLEAR


def is_clear(level: Level) -> bool:
    """Whether more days could hardly change what to do: benefit, harm or no worthwhile benefit."""
    return (
        level.probability_benefit >= SURE
        or level.probability_harm >= SURE
        or level.probability_30_percent <= 1 - SURE
    )


def most_beneficial_percent(level: Level, lower_is_better: bool) -> float:
    """The most beneficial end of the 95 % interval, in percent of the baseline (benefit > 0)."""
    if level.ratio_interval95 is not None:
        low, high = level.ratio_interval95
        return 100 * (1 - low) if lower_is_better else 100 * (high - 1)
    end = level.interval95[0] if lower_is_better else level.interval95[1]
    sign = -1.0 if lower_is_better else 1.0
    if level.effect == 0 or not math.isfinite(level.percent_of_baseline):
        return math.inf if sign * end > 0 else 0.0
    baseline = 100 * level.effect / level.percent_of_baseline
    return sign * 100 * end / baseline


def advise(
    frame: Frame,
    levels: tuple[Level, ...],
    best: int,
    verdict: Verdict,
    continuing: int | None,
    testing: int | None,
    beats_current: float = 1.0,
) -> Advice:
    """The next step.

    `beats_current` is the probability that the best level does better than the one taken now.
    `continuing` and `testing` are the days until a clear answer when going on as now, and in a
    blinded test; None where even the longest horizon would not do.
    """
    first = _before_all_else(frame, levels, best, verdict)
    if first is not None:
        return first
    if verdict is Verdict.WORKING:
        return _after_success(frame, levels, best, beats_current)
    if verdict is Verdict.NOT_WORKING:
        return _after_failure(frame, levels, best)
    return _while_unsure(frame, levels, best, verdict, continuing, testing)


def _before_all_else(
    frame: Frame, levels: tuple[Level, ...], best: int, verdict: Verdict
) -> Advice | None:
    """What goes before any benefit: a sealed code, harm, or nothing to improve."""
    if frame.design == "sealed_comparison":
        return Advice(
            NextStep.KEEP_WATCHING,
            "The codes are sealed: finish the periods as planned, then open the code.",
        )
    if verdict is Verdict.HARMFUL:
        return Advice(
            NextStep.STOP, f"The symptom has very likely been worse on {levels[best].name}."
        )
    current = current_level(frame) if frame.by_dose else None
    if current is not None and levels[current].probability_harm >= SURE:
        return _away_from(levels[current], levels[best])
    if _nothing_to_improve(frame):
        return Advice(
            NextStep.KEEP_WATCHING,
            "Nearly all ratings are at the best end of the scale: there is hardly anything left "
            "to improve, so this diary cannot show a benefit.",
        )
    return None


def _away_from(current: Level, best: Level) -> Advice:
    """The dose that is taken now does harm, and another one did better."""
    worse = f"It has very likely been worse on {current.name}, which is taken now"
    if (best.dose_mg or 0.0) < (current.dose_mg or 0.0):
        return Advice(NextStep.STEP_DOWN, f"{worse}; {best.name} did better.")
    return Advice(NextStep.STOP, f"{worse}.")


def _nothing_to_improve(frame: Frame) -> bool:
    """Whether nine in ten ratings are at the best end of the scale already."""
    symptom = frame.symptom
    if symptom.kind is not Kind.RATING:
        return False
    best = symptom.low if symptom.direction is Direction.LOWER_IS_BETTER else symptom.high
    return bool(np.mean(frame.rating[frame.rated] == best) >= _NOTHING_LEFT)


def _after_success(
    frame: Frame, levels: tuple[Level, ...], best: int, beats_current: float
) -> Advice:
    current = current_level(frame)
    if frame.by_dose and current is not None and best != current:
        if beats_current < LIKELY and levels[current].probability_benefit >= SURE:
            return Advice(
                NextStep.KEEP,
                f"{levels[current].name} helps; that {levels[best].name} would do better is not "
                "sure enough to change.",
            )
        step = NextStep.STEP_DOWN if best < current else NextStep.STEP_UP
        return Advice(step, f"{levels[best].name} did best; {levels[current].name} is taken now.")
    return Advice(NextStep.KEEP, f"{levels[best].name} helps; there is no reason to change it.")


def _after_failure(frame: Frame, levels: tuple[Level, ...], best: int) -> Advice:
    higher = _next_dose(frame, levels, best)
    if higher is not None:
        return Advice(
            NextStep.STEP_UP,
            f"No worthwhile effect up to {levels[-1].name}; {higher:g} mg has not been tried.",
        )
    return Advice(NextStep.STOP, "No effect that would matter is left in the 95 % interval.")


def _while_unsure(
    frame: Frame,
    levels: tuple[Level, ...],
    best: int,
    verdict: Verdict,
    continuing: int | None,
    testing: int | None,
) -> Advice:
    higher = _next_dose(frame, levels, best)
    if verdict is Verdict.PROBABLY_NOT_WORKING and higher is not None:
        return Advice(
            NextStep.STEP_UP,
            f"Little so far at {levels[-1].name}; {higher:g} mg has not been tried.",
        )
    if continuing == 0:
        return _clear_but_doubtful(verdict, levels[best])
    if continuing is not None and continuing <= _PATIENCE_DAYS:
        return Advice(
            NextStep.KEEP_WATCHING,
            f"About {continuing} more days of diary would probably settle it.",
        )
    if not frame.blinded and testing is not None:
        return Advice(
            NextStep.BLINDED_TEST,
            "More days of the same cannot tell the treatment from expectation and natural course; "
            f"about {testing} days of blinded test, treatment and placebo in turn, probably can.",
        )
    if verdict is Verdict.PROBABLY_NOT_WORKING:
        return Advice(
            NextStep.STOP,
            "A worthwhile effect is unlikely, and more days would not settle it soon.",
        )
    return Advice(
        NextStep.KEEP_WATCHING,
        "Not even half a year more would probably settle it: weigh cost and side effects against a "
        "benefit that is possible but unproven.",
    )


def _clear_but_doubtful(verdict: Verdict, level: Level) -> Advice:
    """The ratings are clear enough; what they mean is not, because the treatment was known."""
    if verdict is Verdict.PROBABLY_WORKING:
        return Advice(
            NextStep.KEEP,
            "It goes with clearly better ratings. How much of that is expectation only a blinded "
            "test with capsules that cannot be told apart would show.",
        )
    if level.probability_benefit >= LIKELY:
        return Advice(
            NextStep.KEEP_WATCHING,
            "An improvement by 30 % is unlikely, a smaller one likely: whether that is worth it is "
            "for you and the prescriber to weigh.",
        )
    return Advice(
        NextStep.STOP, "An improvement by 30 % is unlikely, and more days would not help."
    )


def current_level(frame: Frame) -> int | None:
    """The level taken on the last treated day."""
    treated = [int(level.argmax()) for level in frame.drive if level.any()]
    return treated[-1] if treated else None


def _next_dose(frame: Frame, levels: tuple[Level, ...], best: int) -> float | None:
    """A usual dose above the highest one tried, up to 4.5 mg; none where harm is likely already."""
    likely_harm = max(levels[best].probability_harm, levels[-1].probability_harm) >= LIKELY
    if not frame.by_dose or frame.blinded or likely_harm:
        return None
    usual = (1.5, 3.0, _USUAL_TARGET_MG)
    return next((dose for dose in usual if dose > frame.level_doses[-1] + 0.25), None)
