"""Published crossovers (data/README.md) as arrays, and what R found in them (classic.R)."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from trial.references import HERE, rows

from lowdose.trial.analyse.values import Estimates

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Crossover:
    """A trial as a batch of one: outcome, given, before (1, people, periods); drug_first,
    baseline (1, people), of the first period, NaN where there is none. labels: treatment 0 first.
    """

    labels: str
    outcome: Numbers
    given: Whole
    before: Whole
    drug_first: Numbers
    baseline: Numbers


# The treatment that the others are compared with, as in classic.R.
REFERENCE = {
    "patel1983": "A",
    "senn2002_pef": "S",
    "grizzle1965": "A",
    "cochran1957": "A",
    "ratkowsky1992": "A",
    "jones2014_pefr": "A",
    "jones2014_missing": "A",
    "cochran1941": "A",
    "bliss1967": "A",
    "davis1969": "A",
    "federer1964": "A",
    "hunter1970": "A",
    "jones2014_claudication": "P",
    "jones2014_respiratory": "A",
    "senn2002_fev1": "P",
    "jones2014_hypertension": "A",
}


def crossover_of(name: str) -> Crossover:
    """One of the published sets."""
    with (HERE / f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    periods = [key for key in people[0] if key.startswith("period")]
    outcome = np.array([[_number(row[key]) for key in periods] for row in people])
    baseline = [_number(row.get("baseline_1", "NA")) for row in people]
    used = "".join(row["sequence"] for row in people)
    labels = REFERENCE[name] + "".join(sorted(set(used) - set(REFERENCE[name])))
    given = np.array([[labels.index(one) for one in row["sequence"]] for row in people])
    before = np.column_stack([np.full(len(people), -1), given[:, :-1]])
    # In a two-period, two-treatment trial, R's first group began with treatment 1.
    first = (given[:, 0] == 1).astype(np.float64)
    return Crossover(
        labels,
        outcome[None],
        given[None],
        before[None],
        first[None],
        np.array(baseline)[None],
    )


def found_by_r(name: str, analysis: str) -> dict[str, tuple[float, float, float]]:
    """Estimate, standard error and degrees of freedom by term."""
    return {
        row["term"]: (float(row["estimate"]), float(row["se"]), float(row["df"]))
        for row in rows("classic")
        if (row["set"], row["analysis"]) == (name, analysis)
    }


def assert_as_r(
    found: Estimates, expected: tuple[float, float, float], *, to: float = 1e-8
) -> None:
    """Estimate, standard error and degrees of freedom; by other arithmetic, nothing more."""
    got = [found.estimate[0], found.se[0], found.df[0]]
    np.testing.assert_allclose(got, expected, rtol=to, atol=1e-10)


def sets_with(analysis: str) -> list[str]:
    """The sets that R analysed so."""
    return list(dict.fromkeys(row["set"] for row in rows("classic") if row["analysis"] == analysis))


def _number(cell: str) -> float:
    return float("nan") if cell == "NA" else float(cell)
