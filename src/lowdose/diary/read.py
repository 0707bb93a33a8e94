"""Read a diary file: bytes -> text -> table -> form -> columns -> cells -> days -> `Diary`.

The steps are files of this folder, in that order. All faults of a file are raised together;
what was done that a person should know is in `Diary.notes`; nothing is dropped without a note.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lowdose.diary.bundle import bundle_table, looks_like_json
from lowdose.diary.cells import parse_cells
from lowdose.diary.columns import assign
from lowdose.diary.days import diary_of
from lowdose.diary.entries import Diary
from lowdose.diary.findings import Findings, listed
from lowdose.diary.form import form_of, known_names
from lowdose.diary.options import ReadOptions, check_options, layered
from lowdose.diary.rows import Entries
from lowdose.diary.sidecar import parse_sidecar
from lowdose.diary.table import Table, parse_table, select
from lowdose.diary.text import LARGEST_BYTES, decode
from lowdose.errors import Fault, InputError

__all__ = ["ReadOptions", "Source", "read_diaries", "read_diary"]

Source = str | Path | bytes | BinaryIO

_NO_OPTIONS = ReadOptions()


def read_diary(source: Source, *, options: ReadOptions = _NO_OPTIONS, name: str = "") -> Diary:
    """Read the diary of one person.

    `source` is a path, the bytes of a file, or an open binary file; `name` is what messages call
    it. Beside a path `NAME.csv` a sidecar `NAME.toml` is read if it is there; `options` win over
    it. Ratings stay on their own scale, doses are mg, days are whole numbers (the first date is
    day 1).

    Raises:
        InputError: with every fault of the file, or if it holds several people.

    >>> diary = read_diary(b"day,dose_mg,pain\\n1,0,6\\n2,4.5,5\\n")
    >>> diary.ratings["pain"].tolist(), diary.dose_mg.tolist()
    ([6.0, 5.0], [0.0, 4.5])
    """
    diaries = read_diaries(source, options=options, name=name)
    if len(diaries) > 1:
        people = listed(diary.person for diary in diaries)
        fault = Fault(
            "people", f"{len(diaries)} ({people})", "one person", "choose one: --where person=NAME"
        )
        raise InputError([fault], name or _name_of(source))
    return diaries[0]


def read_diaries(
    source: Source, *, options: ReadOptions = _NO_OPTIONS, name: str = ""
) -> tuple[Diary, ...]:
    """Read the diaries of all people in a file, in the order in which they appear.

    Like `read_diary` in everything else.

    >>> shared = b"person,day,pain\\nann,1,6\\nbob,1,3\\n"
    >>> [diary.person for diary in read_diaries(shared)]
    ['ann', 'bob']
    """
    called = name or _name_of(source)
    findings = Findings(called)
    under = _sidecar(source)
    settings = layered(options, under)
    check_options(settings, findings)
    findings.stop_if_faulty()
    text = decode(_bytes(source, called), findings)
    entries = _entries(text, settings, findings)
    diaries = _people(entries, settings, findings)
    _check_rated(diaries, findings)
    findings.stop_if_faulty()
    return diaries


def _entries(text: str, options: ReadOptions, findings: Findings) -> Entries:
    table = _table(text, options, findings)
    form = form_of(table.header, options.columns)
    columns = assign(table, form, options, findings)
    chosen = select(table, dict(options.where), findings)
    return parse_cells(chosen, columns, form, options, findings)


def _table(text: str, options: ReadOptions, findings: Findings) -> Table:
    if looks_like_json(text):
        return bundle_table(text, findings)
    return parse_table(text, known_names(options.columns), findings)


def _people(entries: Entries, options: ReadOptions, findings: Findings) -> tuple[Diary, ...]:
    rows: dict[str, list[int]] = {}
    for row, person in enumerate(entries.person):
        rows.setdefault(person, []).append(row)
    shared = len(findings.notes)
    diaries = []
    for person, own in rows.items():
        before = len(findings.notes)
        diary = diary_of(entries, person, own, options, findings)
        notes = (*findings.notes[:shared], *findings.notes[before:])
        diaries.append(replace(diary, notes=notes))
    return tuple(diaries)


def _check_rated(diaries: tuple[Diary, ...], findings: Findings) -> None:
    columns = [column for diary in diaries for column in diary.ratings.values()]
    if not findings.faults and not any(np.isfinite(column).any() for column in columns):
        findings.fault("ratings", "none", "at least one rating in one of the symptom columns")


def _sidecar(source: Source) -> ReadOptions:
    if not isinstance(source, str | Path):
        return _NO_OPTIONS
    if not Path(source).name:  # a folder such as "." has no file beside it
        return _NO_OPTIONS
    path = Path(source).with_suffix(".toml")
    if path == Path(source) or not path.is_file():
        return _NO_OPTIONS
    return parse_sidecar(_bytes(path, path.name), path.name)


def _name_of(source: Source) -> str:
    return Path(source).name if isinstance(source, str | Path) else "the diary"


def _bytes(source: Source, name: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as file:
                return file.read(LARGEST_BYTES + 1)
        return source.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fault = Fault("file", reason, "a file that can be read", "check its name and folder")
        raise InputError([fault], name) from None
