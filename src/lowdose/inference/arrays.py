"""From frames to padded arrays: many diaries side by side, in few shapes, ready for compiled code.

Coefficients are standardised: every column is multiplied by its prior standard deviation, so that
each coefficient has prior N(start, 1), and a column that is not in use is simply zero. The random
walk across dose levels becomes a matrix that turns independent steps into effects.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lowdose.inference.frame import Frame
from lowdose.inference.options import Noise
from lowdose.inference.priors import Normal

__all__ = [
    "HYPER",
    "SHARE_RANGE",
    "Batch",
    "bucket",
    "coefficient_scale",
    "grain",
    "level_bucket",
    "stack",
    "step_matrix",
]

Numbers = NDArray[np.float64]

HYPER = ("log_half_life", "phi_probit", "share_probit", "log_spread")
SHARE_RANGE = {Noise.BOTH: (0.0, 1.0), Noise.SWING: (1.0, 1.0), Noise.DAY: (0.0, 0.0)}
_LEVEL_SHAPES = (1, 2, 4, 8, 16)


class Batch(NamedTuple):
    """Several courses as arrays, batch axis last. C courses, T rows, K = fixed + levels.

    rating, seen, gap, weight: (T, C). fixed: (T, F, C) and drive: (T, m, C), both standardised.
    start: (K, C) prior means of the standardised coefficients. hyper: (4, 2, C) mean and sd in the
    order of `HYPER`. share_range: (2, C). gradual: (C,) 1 where treatments act through the onset
    filter. grain: (C,) the spread that rounding alone makes. back: (K, K, C)
    turns standardised coefficients into those of the scale.
    """

    rating: Numbers
    seen: Numbers
    gap: Numbers
    weight: Numbers
    fixed: Numbers
    drive: Numbers
    start: Numbers
    hyper: Numbers
    share_range: Numbers
    gradual: Numbers
    grain: Numbers
    back: Numbers


def bucket(days: int) -> int:
    """The padded length for `days` rows: steps of 16 to 128, then 192, 256, 384, 512, ...

    >>> bucket(112), bucket(10), bucket(3000)
    (112, 16, 3072)
    """
    if days <= 128:
        return max(16, -(-days // 16) * 16)
    size = 128
    while size < days:
        size = size * 3 // 2 if size & (size - 1) == 0 else size * 4 // 3
    return size


def level_bucket(levels: int) -> int:
    """The padded number of dose levels."""
    return next(size for size in _LEVEL_SHAPES if size >= levels)


def step_matrix(frame: Frame) -> Numbers:
    """Turn independent standard steps into effects: lower triangular for doses, diagonal for names.

    The first dose level has the effect's prior spread; each further level differs from the one
    below by a random-walk step whose variance grows with the distance in mg.
    """
    prior = frame.prior
    if not frame.by_dose:
        return np.eye(len(frame.level_names)) * prior.effect.sd
    gaps = np.diff(np.array(frame.level_doses))
    sds = np.concatenate([[prior.effect.sd], prior.effect_step_sd * np.sqrt(gaps)])
    walk: Numbers = np.tril(np.ones((sds.size, sds.size))) * sds
    return walk


def coefficient_scale(frame: Frame) -> tuple[Numbers, Numbers]:
    """Prior mean and sd of the fixed coefficients (`FIXED`, the drift's bends, then the guess).

    At a bend the slope changes by as much as the slope itself may be.

    Both are 0 for a column that is not in use.
    """
    prior = frame.prior
    guess = Normal(0.0, 2 * prior.effect.sd)
    bends = 0 if frame.drift is None else frame.drift.knots.size
    bend = Normal(0.0, prior.trend_per_day.sd)
    straight = (prior.baseline, prior.trend_per_day, prior.expectation)
    normals = (*straight, *([bend] * bends), guess)[: frame.fixed.shape[1]]
    means = np.array([normal.mean for normal in normals])
    sds = np.array([normal.sd for normal in normals])
    used = np.any(frame.fixed != 0, axis=0)
    return np.where(used, means, 0.0), np.where(used, sds, 0.0)


def grain(frame: Frame) -> float:
    """The spread that rounding alone makes: the finest difference between ratings, over root 12.

    It keeps a diary of equal ratings (at the floor of the scale, say) from looking certain.
    """
    values = np.unique(frame.rating[frame.rated])
    width = frame.symptom.high - frame.symptom.low
    finest = float(np.min(np.diff(values))) if values.size > 1 else width / 10
    return min(max(finest, 1e-4 * width), width / 10) / math.sqrt(12)


def stack(frames: Sequence[Frame], *, size: int | None = None) -> Batch:
    """Pad frames to one shape and put them side by side; `size` pads the number of courses too.

    Padding courses repeat the first frame; their results are to be thrown away.
    """
    rows = bucket(max(frame.rating.size for frame in frames))
    levels = level_bucket(max(len(frame.labels) for frame in frames))
    filled = [*frames, *([frames[0]] * ((size or len(frames)) - len(frames)))]
    batch = _empty(rows, levels, frames[0].fixed.shape[1], len(filled))
    for place, frame in enumerate(filled):
        _write(batch, place, frame)
    return batch


def _empty(rows: int, levels: int, fixed: int, courses: int) -> Batch:
    count = fixed + levels
    return Batch(
        rating=np.zeros((rows, courses)),
        seen=np.zeros((rows, courses)),
        gap=np.ones((rows, courses)),
        weight=np.ones((rows, courses)),
        fixed=np.zeros((rows, fixed, courses)),
        drive=np.zeros((rows, levels, courses)),
        start=np.zeros((count, courses)),
        hyper=np.zeros((4, 2, courses)),
        share_range=np.zeros((2, courses)),
        gradual=np.zeros(courses),
        grain=np.zeros(courses),
        back=np.zeros((count, count, courses)),
    )


def _write(batch: Batch, place: int, frame: Frame) -> None:
    """Put one frame into its place of the arrays."""
    size, first = frame.rating.size, frame.fixed.shape[1]
    means, sds = coefficient_scale(frame)
    steps = step_matrix(frame)
    last = first + steps.shape[0]
    seen = frame.rated
    batch.rating[:size, place] = np.where(seen, frame.rating, 0.0)
    batch.seen[:size, place] = seen
    batch.gap[:size, place] = frame.gap
    batch.weight[:size, place] = frame.weight
    batch.fixed[:size, :, place] = frame.fixed * sds
    batch.drive[:size, : steps.shape[0], place] = frame.drive @ steps
    batch.back[range(first), range(first), place] = sds
    batch.back[first:last, first:last, place] = steps
    used = sds > 0
    batch.start[:first, place][used] = means[used] / sds[used]
    batch.start[first : first + 1 if frame.by_dose else last, place] = (
        frame.prior.effect.mean / frame.prior.effect.sd
    )
    numbers = (getattr(frame.prior, name) for name in HYPER)
    batch.hyper[:, :, place] = [(number.mean, number.sd) for number in numbers]
    batch.share_range[:, place] = SHARE_RANGE[frame.options.noise]
    batch.gradual[place] = frame.gradual
    batch.grain[place] = grain(frame)
