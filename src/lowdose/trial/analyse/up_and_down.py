"""Which dose is enough for a share of people: estimators for up-and-down trials.

`Estimator.CENTRED` is what to use for the dose that half of the people need. Doses gather there,
so a trial says little of the ends: the dose for 95 % is off the ladder or rests on the normal
curve of Dixon and Mood. Without a placebo group "respond" includes what placebo would have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.isotonic import Curve, centred, dose_at, isotonic, share_at
from lowdose.trial.design.values import UpAndDown
from lowdose.trial.run.up_and_down import Courses, walk

__all__ = [
    "EffectiveDose",
    "Estimator",
    "counts_of",
    "dixon_mood",
    "effective_dose",
    "estimates_of",
    "mid_points",
]

Numbers = NDArray[np.float64]

BALANCE = 0.5  # the share of responses that the rule of one up, one down settles at
MOST_REPEATS = 100_000

_LEAST_SPREAD = 0.3  # of (NB - A^2)/N^2; below, Dixon and Mood's spread does not hold
_ENOUGH_PEOPLE = 2  # at a dose, for its share to be shrunk


class Estimator(StrEnum):
    """How a dose is found."""

    ISOTONIC = "isotonic"  # Pace and Stylianou 2007, doi:10.1097/01.anes.0000267514.42592.2a
    CENTRED = "centred isotonic"  # shrunk towards one half, which doing the next dose by the last
    # answer biases away from: Flournoy and Oron 2019, doi:10.1080/02664763.2019.1649375
    DIXON_MOOD = "Dixon and Mood"  # normal curve; 1948, doi:10.2307/2280071
    MID_POINTS = "mid-points"  # of pairs; says nothing but the dose for half


@dataclass(frozen=True)
class EffectiveDose:
    """The dose that a share of people respond to.

    target: that share. dose_mg, low_mg, high_mg: estimate and interval; minus infinity is below
    the lowest dose tried, infinity above the highest, NaN: cannot be said. level: of the interval.
    """

    target: float
    dose_mg: float
    low_mg: float
    high_mg: float
    level: float
    estimator: Estimator


def effective_dose(
    courses: Courses,
    target: float = 0.5,
    *,
    estimator: Estimator = Estimator.CENTRED,
    level: float = 0.95,
    repeats: int = 2000,
    seed: int = 0,
) -> EffectiveDose:
    """The dose for a share of people, with a bootstrap interval, from one trial.

    The trial is carried out again `repeats` times on people who respond as the centred curve says,
    each next dose by the rule; the interval is between percentiles of what these trials find. Pace
    and Stylianou correct them for bias, which makes them too short: decision 034 has the coverage.
    Raises InputError with every fault.

    >>> from lowdose.trial.run.up_and_down import courses_of
    >>> rule = UpAndDown((1.5, 3.0, 4.5), 3.0)
    >>> one = courses_of(rule, [3.0, 4.5, 3.0, 1.5, 3.0, 4.5, 3.0, 1.5, 3.0, 1.5],
    ...                  [False, True, True, False, False, True, True, False, True, False])
    >>> found = effective_dose(one, repeats=200)
    >>> round(found.dose_mg, 2), found.low_mg <= found.dose_mg <= found.high_mg
    (2.73, True)
    """
    _check(courses, target, level, repeats)
    chance = np.random.default_rng([37, seed])
    point = float(estimates_of(courses, target, estimator)[0])
    start = float(courses.doses_mg[courses.level[0, 0]])
    rule = UpAndDown(tuple(courses.doses_mg.tolist()), start)
    share = share_at(_curve(courses, Estimator.CENTRED), courses.doses_mg)[0]
    again = walk(rule, share, courses.level.shape[1], repeats, chance)
    drawn = estimates_of(again, target, estimator)
    low, high = _percentiles(drawn[~np.isnan(drawn)], level)
    return EffectiveDose(target, point, low, high, level, estimator)


def estimates_of(courses: Courses, target: float, estimator: Estimator) -> Numbers:
    """The dose for a share of people in each trial, (trials,); see `EffectiveDose`.

    >>> from lowdose.trial.run.up_and_down import courses_of
    >>> one = courses_of(UpAndDown((1.0, 2.0), 1.0), [1.0, 2.0, 1.0, 2.0], [0, 1, 0, 1])
    >>> estimates_of(one, 0.5, Estimator.ISOTONIC).tolist()
    [1.5]
    """
    if estimator is Estimator.DIXON_MOOD:
        middle, spread = dixon_mood(courses)
        return middle if target == BALANCE else middle + norm.ppf(target) * spread
    if estimator is Estimator.MID_POINTS:
        found = mid_points(courses)
        return found if target == BALANCE else np.full_like(found, np.nan)
    return dose_at(_curve(courses, estimator), target)


def counts_of(courses: Courses) -> tuple[Numbers, Numbers]:
    """People and responses at each dose, (trials, doses) both.

    >>> from lowdose.trial.run.up_and_down import courses_of
    >>> people, responses = counts_of(courses_of(UpAndDown((1.0, 2.0), 1.0), [1.0, 2.0], [0, 1]))
    >>> people.tolist(), responses.tolist()
    ([[1.0, 1.0]], [[0.0, 1.0]])
    """
    at = courses.level[:, :, None] == np.arange(courses.doses_mg.size)
    people = at.sum(axis=1).astype(np.float64)
    return people, (at & courses.responded[:, :, None]).sum(axis=1).astype(np.float64)


def dixon_mood(courses: Courses) -> tuple[Numbers, Numbers]:
    """The middle and the spread of the doses that people need, (trials,) both, mg.

    The needs are taken to be normal, the ladder's steps equal. The spread is NaN where responses,
    or their lack, keep to too few doses for Dixon and Mood's approximation (their condition: more
    than 0.3). Raises InputError where the steps of the ladder differ.

    >>> from lowdose.trial.run.up_and_down import courses_of
    >>> one = courses_of(UpAndDown((1.0, 2.0), 1.0), [1.0, 2.0, 1.0, 2.0], [0, 1, 0, 1])
    >>> [found.tolist() for found in dixon_mood(one)]
    [[1.5], [nan]]
    """
    step = _step(courses.doses_mg)
    people, responses = counts_of(courses)
    fewer = responses.sum(axis=1) <= people.sum(axis=1) / 2
    count = np.where(fewer[:, None], responses, people - responses)
    rung = np.arange(courses.doses_mg.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (count @ rung) / count.sum(axis=1)
        variance = (count @ rung**2) / count.sum(axis=1) - mean**2
    middle = courses.doses_mg[0] + step * (mean + np.where(fewer, -0.5, 0.5))
    spread = np.where(variance > _LEAST_SPREAD, 1.62 * step * (variance + 0.029), np.nan)
    return middle, spread


def mid_points(courses: Courses) -> Numbers:
    """The mean of the doses half-way between a person without a response and the next, with one.

    The usual summary in anaesthesia, (trials,), mg; NaN where there is no such pair.

    >>> from lowdose.trial.run.up_and_down import courses_of
    >>> one = courses_of(UpAndDown((1.0, 2.0), 1.0), [1.0, 2.0, 1.0, 2.0], [0, 1, 0, 1])
    >>> mid_points(one).tolist()
    [1.5]
    """
    dose = courses.doses_mg[courses.level]
    pair = ~courses.responded[:, :-1] & courses.responded[:, 1:]
    middle = (dose[:, :-1] + dose[:, 1:]) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Numbers = np.where(pair, middle, 0.0).sum(axis=1) / pair.sum(axis=1)
    return found


def _curve(courses: Courses, estimator: Estimator) -> Curve:
    people, responses = counts_of(courses)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = responses / people
    if estimator is Estimator.ISOTONIC:
        dose = np.where(people > 0, courses.doses_mg, np.nan)
        return Curve(dose, isotonic(share, people))
    shrunk = (responses + BALANCE) / (people + 1)
    return centred(courses.doses_mg, np.where(people < _ENOUGH_PEOPLE, share, shrunk), people)


def _percentiles(drawn: Numbers, level: float) -> tuple[float, float]:
    """The ends between which this share of what was drawn lies, infinities included."""
    if not drawn.size:
        return float("nan"), float("nan")
    ends = [0.5 - level / 2, 0.5 + level / 2]
    low, high = np.quantile(drawn, ends, method="inverted_cdf")
    return float(low), float(high)


def _step(doses_mg: Numbers) -> float:
    steps = np.diff(doses_mg)
    if not steps.size or not np.allclose(steps, steps[0]):
        ladder = ", ".join(f"{one:g}" for one in doses_mg)
        raise InputError([Fault("doses_mg", ladder, "equal steps, for Dixon and Mood's estimate")])
    return float(steps[0])


def _check(courses: Courses, target: float, level: float, repeats: int) -> None:
    faults = []
    if courses.level.shape[0] != 1:
        faults.append(Fault("courses", f"{courses.level.shape[0]} trials", "one trial"))
    if not courses.level.shape[1]:
        faults.append(Fault("courses", "nobody", "one person or more"))
    for name, value in (("target", target), ("level", level)):
        if not 0 < value < 1:
            faults.append(Fault(name, f"{value:g}", "above 0 and below 1"))
    if not 1 <= repeats <= MOST_REPEATS:
        faults.append(Fault("repeats", str(repeats), f"1 to {MOST_REPEATS}"))
    if faults:
        raise InputError(faults)
