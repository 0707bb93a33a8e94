"""Levels and blockade of one person on an even grid of hours, by scipy's matrix exponential.

Slow and plain, for `fit_mechanism.py`. Shares the rate matrix and the accounts of blockade with the
package, and nothing of how the package carries them through time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.linalg import expm

from lowdose.mechanism.blockade import STRUCTURES
from lowdose.mechanism.exposure import NALTREXONE, naltrexone_rates
from lowdose.mechanism.parameters import Person

__all__ = [
    "STEP_H",
    "Summary",
    "areas",
    "blocked",
    "levels",
    "nightly",
    "people_around",
    "rate_matrix",
    "single",
    "summaries",
    "summary",
]

STEP_H = 1 / 32
DAY_H = 24.0
SIZE = len(NALTREXONE.states)
PARENT_STATES, METABOLITE_STATES = slice(1, 3), slice(3, 5)


class Summary(NamedTuple):
    """What a publication would report after a single dose of 1 mg."""

    peak: float
    peak_h: float
    area: float
    area_day: float
    half_life_h: float
    metabolite_peak: float
    metabolite_peak_h: float
    metabolite_area: float
    metabolite_area_day: float
    metabolite_half_life_h: float
    ratio_2h: float


def rate_matrix(person: Person) -> np.ndarray:
    """The rates per hour; the person is the yardstick of the receptor site himself."""
    found = np.zeros((*np.shape(person.volume_l), SIZE, SIZE))
    for (into, out_of), rate in naltrexone_rates(person).items():
        found[..., into, out_of] = rate
    found[..., NALTREXONE.states.index("site"), 0] = person.absorption_per_h
    return found


def single(person: Person, dose_mg: float, hours: float) -> np.ndarray:
    """Amounts in mg, hours x states, after one dose at the start."""
    return _carried(rate_matrix(person), dose_mg * np.eye(SIZE)[0], hours)


def nightly(person: Person, dose_mg: float, hours: float) -> np.ndarray:
    """Amounts after the last of very many doses a day apart."""
    matrix = rate_matrix(person)
    start = np.linalg.solve(np.eye(SIZE) - expm(DAY_H * matrix), dose_mg * np.eye(SIZE)[0])
    return _carried(matrix, start, hours)


def _carried(matrix: np.ndarray, start: np.ndarray, hours: float) -> np.ndarray:
    step = expm(STEP_H * matrix)
    found = [start]
    for _ in range(round(hours / STEP_H)):
        found.append(step @ found[-1])
    return np.array(found)


def levels(person: Person, amounts: np.ndarray) -> dict[str, np.ndarray]:
    """Every level of the package, by name."""
    return {
        name: amounts[..., NALTREXONE.states.index(level.state)] * level.scale(person)
        for name, level in NALTREXONE.levels.items()
    }


def blocked(name: str, person: Person, amounts: np.ndarray, periodic: bool = False) -> np.ndarray:
    """Occupied share of central mu along a curve from 0, or from where it is again a day later."""
    structure, found = STRUCTURES[name], levels(person, amounts)
    if structure.curve is not None:
        return np.asarray(structure.curve(person, found))
    binds = structure.binds(person, found)  # type: ignore[misc]
    total = _summed(binds + structure.lets_go(person))  # type: ignore[misc]
    bound = _summed(np.exp(total) * binds)
    day = round(DAY_H / STEP_H)
    start = bound[day] / (np.exp(total[day]) - 1) if periodic else 0.0
    return np.exp(-total) * (start + bound)


def _summed(rates: np.ndarray) -> np.ndarray:
    return np.asarray(cumulative_simpson(rates, dx=STEP_H, initial=0.0))


def _exponentials(matrices: np.ndarray) -> np.ndarray:
    """exp of many small matrices, by Taylor's series and squaring.

    Without BLAS: its threads wait on one another at every matrix, for minutes on a busy machine.
    """
    part = matrices / 2.0**12
    found = np.broadcast_to(np.eye(SIZE), matrices.shape)
    for term in range(8, 0, -1):
        found = np.eye(SIZE) + np.einsum("...ij,...jk->...ik", part, found) / term
    for _ in range(12):
        found = np.einsum("...ij,...jk->...ik", found, found)
    return found


def areas(person: Person) -> np.ndarray:
    """ng h/mL for 1 mg: naltrexone for ever and over a day, 6beta-naltrexol for ever and a day."""
    matrix = rate_matrix(person)
    dose = np.broadcast_to(np.eye(SIZE)[0], matrix.shape[:-1])
    forever = -np.linalg.solve(matrix, dose[..., None])[..., 0]
    left = np.einsum("...ij,...j->...i", _exponentials(DAY_H * matrix), forever)
    found = [levels(person, one) for one in (forever, forever - left)]
    return np.array([one[name] for name in ("naltrexone", "naltrexol") for one in found])


def summary(person: Person) -> Summary:
    """What a publication would report after 1 mg; half-lives are the terminal ones."""
    found = levels(person, single(person, 1.0, 12.0))
    area, area_day, metabolite_area, metabolite_area_day = areas(person)
    two = round(2 / STEP_H)
    matrix = rate_matrix(person)
    return Summary(
        *_peak(found["naltrexone"]),
        area,
        area_day,
        float(_terminal(matrix, PARENT_STATES)),
        *_peak(found["naltrexol"]),
        metabolite_area,
        metabolite_area_day,
        float(_terminal(matrix, METABOLITE_STATES)),
        found["naltrexol"][two] / found["naltrexone"][two],
    )


def _peak(curve: np.ndarray) -> tuple[float, float]:
    """Height and hour, by a parabola through the three highest points."""
    top = int(np.clip(curve.argmax(), 1, curve.size - 2))
    before, at, after = curve[top - 1 : top + 2]
    shift = 0.5 * (before - after) / (before - 2 * at + after)
    return float(at - 0.25 * (before - after) * shift), float((top + shift) * STEP_H)


def _terminal(matrix: np.ndarray, states: slice) -> np.ndarray:
    slowest = np.linalg.eigvals(matrix[..., states, states]).real.max(axis=-1)
    return np.asarray(np.log(2) / -slowest)


def people_around(
    person: Person, spreads: Iterable[float], shared: float, count: int, seed: int
) -> Person:
    """People drawn log-normally around one person.

    shared: correlation between everything apparent about 6beta-naltrexol, as all of it is divided
    by the unknown share of naltrexone that becomes it.
    """
    make = np.random.default_rng(seed)
    normal = make.standard_normal((len(person), count))
    common = make.standard_normal(count)
    for row in (i for i, name in enumerate(person._fields) if name.startswith("metabolite_")):
        normal[row] = np.sqrt(shared) * common + np.sqrt(1 - shared) * normal[row]
    sizes = np.exp(normal * np.array(list(spreads))[:, None])
    found = Person(*(np.array(person, dtype=float)[:, None] * sizes))
    return found._replace(first_pass_escape=np.minimum(found.first_pass_escape, 1.0))


def summaries(people: Person) -> dict[str, np.ndarray]:
    """What a publication would report of many people, each after 1 mg."""
    matrix = rate_matrix(people)
    step = _exponentials(0.1 * matrix)
    amounts = highest = np.broadcast_to(np.eye(SIZE)[0], matrix.shape[:-1])
    for _ in range(80):
        amounts = np.einsum("nij,nj->ni", step, amounts)
        highest = np.maximum(highest, amounts)
    top = levels(people, highest)
    names = ("area", "area_day", "metabolite_area", "metabolite_area_day")
    return {
        **dict(zip(names, areas(people), strict=True)),
        "peak": top["naltrexone"],
        "metabolite_peak": top["naltrexol"],
        "half_life_h": _terminal(matrix, PARENT_STATES),
        "metabolite_half_life_h": _terminal(matrix, METABOLITE_STATES),
    }
