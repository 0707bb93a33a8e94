"""Do small studies find more? Tests of a lopsided funnel; reporting bias can be a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.pool import asked
from lowdose.evidence.pooling.regression import regress
from lowdose.evidence.pooling.studies import Studies, fit, one_meta
from lowdose.evidence.pooling.values import Interval, Model, Numbers, Test

__all__ = ["Begg", "Egger", "EggerForm", "begg", "egger"]


class EggerForm(StrEnum):
    """LM: the weighted regression of Egger 1997, spread free. MIXED: with tau2, as in `regress`."""

    LM = "lm"
    MIXED = "mixed"


@dataclass(frozen=True)
class Egger:
    """Slope of the effect on its standard error, its test, and the effect at standard error 0.

    df is infinite for a normal test.
    """

    slope: float
    statistic: float
    df: float
    p: float
    limit: float
    limit_interval: Interval


@dataclass(frozen=True)
class Begg:
    """Kendall's rank correlation of standardised effects and variances; exact p without ties."""

    tau: float
    p: float


def egger(
    value: ArrayLike,
    variance: ArrayLike,
    *,
    form: EggerForm | str = EggerForm.LM,
    model: Model | str = Model.REML,
    test: Test | str = Test.Z,
    level: float = 0.95,
) -> Egger:
    """Egger's test: does the effect go with its standard error?

    Form "lm": effects on standard errors, weights 1/v, Student's t with k - 2. Form "mixed": the
    same as a meta-regression by `model` and `test`. With fewer than 10 studies the test can
    find little (Sterne 2011, doi:10.1136/bmj.d4002).

    Raises InputError with every fault of the input, or where there are fewer than 3 studies.
    Source: Egger 1997, doi:10.1136/bmj.315.7109.629; Sterne and Egger 2005,
    doi:10.1002/0470870168.ch6.

    >>> found = egger([-0.9, -0.3, -0.6, -0.1], [0.1, 0.05, 0.2, 0.02])
    >>> round(found.slope, 3), round(found.p, 3)
    (-2.651, 0.144)
    """
    request = asked(model, test, level)
    studies = _at_least_three(value, variance)
    errors = np.sqrt(studies.variance[:, 0])
    if np.ptp(errors) == 0:
        raise InputError([Fault("variances", "all the same", "studies that differ in size")])
    if EggerForm(form) is EggerForm.LM:
        return _weighted(studies, errors, request.level)
    found = regress(value, variance, {"se": errors}, model=model, test=test, level=level)
    limit, slope = found.coefficients
    return Egger(slope.estimate, slope.statistic, found.df, slope.p, limit.estimate, limit.interval)


def _weighted(studies: Studies, errors: Numbers, level: float) -> Egger:
    """Weighted least squares with a spread of its own."""
    columns = np.column_stack([np.ones_like(errors), errors])
    weight, y = 1 / studies.variance[:, 0], studies.value[:, 0]
    inverse = np.linalg.inv(columns.T @ (columns * weight[:, None]))
    b = inverse @ (columns.T @ (weight * y))
    df = y.size - 2
    spread = float(weight @ (y - columns @ b) ** 2) / df
    se = np.sqrt(spread * np.diag(inverse))
    statistic = float(b[1] / se[1])
    reach = float(special.stdtrit(df, (1 + level) / 2))
    ends = Interval(float(b[0] - reach * se[0]), float(b[0] + reach * se[0]))
    p = 2 * float(special.stdtr(df, -abs(statistic)))
    return Egger(float(b[1]), statistic, float(df), p, float(b[0]), ends)


def begg(value: ArrayLike, variance: ArrayLike) -> Begg:
    """Begg and Mazumdar's test: Kendall's tau of (y - mean) / sqrt(v - 1/Σw) and v.

    The mean is that of a common effect. p is exact, or normal where variances or effects are tied.

    Raises InputError with every fault of the input, or where there are fewer than 3 studies.
    Source: Begg and Mazumdar 1994, doi:10.2307/2533446.

    >>> found = begg([-0.9, -0.3, -0.6, -0.1], [0.1, 0.05, 0.2, 0.02])
    >>> round(found.tau, 3), round(found.p, 3)
    (-0.667, 0.333)
    """
    studies = _at_least_three(value, variance)
    found = fit(studies, np.zeros(1))
    v = studies.variance[:, 0]
    standard = found.residual[:, 0] / np.sqrt(v - 1 / found.total[0])
    tied = np.unique(v).size < v.size or np.unique(standard).size < v.size
    result = stats.kendalltau(standard, v, method="asymptotic" if tied else "exact")
    return Begg(float(result.statistic), float(result.pvalue))


def _at_least_three(value: ArrayLike, variance: ArrayLike) -> Studies:
    studies = one_meta(value, variance)
    if studies.k[0] < 3:
        raise InputError([Fault("values", f"{studies.k[0]:.0f} studies", "3 studies or more")])
    return studies
