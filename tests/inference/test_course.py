"""The drawn course against dense conditional expectations."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from made_diaries import PAIN, columns_of, diary, frame_of, noise_covariance, noisy, on_off

from lowdose.diary.entries import Diary, Kind, Symptom
from lowdose.inference.course import course_of, relief_of
from lowdose.inference.draws import Draws
from lowdose.inference.frame import Frame

PHI, SHARE, SPREAD, HALF_LIFE = 0.8, 0.6, 1.3, 5.0
DAYS = 20


def one_draw(coefficients: list[float], share: float = SHARE) -> Draws:
    return Draws(
        np.array([coefficients]),
        *(np.array([value]) for value in (HALF_LIFE, PHI, share, SPREAD)),
    )


def a_diary() -> Diary:
    ratings = noisy(5, 4, days=DAYS)
    ratings[[2, 3, 11, 19]] = np.nan
    return diary(ratings, on_off(DAYS, 5))


def conditional(frame: Frame, coefficients: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of line plus swing on every day, given the ratings."""
    line = columns_of(frame, HALF_LIFE) @ coefficients
    rated = frame.rated
    swing = noise_covariance(frame.gap, np.full(DAYS, np.inf), PHI, 1.0) * SHARE * SPREAD**2
    total = noise_covariance(frame.gap, frame.weight, PHI, SHARE, SPREAD)[np.ix_(rated, rated)]
    gain = swing[:, rated] @ np.linalg.inv(total)
    mean = line + gain @ (frame.rating - line)[rated]
    return mean, np.diag(swing - gain @ swing[rated])


def test_the_fitted_line_is_the_conditional_expectation() -> None:
    frame, coefficients = frame_of(a_diary()), [5.0, 0.01, -0.5, -1.0]
    course = course_of(frame, a_diary(), one_draw(coefficients))

    mean, variance = conditional(frame, coefficients)
    assert course.fitted == pytest.approx(mean)
    assert course.fitted_high == pytest.approx(mean + 1.96 * np.sqrt(variance))
    assert course.fitted_low == pytest.approx(mean - 1.96 * np.sqrt(variance))


def test_the_line_without_treatment_leaves_the_effect_out() -> None:
    frame, coefficients = frame_of(a_diary()), [5.0, 0.01, -0.5, -1.0]
    course = course_of(frame, a_diary(), one_draw(coefficients))

    assert course.untreated == pytest.approx(frame.fixed @ coefficients[:3])
    assert course.line == pytest.approx(columns_of(frame, HALF_LIFE) @ coefficients)


def test_the_band_is_wider_where_ratings_are_missing() -> None:
    course = course_of(frame_of(a_diary()), a_diary(), one_draw([5.0, 0.0, 0.0, -1.0]))
    width = np.array(course.fitted_high) - np.array(course.fitted_low)

    assert width[2] > width[1]
    assert width[19] > width[18]


def test_days_between_diary_rows_are_drawn_with_their_dates() -> None:
    made = Diary(
        day=np.array([1.0, 4.0]),
        ratings={"pain": np.array([5.0, 4.0])},
        symptoms={"pain": PAIN},
        dose_mg=np.array([0.0, 4.5]),
        dates=(date(2026, 2, 27), date(2026, 3, 2)),
    )
    course = course_of(frame_of(made), made, one_draw([5.0, 0.0, 0.0, -1.0]))

    assert course.dates == tuple(
        date.fromordinal(date(2026, 2, 27).toordinal() + n) for n in range(4)
    )
    assert course.rating == (5.0, None, None, 4.0)
    assert course.dose_mg == (0.0, None, None, 4.5)


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.BINARY])
def test_the_course_of_events_follows_the_events(kind: Kind) -> None:
    high = 1.0 if kind is Kind.BINARY else float("inf")
    symptom = Symptom("pain", 0.0, high, kind=kind)
    events = np.repeat([1.0, 0.0], DAYS // 2)
    made = diary(events, on_off(DAYS, DAYS // 2), symptom=symptom)
    frame = frame_of(made)
    inverse = (lambda line: 1 / (1 + np.exp(-line))) if kind is Kind.BINARY else np.exp
    course = course_of(frame, made, one_draw([-0.5, 0, 0, 0], share=1.0), shown=inverse)

    assert np.mean(course.fitted[:10]) > np.mean(course.fitted[10:]) + 0.1
    assert all(
        0 < low < high for low, high in zip(course.fitted_low, course.fitted_high, strict=True)
    )


def test_without_an_onset_relief_is_the_drive_itself() -> None:
    drive = on_off(DAYS, 5)[:, None]

    assert relief_of(drive, np.array([3.0, 9.0]), gradual=False)[:, 0, 1] == pytest.approx(
        drive[:, 0]
    )
