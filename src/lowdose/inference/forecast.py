"""What more days of diary would bring: the chance of a clear answer after so many more days.

For each of some posterior draws of the noise and onset, the days to come are laid out, and the
effect's posterior after them follows in closed form: its width is known in advance, and where it
will lie is normal around where it lies now. Only the coming ratings are chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Direction
from lowdose.inference.arrays import coefficient_scale, step_matrix
from lowdose.inference.course import relief_of
from lowdose.inference.draws import Draws, normal_cdf
from lowdose.inference.estimate import reference_row
from lowdose.inference.frame import Frame
from lowdose.mechanism.expectation import grow

__all__ = ["HORIZONS", "Future", "chance_of_clear_answer", "coming_days", "days_needed"]

Numbers = NDArray[np.float64]

HORIZONS = (14, 28, 56, 84, 112, 168, 224)
CLEAR = 0.95
_SHARE_WANTED = 0.8


@dataclass(frozen=True, eq=False)
class Future:
    """Days to come: the columns of the model, laid on after the diary's own."""

    fixed: Numbers
    drive: Numbers


def coming_days(
    frame: Frame, level: int, *, alternate: int, known: bool = False, days: int = HORIZONS[-1]
) -> Future:
    """Lay out days to come at one level.

    With `alternate` days in a block, the level and the reference take turns, as in a blinded
    test; with 0 the level is taken every day. Where what is taken is `known`, expectation follows
    it; otherwise every day may be a treated one.
    """
    index = np.arange(days)
    on = np.ones(days) if alternate == 0 else ((index // alternate) % 2 == 0).astype(float)
    drive = np.zeros((days, frame.drive.shape[1]))
    drive[:, level] = on
    fixed = np.zeros((days, frame.fixed.shape[1]))
    fixed[:, 0] = 1.0
    if frame.drift is not None:
        bends = range(3, 3 + frame.drift.knots.size)
        fixed[:, [1, *bends]] = frame.drift.columns(frame.day[-1] + 1.0 + index)
    if np.any(frame.fixed[:, 2]):
        believed = on > 0 if known else np.ones(days, dtype=bool)
        fixed[:, 2] = grow(believed, frame.prior.expectation_rate, float(frame.fixed[-1, 2]))
    return Future(fixed, drive)


def chance_of_clear_answer(
    frame: Frame, draws: Draws, level: int, future: Future, seed: int = 0
) -> tuple[tuple[int, float], ...]:
    """Chance of a clear answer after each of `HORIZONS` further days, all of them rated.

    Clear: benefit or harm at 95 %, or an improvement by 30 % ruled out at 95 %. One future for
    each draw; its coefficients' posterior today has mean m and covariance V, after more days V',
    and the later mean is then normal around m with covariance V - V'.
    """
    first, *later = _posteriors(frame, draws, future)
    centre, now = first
    noise = np.random.default_rng(seed).standard_normal(draws.phi.size)
    rows = _rows(frame, level, now.shape[1])
    offsets = (0.0, 0.3 * frame.symptom.low)
    found = []
    for horizon, (_, covariance) in zip(HORIZONS, later, strict=True):
        below = [
            _later_chance(row, offset, centre, now, covariance, noise)
            for row, offset in zip(rows, offsets, strict=True)
        ]
        clear = (below[0] >= CLEAR) | (below[0] <= 1 - CLEAR) | (below[1] <= 1 - CLEAR)
        found.append((horizon, float(clear.mean())))
    return tuple(found)


def _later_chance(
    row: Numbers, offset: float, centre: Numbers, now: Numbers, later: Numbers, noise: Numbers
) -> Numbers:
    """Later probability, in each future, that a question's value is below its offset."""
    width_now = np.einsum("i,sij,j->s", row, now, row)
    width_later = np.maximum(np.einsum("i,sij,j->s", row, later, row), 1e-18)
    mean = centre @ row + np.sqrt(np.maximum(width_now - width_later, 0.0)) * noise
    return normal_cdf((offset - mean) / np.sqrt(width_later))


def days_needed(chances: tuple[tuple[int, float], ...]) -> int | None:
    """The first horizon at which four of five futures are clear; None if none is."""
    return next((days for days, chance in chances if chance >= _SHARE_WANTED), None)


def _rows(frame: Frame, level: int, coefficients: int) -> Numbers:
    """Effect, and effect plus 30 % of the baseline, signed so that benefit is below zero."""
    count = frame.fixed.shape[1]
    sign = 1.0 if frame.symptom.direction is Direction.LOWER_IS_BETTER else -1.0
    rows = np.zeros((2, coefficients))
    rows[:, count + level] = sign
    rows[1, :count] = 0.3 * reference_row(frame)
    return rows


def _posteriors(frame: Frame, draws: Draws, future: Future) -> list[tuple[Numbers, Numbers]]:
    """Mean (S, K) and covariance (S, K, K) of the coefficients today and after each horizon."""
    means, sds = coefficient_scale(frame)
    steps = step_matrix(frame)
    count = sds.size
    used = np.concatenate([sds > 0, np.ones(steps.shape[0], dtype=bool)])
    prior = np.zeros((used.size, used.size))
    prior[range(count), range(count)] = np.where(sds > 0, np.maximum(sds, 1e-12) ** -2, 1.0)
    prior[count:, count:] = np.linalg.inv(steps @ steps.T)
    effect = np.full(steps.shape[0], frame.prior.effect.mean)
    start = prior @ np.concatenate([means, effect])
    scale = draws.spread[:, None, None] ** 2
    found = []
    for gram in _grams(frame, draws, future):
        covariance = np.asarray(np.linalg.inv(prior + gram[:, :-1, :-1] / scale), np.float64)
        right = start + gram[:, :-1, -1] / scale[:, 0]
        found.append((np.einsum("sij,sj->si", covariance, right), covariance))
    return found


def _grams(frame: Frame, draws: Draws, future: Future) -> list[Numbers]:
    """Whitened cross products (S, K + 1, K + 1) of columns and ratings, today and later.

    The ratings to come are not known: their cross products matter only today.
    """
    size, more = frame.rating.size, future.fixed.shape[0]
    fixed = np.concatenate([frame.fixed, future.fixed])
    drive = np.concatenate([frame.drive, future.drive])
    relief = relief_of(drive, draws.half_life, frame.gradual)
    rating = np.concatenate([np.nan_to_num(frame.rating), np.zeros(more)])
    seen = np.concatenate([frame.rated, np.ones(more, dtype=bool)])
    gap = np.concatenate([frame.gap, np.ones(more)])
    weight = np.concatenate([frame.weight, np.ones(more)])
    stops = {size + horizon for horizon in (0, *HORIZONS)}
    samples, count = draws.phi.size, fixed.shape[1] + drive.shape[1] + 1
    gram = np.zeros((samples, count, count))
    state, variance = np.zeros(gram.shape[:2]), draws.share.copy()
    row = np.empty(gram.shape[:2])
    found: list[Numbers] = []
    for day in range(size + more):
        if day in stops:
            found.append(gram.copy())
        carry = draws.phi if gap[day] > 0 else np.ones(samples)
        variance = carry**2 * variance + draws.share * (1 - carry**2)
        state = carry[:, None] * state
        if not seen[day]:
            continue
        total = np.maximum(variance + (1 - draws.share) / weight[day], 1e-12)
        row[:, : fixed.shape[1]] = fixed[day]
        row[:, fixed.shape[1] : -1] = relief[day].T
        row[:, -1] = rating[day]
        left = row - state
        gram += left[:, :, None] * left[:, None, :] / total[:, None, None]
        state = state + (variance / total)[:, None] * left
        variance = variance * (1 - variance / total)
    found.append(gram)
    return found
