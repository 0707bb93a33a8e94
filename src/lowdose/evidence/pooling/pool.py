"""From effects and variances of studies to a pooled effect with everything that is unsure of it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.cautions import warnings_of
from lowdose.evidence.pooling.heterogeneity import between_variance
from lowdose.evidence.pooling.studies import Studies, fit, one_meta, side_by_side
from lowdose.evidence.pooling.values import Interval, Model, Numbers, Pooled, PooledMany, Test

__all__ = ["Request", "asked", "pool", "pool_many", "solve"]


class Request(NamedTuple):
    """Model, test and level, checked."""

    model: Model = Model.REML
    test: Test = Test.KNHA
    level: float = 0.95


def pool(
    value: ArrayLike,
    variance: ArrayLike,
    *,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
) -> Pooled:
    """Pool the effects of studies, each (studies,) with its sampling variance.

    Weights are 1 / (v + tau2); the mean has variance 1 / Σw (test "z") or, after Hartung and Knapp,
    Σ w (y - mean)² / ((k - 1) Σw) with Student's t and k - 1 degrees of freedom ("knha"); "adhoc"
    never takes less than 1 / Σw. The prediction interval is mean ± q sqrt(se² + tau2) with the q
    of the test, thus k - 1 degrees of freedom under "knha", as in metafor 3.8; Higgins 2009
    (doi:10.1111/j.1467-985X.2008.00552.x) has k - 2. I² and H² come from tau2 and the typical
    variance, or from Q for a common effect.

    One study alone is given its own normal interval, whatever the test.

    Raises InputError with every fault of the input, each with its place.
    Source: Hartung and Knapp 2001, doi:10.1002/sim.791; Higgins and Thompson 2002,
    doi:10.1002/sim.1186; Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    >>> found = pool([-0.9, -0.3, -0.6, 0.1], [0.1, 0.05, 0.2, 0.08])
    >>> f"{found.estimate:.3f} ({found.interval.low:.3f} to {found.interval.high:.3f})"
    '-0.386 (-1.068 to 0.296)'
    """
    studies, request = one_meta(value, variance), asked(model, test, level)
    many = solve(studies, request)
    wald = solve(studies, request._replace(test=Test.Z))
    return _single(many, request, warnings_of(request.model, request.test, many, wald))


def pool_many(
    values: ArrayLike,
    variances: ArrayLike,
    *,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
) -> PooledMany:
    """Pool many meta-analyses at once: (metas, studies), NaN in both where there is no study.

    Each row is pooled as `pool` does; a row without studies comes out as NaN.

    Raises InputError with every fault of the input, each with its place.

    >>> nan = float("nan")
    >>> found = pool_many([[0.1, 0.3, 0.2], [0.5, 0.4, nan]], [[0.1, 0.1, 0.1], [0.2, 0.1, nan]])
    >>> found.estimate.round(4).tolist()
    [0.2, 0.4333]
    """
    return solve(side_by_side(values, variances), asked(model, test, level))


def asked(model: Model | str, test: Test | str, level: float) -> Request:
    """What is asked for, or InputError."""
    faults = [
        Fault(name, repr(str(value)), "one of " + ", ".join(kind))
        for name, value, kind in (("model", model, Model), ("test", test, Test))
        if not _known(value, kind)
    ]
    if not 0 < level < 1:
        faults.append(Fault("level", f"{level:g}", "between 0 and 1", "write 95 % as 0.95"))
    if faults:
        raise InputError(faults)
    return Request(Model(model), Test(test), float(level))


def _known(value: str, kind: type[StrEnum]) -> bool:
    return value in [each.value for each in kind]


def solve(studies: Studies, request: Request) -> PooledMany:
    """Pool every meta-analysis of the batch."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _solved(studies, request)


def _solved(studies: Studies, request: Request) -> PooledMany:
    tau2 = np.where(studies.k > 0, between_variance(studies, request.model), np.nan)
    found = fit(studies, tau2)
    freedom = studies.k - 1
    by_t = (request.test is not Test.Z) & (freedom > 0)
    se = np.sqrt(np.where(by_t, _spread(found.q, freedom, request.test), 1.0) / found.total)
    df = np.where(by_t, freedom, np.inf)
    reach = special.stdtrit(df, (1 + request.level) / 2)
    # Effects that are all 0 have no spread to be divided by, and nothing to test.
    statistic = np.where((found.mean == 0) & (se == 0), 0.0, found.mean / se)
    wide = reach * np.sqrt(se**2 + tau2)
    i2, h2, q = _inconsistency(studies, tau2, request.model)
    return PooledMany(
        k=studies.k.astype(np.int64),
        estimate=found.mean,
        se=se,
        low=found.mean - reach * se,
        high=found.mean + reach * se,
        statistic=statistic,
        df=df,
        p=2 * special.stdtr(df, -np.abs(statistic)),
        tau2=tau2,
        i2=i2,
        h2=h2,
        q=q,
        q_p=_chance_of_q(q, freedom),
        prediction_low=found.mean - wide,
        prediction_high=found.mean + wide,
        weights=100 * (found.weight / found.total).T,
    )


def _chance_of_q(q: Numbers, freedom: Numbers) -> Numbers:
    """p of Q; 1 for a study alone, NaN where there is none."""
    found = special.chdtrc(np.maximum(freedom, 1.0), q)
    return np.where(freedom > 0, found, np.where(freedom < 0, np.nan, 1.0))


def _spread(q: Numbers, freedom: Numbers, test: Test) -> Numbers:
    """What Hartung and Knapp multiply the variance of the mean by."""
    spread = q / freedom
    return np.maximum(spread, 1.0) if test is Test.ADHOC else spread


def _inconsistency(
    studies: Studies, tau2: Numbers, model: Model
) -> tuple[Numbers, Numbers, Numbers]:
    """I² in percent, H², and Q at tau2 = 0."""
    found = fit(studies, np.zeros_like(tau2))
    freedom = studies.k - 1
    if model is Model.COMMON:
        h2 = found.q / freedom
        i2 = np.maximum(100 * (found.q - freedom) / found.q, 0.0)
    else:
        typical = freedom * found.total / (found.total**2 - (found.weight**2).sum(0))
        h2, i2 = tau2 / typical + 1, 100 * tau2 / (typical + tau2)
    alone = studies.k == 1
    return np.where(alone, 0.0, i2), np.where(alone, 1.0, h2), np.where(alone, 0.0, found.q)


def _single(many: PooledMany, request: Request, warnings: tuple[str, ...]) -> Pooled:
    """The only meta-analysis of a batch, as plain numbers."""
    one = {name: part[0].item() for name, part in many._asdict().items() if name != "weights"}
    return Pooled(
        model=request.model,
        test=request.test,
        level=request.level,
        interval=Interval(one.pop("low"), one.pop("high")),
        prediction=Interval(one.pop("prediction_low"), one.pop("prediction_high")),
        q_df=one["k"] - 1,
        weights=tuple(many.weights[0].tolist()),
        warnings=warnings,
        **one,
    )
