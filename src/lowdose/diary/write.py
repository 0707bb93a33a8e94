"""Write diaries back: canonical wide and long files, and a file for REDCap's data import.

Canonical means that the same diary always gives the same bytes: comma, LF, UTF-8 without a mark,
shortest numbers, a fixed order of columns. `write(read(write(d))) == write(d)`, byte for byte.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from lowdose.diary.entries import Diary
from lowdose.diary.findings import quoted
from lowdose.diary.form import known_names
from lowdose.diary.table import is_plain_name, name_key
from lowdose.errors import Fault, InputError

__all__ = ["FORMS", "WrittenForm", "template", "write_diaries", "write_diary"]

WrittenForm = Literal["wide", "long", "redcap"]
FORMS: tuple[WrittenForm, ...] = ("wide", "long", "redcap")

Cells = Callable[[int], str]
Column = tuple[str, Cells]


def write_diary(diary: Diary, *, form: WrittenForm = "wide") -> bytes:
    """Write one diary.

    The scales and whether it was blinded do not fit into the file: `sidecar.write_sidecar`.

    Raises:
        InputError: if a symptom is called like another column, or the form cannot hold the diary.

    >>> from lowdose.diary.read import read_diary
    >>> write_diary(read_diary(b"day;pain\\r\\n2;4,5\\r\\n1;6\\r\\n"))
    b'day,pain\\n1,6\\n2,4.5\\n'
    """
    return write_diaries([diary], form=form)


def write_diaries(diaries: Sequence[Diary], *, form: WrittenForm = "wide") -> bytes:
    """Write several people's diaries into one file; see `write_diary`."""
    _check_names(diaries)
    if form == "redcap":
        return _text(_redcap_rows(diaries))
    shown = [_columns(diary, diaries) for diary in diaries]
    if form == "wide":
        return _text(_wide_rows(diaries, shown))
    _check_daily(diaries, form)
    return _text(_long_rows(diaries, shown))


def _text(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _check_names(diaries: Sequence[Diary]) -> None:
    names = _symptoms(diaries)
    keys = [name_key(name) or name for name in names]
    taken = known_names({})
    faults = [
        Fault("symptom", quoted(name), "a plain name that no other column has", "rename it")
        for name, key in zip(names, keys, strict=True)
        if key in taken or keys.count(key) > 1 or not is_plain_name(name)
    ]
    if faults:
        raise InputError(faults)


def _check_daily(diaries: Sequence[Diary], form: str) -> None:
    if any(_is_aggregate(diary) for diary in diaries):
        fault = Fault("form", quoted(form), "wide, the only form for one row a period")
        raise InputError([fault])


def _is_aggregate(diary: Diary) -> bool:
    return diary.days_averaged is not None


def _symptoms(diaries: Sequence[Diary]) -> list[str]:
    return list(dict.fromkeys(name for diary in diaries for name in diary.ratings))


def _columns(diary: Diary, diaries: Sequence[Diary]) -> dict[str, Cells]:
    """Give the columns besides ratings that any of the diaries has, in canonical order."""
    found = dict(_own_columns(diary))
    everyone = dict.fromkeys(name for each in diaries for name, _ in _own_columns(each))
    order = [name for name in _ORDER if name in everyone]
    return {name: found.get(name, _nothing) for name in order}


_ORDER = (
    *("person", "date", "day", "cycle", "days", "period", "treatment"),
    *("dose_mg", "guess", "adverse", "entered"),
)


def _nothing(_: int) -> str:
    return ""


def _own_columns(diary: Diary) -> Iterable[Column]:
    if diary.person:
        yield "person", lambda _: diary.person
    yield from _day_columns(diary)
    if (period := diary.period) is not None:
        yield "period", lambda row: period[row]
    if (treatment := diary.treatment) is not None:
        yield "treatment", lambda row: treatment[row]
    if (dose_mg := diary.dose_mg) is not None:
        yield "dose_mg", lambda row: _number(dose_mg[row])
    if (guess := diary.guess) is not None:
        yield "guess", lambda row: _number(guess[row])
    if (adverse := diary.adverse) is not None:
        yield "adverse", lambda row: ";".join(adverse[row])
    if (entered := diary.entered) is not None:
        yield "entered", lambda row: moment.isoformat() if (moment := entered[row]) else ""


def _day_columns(diary: Diary) -> Iterable[Column]:
    if _is_aggregate(diary):
        yield "cycle", lambda row: _number(diary.day[row])
        days = diary.days_averaged
        yield "days", lambda row: "" if days is None else _number(days[row])
        return
    if (dates := diary.dates) is not None:
        yield "date", lambda row: dates[row].isoformat()
    if not _follows_from_dates(diary):
        yield "day", lambda row: _number(diary.day[row])


def _follows_from_dates(diary: Diary) -> bool:
    return diary.dates is not None and (not len(diary) or diary.day[0] == 1.0)


def _number(number: float) -> str:
    """Write a number as short as it can be read back exactly; empty for NaN.

    >>> _number(4.0), _number(4.55), _number(math.nan)
    ('4', '4.55', '')
    """
    value = float(number)
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _wide_rows(
    diaries: Sequence[Diary], shown: Sequence[dict[str, Cells]]
) -> Iterable[Sequence[str]]:
    symptoms = _symptoms(diaries)
    before = [name for name in shown[0] if name not in {"guess", "adverse", "entered"}]
    after = [name for name in shown[0] if name not in before]
    yield [*before, *symptoms, *after]
    for diary, columns in zip(diaries, shown, strict=True):
        for row in range(len(diary)):
            ratings = [_rating(diary, name, row) for name in symptoms]
            yield [
                *(columns[name](row) for name in before),
                *ratings,
                *(columns[name](row) for name in after),
            ]


def _rating(diary: Diary, name: str, row: int) -> str:
    return _number(diary.ratings[name][row]) if name in diary.ratings else ""


def _long_rows(
    diaries: Sequence[Diary], shown: Sequence[dict[str, Cells]]
) -> Iterable[Sequence[str]]:
    yield [*shown[0], "symptom", "value"]
    for diary, columns in zip(diaries, shown, strict=True):
        for row in range(len(diary)):
            for name in diary.ratings:
                yield [*(cells(row) for cells in columns.values()), name, _rating(diary, name, row)]


def _redcap_rows(diaries: Sequence[Diary]) -> Iterable[Sequence[str]]:
    _check_daily(diaries, "redcap")
    shown = [_columns(diary, diaries) for diary in diaries]
    symptoms = _symptoms(diaries)
    fields = [name for name in shown[0] if name != "person"]
    keys = [*fields, *_field_names(symptoms)]
    repeat = ["redcap_repeat_instrument", "redcap_repeat_instance"]
    yield ["record_id", *repeat, *keys, "diary_complete"]
    for number, (diary, columns) in enumerate(zip(diaries, shown, strict=True), start=1):
        for row in range(len(diary)):
            cells = [columns[name](row) for name in fields]
            ratings = [_rating(diary, name, row) for name in symptoms]
            record = diary.person or str(number)
            yield [record, "diary", str(row + 1), *cells, *ratings, "2"]


def _field_names(symptoms: Sequence[str]) -> list[str]:
    """Make REDCap variable names: lower case, digits and _, beginning with a letter, all unlike."""
    names = [_field_name(name) for name in symptoms]
    faults = [
        Fault("symptom", quoted(symptom), "a name REDCap can tell from the others", "rename it")
        for symptom, name in zip(symptoms, names, strict=True)
        if names.count(name) > 1 or not name
    ]
    if faults:
        raise InputError(faults)
    return names


def _field_name(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    plain = re.sub(r"[^a-z0-9_]+", "_", spaced.casefold()).strip("_")
    return plain if plain[:1].isalpha() else ""


def template(start: date, days: int, symptoms: Sequence[str]) -> bytes:
    """Make an empty diary to fill in: one row a day, with its date.

    >>> print(template(date(2026, 2, 18), 2, ["pain"]).decode(), end="")
    date,dose_mg,pain,adverse
    2026-02-18,,,
    2026-02-19,,,
    """
    header = ["date", "dose_mg", *symptoms, "adverse"]
    empty = [""] * (len(header) - 1)
    dates = (start + timedelta(days=day) for day in range(days))
    return _text([header, *([day.isoformat(), *empty] for day in dates)])
