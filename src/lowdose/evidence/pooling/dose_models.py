"""Effect against dose across trials: a slope, a line, a curve that turns, a curve that levels off.

At dose 0 there is no effect. So the slope, the quadratic curve and the Emax curve go through zero;
the straight line does not have to, and the level pays no heed to the dose. What too few trials or
doses cannot carry is left out, and said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.regression import Regression, regress
from lowdose.evidence.pooling.studies import one_meta
from lowdose.evidence.pooling.values import Interval, Numbers, Pooled

__all__ = ["DoseFits", "Emax", "Shape", "emax_band", "fit_doses"]

LINE_TRIALS, CURVE_TRIALS, CURVE_DOSES = 3, 5, 3
_HALVES = 121
_AROUND = (
    10.0  # half-effective doses are sought from a tenth of the lowest to ten times the highest
)


@dataclass(frozen=True)
class Emax:
    """effect = highest * dose / (half_mg + dose), by maximum likelihood with variance tau2 between.

    half_mg: the dose with half of the highest effect. half_interval: by profile likelihood; its
    ends are 0 or infinite where the trials do not end it. profile: half_mg, log-likelihood,
    highest and its standard error at each half_mg tried.
    """

    level: float
    highest: float
    half_mg: float
    half_interval: Interval
    tau2: float
    log_likelihood: float
    profile: tuple[Numbers, Numbers, Numbers, Numbers]


class Shape(NamedTuple):
    """How well a shape fits: AICc, lower is better; differences below 2 say nothing."""

    name: str
    parameters: int
    log_likelihood: float
    aicc: float


@dataclass(frozen=True)
class DoseFits:
    """Effects (trials,) against their doses.

    slope: effect per mg, through zero; trials differ in their slopes. per_mg: the same with
    differences between trials that do not grow with the dose. line: straight, not through zero.
    turning: b1 dose + b2 dose². emax: levels off. None where there is too little for it; why_not
    says so. shapes: how they compare, with "level" for an effect that pays no heed to the dose.
    """

    k: int
    level: float
    doses_mg: tuple[float, ...]
    average: Pooled
    slope: Pooled
    per_mg: Regression | None
    line: Regression | None
    turning: Regression | None
    emax: Emax | None
    shapes: tuple[Shape, ...]
    why_not: tuple[str, ...]
    warnings: tuple[str, ...]


def fit_doses(
    value: ArrayLike, variance: ArrayLike, dose_mg: ArrayLike, *, level: float = 0.95
) -> DoseFits:
    """Fit effects of trials, their variances and doses, each (trials,), by every model they carry.

    slope: value = (b + u) dose + e, u ~ N(0, tau2), which is pooling value / dose with variance
    v / dose² (REML, Hartung and Knapp). per_mg: value = b dose + u + e. A line takes three trials
    and two doses; curves take five trials and three doses. Regressions have Hartung and Knapp's
    test, never narrower than the normal one ("adhoc").

    Raises InputError with every fault of the input, or where a dose is not above 0.
    Source: Crippa and Orsini 2016, doi:10.1186/s12874-016-0189-0 (effects through zero); Emax:
    Thomas 2014, Statistics in Biopharmaceutical Research 6:302.

    >>> found = fit_doses([-0.2, -0.5, -0.9], [0.04] * 3, [1.5, 3.0, 4.5])
    >>> round(found.slope.estimate, 3), found.line is not None, found.emax
    (-0.186, True, None)
    """
    studies = one_meta(value, variance)
    y, v = studies.value[:, 0], studies.variance[:, 0]
    d = _doses(dose_mg, y.size)
    distinct = np.unique(d)
    k, several = y.size, distinct.size > 1
    curved = k >= CURVE_TRIALS and distinct.size >= CURVE_DOSES
    emax = _emax(y, v, d, level) if curved else None
    return DoseFits(
        k=k,
        level=level,
        doses_mg=tuple(distinct.tolist()),
        average=pool(y, v, level=level),
        slope=pool(y / d, v / d**2, level=level),
        per_mg=regress(y, v, {"mg": d}, test="adhoc", level=level, through_zero=True)
        if k > 1
        else None,
        line=regress(y, v, {"mg": d}, test="adhoc", level=level)
        if k >= LINE_TRIALS and several
        else None,
        turning=_turning(y, v, d, level) if curved else None,
        emax=emax,
        shapes=_shapes(y, v, d, emax) if emax else (),
        why_not=_why_not(k, distinct),
        warnings=_warnings(d),
    )


def _doses(dose_mg: ArrayLike, k: int) -> Numbers:
    d = np.atleast_1d(np.asarray(dose_mg, dtype=float))
    if d.shape != (k,):
        raise InputError([Fault("doses", f"{d.size} numbers", f"one a trial: {k}")])
    faults = [
        Fault(f"dose {place + 1}", f"{one:g} mg", "more than 0 mg")
        for place, one in enumerate(d)
        if not (one > 0 and np.isfinite(one))
    ]
    if faults:
        raise InputError(faults)
    return d


def _turning(y: Numbers, v: Numbers, d: Numbers, level: float) -> Regression:
    return regress(
        y, v, {"mg": d, "mg squared": d**2}, test="adhoc", level=level, through_zero=True
    )


def _why_not(k: int, distinct: Numbers) -> tuple[str, ...]:
    doses = " and ".join(f"{one:g} mg" for one in distinct)
    trials = "1 trial" if k == 1 else f"{k} trials"
    if distinct.size == 1:
        return (
            f"{trials} at one dose, {doses}: whether more or less would do better cannot be said. "
            "The slope through zero is nothing but the effect divided by the dose.",
        )
    said = []
    if k < LINE_TRIALS:
        said.append(
            f"{trials} at {doses} cannot say whether the effect grows with the dose: whatever sets "
            "them apart, people, weeks, chance, looks like the dose."
        )
    if k < CURVE_TRIALS or distinct.size < CURVE_DOSES:
        said.append(
            "Whether there is a best dose, or a dose beyond which more adds nothing, takes "
            f"{CURVE_TRIALS} trials and {CURVE_DOSES} doses at least; here are {trials} at "
            f"{distinct.size} doses."
        )
    return tuple(said)


def _warnings(d: Numbers) -> tuple[str, ...]:
    distinct, times = np.unique(d, return_counts=True)
    if distinct.size == 1:
        return ()
    said = [
        "Doses were not given out by chance between trials: trials with other doses also had other "
        "people, lengths and scales. This shows what goes together, not what a dose does."
    ]
    if d.size > 2 and d.size - times.max() == 1:
        usual, other = distinct[times.argmax()], distinct[times.argmin()]
        said.append(
            f"All trials but one had {usual:g} mg, so whatever is said of doses rests on the "
            f"single trial with {other:g} mg."
        )
    if d.size < 10:
        said.append(
            f"With fewer than ten trials, here {d.size}, such regressions often find chance."
        )
    return tuple(said)


def _shapes(y: Numbers, v: Numbers, d: Numbers, emax: Emax) -> tuple[Shape, ...]:
    """By maximum likelihood, all with the same kind of difference between trials."""
    k = y.size
    columns = {
        "level": np.ones((k, 1)),
        "slope through zero": d[:, None],
        "turning": np.column_stack([d, d**2]),
    }
    heights = {
        name: (part.shape[1] + 1, _likeliest(y, v, part)[0]) for name, part in columns.items()
    }
    heights["levelling off (Emax)"] = 3, emax.log_likelihood
    made = [Shape(name, p, height, _aicc(height, p, k)) for name, (p, height) in heights.items()]
    return tuple(sorted(made, key=lambda one: one.aicc))


def _aicc(height: float, parameters: int, k: int) -> float:
    spare = k - parameters - 1
    small = 2 * parameters * (parameters + 1) / spare if spare > 0 else np.inf
    return float(2 * parameters - 2 * height + small)


def _likeliest(y: Numbers, v: Numbers, columns: Numbers) -> tuple[float, float, Numbers, Numbers]:
    """Log-likelihood, tau2, coefficients and their standard errors at the maximum over tau2."""

    def at(tau2: float) -> tuple[float, Numbers, Numbers]:
        w = 1 / (v + tau2)
        covariance = np.linalg.inv(columns.T @ (columns * w[:, None]))
        b = covariance @ (columns.T @ (w * y))
        left = y - columns @ b
        height = -0.5 * float((np.log(2 * np.pi / w) + w * left**2).sum())
        return height, b, np.sqrt(np.diag(covariance))

    tau2 = _best(lambda one: at(one)[0], float(np.ptp(y) ** 2 + v.max()))
    return at(tau2)[0], tau2, *at(tau2)[1:]


def _best(height: Callable[[float], float], most: float) -> float:
    """Where a function of tau2 is highest: the best of a coarse search, then refined; or 0."""
    grid = most * np.linspace(0, 1, 61) ** 3
    top = int(np.argmax([height(float(one)) for one in grid]))
    ends = float(grid[max(top - 1, 0)]), float(grid[min(top + 1, grid.size - 1)])
    options = {"xatol": 1e-10 * most}
    found = optimize.minimize_scalar(
        lambda one: -height(one), bounds=ends, method="bounded", options=options
    )
    return float(found.x) if height(float(found.x)) > height(0.0) else 0.0


def _over_halves(y: Numbers, v: Numbers, d: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Half-effective doses, and at each the log-likelihood, the highest effect and its error."""
    halves = np.geomspace(d.min() / _AROUND, d.max() * _AROUND, _HALVES)
    rows = [_likeliest(y, v, (d / (half + d))[:, None]) for half in halves]
    height, _, highest, se = zip(*rows, strict=True)
    return halves, np.array(height), np.array(highest)[:, 0], np.array(se)[:, 0]


def _emax(y: Numbers, v: Numbers, d: Numbers, level: float) -> Emax:
    profile = _over_halves(y, v, d)
    halves, heights = profile[:2]
    top = int(heights.argmax())
    found = optimize.minimize_scalar(
        lambda log: -_likeliest(y, v, (d / (np.exp(log) + d))[:, None])[0],
        bounds=(np.log(halves[max(top - 1, 0)]), np.log(halves[min(top + 1, _HALVES - 1)])),
        method="bounded",
        options={"xatol": 1e-9},
    )
    half = float(np.exp(found.x))
    height, tau2, highest, _ = _likeliest(y, v, (d / (half + d))[:, None])
    inside = np.flatnonzero(heights > height - _drop(level))
    low = 0.0 if inside[0] == 0 else float(halves[inside[0]])
    high = np.inf if inside[-1] == _HALVES - 1 else float(halves[inside[-1]])
    return Emax(level, float(highest[0]), half, Interval(low, high), tau2, height, profile)


def _drop(level: float) -> float:
    """How far below its maximum a log-likelihood still is inside an interval."""
    return float(special.ndtri((1 + level) / 2)) ** 2 / 2


def emax_band(found: Emax, dose_mg: ArrayLike) -> tuple[Numbers, Numbers]:
    """Lower and upper end of the effect at these doses (doses,), by the profile of half_mg.

    At each half_mg tried, highest may go as far as the log-likelihood, tau2 kept at its best there,
    stays inside; the band is what all of them cover.

    >>> fits = fit_doses([0.2, 0.5, 0.6, 0.8, 0.7], [0.02] * 5, [1.0, 2.0, 3.0, 4.5, 6.0])
    >>> low, high = emax_band(fits.emax, [4.5])
    >>> f"{low[0]:.2f} to {high[0]:.2f}"
    '0.55 to 0.86'
    """
    halves, heights, highest, se = found.profile
    room = heights - (found.log_likelihood - _drop(found.level))
    kept = room > 0
    reach = se[kept] * np.sqrt(2 * room[kept])
    d = np.atleast_1d(np.asarray(dose_mg, dtype=float))[:, None]
    share = d / (halves[kept] + d)
    return (share * (highest[kept] - reach)).min(1), (share * (highest[kept] + reach)).max(1)
