"""What is asked of a design, and what many virtual trials of it answered. Nouns only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.values import Design
from lowdose.trial.run.conduct import Conduct

__all__ = ["Cell", "Found", "Measured", "Operating", "Task", "measured_mean", "measured_share"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """A number found by simulation, with its Monte-Carlo standard error."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.3g} ± {self.error:.1g}"


@dataclass(frozen=True)
class Cell:
    """One point of a grid: a design, how it goes, and what was varied (name: value)."""

    design: Design
    conduct: Conduct
    varied: Mapping[str, float]


@dataclass(frozen=True)
class Task:
    """One chunk of one cell's trials; whoever does it finds the same."""

    cell: int
    design: Design
    conduct: Conduct
    number: int
    trials: int
    seed: int


@dataclass(frozen=True, eq=False)
class Found:
    """What one chunk's trials found, (trials,) each unless said.

    estimate, se, df: of the primary analysis, after the last look that was taken. rejected:
    whether it, or an earlier look, crossed its boundary. people: those whose data were looked at.
    truth: the mean true effect. person_days: days that people spent. clear, wrong: (2,) people with
    a clear answer of their own, and of them those whose answer has the wrong sign; asked: people
    who could have one.
    """

    estimate: Numbers
    se: Numbers
    df: Numbers
    rejected: NDArray[np.bool_]
    people: Whole
    person_days: Whole
    truth: float
    clear: int
    wrong: int
    asked: int


@dataclass(frozen=True)
class Operating:
    """How a design did over its virtual trials.

    Attributes:
        varied: what this cell of the grid was about.
        people, weeks: of one trial; weeks for one person.
        trials: carried out; failed: of them, those whose analysis could not say anything.
        truth: the mean true effect, treatment minus reference.
        power: share of trials that found a difference (type I error where there is none).
        wrong_way: share of trials that found it in the wrong direction.
        bias: mean estimate minus the truth. coverage: share of 95 % intervals with the truth.
        width: mean width of these intervals.
        used: mean people per trial, fewer than planned where looks stop it early.
        person_weeks: mean weeks that all people together spent.
        clear: share of people with a clear answer of their own; None where a design cannot give
            one. wrong_answers: share of the clear ones that point the wrong way.
    """

    varied: Mapping[str, float]
    people: int
    weeks: float
    trials: int
    failed: int
    truth: float
    power: Measured
    wrong_way: Measured
    bias: Measured
    coverage: Measured
    width: Measured
    used: Measured
    person_weeks: Measured
    clear: Measured | None
    wrong_answers: Measured | None

    @property
    def people_per_clear_answer(self) -> float:
        """How many people take part for one clear answer; infinite where there is none."""
        return 1 / self.clear.value if self.clear and self.clear.value else math.inf


def measured_share(count: float, total: float) -> Measured:
    """A share with its binomial standard error (of one more hit and miss, so never nothing).

    >>> print(measured_share(80, 100))
    0.8 ± 0.04
    """
    if total <= 0:
        return Measured(math.nan, math.nan)
    near = (count + 1) / (total + 2)
    return Measured(count / total, math.sqrt(near * (1 - near) / total))


def measured_mean(values: Numbers) -> Measured:
    """A mean with its standard error.

    >>> print(measured_mean(np.array([1.0, 2.0, 3.0])))
    2 ± 0.6
    """
    if values.size == 0:
        return Measured(math.nan, math.nan)
    spread = float(values.std(ddof=1)) if values.size > 1 else math.nan
    return Measured(float(values.mean()), spread / math.sqrt(values.size))
