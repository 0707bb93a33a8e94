"""Do the effects of studies go with something about them? Mixed-effects meta-regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.pool import Request, asked
from lowdose.evidence.pooling.studies import one_meta
from lowdose.evidence.pooling.values import Interval, Model, Numbers, Test

__all__ = ["Coefficient", "Prediction", "Regression", "predicted", "regress"]

_Step = Callable[["_Design", float], float]
_STEPS = 1000
_CLOSE = 1e-12


@dataclass(frozen=True)
class Coefficient:
    """What one unit of a moderator adds to the effect; the intercept is the effect at 0."""

    name: str
    estimate: float
    se: float
    interval: Interval
    statistic: float
    p: float


@dataclass(frozen=True)
class Regression:
    """A meta-regression of k studies.

    tau2, i2, h2: what is left between studies; r2: percent of tau2 that the moderators take away,
    NaN where there was none. qe, qe_p: test that nothing is left. qm, qm_df, qm_p: test of all
    moderators together, F with (m, df) degrees of freedom under "knha" and "adhoc", else χ² with m.
    covariance: of the coefficients, in their order.
    """

    k: int
    model: Model
    test: Test
    level: float
    coefficients: tuple[Coefficient, ...]
    df: float
    tau2: float
    i2: float
    h2: float
    r2: float
    qe: float
    qe_df: int
    qe_p: float
    qm: float
    qm_df: int
    qm_p: float
    covariance: tuple[tuple[float, ...], ...]


class Prediction(NamedTuple):
    """The effect to be expected at given moderators: its interval, and that of a new study."""

    estimate: float
    se: float
    interval: Interval
    prediction: Interval


class _Design(NamedTuple):
    """Effects (k,), variances (k,) and columns (k, p), of which `free` come before the moderators:
    the intercept, or none."""

    value: Numbers
    variance: Numbers
    columns: Numbers
    free: int


class _Solved(NamedTuple):
    """At a tau2: weights, coefficients, their covariance, and P = W - WX(X'WX)⁻¹X'W."""

    weight: Numbers
    coefficients: Numbers
    covariance: Numbers
    projection: Numbers


def regress(
    value: ArrayLike,
    variance: ArrayLike,
    moderators: Mapping[str, ArrayLike],
    *,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
    through_zero: bool = False,
) -> Regression:
    """Regress effects (studies,) on moderators, each (studies,), with an intercept.

    y = X b + u + e, u ~ N(0, tau2), e ~ N(0, v). Groups are given as columns of 0 and 1.
    through_zero: without an intercept, so that the effect is 0 where all moderators are; there is
    no R² then.

    Raises InputError with every fault of the input: too few studies, or moderators that are not
    numbers or can be worked out from each other.
    Source: Viechtbauer 2010, doi:10.18637/jss.v036.i03; Knapp and Hartung 2003,
    doi:10.1002/sim.1482; R²: Raudenbush 2009, ISBN 978-0-87154-163-5.

    >>> found = regress([0.1, 0.2, 0.4, 0.5], [0.01] * 4, {"dose_mg": [1, 2, 3, 4]}, test="z")
    >>> slope = found.coefficients[1]
    >>> slope.name, round(slope.estimate, 3), round(slope.se, 4)
    ('dose_mg', 0.14, 0.0447)
    """
    request = asked(model, test, level)
    design = _design(value, variance, moderators, through_zero)
    k, p = design.columns.shape
    tau2 = _between(design, request.model)
    found = _solve(design, tau2)
    plain = _solve(design, 0.0)
    by_t = request.test is not Test.Z
    df = float(k - p) if by_t else np.inf
    covariance = found.covariance * (_spread(design, found, request.test) if by_t else 1.0)
    typical = (k - p) / np.trace(plain.projection)
    qe = _square(design.value, plain.projection)
    i2, h2 = 100 * tau2 / (typical + tau2), tau2 / typical + 1
    if request.model is Model.COMMON:
        i2, h2 = max(0.0, 100 * (qe - (k - p)) / qe), qe / (k - p)
    qm, qm_p = _omnibus(found.coefficients, covariance, df, design.free)
    names = (*([] if through_zero else ["intercept"]), *moderators)
    return Regression(
        k=k,
        model=request.model,
        test=request.test,
        level=request.level,
        coefficients=_table(names, found.coefficients, covariance, df, request),
        df=df,
        tau2=tau2,
        i2=float(i2),
        h2=float(h2),
        r2=_explained(design, request.model, tau2),
        qe=qe,
        qe_df=k - p,
        qe_p=float(special.chdtrc(k - p, qe)),
        qm=qm,
        qm_df=p - design.free,
        qm_p=qm_p,
        covariance=tuple(tuple(row) for row in covariance.tolist()),
    )


def predicted(found: Regression, moderators: Mapping[str, float]) -> Prediction:
    """The effect at these moderators, one number each.

    Raises InputError where a moderator is missing or unknown.

    >>> found = regress([0.1, 0.2, 0.4, 0.5], [0.01] * 4, {"dose_mg": [1, 2, 3, 4]}, test="z")
    >>> round(predicted(found, {"dose_mg": 2.5}).estimate, 3)
    0.3
    """
    own = [one.name for one in found.coefficients]
    free = own[0] == "intercept" and "intercept" not in moderators
    names = own[1:] if free else own
    if set(names) != set(moderators):
        known = Fault("moderators", ", ".join(moderators), ", ".join(names))
        raise InputError([known])
    row = np.array([*([1.0] if free else []), *(moderators[name] for name in names)])
    estimate = float(row @ [one.estimate for one in found.coefficients])
    square = float(row @ np.array(found.covariance) @ row)
    reach = _reach(found.df, found.level)
    near, far = reach * np.sqrt(square), reach * np.sqrt(square + found.tau2)
    return Prediction(
        estimate,
        float(np.sqrt(square)),
        Interval(float(estimate - near), float(estimate + near)),
        Interval(float(estimate - far), float(estimate + far)),
    )


def _design(
    value: ArrayLike,
    variance: ArrayLike,
    moderators: Mapping[str, ArrayLike],
    through_zero: bool,
) -> _Design:
    studies = one_meta(value, variance)
    y, v = studies.value[:, 0], studies.variance[:, 0]
    free = 0 if through_zero else 1
    faults, columns = [], [np.ones_like(y)] * free
    for name, given in moderators.items():
        column = np.asarray(given, dtype=float)
        if column.shape != y.shape or not np.isfinite(column).all():
            faults.append(Fault(f"moderator {name}", repr(given)[:80], f"{y.size} numbers"))
        else:
            columns.append(column)
    matrix = np.column_stack(columns) if columns else np.empty((y.size, 0))
    if not faults and matrix.shape[1] <= free:
        faults.append(Fault("moderators", "none", "one or more"))
    elif not faults and y.size <= matrix.shape[1]:
        faults.append(Fault("studies", str(y.size), f"more than {matrix.shape[1]}"))
    elif not faults and np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        faults.append(
            Fault("moderators", ", ".join(moderators), "columns that do not follow from each other")
        )
    if faults:
        raise InputError(faults)
    return _Design(y, v, matrix, free)


def _solve(design: _Design, tau2: float) -> _Solved:
    weight = 1 / (design.variance + tau2)
    weighted = design.columns * weight[:, None]
    covariance = np.asarray(np.linalg.inv(design.columns.T @ weighted), np.float64)
    return _Solved(
        weight,
        covariance @ (weighted.T @ design.value),
        covariance,
        np.diag(weight) - weighted @ covariance @ weighted.T,
    )


def _square(y: Numbers, matrix: Numbers) -> float:
    return float(y @ matrix @ y)


def _spread(design: _Design, found: _Solved, test: Test) -> float:
    """What Knapp and Hartung multiply the covariance by."""
    k, p = design.columns.shape
    spread = _square(design.value, found.projection) / (k - p)
    return float(max(spread, 1.0)) if test is Test.ADHOC else float(spread)


def _between(design: _Design, model: Model) -> float:
    """tau2 that is left, never below 0."""
    k, p = design.columns.shape
    plain = _solve(design, 0.0)
    q = _square(design.value, plain.projection)
    match model:
        case Model.COMMON:
            return 0.0
        case Model.DL:
            found = (q - (k - p)) / np.trace(plain.projection)
        case Model.HE:
            found = _hedges(design)
        case Model.HS:
            found = (q - k) / plain.weight.sum()
        case Model.SJ:
            start = float(np.var(design.value))
            found = start * _square(design.value, _solve(design, start).projection) / (k - p)
        case Model.EB | Model.PM:
            found = _climbed(design, _moment_step, 0.0)
        case Model.ML:
            found = _climbed(design, _ml_step, _hedges(design))
        case Model.REML:
            found = _climbed(design, _reml_step, _hedges(design))
    return max(0.0, float(found))


def _hedges(design: _Design) -> float:
    k, p = design.columns.shape
    unweighted = _solve(design._replace(variance=np.ones(k)), 0.0).projection
    squares = _square(design.value, unweighted)
    return float((squares - np.diag(unweighted) @ design.variance) / (k - p))


def _climbed(design: _Design, step: _Step, start: float) -> float:
    """Steps until they stand still; where they never do, the zero of the step by bisection."""
    tau2, least = max(start, 0.0), float(design.variance.min())
    for _ in range(_STEPS):
        new = max(tau2 + step(design, tau2), 0.0)
        if abs(new - tau2) <= _CLOSE * (new + least):
            return new
        tau2 = new
    high = float(np.ptp(design.value) ** 2 + design.variance.max())
    return float(optimize.brentq(lambda at: step(design, at), 0.0, high, xtol=_CLOSE * least))


def _moment_step(design: _Design, tau2: float) -> float:
    """Newton's step towards Q(tau2) = k - p."""
    k, p = design.columns.shape
    projection = _solve(design, tau2).projection
    pulled = projection @ design.value
    return float((design.value @ pulled - (k - p)) / (pulled @ pulled))


def _reml_step(design: _Design, tau2: float) -> float:
    projection = _solve(design, tau2).projection
    pulled = projection @ design.value
    gap = pulled @ pulled - np.trace(projection)
    return float(gap / (projection**2).sum())


def _ml_step(design: _Design, tau2: float) -> float:
    found = _solve(design, tau2)
    pulled = found.projection @ design.value
    return float((pulled @ pulled - found.weight.sum()) / (found.weight**2).sum())


def _explained(design: _Design, model: Model, left: float) -> float:
    """R² in percent."""
    if not design.free:
        return float("nan")
    alone = design._replace(columns=design.columns[:, :1])
    before = _between(alone, model)
    return max(0.0, 100 * (before - left) / before) if before > 0 else float("nan")


def _omnibus(
    coefficients: Numbers, covariance: Numbers, df: float, free: int
) -> tuple[float, float]:
    """Test of everything but the intercept, and its p."""
    slopes, m = coefficients[free:], coefficients.size - free
    square = float(slopes @ np.linalg.solve(covariance[free:, free:], slopes))
    if np.isinf(df):
        return square, float(special.chdtrc(m, square))
    return square / m, float(stats.f.sf(square / m, m, df))


def _reach(df: float, level: float) -> float:
    return float(special.stdtrit(df, (1 + level) / 2))


def _table(
    names: tuple[str, ...], coefficients: Numbers, covariance: Numbers, df: float, request: Request
) -> tuple[Coefficient, ...]:
    reach = _reach(df, request.level)
    rows = []
    for name, b, se in zip(names, coefficients, np.sqrt(np.diag(covariance)), strict=True):
        ends = Interval(float(b - reach * se), float(b + reach * se))
        p = 2 * float(special.stdtr(df, -abs(b / se)))
        rows.append(Coefficient(name, float(b), float(se), ends, float(b / se), p))
    return tuple(rows)
