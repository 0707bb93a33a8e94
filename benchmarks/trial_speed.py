"""How fast virtual trials are simulated and analysed, beside R, and on two Dask workers.

The job: crossovers of 40 people and 112 daily ratings, simulated and analysed by the mixed model of
daily ratings. R fits some of the very same trials in the same run, one after the other as simr
does: lme4 without the swing of days, nlme with it. Then the same job by one and by two workers of a
Dask cluster on this machine. Wanted: 1,000 trials within 60 s on two cores.

    python benchmarks/trial_speed.py      # R with lme4 and nlme is needed
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from measuring import Progress
from results import Accuracy, Comparison, Measure, Watch, conclude, parser_for

from lowdose.trial.analyse.daily import daily_mixed
from lowdose.trial.analyse.spans import spans_of
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.design.read import parse_design
from lowdose.trial.operate.grid import cells_of
from lowdose.trial.operate.power import operate
from lowdose.trial.run.conduct import conduct_of
from lowdose.trial.run.values import TrialData
from lowdose.trial.run.virtual import virtual_trials

DESIGN = parse_design(
    """
title = "Benchmark"
condition = "fibromyalgia"
people = 40
blinding = "double"
reference = "placebo"
outcome = { symptom = "pain" }
treatments = { ldn = { dose_mg = 4.5 }, placebo = { placebo = true } }
periods = [{ name = "first", weeks = 8 }, { name = "second", weeks = 8 }]
sequences = { LP = ["ldn", "placebo"], PL = ["placebo", "ldn"] }
expected = { effect = -0.5, missing = 0.07 }
"""
)
R = r"""
suppressMessages({ library(lme4); library(nlme) })
args <- commandArgs(TRUE)
d <- read.csv(args[1]); d$period <- factor(d$period)
d$inside <- interaction(d$trial, d$id, d$period, drop = TRUE)
parts <- split(d, d$trial)
timed <- function(fit, count) t(sapply(parts[seq_len(count)], function(d) {
  start <- proc.time()[["elapsed"]]
  found <- tryCatch(fit(d), error = function(e) c(NA, NA))
  c(proc.time()[["elapsed"]] - start, found)
}))
own <- list(id = pdBlocked(list(pdIdent(~1), pdIdent(~ period - 1))))
plain <- timed(function(d) coef(summary(
  lmer(y ~ period + ldn + (1 | id) + (1 | inside), d)))["ldn", 1:2], as.integer(args[2]))
swing <- timed(function(d) summary(lme(y ~ period + ldn, d, random = own,
  correlation = corExp(form = ~ day | id, nugget = TRUE)))$tTable["ldn", 1:2], as.integer(args[3]))
rows <- function(m) paste0("[", paste(apply(m, 1, function(r)
  paste0("[", paste(ifelse(is.na(r), "null", format(r, digits = 15)), collapse = ","), "]")),
  collapse = ","), "]")
cat(sprintf('{"R": "%s", "lme4": "%s", "nlme": "%s", "plain": %s, "swing": %s}', getRversion(),
  packageVersion("lme4"), packageVersion("nlme"), rows(plain), rows(swing)))
"""


def job(trials: int) -> tuple[float, float]:
    """Seconds to simulate, and to analyse."""
    start = time.perf_counter()
    data = virtual_trials(DESIGN, conduct_of(DESIGN), trials, seed=1)
    middle = time.perf_counter()
    daily_mixed(data)
    return middle - start, time.perf_counter() - middle


def by_r(data: TrialData, plain: int, swing: int) -> Any:
    """What R says of the first trials: (seconds, estimate, standard error) of each fit."""
    span = spans_of(data.design).span
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trials.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write("trial,id,day,period,ldn,y\n")
            for trial, person, day in np.argwhere(np.isfinite(data.rating)):
                ldn = int(data.sequence[trial, person] == span[day])
                y = data.rating[trial, person, day]
                out.write(f"{trial},{person},{day},{span[day]},{ldn},{y:g}\n")
        command = ["Rscript", "-e", R, str(file), str(plain), str(swing)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def against_r(whole_s: tuple[float, ...], plain: int, swing: int) -> Iterator[Comparison]:
    """whole_s: our seconds a trial, simulating it included, which R is spared."""
    data = virtual_trials(DESIGN, conduct_of(DESIGN), max(plain, swing), seed=1)
    ours = daily_mixed(data)[0]
    found = by_r(data, plain, swing)
    for name, part, how in (
        ("lme4", "plain", "lmer, without the swing of days, a smaller model"),
        ("nlme", "swing", "lme, the same model"),
    ):
        rows = np.array(found[part], dtype=float)
        yield Comparison(
            name=name,
            task="one crossover of 40 people and 112 days, by a mixed model of daily ratings",
            competitor=name,
            settings=f"{how}; {len(rows)} trials one after the other",
            versions={name: found[name], "R": found["R"]},
            ours_s=whole_s,
            theirs_s=tuple(map(float, rows[:, 0])),
            accuracy=agreement(ours, rows),
        )


def agreement(ours: Estimates, rows: np.ndarray) -> tuple[Accuracy, ...]:
    """Largest differences over the trials that R could fit."""
    count = len(rows)
    off = np.abs(ours.estimate[:count] - rows[:, 1]) / rows[:, 2]
    share = np.abs(ours.se[:count] / rows[:, 2] - 1)
    return (
        Accuracy("largest difference of the effect, in its standard error", float(np.nanmax(off))),
        Accuracy("largest difference of the standard error, as a share", float(np.nanmax(share))),
        Accuracy("fits that did not settle", 0.0, float(np.isnan(rows[:, 1]).sum())),
    )


def workers(trials: int) -> Iterator[Measure]:
    """The same on one and on two workers, a core each, as two machines would have.

    Raises RuntimeError where their answers differ.
    """
    from distributed import Client, LocalCluster

    cells = cells_of(replace(DESIGN, people=40), {"effect": [0.5]})
    seconds, answers = [], []
    for count in (1, 2):
        with LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as cluster:
            with Client(cluster, set_as_default=False) as client:
                client.run(_on_one_core)
            operate(cells, 400, cluster=cluster.scheduler_address)  # compile on every worker
            start = time.perf_counter()
            answers.append(operate(cells, trials, seed=2, cluster=cluster.scheduler_address))
            seconds.append(time.perf_counter() - start)
    if repr(answers[0]) != repr(answers[1]):
        raise RuntimeError(f"one worker says {answers[0]}, two say {answers[1]}")
    yield Measure(
        "one_worker", f"{trials:,} trials by one Dask worker on one core", seconds[0], "s"
    )
    yield Measure(
        "two_workers", f"{trials:,} trials by two, with the same numbers", seconds[1], "s"
    )


def _on_one_core(dask_worker: Any) -> None:
    """Keep a worker to the core of its number."""
    os.sched_setaffinity(0, {int(dask_worker.name)})


def main() -> None:
    parser = parser_for(__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--plain", type=int, default=20, help="trials for lme4")
    parser.add_argument("--swing", type=int, default=3, help="trials for nlme")
    options = parser.parse_args()
    watch, progress = Watch(), Progress("parts", 3)
    first = sum(job(options.trials))
    times = [job(options.trials) for _ in range(options.repeats)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    progress()
    each = tuple(sum(one) / options.trials for one in times)
    comparisons = list(against_r(each, options.plain, options.swing))
    progress()
    by_workers = list(workers(options.trials))
    progress()
    whole, simulated = (
        statistics.median(one) for one in (map(sum, times), (one for one, _ in times))
    )
    what = f"{options.trials:,} trials simulated and analysed"
    conclude(
        options,
        watch,
        comparisons,
        [
            Measure("whole", what, whole, "s", 60),
            Measure("simulated", "the part of it that is simulating", simulated, "s"),
            Measure("first", f"{what}, the first time in a process: compiled, or read", first, "s"),
            Measure(
                "memory", f"the most memory that these {options.trials:,} trials took", peak, "MiB"
            ),
            *by_workers,
        ],
    )


if __name__ == "__main__":
    main()
