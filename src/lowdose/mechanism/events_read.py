"""Read a dosing data set: CSV as NONMEM, mrgsolve and rxode2 take it, to an `EventTable`.

Header names count in any case; `.` and an empty cell are missing, which is 0 for everything but
ID and TIME. Rows that begin with `#`, or whose first cell is C, are comments. Columns that have no
meaning here are carried along as covariates. Nothing is guessed and nothing dropped: every fault
of a file is told at once, with row and column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import TypeVar

from lowdose.errors import Fault, InputError
from lowdose.mechanism.events import COLUMNS, EventTable, Kind, Record, record_faults
from lowdose.mechanism.linear import Steady

__all__ = ["cells_of", "events_text", "parse_events", "read_events"]

_Choice = TypeVar("_Choice", bound=IntEnum)

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_MISSING = {"", "."}
_DATES = {"DATE", "DAT1", "DAT2", "DAT3"}
_HOURS = "hours as a number"
_COUNT_HOURS = "count the hours from one point in time, such as the first dose"
_EVID = "0 observation, 1 dose, 2 other, 3 reset, or 4 reset and dose"
_SS = "0, 1 (replaces what was there) or 2 (adds to it)"


@dataclass(frozen=True)
class _Line:
    """A row of the file: its number, and its cells."""

    number: int
    cells: tuple[str, ...]

    @property
    def place(self) -> str:
        return f"row {self.number}"


def read_events(path: str | Path) -> EventTable:
    """Read the data set in a file; see `parse_events`.

    Raises `InputError`: the file cannot be read, or with every fault in it.
    """
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be read"
        raise InputError([Fault(str(path), reason.lower(), "a file that can be read")]) from error
    return parse_events(events_text(content, str(path)), source=str(path))


def events_text(content: bytes, source: str) -> str:
    """The text of a data set; raises `InputError` where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wanted = "text in UTF-8"
        raise InputError([Fault(source, "other characters", wanted, "save it as CSV")]) from error


def cells_of(text: str) -> dict[int, tuple[str, ...]]:
    """What stands in each row that counts, as it was written, by the row's number; header first.

    >>> cells_of("id,TIME\\n# a note\\n1, 0.0\\n")
    {1: ('id', 'TIME'), 3: ('1', '0.0')}
    """
    return {line.number: line.cells for line in _lines(text)}


def parse_events(
    text: str,
    source: str = "",
    *,
    also: Callable[[EventTable], Iterable[tuple[int, Fault]]] | None = None,
) -> EventTable:
    """Make a table of the text of a data set.

    Raises `InputError` with every fault; `source` names the file in its message. `also` looks for
    more of them, with their rows, in the table of the rows that could be read.

    >>> table = parse_events("ID,TIME,AMT,II,ADDL,WT\\n1,0,4.5,24,6,71\\n1,12,.,.,.,71\\n")
    >>> [(record.kind.name, record.amount_mg, record.covariates) for record in table.records]
    [('DOSE', 4.5, ('71',)), ('OBSERVATION', 0.0, ('71',))]
    >>> parse_events("ID,TIME,AMT\\n1,0,-4.5\\n1,-1,3\\n")
    Traceback (most recent call last):
    lowdose.errors.InputError: row 2, column AMT: -4.5, expected an amount in mg of 0 or more
    row 3, column TIME: -1, expected 0 or later, the time of the row before, as ID 1 goes on; \
sort the rows of each ID by time, and let time run on after a reset
    """
    faults: list[Fault] = []
    lines = _lines(text)
    header = tuple(name.strip() for name in lines[0].cells) if lines else ()
    if faults := list(_header_faults(header, lines)):
        raise InputError(faults, source)
    names = tuple(name.upper() if name.upper() in COLUMNS else name for name in header)
    found: list[tuple[int, Fault]] = []
    records = [_record(names, line, found) for line in lines[1:]]
    read = [record for record in records if record]
    found += _order_faults(read)
    table = EventTable(tuple(read), tuple(name for name in names if _is_covariate(name)))
    found += also(table) if also else ()
    if found:
        raise InputError([fault for _, fault in sorted(found, key=lambda each: each[0])], source)
    return table


def _is_covariate(name: str) -> bool:
    return name not in COLUMNS and name.upper() != "C"


def _lines(text: str) -> list[_Line]:
    """Everything but blank lines and comments; the first one is the header."""
    lines: list[_Line] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in next(csv.reader([line])))
        if any(cells) and not (lines and cells[0].upper() == "C"):
            lines.append(_Line(number, cells))
    return lines


def _header_faults(header: Sequence[str], lines: Sequence[_Line]) -> Iterator[Fault]:
    upper = [name.upper() for name in header]
    for name in ("ID", "TIME"):
        if name not in upper:
            shown = ", ".join(header) or "nothing"
            remedy = "the first line names the columns, with commas between"
            yield Fault("header", shown, f"a column {name}", remedy)
    for name in sorted({name for name in upper if upper.count(name) > 1}):
        yield Fault("header", f"{name or 'a column without name'} more than once", "each name once")
    for name in sorted(set(upper) & _DATES):
        yield Fault("header", name, f"no dates: TIME in {_HOURS}", _COUNT_HOURS)
    if "DUR" in upper:
        remedy = "give RATE = AMT over the hours, or rename the column if it is a covariate"
        yield Fault("header", "DUR", "infusions given by RATE", remedy)
    if header and len(lines) == 1:
        yield Fault("header", "no rows below it", "at least one record")


def _record(names: Sequence[str], line: _Line, found: list[tuple[int, Fault]]) -> Record | None:
    """One record, if it can be told whose and when it is; faults are added to `found`."""
    if len(line.cells) != len(names):
        shown = f"{len(line.cells)} cells"
        fault = Fault(line.place, shown, f"{len(names)} cells, as the header has names")
        found.append((line.number, fault))
        return None
    cells = dict(zip(names, line.cells, strict=True))
    faults: list[Fault] = []
    record = _read(cells, line, faults)
    if not faults:
        faults += record_faults(line.place, record)
    found += [(line.number, fault) for fault in faults]
    lost = any(fault.place.endswith(("column ID", "column TIME")) for fault in faults)
    return None if lost else record


def _read(cells: dict[str, str], line: _Line, faults: list[Fault]) -> Record:
    def number(column: str) -> float:
        return _number(cells.get(column, ""), f"{line.place}, column {column}", faults)

    def whole(column: str) -> int:
        return _whole(number(column), f"{line.place}, column {column}", faults)

    amount, rate, steady = number("AMT"), number("RATE"), number("SS")
    inferred = Kind.DOSE if amount or rate or steady else Kind.OBSERVATION
    kind = (
        _choice(Kind, number("EVID"), f"{line.place}, column EVID", _EVID, faults)
        if "EVID" in cells
        else inferred
    )
    value = None if cells.get("DV", "") in _MISSING else number("DV")
    return Record(
        person=_person(cells["ID"], line, faults),
        time_h=_time(cells["TIME"], line, faults),
        kind=kind,
        amount_mg=amount,
        compartment=whole("CMT"),
        rate_mg_h=rate,
        additional=whole("ADDL"),
        interval_h=number("II"),
        steady=_choice(Steady, steady, f"{line.place}, column SS", _SS, faults),
        value=value,
        without_value=_without_value(cells, kind, value, line, faults),
        covariates=tuple(cell or "." for name, cell in cells.items() if _is_covariate(name)),
        row=line.number,
    )


def _number(cell: str, place: str, faults: list[Fault]) -> float:
    if cell in _MISSING:
        return 0.0
    if _NUMBER.fullmatch(cell) and isfinite(value := float(cell)):
        return value + 0.0  # no negative zero
    faults.append(Fault(place, repr(cell), "a number, or . where there is none"))
    return 0.0


def _whole(value: float, place: str, faults: list[Fault]) -> int:
    if not value.is_integer():
        faults.append(Fault(place, f"{value:g}", "a whole number"))
    return int(value)


def _choice(
    kind: Callable[[int], _Choice], value: float, place: str, wanted: str, faults: list[Fault]
) -> _Choice:
    try:
        return kind(int(value) if value.is_integer() else -1)
    except ValueError:
        other = "rxode2 and mrgsolve each mean something else by other numbers"
        faults.append(Fault(place, f"{value:g}", wanted, other if "EVID" in place else ""))
        return kind(0)


def _person(cell: str, line: _Line, faults: list[Fault]) -> str:
    """1, 1.0 and 01 are the same person."""
    if cell in _MISSING:
        faults.append(Fault(f"{line.place}, column ID", "nothing", "who this row is about"))
    if _NUMBER.fullmatch(cell) and float(cell).is_integer():
        return str(int(float(cell)))
    return cell


def _time(cell: str, line: _Line, faults: list[Fault]) -> float:
    place = f"{line.place}, column TIME"
    if cell in _MISSING:
        faults.append(Fault(place, "nothing", _HOURS))
    elif not _NUMBER.fullmatch(cell):
        faults.append(Fault(place, repr(cell), _HOURS, _COUNT_HOURS))
    else:
        return _number(cell, place, faults)
    return 0.0


def _without_value(
    cells: dict[str, str], kind: Kind, value: float | None, line: _Line, faults: list[Fault]
) -> bool:
    """MDV as written; where it is not, an observation counts if it has a DV."""
    cell = cells.get("MDV", "")
    if cell in _MISSING:
        return kind is not Kind.OBSERVATION or value is None
    place = f"{line.place}, column MDV"
    mark = _number(cell, place, faults)
    if mark not in {0, 1}:
        faults.append(Fault(place, repr(cell), "0 (DV counts) or 1 (it does not)"))
    return mark != 0


def _order_faults(records: Sequence[Record]) -> Iterator[tuple[int, Fault]]:
    seen: set[str] = set()
    for before, record in pairwise(records):
        if record.person == before.person:
            if record.time_h < before.time_h:
                yield record.row, _backwards(before, record)
            continue
        seen.add(before.person)
        if record.person in seen:
            remedy = "NONMEM would take this for another person; put the rows of an ID together"
            wanted = "the rows of each ID in one block"
            place = f"row {record.row}, column ID"
            yield record.row, Fault(place, f"{record.person} again", wanted, remedy)


def _backwards(before: Record, record: Record) -> Fault:
    wanted = (
        f"{before.time_h:g} or later, the time of the row before, as ID {record.person} goes on"
    )
    remedy = "sort the rows of each ID by time, and let time run on after a reset"
    return Fault(f"row {record.row}, column TIME", f"{record.time_h:g}", wanted, remedy)
