"""How long a preparation may be kept: the limit, where it must stand, and who says so.

Two kinds of source meet here and the shorter one rules: the general limits of USP <795> (2023)
for nonsterile preparations, and studies of naltrexone itself. A pharmacist may shorten any date;
only a study can lengthen one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lowdose.errors import Fault, InputError

__all__ = ["BeyondUse", "Storage", "Vehicle", "capsule_beyond_use", "liquid_beyond_use"]


class Storage(StrEnum):
    """Where a liquid stands."""

    REFRIGERATOR = "refrigerator"
    ROOM = "room"


class Vehicle(StrEnum):
    """What the tablets are suspended in."""

    PRESERVED = "preserved"
    WATER = "water"


@dataclass(frozen=True)
class BeyondUse:
    """How many days a preparation may be used, counted from the day it is made."""

    days: int
    storage: str
    source: str
    note: str


_USP = "USP <795> (2023), maximum beyond-use dates by type of preparation"
_FAWCETT = "Fawcett 1997, doi:10.1177/106002809703101102 (PR02)"
_COTE = "Cote 2018, Int J Pharm Compd 22(3):252-256 (PR04)"

_CAPSULE_DAYS = 180
_PRESERVED_DAYS = 35
_UNPRESERVED_DAYS = 14
_STUDIED_MG_PER_ML = 1.0
_STUDIED_DAYS = {Storage.REFRIGERATOR: 60, Storage.ROOM: 30}
_PLACE = {
    Storage.REFRIGERATOR: "in the refrigerator, about 4 °C, away from light",
    Storage.ROOM: "at room temperature, not above 25 °C, away from light",
}


def capsule_beyond_use(filler: str, days: int | None = None) -> BeyondUse:
    """The limit for capsules: 180 days, or fewer where `days` says so.

    Raises InputError where `days` is not from 1 to 180.

    >>> capsule_beyond_use("microcrystalline cellulose").days
    180
    """
    _check_days(days, _CAPSULE_DAYS, "capsules keep at most 180 days (USP <795>)")
    if "cellulose" in filler and "hypromellose" not in filler:
        note = (
            "Capsules filled with microcrystalline cellulose held 90 to 110 % of their content "
            "for 360 days at room temperature in the dark; the general limit of 180 days rules."
        )
        source = f"{_USP}; {_COTE}"
    else:
        note = "No stability study of naltrexone with this filler was found: the general limit."
        source = _USP
    return BeyondUse(days or _CAPSULE_DAYS, "at room temperature, dry and dark", source, note)


def liquid_beyond_use(
    mg_per_ml: float, vehicle: Vehicle, storage: Storage, days: int | None = None
) -> BeyondUse:
    """The limit for a liquid.

    1 mg/mL in the preserved vehicle: 35 days in the refrigerator, 30 days at room temperature.
    A pharmacist who accepts the stability study may go up to its 60 days in the refrigerator.
    Plain water, or another strength: 14 days in the refrigerator.

    Raises InputError where `days` exceeds what a source supports, or where a liquid without a
    source for room temperature is to stand there.

    >>> liquid_beyond_use(1.0, Vehicle.PRESERVED, Storage.REFRIGERATOR).days
    35
    >>> liquid_beyond_use(1.0, Vehicle.WATER, Storage.REFRIGERATOR).days
    14
    """
    if vehicle is Vehicle.PRESERVED and mg_per_ml == _STUDIED_MG_PER_ML:
        return _studied(storage, days)
    return _unstudied(storage, days)


def _studied(storage: Storage, days: int | None) -> BeyondUse:
    longest = _STUDIED_DAYS[storage]
    _check_days(days, longest, f"at most {longest} days there (Fawcett 1997)")
    chosen = days or min(longest, _PRESERVED_DAYS)
    note = "The study recommends 60 days at 4 °C and 30 days at 25 °C, in the dark."
    if chosen > _PRESERVED_DAYS:
        note += (
            f" {chosen} days is longer than the general limit of 35 days for a preserved watery "
            "preparation: it rests on the study, which the pharmacist must judge sufficient."
        )
    elif storage is Storage.REFRIGERATOR:
        note += " The general limit for a preserved watery preparation, 35 days, rules."
    return BeyondUse(chosen, _PLACE[storage], f"{_FAWCETT}; {_USP}", note)


def _unstudied(storage: Storage, days: int | None) -> BeyondUse:
    if storage is Storage.ROOM:
        raise InputError(
            [
                Fault(
                    "storage",
                    "room",
                    "refrigerator for this liquid",
                    "only 1 mg/mL in the preserved vehicle was studied at room temperature",
                )
            ]
        )
    _check_days(days, _UNPRESERVED_DAYS, "at most 14 days for a liquid without its own study")
    note = (
        "No stability study of this liquid was found. 14 days in the refrigerator is the general "
        "limit for a watery preparation without preservative; chosen as the careful reading."
    )
    return BeyondUse(days or _UNPRESERVED_DAYS, _PLACE[storage], _USP, note)


def _check_days(days: int | None, longest: int, expected: str) -> None:
    if days is not None and not 1 <= days <= longest:
        raise InputError([Fault("beyond-use days", str(days), expected)])
