"""Up and down on virtual people: each next person's dose depends on how the last one did.

Everybody is carried through every dose of the ladder first, with the same luck; then the walk picks
the one that each person would have had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.values import Design, Given, Step
from lowdose.trial.run.conduct import Conduct
from lowdose.trial.run.respond import responded
from lowdose.trial.run.values import TrialData

__all__ = ["walked"]

Whole = NDArray[np.int64]
Carry = Callable[[Design, Conduct], TrialData]


def walked(design: Design, conduct: Conduct, carry: Carry) -> TrialData:
    """The trials of a chunk. carry: one design carried out, always with the same people.

    An expected effect is that of the highest dose; lower ones have their share of it (assumption:
    proportional).
    """
    rule = design.up_and_down
    assert rule is not None, "asked for in dose finding only"
    doses = np.array(rule.doses_mg)
    each = [carry(*_at(design, conduct, dose, doses[-1])) for dose in rule.doses_mg]
    response = np.stack([responded(one) for one in each])
    level = _walk(response, int(np.flatnonzero(doses == rule.start_mg)[0]))

    def had(name: str) -> Any:
        return _picked(np.stack([getattr(one, name) for one in each]), level)

    return replace(
        each[0],
        design=design,
        rating=had("rating"),
        taken_mg=had("taken_mg"),
        days_in=had("days_in"),
        left=had("left"),
        guess=had("guess"),
    )


def _at(design: Design, conduct: Conduct, dose_mg: float, most_mg: float) -> tuple[Design, Conduct]:
    """The design with one dose for everybody."""
    treatments = tuple(
        replace(one, steps=(Step(dose_mg, 1),)) if one.given is Given.DRUG else one
        for one in design.treatments
    )
    effect = None if conduct.effect is None else conduct.effect * dose_mg / most_mg
    changed = replace(design, treatments=treatments, up_and_down=None)
    return changed, replace(conduct, effect=effect)


def _walk(response: NDArray[np.bool_], start: int) -> Whole:
    """The place on the ladder of each person, (trials, people)."""
    doses, trials, people = response.shape
    level = np.empty((trials, people), dtype=np.int64)
    now = np.full(trials, start)
    for person in range(people):
        level[:, person] = now
        helped = response[now, np.arange(trials), person]
        now = np.clip(np.where(helped, now - 1, now + 1), 0, doses - 1)
    return level


def _picked(stacked: Any, level: Whole) -> Any:
    """Of (doses, trials, people, ...) what belongs to each person's dose."""
    trials, people = np.indices(level.shape)
    return stacked[level, trials, people]
