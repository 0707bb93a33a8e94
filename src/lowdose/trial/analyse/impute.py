"""Missing visits filled in many times over, under a stated reason for their missing.

    MAR                  as others of the same arm who were doing the same
    JUMP_TO_REFERENCE    from leaving on, as the reference arm; what one was above or below stays
    COPY_REFERENCE       as if in the reference arm from the start
    COPY_INCREMENTS      from leaving on, changes by as much as the reference arm does

Carpenter, Roger and Kenward 2013, doi:10.1080/10543406.2013.834911. Only people on the drug who
left follow a reference; visits missing in between are always taken to be missing at random, and
all parameters are estimated so. `shifted` makes what was imputed worse by a number of points, and
`tipping_point` finds the number that changes the conclusion.

Rubin's interval of a reference-based mean is wider than that of the mean over repeated trials: it
keeps the share of information that missing visits cost (Cro, Carpenter, Kenward 2019,
doi:10.1111/rssa.12423). So such a test errs less often than its level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.rubin import Pooled, rubin
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.analyse.visits_model import (
    Model,
    conditional,
    draw_models,
    draw_normal,
    patterns,
)

__all__ = [
    "Imputed",
    "Strategy",
    "imputed_visits",
    "pooled",
    "referred",
    "shifted",
    "tipping_point",
]

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
Analyse = Callable[[Numbers, Numbers, Numbers], Estimates]

MOST_NUMBERS = 50_000_000  # of all imputed data sets together

_LARGEST_SHIFT = 100.0  # standard deviations of the outcome, in search of the tipping point


class Strategy(StrEnum):
    """What became of people on the drug after they left."""

    MAR = "missing at random"
    JUMP_TO_REFERENCE = "jump to reference"
    COPY_REFERENCE = "copy reference"
    COPY_INCREMENTS = "copy increments in reference"


@dataclass(frozen=True, eq=False)
class Imputed:
    """One trial with its visits filled in.

    baseline, drug: (people,), drug 1 or 0. outcome: (draws, people, visits). after: (people,
    visits), visits missing because the person had left; between: missing for other reasons.
    """

    baseline: Numbers
    drug: Numbers
    outcome: Numbers
    after: Truths
    between: Truths
    strategy: Strategy


def imputed_visits(
    baseline: Numbers,
    outcome: Numbers,
    drug: Numbers,
    *,
    strategy: Strategy = Strategy.MAR,
    shared: bool = False,
    draws: int = 100,
    seed: int = 0,
) -> Imputed:
    """Fill in the missing visits of one trial.

    baseline: (people,); outcome: (people, visits) in the order they came, NaN where missing; drug:
    (people,), 1 or 0, NaN for neither, who are left out, as is anybody without a baseline. shared:
    one covariance and one slope of the baseline for both arms, as MMRM has, instead of one each.

    Raises InputError with every fault: arms with too few people for the number of visits, visits
    that nobody came to or that follow from each other, numbers that are not.

    >>> chance = np.random.default_rng(1)
    >>> start = chance.normal(size=40)
    >>> visits = start[:, None] + chance.normal(size=(40, 2))
    >>> visits[:5, 1] = np.nan
    >>> filled = imputed_visits(start, visits, np.arange(40.0) % 2, draws=10)
    >>> filled.outcome.shape, int(filled.after.sum()), bool(np.isfinite(filled.outcome).all())
    ((10, 40, 2), 5, True)
    """
    baseline, outcome, drug = _of_use(baseline, outcome, drug)
    _check(baseline, outcome, drug, shared, draws)
    chance = np.random.default_rng([41, seed])
    on = drug == 1
    missing = ~np.isfinite(outcome)
    after = missing & (np.cumsum(~missing[:, ::-1], axis=1)[:, ::-1] == 0)
    try:
        reference, own, filled = draw_models(
            baseline, outcome, on, draws=draws, shared=shared, chance=chance
        )
    except np.linalg.LinAlgError:
        value = "visits that follow from each other"
        fault = Fault("outcome", value, "visits that can differ", "leave one of them out")
        raise InputError([fault]) from None
    if strategy is not Strategy.MAR:
        filled = referred(filled, after & on[:, None], own, reference, strategy, chance)
    return Imputed(baseline, drug, filled, after, missing & ~after, strategy)


def referred(
    filled: Numbers,
    after: Truths,
    own: Model,
    reference: Model,
    strategy: Strategy,
    chance: np.random.Generator | None,
) -> Numbers:
    """The visits marked, with what follows from the reference instead.

    filled: (draws, people, visits); after: (people, visits), to the end of the row where at all;
    chance: None for the expected visits, without scatter. The reference's regression on the visits
    before is the one that Carpenter's joint covariance gives; somebody without any visit before
    gets the reference's mean.
    """
    found = filled.copy()
    for missing, who in patterns(after):
        if missing.any():
            slopes, left = conditional(reference.covariance, missing)
            before = _before(own, reference, strategy, missing, who)
            rest = filled[:, who][:, :, ~missing] - before[:, :, ~missing]
            new = before[:, :, missing] + rest @ slopes
            if chance is not None:
                new = new + draw_normal(left, who.size, chance)
            found[:, who[:, None], missing] = new
    return found


def _before(
    own: Model, reference: Model, strategy: Strategy, missing: Truths, who: NDArray[np.int64]
) -> Numbers:
    """The means that people are compared with until they leave, and follow afterwards."""
    copied = reference.mean[:, who]
    if strategy is Strategy.COPY_REFERENCE:
        return copied
    mean = np.where(missing, copied, own.mean[:, who])
    if strategy is Strategy.COPY_INCREMENTS and not missing.all():
        last = int(np.flatnonzero(~missing)[-1])
        mean += np.where(missing, (own.mean - reference.mean)[:, who, last : last + 1], 0.0)
    return mean


def shifted(imputed: Imputed, delta: float, *, reference: float = 0.0) -> Imputed:
    """What was imputed after leaving, changed by so many points: on the drug by delta.

    reference: the same in the reference arm. A positive delta is worse where more is worse.
    """
    points = np.where(imputed.drug == 1, delta, reference)[:, None] * imputed.after
    return replace(imputed, outcome=imputed.outcome + points)


def pooled(imputed: Imputed, analyse: Analyse = ancova, *, visit: int = -1) -> Pooled:
    """Analyse every imputed data set at one visit and pool by Rubin's rules.

    analyse: from baseline, outcome and drug, (draws, people) each, to one estimate for each draw.

    >>> chance = np.random.default_rng(1)
    >>> start = chance.normal(size=40)
    >>> visits = start[:, None] + chance.normal(size=(40, 2))
    >>> whole = pooled(imputed_visits(start, visits, np.arange(40.0) % 2, draws=2))
    >>> whole.between < 1e-20, whole.missing < 0.06  # nothing was missing
    (True, True)
    """
    outcome = imputed.outcome[:, :, visit]
    baseline = np.broadcast_to(imputed.baseline, outcome.shape)
    found = analyse(baseline, outcome, np.broadcast_to(imputed.drug, outcome.shape))
    method = f"{found.method}, {imputed.strategy.value}"
    return rubin(replace(found, method=method))


def tipping_point(
    imputed: Imputed,
    analyse: Analyse = ancova,
    *,
    level: float = 0.95,
    worse: float = 1.0,
) -> float:
    """How many points worse imputed visits on the drug must be for the interval to reach nothing.

    worse: 1 where more points are worse, -1 where fewer are. 0 where the interval includes nothing
    already; infinity where nothing that can be thought of changes the conclusion, as when nobody
    on the drug left.
    """
    spread = float(np.nanstd(imputed.outcome[:, :, -1]))

    def margin(delta: float) -> float:
        one = pooled(shifted(imputed, worse * delta), analyse).estimate
        low, high = one.interval(level)
        return -high if worse > 0 else low

    if margin(0.0) <= 0:
        return 0.0
    far = _LARGEST_SHIFT * spread
    if not (imputed.after & (imputed.drug == 1)[:, None])[:, -1].any() or margin(far) > 0:
        return np.inf
    return float(brentq(margin, 0.0, far, xtol=1e-8 * max(spread, 1e-300)))


def _of_use(baseline: Numbers, outcome: Numbers, drug: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    shapes = [np.shape(one) for one in (baseline, outcome, drug)]
    people = shapes[0][:1]
    if [len(one) for one in shapes] != [1, 2, 1] or any(one[:1] != people for one in shapes):
        value = "shapes " + ", ".join(str(one) for one in shapes)
        raise InputError([Fault("visits", value, "(people,), (people, visits), (people,)")])
    use = np.isfinite(baseline) & np.isfinite(drug)
    return baseline[use], np.asarray(outcome, dtype=np.float64)[use], drug[use]


def _check(baseline: Numbers, outcome: Numbers, drug: Numbers, shared: bool, draws: int) -> None:
    faults = []
    people, visits = outcome.shape
    if not np.isin(drug, (0, 1)).all():
        faults.append(Fault("drug", "other numbers", "1, 0 or nothing"))
    if np.isinf(outcome).any():
        faults.append(Fault("outcome", "infinite", "numbers, or nothing where missing"))
    arms = (
        {"both arms": drug >= 0} if shared else {"on the drug": drug == 1, "reference": drug == 0}
    )
    for name, here in arms.items():
        faults += _arm_faults(name, baseline[here], outcome[here], 3 if shared else 2)
    if shared and not (0 < (drug == 1).sum() < people):
        faults.append(Fault("drug", "one arm only", "people in both arms"))
    most = max(2, MOST_NUMBERS // max(1, people * visits))
    if not 2 <= draws <= most:
        faults.append(Fault("draws", str(draws), f"2 to {most}"))
    if faults:
        raise InputError(faults)


def _arm_faults(name: str, baseline: Numbers, outcome: Numbers, columns: int) -> list[Fault]:
    """Enough people for the means and the covariance of all visits, and someone at each."""
    visits = outcome.shape[1]
    there = np.isfinite(outcome).sum(axis=0)
    need = columns + visits
    found = []
    if not visits or (there < need).any():
        value = f"{there.min() if visits else 0} at a visit"
        remedy = "leave out visits, or share the covariance between arms"
        found.append(Fault(f"people, {name}", value, f"at least {need} at each visit", remedy))
    if baseline.size and np.ptp(baseline) == 0:
        found.append(Fault(f"baseline, {name}", "all the same", "numbers that differ"))
    return found
