"""Levels and central blockade at every record of a data set, for one person or many alike.

Levels are exact. Blockade is a curve of them, but for slow dissociation, which has a memory of its
own: that is carried over panels, short after a dose, by the collocation that the fast path uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault
from lowdose.mechanism.blockade import STRUCTURES, Structure
from lowdose.mechanism.events import Kind, Record
from lowdose.mechanism.events_path import linear_events, path_of_records
from lowdose.mechanism.exposure import NALTREXONE
from lowdose.mechanism.linear import Event, Look
from lowdose.mechanism.linear_path import follow_many
from lowdose.mechanism.mesh import NODE_WEIGHTS, NODES, mesh_for
from lowdose.mechanism.parameters import Person
from lowdose.regimen.simulated_doses import MOST_SIMULATED_DAYS, MOST_SIMULATED_MG

__all__ = ["PREDICTIONS", "levels_at_records", "prediction_faults", "steps_of_records"]

Numbers = NDArray[np.float64]

PREDICTIONS: Mapping[str, str] = {
    "naltrexone_ng_ml": "naltrexone in plasma",
    "naltrexol_ng_ml": "6beta-naltrexol in plasma",
    "blockade_central": "share of central mu receptors occupied",
}

_LONGEST_H = 24.0 * MOST_SIMULATED_DAYS
# Panels after a dose, hours; from a day on they double up to two days.
_AFTER_DOSE_H = mesh_for([0], refine=1).ends_h
_WIDEST_H = 48.0
# Gauss collocation: nodes' powers integrated, in terms of their values (order six).
_POWERS = np.arange(NODES.size)
_COLLOCATION: Numbers = (NODES[:, None] ** (_POWERS + 1) / (_POWERS + 1)) @ np.linalg.inv(
    NODES[:, None] ** _POWERS
)


def levels_at_records(
    records: Sequence[Record], people: Person, structure: str
) -> dict[str, Numbers]:
    """`PREDICTIONS` just after each record of one person of the file, (records, people).

    people: parameters, (people,) each; every one of them takes what the records say, from an
    untreated start. The records should have no `prediction_faults`.

    >>> from lowdose.mechanism.events import Kind
    >>> from lowdose.mechanism.parameters import typical
    >>> given = (Record("1", 0.0, Kind.DOSE, 50.0), Record("1", 1.0), Record("1", 24.0))
    >>> found = levels_at_records(given, Person(*([value] for value in typical())), "biophase")
    >>> found["naltrexone_ng_ml"][:, 0].round(2).tolist()
    [0.0, 12.43, 0.03]
    """
    who = Person(*(np.asarray(value, dtype=np.float64) for value in people))
    matrices = _matrices(who)
    levels = _levels(path_of_records(records, lambda events: follow_many(matrices, events)), who)
    chosen = STRUCTURES[structure]
    if chosen.curve is not None:
        blocked = np.asarray(chosen.curve(who, levels))
    else:
        blocked = _slowly_bound(records, who, matrices, chosen)
    return {
        "naltrexone_ng_ml": levels["naltrexone"],
        "naltrexol_ng_ml": levels["naltrexol"],
        "blockade_central": blocked,
    }


def prediction_faults(records: Sequence[Record], structure: str) -> Iterator[tuple[int, Fault]]:
    """What in one person's records cannot be predicted here, each with its row.

    >>> given = (Record("1", 0.0, Kind.DOSE, 50.0, compartment=2, row=2),)
    >>> [str(fault) for _, fault in prediction_faults(given, "biophase")]
    ['row 2, column CMT: 2, expected 1, as doses are swallowed here (0 and . mean 1, too)']
    """
    first = records[0].time_h if records else 0.0
    for record in records:
        for column, value, wanted, remedy in _too_much(record, first):
            yield record.row, Fault(f"row {record.row}, column {column}", value, wanted, remedy)
        if record.steady and STRUCTURES[structure].curve is None:
            remedy = "write the doses before the first row out, or choose another account"
            wanted = f"0 under {structure}, which is not linear"
            place = f"row {record.row}, column SS"
            yield record.row, Fault(place, f"{record.steady:d}", wanted, remedy)


def _too_much(record: Record, first_h: float) -> Iterator[tuple[str, str, str, str]]:
    """Column, value, expectation and remedy of what lies beyond this model."""
    if record.doses and record.compartment > 1:
        wanted = "1, as doses are swallowed here (0 and . mean 1, too)"
        yield "CMT", str(record.compartment), wanted, ""
    if record.amount_mg > MOST_SIMULATED_MG:
        remedy = "amounts are in mg: divide micrograms by 1000"
        yield "AMT", f"{record.amount_mg:g}", f"at most {MOST_SIMULATED_MG:g} mg", remedy
    if record.rate_mg_h > MOST_SIMULATED_MG:
        yield "RATE", f"{record.rate_mg_h:g}", f"at most {MOST_SIMULATED_MG:g} mg/h", ""
    if record.time_h - first_h > _LONGEST_H:
        shown = f"{record.time_h - first_h:g} h after the first row of ID {record.person}"
        yield "TIME", shown, f"at most {_LONGEST_H:g} h ({MOST_SIMULATED_DAYS} days)", ""


def steps_of_records(records: Sequence[Record], structure: str) -> int:
    """About how many amounts are held for each person while these records are followed."""
    if STRUCTURES[structure].curve is not None:
        return len(records)
    return len(records) + NODES.size * len(_edges(records))


def _matrices(people: Person) -> Numbers:
    """Rates per hour, (people, states, states)."""
    size = len(NALTREXONE.states)
    found = np.zeros((people.clearance_l_per_h.size, size, size))
    for (into, start), rate in NALTREXONE.rates(people).items():
        found[:, into, start] = rate
    return found


def _levels(amounts: Numbers, people: Person) -> dict[str, Numbers]:
    """Every level that can be read, (times, people); rounding leaves nothing below zero."""
    return {
        name: np.maximum(amounts[..., NALTREXONE.states.index(level.state)], 0.0)
        * level.scale(people)
        for name, level in NALTREXONE.levels.items()
    }


def _slowly_bound(
    records: Sequence[Record], people: Person, matrices: Numbers, structure: Structure
) -> Numbers:
    """Occupancy at each record where the receptor binds and lets go slowly."""
    assert structure.binds is not None and structure.lets_go is not None
    edges = _edges(records)
    hours = np.diff(edges)
    nodes = (edges[:-1, None] + hours[:, None] * NODES).ravel()
    amounts = _amounts_between(records, matrices, nodes)
    binds = np.asarray(structure.binds(people, _levels(amounts, people)))
    kept, gained = _over_panels(
        binds.reshape(hours.size, NODES.size, -1), structure.lets_go(people), hours
    )
    return _recurrence(records, edges, kept, gained)


def _amounts_between(records: Sequence[Record], matrices: Numbers, times_h: Numbers) -> Numbers:
    """Amounts at times that are not those of records, times x people x states."""
    events: list[Event] = [event for record in records for event in linear_events(record)]
    count = len(events)
    mixed = [*events, *(Look(float(time)) for time in times_h)]
    order = sorted(range(len(mixed)), key=lambda each: mixed[each].time_h)
    path = follow_many(matrices, [mixed[each] for each in order])
    return path[np.argsort(order)[count:]]


def _over_panels(binds: Numbers, lets_go: Numbers, hours: Numbers) -> tuple[Numbers, Numbers]:
    """What a panel keeps of the occupancy before it and what it adds, (panels, people) each.

    db/dt = binds (1 - b) - lets_go b; binds: (panels, nodes, people). Linear in b, so the values
    at the nodes follow from three equations.
    """
    leaves = binds + lets_go
    steps = hours[:, None, None, None] * _COLLOCATION[:, :, None]
    matrix = np.moveaxis(np.eye(NODES.size)[:, :, None] + steps * leaves[:, None], 3, 1)
    gains = np.einsum("pijn,pjn->pni", steps, binds)
    right = np.stack([np.ones_like(gains), gains], axis=-1)
    at = np.linalg.solve(matrix, right)
    weights = hours[:, None] * NODE_WEIGHTS
    lost = np.einsum("pj,pjn,pnjk->pnk", weights, leaves, at)
    return 1 - lost[..., 0], np.einsum("pj,pjn->pn", weights, binds) - lost[..., 1]


def _recurrence(
    records: Sequence[Record], edges: Numbers, kept: Numbers, gained: Numbers
) -> Numbers:
    """Occupancy at each record, panel after panel; a reset lets everything go."""
    bound = np.zeros(kept.shape[1])
    found = np.zeros((len(records), kept.shape[1]))
    panel = 0
    for place, record in enumerate(records):
        while edges[panel] < record.time_h:
            bound = kept[panel] * bound + gained[panel]
            panel += 1
        if record.kind in {Kind.RESET, Kind.RESET_AND_DOSE}:
            bound = np.zeros_like(bound)
        found[place] = bound
    return found


def _edges(records: Sequence[Record]) -> Numbers:
    """Ends of panels: every record, everything that starts or ends, and the widths after it."""
    first, last = records[0].time_h, records[-1].time_h
    changes = sorted({first, last, *_changes(records, last)})
    inner = [edge for start, end in pairwise(changes) for edge in _graded(start, end)]
    return np.unique([*changes, *inner, *(record.time_h for record in records)])


def _changes(records: Sequence[Record], last_h: float) -> Iterator[float]:
    """When a dose arrives or an infusion ends, up to the last record."""
    for record in records:
        if not record.doses:
            continue
        length = record.amount_mg / record.rate_mg_h if record.rate_mg_h else 0.0
        for number in range(record.additional + 1):
            start = record.time_h + number * record.interval_h
            if start > last_h:
                break
            yield start
            if length and start + length < last_h:
                yield start + length


def _graded(start_h: float, end_h: float) -> Iterator[float]:
    for after in _AFTER_DOSE_H:
        if start_h + after >= end_h:
            return
        yield float(start_h + after)
    width = float(np.diff(_AFTER_DOSE_H)[-1])
    edge = start_h + float(_AFTER_DOSE_H[-1])
    while edge < end_h:
        yield edge
        width = min(2 * width, _WIDEST_H)
        edge += width
