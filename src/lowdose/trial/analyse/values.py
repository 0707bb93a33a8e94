"""What every analysis gives: a number with its uncertainty, of one trial or of many. Nouns only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

__all__ = ["Arm", "Estimate", "Estimates", "Flow", "PersonEffect", "Result"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """One estimated quantity.

    Attributes:
        what: what it is, in words ("LDN minus placebo").
        estimate: in the unit of the outcome.
        se: its standard error, same unit.
        df: degrees of freedom of the t distribution; infinite for the normal distribution.
        method: how it was found ("crossover ANOVA", "REML, Kenward-Roger").

    >>> one = Estimate("LDN minus placebo", -0.8, 0.4, 38.0, "change score")
    >>> round(one.statistic, 2), round(one.p, 4)
    (-2.0, 0.0527)
    >>> [round(end, 3) for end in one.interval95]
    [-1.61, 0.01]
    """

    what: str
    estimate: float
    se: float
    df: float = math.inf
    method: str = ""

    @property
    def statistic(self) -> float:
        """The estimate over its standard error; NaN where there is no spread to divide by."""
        return self.estimate / self.se if self.se > 0 else math.nan

    @property
    def p(self) -> float:
        """Two-sided, against nothing at all."""
        return float(2 * student.sf(abs(self.statistic), self.df))

    @property
    def interval95(self) -> tuple[float, float]:
        """95 % confidence interval."""
        return self.interval(0.95)

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval with this coverage, 0 to 1."""
        half = float(student.ppf(0.5 + level / 2, self.df)) * self.se
        return self.estimate - half, self.estimate + half


@dataclass(frozen=True, eq=False)
class Estimates:
    """The same quantity in many trials at once, (trials,) each; NaN where a trial could not say.

    >>> many = Estimates("LDN minus placebo", np.array([-0.8, 0.1]), np.array([0.4, 0.4]),
    ...                  np.array([38.0, 38.0]), "change score")
    >>> many.p.round(3).tolist(), many[0].estimate
    ([0.053, 0.804], -0.8)
    """

    what: str
    estimate: Numbers
    se: Numbers
    df: Numbers
    method: str = ""

    def __getitem__(self, trial: int) -> Estimate:
        one = (float(self.estimate[trial]), float(self.se[trial]), float(self.df[trial]))
        return Estimate(self.what, *one, self.method)

    @property
    def p(self) -> Numbers:
        """Two-sided, against nothing at all."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Numbers = 2 * student.sf(np.abs(self.estimate / self.se), self.df)
        return found

    def interval(self, level: float = 0.95) -> tuple[Numbers, Numbers]:
        """Two-sided confidence intervals with this coverage, 0 to 1."""
        half = student.ppf(0.5 + level / 2, self.df) * self.se
        return self.estimate - half, self.estimate + half


@dataclass(frozen=True)
class Arm:
    """What became of those allocated to one sequence.

    left: how many left, by why, in words; analysed: in the primary analysis.
    """

    sequence: str
    allocated: int
    left: Mapping[str, int]
    analysed: int


@dataclass(frozen=True)
class Flow:
    """From enrolment to analysis, as CONSORT draws it."""

    enrolled: int
    not_allocated: int
    arms: tuple[Arm, ...]


@dataclass(frozen=True)
class PersonEffect:
    """One person's own effect, treatment minus reference, in points of the scale.

    effect, sd: with what is known of the others; alone: from this person's ratings only.
    """

    person: str
    sequence: str
    effect: float
    sd: float
    alone: Estimate | None = None


@dataclass(frozen=True)
class Result:
    """A trial analysed: what decides, what else was asked, and who it rests on.

    means: by treatment key, the (mean, standard deviation) of people's period outcomes.
    guessed: by treatment key, (people who guessed right, people who guessed).
    """

    primary: Estimate
    others: tuple[Estimate, ...]
    flow: Flow
    people: tuple[PersonEffect, ...] = ()
    means: Mapping[str, tuple[float, float]] | None = None
    guessed: Mapping[str, tuple[int, int]] | None = None
    notes: tuple[str, ...] = ()
