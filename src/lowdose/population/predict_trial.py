"""What a hypothesis says a trial should have found, before looking: the groundwork for comparing.

Everything that is not known about the mechanism is drawn anew in each *world*, the same for all its
people; people differ within a world as they do. A trial's result then has a distribution, and what
was published has a probability under each hypothesis.

The response to placebo is the same in both arms and drops out of their difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from lowdose.errors import Fault, InputError
from lowdose.mechanism.blockade import DEFAULT
from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis
from lowdose.mechanism.parameters import PARAMETERS, Person
from lowdose.population.benefit import benefit_on_last_day
from lowdose.population.conditions import CONDITIONS
from lowdose.population.people import drawn
from lowdose.runtime import double_precision

__all__ = ["TrialPrediction", "people_of_worlds", "predict_trial"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrialPrediction:
    """The true mean difference between arms on the last day, a world each: points of 0 to 10.

    Negative favours the drug. differences: (worlds,).
    """

    hypothesis: str
    structure: str
    days: int
    differences: Numbers

    @property
    def mean(self) -> float:
        """Over all worlds."""
        return float(self.differences.mean())

    @property
    def interval90(self) -> tuple[float, float]:
        """Its 5 and 95 % points over worlds."""
        low, high = np.quantile(self.differences, [0.05, 0.95]).tolist()
        return low, high

    def log_score(self, observed: float, se: float) -> float:
        """Natural logarithm of the probability density of a published difference.

        se: its standard error, which stands for the chance in who was in the trial. The difference
        of two hypotheses' scores is the logarithm of how many times more probable one made it.

        Raises InputError where se is not above 0.

        >>> nothing = TrialPrediction("none", "biophase", 84, np.zeros(8))
        >>> round(nothing.log_score(-0.34, 0.31), 3)
        -0.349
        """
        if not (se > 0 and np.isfinite(se)):
            raise InputError([Fault("se", f"{se:g}", "more than 0")])
        z = (observed - self.differences) / se
        each = -0.5 * z**2 - np.log(se * np.sqrt(2 * np.pi))
        return float(logsumexp(each) - np.log(self.differences.size))


def predict_trial(
    doses_mg: Sequence[float] | Numbers,
    *,
    hypothesis: str | Hypothesis = "rebound",
    structure: str = DEFAULT,
    condition: str = "fibromyalgia",
    formulation: str = "capsule",
    worlds: int = 256,
    people: int = 32,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> TrialPrediction:
    """Predict the mean difference between drug and placebo on the last day.

    doses_mg: (days,), what the treated take. Everybody takes all doses. worlds: how often what is
    not known is drawn; people: in each. `progress` is called with the number just finished.

    Raises InputError where there are no doses, worlds or people, or a name is not known.

    >>> found = predict_trial([4.5] * 28, hypothesis="none", worlds=8, people=4)
    >>> found.mean, found.interval90
    (0.0, (0.0, 0.0))
    """
    doses = np.asarray(doses_mg, dtype=np.float64)
    chosen = read_hypothesis(hypothesis)
    _check(doses, condition, worlds, people)
    benefit = benefit_on_last_day(doses, chosen, structure, formulation)
    found = benefit(people_of_worlds(worlds, people, seed), progress).reshape(worlds, people)
    differences = -CONDITIONS[condition].baseline * found.mean(axis=1)
    return TrialPrediction(chosen.name, structure, doses.size, differences + 0.0)


def _check(doses: Numbers, condition: str, worlds: int, people: int) -> None:
    faults = []
    if doses.ndim != 1 or doses.size == 0 or not np.all(np.isfinite(doses) & (doses >= 0)):
        faults.append(Fault("doses_mg", "these doses", "a dose of 0 mg or more for every day"))
    if condition not in CONDITIONS:
        faults.append(Fault("condition", repr(condition), f"one of {', '.join(CONDITIONS)}"))
    for name, count in (("worlds", worlds), ("people", people)):
        if count < 1:
            faults.append(Fault(name, str(count), "1 or more"))
    if faults:
        raise InputError(faults)


def people_of_worlds(
    worlds: int, people: int, seed: int, *, first: int = 0, group: int = 0
) -> Person:
    """All people of all worlds, world by world, (worlds * people,) a parameter.

    first: the number of the first world; a world of one number is the same for every group of
    people, and each group has people of its own.

    >>> one, same = people_of_worlds(2, 3, 5), people_of_worlds(1, 3, 5, first=1)
    >>> one.clearance_l_per_h[3].item() == same.clearance_l_per_h[0].item()
    True
    """
    world_key, person_key = jax.random.split(jax.random.key(seed))
    person_key = jax.random.fold_in(person_key, group) if group else person_key
    with double_precision():
        own = drawn(
            person_key, np.arange(first * people, (first + worlds) * people, dtype=np.uint32)
        )
    numbers = np.arange(first, first + worlds, dtype=np.uint32)
    keys = jax.vmap(lambda one: jax.random.fold_in(world_key, one))(numbers)
    z = np.asarray(jax.vmap(lambda key: jax.random.normal(key, (len(PARAMETERS),)))(keys))
    columns = []
    for place, (one, value) in enumerate(zip(PARAMETERS.values(), own, strict=True)):
        moved = np.repeat(np.exp(one.unsure * z[:, place].astype(np.float64)), people)
        columns.append(np.clip(np.asarray(value) * moved, one.low, one.high))
    return Person(*columns)
