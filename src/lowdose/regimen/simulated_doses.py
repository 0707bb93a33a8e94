"""Doses written out for a simulation, which may go beyond what can be planned.

The tablet of 50 mg and higher doses belong beside the low ones when they are compared. Nothing here
leads to a plan: `lowdose.regimen.plan` keeps to its own limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lowdose.errors import Fault, InputError
from lowdose.regimen.doses import Intake, Moment, Regimen, Step
from lowdose.regimen.limits import HIGHEST_MG, LOWEST_MG
from lowdose.regimen.request_values import number, whole

__all__ = ["MOST_SIMULATED_DAYS", "MOST_SIMULATED_MG", "beyond_low", "regimen_of_doses"]

# Beyond any dose that people have been given for years (assumption); ten years.
MOST_SIMULATED_MG, MOST_SIMULATED_DAYS = 1000.0, 3660

_EXAMPLE = "MG:DAYS,MG:DAYS, like 50:28,0:14 (50 mg a day for 28 days, then 14 days without)"


def regimen_of_doses(written: Iterable[str]) -> Regimen:
    """The regimen of one dose a day, at bedtime, that texts like "50:28,0:14" say.

    Several texts follow one another. Raises `InputError` with every fault.

    >>> regimen = regimen_of_doses(["50:28,0:14"])
    >>> regimen.name, regimen.days
    ('50 mg a day for 28 days, then nothing for 14 days', 42)
    """
    faults: list[Fault] = []
    parts = [part.strip() for text in written for part in text.split(",")]
    pieces = [_piece(place, part, faults) for place, part in enumerate(parts, start=1)]
    if not faults:
        faults += _whole_faults(pieces)
    if faults:
        raise InputError(faults)
    steps = tuple(Step(days, (Intake(Moment.BEDTIME, dose),)) for dose, days in pieces)
    return Regimen(", then ".join(map(_said, steps)), steps, "chosen here, to be simulated")


def beyond_low(doses_mg: Sequence[float]) -> bool:
    """Whether any of these daily doses is more than low.

    >>> beyond_low([4.5, 0.0]), beyond_low([50.0])
    (False, True)
    """
    return max(doses_mg, default=0.0) > HIGHEST_MG


def _piece(place: int, part: str, faults: list[Fault]) -> tuple[float, int]:
    where = f"doses, part {place}"
    dose_text, mark, days_text = part.partition(":")
    if not mark:
        faults.append(Fault(where, repr(part), _EXAMPLE))
        return 0.0, 0
    return _dose(where, dose_text, faults), _days(where, days_text, faults)


def _dose(where: str, text: str, faults: list[Fault]) -> float:
    wanted = f"0, or {LOWEST_MG:g} to {MOST_SIMULATED_MG:g} mg a day"
    try:
        dose = number(text) + 0.0  # no negative zero
    except ValueError:
        faults.append(Fault(where, repr(text), wanted))
        return 0.0
    if dose and not LOWEST_MG <= dose <= MOST_SIMULATED_MG:
        faults.append(Fault(where, f"{dose:g} mg", wanted))
    return dose


def _days(where: str, text: str, faults: list[Fault]) -> int:
    wanted = f"a whole number of days, 1 to {MOST_SIMULATED_DAYS}"
    try:
        days = whole(text)
    except ValueError:
        faults.append(Fault(where, repr(text), wanted))
        return 0
    if not 1 <= days <= MOST_SIMULATED_DAYS:
        faults.append(Fault(where, f"{days:g} days", wanted))
    return days


def _whole_faults(pieces: Sequence[tuple[float, int]]) -> Iterator[Fault]:
    """What is wrong with pieces that are right one by one."""
    total = sum(days for _, days in pieces)
    if total > MOST_SIMULATED_DAYS:
        yield Fault("doses", f"{total} days", f"at most {MOST_SIMULATED_DAYS} days in all")
    if not any(dose for dose, _ in pieces):
        yield Fault("doses", "no dose at all", "at least one dose of more than 0 mg")


def _said(step: Step) -> str:
    what = f"{step.dose_mg:g} mg a day" if step.dose_mg else "nothing"
    return f"{what} for {step.days} day{'' if step.days == 1 else 's'}"
