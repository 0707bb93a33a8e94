"""Courses from a table of effects that others have worked out: person, effect, se."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping

import numpy as np

from lowdose.errors import Fault, InputError
from lowdose.inference.pool.values import Cell, Course, Likelihood

__all__ = ["effects_of", "looks_like_effects"]

_NEEDED = ("person", "effect", "se")
_MOST_ROWS = 1_000_000


def looks_like_effects(content: bytes) -> bool:
    """Whether a CSV file's first line has person, effect and se."""
    head = content[:2000].decode("utf-8-sig", "replace").splitlines()[:1]
    names = {name.strip().lower() for line in head for name in line.split(",")}
    return set(_NEEDED) <= names


def effects_of(
    content: bytes,
    *,
    scale: tuple[float, float],
    higher_is_better: bool = False,
    condition: str = "",
    source: str = "",
) -> list[Course]:
    """Read CSV with person, effect, se, and where known condition, treatment, dose_mg; blinded, as
    far as is known.

    Effects are in points of the scale. Raises InputError with every fault and its row.

    >>> one = effects_of(b"person,effect,se\\nann,-1,0.5\\n", scale=(0, 10))[0]
    >>> one.likelihood.mean.tolist(), one.likelihood.sd.tolist()
    ([-0.1], [0.05])
    """
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except UnicodeDecodeError as error:
        fault = Fault(f"byte {error.start + 1}", "not UTF-8", "text in UTF-8")
        raise InputError([fault], source) from None
    faults: list[Fault] = []
    if not 0 < len(rows) <= _MOST_ROWS:
        raise InputError([Fault("rows", str(len(rows)), f"1 to {_MOST_ROWS}")], source)
    sign = -1.0 if higher_is_better else 1.0
    width = scale[1] - scale[0]
    read = [_row(row, number, condition, faults) for number, row in enumerate(rows, start=2)]
    if faults:
        raise InputError(faults, source)
    return [
        Course(
            person,
            cell,
            Likelihood(np.ones(1), np.array([sign * effect / width]), np.array([se / width])),
        )
        for person, cell, effect, se in read
    ]


def _row(
    row: Mapping[str, str | None], number: int, condition: str, faults: list[Fault]
) -> tuple[str, Cell, float, float]:
    said = {
        (name or "").strip().lower(): (value or "").strip()
        for name, value in row.items()
        if not isinstance(value, list)
    }
    person = said.get("person", "")
    if not person:
        faults.append(Fault(f"row {number}, person", "nothing", "a name"))
    effect = _number(said, "effect", number, faults)
    se = _number(said, "se", number, faults)
    if se <= 0:
        faults.append(Fault(f"row {number}, se", f"{se:g}", "a number above 0"))
    dose = _number(said, "dose_mg", number, faults) if said.get("dose_mg") else 0.0
    cell = Cell(said.get("condition") or condition, said.get("treatment") or "treatment", dose)
    return person, cell, effect, se


def _number(said: Mapping[str, str], name: str, number: int, faults: list[Fault]) -> float:
    try:
        value = float(said.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        faults.append(Fault(f"row {number}, {name}", repr(said.get(name, "")), "a number"))
        return 1.0
    return value
