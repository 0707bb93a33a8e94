"""A table as days: this clinic's REDCap export, any diary CSV, another REDCap project's export.

What a diary file may look like, `lowdose.diary` knows; the columns that only the clinic has
(taken, severity, entry_id, note) are read here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from lowdose.clinic.exchange.cells import unguarded
from lowdose.clinic.exchange.incoming import Incoming, Read
from lowdose.clinic.exchange.names import field_of, is_pseudonym
from lowdose.clinic.models import Course, Severity
from lowdose.diary.entries import Diary, Direction
from lowdose.diary.findings import Findings
from lowdose.diary.form import Form, form_of, known_names
from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diaries
from lowdose.diary.table import Table, parse_table
from lowdose.diary.text import decode
from lowdose.errors import Fault, InputError

__all__ = ["read_table"]

_OWN = ("taken", "severity", "entry_id", "note")
_YES, _NO = frozenset({"1", "yes", "true"}), frozenset({"0", "no", "false"})


def read_table(data: bytes, course: Course) -> Read:
    """The days of a CSV file.

    Raises InputError with every fault, each with its row and column.
    """
    findings = Findings("")
    text = decode(data, findings)
    if "\x00" in text:
        raise InputError([Fault("content", "a NUL character", "text without it")])
    table = parse_table(text, known_names({}), findings)
    findings.stop_if_faulty()
    columns = _columns(table, course)
    diary = _own(read_diaries(data, options=_options(course, columns)), course)
    faults: list[Fault] = []
    extras = _extras(table, course, faults)
    days = tuple(_days(diary, columns, extras, course))
    if faults:
        raise InputError(faults)
    return Read(days, diary.notes)


def _columns(table: Table, course: Course) -> dict[str, str]:
    """Column -> symptom, for the symptoms of the course that the file has."""
    names = {symptom.name for symptom in course.symptoms.all()}
    if form_of(table.header, {}) is Form.LONG:
        return {name: name for name in names}
    called = {**{field_of(name): name for name in names}, **{name: name for name in names}}
    columns = {name: called[name] for name in table.header if name in called}
    if not columns:
        found = ", ".join(table.header)[:80]
        expected = f"a column for one of: {', '.join(sorted(names))}"
        raise InputError([Fault("columns", found, expected, "rename the column in the file")])
    return columns


def _options(course: Course, columns: Mapping[str, str]) -> ReadOptions:
    symptoms = {symptom.name: symptom for symptom in course.symptoms.all()}
    low, high = Direction.LOWER_IS_BETTER, Direction.HIGHER_IS_BETTER
    found = {column: symptoms[name] for column, name in columns.items()}
    return ReadOptions(
        symptoms=tuple(columns),
        scale={column: (one.low, one.high) for column, one in found.items()},
        direction={column: low if one.lower_is_better else high for column, one in found.items()},
    )


def _own(diaries: tuple[Diary, ...], course: Course) -> Diary:
    """This patient's of all the people in the file."""
    pseudonym = course.patient.pseudonym
    named = [diary for diary in diaries if diary.person == pseudonym]
    if named or len(diaries) == 1:
        diary = (named or list(diaries))[0]
    else:
        expected = f"one person, or a record called {pseudonym}"
        raise InputError([Fault("people", f"{len(diaries)} people", expected)])
    if is_pseudonym(diary.person) and diary.person != pseudonym:
        expected = f"the patient of this course, {pseudonym}"
        raise InputError([Fault("record_id", diary.person, expected)])
    if diary.days_averaged is not None:
        raise InputError([Fault("rows", "one a period", "one row a day")])
    return diary


def _extras(table: Table, course: Course, faults: list[Fault]) -> dict[date, Mapping[str, str]]:
    """Per day the cells of the columns that only the clinic has, checked."""
    wanted: list[str] = [name for name in _OWN if name in table.header]
    if "date" not in table.header or not wanted:
        return {}
    extras: dict[date, Mapping[str, str]] = {}
    for row in table.rows:
        cells = dict(zip(table.header, row.cells, strict=True))
        if cells.get("record_id", course.patient.pseudonym) != course.patient.pseudonym:
            continue
        try:
            day = date.fromisoformat(cells["date"])
        except ValueError:
            continue
        taken = cells.get("taken", "").casefold()
        if taken and taken not in _YES | _NO:
            faults.append(Fault(f"row {row.number}, column taken", repr(taken[:40]), "1 or 0"))
        faults += _severity_faults(cells.get("severity", ""), row.number)
        extras[day] = {name: cells[name] for name in wanted}
    return extras


def _severity_faults(text: str, row: int) -> Iterator[Fault]:
    for part in _parts(text):
        if part not in Severity.values:
            expected = f"one of: {', '.join(Severity.values)}"
            yield Fault(f"row {row}, column severity", repr(part[:40]), expected)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _days(
    diary: Diary,
    columns: Mapping[str, str],
    extras: Mapping[date, Mapping[str, str]],
    course: Course,
) -> Iterator[Incoming]:
    zone = ZoneInfo(course.patient.time_zone)
    for row in range(len(diary)):
        number = int(diary.day[row])
        day = diary.dates[row] if diary.dates else course.first_day + timedelta(days=number - 1)
        more = extras.get(day, {})
        taken = more.get("taken", "").casefold()
        yield Incoming(
            place=str(day),
            day=day,
            ratings={
                columns[name]: float(values[row])
                for name, values in diary.ratings.items()
                if math.isfinite(values[row])
            },
            taken=taken in _YES if taken else None,
            dose_mg=_dose(diary, row),
            adverse=_adverse(diary, row, more),
            note=unguarded(more["note"]) if "note" in more else None,
            written_at=_written(diary, row, zone),
            id=_uuid(more.get("entry_id", "")),
        )


def _dose(diary: Diary, row: int) -> float | None:
    if diary.dose_mg is None or not math.isfinite(diary.dose_mg[row]):
        return None
    return float(diary.dose_mg[row])


def _adverse(
    diary: Diary, row: int, more: Mapping[str, str]
) -> tuple[tuple[str, Severity | None], ...] | None:
    if diary.adverse is None:
        return None
    terms = [unguarded(term) for term in diary.adverse[row]]
    said = [part for part in _parts(more.get("severity", "")) if part in Severity.values]
    if len(said) != len(terms):
        return tuple((term, None) for term in terms)
    return tuple((term, Severity(bad)) for term, bad in zip(terms, said, strict=True))


def _written(diary: Diary, row: int, zone: ZoneInfo) -> datetime | None:
    moment = diary.entered[row] if diary.entered else None
    if moment is None or moment.tzinfo:
        return moment
    return moment.replace(tzinfo=zone)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
