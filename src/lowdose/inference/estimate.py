"""Posteriors of many frames: grouped by shape, in chunks, on every core.

The only door to the compiled programs. What comes back is plain numpy, one `Estimate` a frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import jax
import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Direction
from lowdose.inference.arrays import Batch, bucket, level_bucket, stack
from lowdose.inference.frame import Frame
from lowdose.inference.mixture import (
    Projection,
    interval,
    moments,
    probability_below,
    project,
)
from lowdose.inference.place import Grid, fine_grid_for, grid_for, noise_pairs
from lowdose.inference.quadrature import Mixture, integrate
from lowdose.runtime import double_precision, in_parallel

__all__ = [
    "Effects",
    "Estimate",
    "Posterior",
    "Quantity",
    "ask",
    "effects_of_many",
    "estimate",
    "estimate_many",
    "posterior_of",
    "questions",
    "read_one",
    "reference_row",
]

Numbers = NDArray[np.float64]
Found = TypeVar("Found")

CHUNK = 16


@dataclass(frozen=True)
class Quantity:
    """One number's posterior: mean, standard deviation, central 95 % interval."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """What the ratings of one frame say, per level and for the baseline.

    Probabilities are of benefit, of improving the reference rating by 30 % and by 50 %; harm is
    the rest of benefit. `trend` and `expectation` are None where many frames were answered at
    once.
    """

    baseline: Quantity
    effects: tuple[Quantity, ...]
    benefit: tuple[float, ...]
    better_30_percent: tuple[float, ...]
    better_50_percent: tuple[float, ...]
    trend: Quantity | None
    expectation: Quantity | None
    log_evidence: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """The whole posterior of one frame as a mixture of normals, in the scale's units.

    weight (N,), mean (N, K), root (N, K, J) with covariance root @ root.T, and the nodes' hyper
    numbers (4, N) in prior standard units. `phi_axis` and `onset_axis` are the marginal weights
    along the grid's axes: pairs of (standard units, weight).
    """

    weight: Numbers
    mean: Numbers
    root: Numbers
    hyper: Numbers
    phi_axis: tuple[Numbers, Numbers]
    onset_axis: tuple[Numbers, Numbers]


@dataclass(frozen=True, eq=False)
class Effects:
    """The posterior of every level's effect as a mixture of normals, signed so that benefit is
    below zero, in the scale's units: weight (N,), mean and sd (levels, N). prior_mean, prior_sd:
    (levels,), what was believed of each before.
    """

    weight: Numbers
    mean: Numbers
    sd: Numbers
    prior_mean: Numbers
    prior_sd: Numbers


def questions(frame: Frame, levels: int) -> Numbers:
    """Rows of coefficients for every linear question, (3 + 3 levels, K) on the scale's units.

    Baseline (the average rating on reference days), trend a week, expectation, then for each level
    its effect, and its effect plus 30 % and plus 50 % of the baseline: signed so that benefit is
    below zero.
    """
    fixed = frame.fixed.shape[1]
    rows = np.zeros((3 + 3 * levels, fixed + levels))
    rows[0, :fixed] = reference_row(frame)
    rows[1, 1] = 7.0
    rows[2, 2] = 1.0
    lower = frame.symptom.direction is Direction.LOWER_IS_BETTER
    for block, share in enumerate((0.0, 0.3, 0.5)):
        first = 3 + block * levels
        rows[first : first + levels] = share * rows[0]
        rows[first : first + levels, fixed:] += np.eye(levels) if lower else -np.eye(levels)
    return rows


def reference_row(frame: Frame) -> Numbers:
    """Average of the fixed columns over the rated reference days (the first day if none)."""
    days = frame.reference_days
    if not days.any():
        row = np.zeros(frame.fixed.shape[1])
        row[:2] = frame.fixed[0, :2]
        return row
    mean: Numbers = frame.fixed[days].mean(axis=0)
    return mean


def estimate(frame: Frame) -> tuple[Estimate, Posterior]:
    """The posterior of one frame, whole and summarised."""
    with double_precision():
        batch, asked, offset = _prepare([frame], 1, level_bucket(len(frame.labels)))
        grid = fine_grid_for(batch.rating.shape[0])
        found, mixture = _solve_one(batch, asked, offset, grid, detail=True)
        found, mixture = jax.tree.map(np.asarray, (found, mixture))
    return _read([frame], found)[0], posterior_of(frame, batch, mixture, grid)


def estimate_many(
    frames: Iterable[Frame], *, progress: Callable[[int], None] | None = None
) -> list[Estimate]:
    """Estimates of many frames, in their order; compiled once for each shape.

    `frames` may be a generator: frames are read while earlier ones compute. `progress` is called
    with the number of frames just finished.
    """
    return _in_chunks(_estimate_chunk, frames, progress)


def effects_of_many(
    frames: Iterable[Frame], *, progress: Callable[[int], None] | None = None
) -> list[Effects]:
    """The whole posteriors of many frames' effects, in their order; otherwise `estimate_many`."""
    return _in_chunks(_effects_chunk, frames, progress)


def _in_chunks(
    solve: Callable[[list[Frame]], list[Found]],
    frames: Iterable[Frame],
    progress: Callable[[int], None] | None,
) -> list[Found]:
    """`solve` done on chunks of one shape, on every core; results in the frames' order."""
    places: list[list[int]] = []

    def chunks() -> Iterator[list[Frame]]:
        for indices, group in _chunks(frames):
            places.append(indices)
            yield group

    def work(group: list[Frame]) -> list[Found]:
        done = solve(group)
        if progress:
            progress(len(group))
        return done

    with double_precision():
        results = in_parallel(work, chunks())
    found: dict[int, Found] = {}
    for indices, group in zip(places, results, strict=True):
        found.update(zip(indices, group, strict=True))
    return [found[index] for index in range(len(found))]


def _chunks(frames: Iterable[Frame]) -> Iterator[tuple[list[int], list[Frame]]]:
    """Frames of one shape together, at most CHUNK at a time, with their positions."""
    waiting: dict[tuple[int, int, int], tuple[list[int], list[Frame]]] = {}
    for index, frame in enumerate(frames):
        shape = (bucket(frame.rating.size), level_bucket(len(frame.labels)), frame.fixed.shape[1])
        indices, group = waiting.setdefault(shape, ([], []))
        indices.append(index)
        group.append(frame)
        if len(group) == CHUNK:
            yield waiting.pop(shape)
    yield from waiting.values()


def _estimate_chunk(frames: list[Frame]) -> list[Estimate]:
    batch, asked, offset = _prepare(frames, CHUNK, level_bucket(len(frames[0].labels)))
    grid = grid_for(batch.rating.shape[0])
    found, _ = _solve_many(batch, asked, offset, grid, detail=False)
    return _read(frames, jax.tree.map(np.asarray, found))


def _effects_chunk(frames: list[Frame]) -> list[Effects]:
    levels = level_bucket(len(frames[0].labels))
    batch, asked, _ = _prepare(frames, CHUNK, levels)
    rows = asked[3 : 3 + levels]
    part = _project_many(batch, rows, grid_for(batch.rating.shape[0]))
    weight, mean, sd = (np.asarray(one) for one in part)
    prior_mean = np.einsum("qkc,kc->qc", rows, batch.start)
    prior_sd = np.sqrt(np.einsum("qkc,qkc->qc", rows, rows))
    return [
        Effects(
            weight[:, place],
            mean[: len(frame.labels), :, place],
            sd[: len(frame.labels), :, place],
            prior_mean[: len(frame.labels), place],
            prior_sd[: len(frame.labels), place],
        )
        for place, frame in enumerate(frames)
    ]


def _prepare(frames: Sequence[Frame], size: int, levels: int) -> tuple[Batch, Numbers, Numbers]:
    """Arrays of the frames; the questions on standardised coefficients and their offsets."""
    batch = stack(frames, size=size)
    rows = [questions(frame, levels) for frame in frames]
    rows += [rows[0]] * (size - len(frames))
    asked = np.einsum("qjc,jkc->qkc", np.stack(rows, axis=-1), batch.back)
    offset = np.zeros((asked.shape[0], size))
    for place, frame in enumerate(frames):
        low = frame.symptom.low  # the baseline is measured from the low end of the scale
        offset[3 + levels : 3 + 2 * levels, place] = 0.3 * low
        offset[3 + 2 * levels :, place] = 0.5 * low
    return batch, asked, offset


def _ask(
    batch: Batch, asked: Any, offset: Any, grid: Grid, detail: bool
) -> tuple[dict[str, Any], Mixture | None]:
    """Integrate, then ask: moments and probabilities of every question, intervals of the first.

    With `detail` the intervals of baseline, trend and expectation come too, and the mixture.
    """
    mixture = integrate(batch, grid)
    return ask(mixture, asked, offset, detail=detail), mixture if detail else None


def ask(mixture: Mixture, asked: Any, offset: Any, *, detail: bool) -> dict[str, Any]:
    """What `read_one` reads: `asked` are rows of `questions`, `offset` shifts their zero."""
    part = project(mixture, asked)
    levels = (asked.shape[0] - 3) // 3
    first = 0 if detail else 3
    low, high = interval(_rows(part, first, 3 + levels))
    mean, sd = moments(part)
    below = probability_below(_rows(part, 3, 3 + 3 * levels), offset[3:, None])
    return {
        "mean": mean,
        "sd": sd,
        "low": low,
        "high": high,
        "below": below,
        "log_evidence": mixture.log_evidence,
    }


# For one diary compiling takes most of the time: half the effort there costs a millisecond later.
_solve_one = jax.jit(
    _ask,
    static_argnames=("grid", "detail"),
    compiler_options={"xla_backend_optimization_level": 0},
)
_solve_many = jax.jit(
    _ask,
    static_argnames=("grid", "detail"),
    compiler_options={"xla_cpu_prefer_vector_width": 512},
)


@partial(
    jax.jit,
    static_argnames=("grid",),
    compiler_options={"xla_cpu_prefer_vector_width": 512},
)
def _project_many(batch: Batch, rows: Any, grid: Grid) -> Projection:
    """The linear questions of every course, before anything is summed over the nodes."""
    return project(integrate(batch, grid), rows)


def _rows(part: Projection, first: int, last: int) -> Projection:
    return Projection(part.weight, part.mean[first:last], part.sd[first:last])


def _read(frames: Sequence[Frame], found: dict[str, Numbers]) -> list[Estimate]:
    return [read_one(frame, place, found) for place, frame in enumerate(frames)]


def read_one(frame: Frame, place: int, found: dict[str, Numbers]) -> Estimate:
    """The answers of one frame in the direction of its own scale."""
    count = len(frame.labels)
    levels = found["below"].shape[0] // 3
    mean, sd = found["mean"][:, place].tolist(), found["sd"][:, place].tolist()
    below = found["below"][:, place].tolist()
    detail = found["low"].shape[0] == 3 + levels
    shift = 0 if detail else 3
    low, high = found["low"][:, place].tolist(), found["high"][:, place].tolist()
    sign = 1.0 if frame.symptom.direction is Direction.LOWER_IS_BETTER else -1.0

    def quantity(row: int) -> Quantity:
        return Quantity(mean[row], sd[row], low[row - shift], high[row - shift])

    def effect(level: int) -> Quantity:
        found = quantity(3 + level)
        if sign > 0:
            return found
        return Quantity(-found.mean, found.sd, -found.high, -found.low)

    return Estimate(
        baseline=quantity(0)
        if detail
        else Quantity(mean[0], sd[0], mean[0] - 1.96 * sd[0], mean[0] + 1.96 * sd[0]),
        effects=tuple(effect(level) for level in range(count)),
        benefit=tuple(below[:count]),
        better_30_percent=tuple(below[levels : levels + count]),
        better_50_percent=tuple(below[2 * levels : 2 * levels + count]),
        trend=quantity(1) if detail else None,
        expectation=quantity(2) if detail else None,
        log_evidence=float(found["log_evidence"][place]),
    )


def posterior_of(frame: Frame, batch: Batch, mixture: Mixture, grid: Grid) -> Posterior:
    """The mixture in the scale's units, padding levels left out."""
    count = frame.fixed.shape[1] + len(frame.labels)
    back = batch.back[:count, :, 0]
    weight = mixture.weight[:, 0]
    mean = np.einsum("ij,jn->ni", back, mixture.mean[:, :, 0])
    root = np.einsum("ij,kjn->nik", back, mixture.root[..., 0])
    cube = weight.reshape(grid.onset, grid.spread, -1)
    axis, place = np.unique(noise_pairs(grid)[0], return_inverse=True)
    phi = mixture.place.noise_mean[0, 0] + mixture.place.noise_root[0, 0, 0] * axis
    onset = mixture.hyper[0, :, 0].reshape(cube.shape)[:, 0, 0]
    return Posterior(
        weight=weight,
        mean=mean,
        root=root,
        hyper=mixture.hyper[..., 0],
        phi_axis=(phi, np.bincount(place, weights=cube.sum(axis=(0, 1))) / _kept(grid)),
        onset_axis=(onset, cube.sum(axis=(1, 2))),
    )


def _kept(grid: Grid) -> Numbers:
    """How much of each column of the noise lattice its cut corners leave, for a normal posterior.

    Without it the tails of the autocorrelation, where most is cut, would look too thin.
    """
    first, second = noise_pairs(grid)
    _, place = np.unique(first, return_inverse=True)
    columns = np.bincount(place, weights=np.exp(-0.5 * second**2))
    kept: Numbers = columns / columns.max()
    return kept
