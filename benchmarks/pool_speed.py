"""How fast courses are pooled, beside sampling, and what that means for millions.

From each course's likelihood (24 normal curves, as diaries give) to the pooled answer, on every
core; beside it NUTS on the same likelihoods, with an effective sample of 400 of the mean effect.
Both are held against summing the same posterior on a fine grid, without a lattice or draws.
Then how time, memory and file grow with the number of courses, and what a diary costs before.

    python benchmarks/pool_speed.py
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
from measuring import Progress
from results import (
    Accuracy,
    Comparison,
    Measure,
    Watch,
    conclude,
    parser_for,
    versions_of,
)
from rivals import compiled_nuts, draws_for, spread_of_effects
from scipy.special import logsumexp

from lowdose.diary.virtual import virtual_diaries
from lowdose.inference.pool.lattice import array_of, nothing, summed
from lowdose.inference.pool.likelihood import courses_of
from lowdose.inference.pool.posterior import Belief, pooled
from lowdose.inference.pool.share import contribution, share_json
from lowdose.inference.pool.values import Cell, Course, Likelihood, Pooled
from lowdose.inference.priors import Normal
from lowdose.runtime import cores, double_precision

BELIEF = Belief(Normal(0.0, 0.3))
CURVES = 24
SAMPLED = 1_000  # courses that NUTS is given
WANTED_SIZE = 400
GRID = 41
WARMUP, PILOT_DRAWS = 500, 1000
Curves = tuple[np.ndarray, np.ndarray, np.ndarray]
Moments = tuple[float, float]


def made(count: int) -> list[Likelihood]:
    """Courses of people whose effects differ by 0.08 of the scale around -0.05."""
    chance = np.random.default_rng(1)
    unsure = chance.uniform(0.03, 0.2, (count, 1))
    found = chance.normal(-0.05, 0.08, (count, 1)) + unsure * chance.normal(size=(count, 1))
    mean = found + 0.3 * unsure * chance.normal(size=(count, CURVES))
    sd = unsure * chance.uniform(0.7, 1.3, (count, CURVES))
    weight = chance.dirichlet(np.ones(CURVES), count)
    return [Likelihood(*row) for row in zip(weight, mean, sd, strict=True)]


def curves_of(courses: list[Likelihood]) -> Curves:
    """Log weights, means and variances, (courses, curves) each."""
    weight, mean, sd = (
        np.stack([getattr(one, part) for one in courses]) for part in ("weight", "mean", "sd")
    )
    return np.log(weight), mean, sd**2


def answered(courses: list[Likelihood]) -> Pooled:
    """From likelihoods to the answer."""
    parts = [courses[place :: cores()] for place in range(cores())]
    with ThreadPoolExecutor(cores()) as pool:
        array = sum(pool.map(summed, parts), start=nothing())
    return pooled(array, len(courses), BELIEF)


def pooling(count: int, repeats: int) -> tuple[float, ...]:
    """Seconds from likelihoods to the answer."""
    courses, times = made(count), []
    for _ in range(repeats):
        start = time.perf_counter()
        answered(courses)
        times.append(time.perf_counter() - start)
    return tuple(times)


def sampled(repeats: int) -> tuple[tuple[float, ...], dict[str, np.ndarray], int]:
    """Seconds of compiled NUTS, its draws of all repeats, and draws a repeat."""
    curves = curves_of(made(SAMPLED))
    model, progress, times = spread_of_effects(BELIEF), Progress("compiled NUTS", repeats), []
    pilot = compiled_nuts(model, curves, WARMUP, PILOT_DRAWS)(jax.random.key(0), curves)
    count = draws_for(WANTED_SIZE, [np.asarray(pilot["mu"])])
    run, all_draws = compiled_nuts(model, curves, WARMUP, count), []
    jax.block_until_ready(run(jax.random.key(0), curves))
    for seed in range(1, repeats + 1):
        start = time.perf_counter()
        all_draws.append(jax.block_until_ready(run(jax.random.key(seed), curves)))
        times.append(time.perf_counter() - start)
        progress()
    joined = {name: np.concatenate([one[name] for one in all_draws]) for name in ("mu", "tau")}
    return tuple(times), joined, count


def against_nuts(ours_s: tuple[float, ...], repeats: int) -> Comparison:
    with double_precision():
        times, draws, count = sampled(repeats)
    courses = made(SAMPLED)
    found = answered(courses)
    return Comparison(
        name="nuts",
        task=f"the pooled answer of {SAMPLED:,} courses, from their likelihoods",
        competitor="BlackJAX NUTS, compiled once",
        settings=f"{WARMUP} steps of warm-up, {count} draws for an effective sample of 400",
        versions=versions_of(["blackjax", "numpyro"]),
        ours_s=ours_s,
        theirs_s=times,
        accuracy=tuple(agreement(found, draws, exactly(courses, found))),
    )


def agreement(
    found: Pooled, draws: dict[str, np.ndarray], exact: tuple[Moments, Moments]
) -> Iterator[Accuracy]:
    """How far both are from the grid: means in its standard deviations, those as shares."""
    rows = (
        ("the average", found.mean, draws["mu"], exact[0]),
        ("the spread of people", found.heterogeneity, draws["tau"], exact[1]),
    )
    for what, ours, theirs, (mean, sd) in rows:
        off = abs(ours.mean - mean) / sd, abs(float(theirs.mean()) - mean) / sd
        yield Accuracy(f"error of {what}, in its standard deviations", *off)
        off = abs(ours.sd / sd - 1), abs(float(theirs.std()) / sd - 1)
        yield Accuracy(f"error of the standard deviation of {what}, as a share", *off)


def exactly(courses: list[Likelihood], near: Pooled) -> tuple[Moments, Moments]:
    """Mean and standard deviation of average and spread, on a grid of six deviations around."""
    log_weight, mean, variance = curves_of(courses)
    steps = np.linspace(-6, 6, GRID)
    mus = near.mean.mean + near.mean.sd * steps
    taus = near.heterogeneity.mean + near.heterogeneity.sd * steps
    taus = taus[taus > 0]
    logs = np.empty((mus.size, taus.size))
    progress = Progress("grid", mus.size)
    for row, mu in enumerate(mus):
        for column, tau in enumerate(taus):
            total = variance + tau**2
            each = log_weight - 0.5 * (np.log(total) + (mean - mu) ** 2 / total)
            logs[row, column] = logsumexp(each, axis=1).sum()
        progress()
    logs -= 0.5 * ((mus[:, None] - BELIEF.mean.mean) / BELIEF.mean.sd) ** 2
    logs -= 0.5 * (taus / BELIEF.spread) ** 2
    weight = np.exp(logs - logs.max())
    return _moments(mus, weight.sum(axis=1)), _moments(taus, weight.sum(axis=0))


def _moments(places: np.ndarray, weight: np.ndarray) -> Moments:
    mean = float(np.average(places, weights=weight))
    return mean, float(np.sqrt(np.average((places - mean) ** 2, weights=weight)))


def adding(sites: int) -> float:
    """Seconds to add so many sites' arrays."""
    one = array_of(made(1)[0])
    start = time.perf_counter()
    total = nothing()
    for _ in range(sites):
        total += one
    return time.perf_counter() - start


def diaries(count: int) -> float:
    """Seconds a diary, from ratings to a likelihood, after compilation."""
    made_up = virtual_diaries([4.5] * 84, people=count, untreated_days=28, seed=2)
    courses_of(made_up[:64])
    start = time.perf_counter()
    courses_of(made_up)
    return (time.perf_counter() - start) / count


def growth(sizes: list[int], seconds: list[float]) -> Iterator[Measure]:
    """Time by the number of courses, and what one more costs."""
    for size, found in zip(sizes, seconds, strict=True):
        yield Measure(
            f"pooled_{size}",
            f"{size:,} courses, from their likelihoods to the pooled answer",
            found,
            "s",
        )
    slope = (seconds[-1] - seconds[0]) / (sizes[-1] - sizes[0])
    yield Measure("course", "what each further course adds to that", 1e6 * slope, "µs")


def sizes_of_files() -> Iterator[Measure]:
    courses = [Course(str(n), Cell("x", "n", 4.5), one) for n, one in enumerate(made(5))]
    shared = json.dumps(share_json(contribution(courses, symptom="pain", scale=(0, 10))))
    yield Measure(
        "array", "memory of an array, the sum of such likelihoods", nothing().nbytes / 1024, "KiB"
    )
    yield Measure("file", "the file in which a site shares one array", len(shared) / 1024, "KiB")


def main() -> None:
    parser = parser_for(__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="courses pooled at the most")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    watch = Watch()
    sizes = [size for size in (1_000, 10_000, 100_000) if size <= options.most]
    times = [pooling(size, options.repeats) for size in sizes]
    comparison = against_nuts(times[0], options.repeats)
    what = "one diary of 112 days, from its ratings to its likelihood"
    conclude(
        options,
        watch,
        [comparison],
        [
            *growth(sizes, [statistics.median(one) for one in times]),
            Measure("sites", "adding the arrays of 10,000 sites", 1000 * adding(10_000), "ms"),
            Measure("diary", what, 1000 * diaries(800), "ms"),
            *sizes_of_files(),
        ],
    )


if __name__ == "__main__":
    main()
