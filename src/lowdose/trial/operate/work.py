"""One chunk of virtual trials, from people to what the analysis said of each trial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lowdose.trial.analyse.primary import primary_estimates
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.design.values import Design, Looks
from lowdose.trial.operate.personal import personal_answers
from lowdose.trial.operate.sequential import boundaries
from lowdose.trial.operate.values import Found, Task
from lowdose.trial.run.values import TrialData
from lowdose.trial.run.virtual import virtual_chunk

__all__ = ["carry_out"]

Numbers = NDArray[np.float64]
Analyse = Callable[[TrialData], Estimates]


def carry_out(task: Task, analyse: Analyse = primary_estimates) -> Found:
    """Simulate and analyse the task's trials."""
    data = virtual_chunk(task.design, task.conduct, task.number, task.trials, seed=task.seed)
    estimates, rejected, people = _looked_at(task.design, data, analyse)
    own = personal_answers(data, task.conduct)
    used = np.arange(task.design.people) < people[:, None]
    return Found(
        estimate=estimates.estimate,
        se=estimates.se,
        df=estimates.df,
        rejected=rejected,
        people=people,
        person_days=np.where(used, data.days_in, 0).sum(axis=1),
        truth=data.truth.mean if data.truth else float("nan"),
        clear=own.clear,
        wrong=own.wrong,
        asked=own.asked,
    )


def _looked_at(
    design: Design, data: TrialData, analyse: Analyse
) -> tuple[Estimates, NDArray[np.bool_], NDArray[np.int64]]:
    """The estimate each trial ends with, whether it crossed a boundary, and after how many people.

    A look takes in those who came first; a boundary of the normal scale is held against the
    quantile that has the analysis's p.
    """
    looks = design.looks or Looks((1.0,))
    limits = _limits(design, looks)
    kept: Estimates | None = None
    rejected = np.zeros(data.trials, dtype=bool)
    people = np.zeros(data.trials, dtype=np.int64)
    for fraction, limit in zip(looks.fractions, limits, strict=True):
        count = max(1, round(fraction * design.people))
        found = analyse(_first(data, count))
        with np.errstate(invalid="ignore"):
            crossed = norm.isf(found.p / 2) > limit
        kept = found if kept is None else _mixed(rejected, kept, found)
        people = np.where(rejected, people, count)
        rejected = rejected | crossed
    assert kept is not None
    return kept, rejected, people


def _limits(design: Design, looks: Looks) -> Numbers:
    if len(looks.fractions) == 1:
        return np.array([float(norm.isf(design.analysis.alpha / 2))])
    if looks.rule == "posterior":  # of a flat prior: the normal distribution function of z
        return np.full(len(looks.fractions), float(norm.ppf(looks.threshold)))
    return boundaries(looks, design.analysis.alpha)


def _first(data: TrialData, people: int) -> TrialData:
    if people == data.rating.shape[1]:
        return data
    parts = ("sequence", "rating", "taken_mg", "days_in", "left", "guess")
    return replace(data, **{name: getattr(data, name)[:, :people] for name in parts})


def _mixed(stopped: NDArray[np.bool_], old: Estimates, new: Estimates) -> Estimates:
    """Those that had stopped keep what they had."""
    return replace(
        new,
        estimate=np.where(stopped, old.estimate, new.estimate),
        se=np.where(stopped, old.se, new.se),
        df=np.where(stopped, old.df, new.df),
    )
