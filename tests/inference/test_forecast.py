"""What more days would bring: against direct computation and against simulated futures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from made_diaries import columns_of, diary, frame_of, noise_covariance, noisy, on_off, prior_of

from lowdose.inference import forecast
from lowdose.inference.draws import Draws, draw
from lowdose.inference.estimate import estimate, estimate_many
from lowdose.inference.frame import Frame
from lowdose.inference.options import Onset, Options

DAYS = 16


@cache
def a_frame(treatment: bool = False) -> Frame:
    ratings = noisy(6 - 1.0 * (on_off(DAYS, 4) > 0), 5, days=DAYS)
    if not treatment:
        return frame_of(diary(ratings, on_off(DAYS, 4)))
    names = np.where(on_off(DAYS, 4) > 0, "tea", "placebo")
    return frame_of(diary(ratings, treatment=names), options=Options(onset=Onset.IMMEDIATE))


def some(frame: Frame, count: int = 100) -> Draws:
    return draw(frame, estimate(frame)[1], count)


def test_the_chance_rises_with_the_days_of_a_blinded_alternation() -> None:
    frame = a_frame(treatment=True)
    future = forecast.coming_days(frame, 0, alternate=2)
    chances = [c for _, c in forecast.chance_of_clear_answer(frame, some(frame), 0, future)]

    assert chances[-1] > chances[0]
    assert all(later >= earlier - 0.05 for earlier, later in pairwise(chances))


def test_the_later_covariance_is_that_of_the_whole_diary() -> None:
    """Same coefficients' covariance as if today's and the coming days were one diary."""
    frame = a_frame()
    one = some(frame, 1)
    future = forecast.coming_days(frame, 0, alternate=7)
    found = forecast._posteriors(frame, one, future)

    for horizon, (_, covariance) in zip((0, *forecast.HORIZONS), found, strict=True):
        longer = extended(frame, future, horizon)
        x = columns_of(longer, one.half_life[0])[longer.rated]
        v = noise_covariance(longer.gap, longer.weight, one.phi[0], one.share[0], one.spread[0])[
            np.ix_(longer.rated, longer.rated)
        ]
        prior = prior_of(frame)[1]
        direct = prior - prior @ x.T @ np.linalg.solve(v + x @ prior @ x.T, x @ prior)
        assert covariance[0] == pytest.approx(direct, abs=1e-7)


def extended(frame: Frame, future: forecast.Future, days: int) -> Frame:
    """The diary with so many days of the future laid on, all rated (with zeros)."""
    return replace(
        frame,
        rating=np.concatenate([frame.rating, np.zeros(days)]),
        gap=np.concatenate([frame.gap, np.ones(days)]),
        weight=np.concatenate([frame.weight, np.ones(days)]),
        fixed=np.concatenate([frame.fixed, future.fixed[:days]]),
        drive=np.concatenate([frame.drive, future.drive[:days]]),
        reference_days=np.concatenate([frame.reference_days, np.zeros(days, dtype=bool)]),
        level_days=np.concatenate([frame.level_days, future.drive[:days] > 0]),
    )


@pytest.mark.slow
def test_simulated_futures_are_as_often_clear_as_was_said() -> None:
    """400 futures of 28 days drawn from the posterior, each answered in full.

    The standard error of a share is at most 0.025. The forecast holds noise and onset at the
    draw's values, which docs/decisions calls slightly hopeful: 0.1 is allowed.
    """
    frame, horizon, count = a_frame(treatment=True), 28, 400
    drawn = some(frame, count)
    future = forecast.coming_days(frame, 0, alternate=2)
    said = dict(forecast.chance_of_clear_answer(frame, drawn, 0, future))[horizon]

    longer = extended(frame, future, horizon)
    chance = np.random.default_rng(3)
    later = [replace(longer, rating=one_future(longer, drawn, n, chance)) for n in range(count)]
    clear = [
        max(found.benefit[0], 1 - found.benefit[0]) >= 0.95 or found.better_30_percent[0] <= 0.05
        for found in estimate_many(later)
    ]
    assert np.mean(clear) == pytest.approx(said, abs=0.1)


def one_future(frame: Frame, drawn: Draws, number: int, chance: np.random.Generator) -> np.ndarray:
    """Ratings to come, given the coefficients and noise of one draw and the ratings so far."""
    line = columns_of(frame, drawn.half_life[number]) @ drawn.coefficients[number]
    v = noise_covariance(
        frame.gap, frame.weight, drawn.phi[number], drawn.share[number], drawn.spread[number]
    )
    past = np.zeros(frame.rating.size, dtype=bool)
    past[:DAYS] = np.isfinite(frame.rating[:DAYS])
    coming = np.arange(frame.rating.size) >= DAYS
    gain = v[np.ix_(coming, past)] @ np.linalg.inv(v[np.ix_(past, past)])
    mean = line[coming] + gain @ (frame.rating - line)[past]
    spread = v[np.ix_(coming, coming)] - gain @ v[np.ix_(past, coming)]
    ratings = frame.rating.copy()
    # Rounded as people round, so that the smallest step between ratings stays what it was.
    ratings[coming] = np.rint(chance.multivariate_normal(mean, spread))
    return ratings


def test_a_blinded_test_keeps_the_person_believing() -> None:
    future = forecast.coming_days(a_frame(), 0, alternate=14)

    assert np.all(np.diff(future.fixed[:, 2]) >= 0)


def test_in_an_open_course_expectation_goes_with_the_treatment() -> None:
    future = forecast.coming_days(a_frame(), 0, alternate=14, known=True)
    believed = future.fixed[:, 2]

    assert believed[27] < believed[13] > 0.7


def test_the_drift_goes_on_from_the_last_day() -> None:
    frame = a_frame()
    future = forecast.coming_days(frame, 0, alternate=0)

    assert future.fixed[0, 1] == pytest.approx(frame.fixed[-1, 1] + 1)


def test_days_needed_is_the_first_horizon_that_is_likely_enough() -> None:
    assert forecast.days_needed(((14, 0.1), (28, 0.81), (56, 0.9))) == 28


def test_days_needed_is_unknown_where_no_horizon_will_do() -> None:
    assert forecast.days_needed(((14, 0.1), (28, 0.2))) is None
