"""How fast many meta-analyses are pooled, beside metafor fitting them one by one.

Both by REML with Hartung and Knapp's interval, on the same data, in one run and on one core.

    OMP_NUM_THREADS=1 python benchmarks/evidence_speed.py      # metafor only where R is installed
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measuring import table

from lowdose.evidence.pooling.bayes import pool_bayes_many
from lowdose.evidence.pooling.pool import pool, pool_many

METAFOR = """
suppressMessages(library(metafor))
file <- commandArgs(TRUE)[1]
d <- as.matrix(read.csv(file, header = FALSE)); k <- ncol(d) / 2
start <- proc.time()[["elapsed"]]
found <- t(apply(d, 1, function(r) {
  fit <- rma(r[1:k], r[k + 1:k], method = "REML", test = "knha")
  c(fit$beta, fit$ci.lb, fit$ci.ub)
}))
seconds <- proc.time()[["elapsed"]] - start
write.table(found, paste0(file, ".out"), row.names = FALSE, col.names = FALSE)
cat(seconds)
"""


def made(metas: int, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances (metas, trials), tau 0.25."""
    rng = np.random.default_rng(0)
    variances = 4 / np.exp(rng.uniform(np.log(16), np.log(200), (metas, trials)))
    return rng.normal(-0.3, np.sqrt(variances + 0.25**2)), variances


def seconds(run: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median and least."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times), min(times)


def metafor(values: np.ndarray, variances: np.ndarray) -> tuple[float, np.ndarray]:
    """Seconds a fit, start of R left out, and estimates with their intervals."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "metas.csv"
        np.savetxt(file, np.hstack([values, variances]), delimiter=",", fmt="%.17g")
        command = ["Rscript", "-e", METAFOR, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(done.stdout) / len(values), np.loadtxt(f"{file}.out")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--metas", type=int, default=10_000)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--fits", type=int, default=1000, help="fits of metafor")
    options = parser.parse_args()
    values, variances = made(options.metas, options.trials)
    many = seconds(lambda: pool_many(values, variances), options.repeats)
    one = seconds(lambda: pool(values[0], variances[0]), 50)
    bayes = seconds(lambda: pool_bayes_many(values, variances), 3)
    what = f"{options.metas:,} of {options.trials} trials, one call"
    rows = [
        (f"{what}, REML and Hartung-Knapp", f"{many[0]:.3f} s (least {many[1]:.3f} s)"),
        (f"{what}, Bayes", f"{bayes[0]:.2f} s (least {bayes[1]:.2f} s)"),
        ("one, with its warnings", f"{1e3 * one[0]:.2f} ms"),
    ]
    if shutil.which("Rscript"):
        part = slice(options.fits)
        each, theirs = metafor(values[part], variances[part])
        ours = pool_many(values[part], variances[part])
        off = np.abs(np.column_stack([ours.estimate, ours.low, ours.high]) - theirs).max()
        ratio = each * options.metas / many[0]
        rows += [
            (f"metafor, a fit (mean of {options.fits:,})", f"{1e3 * each:.2f} ms"),
            ("metafor's time for as many, against ours", f"{ratio:,.0f} times"),
            ("largest difference of estimates and ends", f"{off:.0e}"),
        ]
    print(table(("what", "measured"), rows))


if __name__ == "__main__":
    main()
