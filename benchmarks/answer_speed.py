"""How fast diaries are answered, beside sampling the same model.

Wanted: 1,000 diaries of 112 days in one call within half a second after compilation; one answer on
the command line within 5 s the first time and 2 s from then on. Both rivals draw until the effect
has an effective sample of 400. All of it in one run, one after the other.

    python benchmarks/answer_speed.py
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.experimental.compilation_cache import compilation_cache
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
from rivals import compiled_nuts, course, draws_for, effect_draws, stock_call
from twenty_diaries import MADE, make

import lowdose as ld
from lowdose.inference.arrays import Batch, stack
from lowdose.inference.estimate import Quantity, estimate_many
from lowdose.inference.frame import Frame, build_frame
from lowdose.inference.priors import NAMED
from lowdose.runtime import cores, double_precision, in_parallel

ROOT = Path(__file__).parents[1]
TASK = "the posterior of one diary of 112 days"
WANTED_SIZE = 400
WARMUP, PILOT_DRAWS = 500, 1000
Timed = tuple[tuple[float, ...], list[np.ndarray]]


def many(count: int, repeats: int) -> tuple[float, ...]:
    """Seconds for `count` diaries in one call."""
    diaries = [make(MADE["crossover"], seed) for seed in range(count)]
    ld.infer_many(diaries)
    progress, times = Progress("infer_many", repeats), []
    for _ in range(repeats):
        start = time.perf_counter()
        ld.infer_many(diaries)
        times.append(time.perf_counter() - start)
        progress()
    return tuple(times)


def command_line(repeats: int) -> tuple[float, float]:
    """Seconds for one answer on the command line: first time, and median of later times."""
    program = "from lowdose.cli.main import main; main()"
    command = [sys.executable, "-c", program, "answer", str(ROOT / "examples/melatonin.csv")]
    with tempfile.TemporaryDirectory() as empty:
        surroundings = os.environ | {"XDG_CACHE_HOME": empty}
        times = []
        for _ in range(repeats + 1):
            start = time.perf_counter()
            subprocess.run(command, env=surroundings, check=True, capture_output=True)
            times.append(time.perf_counter() - start)
    return times[0], statistics.median(times[1:])


def frames(count: int) -> Iterator[Frame]:
    """Single diaries as the model sees them."""
    for seed in range(count):
        diary = make(MADE["crossover"], seed)
        yield build_frame(diary, diary.symptoms["pain"], NAMED["weak"])


def draws_wanted(batches: list[Batch]) -> int:
    """Draws after which compiled NUTS has the wanted effective sample of the effect."""
    run = compiled_nuts(course, batches[0], WARMUP, PILOT_DRAWS)
    drawn = in_parallel(lambda batch: run(jax.random.key(1), batch), batches)
    effects = [effect_draws(one, batch) for one, batch in zip(drawn, batches, strict=True)]
    return draws_for(WANTED_SIZE, effects)


def by_compiled_nuts(batches: list[Batch], draws: int, repeats: int) -> Timed:
    """Seconds a diary on every core, compilation left out, and the last effects."""
    run = compiled_nuts(course, batches[0], WARMUP, draws)
    jax.block_until_ready(run(jax.random.key(0), batches[0]))
    progress, times = Progress("compiled NUTS", repeats), []
    for repeat in range(repeats):
        start = time.perf_counter()
        drawn = in_parallel(_sampled(run, repeat), batches)
        times.append((time.perf_counter() - start) / len(batches))
        progress()
    return tuple(times), [effect_draws(one, b) for one, b in zip(drawn, batches, strict=True)]


def _sampled(run: Any, seed: int) -> Any:
    return lambda batch: jax.block_until_ready(run(jax.random.key(seed), batch))


def by_stock_calls(batches: list[Batch], draws: int) -> Timed:
    """Seconds of NumPyro's own call, as a user meets it: it compiles at every call."""
    progress, times, effects = Progress("NumPyro's own call", len(batches)), [], []
    for seed, batch in enumerate(batches):
        start = time.perf_counter()
        drawn = jax.block_until_ready(stock_call(course, batch, seed, WARMUP, draws))
        times.append(time.perf_counter() - start)
        effects.append(effect_draws(drawn, batch))
        progress()
    return tuple(times), effects


def agreement(ours: list[Quantity], drawn: list[np.ndarray]) -> tuple[Accuracy, ...]:
    """How far our effects are from the draws, in standard deviations of the draws."""
    pairs = list(zip(ours, drawn, strict=False))
    means = [abs(one.mean - draws.mean()) / draws.std() for one, draws in pairs]
    spreads = [abs(one.sd / draws.std() - 1) for one, draws in pairs]
    return (
        Accuracy(
            "root mean square difference of the effect's mean, in its standard deviations",
            _rms(means),
        ),
        Accuracy(
            "root mean square difference of its standard deviation, as a share", _rms(spreads)
        ),
    )


def _rms(values: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def rivals(ours_s: tuple[float, ...], nuts: int, stock: int) -> Iterator[Comparison]:
    """Ours keeps compiled programs on disk; the rivals are measured as they come, without."""
    jax.config.update("jax_compilation_cache_dir", None)
    compilation_cache.reset_cache()
    ready = list(frames(nuts))
    effects = [found.effects[0] for found in estimate_many(ready)]
    with double_precision():
        batches = [stack([frame]) for frame in ready]
        draws = draws_wanted(batches)
        found = {
            "compiled_nuts": by_compiled_nuts(batches, draws, 3),
            "stock_call": by_stock_calls(batches[:stock], draws),
        }
    said = {
        "compiled_nuts": (
            "BlackJAX NUTS, compiled once",
            f"one diary a core, {cores()} at a time",
            versions_of(["blackjax", "numpyro"]),
        ),
        "stock_call": (
            "NumPyro's own MCMC(NUTS(model)).run()",
            "compiles at every call, one after the other",
            versions_of(["numpyro"]),
        ),
    }
    for name, (times, drawn) in found.items():
        competitor, how, versions = said[name]
        how = f"{WARMUP} steps of warm-up, {draws} draws for an effective sample of 400; {how}"
        accuracy = agreement(effects, drawn)
        yield Comparison(name, TASK, competitor, how, versions, ours_s, times, accuracy)


def main() -> None:
    parser = parser_for(__doc__)
    parser.add_argument("--diaries", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--nuts", type=int, default=20, help="diaries for compiled NUTS")
    parser.add_argument("--stock", type=int, default=5, help="diaries for NumPyro's own call")
    options = parser.parse_args()
    watch = Watch()
    times = many(options.diaries, options.repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first, later = command_line(options.repeats)
    what = f"{options.diaries:,} diaries of 112 days, answered in one call"
    each = tuple(time / options.diaries for time in times)
    conclude(
        options,
        watch,
        list(rivals(each, options.nuts, options.stock)),
        [
            Measure("many", what, statistics.median(times), "s", 0.5),
            Measure(
                "memory",
                f"the most memory that these {options.diaries:,} diaries took",
                peak,
                "MiB",
                1024,
            ),
            Measure(
                "first", "one answer on the command line, with nothing compiled yet", first, "s", 5
            ),
            Measure("later", "one answer on the command line, every later time", later, "s", 2),
        ],
    )


if __name__ == "__main__":
    main()
