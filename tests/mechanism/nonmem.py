"""NONMEM's numbers for dosing records (data/nonmem_dosing/README.md), and ours for the same."""

from __future__ import annotations

import csv
from pathlib import Path

from lowdose.mechanism.linear import Dose, Event, Linear, Reset, Steady
from lowdose.mechanism.linear_path import amounts_at

__all__ = ["PRINTED", "SCENARIOS", "amounts_by_nonmem", "amounts_by_us"]

DATA = Path(__file__).parent / "data" / "nonmem_dosing"
CLEARANCE, VOLUME, ABSORPTION = 1.1, 20.0, 1.5
ORAL = Linear(("depot", "central"), ((-ABSORPTION, 0.0), (ABSORPTION, -CLEARANCE / VOLUME)))
CENTRAL = 1
# NONMEM prints five digits: half a unit of the last one is at most 5e-5 of the number.
PRINTED = 5.0001e-5


def _rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


_DOSES, _FOUND = _rows("scenarios.csv"), _rows("concentrations.csv")
# Scenario: the version of NONMEM that worked it out.
SCENARIOS = {
    number: "7.5.1" if int(number) < 100 else "7.4.3"
    for number in sorted({row["ID"] for row in _DOSES}, key=int)
}


def amounts_by_nonmem(number: str) -> list[float]:
    """A thousand times the concentration, as printed."""
    return [float(row["CP"]) for row in _FOUND if row["ID"] == number]


def amounts_by_us(number: str) -> list[float]:
    """The same records on the exact path."""
    events = [each for row in _DOSES if row["ID"] == number for each in _events(row)]
    times = [float(row["TIME"]) for row in _FOUND if row["ID"] == number]
    path = amounts_at(ORAL, events, times)
    return list(path[:, CENTRAL] * 1000 / VOLUME)


def _events(row: dict[str, str]) -> list[Event]:
    value = {name: float(cell) for name, cell in row.items()}
    compartment = int(value["CMT"]) - 1
    reset: list[Event] = [Reset(value["TIME"])] if value["EVID"] in {3, 4} else []
    if value["EVID"] == 3:
        return reset
    dose = Dose(
        value["TIME"],
        value["AMT"],
        compartment,
        rate_mg_h=value["RATE"],
        duration_h=value["DUR2"],
        additional=int(value["ADDL"]),
        interval_h=value["II"],
        steady=Steady(int(value["SS"])),
        lag_h=value["LAGT"] if compartment == CENTRAL else None,
        bioavailability=value["BIOAV"] if compartment == CENTRAL else None,
    )
    return [*reset, dose]
