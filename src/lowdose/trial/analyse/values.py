"""What every analysis gives: one number with its uncertainty. Nouns only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import t as student

__all__ = ["Estimate"]


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
