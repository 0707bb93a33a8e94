"""Standard errors, SDs and means out of what a paper prints instead: intervals, p, quartiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lowdose.errors import Fault
from lowdose.evidence.effects import checks
from lowdose.evidence.effects.values import Means, Numbers

__all__ = [
    "count_from_percent",
    "from_median_and_quartiles",
    "from_median_and_range",
    "from_median_range_and_quartiles",
    "sd_from_interval",
    "sd_from_se",
    "se_from_interval",
    "se_from_p",
    "se_from_sd",
]


def se_from_sd(sd: ArrayLike, people: ArrayLike) -> Numbers:
    """Standard error of a mean: s / sqrt(n).

    >>> se_from_sd(2.0, 16).item()
    0.5
    """
    s, n = checks.numbers(sd, people)
    checks.refuse(checks.positive("sd", s), checks.people("people", n))
    return np.asarray(s / np.sqrt(n))


def sd_from_se(se: ArrayLike, people: ArrayLike) -> Numbers:
    """Standard deviation from the standard error of a mean: se sqrt(n).

    >>> sd_from_se(0.5, 16).item()
    2.0
    """
    error, n = checks.numbers(se, people)
    checks.refuse(checks.positive("se", error), checks.people("people", n))
    return np.asarray(error * np.sqrt(n))


def se_from_interval(
    low: ArrayLike,
    high: ArrayLike,
    *,
    level: float = 0.95,
    freedom: ArrayLike = np.inf,
    estimate: ArrayLike | None = None,
) -> Numbers:
    """Standard error from a confidence interval: (high - low) / (2 q).

    q is the quantile of Student's t with `freedom` degrees of freedom, of the normal where
    infinite. For ratios hand in logarithms. With `estimate` it is checked to lie inside.

    Raises InputError where the ends are in the wrong order, or leave the estimate out.
    Source: Cochrane Handbook 6.5.2.2 and 6.3.1, doi:10.1002/9781119536604.ch6.

    >>> se_from_interval(-2.0, 0.5).round(4).item()
    0.6378
    >>> se_from_interval(-2.0, 0.5, freedom=19).round(4).item()
    0.5972
    """
    lower, upper, df = checks.numbers(low, high, freedom)
    checks.refuse(
        checks.level(level),
        checks.finite("low", lower),
        checks.where(~(upper > lower), "high", upper, "more than the lower end"),
        checks.where(~(df > 0), "freedom", df, "more than 0"),
        _inside(lower, upper, estimate),
    )
    return np.asarray((upper - lower) / (2 * -special.stdtrit(df, (1 - level) / 2)))


def sd_from_interval(
    low: ArrayLike, high: ArrayLike, people: ArrayLike, *, level: float = 0.95
) -> Numbers:
    """Standard deviation from the interval of one group's mean, by Student's t with n - 1.

    Raises InputError as `se_from_interval` does.
    Source: Cochrane Handbook 6.5.2.2, doi:10.1002/9781119536604.ch6.

    >>> sd_from_interval(30.0, 34.2, 25).round(3).item()
    5.087
    """
    lower, upper, n = checks.numbers(low, high, people)
    checks.refuse(checks.people("people", n))
    return sd_from_se(se_from_interval(lower, upper, level=level, freedom=n - 1), n)


def se_from_p(
    estimate: ArrayLike, p: ArrayLike, *, null: float = 0.0, freedom: ArrayLike = np.inf
) -> Numbers:
    """Standard error from an estimate and its two-sided p: |estimate - null| / q.

    q is the 1 - p/2 quantile of Student's t with `freedom`, of the normal where infinite. For
    ratios hand in the logarithm. A p given as a bound ("p < 0.05") makes the largest error it
    allows.

    Raises InputError with every impossible value.
    Source: Altman and Bland 2011, doi:10.1136/bmj.d2090.

    >>> se_from_p(np.log(0.81), 0.03).round(4).item()
    0.0971
    """
    value, chance, df = checks.numbers(estimate, p, freedom)
    nothing = ~np.isfinite(value) | (value == null)
    checks.refuse(
        checks.where(nothing, "estimate", value, f"a number other than {null:g}"),
        checks.probabilities("p", chance),
        checks.where(~(df > 0), "freedom", df, "more than 0"),
    )
    return np.asarray(np.abs(value - null) / -special.stdtrit(df, chance / 2))


def count_from_percent(percent: float, people: int) -> int | None:
    """How many of `people` a printed percentage stands for; None where several or none fit.

    The percentage is taken as rounded where it was cut off: 12.5 to a tenth, 37 to a whole number.

    >>> count_from_percent(68.8, 48), count_from_percent(37, 31), count_from_percent(12, 400)
    (33, None, None)
    """
    decimals = len(f"{percent:g}".partition(".")[2])
    near = round(percent / 100 * people)
    fitting = [
        count
        for count in range(max(near - 2, 0), min(near + 2, people) + 1)
        if abs(100 * count / people - percent) <= 0.5 * 10**-decimals + 1e-9
    ]
    return fitting[0] if len(fitting) == 1 else None


def from_median_and_range(
    least: ArrayLike, median: ArrayLike, most: ArrayLike, people: ArrayLike
) -> Means:
    """Mean and SD from the median and the range, if the values are roughly normal.

    mean = w (least + most)/2 + (1 - w) median, w = 4 / (4 + n^0.75) (Luo 2018,
    doi:10.1177/0962280216669183); SD = (most - least) / (2 z((n - 0.375)/(n + 0.25))) (Wan 2014,
    doi:10.1186/1471-2288-14-135).

    Raises InputError where the values are not in order.

    >>> found = from_median_and_range(2, 6, 14, 20)
    >>> found.mean.round(4).item(), found.sd.round(4).item()
    (6.5945, 3.2116)
    """
    a, m, b, n = checks.numbers(least, median, most, people)
    checks.refuse(checks.people("people", n), _ordered({"least": a, "median": m, "most": b}))
    w = 4 / (4 + n**0.75)
    return Means(w * (a + b) / 2 + (1 - w) * m, (b - a) / (2 * _extreme(n)), n)


def from_median_and_quartiles(
    lower: ArrayLike, median: ArrayLike, upper: ArrayLike, people: ArrayLike
) -> Means:
    """Mean and SD from the median and the quartiles, if the values are roughly normal.

    mean = w (lower + upper)/2 + (1 - w) median, w = 0.7 + 0.39/n (Luo 2018,
    doi:10.1177/0962280216669183); SD = (upper - lower) / (2 z((0.75n - 0.125)/(n + 0.25))) (Wan
    2014, doi:10.1186/1471-2288-14-135).

    Raises InputError where the values are not in order.

    >>> found = from_median_and_quartiles(4, 6, 10, 20)
    >>> found.mean.round(4).item(), found.sd.round(4).item()
    (6.7195, 4.7871)
    """
    q1, m, q3, n = checks.numbers(lower, median, upper, people)
    ordered = _ordered({"lower quartile": q1, "median": m, "upper quartile": q3})
    checks.refuse(checks.people("people", n, least=3), ordered)
    w = 0.7 + 0.39 / n
    return Means(w * (q1 + q3) / 2 + (1 - w) * m, (q3 - q1) / (2 * _quartile(n)), n)


def from_median_range_and_quartiles(
    least: ArrayLike,
    lower: ArrayLike,
    median: ArrayLike,
    upper: ArrayLike,
    most: ArrayLike,
    people: ArrayLike,
) -> Means:
    """Mean and SD from the median, quartiles and range, if the values are roughly normal.

    mean = w1 (least + most)/2 + w2 (lower + upper)/2 + (1 - w1 - w2) median,
    w1 = 2.2 / (2.2 + n^0.75), w2 = 0.7 - 0.72/n^0.55 (Luo 2018, doi:10.1177/0962280216669183);
    SD = the average of the two SDs by range and by quartiles (Wan 2014,
    doi:10.1186/1471-2288-14-135).

    Raises InputError where the values are not in order.

    >>> found = from_median_range_and_quartiles(2, 4, 6, 10, 14, 20)
    >>> found.mean.round(4).item(), found.sd.round(4).item()
    (6.9388, 3.9993)
    """
    a, q1, m, q3, b, n = checks.numbers(least, lower, median, upper, most, people)
    five = {"least": a, "lower quartile": q1, "median": m, "upper quartile": q3, "most": b}
    checks.refuse(checks.people("people", n, least=3), _ordered(five))
    w1, w2 = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    mean = w1 * (a + b) / 2 + w2 * (q1 + q3) / 2 + (1 - w1 - w2) * m
    return Means(mean, (b - a) / (4 * _extreme(n)) + (q3 - q1) / (4 * _quartile(n)), n)


def _extreme(n: Numbers) -> Numbers:
    """About where the largest of n standard normal values lies (Blom)."""
    return np.asarray(special.ndtri((n - 0.375) / (n + 0.25)))


def _quartile(n: Numbers) -> Numbers:
    """About where the upper quartile of n standard normal values lies."""
    return np.asarray(special.ndtri((0.75 * n - 0.125) / (n + 0.25)))


def _ordered(values: dict[str, Numbers]) -> list[Fault]:
    """Each at least the one before it, and the last more than the first."""
    names, parts = list(values), list(values.values())
    faults = list(checks.finite(names[0], parts[0]))
    for before, name in zip(parts, names[1:], strict=False):
        here = values[name]
        text = f"at least the {names[names.index(name) - 1]}"
        faults += checks.where(~(here >= before), name, here, text)
    if not faults:
        faults += checks.where(parts[-1] == parts[0], names[-1], parts[-1], f"above {names[0]}")
    return faults


def _inside(low: Numbers, high: Numbers, estimate: ArrayLike | None) -> list[Fault]:
    """The estimate must lie in its own interval."""
    if estimate is None:
        return []
    value, lower, upper = checks.numbers(estimate, low, high)
    inside = (value >= lower) & (value <= upper)
    remedy = "for a ratio, are all on the logarithmic scale?"
    return list(checks.where(~inside, "estimate", value, "inside its interval", remedy))
