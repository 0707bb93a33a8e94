"""Stored tables: data sets of the literature and what R said of them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent


def data(name: str) -> dict[str, NDArray[np.float64]]:
    """The columns of a data set."""
    return {key: np.array(values, dtype=float) for key, values in _columns(f"data/{name}").items()}


def rows(name: str) -> list[dict[str, str]]:
    """What R wrote."""
    with (HERE / f"reference/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def antidepressant() -> tuple[NDArray[np.float64], ...]:
    """Baseline, change at each visit, drug, investigator of the public antidepressant trial."""
    d = data("hamd17")
    people, place = np.unique(d["patient"], return_inverse=True)
    weeks, visit = np.unique(d["week"], return_inverse=True)
    change = np.full((people.size, weeks.size), np.nan)
    change[place, visit] = d["change"]
    baseline, drug, site = (np.zeros(people.size) for _ in range(3))
    baseline[place], drug[place], site[place] = d["baseline"], d["arm"] == 2, d["investigator"]
    return baseline, change, drug, site


def _columns(name: str) -> dict[str, list[str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    return {key: [row[key] for row in table] for key in table[0]}


@cache
def source_of(name: str) -> str:
    """Where a data set is from, as data/README.md has it."""
    text = (HERE / "data" / "README.md").read_text(encoding="utf-8")
    table = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    return {row[1].strip(" `").removesuffix(".csv"): row[3].strip() for row in table}[name]
