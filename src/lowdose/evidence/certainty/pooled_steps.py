"""Steps down that follow from the pooled numbers: risk of bias, imprecision, inconsistency.

Each rule gives a `Step`; the numbers in it are named here and explained in
docs/evidence/certainty.md, which a test compares with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scipy import special

from lowdose.evidence.certainty.values import Important, Step, TrialRisk
from lowdose.evidence.certainty.words import Domain, Risk, Seriousness
from lowdose.evidence.pooling.values import Interval, Pooled

__all__ = [
    "HIGH_SHARE",
    "IN_DOUBT_SHARE",
    "POWER",
    "SPREAD_HALF",
    "VERY_LITTLE",
    "Two",
    "crossings",
    "imprecision",
    "inconsistency",
    "information_fraction",
    "risk_of_bias",
]

# Percent of the information, that is of the sum of 1 / variance.
HIGH_SHARE, IN_DOUBT_SHARE = 20.0, 50.0
# Optimal information size: what one trial would need to find the smallest important difference.
POWER = 0.8
VERY_LITTLE = 1 / 3
# tau of half the smallest important difference: 95 % of trials spread over twice that difference.
SPREAD_HALF = 0.5
_I2_LARGE, _Q_CHANCE = 75.0, 0.05

_SERIOUSNESS = tuple(Seriousness)


class Two(NamedTuple):
    """The same trials by Hartung-Knapp and by the normal test."""

    pooled: Pooled
    normal: Pooled


def risk_of_bias(trials: Sequence[TrialRisk]) -> Step:
    """By the share of information from trials at high risk, or with two unsettled domains.

    Shares of 1 / variance, whatever tau, so that one more trial at high risk never lowers theirs.
    In the spirit of Guyatt 2011, doi:10.1016/j.jclinepi.2010.07.017.
    """
    high = sum(each.information for each in trials if each.risk is Risk.HIGH)
    doubted = sum(each.information for each in trials if _in_doubt(each))
    if high > IN_DOUBT_SHARE:
        step = Seriousness.VERY
    elif high > HIGH_SHARE or doubted > IN_DOUBT_SHARE:
        step = Seriousness.SERIOUS
    else:
        step = Seriousness.NOT
    said = (
        f"{high:.0f} % of the information is from trials at high risk of bias, "
        f"{doubted:.0f} % from these or from trials with two or more domains in doubt"
    )
    return Step(Domain.RISK_OF_BIAS, step, said)


def _in_doubt(trial: TrialRisk) -> bool:
    return trial.risk is Risk.HIGH or trial.unsettled > 1


def imprecision(two: Two, important: Important | None) -> Step:
    """By how many of the two important differences the intervals take in, and by information.

    The better of the two intervals counts, and one step more where the other is worse. Too little
    information to find the smallest important difference is serious; a third of it, very serious.
    After Guyatt 2011, doi:10.1016/j.jclinepi.2011.01.012, and Zeng 2022,
    doi:10.1016/j.jclinepi.2022.07.014.
    """
    if important is None:
        return _without_threshold(two)
    crossed = sorted(crossings(each.interval, important) for each in two)
    by_interval = crossed[0] + (crossed[1] > crossed[0])
    fraction = information_fraction(two.normal, important)
    by_size = 0 if fraction >= 1 else 1 if fraction >= VERY_LITTLE else 2
    step = _SERIOUSNESS[min(max(by_interval, by_size), 2)]
    return Step(Domain.IMPRECISION, step, _imprecision_words(two, important, fraction))


def crossings(interval: Interval, important: Important) -> int:
    """How many of the two smallest important differences, down and up, an interval takes in."""
    return sum(interval.low < each < interval.high for each in important.span)


def information_fraction(found: Pooled, important: Important) -> float:
    """What there is of the optimal information size: ((smallest / se) / (z_97.5 + z_80))².

    The standard error is that of random effects, so that trials that differ count for less, as
    in Wetterslev 2009, doi:10.1186/1471-2288-9-86.
    """
    needed = float(special.ndtri(0.975) + special.ndtri(POWER))
    return (important.smallest / found.se / needed) ** 2


def _imprecision_words(two: Two, important: Important, fraction: float) -> str:
    said = [
        f"{_leaves(crossings(each.interval, important))} by {name}"
        for name, each in (("the normal test", two.normal), ("Hartung-Knapp", two.pooled))
    ]
    one = said[0].rpartition(" by ")[0]
    leaves = one if two.normal.interval == two.pooled.interval else "; ".join(said)
    return (
        f"important is {important.words}; {leaves}; "
        f"the trials hold {100 * fraction:.0f} % of the information that it takes to find it"
    )


def _leaves(crossed: int) -> str:
    return (
        "the interval is on one side of what is important",
        "the interval is from unimportant to important",
        "the interval is from important benefit to important harm",
    )[crossed]


def _without_threshold(two: Two) -> Step:
    takes_in_none = any(each.interval.low <= 0 <= each.interval.high for each in two)
    step = Seriousness.VERY if takes_in_none else Seriousness.SERIOUS
    zero = "takes in no difference" if takes_in_none else "leaves no difference out"
    said = f"which difference is important is not settled for this outcome; the interval {zero}"
    return Step(Domain.IMPRECISION, step, said)


def inconsistency(two: Two, important: Important | None) -> Step:
    """By tau against the smallest important difference: half of it serious, all of it very serious.

    With one trial nothing is seen, with two hardly anything; imprecision has that already, through
    Hartung-Knapp. After Guyatt 2011, doi:10.1016/j.jclinepi.2011.03.017.
    """
    found = two.normal
    if found.k == 1:
        return Step(Domain.INCONSISTENCY, Seriousness.NOT, "with one trial it cannot be seen")
    if important is None:
        large = found.i2 > _I2_LARGE and found.q_p < _Q_CHANCE
        step = Seriousness.SERIOUS if large else Seriousness.NOT
    else:
        spread = found.tau / important.smallest
        step = _SERIOUSNESS[(spread >= SPREAD_HALF) + (spread >= 1)]
    hardly = "; with two trials it can hardly be seen" if found.k == 2 else ""
    low, high = two.pooled.prediction
    ahead = f"; another trial would lie from {low:.2f} to {high:.2f}" if found.k > 2 else ""
    said = f"the standard deviation between trials is {found.tau:.2f}{ahead}{hardly}"
    return Step(Domain.INCONSISTENCY, step, said)
