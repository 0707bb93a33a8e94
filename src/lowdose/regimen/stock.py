"""What the pharmacy has, capsules or a liquid, and making a regimen from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.regimen.beyond_use import Storage, Vehicle
from lowdose.regimen.doses import Regimen
from lowdose.regimen.preparation import Preparation, prepare_capsules, prepare_liquid

__all__ = [
    "CAPSULE_KEYS",
    "LIQUID_KEYS",
    "CapsuleStock",
    "LiquidStock",
    "Stock",
    "prepare",
    "stock_of",
]

# Keys of a plan: the first of each makes the choice between capsules and a liquid.
CAPSULE_KEYS = ("strengths_mg", "filler", "spare_percent")
LIQUID_KEYS = ("liquid_mg_per_ml", "syringe_ml", "vehicle", "storage")
_BOTH_KEYS = ("beyond_use_days", "made_on")


@dataclass(frozen=True)
class CapsuleStock:
    """Capsules of these strengths (mg of naltrexone hydrochloride)."""

    strengths_mg: tuple[float, ...]
    filler: str = "microcrystalline cellulose"
    spare_percent: float = 0.0
    beyond_use_days: int | None = None
    made_on: date | None = None


@dataclass(frozen=True)
class LiquidStock:
    """A liquid of this strength, measured with an oral syringe."""

    mg_per_ml: float = 1.0
    syringe_ml: float | None = None
    vehicle: Vehicle = Vehicle.PRESERVED
    storage: Storage = Storage.REFRIGERATOR
    beyond_use_days: int | None = None
    made_on: date | None = None


Stock = CapsuleStock | LiquidStock


def stock_of(values: Mapping[str, Any]) -> Stock | None:
    """The stock that the keys of a plan describe, already read; None where they name none.

    Raises `InputError` where both are named, or a detail of what is not named.

    >>> stock_of({"liquid_mg_per_ml": 1.0, "syringe_ml": 5.0}).syringe_ml
    5.0
    """
    named = [keys for keys in (CAPSULE_KEYS, LIQUID_KEYS) if keys[0] in values]
    if len(named) > 1:
        expected = "either capsules or a liquid"
        raise InputError([Fault("liquid_mg_per_ml", "given beside strengths_mg", expected)])
    allowed = (*named[0], *_BOTH_KEYS) if named else ()
    stray = [
        Fault(key, "given without what it belongs to", f"{needed} beside it")
        for keys, needed in (
            (CAPSULE_KEYS, "strengths_mg"),
            (LIQUID_KEYS, "liquid_mg_per_ml"),
            (_BOTH_KEYS, "strengths_mg or liquid_mg_per_ml"),
        )
        for key in keys
        if key in values and key not in allowed
    ]
    if stray:
        raise InputError(stray)
    details = {key: values[key] for key in allowed[1:] if key in values}
    if "strengths_mg" in values:
        return CapsuleStock(values["strengths_mg"], **details)
    return LiquidStock(values["liquid_mg_per_ml"], **details) if named else None


def prepare(stock: Stock, regimen: Regimen, start: date) -> Preparation:
    """Make a regimen that begins on `start` from what is in stock.

    Raises `InputError` with every dose that cannot be made, and the nearest that can.

    >>> from lowdose.regimen.climb import regimen_of
    >>> from lowdose.regimen.titration import Titration
    >>> climb = regimen_of(Titration(1.5, 1.5, 7, 4.5, days=21))
    >>> made = prepare(CapsuleStock((1.5, 4.5)), climb, date(2026, 1, 1))
    >>> [(supply.strength_mg, supply.amount) for supply in made.supplies]
    [(1.5, 21), (4.5, 7)]
    """
    if isinstance(stock, CapsuleStock):
        return prepare_capsules(
            regimen,
            stock.strengths_mg,
            filler=stock.filler,
            spare_percent=stock.spare_percent,
            beyond_use_days=stock.beyond_use_days,
            start=start,
            made_on=stock.made_on,
        )
    return prepare_liquid(
        regimen,
        mg_per_ml=stock.mg_per_ml,
        syringe_ml=stock.syringe_ml,
        vehicle=stock.vehicle,
        storage=stock.storage,
        beyond_use_days=stock.beyond_use_days,
        start=start,
        made_on=stock.made_on,
    )
