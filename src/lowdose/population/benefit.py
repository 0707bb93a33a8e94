"""The benefit of many people, relief times its size: on the last day, or day by day."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.cascade import follow
from lowdose.mechanism.chain import chain_of, default_refine
from lowdose.mechanism.exposure import Formulation, formulated
from lowdose.mechanism.hypotheses import Hypothesis, with_changes
from lowdose.mechanism.mesh import mesh_for
from lowdose.mechanism.parameters import Person
from lowdose.runtime import double_precision, in_parallel

__all__ = ["BLOCK", "Benefit", "Done", "benefit_by_day", "benefit_on_last_day"]

Numbers = NDArray[np.float64]
Done = Callable[[int], None]
Benefit = Callable[[Person, Done | None], Numbers]

BLOCK = 256
_MONTH = 28  # every other number of days would be a program of its own to compile


def benefit_on_last_day(
    doses_mg: Numbers, hypothesis: Hypothesis, structure: str, formulation: str
) -> Benefit:
    """A function from people, an array (n,) a parameter, to the share of the baseline removed (n,).

    It calls back with the number of people just finished.
    """
    chain = chain_of(hypothesis, structure)
    mesh = mesh_for([0], default_refine(chain))
    made = Formulation(formulation)
    planned = doses_mg[:, None, None]

    def block(person: Person) -> Numbers:
        changed = with_changes(formulated(person, made), hypothesis)
        relief = np.asarray(follow(chain, mesh, changed, planned, ("relief",))["relief"])[-1]
        found: Numbers = relief * changed.relief_size
        return found

    def benefit(people: Person, done: Done | None) -> Numbers:
        count = np.size(people[0])
        filled = np.pad(np.stack(people), ((0, 0), (0, -count % BLOCK)), mode="edge")

        def work(part: Numbers) -> Numbers:
            found = block(Person(*part))
            if done:
                done(BLOCK)
            return found

        with double_precision():
            parts = in_parallel(work, np.split(filled, filled.shape[1] // BLOCK, axis=1))
        return np.concatenate(parts)[:count]

    return benefit


def benefit_by_day(
    doses_mg: Numbers, people: Person, hypothesis: Hypothesis, structure: str
) -> Numbers:
    """The share of the baseline removed at the end of each day, (days, people).

    doses_mg: (days, people), each person's own, in capsules at one hour; people: parameters, (n,).

    >>> from lowdose.mechanism.hypotheses import HYPOTHESES
    >>> from lowdose.population.people import draw
    >>> doses = np.repeat([[0.0, 4.5]], 28, axis=0)
    >>> found = benefit_by_day(doses, draw(1, 2), HYPOTHESES["rebound"], "biophase")
    >>> found.shape, found[-1, 0].item()
    ((28, 2), 0.0)
    """
    if hypothesis.drive == "none":
        return np.zeros(doses_mg.shape)
    chain = chain_of(hypothesis, structure)
    mesh = mesh_for([0], default_refine(chain))
    days, count = doses_mg.shape
    more = -count % BLOCK
    filled = np.pad(np.stack(people), ((0, 0), (0, more)), mode="edge")
    planned = np.pad(doses_mg, ((0, -days % _MONTH), (0, more)))

    def work(first: int) -> Numbers:
        part = slice(first, first + BLOCK)
        changed = with_changes(Person(*filled[:, part]), hypothesis)
        relief = follow(chain, mesh, changed, planned[:, None, part], ("relief",))["relief"]
        found: Numbers = np.asarray(relief)[:days] * np.asarray(changed.relief_size)
        return found

    with double_precision():
        parts = in_parallel(work, range(0, count + more, BLOCK))
    return np.concatenate(parts, axis=1)[:, :count]
