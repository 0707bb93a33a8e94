"""What a pooling is asked for and what it gives: models, tests, and the pooled answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NORMAL_95", "Interval", "Model", "Numbers", "Pooled", "PooledMany", "Test"]

Numbers = NDArray[np.float64]

# Of the normal distribution, 95 % lie within so many standard deviations either way.
NORMAL_95 = 1.959964


class Model(StrEnum):
    """One effect common to all studies, or effects that differ with a variance tau2 found by:

    DL DerSimonian-Laird, HE Hedges, HS Hunter-Schmidt, SJ Sidik-Jonkman, ML maximum likelihood,
    REML restricted maximum likelihood, EB empirical Bayes, PM Paule-Mandel.
    """

    COMMON = "common"
    DL = "dl"
    HE = "he"
    HS = "hs"
    SJ = "sj"
    ML = "ml"
    REML = "reml"
    EB = "eb"
    PM = "pm"


class Test(StrEnum):
    """Where the interval comes from.

    Z: normal, taking tau2 as known (Wald). KNHA: Student's t with Hartung and Knapp's variance.
    ADHOC: the same, but never with a variance below that of Z.
    """

    # pytest would take a class of this name for a test.
    __test__ = False

    Z = "z"
    KNHA = "knha"
    ADHOC = "adhoc"


class Interval(NamedTuple):
    """Lower and upper end."""

    low: float
    high: float


@dataclass(frozen=True)
class Pooled:
    """The pooled answer of one meta-analysis of k studies.

    estimate, se, interval: of the mean effect, at `level`. statistic, df, p: of the test that it
    is 0; df is infinite for a normal test. tau2: variance between studies; i2: share of variance
    that is between studies, in percent; h2: total variance over that within studies. q, q_df, q_p:
    test that all studies have one effect. prediction: where the effect of a new study would lie.
    weights: of the studies, in percent. warnings: what to keep in mind, in plain sentences.
    """

    k: int
    model: Model
    test: Test
    level: float
    estimate: float
    se: float
    interval: Interval
    statistic: float
    df: float
    p: float
    tau2: float
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    prediction: Interval
    weights: tuple[float, ...]
    warnings: tuple[str, ...]

    @property
    def tau(self) -> float:
        """Standard deviation between studies, on the scale of the effect."""
        return float(np.sqrt(self.tau2))


class PooledMany(NamedTuple):
    """Many meta-analyses: every field (metas,), `weights` (metas, studies) with 0 for absent ones.

    The fields mean what those of `Pooled` do.
    """

    k: NDArray[np.int64]
    estimate: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    statistic: Numbers
    df: Numbers
    p: Numbers
    tau2: Numbers
    i2: Numbers
    h2: Numbers
    q: Numbers
    q_p: Numbers
    prediction_low: Numbers
    prediction_high: Numbers
    weights: Numbers
