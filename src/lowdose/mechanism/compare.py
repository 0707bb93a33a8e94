"""The three accounts of blockade side by side, for one person on the same doses.

In small steps of a quarter of an hour and plain numpy: enough for a picture or a sentence, at once
and without compiling anything. The fast path is `cascade`; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.mechanism.blockade import STRUCTURES, Structure
from lowdose.mechanism.exposure import NALTREXONE
from lowdose.mechanism.parameters import Person, typical
from lowdose.mechanism.rebound import tone_of
from lowdose.regimen.simulated_doses import MOST_SIMULATED_MG

__all__ = ["Traces", "after_stopping", "dose_response", "hours_until", "peaks_and_troughs", "trace"]

Numbers = NDArray[np.float64]
Doses = Sequence[float] | Sequence[Sequence[float]] | Numbers

STEP_H = 0.25
_PER_HOUR, _PER_DAY = 4, 96
# From a tenth of a milligram to the tablet, even ratios.
DOSES_MG: Numbers = np.geomspace(0.1, 50.0, 55)
_SETTLED_DAYS = 84  # ten half-lives of the slowest account and more
_DOSES_BEFORE = 28
_WATCHED_DAYS = 14


@dataclass(frozen=True, eq=False)
class Traces:
    """Blockade and tone every quarter of an hour, (1 + 96 a day, regimens), from the first dose."""

    hours: Numbers
    blockade: Numbers
    tone: Numbers


def trace(
    doses_mg: Numbers,
    structure: str,
    person: Person | None = None,
    *,
    hours: Sequence[float] = (0.0,),
) -> Traces:
    """Follow one person, the typical one by default, under one account of blockade.

    doses_mg: (days, regimens), one dose at the beginning of each day; or (days, intakes, regimens),
    each at its hour of the day, in full quarters. Relative error about 1e-3.

    >>> week = trace(np.full((7, 1), 4.5), "biophase")
    >>> week.tone[0].item(), 0.6 < week.blockade.max().item() < 0.7
    (1.0, True)
    """
    who = person or typical()
    chosen = STRUCTURES[structure]
    given = np.asarray(doses_mg, dtype=np.float64)
    given = given[:, None] if given.ndim == 2 else given
    levels = _levels(given, [round(hour * _PER_HOUR) for hour in hours], chosen, who)
    if chosen.curve is None:
        blocked = _bound(levels["naltrexone"], chosen, who)
    else:
        blocked = np.asarray(chosen.curve(who, levels))
    release = 1 + who.release_rise * _filtered(blocked, 1 / who.release_time_h)
    receptors = 1 + who.receptor_rise * _filtered(blocked, 1 / who.receptor_time_h)
    return Traces(_hours(len(blocked)), blocked, np.asarray(tone_of(release, receptors, blocked)))


def peaks_and_troughs(
    doses_mg: Doses, person: Person | None = None, *, hours: Sequence[float] = (0.0,)
) -> dict[str, tuple[float, float]]:
    """Highest central blockade of the last day and the one at its end, by account.

    doses_mg: (days,), or (days, intakes) at these `hours` of the day.

    >>> found = peaks_and_troughs([4.5] * 28)
    >>> {name: (round(high, 2), round(low, 2)) for name, (high, low) in found.items()}["biophase"]
    (0.68, 0.59)
    """
    planned = _by_intake(doses_mg, hours)[..., None]
    last = {
        name: trace(planned, name, person, hours=hours).blockade[-_PER_DAY - 1 :]
        for name in STRUCTURES
    }
    return {name: (float(day.max()), float(day[-1].item())) for name, day in last.items()}


def dose_response(
    doses_mg: Sequence[float] | Numbers = DOSES_MG, person: Person | None = None
) -> dict[str, Numbers]:
    """The day's mean tone after twelve weeks on each of these nightly doses, by account.

    doses_mg: (doses,); gives (doses,) for each.

    >>> [round(tone.item(), 3) for tone in dose_response([0.0])["biophase"]]
    [1.0]
    """
    nightly = np.broadcast_to(_checked(doses_mg), (_SETTLED_DAYS, len(doses_mg)))
    return {name: _last_mean(trace(nightly, name, person).tone) for name in STRUCTURES}


def after_stopping(
    dose_mg: float | Sequence[float] = 4.5,
    *,
    hours: Sequence[float] = (0.0,),
    doses: int = _DOSES_BEFORE,
    person: Person | None = None,
) -> tuple[Numbers, dict[str, Numbers]]:
    """Central blockade after the last of so many days of doses: hours since it, and by account.

    dose_mg: the nightly dose, or one for each of the `hours` of a day.

    Raises InputError for a dose or a number of doses that makes no sense.

    >>> hours, blocked = after_stopping(4.5)
    >>> [round(hours_until(hours, blocked[name])) for name in ("plasma", "biophase")]
    [6, 95]
    """
    if not 1 <= doses <= 1000:
        raise InputError([Fault("doses", str(doses), "1 to 1000")])
    day = _by_intake(np.atleast_2d(np.asarray(dose_mg, dtype=np.float64)), hours)[0]
    planned = np.zeros((doses + _WATCHED_DAYS, len(day), 1))
    planned[:doses, :, 0] = day
    taken = np.flatnonzero(day)
    hour = hours[taken[-1]] if taken.size else 0.0
    last = (doses - 1) * _PER_DAY + round(hour * _PER_HOUR)
    traces = {
        name: trace(planned, name, person, hours=hours).blockade[last:, 0] for name in STRUCTURES
    }
    return _hours(len(traces["biophase"])), traces


def hours_until(hours: Numbers, blockade: Numbers, share: float = 0.25) -> float:
    """The time from which on blockade stays below this share; infinite where it does not get there.

    >>> hours_until(np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.5, 0.2]))
    2.0
    """
    above = np.flatnonzero(blockade >= share)
    if not above.size:
        return 0.0
    after = int(above[-1]) + 1
    return float(hours[after]) if after < hours.size else float("inf")


def _hours(count: int) -> Numbers:
    return np.arange(count, dtype=np.float64) * STEP_H


def _checked(doses_mg: Sequence[float] | Numbers) -> Numbers:
    doses = np.asarray(doses_mg, dtype=np.float64)
    if doses.ndim != 1 or not doses.size:
        raise InputError([Fault("doses", f"{doses.shape}", "one or more doses in a row")])
    for dose in doses.tolist():
        if not 0 <= dose <= MOST_SIMULATED_MG:
            raise InputError([Fault("a dose", f"{dose:g} mg", f"0 to {MOST_SIMULATED_MG:g} mg")])
    return doses


def _by_intake(doses_mg: Doses, hours: Sequence[float]) -> Numbers:
    """(days, intakes); one number a day is one intake."""
    doses = np.asarray(doses_mg, dtype=np.float64)
    by_intake = doses[:, None] if doses.ndim == 1 else doses
    if by_intake.ndim != 2 or by_intake.shape[1] != len(hours):
        wanted = f"{len(hours)} doses on each day, as there are {len(hours)} hours"
        raise InputError([Fault("doses", f"{doses.shape}", wanted)])
    _checked(by_intake.ravel())
    if wrong := [hour for hour in hours if not 0 <= hour < 24 or hour * _PER_HOUR % 1]:
        wanted = "full quarters of an hour, 0 to 23.75"
        raise InputError([Fault("hours", f"{wrong[0]:g}", wanted)])
    return by_intake


def _levels(
    doses_mg: Numbers, slots: Sequence[int], structure: Structure, person: Person
) -> Mapping[str, Numbers]:
    """What the account reads, on the grid; slots: the step of the day before each intake."""
    from scipy.linalg import expm

    size = len(NALTREXONE.states)
    rates = np.zeros((size, size))
    for place, rate in NALTREXONE.rates(person).items():
        rates[place] = rate
    through = expm(rates * STEP_H)
    amounts = np.zeros((size, doses_mg.shape[-1]))
    path = [amounts]
    for day in doses_mg:
        for step in range(_PER_DAY):
            amounts = amounts.copy()
            for slot, dose in zip(slots, day, strict=True):
                if slot == step:
                    amounts[0] += dose
            amounts = through @ amounts
            path.append(amounts)
    whole = np.stack(path)
    return {
        name: whole[:, NALTREXONE.states.index(level.state)] * level.scale(person)
        for name, level in NALTREXONE.levels.items()
        if name in structure.reads
    }


def _bound(naltrexone: Numbers, structure: Structure, person: Person) -> Numbers:
    """Slow binding: exact over a step for the mean of the levels at its ends."""
    assert structure.binds is not None and structure.lets_go is not None
    between = (naltrexone[1:] + naltrexone[:-1]) / 2
    gain = np.asarray(structure.binds(person, {"naltrexone": between}))
    total = gain + structure.lets_go(person)
    kept, aim = np.exp(-total * STEP_H), gain / total
    bound = [np.zeros(naltrexone.shape[1])]
    for keep, towards in zip(kept, aim, strict=True):
        bound.append(towards + (bound[-1] - towards) * keep)
    return np.stack(bound)


def _filtered(values: Numbers, rate_per_h: float) -> Numbers:
    """dy/dt = rate (x - y) from 0, exact for the mean of x at a step's ends."""
    between = (values[1:] + values[:-1]) / 2
    keep = float(np.exp(-rate_per_h * STEP_H))
    found = [np.zeros(values.shape[1])]
    for value in between:
        found.append(value + (found[-1] - value) * keep)
    return np.stack(found)


def _last_mean(values: Numbers) -> Numbers:
    day = values[-_PER_DAY - 1 :]
    mean: Numbers = (day[1:] + day[:-1]).mean(axis=0) / 2
    return mean
