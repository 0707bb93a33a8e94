"""The benefit on the last day, of many people on the same doses: relief times its size."""

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

__all__ = ["BLOCK", "Benefit", "Done", "benefit_on_last_day"]

Numbers = NDArray[np.float64]
Done = Callable[[int], None]
Benefit = Callable[[Person, Done | None], Numbers]

BLOCK = 256


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
