"""How fast courses are pooled, and what that means for millions: python benchmarks/pool_speed.py

From each course's likelihood (24 normal curves, as diaries give) to the pooled answer, on two
cores; how time, memory and file grow with the number of courses; and what a diary costs before.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from measuring import table

from lowdose.diary.virtual import virtual_diaries
from lowdose.inference.pool.lattice import array_of, nothing, summed
from lowdose.inference.pool.likelihood import courses_of
from lowdose.inference.pool.posterior import Belief, pooled
from lowdose.inference.pool.share import contribution, share_json
from lowdose.inference.pool.values import Cell, Course, Likelihood
from lowdose.inference.priors import Normal
from lowdose.runtime import cores

BELIEF = Belief(Normal(0.0, 0.3))
CURVES = 24


def made(count: int) -> list[Likelihood]:
    chance = np.random.default_rng(1)
    mean = chance.normal(-0.05, 0.08, (count, 1)) + chance.normal(0, 0.03, (count, CURVES))
    sd = chance.uniform(0.03, 0.2, (count, CURVES))
    weight = chance.dirichlet(np.ones(CURVES), count)
    return [Likelihood(*row) for row in zip(weight, mean, sd, strict=True)]


def pooling(count: int) -> float:
    """Seconds from likelihoods to the answer."""
    courses = made(count)
    start = time.perf_counter()
    parts = [courses[place :: cores()] for place in range(cores())]
    with ThreadPoolExecutor(cores()) as pool:
        array = sum(pool.map(summed, parts), start=nothing())
    pooled(array, count, BELIEF)
    return time.perf_counter() - start


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=100_000)
    options = parser.parse_args()
    sizes = [size for size in (1_000, 10_000, 100_000) if size <= options.most]
    seconds = [pooling(size) for size in sizes]
    rows = [
        (f"{size:,} courses pooled", f"{found:.2f} s")
        for size, found in zip(sizes, seconds, strict=True)
    ]
    slope = (seconds[-1] - seconds[0]) / (sizes[-1] - sizes[0])
    rows.append(("each course more", f"{1e6 * slope:.0f} microseconds"))
    rows.append(("10,000 sites' arrays added", f"{adding(10_000):.2f} s"))
    rows.append(("a diary of 112 days, to its likelihood", f"{1000 * diaries(800):.1f} ms"))
    courses = [Course(str(n), Cell("x", "n", 4.5), one) for n, one in enumerate(made(5))]
    shared = json.dumps(share_json(contribution(courses, symptom="pain", scale=(0, 10))))
    rows.append(("an array in memory", f"{nothing().nbytes / 1024:.1f} KiB"))
    rows.append(("a share file of one cell", f"{len(shared) / 1024:.1f} KiB"))
    print(table(("what", "measured"), rows))


if __name__ == "__main__":
    main()
