"""Up and down: the next person's dose is one step down after a response, one step up after none.

Doses gather where half of the people respond (Dixon and Mood 1948, doi:10.2307/2280071; Bruun-
Plesner et al. 2020, doi:10.1093/pm/pnaa001, did it with naltrexone). At either end of the ladder
the dose stays. Somebody who leaves without an answer is left out: the next person gets the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.trial.design.values import UpAndDown

__all__ = ["Courses", "courses_of", "next_dose", "steps_against", "walk"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

_SAME_MG = 1e-9


@dataclass(frozen=True, eq=False)
class Courses:
    """What up-and-down trials leave behind, a real one as a batch of one.

    doses_mg: (doses,), the ladder, lowest first. level: (trials, people), the dose of each person
    as an index into it, in the order they came. responded: (trials, people).
    """

    doses_mg: Numbers
    level: Whole
    responded: Truths


def next_dose(rule: UpAndDown, dose_mg: float, responded: bool) -> float:
    """The dose of the next person, mg.

    Raises InputError where the dose is not on the ladder.

    >>> rule = UpAndDown((0.75, 1.5, 2.25), 1.5)
    >>> next_dose(rule, 1.5, True), next_dose(rule, 1.5, False), next_dose(rule, 0.75, True)
    (0.75, 2.25, 0.75)
    """
    level = _levels(rule, [dose_mg])
    return rule.doses_mg[int(_moved(level, np.array([responded]), len(rule.doses_mg))[0])]


def walk(
    rule: UpAndDown,
    response: Numbers,
    people: int,
    trials: int,
    chance: np.random.Generator,
) -> Courses:
    """Virtual trials. response: (doses,), the share of people who respond at each dose.

    Raises InputError with every fault.

    >>> courses = walk(UpAndDown((1.0, 2.0), 1.0), np.array([0.0, 1.0]), 4, 1,
    ...                np.random.default_rng(0))
    >>> courses.level.tolist(), courses.responded[0].tolist()
    ([[0, 1, 0, 1]], [False, True, False, True])
    """
    _check(rule, response, people, trials)
    level = np.empty((trials, people), dtype=np.int64)
    responded = np.empty((trials, people), dtype=bool)
    now = np.repeat(_levels(rule, [rule.start_mg]), trials)
    for person in range(people):
        level[:, person] = now
        responded[:, person] = chance.random(trials) < response[now]
        now = _moved(now, responded[:, person], len(rule.doses_mg))
    return Courses(np.array(rule.doses_mg), level, responded)


def courses_of(rule: UpAndDown, dose_mg: Sequence[float], responded: Sequence[bool]) -> Courses:
    """A real trial's people in the order they came, those without an answer left out.

    Raises InputError with every fault: nobody, lists that do not match, doses not on the ladder.

    >>> courses_of(UpAndDown((0.75, 1.5), 1.5), [1.5, 0.75], [True, False]).level.tolist()
    [[1, 0]]
    """
    if len(dose_mg) != len(responded) or not len(dose_mg):
        value = f"{len(dose_mg)} doses, {len(responded)} responses"
        raise InputError(
            [Fault("people", value, "one response for each dose, of one person or more")]
        )
    return Courses(
        np.array(rule.doses_mg),
        _levels(rule, dose_mg)[None],
        np.array(responded, dtype=bool)[None],
    )


def steps_against(courses: Courses) -> Whole:
    """How many people in each trial, (trials,), had another dose than the rule says.

    >>> rule = UpAndDown((0.75, 1.5, 2.25), 1.5)
    >>> steps_against(courses_of(rule, [1.5, 1.5, 0.75], [True, True, False])).tolist()
    [1]
    """
    before = courses.level[:, :-1]
    due = _moved(before, courses.responded[:, :-1], courses.doses_mg.size)
    found: Whole = (due != courses.level[:, 1:]).sum(axis=1)
    return found


def _moved(level: Whole, responded: Truths, doses: int) -> Whole:
    return np.clip(np.where(responded, level - 1, level + 1), 0, doses - 1)


def _levels(rule: UpAndDown, dose_mg: Sequence[float]) -> Whole:
    """Doses as indices into the ladder."""
    off = np.abs(np.subtract.outer(np.asarray(dose_mg, dtype=np.float64), rule.doses_mg))
    wrong = ~(off.min(axis=1) < _SAME_MG)
    if wrong.any():
        ladder = ", ".join(f"{one:g}" for one in rule.doses_mg)
        raise InputError(
            Fault(f"person {place + 1}", f"{dose_mg[place]:g} mg", f"one of {ladder} mg")
            for place in np.flatnonzero(wrong).tolist()
        )
    nearest: Whole = off.argmin(axis=1)
    return nearest


def _check(rule: UpAndDown, response: Numbers, people: int, trials: int) -> None:
    faults = []
    if np.shape(response) != (len(rule.doses_mg),):
        wanted = f"one share for each of the {len(rule.doses_mg)} doses"
        faults.append(Fault("response", f"shape {np.shape(response)}", wanted))
    elif not ((np.asarray(response) >= 0) & (np.asarray(response) <= 1)).all():
        faults.append(Fault("response", str(list(response)), "shares from 0 to 1"))
    for name, value in (("people", people), ("trials", trials)):
        if value < 1:
            faults.append(Fault(name, str(value), "1 or more"))
    if faults:
        raise InputError(faults)
