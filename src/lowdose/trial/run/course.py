"""What is expected of each person on each day: where they start, expectation, relief.

All numbers are points of the scale turned so that more is worse; (people, days) unless said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.special import expit, logit

from lowdose.mechanism.blockade import DEFAULT
from lowdose.mechanism.parameters import PARAMETERS, Person
from lowdose.population.adherence import ADHERENCE
from lowdose.population.benefit import benefit_by_day
from lowdose.population.people import draw
from lowdose.population.predict_trial import people_of_worlds
from lowdose.trial.design.timeline import Timeline
from lowdose.trial.design.values import Design, Given
from lowdose.trial.run.conduct import Conduct

__all__ = ["Starts", "believed", "kept_doses", "relieved", "starts_of"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

_WORLDS = 0x3017  # what is not known of the mechanism: drawn once and for all


@dataclass(frozen=True, eq=False)
class Starts:
    """What differs between people, (people,) each; person: the mechanism's parameters.

    fading: share of relief that is left a day later.
    """

    baseline: Numbers
    placebo: Numbers
    effect: Numbers
    fading: Numbers
    person: Person | None


def starts_of(
    conduct: Conduct, width: float, shape: tuple[int, int], first: int, chance: np.random.Generator
) -> Starts:
    """Draw people. width: of the scale; shape: trials, and people in each; first: the number of the
    first trial."""
    people, seed = shape[0] * shape[1], int(chance.integers(2**31))
    baseline = chance.normal(conduct.baseline, conduct.baseline_sd, people)
    effect = conduct.effect or 0.0
    mechanism = conduct.effect is None and conduct.hypothesis is not None
    return Starts(
        baseline=np.clip(baseline, 0.0, width) if conduct.limits else baseline,
        placebo=chance.normal(conduct.placebo, conduct.placebo_sd, people),
        effect=chance.normal(effect, conduct.effect_sd, people),
        fading=_fading(conduct, people, chance),
        person=_persons(conduct, shape, first, seed) if mechanism else None,
    )


def _persons(conduct: Conduct, shape: tuple[int, int], first: int, seed: int) -> Person:
    """Parameters of the mechanism; worlds are the same whatever the seed of their people."""
    if conduct.unsure:
        return people_of_worlds(*shape, _WORLDS, first=first, group=conduct.group)
    return draw(seed, shape[0] * shape[1])


def _fading(conduct: Conduct, people: int, chance: np.random.Generator) -> Numbers:
    one = PARAMETERS["relief_half_life_d"]
    own = one.typical * np.exp(one.people * chance.normal(size=people))
    half = np.clip(own, one.low, one.high) if conduct.onset_days is None else conduct.onset_days
    with np.errstate(divide="ignore"):
        return np.broadcast_to(np.exp2(-1.0 / np.asarray(half, dtype=np.float64)), (people,))


def kept_doses(conduct: Conduct, people: int, days: int, chance: np.random.Generator) -> Truths:
    """Which days' doses are taken; each person forgets as often as is his way."""
    pattern = ADHERENCE[conduct.adherence]
    if pattern.missed == 0:
        return np.ones((people, days), dtype=bool)
    missed = expit(logit(pattern.missed) + pattern.spread * chance.normal(size=(people, 1)))
    taken: Truths = chance.random((people, days)) >= missed
    return taken


def relieved(
    design: Design, laid: Timeline, conduct: Conduct, starts: Starts, sequence: Whole, kept: Truths
) -> Numbers:
    """How far each day is changed by what was taken; below 0 is better.

    With an expected effect the drive is the dose as a share of the treatment's last step
    (assumption: proportional on the way up), and relief follows it as the mechanism's does.
    """
    if starts.person is not None and conduct.hypothesis is not None:
        doses = (laid.planned_mg[sequence] * kept).T
        share = benefit_by_day(doses, starts.person, conduct.hypothesis, DEFAULT)
        return -share.T * starts.baseline[:, None]
    drive = _drive(design, laid)[sequence] * kept
    keep = starts.fading
    found = np.empty(drive.shape)
    level = np.zeros(drive.shape[0])
    for day in range(drive.shape[1]):
        level = keep * level + (1 - keep) * drive[:, day]
        found[:, day] = level
    return found * starts.effect[:, None]


def _drive(design: Design, laid: Timeline) -> Numbers:
    """How much of its effect each treatment aims at on each day, (sequences, days), 0 to 1."""
    full = np.array([_full(design, one.key) for one in design.treatments])
    aim = full[laid.treatment]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(np.isfinite(aim), laid.planned_mg / aim, 1.0)
    return np.where(aim > 0, np.minimum(part, 1.0), 0.0)


def _full(design: Design, key: str) -> float:
    """The dose of a treatment's last step, mg; infinite for a drug without doses here."""
    one = design.treatment(key)
    if one.given is not Given.DRUG or key == design.reference:
        return 0.0
    return one.steps[-1].dose_mg if one.steps else np.inf


def believed(
    design: Design, laid: Timeline, conduct: Conduct, sequence: Whole, guess: Numbers
) -> Numbers:
    """How far expectation has grown on each day.

    It grows while something is given, drug or placebo, the more the more people believe in it.
    guess: (people, periods), 1 drug, 0 none, NaN unasked; `Conduct.belief` says what it changes.
    """
    something = np.array([one.given is not Given.NOTHING for one in design.treatments])
    treated = something[laid.treatment][sequence].astype(np.float64)
    if conduct.belief:
        moved = 1 + conduct.belief * np.nan_to_num(2 * guess - 1)
        treated *= moved[:, laid.period]
    keep = np.exp(-conduct.placebo_per_day)
    found: Numbers = lfilter([1 - keep], [1.0, -keep], treated, axis=-1)
    return found
