"""What is predicted at every record of a dosing data set, for the typical person and for many.

Each person of the file stands for the typical person with the file's covariates: WT, body weight
in kg, and LIVER. Many people are drawn around that one, the same ones for everybody in the file;
they are followed in blocks and counted, so that memory grows neither with them nor with the file.
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
from lowdose.mechanism.events import EventTable, Record
from lowdose.mechanism.events_levels import (
    PREDICTIONS,
    levels_at_records,
    prediction_faults,
    steps_of_records,
)
from lowdose.mechanism.exposure import Formulation, formulated
from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis, with_changes
from lowdose.mechanism.parameters import Person, typical
from lowdose.population.people import LIVERS, USUAL_WEIGHT_KG, Covariates, adjusted, drawn
from lowdose.population.summary import Counts
from lowdose.runtime import double_precision

__all__ = ["MOST_PREDICTED", "Predicted", "events_faults", "predict_events"]

Numbers = NDArray[np.float64]
Progress = Callable[[int], None]

MOST_PREDICTED = 1_000_000
_BLOCK = 256
_RECORDS_AT_ONCE = 500  # their counts take 50 MB
_AMOUNTS_AT_ONCE = 1_000_000
_LEAST_KG, _MOST_KG = 30.0, 300.0
_LIVERS: Mapping[str, str] = {
    **{name: name for name in LIVERS},
    "0": "healthy",
    "1": "decompensated cirrhosis",
}


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predictions by name, see `PREDICTIONS`: levels in ng/mL, blockade as a share.

    typical: (records,), for the typical person with each one's covariates. quantiles: over people,
    (5, records) at `QUANTILES`, empty where nobody was drawn. covariates: of each person of the
    file, in order.
    """

    table: EventTable
    structure: str
    people: int
    seed: int
    covariates: tuple[Covariates, ...]
    typical: Mapping[str, Numbers]
    quantiles: Mapping[str, Numbers]


@dataclass(frozen=True, eq=False)
class _Job:
    """What is the same for every person of the file."""

    structure: str
    hypothesis: Hypothesis
    formulation: Formulation
    people: int
    key: Any
    progress: Progress


def predict_events(
    table: EventTable,
    *,
    people: int = 0,
    structure: str = DEFAULT,
    hypothesis: str | Hypothesis = "rebound",
    formulation: str = "capsule",
    seed: int = 0,
    progress: Progress | None = None,
) -> Predicted:
    """Predict naltrexone, 6beta-naltrexol and central blockade just after every record.

    people: how many to draw for quantiles; 0 for the typical person alone. Of the hypothesis only
    the parameters that it sets count. `progress` is called with the number of people followed,
    once for each person of the file.

    Raises InputError with every fault of the table, by row and column, and of the choices.

    >>> from lowdose.mechanism.events_read import parse_events
    >>> table = parse_events("ID,TIME,AMT,II,ADDL,WT\\n1,0,4.5,24,6,71\\n1,170,.,.,.,71\\n")
    >>> found = predict_events(table, people=200)
    >>> found.typical["blockade_central"].round(2).tolist()
    [0.0, 0.58]
    """
    chosen = read_hypothesis(hypothesis)
    _check(table, people, structure, formulation)
    covariates = [_covariates(table, records, []) for _, records in table.by_person()]
    job = _Job(
        structure,
        chosen,
        Formulation(formulation),
        people,
        jax.random.key(seed),
        progress or (lambda _: None),
    )
    with double_precision():
        both = [
            (_typical(job, records, one), _quantiles(job, records, one))
            for (_, records), one in zip(table.by_person(), covariates, strict=True)
        ]
    return Predicted(
        table,
        structure,
        people,
        seed,
        tuple(covariates),
        _joined([one for one, _ in both]),
        _joined([many for _, many in both]) if people else {},
    )


def _joined(parts: Sequence[Mapping[str, Numbers]]) -> dict[str, Numbers]:
    return {name: np.concatenate([part[name] for part in parts], axis=-1) for name in PREDICTIONS}


def _typical(job: _Job, records: Sequence[Record], covariates: Covariates) -> dict[str, Numbers]:
    one = Person(*(np.array([value]) for value in typical()))
    found = levels_at_records(records, _made(job, one, covariates), job.structure)
    return {name: values[:, 0] for name, values in found.items()}


def _made(job: _Job, people: Person, covariates: Covariates) -> Person:
    return with_changes(formulated(adjusted(people, covariates), job.formulation), job.hypothesis)


def _quantiles(job: _Job, records: Sequence[Record], covariates: Covariates) -> dict[str, Numbers]:
    """(5, records); a long row of records in parts, each followed from the beginning."""
    if not job.people:
        return {}
    parts = []
    for first in range(0, len(records), _RECORDS_AT_ONCE):
        last = first + _RECORDS_AT_ONCE
        parts.append(_counted(job, records[:last], first, covariates))
    job.progress(job.people)
    return _joined(parts)


def _counted(
    job: _Job, records: Sequence[Record], first: int, covariates: Covariates
) -> dict[str, Numbers]:
    """Quantiles at the records from number `first` on."""
    counts = Counts(tuple(PREDICTIONS), len(records) - first)
    # Counts know a value to its bin; these keep nothing at nothing, and one person as he is.
    least = dict.fromkeys(PREDICTIONS, np.array(np.inf))
    most = dict.fromkeys(PREDICTIONS, np.array(-np.inf))
    for numbers in _blocks(job.people, steps_of_records(records, job.structure)):
        people = _made(job, _drawn(job, numbers), covariates)
        found = {
            name: values[first:]
            for name, values in levels_at_records(records, people, job.structure).items()
        }
        counts.add(found)
        least = {name: np.minimum(least[name], found[name].min(axis=1)) for name in found}
        most = {name: np.maximum(most[name], found[name].max(axis=1)) for name in found}
    return {
        name: np.clip(values, least[name], most[name])
        for name, values in counts.quantiles().items()
    }


def _drawn(job: _Job, numbers: NDArray[np.uint32]) -> Person:
    """The people that `lowdose.simulate` draws by these numbers."""
    who, *_ = jax.random.split(job.key, 3)
    found = drawn(who, np.resize(numbers, _BLOCK))  # one size, so that it is compiled once
    return Person(*(np.asarray(one)[: numbers.size] for one in found))


def _blocks(people: int, steps: int) -> Iterator[NDArray[np.uint32]]:
    """Fewer people at once where much is held for each."""
    size = max(1, min(_BLOCK, _AMOUNTS_AT_ONCE // max(steps, 1)))
    for first in range(0, people, size):
        yield np.arange(first, min(first + size, people), dtype=np.uint32)


def events_faults(table: EventTable, structure: str) -> list[tuple[int, Fault]]:
    """What in a data set cannot be predicted, each with its row."""
    faults: list[tuple[int, Fault]] = []
    if not any(record.doses for record in table.records):
        faults.append((0, Fault("column AMT", "no dose at all", "at least one dose")))
    for _, records in table.by_person():
        _covariates(table, records, faults)
        faults += prediction_faults(records, structure if structure in STRUCTURES else DEFAULT)
    return sorted(faults, key=lambda each: each[0])


def _check(table: EventTable, people: int, structure: str, formulation: str) -> None:
    """Refuse what makes no sense, all of it at once."""
    faults = [fault for _, fault in events_faults(table, structure)]
    if not 0 <= people <= MOST_PREDICTED:
        faults.append(Fault("--people", str(people), f"1 to {MOST_PREDICTED:,}"))
    choices: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("--blockade", structure, list(STRUCTURES)),
        ("--formulation", formulation, [one.value for one in Formulation]),
    )
    for place, value, known in choices:
        if value not in known:
            faults.append(Fault(place, repr(value), f"one of {', '.join(known)}"))
    if faults:
        raise InputError(faults)


def _covariates(
    table: EventTable, records: Sequence[Record], faults: list[tuple[int, Fault]]
) -> Covariates:
    """Weight and liver of one person of the file, who keeps them throughout."""
    weight = _kept(table, records, "WT", _weight, faults)
    liver = _kept(table, records, "LIVER", _liver, faults)
    return Covariates(
        USUAL_WEIGHT_KG if weight is None else weight, "healthy" if liver is None else liver
    )


def _kept(
    table: EventTable,
    records: Sequence[Record],
    name: str,
    read: Callable[[str], Any],
    faults: list[tuple[int, Fault]],
) -> Any:
    """The value of a covariate, or None where the file has none."""
    places = [place for place, each in enumerate(table.covariates) if each.upper() == name]
    if not places:
        return None
    kept: Any = None
    for record in records:
        cell = record.covariates[places[0]]
        if cell in {"", "."}:
            continue
        where = f"row {record.row}, column {table.covariates[places[0]]}"
        try:
            value = read(cell)
        except ValueError as error:
            faults.append((record.row, Fault(where, repr(cell), str(error))))
            continue
        if kept is not None and value != kept:
            shown = f"{kept:g}" if isinstance(kept, float) else kept
            wanted = f"{shown}, as in the rows before, as ID {record.person} goes on"
            fault = Fault(where, cell, wanted, "covariates stay the same here")
            faults.append((record.row, fault))
        kept = value if kept is None else kept
    return kept


def _weight(cell: str) -> float:
    wanted = f"a body weight in kg from {_LEAST_KG:g} to {_MOST_KG:g}"
    try:
        weight = float(cell)
    except ValueError:
        raise ValueError(wanted) from None
    if not _LEAST_KG <= weight <= _MOST_KG:
        raise ValueError(wanted)
    return weight


def _liver(cell: str) -> str:
    liver = _LIVERS.get(cell.lower().removesuffix(".0"))
    if liver is None:
        raise ValueError("0 (healthy) or 1 (decompensated cirrhosis)")
    return liver
