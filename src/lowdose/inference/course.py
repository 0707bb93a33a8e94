"""The course as a picture needs it: fitted line, its band, and the line without treatment.

For each of a few hundred posterior draws the days are swept forward and back once (a
Rauch-Tung-Striebel smoother for the swing), all draws at a time. Counts and yes/no days are swept
a few times, each day standing in as a normal with the slope and curvature of its likelihood there.

Source: Rauch, Tung & Striebel 1965 (doi:10.2514/3.3166).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Kind
from lowdose.inference.draws import Draws
from lowdose.inference.frame import Frame
from lowdose.inference.result import Course

__all__ = ["course_of", "relief_of"]

Numbers = NDArray[np.float64]

_NEWTON_STEPS = 6
_LONGEST_STEP = 2.0
_LEAST_CURVE = 1e-4


def course_of(
    frame: Frame,
    diary: Diary,
    draws: Draws,
    *,
    shown: Callable[[Numbers], Numbers] = lambda line: line,
) -> Course:
    """Lay the fitted course out, one entry per model row.

    `shown` turns the line into what is drawn (expected counts for a count); ratings leave it be.
    """
    line, untreated = _lines(frame, draws)
    swing, variance = _swing(frame, draws, line)
    fitted = line + swing
    centre = fitted.mean(axis=1)
    spread = np.sqrt(variance.mean(axis=1) + fitted.var(axis=1))
    low, high = (shown(centre + side * 1.96 * spread) for side in (-1, 1))
    return Course(
        day=tuple(frame.day.tolist()),
        dates=_dates(frame, diary),
        rating=tuple(None if np.isnan(value) else value for value in frame.rating.tolist()),
        dose_mg=_doses(frame, diary),
        treatment=_treatments(frame, diary),
        fitted=tuple(shown(centre).tolist()),
        fitted_low=tuple(low.tolist()),
        fitted_high=tuple(high.tolist()),
        line=tuple(shown(line.mean(axis=1)).tolist()),
        untreated=tuple(shown(untreated.mean(axis=1)).tolist()),
    )


def relief_of(drive: Numbers, half_life: Numbers, gradual: bool) -> Numbers:
    """The drive columns (T, m) after the onset filter, for S half-lives: (T, m, S)."""
    if not gradual:
        return np.repeat(drive[:, :, None], half_life.size, axis=2)
    keep = 2.0 ** (-1 / half_life)
    relief = np.zeros((*drive.shape, half_life.size))
    level = np.zeros((drive.shape[1], half_life.size))
    for day, today in enumerate(drive):
        level = keep * level + (1 - keep) * today[:, None]
        relief[day] = level
    return relief


def _lines(frame: Frame, draws: Draws) -> tuple[Numbers, Numbers]:
    """Regression lines (T, S) with treatment, and without."""
    count = frame.fixed.shape[1]
    untreated = frame.fixed @ draws.coefficients[:, :count].T
    relief = relief_of(frame.drive, draws.half_life, frame.gradual)
    treated = np.einsum("tms,sm->ts", relief, draws.effects(frame))
    return untreated + treated, untreated


def _swing(frame: Frame, draws: Draws, line: Numbers) -> tuple[Numbers, Numbers]:
    """Mean and variance (T, S) of the swing given what was noted and the regression lines."""
    if frame.symptom.kind is Kind.RATING:
        day_variance = (1 - draws.share) * draws.spread**2
        return _smooth(frame, draws, frame.rating[:, None] - line, day_variance)
    swing, variance = np.zeros_like(line), np.zeros_like(line)
    for _ in range(_NEWTON_STEPS):
        slope, curve = _slopes(frame, line + swing)
        step = np.clip(slope / curve, -_LONGEST_STEP, _LONGEST_STEP)
        swing, variance = _smooth(frame, draws, swing + step, 1 / curve)
    return swing, variance


def _slopes(frame: Frame, line: Numbers) -> tuple[Numbers, Numbers]:
    """Slope and curvature of one day's log likelihood of a count or a yes/no day."""
    binary = frame.symptom.kind is Kind.BINARY
    rate = 1 / (1 + np.exp(-line)) if binary else np.exp(line)
    curve = rate * (1 - rate) if binary else rate
    return frame.rating[:, None] - rate, np.maximum(curve, _LEAST_CURVE)


def _smooth(
    frame: Frame, draws: Draws, residual: Numbers, day_variance: Numbers
) -> tuple[Numbers, Numbers]:
    """Mean and variance (T, S) of the swing given residuals, each with its own day noise."""
    size = frame.rating.size
    swing_variance = draws.share * draws.spread**2
    noise = np.broadcast_to(day_variance, residual.shape) / frame.weight[:, None]
    mean, variance = np.zeros((size, draws.phi.size)), np.zeros((size, draws.phi.size))
    ahead_mean, ahead_variance = mean.copy(), variance.copy()
    state, width = np.zeros_like(draws.phi), swing_variance
    carry = np.where(frame.gap[:, None] > 0, draws.phi, 1.0)
    for day in range(size):
        state = carry[day] * state
        width = carry[day] ** 2 * width + swing_variance * (1 - carry[day] ** 2)
        ahead_mean[day], ahead_variance[day] = state, width
        if np.isfinite(frame.rating[day]):
            total = width + noise[day]
            gain = np.divide(width, total, out=np.zeros_like(width), where=total > 0)
            state, width = state + gain * (residual[day] - state), width * (1 - gain)
        mean[day], variance[day] = state, width
    for day in range(size - 2, -1, -1):
        ahead = ahead_variance[day + 1]
        back = np.divide(
            variance[day] * carry[day + 1], ahead, out=np.zeros_like(ahead), where=ahead > 0
        )
        mean[day] += back * (mean[day + 1] - ahead_mean[day + 1])
        variance[day] += back**2 * (variance[day + 1] - ahead)
    return mean, np.maximum(variance, 0.0)


def _dates(frame: Frame, diary: Diary) -> tuple[date, ...] | None:
    if diary.dates is None or frame.aggregate:
        return None
    first = diary.dates[0]
    return tuple(first + timedelta(days=int(day - frame.day[0])) for day in frame.day)


def _doses(frame: Frame, diary: Diary) -> tuple[float | None, ...] | None:
    if diary.dose_mg is None:
        return None
    found = [diary.dose_mg[row] if row >= 0 else np.nan for row in frame.row]
    return tuple(None if np.isnan(dose) else float(dose) for dose in found)


def _treatments(frame: Frame, diary: Diary) -> tuple[str, ...] | None:
    named = diary.treatment if diary.treatment and any(diary.treatment) else diary.period
    if named is None:
        return None
    return tuple(named[row] if row >= 0 else "" for row in frame.row)
