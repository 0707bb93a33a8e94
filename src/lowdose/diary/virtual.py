"""Diaries of people who do not exist: what someone on a simulated course might have written down.

The truth behind such a diary is known, so it shows whether an analysis finds it again. It lives
beside the other ways to come by a `Diary`, because a diary is what it makes; the course comes from
`population`, which knows nothing of diaries. Nothing here looks at how answers are found: how days
swing is said once more in `DayNoise`, and a test holds it against the prior of the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Symptom
from lowdose.errors import Fault, InputError
from lowdose.mechanism.blockade import DEFAULT
from lowdose.mechanism.hypotheses import Hypothesis
from lowdose.population.conditions import SCALE
from lowdose.population.simulate import simulate
from lowdose.population.streams import baselines, doses_taken

__all__ = ["LARGEST", "DayNoise", "check_virtual", "virtual_diaries", "written_down"]

Numbers = NDArray[np.float64]

LARGEST = 1000
_MOST_BEFORE = 365
_STREAM = 0xD1A7  # keeps these draws apart from others with the same seed


@dataclass(frozen=True)
class DayNoise:
    """How single days differ from what is expected, and how many are missing.

    spread: standard deviation of a day, points of 10. phi: how much of a swing is left the next
    day. share: the swing's part of the variance. missing: share of days without a rating.
    """

    spread: float = 1.1
    phi: float = 0.73
    share: float = 0.76
    missing: float = 1 / 15
    sources: tuple[str, ...] = (
        "Spread 1.1 points: average change from one day to the next 10 to 15 points of 100 in 10 "
        "women over 90 days (Musculoskeletal Care, abstract).",
        "phi and share: fitted to 42 stretches of 112 days from nine pains of three people without "
        "treatment (MyAIGuide diaries, benchmarks/noise_of_diaries.py).",
        "One day in fifteen missing: assumption.",
    )


def virtual_diaries(
    doses_mg: Sequence[float] | Numbers,
    *,
    people: int = 1,
    untreated_days: int = 14,
    hypothesis: str | Hypothesis = "rebound",
    structure: str = DEFAULT,
    condition: str = "fibromyalgia",
    adherence: str = "full",
    formulation: str = "capsule",
    noise: DayNoise = DayNoise(),
    symptom: str = "pain",
    start: date | None = None,
    seed: int = 0,
) -> tuple[Diary, ...]:
    """Diaries of the first `people` whom `simulate` draws with this seed, on the same regimen.

    doses_mg: (days,), as for `simulate`. `untreated_days` of diary come before the first dose:
    without them no answer can tell relief from a good start. Doses are noted as taken. Ratings are
    whole numbers from 0 to 10, lower is better. start: the first date; without it days are
    numbered from 1. Person n is called `virtual-n` and is the same whoever else is asked for.

    Raises InputError naming every value that makes no sense.

    >>> one = virtual_diaries([4.5] * 28, hypothesis="none")[0]
    >>> len(one), one.person, one.dose_mg[[0, 13, 14]].tolist()
    (42, 'virtual-1', [0.0, 0.0, 4.5])
    """
    check_virtual(people, untreated_days)
    planned = np.asarray(doses_mg, dtype=np.float64)
    courses = _courses(
        planned,
        people,
        hypothesis=hypothesis,
        structure=structure,
        condition=condition,
        adherence=adherence,
        formulation=formulation,
        seed=seed,
    )
    before = np.repeat(baselines(condition, people, seed=seed)[None], untreated_days, axis=0)
    nothing = np.zeros((untreated_days, people))
    rating = np.concatenate([before, courses])
    dose = np.concatenate([nothing, doses_taken(planned, adherence, people, seed=seed)])
    return tuple(
        _diary(
            written_down(rating[:, number], noise, np.random.default_rng([_STREAM, seed, number])),
            dose[:, number],
            person=f"virtual-{number + 1}",
            symptom=symptom,
            start=start,
        )
        for number in range(people)
    )


def written_down(expected: Numbers, noise: DayNoise, chance: np.random.Generator) -> Numbers:
    """Ratings as a person writes them, (days,): whole numbers on the scale, NaN where forgotten.

    expected: (days,), what the day would be without swing and noise.

    >>> written_down(np.full(3, 6.2), DayNoise(spread=0, missing=0), np.random.default_rng(1))
    array([6., 6., 6.])
    """
    days = expected.size
    swing_sd = noise.spread * np.sqrt(noise.share)
    day_sd = noise.spread * np.sqrt(1 - noise.share)
    shock = chance.normal(0, swing_sd, days)
    shock[1:] *= np.sqrt(1 - noise.phi**2)
    swing = np.empty(days)
    level = 0.0
    for day in range(days):
        level = noise.phi * level + shock[day]
        swing[day] = level
    found = np.clip(np.rint(expected + swing + chance.normal(0, day_sd, days)), 0, SCALE)
    forgotten = chance.random(days) < noise.missing
    return np.where(forgotten, np.nan, found)


def check_virtual(people: int, untreated_days: int) -> None:
    """Refuse what `virtual_diaries` would refuse, before anything is simulated."""
    faults = []
    if not 1 <= people <= LARGEST:
        faults.append(Fault("--people", str(people), f"1 to {LARGEST} where diaries are written"))
    if not 0 <= untreated_days <= _MOST_BEFORE:
        faults.append(Fault("--untreated-days", str(untreated_days), f"0 to {_MOST_BEFORE}"))
    if faults:
        raise InputError(faults)


def _courses(planned: Numbers, people: int, **options: Any) -> Numbers:
    """The expected rating of each person at the end of each day, (days, people)."""
    found = np.empty((planned.size, people))

    def keep(outputs: Mapping[str, Numbers], numbers: NDArray[np.int64]) -> None:
        found[:, numbers] = outputs["symptom"]

    simulate(planned, people=people, outputs=("relief",), save=keep, **options)
    return found


def _diary(
    rating: Numbers, dose_mg: Numbers, *, person: str, symptom: str, start: date | None
) -> Diary:
    days = rating.size
    return Diary(
        day=np.arange(1.0, days + 1),
        ratings={symptom: rating},
        symptoms={symptom: Symptom(symptom, 0.0, SCALE)},
        dose_mg=dose_mg,
        dates=tuple(start + timedelta(days=day) for day in range(days)) if start else None,
        person=person,
        notes=("Nobody wrote this diary: it was simulated.",),
    )
