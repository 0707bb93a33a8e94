"""What metafor found (reference/make_metafor.R), and the data it found it in."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lowdose.evidence.effects.values import Counts

HERE = Path(__file__).parent / "reference"
FOUND: dict[str, Any] = json.loads((HERE / "metafor.json").read_text(encoding="utf-8"))
SETS: tuple[str, ...] = tuple(FOUND["data"])

# Six significant figures; numbers that are nothing but rounding error count as 0.
SIX = {"rtol": 1e-6, "atol": 1e-9}


@cache
def table(name: str) -> dict[str, np.ndarray]:
    """The columns of a data set: numbers with NaN for NA, or words."""
    lines = (HERE / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    return {column: _column([row[column] for row in rows]) for column in rows[0]}


def _column(cells: list[str]) -> np.ndarray:
    try:
        return np.array([float(cell.replace("NA", "nan")) for cell in cells])
    except ValueError:
        return np.array(cells)


def effects(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances of a data set as metafor has them."""
    data = FOUND["data"][name]
    return np.array(data["yi"]), np.array(data["vi"])


def agree(found: Any, expected: Any, **tolerance: float) -> None:
    """Both alike to six figures, or as said."""
    wanted = np.array(expected, dtype=float)
    np.testing.assert_allclose(np.asarray(found, dtype=float), wanted, **(SIX | tolerance))


_COLUMNS = {
    "bcg": ("tpos", "tneg", "cpos", "cneg"),
    "collins1985a": ("b.xti", "nti", "b.xci", "nci"),
}
_USUAL = ("ai", "n1i", "ci", "n2i")


def arms(name: str) -> tuple[Counts, Counts]:
    """Events and people, treated and control, of a set of trials that counted them."""
    data = table(name)
    a, second, c, fourth = (data[one] for one in _COLUMNS.get(name, _USUAL))
    if name == "bcg":  # which has those without the event, not everybody
        second, fourth = a + second, c + fourth
    return Counts(a, second), Counts(c, fourth)


def moderators(name: str) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Effects, variances and what may explain them, without trials that do not tell it."""
    value, variance = effects(name)
    data = table(name)
    if name == "bcg":
        return value, variance, {"latitude": data["ablat"], "random": data["alloc"] == "random"}
    if name == "raudenbush1985":
        return value, variance, {"weeks": data["weeks"]}
    known = np.isfinite(data["length"])
    return value[known], variance[known], {"length": data["length"][known]}


@cache
def source_of(name: str) -> str:
    """The paper that a data set is from, as reference/README.md has it."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    return {row[1].strip(" `").removesuffix(".csv"): row[3].strip() for row in rows}.get(name, name)
