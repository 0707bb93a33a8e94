"""Many people on one regimen: what reaches them, what is blocked, and what they may feel.

People are followed in blocks of one size, on every core; a summary is kept, not the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.mechanism.blockade import DEFAULT, STRUCTURES
from lowdose.mechanism.cascade import follow
from lowdose.mechanism.chain import OUTPUTS, Chain, chain_of, default_refine
from lowdose.mechanism.exposure import Formulation, formulated
from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis, with_changes
from lowdose.mechanism.mesh import Mesh, hourly_mesh, mesh_for
from lowdose.mechanism.parameters import Person, cite, typical
from lowdose.population.adherence import ADHERENCE, LATE_H, taken
from lowdose.population.conditions import CONDITIONS, Condition
from lowdose.population.intakes import Times, hours_faults, in_slots
from lowdose.population.people import Covariates, adjusted, drawn
from lowdose.population.ratings import Start, expected_rating, start_of
from lowdose.population.streams import streams
from lowdose.population.summary import QUANTILES, Counts
from lowdose.regimen.simulated_doses import MOST_SIMULATED_DAYS as MOST_DAYS
from lowdose.regimen.simulated_doses import MOST_SIMULATED_MG as MOST_MG
from lowdose.runtime import cores, double_precision, in_parallel

__all__ = ["QUANTILES", "Simulated", "simulate"]

Numbers = NDArray[np.float64]
Save = Callable[[Mapping[str, Numbers], NDArray[np.int64]], None]

BLOCK = 256  # people at once: their numbers stay in a core's cache
# Every other number of days is a program of its own to compile, so few people are followed for
# whole months, and what was not asked for is left out; for many people that would cost more.
_MONTH, _FEW = 28, 10_000
MOST_PEOPLE = 100_000_000


@dataclass(frozen=True, eq=False)
class Simulated:
    """What a simulation found. Outputs are named as in `OUTPUTS`, and `symptom` (0 to 10).

    hours: hours from the start where hourly values were asked for, None for daily ones. typical:
    the typical person, (times,). quantiles: over people, (5, times), at `QUANTILES`.
    """

    people: int
    days: int
    hypothesis: str
    structure: str
    condition: str
    seed: int
    hours: Numbers | None
    typical: Mapping[str, Numbers]
    quantiles: Mapping[str, Numbers]
    sources: tuple[str, ...]
    device: str


@dataclass(frozen=True, eq=False)
class _Job:
    """Everything that is the same for every block of people; planned_mg is (days, intakes)."""

    chain: Chain
    mesh: Mesh
    planned_mg: Numbers
    times: Times
    hypothesis: Hypothesis
    condition: Condition
    adherence: str
    formulation: Formulation
    covariates: Covariates
    outputs: tuple[str, ...]
    hourly: bool
    single: bool
    key: Any
    more_days: int = 0


def simulate(
    doses_mg: Sequence[float] | Sequence[Sequence[float]] | Numbers,
    *,
    hours: Sequence[float] = (0.0,),
    people: int = 1000,
    hypothesis: str | Hypothesis = "rebound",
    structure: str = DEFAULT,
    condition: str = "fibromyalgia",
    adherence: str = "full",
    formulation: str = "capsule",
    covariates: Covariates = Covariates(),  # noqa: B008 - frozen
    hourly: bool = False,
    single: bool = False,
    seed: int = 0,
    outputs: Sequence[str] = tuple(OUTPUTS),
    progress: Callable[[int], None] | None = None,
    save: Save | None = None,
) -> Simulated:
    """Follow people through days of doses from an untreated start.

    doses_mg: (days,), the dose of each day in mg; a day begins when its dose is due. Where a day
    has several intakes, (days, intakes), and `hours` says when each is due, in hours from the first
    one, which is 0. Lowest values are those at a day's end, before its first dose. `progress` is
    called with the number of people just finished, `save` with each block's outputs
    (times, people) and the numbers of its people. `single` computes in single precision.

    Raises InputError naming every value that makes no sense.

    >>> found = simulate([4.5] * 14, people=10, hypothesis="none")
    >>> bool(found.typical["relief"].max() == 0), found.quantiles["symptom"].shape
    (True, (5, 14))
    >>> split = simulate([[1.5, 3.0]] * 14, hours=(0, 13.5), people=10)  # morning and bedtime
    >>> split.days
    14
    """
    chosen = read_hypothesis(hypothesis)
    planned = _by_intake(doses_mg)
    _check(planned, hours, people, structure, condition, adherence, formulation, outputs)
    chain = chain_of(chosen, structure)
    late = (0.0,) if adherence == "full" else (0.0, *map(float, LATE_H))
    times = Times(tuple(map(float, hours)), late)
    refine = default_refine(chain)
    job = _Job(
        chain=chain,
        mesh=(hourly_mesh if hourly else mesh_for)(times.slots_h, refine),
        planned_mg=planned,
        times=times,
        hypothesis=chosen,
        condition=CONDITIONS[condition],
        adherence=adherence,
        formulation=Formulation(formulation),
        covariates=covariates,
        outputs=tuple(dict.fromkeys((*outputs, "relief"))),
        hourly=hourly,
        single=single,
        key=jax.random.key(seed),
        more_days=-len(planned) % _MONTH if people <= _FEW else 0,
    )
    names = (*job.outputs, "symptom")
    counts = Counts(names, len(planned) * (24 if hourly else 1))

    def work(numbers: NDArray[np.int64]) -> None:
        found = {name: one[:, : numbers.size] for name, one in _block(job, numbers).items()}
        counts.add(found)
        if save:
            save(found, numbers)
        if progress:
            progress(numbers.size)

    with double_precision():
        usual = _typical(job)
        in_parallel(work, _blocks(people))
    return Simulated(
        people=people,
        days=len(planned),
        hypothesis=chosen.name,
        structure=structure,
        condition=condition,
        seed=seed,
        hours=np.arange(1.0, len(planned) * 24 + 1) if hourly else None,
        typical=usual,
        quantiles=counts.quantiles(),
        sources=(*cite(), *chosen.sources, *job.condition.sources),
        device=device_line(single),
    )


def device_line(single: bool) -> str:
    """What the simulation ran on: device, cores, precision."""
    kind = jax.default_backend()
    where = f"{cores()} cores" if kind == "cpu" else f"{jax.device_count()} {kind}"
    return f"{where}, {'single' if single else 'double'} precision"


def _blocks(people: int) -> Iterator[NDArray[np.int64]]:
    for first in range(0, people, BLOCK):
        yield np.arange(first, min(first + BLOCK, people))


def _block(job: _Job, numbers: NDArray[np.int64]) -> dict[str, Numbers]:
    """One block's outputs, (times, BLOCK); a last block that is not full is filled up."""
    filled = np.resize(numbers, BLOCK).astype(np.uint32)
    who, when, how = streams(job.key)
    person = adjusted(drawn(who, filled), job.covariates)
    doses = _doses(job, when, filled)
    return _outcome(job, person, doses, start_of(how, filled, job.condition))


def _doses(job: _Job, key: Any, numbers: NDArray[np.uint32]) -> Any:
    """Doses taken, (days, slots, BLOCK)."""
    if job.adherence == "full":
        return _on_time(job)
    return in_slots(job.times, taken(key, numbers, job.planned_mg, ADHERENCE[job.adherence]))


def _on_time(job: _Job) -> Any:
    """Every dose at its hour, (days, slots, BLOCK)."""
    doses = np.zeros((*job.planned_mg.shape, len(job.times.late_h), 1))
    doses[:, :, 0] = job.planned_mg[..., None]
    laid = np.asarray(in_slots(job.times, doses))
    return np.broadcast_to(laid, (*laid.shape[:2], BLOCK))


def _outcome(job: _Job, person: Person, doses: Any, start: Start) -> dict[str, Numbers]:
    person = with_changes(formulated(person, job.formulation), job.hypothesis)
    found = follow(
        job.chain,
        job.mesh,
        person,
        np.pad(doses, ((0, job.more_days), (0, 0), (0, 0))),
        job.outputs,
        by_panel=job.hourly,
        single=job.single,
    )
    asked = {name: np.asarray(one)[: len(job.planned_mg)] for name, one in found.items()}
    values = {name: _times(job, one.astype(np.float64)) for name, one in asked.items()}
    size = np.asarray(person.relief_size, dtype=np.float64)
    values["symptom"] = _symptom(job, start, size, values["relief"])
    return values


def _symptom(job: _Job, start: Start, size: Numbers, relief: Numbers) -> Numbers:
    """The rating at each time; the hours of a day share its expectation."""
    by_day = relief.reshape(len(job.planned_mg), -1, BLOCK)
    treated = job.planned_mg.sum(axis=1) > 0
    rating = expected_rating(job.condition, start, size, by_day, treated)
    return rating.reshape(relief.shape)


def _times(job: _Job, values: Numbers) -> Numbers:
    """(times, people): days as they are, or the panels that end at full hours."""
    if not job.hourly:
        return values
    full = np.isclose(job.mesh.ends_h % 1, 0)
    return values[:, full].reshape(-1, values.shape[-1])


def _typical(job: _Job) -> dict[str, Numbers]:
    """The typical person, who takes every dose on time, by the program that serves the others."""
    one = adjusted(Person(*(np.float64(value) for value in typical())), job.covariates)
    person = Person(*(np.full(BLOCK, np.asarray(value)) for value in one))
    condition = job.condition
    start = Start(np.full(BLOCK, condition.baseline), np.full(BLOCK, condition.placebo))
    return {name: one[:, 0] for name, one in _outcome(job, person, _on_time(job), start).items()}


def _by_intake(doses_mg: Any) -> Numbers:
    """(days, intakes); one number a day is one intake."""
    try:
        planned = np.asarray(doses_mg, dtype=np.float64)
    except ValueError:
        wanted = "as many doses on every day"
        raise InputError([Fault("doses", "days of different lengths", wanted)]) from None
    return planned[:, None] if planned.ndim == 1 else planned


def _check(
    planned: Numbers,
    hours: Sequence[float],
    people: int,
    structure: str,
    condition: str,
    adherence: str,
    formulation: str,
    outputs: Sequence[str],
) -> None:
    """Refuse what makes no sense, all of it at once."""
    faults = _dose_faults(planned, hours)
    if not 1 <= people <= MOST_PEOPLE:
        faults.append(Fault("--people", str(people), f"1 to {MOST_PEOPLE:,}"))
    choices: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("--blockade", structure, list(STRUCTURES)),
        ("--condition", condition, list(CONDITIONS)),
        ("--adherence", adherence, list(ADHERENCE)),
        ("--formulation", formulation, [one.value for one in Formulation]),
        *(("outputs", name, list(OUTPUTS)) for name in outputs),
    )
    for place, value, known in choices:
        if value not in known:
            faults.append(Fault(place, repr(value), f"one of {', '.join(known)}"))
    if faults:
        raise InputError(faults)


def _dose_faults(planned: Numbers, hours: Sequence[float]) -> list[Fault]:
    if planned.ndim != 2 or not 1 <= len(planned) <= MOST_DAYS:
        return [Fault("doses", f"{planned.shape}", f"a dose a day, 1 to {MOST_DAYS} days")]
    faults = hours_faults(hours, planned.shape[1])
    for day, doses in enumerate(planned.tolist(), start=1):
        if wrong := [dose for dose in doses if not 0 <= dose <= MOST_MG]:
            faults.append(Fault(f"dose of day {day}", f"{wrong[0]:g} mg", f"0 to {MOST_MG:g} mg"))
            break
    return faults
