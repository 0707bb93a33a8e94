"""From a dosing data set to what a linear model makes of it: the amounts at every record.

An observation that stands before a dose of the same time sees the amounts before it, one that
stands behind it the amounts after; lagged and additional doses that fall on the time of a record
come before it. This is NONMEM's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lowdose.errors import Fault, InputError
from lowdose.mechanism.events import EventTable, Kind, Record
from lowdose.mechanism.linear import Dose, Event, Linear, Look, Reset
from lowdose.mechanism.linear_path import follow
from lowdose.mechanism.linear_steady import Amounts

__all__ = ["amounts_of_events", "linear_events", "path_of_records", "single_doses"]


def amounts_of_events(model: Linear, table: EventTable) -> Amounts:
    """Amounts in mg just after each record, records x compartments; each person starts from 0.

    Raises `InputError` with every fault of the model and of its use with this table.

    >>> from lowdose.mechanism.events_read import parse_events
    >>> table = parse_events("ID,TIME,AMT\\n1,0,10\\n1,5,.\\n2,0,20\\n2,5,.\\n")
    >>> amounts_of_events(Linear(("central",), ((-0.1,),)), table).round(2).ravel().tolist()
    [10.0, 6.07, 20.0, 12.13]
    """
    size = len(model.names)
    if faults := list(_compartment_faults(table.records, size)):
        raise InputError(faults)
    paths = [
        path_of_records(records, lambda events: follow(model, events))
        for _, records in table.by_person()
    ]
    return np.concatenate(paths) if paths else np.zeros((0, size))


def linear_events(record: Record) -> tuple[Event, ...]:
    """What happens at one record; a reset with a dose is two events.

    >>> [type(event).__name__ for event in linear_events(Record("1", 0.0, Kind.RESET_AND_DOSE, 5))]
    ['Reset', 'Dose']
    """
    if record.kind is Kind.RESET:
        return (Reset(record.time_h),)
    if not record.doses:
        return (Look(record.time_h),)
    dose = Dose(
        record.time_h,
        record.amount_mg,
        _index(record),
        rate_mg_h=record.rate_mg_h,
        additional=record.additional,
        interval_h=record.interval_h,
        steady=record.steady,
    )
    return (Reset(record.time_h), dose) if record.kind is Kind.RESET_AND_DOSE else (dose,)


def single_doses(records: Iterable[Record]) -> tuple[tuple[float, float], ...]:
    """One person's doses written out, each (time in h, amount in mg), in order of time.

    Raises `InputError` naming every record that is more than plain doses into compartment 1:
    a steady state, an infusion, a reset, another compartment.

    >>> single_doses([Record("1", 0.0, Kind.DOSE, 4.5, additional=2, interval_h=24.0)])
    ((0.0, 4.5), (24.0, 4.5), (48.0, 4.5))
    """
    given = list(records)
    if faults := [fault for record in given for fault in _plain_faults(record)]:
        raise InputError(faults)
    doses = (
        (record.time_h + number * record.interval_h, record.amount_mg)
        for record in given
        if record.doses
        for number in range(record.additional + 1)
    )
    return tuple(sorted(doses))


def path_of_records(
    records: Sequence[Record], carried: Callable[[Sequence[Event]], Amounts]
) -> Amounts:
    """Amounts just after each record of one person, by whatever carries them through events."""
    events = [linear_events(record) for record in records]
    last = np.cumsum([len(each) for each in events]) - 1
    path: Amounts = carried([event for each in events for event in each])[last]
    return path


def _index(record: Record) -> int:
    return (record.compartment or 1) - 1


def _compartment_faults(records: Iterable[Record], size: int) -> Iterable[Fault]:
    for record in records:
        if record.doses and _index(record) >= size:
            wanted = f"a compartment of this model, 1 to {size}"
            yield Fault(f"row {record.row}, column CMT", str(record.compartment), wanted)


def _plain_faults(record: Record) -> Iterable[Fault]:
    place = f"row {record.row}"
    if record.kind in {Kind.RESET, Kind.RESET_AND_DOSE}:
        yield Fault(f"{place}, column EVID", f"{record.kind:d}", "no resets: 0, 1 or 2")
    if record.steady:
        remedy = "write the doses before the first row out"
        yield Fault(f"{place}, column SS", f"{record.steady:d}", "0", remedy)
    if record.rate_mg_h:
        yield Fault(f"{place}, column RATE", f"{record.rate_mg_h:g}", "0: doses that are swallowed")
    if record.doses and _index(record) != 0:
        yield Fault(f"{place}, column CMT", str(record.compartment), "1, where doses are swallowed")
