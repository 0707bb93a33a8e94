"""What the pharmacy has, capsules or a liquid, and making a regimen from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lowdose.regimen.beyond_use import Storage, Vehicle
from lowdose.regimen.doses import Regimen
from lowdose.regimen.preparation import Preparation, prepare_capsules, prepare_liquid

__all__ = ["CapsuleStock", "LiquidStock", "Stock", "prepare"]


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
