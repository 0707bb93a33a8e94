"""Two groups that report means: differences, standardised differences, ratios.

Positive means more in the treated. All agree with metafor's `escalc`.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from lowdose.evidence.effects import checks
from lowdose.evidence.effects.values import Effect, Means, Numbers

__all__ = [
    "SmdVariance",
    "from_d",
    "hedges_correction",
    "log_variability_ratio",
    "mean_difference",
    "pooled_sd",
    "ratio_of_means",
    "standardised_mean_difference",
]


class SmdVariance(StrEnum):
    """How the variance of a standardised mean difference is worked out, by metafor's names.

    LS: large-sample (Hedges 1982). LS2: the same before the correction, times J squared
    (Borenstein 2009). UB: unbiased (Hedges 1983).
    """

    LS = "LS"
    LS2 = "LS2"
    UB = "UB"


def mean_difference(treated: Means, control: Means, *, equal_variances: bool = False) -> Effect:
    """Difference of means, treated minus control.

    value = m1 - m2; variance = s1²/n1 + s2²/n2, or sp² (1/n1 + 1/n2) with the pooled sp where the
    variances are taken as equal (metafor "MD", vtype LS and HO).

    Raises InputError with every impossible value.
    Source: Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    >>> found = mean_difference(Means([5.0], [2.0], [20]), Means([6.0], [2.5], [25]))
    >>> found.value.item(), found.variance.item()
    (-1.0, 0.45)
    """
    m1, s1, n1, m2, s2, n2 = _arms(treated, control)
    if equal_variances:
        return Effect(m1 - m2, pooled_sd(treated, control) ** 2 * (1 / n1 + 1 / n2))
    return Effect(m1 - m2, s1**2 / n1 + s2**2 / n2)


def pooled_sd(treated: Means, control: Means) -> Numbers:
    """The standard deviation within both groups: sqrt(Σ (n - 1) s² / Σ (n - 1)).

    >>> pooled_sd(Means(0, 3.0, 11), Means(0, 4.0, 11)).round(4).item()
    3.5355
    """
    _, s1, n1, _, s2, n2 = _arms(treated, control)
    squares = (n1 - 1) * s1**2 + (n2 - 1) * s2**2
    return np.asarray(np.sqrt(squares / (n1 + n2 - 2)))


def hedges_correction(freedom: ArrayLike) -> Numbers:
    """J, what takes away the small-sample bias of a standardised difference.

    J(m) = Γ(m/2) / (sqrt(m/2) Γ((m - 1)/2)), exact, for m > 1 degrees of freedom; 0 at m = 1, where
    the standardised difference has no mean.
    Source: Hedges 1981, doi:10.3102/10769986006002107.

    >>> hedges_correction([1, 10, 100]).round(5).tolist()
    [0.0, 0.92275, 0.99248]
    """
    m = np.asarray(freedom, dtype=float)
    checks.refuse(checks.where(~(m >= 1), "degrees of freedom", m, "1 or more"))
    above = np.where(m > 1, m, 2.0)
    log_j = gammaln(above / 2) - 0.5 * np.log(above / 2) - gammaln((above - 1) / 2)
    return np.asarray(np.where(m > 1, np.exp(log_j), 0.0))


def standardised_mean_difference(
    treated: Means,
    control: Means,
    *,
    corrected: bool = True,
    variance: SmdVariance | str = SmdVariance.LS,
) -> Effect:
    """Difference of means in units of the pooled standard deviation, with Hedges' correction.

    d = (m1 - m2) / sp, g = J(n1 + n2 - 2) d; its variance by `variance`, see `from_d`.

    Raises InputError with every impossible value.
    Source: Hedges 1981, doi:10.3102/10769986006002107.

    >>> found = standardised_mean_difference(Means([5.0], [2.0], [20]), Means([6.0], [2.0], [20]))
    >>> found.value.round(5).item(), found.variance.round(5).item()
    (-0.49006, 0.103)
    """
    m1, _, n1, m2, _, n2 = _arms(treated, control)
    d = (m1 - m2) / pooled_sd(treated, control)
    return from_d(d, n1, n2, corrected=corrected, variance=variance)


def from_d(
    d: ArrayLike,
    people_treated: ArrayLike,
    people_control: ArrayLike,
    *,
    corrected: bool = True,
    variance: SmdVariance | str = SmdVariance.LS,
) -> Effect:
    """Hedges' g from Cohen's d (in units of the pooled SD, not yet corrected).

    With g = J d and m = n1 + n2 - 2:

        LS   1/n1 + 1/n2 + g² / (2 (n1 + n2))
        LS2  J² (1/n1 + 1/n2 + d² / (2 (n1 + n2)))
        UB   1/n1 + 1/n2 + (1 - (m - 2) / (m J²)) g²

    Without the correction J = 1 (as `correct=FALSE` of metafor's `escalc`).

    Raises InputError with every impossible value.
    Source: Hedges 1983, doi:10.1037/0033-2909.93.2.388; Borenstein 2009, ISBN 978-0-470-05724-7.

    >>> from_d(0.5, 20, 20).value.round(5).item()
    0.49006
    """
    value, n1, n2 = checks.numbers(d, people_treated, people_control)
    checks.refuse(
        checks.finite("d", value),
        checks.people("treated people", n1),
        checks.people("control people", n2),
    )
    m = n1 + n2 - 2
    j = hedges_correction(m) if corrected else np.ones_like(value)
    g, both = j * value, 1 / n1 + 1 / n2
    match SmdVariance(variance):
        case SmdVariance.LS:
            found = both + g**2 / (2 * (n1 + n2))
        case SmdVariance.LS2:
            found = j**2 * (both + value**2 / (2 * (n1 + n2)))
        case SmdVariance.UB:
            found = both + (1 - (m - 2) / (m * j**2)) * g**2
    return Effect(np.asarray(g), np.asarray(found))


def ratio_of_means(treated: Means, control: Means) -> Effect:
    """Natural logarithm of the ratio of means.

    value = ln(m1/m2); variance = s1²/(n1 m1²) + s2²/(n2 m2²). Both means must be of one sign.

    Raises InputError with every impossible value.
    Source: Hedges 1999, doi:10.1890/0012-9658(1999)080[1150:TMAORR]2.0.CO;2.

    >>> ratio_of_means(Means([5.0], [2.0], [20]), Means([6.0], [2.5], [25])).value.round(4).item()
    -0.1823
    """
    m1, s1, n1, m2, s2, n2 = _arms(treated, control)
    one_sign = "not 0, and of the same sign as the control mean"
    checks.refuse(checks.where(~(m1 * m2 > 0), "treated mean", m1, one_sign))
    variance = s1**2 / (n1 * m1**2) + s2**2 / (n2 * m2**2)
    return Effect(np.asarray(np.log(m1 / m2)), variance)


def log_variability_ratio(treated: Means, control: Means) -> Effect:
    """Natural logarithm of the ratio of standard deviations: do the treated scatter more?

    value = ln(s1/s2) + 1/(2 (n1 - 1)) - 1/(2 (n2 - 1)); variance = 1/(2 (n1 - 1)) + 1/(2 (n2 - 1)).

    Raises InputError with every impossible value.
    Source: Nakagawa 2015, doi:10.1111/2041-210X.12309.

    >>> log_variability_ratio(Means(0, 3.0, 11), Means(0, 2.0, 21)).value.round(4).item()
    0.4305
    """
    _, s1, n1, _, s2, n2 = _arms(treated, control)
    one, other = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    return Effect(np.asarray(np.log(s1 / s2) + one - other), one + other)


def _arms(treated: Means, control: Means) -> tuple[Numbers, ...]:
    """Mean, sd and people of the treated, then of the control: of one shape, checked."""
    parts = checks.numbers(*treated, *control)
    checks.refuse(
        checks.means("treated", Means(*parts[:3])), checks.means("control", Means(*parts[3:]))
    )
    return parts
