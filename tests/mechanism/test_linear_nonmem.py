"""Dosing records mean what NONMEM means by them: its own numbers, five digits as printed.

Where the numbers come from: data/nonmem_dosing/README.md.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lowdose.mechanism.linear import Dose, Event, Linear, Reset, Steady
from lowdose.mechanism.linear_path import amounts_at

DATA = Path(__file__).parent / "data" / "nonmem_dosing"
CLEARANCE, VOLUME, ABSORPTION = 1.1, 20.0, 1.5
ORAL = Linear(("depot", "central"), ((-ABSORPTION, 0.0), (ABSORPTION, -CLEARANCE / VOLUME)))
CENTRAL = 1
# NONMEM prints five digits: half a unit of the last one is at most 5e-5 of the number.
PRINTED = 5.0001e-5


def rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


SCENARIOS = rows("scenarios.csv")
CONCENTRATIONS = rows("concentrations.csv")


def events_of(row: dict[str, str]) -> list[Event]:
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


@pytest.mark.parametrize("number", sorted({row["ID"] for row in SCENARIOS}, key=int))
def test_amounts_are_those_of_nonmem(number: str) -> None:
    events = [each for row in SCENARIOS if row["ID"] == number for each in events_of(row)]
    wanted = [row for row in CONCENTRATIONS if row["ID"] == number]

    path = amounts_at(ORAL, events, [float(row["TIME"]) for row in wanted])

    expected = [float(row["CP"]) for row in wanted]
    assert list(path[:, CENTRAL] * 1000 / VOLUME) == pytest.approx(expected, rel=PRINTED, abs=1e-9)


def test_all_29_scenarios_are_there() -> None:
    assert {row["ID"] for row in CONCENTRATIONS} >= {str(number) for number in range(1, 30)}
