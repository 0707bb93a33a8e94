"""How fast many meta-analyses are pooled, beside metafor fitting them one by one.

Both by REML with Hartung and Knapp's interval, on the same data, in one run and on one core.
Wanted: 10,000 meta-analyses of 10 trials within 2 s.

    python benchmarks/evidence_speed.py      # R with metafor is needed
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measuring import Progress
from results import Accuracy, Comparison, Measure, Watch, conclude, parser_for

from lowdose.evidence.pooling.bayes import pool_bayes_many
from lowdose.evidence.pooling.pool import pool, pool_many

METAFOR = """
suppressMessages(library(metafor))
file <- commandArgs(TRUE)[1]
d <- as.matrix(read.csv(file, header = FALSE)); k <- ncol(d) / 2
fits <- function(settings) t(apply(d, 1, function(r) {
  fit <- rma(r[1:k], r[k + 1:k], method = "REML", test = "knha", control = settings)
  c(fit$beta, fit$ci.lb, fit$ci.ub)
}))
keep <- function(found, name)
  write.table(found, paste0(file, name), row.names = FALSE, col.names = FALSE)
clock <- function() {
  start <- proc.time()[["elapsed"]]
  keep(fits(list()), ".usual")
  proc.time()[["elapsed"]] - start
}
seconds <- replicate(3, clock())
keep(fits(list(threshold = 1e-12, maxiter = 10000)), ".still")
cat(as.character(packageVersion("metafor")), as.character(getRversion()), seconds)
"""


def made(metas: int, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances (metas, trials), tau 0.25."""
    rng = np.random.default_rng(0)
    variances = 4 / np.exp(rng.uniform(np.log(16), np.log(200), (metas, trials)))
    return rng.normal(-0.3, np.sqrt(variances + 0.25**2)), variances


def seconds(run: Callable[[], object], repeats: int, what: str) -> tuple[float, ...]:
    """Of each repeat, after one that does not count."""
    run()
    progress, times = Progress(what, repeats), []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        progress()
    return tuple(times)


def metafor(values: np.ndarray, variances: np.ndarray, ours_s: tuple[float, ...]) -> Comparison:
    """The start of R and reading the file are left out."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "metas.csv"
        np.savetxt(file, np.hstack([values, variances]), delimiter=",", fmt="%.17g")
        command = ["Rscript", "-e", METAFOR, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        usual, still = (np.loadtxt(f"{file}.{name}") for name in ("usual", "still"))
    package, language, *times = done.stdout.split()
    ours = pool_many(values, variances)
    ends = np.column_stack([ours.estimate, ours.low, ours.high])
    return Comparison(
        name="metafor",
        task=f"one meta-analysis of {values.shape[1]} trials, by REML and Hartung-Knapp",
        competitor="metafor",
        settings=f"rma(), {len(values):,} fits one after the other, one core",
        versions={"metafor": package, "R": language},
        ours_s=ours_s,
        theirs_s=tuple(float(one) / len(values) for one in times),
        accuracy=(
            Accuracy(
                "largest difference of estimate and interval ends", float(abs(ends - usual).max())
            ),
            Accuracy(
                "the same, with metafor run until it stands still", float(abs(ends - still).max())
            ),
        ),
    )


def main() -> None:
    parser = parser_for(__doc__)
    parser.add_argument("--metas", type=int, default=10_000)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--fits", type=int, default=1000, help="fits of metafor")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    watch = Watch()
    values, variances = made(options.metas, options.trials)
    many = seconds(lambda: pool_many(values, variances), options.repeats, "pool_many")
    one = seconds(lambda: pool(values[0], variances[0]), 50, "pool")
    bayes = seconds(lambda: pool_bayes_many(values, variances), 3, "pool_bayes_many")
    what = f"{options.metas:,} meta-analyses of {options.trials} trials in one call"
    alone = f"one meta-analysis of {options.trials} trials by itself, with its warnings"
    part = slice(options.fits)
    each = tuple(time / options.metas for time in many)
    conclude(
        options,
        watch,
        [metafor(values[part], variances[part], each)],
        [
            Measure("many", f"{what}, by REML and Hartung-Knapp", float(np.median(many)), "s", 2),
            Measure("bayes", f"{what}, by Bayes", float(np.median(bayes)), "s"),
            Measure("one", alone, 1e3 * float(np.median(one)), "ms"),
        ],
    )


if __name__ == "__main__":
    main()
