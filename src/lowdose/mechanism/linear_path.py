"""Exact amounts of a linear compartment model under any list of events.

Between two moments at which something starts or ends, the amounts follow the matrix exponential;
no step size and no tolerance is involved. Order at one and the same time: infusions end, doses
that were on their way arrive, then the event itself happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from lowdose.errors import InputError
from lowdose.mechanism.linear import (
    Dose,
    Event,
    Linear,
    Look,
    Replace,
    Reset,
    Steady,
    event_faults,
    model_faults,
)
from lowdose.mechanism.linear_steady import (
    Amounts,
    Flow,
    constant_amounts,
    flow_of,
    flow_of_many,
    moved,
    repeated_amounts,
)

__all__ = ["amounts_at", "follow", "follow_many"]

# Sums such as 12.13 + 3 * 24 miss the time they stand for by a few units of the last binary digit;
# without this, a dose due "now" could arrive after a look at the same time.
_SAME_TIME = 1e-12


@dataclass(frozen=True)
class _Running:
    """An infusion under way."""

    compartment: int
    rate_mg_h: float
    end_h: float


@dataclass(frozen=True)
class _Row:
    """Equal doses on their way: the first arrives at `start_h`, `given` of `count` have arrived."""

    start_h: float
    count: int
    interval_h: float
    compartment: int
    amount_mg: float
    duration_h: float
    given: int = 0

    @property
    def next_h(self) -> float:
        return self.start_h + self.given * self.interval_h

    def infusion(self, end_h: float) -> _Running:
        return _Running(self.compartment, self.amount_mg / self.duration_h, end_h)


@dataclass(frozen=True)
class _State:
    time_h: float
    amounts: Amounts
    running: tuple[_Running, ...] = ()
    waiting: tuple[_Row, ...] = ()


@dataclass(frozen=True, eq=False)
class _System:
    """A model with its matrix, or with the matrices of many people, and how they carry amounts."""

    model: Linear
    matrix: Amounts
    flow: Flow


def follow(model: Linear, events: Sequence[Event]) -> Amounts:
    """Amounts in mg just after each event, events x compartments; all are 0 at the beginning.

    Raises `InputError` with every fault of the model and of the events, which must be in order
    of time; events at one time happen in the order given.

    >>> central = Linear(("central",), ((-0.1,),))
    >>> follow(central, [Look(0.0), Dose(0.0, 10.0), Look(5.0), Reset(5.0)]).round(4).tolist()
    [[0.0], [10.0], [6.0653], [0.0]]
    """
    if faults := [*model_faults(model), *event_faults(model, events)]:
        raise InputError(faults)
    matrix = np.array(model.matrix_per_h, dtype=float)
    return _path(_System(model, matrix, flow_of(model)), events)


def follow_many(matrices_per_h: Amounts, events: Sequence[Event]) -> Amounts:
    """As `follow` for many people with the same events, events x people x compartments.

    matrices_per_h: (people, compartments, compartments); from everybody all flows out in the end.

    >>> two = np.array([[[-0.1]], [[-0.2]]])
    >>> follow_many(two, [Dose(0.0, 10.0), Look(5.0)])[1].round(4).tolist()
    [[6.0653], [3.6788]]
    """
    names = tuple(map(str, range(matrices_per_h.shape[-1])))
    first = Linear(names, tuple(tuple(row) for row in matrices_per_h[0].tolist()))
    if faults := [*model_faults(first), *event_faults(first, events)]:
        raise InputError(faults)
    return _path(_System(first, matrices_per_h, flow_of_many(matrices_per_h)), events)


def _path(system: _System, events: Sequence[Event]) -> Amounts:
    shape = system.matrix.shape[:-1]
    path = np.zeros((len(events), *shape))
    state = _State(events[0].time_h if events else 0.0, np.zeros(shape))
    for number, event in enumerate(events):
        state = _happen(system, _advance(system.flow, state, event.time_h), event)
        path[number] = state.amounts
    return path


def amounts_at(model: Linear, events: Sequence[Event], times_h: Sequence[float]) -> Amounts:
    """Amounts in mg at each of `times_h`, times x compartments, after the events of that time.

    Events and times may come in any order. Raises `InputError` as `follow` does.

    >>> central = Linear(("central",), ((-0.1,),), lag_h=(1.0,))
    >>> amounts_at(central, [Dose(0.0, 10.0, additional=1, interval_h=24.0)], [1.0, 25.0]).round(3)
    array([[10.   ],
           [10.907]])
    """
    looks = [Look(float(time)) for time in times_h]
    mixed: list[Event] = [*events, *looks]
    order = sorted(range(len(mixed)), key=lambda each: mixed[each].time_h)
    path = np.empty((len(mixed), len(model.names)))
    path[order] = follow(model, [mixed[each] for each in order])
    return path[len(events) :]


def _advance(flow: Flow, state: _State, until_h: float) -> _State:
    while state.time_h < until_h:
        ends = (infusion.end_h for infusion in state.running)
        starts = (row.next_h for row in state.waiting)
        state = _arrive(_carry(flow, state, min([until_h, *ends, *starts])))
    return state


def _carry(flow: Flow, state: _State, until_h: float) -> _State:
    """On to a time up to which nothing starts or ends."""
    kept, gathered = flow(until_h - state.time_h)
    amounts = moved(kept, state.amounts)
    if state.running:
        rates = np.zeros_like(amounts)
        for infusion in state.running:
            rates[..., infusion.compartment] += infusion.rate_mg_h
        amounts = amounts + moved(gathered, rates)
    running = tuple(infusion for infusion in state.running if infusion.end_h > until_h)
    return replace(state, time_h=until_h, amounts=amounts, running=running)


def _arrive(state: _State) -> _State:
    """Let the doses in whose time has come."""
    now = state.time_h
    latest = now + _SAME_TIME * max(1.0, abs(now))
    if all(row.next_h > latest for row in state.waiting):
        return state
    amounts = state.amounts.copy()
    running, waiting = list(state.running), []
    for row in state.waiting:
        rest = row
        while rest.given < rest.count and rest.next_h <= latest:
            end_h = rest.next_h + rest.duration_h
            if end_h > latest:
                running.append(rest.infusion(end_h))
            else:  # a bolus, or an infusion too short for the clock to tell
                amounts[..., rest.compartment] += rest.amount_mg
            rest = replace(rest, given=rest.given + 1)
        if rest.given < rest.count:
            waiting.append(rest)
    return _State(now, amounts, tuple(running), tuple(waiting))


def _happen(system: _System, state: _State, event: Event) -> _State:
    if isinstance(event, Reset):
        return _State(event.time_h, np.zeros_like(state.amounts))
    if isinstance(event, Replace):
        amounts = state.amounts.copy()
        amounts[..., event.compartment] = event.amount_mg
        return replace(state, amounts=amounts)
    if isinstance(event, Dose):
        return _arrive(_take(system, state, event))
    return state


def _take(system: _System, state: _State, dose: Dose) -> _State:
    """Put a dose on its way, behind the doses without beginning that a steady state stands for."""
    if dose.steady == Steady.REPLACE:
        state = _State(dose.time_h, np.zeros_like(state.amounts))
    if dose.is_constant:
        return _end_constant(system, state, dose)
    row = _row_of(system.model, dose)
    return _with_row(system.flow, state, row) if dose.steady else _waiting(state, row)


def _row_of(model: Linear, dose: Dose) -> _Row:
    share = dose.bioavailability
    amount = dose.amount_mg * (model.share_of(dose.compartment) if share is None else share)
    duration = amount / dose.rate_mg_h if dose.rate_mg_h else dose.duration_h
    start = dose.time_h + _lag_of(model, dose)
    return _Row(start, 1 + dose.additional, dose.interval_h, dose.compartment, amount, duration)


def _lag_of(model: Linear, dose: Dose) -> float:
    return model.lag_of(dose.compartment) if dose.lag_h is None else dose.lag_h


def _end_constant(system: _System, state: _State, dose: Dose) -> _State:
    """An infusion since ever stops here, or one lag later."""
    # A rate is what arrives: bioavailability changes an infusion's length, and this one has none.
    rates = np.zeros_like(state.amounts)
    rates[..., dose.compartment] = dose.rate_mg_h
    settled = constant_amounts(system.matrix, rates)
    state = replace(state, amounts=state.amounts + settled)
    lag = _lag_of(system.model, dose)
    if not lag:
        return state
    last = _Running(dose.compartment, dose.rate_mg_h, dose.time_h + lag)
    return replace(state, running=(*state.running, last))


def _with_row(flow: Flow, state: _State, row: _Row) -> _State:
    """Add a steady state; with a lag of an interval or more, several doses are on their way."""
    lag = row.start_h - state.time_h
    earlier = floor(lag / row.interval_h)
    age = (earlier + 1) * row.interval_h - lag
    dose = np.zeros_like(state.amounts)
    dose[..., row.compartment] = row.amount_mg
    amounts, ages = repeated_amounts(flow, dose, row.duration_h, row.interval_h, age)
    ends = (state.time_h + row.duration_h - each for each in ages)
    running = tuple(row.infusion(end) for end in ends if end > state.time_h)
    state = replace(state, amounts=state.amounts + amounts, running=(*state.running, *running))
    start = row.start_h - earlier * row.interval_h
    return _waiting(state, replace(row, start_h=start, count=row.count + earlier))


def _waiting(state: _State, row: _Row) -> _State:
    return replace(state, waiting=(*state.waiting, row))
