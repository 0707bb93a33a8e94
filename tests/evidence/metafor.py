"""What metafor found (reference/make_metafor.R), and the data it found it in."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

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
