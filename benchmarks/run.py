"""How fast answers come, beside sampling the same model.

Targets: 1,000 diaries of 112 days in one call within half a second after compilation; one answer
on the command line within 5 s the first time and 2 s from then on; at least 50 times as many
posteriors a second as compiled NUTS and 1,000 times as many as NumPyro's own call, each at an
effective sample of 400 of the effect. All of it in one run, one after the other.

    make bench
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import jax
from jax.experimental.compilation_cache import compilation_cache
from measuring import Progress, table
from rivals import compiled_nuts, effect_draws, effective_size, stock_call
from twenty_diaries import MADE, make

import lowdose as ld
from lowdose.inference.arrays import Batch, stack
from lowdose.inference.frame import build_frame
from lowdose.inference.priors import NAMED
from lowdose.runtime import double_precision

ROOT = Path(__file__).parents[1]
WANTED_SIZE = 400
WARMUP, PILOT_DRAWS = 500, 1000
Row = tuple[str, str, str]


def many(count: int, repeats: int) -> tuple[float, float]:
    """Seconds for `count` diaries of 112 days in one call: median and least of the repeats."""
    diaries = [make(MADE["crossover"], seed) for seed in range(count)]
    ld.infer_many(diaries)
    progress, times = Progress("infer_many", repeats), []
    for _ in range(repeats):
        start = time.perf_counter()
        ld.infer_many(diaries)
        times.append(time.perf_counter() - start)
        progress()
    return statistics.median(times), min(times)


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


def batches(count: int) -> Iterator[Batch]:
    """Single diaries as the model's arrays."""
    for seed in range(count):
        diary = make(MADE["crossover"], seed)
        yield stack([build_frame(diary, diary.symptoms["pain"], NAMED["weak"])])


def draws_wanted(count: int) -> int:
    """Draws after which compiled NUTS has the wanted effective sample of the effect (median)."""
    ready = list(batches(count))
    run = compiled_nuts(ready[0], WARMUP, PILOT_DRAWS)
    sizes = [
        effective_size(effect_draws(run(jax.random.key(seed), batch), batch))
        for seed, batch in enumerate(ready)
    ]
    return max(1, round(PILOT_DRAWS * WANTED_SIZE / statistics.median(sizes)))


def seconds_of_compiled_nuts(count: int, draws: int) -> float:
    """Median seconds of warm-up and draws, compilation left out."""
    ready = list(batches(count + 1))
    run = compiled_nuts(ready[0], WARMUP, draws)
    jax.block_until_ready(run(jax.random.key(0), ready[0]))
    progress, times = Progress("compiled NUTS", count), []
    for seed, batch in enumerate(ready[1:]):
        start = time.perf_counter()
        jax.block_until_ready(run(jax.random.key(seed), batch))
        times.append(time.perf_counter() - start)
        progress()
    return statistics.median(times)


def seconds_of_stock_calls(count: int, draws: int) -> float:
    """Median seconds of NumPyro's own call, as a user meets it: it compiles at every call."""
    progress, times = Progress("NumPyro's own call", count), []
    for seed, batch in enumerate(batches(count)):
        start = time.perf_counter()
        jax.block_until_ready(stock_call(batch, seed, WARMUP, draws))
        times.append(time.perf_counter() - start)
        progress()
    return statistics.median(times)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    """Every row of the table: what, measured, wanted."""
    median, least = many(options.diaries, options.repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    name = f"{options.diaries:,} diaries of 112 days, one call"
    yield name, f"{median:.2f} s (least {least:.2f} s)", "0.5 s"
    yield "memory of that process at its peak", f"{peak:.0f} MiB", "1,024 MiB"
    first, later = command_line(options.repeats)
    yield "one answer on the command line, the first time", f"{first:.1f} s", "5 s"
    yield "the same, from then on", f"{later:.2f} s", "2 s"
    # Ours keeps compiled programs on disk; the rivals are measured as they come, without.
    jax.config.update("jax_compilation_cache_dir", None)
    compilation_cache.reset_cache()
    with double_precision():
        draws = draws_wanted(options.nuts)
        compiled = seconds_of_compiled_nuts(options.nuts, draws)
        stock = seconds_of_stock_calls(options.stock, draws)
    ours = options.diaries / median
    yield "our posteriors a second", f"{ours:,.0f}", ""
    yield "draws for an effective sample of 400", f"{draws:,} after {WARMUP}", ""
    yield "compiled NUTS, a posterior", f"{compiled:.2f} s", ""
    yield "NumPyro's own call, a posterior", f"{stock:.1f} s", ""
    yield "ours against compiled NUTS", f"{ours * compiled:,.0f} times", "50 times"
    yield "ours against NumPyro's own call", f"{ours * stock:,.0f} times", "1,000 times"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--diaries", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--nuts", type=int, default=10, help="diaries for compiled NUTS")
    parser.add_argument("--stock", type=int, default=3, help="diaries for NumPyro's own call")
    print(table(("what", "measured", "wanted"), measure(parser.parse_args())))


if __name__ == "__main__":
    main()
