"""The same people twice: crossovers, and before against after.

How closely a person's two values go together (the within-person correlation) is what decides how
sure such a study is, and papers seldom print it. Work it out with `correlation_from_sds` where the
SD of the change is given, else show the result over a range: `over_correlations`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lowdose.evidence.effects import checks
from lowdose.evidence.effects.means import hedges_correction
from lowdose.evidence.effects.values import Effect, Means, Numbers

__all__ = [
    "Standard",
    "change",
    "correlation_from_sds",
    "over_correlations",
    "paired_difference",
    "paired_difference_from_p",
    "paired_difference_from_t",
    "sd_of_change",
    "standardised_paired_difference",
]


class Standard(StrEnum):
    """The SD that a paired difference is divided by, with metafor's name.

    CHANGE: of the differences ("SMCC"). CONTROL: of the control period or before ("SMCR").
    """

    CHANGE = "change"
    CONTROL = "control"


def sd_of_change(sd_1: ArrayLike, sd_2: ArrayLike, correlation: ArrayLike) -> Numbers:
    """SD of the differences: sqrt(s1² + s2² - 2 r s1 s2).

    Raises InputError with every impossible value.
    Source: Cochrane Handbook 6.5.2.8, doi:10.1002/9781119536604.ch6.

    >>> sd_of_change(3.0, 4.0, 0.5).round(4).item()
    3.6056
    """
    s1, s2, r = checks.numbers(sd_1, sd_2, correlation)
    checks.refuse(
        checks.positive("sd_1", s1), checks.positive("sd_2", s2), checks.correlations("r", r)
    )
    return np.asarray(np.sqrt(s1**2 + s2**2 - 2 * r * s1 * s2))


def correlation_from_sds(sd_1: ArrayLike, sd_2: ArrayLike, sd_difference: ArrayLike) -> Numbers:
    """The within-person correlation: (s1² + s2² - sd²) / (2 s1 s2).

    Raises InputError with every impossible value; an SD of differences that fits no correlation
    is one.
    Source: Cochrane Handbook 6.5.2.8, doi:10.1002/9781119536604.ch6.

    >>> correlation_from_sds(3.0, 4.0, np.sqrt(13)).round(6).item()
    0.5
    """
    s1, s2, sd = checks.numbers(sd_1, sd_2, sd_difference)
    checks.refuse(
        checks.positive("sd_1", s1),
        checks.positive("sd_2", s2),
        checks.positive("sd_difference", sd),
    )
    r = (s1**2 + s2**2 - sd**2) / (2 * s1 * s2)
    fits = "between |sd_1 - sd_2| and sd_1 + sd_2"
    checks.refuse(
        checks.where(np.abs(r) >= 1, "sd_difference", sd, fits, "is it a standard error?")
    )
    return r


def change(before: Means, after: Means, correlation: ArrayLike) -> Means:
    """Change in one arm, after minus before, as an arm of its own (people: those of `after`).

    Two arms' changes can then be compared like any means; `standardised_mean_difference` would
    divide by the SD of the changes, which is another scale than that of the scores.

    Raises InputError with every impossible value.

    >>> found = change(Means(6, 2.0, 20), Means(5, 2.0, 20), 0.5)
    >>> found.mean.item(), found.sd.item()
    (-1.0, 2.0)
    """
    m1, s1, n1, m2, s2, n2, r = checks.numbers(*before, *after, correlation)
    checks.refuse(
        checks.means("before", Means(m1, s1, n1)), checks.means("after", Means(m2, s2, n2))
    )
    return Means(m2 - m1, sd_of_change(s1, s2, r), n2)


def paired_difference(treated: Means, control: Means, correlation: ArrayLike) -> Effect:
    """Mean difference within the same people, treated minus control (metafor "MC").

    variance = (s1² + s2² - 2 r s1 s2) / n. No allowance is made for effects of period or order.

    Raises InputError with every impossible value, such as numbers of people that differ.
    Source: Elbourne 2002, doi:10.1093/ije/31.1.140.

    >>> paired_difference(Means(5.0, 2.0, 20), Means(6.0, 2.0, 20), 0.5).variance.item()
    0.2
    """
    m1, s1, m2, s2, n, r = _pairs(treated, control, correlation)
    return Effect(m1 - m2, sd_of_change(s1, s2, r) ** 2 / n)


def standardised_paired_difference(
    treated: Means,
    control: Means,
    correlation: ArrayLike,
    *,
    by: Standard | str = Standard.CONTROL,
) -> Effect:
    """Mean difference within the same people over a standard deviation, bias-corrected.

    By the control's SD: g = J(n - 1) (m1 - m2) / s2, variance = 2 (1 - r)/n + g²/(2n) (metafor
    "SMCR"); comparable with the standardised difference of two groups. By the SD of the
    differences: g = J(n - 1) (m1 - m2) / sd, variance = 1/n + g²/(2n) (metafor "SMCC").

    Raises InputError with every impossible value.
    Source: Becker 1988, doi:10.1111/j.2044-8317.1988.tb00901.x; Gibbons 1993,
    doi:10.3102/10769986018003271.

    >>> arms = Means(5.0, 2.0, 20), Means(6.0, 2.0, 20)
    >>> standardised_paired_difference(*arms, 0.5).value.round(5).item()
    -0.47996
    """
    m1, s1, m2, s2, n, r = _pairs(treated, control, correlation)
    by_change = Standard(by) is Standard.CHANGE
    unit = sd_of_change(s1, s2, r) if by_change else s2
    g = hedges_correction(n - 1) * (m1 - m2) / unit
    shared = 1.0 if by_change else 2 * (1 - r)
    return Effect(np.asarray(g), np.asarray(shared / n + g**2 / (2 * n)))


def paired_difference_from_t(difference: ArrayLike, t: ArrayLike) -> Effect:
    """A paired difference whose paired t is known: standard error = difference / t.

    Raises InputError where t is zero or points the other way.
    Source: Elbourne 2002, doi:10.1093/ije/31.1.140.

    >>> paired_difference_from_t(-1.0, -2.5).se.item()
    0.4
    """
    value, statistic = checks.numbers(difference, t)
    agree = np.isfinite(value) & np.isfinite(statistic) & (value * statistic > 0)
    checks.refuse(checks.where(~agree, "t", statistic, "the same sign as the difference, not 0"))
    return Effect(value, (value / statistic) ** 2)


def paired_difference_from_p(difference: ArrayLike, p: ArrayLike, people: ArrayLike) -> Effect:
    """A paired difference whose two-sided p by a paired t-test is known.

    Raises InputError with every impossible value.
    Source: Elbourne 2002, doi:10.1093/ije/31.1.140.

    >>> paired_difference_from_p(-1.0, 0.05, 20).se.round(4).item()
    0.4778
    """
    value, chance, n = checks.numbers(difference, p, people)
    zero = ~np.isfinite(value) | (value == 0)
    checks.refuse(
        checks.where(zero, "difference", value, "a number other than 0"),
        checks.probabilities("p", chance),
        checks.people("people", n),
    )
    return Effect(value, (value / special.stdtrit(n - 1, chance / 2)) ** 2)


def over_correlations(
    make: Callable[[float], Effect], correlations: Sequence[float] = (0.3, 0.5, 0.7, 0.9)
) -> dict[float, Effect]:
    """The effect for each correlation that might hold, where a paper does not give it.

    >>> arms = Means(5.0, 2.0, 20), Means(6.0, 2.0, 20)
    >>> found = over_correlations(lambda r: paired_difference(*arms, r), (0.3, 0.7))
    >>> {r: one.se.round(3).item() for r, one in found.items()}
    {0.3: 0.529, 0.7: 0.346}
    """
    return {each: make(each) for each in correlations}


def _pairs(treated: Means, control: Means, correlation: ArrayLike) -> tuple[Numbers, ...]:
    """Both means and SDs, the people they share, the correlation: of one shape, checked."""
    m1, s1, n1, m2, s2, n2, r = checks.numbers(*treated, *control, correlation)
    checks.refuse(
        checks.means("treated", Means(m1, s1, n1)),
        checks.means("control", Means(m2, s2, n2)),
        checks.where(n1 != n2, "control people", n2, "as many as treated: the same people"),
        checks.correlations("correlation", r),
    )
    return m1, s1, m2, s2, n1, r
