"""From probabilities to a verdict, and from a verdict to the next step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_diaries import MOOD, Numbers, diary, frame_of

from lowdose.inference.frame import Frame
from lowdose.inference.result import Level, NextStep, Verdict
from lowdose.inference.verdict import (
    advise,
    current_level,
    is_clear,
    judge,
    most_beneficial_percent,
)


def level(
    benefit: float = 0.5,
    better_30: float = 0.2,
    dose_mg: float = 4.5,
    effect: float = -1.0,
    interval: tuple[float, float] = (-3.0, 1.0),
) -> Level:
    return Level(
        dose_mg=dose_mg,
        treatment=None,
        days=28,
        effect=effect,
        sd=1.0,
        interval95=interval,
        percent_of_baseline=100 * effect / 5,
        probability_benefit=benefit,
        probability_30_percent=better_30,
        probability_50_percent=0.0,
        probability_harm=1 - benefit,
    )


# --- verdict --------------------------------------------------------------------------

CASES = [
    # benefit, 30 % better, trusted, best end of the interval in percent, verdict
    (0.99, 0.60, True, 50, Verdict.WORKING),
    (0.99, 0.60, False, 50, Verdict.PROBABLY_WORKING),
    (0.95, 0.01, True, 20, Verdict.WORKING),
    (0.90, 0.30, True, 40, Verdict.PROBABLY_WORKING),
    (0.90, 0.04, True, 28, Verdict.PROBABLY_NOT_WORKING),
    (0.60, 0.20, True, 40, Verdict.UNCLEAR),
    (0.60, 0.20, False, 40, Verdict.UNCLEAR),
    (0.15, 0.06, True, 40, Verdict.PROBABLY_NOT_WORKING),
    (0.50, 0.01, True, 14, Verdict.NOT_WORKING),
    (0.05, 0.01, True, 14, Verdict.HARMFUL),
    (0.05, 0.01, False, 14, Verdict.HARMFUL),
]


@pytest.mark.parametrize(("benefit", "better_30", "trusted", "best_percent", "verdict"), CASES)
def test_the_verdict_follows_its_table(
    benefit: float, better_30: float, trusted: bool, best_percent: float, verdict: Verdict
) -> None:
    assert judge(level(benefit, better_30), trusted, best_percent) is verdict


@pytest.mark.parametrize("benefit", np.linspace(0, 1, 21))
@pytest.mark.parametrize("better_30", [0.0, 0.04, 0.5, 1.0])
def test_what_is_not_trusted_is_never_called_working(benefit: float, better_30: float) -> None:
    assert judge(level(benefit, better_30), False, 60.0) is not Verdict.WORKING


@pytest.mark.parametrize(
    ("benefit", "better_30", "clear"),
    [(0.96, 0.5, True), (0.04, 0.5, True), (0.5, 0.04, True), (0.9, 0.3, False)],
)
def test_clear_is_benefit_or_harm_or_no_worthwhile_benefit(
    benefit: float, better_30: float, clear: bool
) -> None:
    assert is_clear(level(benefit, better_30)) is clear


def test_the_best_end_is_in_percent_of_the_baseline() -> None:
    assert most_beneficial_percent(level(), lower_is_better=True) == pytest.approx(60)
    assert most_beneficial_percent(level(), lower_is_better=False) == pytest.approx(20)


def test_the_best_end_of_a_ratio_is_its_distance_from_one() -> None:
    found = replace(level(), ratio=0.8, ratio_interval95=(0.6, 1.1))

    assert most_beneficial_percent(found, lower_is_better=True) == pytest.approx(40)
    assert most_beneficial_percent(found, lower_is_better=False) == pytest.approx(10)


def test_without_a_known_share_any_benefit_may_matter() -> None:
    unknown = replace(level(), percent_of_baseline=float("nan"))

    assert most_beneficial_percent(unknown, lower_is_better=True) == float("inf")
    assert (
        most_beneficial_percent(replace(unknown, interval95=(0.1, 2.0)), lower_is_better=True)
        == 0.0
    )


# --- next step ------------------------------------------------------------------------


def open_frame(*doses: float, ratings: Numbers | float = 5.0) -> Frame:
    """Fourteen days without, then fourteen at each dose."""
    taken = np.repeat([0.0, *doses], 14)
    return frame_of(diary(np.broadcast_to(ratings, taken.shape), taken))


def blinded_frame() -> Frame:
    taken = np.repeat([0.0, 4.5, 0.0, 4.5], 14)
    names = np.where(taken > 0, "naltrexone", "placebo")
    return frame_of(diary(np.full(56, 5.0), taken, treatment=names))


def step(
    frame: Frame,
    verdict: Verdict,
    *levels: Level,
    best: int = 0,
    continuing: int | None = None,
    testing: int | None = None,
) -> NextStep:
    return advise(frame, levels or (level(),), best, verdict, continuing, testing).step


def test_what_works_is_kept() -> None:
    assert step(blinded_frame(), Verdict.WORKING, level(0.99)) is NextStep.KEEP


def test_harm_means_stop() -> None:
    assert step(open_frame(4.5), Verdict.HARMFUL, level(0.01)) is NextStep.STOP


def test_harm_at_every_dose_means_stop_and_not_a_lower_dose() -> None:
    levels = (level(0.04, dose_mg=1.5), level(0.01))

    assert step(open_frame(1.5, 4.5), Verdict.HARMFUL, *levels) is NextStep.STOP


@pytest.mark.parametrize("verdict", [Verdict.PROBABLY_WORKING, Verdict.UNCLEAR])
def test_harm_at_the_dose_taken_now_means_a_step_down(verdict: Verdict) -> None:
    levels = (level(0.85, dose_mg=1.5), level(0.03))

    assert step(open_frame(1.5, 4.5), verdict, *levels) is NextStep.STEP_DOWN


@pytest.mark.parametrize("verdict", [Verdict.NOT_WORKING, Verdict.PROBABLY_NOT_WORKING])
def test_a_usual_dose_not_yet_tried_is_the_next_step(verdict: Verdict) -> None:
    frame, tried = open_frame(1.5), level(0.4, 0.02, dose_mg=1.5)
    advice = advise(frame, (tried,), 0, verdict, 0, None)

    assert advice.step is NextStep.STEP_UP
    assert "3 mg has not been tried" in advice.reason


@pytest.mark.parametrize("verdict", [Verdict.NOT_WORKING, Verdict.PROBABLY_NOT_WORKING])
def test_beyond_the_usual_doses_the_next_step_is_to_stop(verdict: Verdict) -> None:
    assert step(open_frame(4.5), verdict, level(0.4, 0.02), continuing=0) is NextStep.STOP


@pytest.mark.parametrize("verdict", [Verdict.NOT_WORKING, Verdict.PROBABLY_NOT_WORKING])
def test_likely_harm_is_no_reason_for_a_higher_dose(verdict: Verdict) -> None:
    likely_harm = level(0.15, 0.01, dose_mg=1.5)

    assert step(open_frame(1.5), verdict, likely_harm, continuing=0) is NextStep.STOP


def test_a_few_more_weeks_are_worth_waiting_for() -> None:
    advice = advise(open_frame(4.5), (level(),), 0, Verdict.UNCLEAR, 28, 14)

    assert advice.step is NextStep.KEEP_WATCHING
    assert "28 more days" in advice.reason


def test_where_waiting_does_not_help_a_blinded_test_does() -> None:
    assert step(open_frame(4.5), Verdict.UNCLEAR, testing=56) is NextStep.BLINDED_TEST


def test_a_blinded_course_is_not_sent_to_another_blinded_test() -> None:
    assert step(blinded_frame(), Verdict.UNCLEAR, testing=56) is NextStep.KEEP_WATCHING


def test_clear_benefit_with_open_eyes_is_kept_with_its_caveat() -> None:
    advice = advise(open_frame(4.5), (level(0.97, 0.6),), 0, Verdict.PROBABLY_WORKING, 0, 14)

    assert advice.step is NextStep.KEEP
    assert "blinded" in advice.reason


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("benefit", [0.02, 0.5, 0.98])
def test_nobody_is_told_to_wait_zero_days(verdict: Verdict, benefit: float) -> None:
    advice = advise(open_frame(4.5), (level(benefit, 0.01),), 0, verdict, 0, 14)

    assert " 0 " not in advice.reason


def test_sealed_codes_are_to_be_finished_first() -> None:
    frame = frame_of(diary([5.0] * 4, period=("A", "B", "A", "B")))

    assert step(frame, Verdict.UNCLEAR, level(0.01)) is NextStep.KEEP_WATCHING


def test_where_nothing_is_left_to_improve_no_test_is_advised() -> None:
    assert step(open_frame(4.5, ratings=0.0), Verdict.UNCLEAR, testing=56) is NextStep.KEEP_WATCHING


def test_the_best_end_of_a_turned_scale_is_its_top() -> None:
    frame = frame_of(diary([10.0] * 20, [0.0] * 10 + [4.5] * 10, symptom=MOOD))
    advice = advise(frame, (level(),), 0, Verdict.UNCLEAR, None, 56)

    assert "best end of the scale" in advice.reason


def test_the_current_level_is_that_of_the_last_treated_day() -> None:
    taken = [0.0, 1.5, 4.5, 1.5, 0.0]

    assert current_level(frame_of(diary([5.0] * 5, taken))) == 0


def _working_at_two_doses(beats_current: float) -> NextStep:
    levels = (level(0.99, dose_mg=1.5), level(0.97))
    frame = open_frame(1.5, 4.5)
    return advise(frame, levels, 0, Verdict.WORKING, 0, None, beats_current).step


def test_a_dose_that_helps_is_kept_where_another_is_not_surely_better() -> None:
    assert _working_at_two_doses(0.6) is NextStep.KEEP


def test_a_dose_that_does_surely_better_is_gone_back_to() -> None:
    assert _working_at_two_doses(0.9) is NextStep.STEP_DOWN
