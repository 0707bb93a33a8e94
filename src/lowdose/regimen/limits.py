"""How much and how long a regimen may be, and the faults of amounts and lengths beyond that."""

from __future__ import annotations

from lowdose.errors import Fault
from lowdose.regimen.amounts import mg_text, micrograms

__all__ = ["HIGHEST_MG", "LOWEST_MG", "MOST_DAYS", "days_fault", "dose_fault"]

# LDN Research Trust Dosing Guide for Prescribers 2021 (PR07): "low" ends at 4.5 to 10 mg a day.
HIGHEST_MG = 10.0
# The finest amount that is counted exactly here; "ultra-low" doses are micrograms (PR07).
LOWEST_MG = 0.001
# Three years: assumption about use; a longer plan should be looked at again before it goes on.
MOST_DAYS = 1096

_FACTOR_OF_SLIP = 10


def dose_fault(place: str, dose_mg: float, *, lowest_mg: float = LOWEST_MG) -> Fault | None:
    """What is wrong with a day's dose, or None.

    >>> print(dose_fault("target_mg", 45.0))
    target_mg: 45 mg, expected at most 10 mg a day: above that is not low-dose (PR07); did you \
mean 4.5 mg?
    >>> dose_fault("target_mg", 4.5) is None
    True
    """
    shown = f"{dose_mg:g} mg"
    if not lowest_mg <= dose_mg < float("inf"):
        return Fault(place, shown, f"a number of mg from {lowest_mg:g} to {HIGHEST_MG:g}")
    if dose_mg > HIGHEST_MG:
        expected = f"at most {HIGHEST_MG:g} mg a day: above that is not low-dose (PR07)"
        return Fault(place, shown, expected, _slip(dose_mg))
    if micrograms(dose_mg) is None:
        return Fault(place, f"{dose_mg} mg", "a whole number of micrograms (0.001 mg)")
    return None


def days_fault(place: str, days: int, *, fewest: int = 1) -> Fault | None:
    """What is wrong with a number of days, or None.

    >>> print(days_fault("every_days", 0))
    every_days: 0, expected a whole number of days from 1 to 1096
    """
    if fewest <= days <= MOST_DAYS:
        return None
    expected = f"a whole number of days from {fewest} to {MOST_DAYS}"
    remedy = "three years is the most; plan again after that" if days > MOST_DAYS else ""
    return Fault(place, str(days), expected, remedy)


def _slip(dose_mg: float) -> str:
    """A decimal point left out is the commonest slip: "45" for 4.5."""
    meant_ug = micrograms(dose_mg / _FACTOR_OF_SLIP)
    if meant_ug is None or meant_ug / 1000 > HIGHEST_MG:
        return ""
    return f"did you mean {mg_text(meant_ug)}?"
