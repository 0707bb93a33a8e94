"""The numbers of decision 034: looks on t, up-and-down intervals, imputed visits.

Run it with `python benchmarks/looks_and_missing_visits.py`; about ten minutes on one core.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.impute import Strategy, imputed_visits, pooled
from lowdose.trial.analyse.up_and_down import Estimator, effective_dose, estimates_of
from lowdose.trial.analyse.values import Estimate
from lowdose.trial.design.values import Looks, UpAndDown
from lowdose.trial.operate.sequential import boundaries, on_t
from lowdose.trial.run.up_and_down import Courses, walk

Numbers = NDArray[np.float64]

LADDER = UpAndDown((0.75, 1.5, 2.25, 3.0, 3.75, 4.5, 5.25, 6.0), 3.0)
DOSES = np.array(LADDER.doses_mg)
NEEDS = ((3.88, 0.924, 25), (3.88, 2.0, 25), (3.88, 0.924, 50), (3.88, 2.0, 50))


def looks_on_t(rule: str, people: int, trials: int = 400_000) -> float:
    """How often three looks err, at a third, two thirds and all of the people; two arms."""
    chance = np.random.default_rng(1)
    apart = chance.normal(size=(trials, people // 2))
    other = chance.normal(size=(trials, people // 2))
    limits = boundaries(Looks((1 / 3, 2 / 3, 1.0), rule))
    crossed = np.zeros(trials, dtype=bool)
    for share, limit in zip((1 / 3, 2 / 3, 1.0), limits, strict=True):
        each = round(share * people / 2)
        first, second = apart[:, :each], other[:, :each]
        variance = (first.var(axis=1, ddof=1) + second.var(axis=1, ddof=1)) / each
        statistic = (first.mean(axis=1) - second.mean(axis=1)) / np.sqrt(variance)
        crossed |= np.abs(statistic) > on_t(np.array([limit]), 2.0 * each - 2)
    return float(crossed.mean())


def dose_for_half(middle: float, spread: float, people: int, trials: int = 1000) -> None:
    """Bias, spread and coverage of every estimator, where people's needs are normal."""
    share = norm.cdf((DOSES - middle) / spread)
    courses = walk(LADDER, share, people, trials, np.random.default_rng(3))
    for estimator in Estimator:
        found = estimates_of(courses, 0.5, estimator)
        hit = 0
        for number in range(trials):
            here = slice(number, number + 1)
            one = Courses(DOSES, courses.level[here], courses.responded[here])
            dose = effective_dose(one, estimator=estimator, repeats=400, seed=number)
            hit += dose.low_mg <= middle <= dose.high_mg
        known = found[np.isfinite(found)]
        print(
            f"{middle:5.2f} {spread:5.2f} {people:4d} {estimator.value:18s} "
            f"{known.mean() - middle:+.3f} {known.std():.3f} {hit / trials:.3f}",
            flush=True,
        )


def left_early(
    chance: np.random.Generator, people: int, effect: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Three visits; those who do badly leave."""
    baseline = chance.normal(6.0, 1.5, people)
    drug = np.arange(people, dtype=np.float64) % 2
    person = chance.normal(0.0, 1.0, people)
    noise = chance.normal(0.0, 1.0, (people, 3))
    visits = (baseline + person)[:, None] + effect * np.outer(drug, [0.4, 0.7, 1.0]) + noise
    gone = chance.random((people, 2)) < 0.5 / (1 + np.exp(7.0 - visits[:, :2]))
    visits[:, 1:][np.maximum.accumulate(gone, axis=1)] = np.nan
    return baseline, visits, drug


def missing_visits(effect: float, trials: int = 600) -> None:
    """Mean, spread, mean standard error, share rejected and covered, by way of analysis."""
    found: dict[str, list[Estimate]] = {}
    for seed in range(trials):
        made = left_early(np.random.default_rng([9, 5000 + seed]), 80, effect)
        complete = ancova(made[0][None], made[1][None, :, -1], made[2][None])[0]
        found.setdefault("complete visits only", []).append(complete)
        for strategy in Strategy:
            one = imputed_visits(*made, strategy=strategy, shared=True, draws=20, seed=seed)
            found.setdefault(strategy.value, []).append(pooled(one).estimate)
    for name, many in found.items():
        estimates = np.array([one.estimate for one in many])
        covered = np.mean([low <= effect <= high for low, high in (o.interval95 for o in many)])
        print(
            f"{effect:5.1f} {name:28s} {estimates.mean():+.3f} {estimates.std():.3f} "
            f"{np.mean([one.se for one in many]):.3f} "
            f"{np.mean([one.p < 0.05 for one in many]):.3f} {covered:.3f}",
            flush=True,
        )


def main() -> None:
    """Print everything."""
    for rule in ("pocock", "obrien-fleming"):
        for people in (12, 24, 48, 96):
            print(f"{rule:15s} {people:3d} people: errs {looks_on_t(rule, people):.4f}", flush=True)
    print("middle spread people estimator bias sd covered")
    for middle, spread, people in NEEDS:
        dose_for_half(middle, spread, people)
    print("effect analysis mean sd se rejected covered")
    for effect in (0.0, -1.0):
        missing_visits(effect)


if __name__ == "__main__":
    main()
