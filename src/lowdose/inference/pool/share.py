"""What leaves a site: a small JSON file with arrays, and none of a diary.

    {"format": "lowdose-pool", "version": 1, "lattice": "lowdose-1", "site": "3f9c...",
     "symptom": "pain", "scale": [0, 10], "sites": ["3f9c..."],
     "cells": [{"condition": "fibromyalgia", "treatment": "naltrexone", "dose_mg": 4.5,
                "blinded": true, "courses": 12, "array": "<base64 of little-endian int64>"}],
     "checksum": "sha256..."}

Cells of fewer than five courses are left out: an array of one course is that course's likelihood,
and says nearly as much as its answer would. Files merge in any order, to the last bit; a site is in
a merged file once, and can be taken out again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.inference.pool.lattice import LATTICE, arrays_of, nothing
from lowdose.inference.pool.values import Cell, Contribution, Course

__all__ = [
    "LEAST_COURSES",
    "contribution",
    "looks_shared",
    "merged",
    "parse_share",
    "share_json",
    "suppressed",
    "withdrawn",
]

Whole = NDArray[np.int64]

LEAST_COURSES = 5
_FORMAT, _VERSION = "lowdose-pool", 1
_LARGEST = 200_000_000
_MOST = 9e18


def contribution(
    courses: Sequence[Course], *, symptom: str, scale: tuple[float, float], site: str = ""
) -> Contribution:
    """All of a site's courses, cell by cell. site: a name for its file; a random one without.

    Raises InputError where a person is in a cell twice.
    """
    faults = []
    seen: set[tuple[str, Cell]] = set()
    for course in courses:
        if (course.person, course.cell) in seen:
            wanted = "each person once in each cell"
            faults.append(Fault(f"person {course.person}", f"twice: {course.cell}", wanted))
        seen.add((course.person, course.cell))
    if faults:
        raise InputError(faults)
    counts: dict[Cell, int] = {}
    arrays: dict[Cell, Whole] = {}
    for course, array in zip(courses, arrays_of([one.likelihood for one in courses]), strict=True):
        counts[course.cell] = counts.get(course.cell, 0) + 1
        arrays[course.cell] = arrays.get(course.cell, nothing()) + array
    name = site or secrets.token_hex(16)
    return Contribution(name, symptom, scale, counts, arrays, (name,))


def suppressed(one: Contribution, least: int = LEAST_COURSES) -> Contribution:
    """Without cells of fewer courses than `least`."""
    kept = {cell: count for cell, count in one.counts.items() if count >= least}
    arrays = {cell: one.arrays[cell] for cell in kept}
    return Contribution(one.site, one.symptom, one.scale, kept, arrays, one.sites)


def merged(parts: Sequence[Contribution]) -> Contribution:
    """Sites together, the same to the last bit in whatever order.

    Raises InputError where symptoms or scales differ, or a site is in two of the parts.
    """
    faults = list(_faults(parts))
    if faults:
        raise InputError(faults)
    counts: dict[Cell, int] = {}
    arrays: dict[Cell, Whole] = {}
    for part in parts:
        for cell, count in part.counts.items():
            counts[cell] = counts.get(cell, 0) + count
            arrays[cell] = _added(arrays.get(cell, nothing()), part.arrays[cell])
    sites = tuple(sorted(site for part in parts for site in part.sites))
    name = hashlib.sha256("\n".join(sites).encode()).hexdigest()[:32]
    return Contribution(name, parts[0].symptom, parts[0].scale, counts, arrays, sites)


def _added(one: Whole, other: Whole) -> Whole:
    """The sum; whole numbers that no longer fit are refused, not wrapped round."""
    if np.abs(one.astype(np.float64) + other).max() > _MOST:
        wanted = "fewer, or less sharp, courses: the sum no longer fits"
        raise InputError([Fault("courses", "too many", wanted)])
    return one + other


def _faults(parts: Sequence[Contribution]) -> Iterable[Fault]:
    if not parts:
        yield Fault("files", "none", "one or more")
        return
    first, seen = parts[0], dict.fromkeys(parts[0].sites)
    for part in parts[1:]:
        if part.symptom != first.symptom:
            yield Fault("symptom", repr(part.symptom), f"{first.symptom!r}, as in the first file")
        if not math.isclose(_width(part), _width(first)):
            remedy = "arrays are shares of the scale: they add only where scales are the same"
            shown = f"{part.scale[0]:g} to {part.scale[1]:g}"
            wanted = f"{first.scale[0]:g} to {first.scale[1]:g}, as in the first file"
            yield Fault("scale", shown, wanted, remedy)
        for site in part.sites:
            if site in seen:
                yield Fault("site", f"{site} twice", "every site once", "leave one file out")
            seen[site] = None


def _width(one: Contribution) -> float:
    return one.scale[1] - one.scale[0]


def withdrawn(whole: Contribution, site: Contribution) -> Contribution:
    """The sum as if the site had never been in it.

    Raises InputError where it is not in it, or takes more out than there is.
    """
    faults = []
    missing = [name for name in site.sites if name not in whole.sites]
    if missing:
        faults.append(Fault("site", ", ".join(missing), "a site that is in the pooled file"))
    for cell, count in site.counts.items():
        if count > whole.counts.get(cell, 0):
            faults.append(Fault(f"cell {cell}", f"{count} courses", "no more than are there"))
    if faults:
        raise InputError(faults)
    counts = {cell: count - site.counts.get(cell, 0) for cell, count in whole.counts.items()}
    arrays = {
        cell: whole.arrays[cell] - site.arrays.get(cell, nothing())
        for cell, count in counts.items()
        if count
    }
    sites = tuple(name for name in whole.sites if name not in site.sites)
    left = {cell: count for cell, count in counts.items() if count}
    name = hashlib.sha256("\n".join(sites).encode()).hexdigest()[:32] if sites else ""
    return Contribution(
        sites[0] if len(sites) == 1 else name, whole.symptom, whole.scale, left, arrays, sites
    )


def share_json(one: Contribution) -> dict[str, Any]:
    """The file of a contribution; small cells are left out of it."""
    safe = suppressed(one)
    body: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "lattice": LATTICE,
        "site": safe.site,
        "sites": list(safe.sites),
        "symptom": safe.symptom,
        "scale": list(safe.scale),
        "cells": [
            {
                "condition": cell.condition,
                "treatment": cell.treatment,
                "dose_mg": cell.dose_mg,
                "blinded": cell.blinded,
                "courses": safe.counts[cell],
                "array": base64.b64encode(safe.arrays[cell].astype("<i8").tobytes()).decode(),
            }
            for cell in sorted(safe.counts)
        ],
    }
    return {**body, "checksum": _checksum(body)}


def looks_shared(content: bytes) -> bool:
    """Whether a file is one of these, broken or not."""
    return content.lstrip()[:1] == b"{" and f'"{_FORMAT}"'.encode() in content[:400]


def parse_share(content: bytes, source: str = "") -> Contribution:
    """Read a share file.

    Raises InputError with every fault: another format or version, a broken array, a changed file.
    """
    faults: list[Fault] = []
    body = _body(content, source)
    known = {"format": _FORMAT, "version": _VERSION, "lattice": LATTICE}
    for name, wanted in known.items():
        if body.get(name) != wanted:
            faults.append(
                Fault(name, repr(body.get(name)), repr(wanted), "made by another version")
            )
    if not faults and body.get("checksum") != _checksum(
        {name: value for name, value in body.items() if name != "checksum"}
    ):
        remedy = "ask the site for its file again"
        faults.append(Fault("checksum", "does not match", "a file as it was written", remedy))
    if faults:
        raise InputError(faults, source)
    try:
        return _read(body)
    except (KeyError, TypeError, ValueError, AttributeError):
        fault = Fault("content", "parts are missing or broken", "a file that lowdose pool wrote")
        raise InputError([fault], source) from None


def _body(content: bytes, source: str) -> dict[str, Any]:
    try:
        if len(content) > _LARGEST:
            raise ValueError
        body = json.loads(content)
        if not isinstance(body, dict):
            raise TypeError
    except (ValueError, TypeError, RecursionError):
        fault = Fault("content", "not JSON", "a file that lowdose pool --share wrote")
        raise InputError([fault], source) from None
    return body


def _read(body: Mapping[str, Any]) -> Contribution:
    counts: dict[Cell, int] = {}
    arrays: dict[Cell, Whole] = {}
    shape = nothing().shape
    for row in body["cells"]:
        names = str(row["condition"]), str(row["treatment"])
        cell = Cell(*names, float(row["dose_mg"]), bool(row["blinded"]))
        raw = np.frombuffer(base64.b64decode(row["array"], validate=True), dtype="<i8")
        counts[cell] = int(row["courses"])
        arrays[cell] = raw.reshape(shape).astype(np.int64)
        if counts[cell] < 1 or counts[cell] != row["courses"]:
            raise ValueError
    low, high = (float(end) for end in body["scale"])
    sites = tuple(str(site) for site in body["sites"])
    return Contribution(str(body["site"]), str(body["symptom"]), (low, high), counts, arrays, sites)


def _checksum(body: Mapping[str, Any]) -> str:
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()
