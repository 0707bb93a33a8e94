"""Power in closed form, where a design is simple enough: what simulation must come back to.

    power_*      how often a two-sided test finds an effect of this size
    people_for   how many people that takes

An effect and its standard deviations are in the same unit, points of a scale say; numbers of people
are those with data at the end. Power counts both tails, as a two-sided test does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nct, norm
from scipy.stats import t as student

from lowdose.errors import Fault, InputError

__all__ = [
    "people_for",
    "power_ancova",
    "power_crossover",
    "power_paired",
    "power_t",
    "power_two_groups",
    "power_two_proportions",
]

_Rule = tuple[str, float, bool, str]  # a name, its value, whether it is good, and what would be

_NODES = 64  # of Gauss and Legendre; more change nothing in the tenth figure
_MOST_PEOPLE = 10_000_000


def power_t(effect: float, se: float, df: float, *, alpha: float = 0.05) -> float:
    """Power of a two-sided t test of an estimate with this standard error.

    By the noncentral t distribution.

    >>> round(power_t(1.0, 0.5, 20.0), 4)
    0.4776
    """
    _raise(_spread("se", se), _least("df", df, 1), _size("effect", effect), _level(alpha))
    return _power(effect / se, df, alpha)


def power_two_groups(
    effect: float, sd: float, treated: int, reference: int, *, alpha: float = 0.05
) -> float:
    """Power of the t test of two groups with one standard deviation.

    R: power.t.test(n = 20, delta = 0.5, sd = 1, strict = TRUE).

    >>> round(power_two_groups(0.5, 1.0, 20, 20), 4)
    0.3379
    """
    _raise(*_groups(treated, reference), _spread("sd", sd), _size("effect", effect), _level(alpha))
    se = sd * math.sqrt(1 / treated + 1 / reference)
    return _power(effect / se, treated + reference - 2, alpha)


def power_paired(effect: float, sd_difference: float, people: int, *, alpha: float = 0.05) -> float:
    """Power of the paired t test; sd_difference is that of people's own differences.

    >>> round(power_paired(0.5, 1.0, 20), 4)
    0.5645
    """
    _raise(
        _least("people", people, 2),
        _spread("sd_difference", sd_difference),
        _size("effect", effect),
        _level(alpha),
    )
    return _power(effect / (sd_difference / math.sqrt(people)), people - 1, alpha)


def power_crossover(
    effect: float, sd_within: float, people: int, *, periods: int = 2, alpha: float = 0.05
) -> float:
    """Power of the crossover ANOVA with two treatments, everyone in every period.

    sd_within: of one period's outcome around the person's own mean. people: in all, split as evenly
    as can be between an order and its mirror image (AB and BA, ABBA and BAAB), whose periods are
    half on each treatment. Effects of people and periods are estimated, nothing is carried over.
    Senn 2002, doi:10.1002/0470854596.

    >>> round(power_crossover(0.5, 0.7, 20), 4)
    0.5704
    """
    _raise(
        _least("people", people, 3),
        _spread("sd_within", sd_within),
        _size("effect", effect),
        ("periods", periods, periods >= 2 and periods % 2 == 0, "an even number from 2 on"),
        _level(alpha),
    )
    fewer, more = people // 2, people - people // 2
    se = sd_within * math.sqrt((1 / fewer + 1 / more) / periods)
    return _power(effect / se, (people - 1) * (periods - 1) - 1, alpha)


def power_ancova(
    effect: float,
    sd: float,
    correlation: float,
    treated: int,
    reference: int,
    *,
    alpha: float = 0.05,
) -> float:
    """Power of the analysis of covariance with one baseline.

    sd: of the outcome in a group; correlation: of baseline and outcome there. By how much groups
    differ at baseline is chance, and makes the estimate a little worse; it is averaged over, for a
    normal baseline (Shieh 2020, doi:10.1007/s11336-019-09692-3). Without that it is the rule of
    Borm 2007, doi:10.1016/j.jclinepi.2007.02.006.

    >>> round(power_ancova(0.5, 1.0, 0.6, 20, 20), 4)
    0.4761
    """
    _raise(
        *_groups(treated, reference),
        ("treated", treated + reference, treated + reference > 3, "4 or more people in all"),
        _spread("sd", sd),
        _size("effect", effect),
        ("correlation", correlation, -1 < correlation < 1, "between -1 and 1"),
        _level(alpha),
    )
    people = treated + reference
    best = sd * math.sqrt((1 - correlation**2) * (1 / treated + 1 / reference))
    alike, weights = _likeness(people)
    each = [_power(effect / best * one, people - 3, alpha) for one in alike]
    return float(weights @ np.array(each))


def power_two_proportions(
    treated_share: float,
    reference_share: float,
    treated: int,
    reference: int,
    *,
    alpha: float = 0.05,
) -> float:
    """Power of the test of two shares, in the normal approximation with a pooled null.

    R: power.prop.test(n = 50, p1 = 0.5, p2 = 0.3, strict = TRUE). Fleiss 2003,
    doi:10.1002/0471445428.

    >>> round(power_two_proportions(0.5, 0.3, 50, 50), 4)
    0.5331
    """
    shares = (("treated_share", treated_share), ("reference_share", reference_share))
    _raise(
        *_groups(treated, reference),
        *((name, share, 0 < share < 1, "between 0 and 1") for name, share in shares),
        _level(alpha),
    )
    pooled = (treated * treated_share + reference * reference_share) / (treated + reference)
    null = math.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / reference))
    spread = math.sqrt(
        treated_share * (1 - treated_share) / treated
        + reference_share * (1 - reference_share) / reference
    )
    reach = float(norm.isf(alpha / 2)) * null
    gap = treated_share - reference_share
    return float(norm.cdf((gap - reach) / spread) + norm.cdf((-gap - reach) / spread))


def people_for(
    power_of: Callable[[int], float], *, power: float = 0.9, least: int = 4, step: int = 2
) -> int:
    """The smallest number of people that has this power, counted from `least` in steps.

    power_of: power for a number of people in all, which more people never lower.

    Raises InputError where ten million are not enough.

    >>> people_for(lambda people: power_two_groups(0.5, 1.0, people // 2, people // 2))
    172
    """
    _raise(
        ("power", power, 0 < power < 1, "between 0 and 1"),
        _least("least", least, 1),
        _least("step", step, 1),
    )
    steps = 0
    while power_of(least + step * steps) < power:
        steps = 2 * steps + 1
        if least + step * steps > _MOST_PEOPLE:
            wanted = f"a power that {_MOST_PEOPLE:,} people can reach"
            raise InputError([Fault("power", str(power), wanted, "is there an effect at all?")])
    below, enough = (steps - 1) // 2, steps
    while enough - below > 1:
        middle = (below + enough) // 2
        below, enough = (
            (middle, enough) if power_of(least + step * middle) < power else (below, middle)
        )
    return least + step * enough


def _likeness(people: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How alike groups are at baseline, as points and their weights.

    The cosine of the angle whose sine is the correlation of group and baseline; the square of that
    correlation has a beta distribution, the angle a density of cos(angle)^(people - 3).
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    widest = min(math.pi / 2, 8 / math.sqrt(people - 3))  # beyond is less than 1e-12 of it
    alike = np.cos(0.5 * widest * (nodes + 1))
    heights = weights * alike ** (people - 3)
    return alike, heights / heights.sum()


def _power(noncentrality: float, df: float, alpha: float) -> float:
    """Both tails; where the noncentral t has run out of numbers the nearer one is certain."""
    critical = float(student.isf(alpha / 2, df))
    away = abs(noncentrality)
    with np.errstate(all="ignore"):
        near, far = float(nct.sf(critical, df, away)), float(nct.cdf(-critical, df, away))
    if not math.isfinite(near):
        near = float(norm.sf(critical - away))
    return min(1.0, near + (far if math.isfinite(far) else 0.0))


def _groups(treated: int, reference: int) -> Sequence[_Rule]:
    return [_least("treated", treated, 2), _least("reference", reference, 2)]


def _least(name: str, value: float, least: int) -> _Rule:
    return name, value, least <= value < math.inf, f"{least} or more"


def _spread(name: str, value: float) -> _Rule:
    return name, value, 0 < value < math.inf, "more than 0"


def _size(name: str, value: float) -> _Rule:
    return name, value, math.isfinite(value), "a number"


def _level(alpha: float) -> _Rule:
    return "alpha", alpha, 0 < alpha < 1, "between 0 and 1"


def _raise(*rules: _Rule) -> None:
    faults = [Fault(name, str(value), wanted) for name, value, good, wanted in rules if not good]
    if faults:
        raise InputError(faults)
