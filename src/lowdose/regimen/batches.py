"""What is made at one time: capsules counted, tablets and the rest of the formula measured out.

Sums are over the days of the regimen that a batch serves, in whole micrograms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from lowdose.regimen.amounts import micrograms
from lowdose.regimen.beyond_use import Vehicle
from lowdose.regimen.doses import Regimen
from lowdose.regimen.portions import CapsuleCount, Portion
from lowdose.regimen.windows import Window

__all__ = [
    "TABLET_MG",
    "Batch",
    "Ingredient",
    "capsule_batch",
    "capsules_used",
    "liquid_batch",
    "naltrexone_used_ug",
]

TABLET_MG = 50
_TABLET_UG = TABLET_MG * 1000


@dataclass(frozen=True)
class Ingredient:
    """Something weighed or measured for a batch."""

    name: str
    amount: float
    unit: str


@dataclass(frozen=True)
class Batch:
    """What is made at one time: for which days, with which dates, from what.

    `tablets` are whole 50 mg tablets; for capsules they count only where tablets are the source.
    """

    window: Window
    capsules: tuple[CapsuleCount, ...]
    volume_ml: float
    naltrexone_mg: float
    tablets: int
    ingredients: tuple[Ingredient, ...]


def capsule_batch(
    span: Window, regimen: Regimen, portions: Sequence[Portion], spare_percent: float
) -> Batch:
    """The capsules of one window, each strength with its spare rounded up to whole capsules."""
    spare = Fraction(str(spare_percent)) / 100
    capsules = tuple(
        CapsuleCount(strength, count + ceil(count * spare))
        for strength, count in capsules_used(regimen, portions, span)
    )
    naltrexone_ug = sum(round(made.strength_mg * 1000) * made.count for made in capsules)
    return Batch(
        window=span,
        capsules=capsules,
        volume_ml=0.0,
        naltrexone_mg=naltrexone_ug / 1000,
        tablets=ceil(Fraction(naltrexone_ug, _TABLET_UG)),
        ingredients=(),
    )


def liquid_batch(span: Window, naltrexone_ug: Fraction, ug_per_ml: int, vehicle: Vehicle) -> Batch:
    """Liquid holding at least `naltrexone_ug`: whole tablets, so that the strength is exact.

    >>> span = Window(1, 1, 30, None, None)
    >>> batch = liquid_batch(span, Fraction(60_000), 1000, Vehicle.WATER)
    >>> batch.tablets, batch.volume_ml
    (2, 100.0)
    """
    tablets = ceil(naltrexone_ug / _TABLET_UG)
    volume_ml = float(Fraction(tablets * _TABLET_UG, ug_per_ml))
    return Batch(
        window=span,
        capsules=(),
        volume_ml=volume_ml,
        naltrexone_mg=float(tablets * TABLET_MG),
        tablets=tablets,
        ingredients=_ingredients(tablets, volume_ml, vehicle),
    )


def capsules_used(
    regimen: Regimen, portions: Sequence[Portion], span: Window
) -> list[tuple[float, int]]:
    """Capsules used in the window, by strength, smallest first."""
    counts: dict[float, int] = {}
    days = _days_in(regimen, span)
    for portion in portions:
        for taken in portion.capsules:
            used = taken.count * days[portion.step - 1]
            counts[taken.strength_mg] = counts.get(taken.strength_mg, 0) + used
    return sorted((strength, count) for strength, count in counts.items() if count)


def naltrexone_used_ug(regimen: Regimen, span: Window) -> int:
    """Naltrexone hydrochloride taken in the window, in micrograms."""
    days = _days_in(regimen, span)
    daily_ug = [sum(micrograms(i.dose_mg) or 0 for i in step.intakes) for step in regimen.steps]
    return sum(used * ug for used, ug in zip(days, daily_ug, strict=True))


def _days_in(regimen: Regimen, span: Window) -> list[int]:
    """How many days of each step fall into the window."""
    days: list[int] = []
    before = 0
    for step in regimen.steps:
        first, last = max(before + 1, span.first_day), min(before + step.days, span.last_day)
        days.append(max(0, last - first + 1))
        before += step.days
    return days


def _ingredients(tablets: int, volume_ml: float, vehicle: Vehicle) -> tuple[Ingredient, ...]:
    """The formula per 100 mL, scaled.

    New Zealand medicines information, naltrexone oral liquid formula, 2023 (PR03), after
    Fawcett 1997: ascorbic acid 500 mg, preservative 0.1 %, glycerol 20 mL, water to 100 mL.
    """
    whole = Ingredient(f"naltrexone hydrochloride {TABLET_MG} mg tablets", tablets, "tablets")
    water = Ingredient("purified water, to make up to", volume_ml, "mL")
    if vehicle is Vehicle.WATER:
        return whole, water
    return (
        whole,
        Ingredient("ascorbic acid", volume_ml * 5, "mg"),
        Ingredient("preservative (0.1 %)", volume_ml, "mg"),
        Ingredient("glycerol", volume_ml / 5, "mL"),
        water,
    )
