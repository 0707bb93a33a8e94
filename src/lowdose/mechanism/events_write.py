"""Write a dosing data set: the same table gives the same bytes, and reads back as itself.

The columns stand in a fixed order, the covariates behind them; missing is `.`. The text goes to
NONMEM (`$INPUT` with the header's names, `$DATA ... IGNORE=@`), mrgsolve (`na.strings = "."`) and
rxode2 as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from lowdose.errors import Fault, InputError
from lowdose.mechanism.events import COLUMNS, EventTable, Record

__all__ = ["events_csv"]

_MISSING = "."


def events_csv(table: EventTable) -> str:
    """The table as CSV, lines ending in a line feed.

    Raises `InputError` where the text would not read back as this table: names that would be
    taken for a comment or for nothing, or records with more or fewer covariates than names.

    >>> from lowdose.mechanism.events import Kind
    >>> dose = Record("1", 21.5, Kind.DOSE, 4.5, 1, additional=6, interval_h=24.0)
    >>> print(events_csv(EventTable((dose,))), end="")
    ID,TIME,EVID,AMT,CMT,RATE,ADDL,II,SS,DV,MDV
    1,21.5,1,4.5,1,0,6,24,0,.,1
    """
    if faults := list(_faults(table)):
        raise InputError(faults)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *table.covariates])
    writer.writerows(_cells(record) for record in table.records)
    return text.getvalue()


def _faults(table: EventTable) -> Iterator[Fault]:
    for person in table.people:
        comment = person.startswith("#") or person.upper() == "C"
        if comment or person in {"", _MISSING} or not _is_plain(person):
            wanted = "a number or a plain word, other than C"
            yield Fault("ID", repr(person), wanted, "NONMEM takes numbers only")
    for number, record in enumerate(table.records, start=1):
        if len(record.covariates) != len(table.covariates):
            wanted = f"{len(table.covariates)}, one for each name"
            yield Fault(f"record {number}", f"{len(record.covariates)} covariates", wanted)
        if not all(not cell or _is_plain(cell) for cell in record.covariates):
            yield Fault(f"record {number}", "a covariate of several lines", "plain text")


def _is_plain(text: str) -> bool:
    return text.isprintable() and text.strip() == text


def _cells(record: Record) -> list[str]:
    return [
        record.person,
        _number(record.time_h),
        f"{record.kind:d}",
        _number(record.amount_mg),
        str(record.compartment),
        _number(record.rate_mg_h),
        str(record.additional),
        _number(record.interval_h),
        f"{record.steady:d}",
        _MISSING if record.value is None else _number(record.value),
        f"{record.without_value:d}",
        *(cell or _MISSING for cell in record.covariates),
    ]


def _number(value: float) -> str:
    """The shortest text that reads back as the same number."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
