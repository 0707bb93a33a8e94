"""How fast virtual trials are simulated and analysed, beside R, and on two Dask workers.

The job of the target: 1,000 crossovers of 40 people and 112 daily ratings, simulated and analysed
by the mixed model of daily ratings, in under 60 seconds on two cores. R fits some of the very same
trials in the same run, one after the other as simr does: lme4 without the swing of days, nlme with
it. Then the same job by one and by two workers of a Dask cluster on this machine.

    python benchmarks/trial_speed.py      # R only where it is installed, with lme4 and nlme
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from measuring import table

from lowdose.trial.analyse.daily import daily_mixed
from lowdose.trial.analyse.spans import spans_of
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
d <- read.csv(commandArgs(TRUE)[1]); d$period <- factor(d$period)
d$inside <- interaction(d$trial, d$id, d$period, drop = TRUE)
parts <- split(d, d$trial)
clock <- function(fit) {
  start <- proc.time()[["elapsed"]]; lapply(parts, fit)
  (proc.time()[["elapsed"]] - start) / length(parts)
}
a <- clock(function(d) coef(summary(lmer(y ~ period + ldn + (1 | id) + (1 | inside), d))))
own <- list(id = pdBlocked(list(pdIdent(~1), pdIdent(~ period - 1))))
b <- clock(function(d) tryCatch(summary(lme(y ~ period + ldn, d, random = own,
  correlation = corExp(form = ~ day | id, nugget = TRUE))), error = function(e) NA))
cat(a, b)
"""
Row = tuple[str, str]


def job(trials: int) -> tuple[float, float]:
    """Seconds to simulate, and to analyse."""
    start = time.perf_counter()
    data = virtual_trials(DESIGN, conduct_of(DESIGN), trials, seed=1)
    middle = time.perf_counter()
    daily_mixed(data)
    return middle - start, time.perf_counter() - middle


def by_r(data: TrialData, fits: int) -> tuple[float, float]:
    """Seconds a fit of lme4 and of nlme."""
    span = spans_of(data.design).span
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trials.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write("trial,id,day,period,ldn,y\n")
            for trial, person, day in np.argwhere(np.isfinite(data.rating[:fits])):
                ldn = int(data.sequence[trial, person] == span[day])
                y = data.rating[trial, person, day]
                out.write(f"{trial},{person},{day},{span[day]},{ldn},{y:g}\n")
        command = ["Rscript", "-e", R, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    plain, swing = map(float, done.stdout.split())
    return plain, swing


def speed(options: argparse.Namespace) -> Iterator[Row]:
    first = sum(job(options.trials))
    simulated, analysed = min((job(options.trials) for _ in range(options.repeats)), key=sum)
    whole = simulated + analysed
    yield f"{options.trials:,} trials simulated and analysed", f"{whole:.1f} s"
    yield "of it simulating", f"{simulated:.1f} s"
    yield "the first time, compiling or reading what was compiled", f"{first:.1f} s"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield "memory at its highest", f"{peak:,.0f} MiB"
    if not shutil.which("Rscript"):
        return
    data = virtual_trials(DESIGN, conduct_of(DESIGN), options.fits, seed=1)
    plain, swing = by_r(data, options.fits)
    per_trial = whole / options.trials
    yield "lme4, a trial, without the swing of days", f"{plain:.2f} s"
    yield "nlme, a trial, the same model", f"{swing:.2f} s"
    yield "lme4's time for as many, against ours", f"{plain / per_trial:,.0f} times"
    yield "nlme's time for as many, against ours", f"{swing / per_trial:,.0f} times"


def workers(trials: int) -> Iterator[Row]:
    """The same on one and on two workers, a core each, as two machines would have; their answers
    are the same."""
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
    yield f"one Dask worker, {trials:,} trials", f"{seconds[0]:.1f} s"
    yield "two Dask workers", f"{seconds[1]:.1f} s"
    yield "two against one", f"{seconds[1] / seconds[0]:.2f} of the time"
    yield "their numbers are the same", "yes" if repr(answers[0]) == repr(answers[1]) else "NO"


def _on_one_core(dask_worker: Any) -> None:
    """Keep a worker to the core of its number."""
    os.sched_setaffinity(0, {int(dask_worker.name)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--fits", type=int, default=10, help="trials for R")
    options = parser.parse_args()
    print(table(("what", "measured"), [*speed(options), *workers(options.trials)]))


if __name__ == "__main__":
    main()
