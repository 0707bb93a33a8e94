"""A dosing data set as values: one record a row, as NONMEM, mrgsolve and rxode2 mean them.

Times are hours, amounts mg; compartments count from 1, and 0 is the default one (1 for a dose).
`events_read` makes a table out of CSV, `events_write` the reverse; `events_path` carries a linear
model through it; `events_regimen` turns a regimen into a table and back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby

from lowdose.errors import Fault
from lowdose.mechanism.linear import MOST_ADDITIONAL, Steady

__all__ = ["COLUMNS", "EventTable", "Kind", "Record", "record_faults"]

# The columns that have a meaning here, in the order in which they are written.
COLUMNS = ("ID", "TIME", "EVID", "AMT", "CMT", "RATE", "ADDL", "II", "SS", "DV", "MDV")

_MODELLED = {-1.0: "a modelled rate", -2.0: "a modelled duration"}


class Kind(IntEnum):
    """What a record is (NONMEM's EVID)."""

    OBSERVATION = 0
    DOSE = 1
    OTHER = 2
    RESET = 3
    RESET_AND_DOSE = 4


@dataclass(frozen=True)
class Record:
    """One row: who, when, and what happens or is seen.

    `value` is DV; `without_value` is MDV. `covariates` go with the table's names, each as written
    in the file, "." where missing. `row` is where the record stood in its file.
    """

    person: str
    time_h: float
    kind: Kind = Kind.OBSERVATION
    amount_mg: float = 0.0
    compartment: int = 0
    rate_mg_h: float = 0.0
    additional: int = 0
    interval_h: float = 0.0
    steady: Steady = Steady.NO
    value: float | None = None
    without_value: bool = True
    covariates: tuple[str, ...] = ()
    row: int = field(default=0, compare=False)

    @property
    def doses(self) -> bool:
        """Whether something is given."""
        return self.kind in {Kind.DOSE, Kind.RESET_AND_DOSE}

    @property
    def is_constant(self) -> bool:
        """Whether this is an infusion that has run since ever and ends here."""
        return bool(self.steady) and self.amount_mg == 0 and self.rate_mg_h > 0


@dataclass(frozen=True)
class EventTable:
    """Records in the order of their file, person by person, and the names of the covariates.

    >>> table = EventTable((Record("1", 0.0, Kind.DOSE, 4.5), Record("2", 0.0, Kind.DOSE, 3.0)))
    >>> table.people
    ('1', '2')
    """

    records: tuple[Record, ...]
    covariates: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody in the table, in the order of appearance."""
        return tuple(dict.fromkeys(record.person for record in self.records))

    def by_person(self) -> Iterator[tuple[str, tuple[Record, ...]]]:
        """Each person with his or her records."""
        for person, records in groupby(self.records, key=lambda record: record.person):
            yield person, tuple(records)


def record_faults(place: str, record: Record) -> Iterator[Fault]:
    """What is wrong with one record taken by itself; `place` names its row.

    >>> for fault in record_faults("row 2", Record("1", 0.0, Kind.DOSE, 4.5, additional=6)):
    ...     print(fault)
    row 2, column II: 0, expected hours between doses, more than 0, as ADDL is 6
    """
    yield from _range_faults(place, record)
    if record.doses:
        yield from _dose_faults(place, record)
    else:
        yield from _idle_faults(place, record)
    if not (record.without_value or record.kind is Kind.OBSERVATION):
        yield Fault(f"{place}, column MDV", "0", "1, as this row is no observation")


def _range_faults(place: str, record: Record) -> Iterator[Fault]:
    numbers = (
        ("AMT", record.amount_mg, "an amount in mg of 0 or more"),
        ("CMT", record.compartment, "a compartment, counted from 1"),
        ("II", record.interval_h, "hours between doses of 0 or more"),
        ("ADDL", record.additional, "a whole number of further doses of 0 or more"),
    )
    for column, value, wanted in numbers:
        if value < 0:
            remedy = "a compartment cannot be turned off here" if column == "CMT" else ""
            yield Fault(f"{place}, column {column}", f"{value:g}", wanted, remedy)
    if record.additional > MOST_ADDITIONAL:
        wanted = f"at most {MOST_ADDITIONAL} further doses"
        yield Fault(f"{place}, column ADDL", str(record.additional), wanted)
    if record.rate_mg_h < 0:
        asked = _MODELLED.get(record.rate_mg_h, "less than nothing")
        shown = f"{record.rate_mg_h:g} ({asked})"
        remedy = "give the rate itself: AMT over the hours that the infusion takes"
        yield Fault(f"{place}, column RATE", shown, "a rate in mg/h, or 0 for all at once", remedy)


def _dose_faults(place: str, record: Record) -> Iterator[Fault]:
    if record.is_constant:
        for column, value in (("II", record.interval_h), ("ADDL", record.additional)):
            if value > 0:
                wanted = "0, as this infusion (AMT 0 with SS) has run since ever and ends here"
                yield Fault(f"{place}, column {column}", f"{value:g}", wanted)
        return
    if record.amount_mg == 0:
        remedy = "AMT 0 stands only for a steady infusion: RATE more than 0, SS 1 or 2"
        yield Fault(f"{place}, column AMT", "0", "more than 0, as this row is a dose", remedy)
    if record.interval_h == 0 and (record.additional > 0 or record.steady):
        by = f"ADDL is {record.additional}" if record.additional > 0 else f"SS is {record.steady}"
        wanted = f"hours between doses, more than 0, as {by}"
        yield Fault(f"{place}, column II", "0", wanted)


def _idle_faults(place: str, record: Record) -> Iterator[Fault]:
    given = (
        ("AMT", record.amount_mg),
        ("RATE", record.rate_mg_h),
        ("ADDL", record.additional),
        ("II", record.interval_h),
        ("SS", record.steady),
    )
    for column, value in given:
        if value > 0:
            remedy = "EVID 1 or 4 gives a dose"
            wanted = f"0, as EVID is {record.kind:d}"
            yield Fault(f"{place}, column {column}", f"{value:g}", wanted, remedy)
