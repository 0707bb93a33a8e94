"""The nouns of exact dosing: a linear compartment model, and what can happen to it.

    dA/dt = M A + r(t)        A: amounts in mg, M: rates per hour, r: infusions in mg/h

Entry M[i][j] is what flows from compartment j into i; the diagonal is what leaves. What an event
means follows NONMEM (Guide VI, chapter V), so that data sets made for NONMEM, mrgsolve or rxode2
keep their meaning here; `linear_path` does the arithmetic. Compartments count from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import inf, isfinite

import numpy as np

from lowdose.errors import Fault

__all__ = [
    "MOST_ADDITIONAL",
    "Dose",
    "Event",
    "Linear",
    "Look",
    "Replace",
    "Reset",
    "Steady",
    "event_faults",
    "model_faults",
]

# Limits that keep a slip of the pen from running for hours; far beyond any use (assumption).
MOST_ADDITIONAL = 100_000
_MOST_OVERLAPPING = 1_000
# Slower than this an amount does not leave: about 80 million years of half-life.
_SLOWEST_PER_H = 1e-12


class Steady(IntEnum):
    """Whether a dose stands for a row of equal doses without beginning (NONMEM's SS)."""

    NO = 0
    REPLACE = 1
    ADD = 2


@dataclass(frozen=True)
class Linear:
    """A linear compartment model.

    `lag_h` and `bioavailability` have one number a compartment; empty means 0 and 1 everywhere.

    >>> oral = Linear(("depot", "central"), ((-1.5, 0.0), (1.5, -0.055)))
    >>> oral.lag_of(0), oral.share_of(1)
    (0.0, 1.0)
    """

    names: tuple[str, ...]
    matrix_per_h: tuple[tuple[float, ...], ...]
    lag_h: tuple[float, ...] = ()
    bioavailability: tuple[float, ...] = ()

    def lag_of(self, compartment: int) -> float:
        """Hours between a dose into this compartment and its arrival."""
        return self.lag_h[compartment] if self.lag_h else 0.0

    def share_of(self, compartment: int) -> float:
        """The share of a dose into this compartment that arrives."""
        return self.bioavailability[compartment] if self.bioavailability else 1.0


@dataclass(frozen=True)
class Dose:
    """An amount into a compartment, once or repeated.

    At once, unless `rate_mg_h` or `duration_h` says otherwise. With a rate, bioavailability
    shortens the infusion; with a duration, it lowers the rate. `additional` doses follow, each
    `interval_h` after the last. `steady` puts the same doses, every `interval_h` since ever, before
    this one; amount 0 with a rate is an infusion since ever that ends here. `lag_h` and
    `bioavailability` stand in for the model's own.
    """

    time_h: float
    amount_mg: float
    compartment: int = 0
    rate_mg_h: float = 0.0
    duration_h: float = 0.0
    additional: int = 0
    interval_h: float = 0.0
    steady: Steady = Steady.NO
    lag_h: float | None = None
    bioavailability: float | None = None

    @property
    def is_constant(self) -> bool:
        """Whether this is an infusion that has run since ever and ends at this time."""
        return self.steady != Steady.NO and self.amount_mg == 0 and self.rate_mg_h > 0


@dataclass(frozen=True)
class Reset:
    """All amounts become 0; running infusions end and doses on their way are dropped."""

    time_h: float


@dataclass(frozen=True)
class Replace:
    """One amount is set to a value; everything else goes on."""

    time_h: float
    amount_mg: float
    compartment: int = 0


@dataclass(frozen=True)
class Look:
    """Nothing happens; the amounts are wanted here."""

    time_h: float


Event = Dose | Reset | Replace | Look


def model_faults(model: Linear) -> list[Fault]:
    """Everything that is wrong with a model.

    >>> [str(fault) for fault in model_faults(Linear(("one",), ((-0.1, 0.2),)))]
    ['matrix: rows of 2, expected 1 rows of 1 numbers, one for each name']
    """
    size = len(model.names)
    faults: list[Fault] = []
    lengths = sorted({len(row) for row in model.matrix_per_h})
    if not size or len(model.matrix_per_h) != size or lengths != [size]:
        shown = "rows of " + " and ".join(map(str, lengths)) if lengths else "no rows"
        wanted = f"{size} rows of {size} numbers, one for each name"
        faults.append(Fault("matrix", shown, wanted if size else "at least one compartment"))
    elif not all(isfinite(rate) for row in model.matrix_per_h for rate in row):
        faults.append(Fault("matrix", "a rate that is no number", "finite numbers per hour"))
    for name, values in (("lag_h", model.lag_h), ("bioavailability", model.bioavailability)):
        if values and (len(values) != size or not all(0 <= value < inf for value in values)):
            wanted = f"{size} numbers of 0 or more, one for each compartment"
            faults.append(Fault(name, str(values), wanted))
    return faults


def event_faults(model: Linear, events: Sequence[Event]) -> list[Fault]:
    """Everything that is wrong with a list of events, which must be in order of time.

    >>> oral = Linear(("depot", "central"), ((-1.5, 0.0), (1.5, -0.055)))
    >>> [str(fault) for fault in event_faults(oral, [Look(4.0), Dose(0.0, -5.0)])]
    ['event 2: 0 h after 4 h, expected events in order of time', \
'event 2: -5 mg, expected an amount of 0 or more']
    """
    faults: list[Fault] = []
    latest = -inf
    settles = _settles(model)
    for number, event in enumerate(events, start=1):
        place = f"event {number}"
        if not isfinite(event.time_h):
            faults.append(Fault(place, f"time {event.time_h}", "a finite number of hours"))
        elif event.time_h < latest:
            shown = f"{event.time_h:g} h after {latest:g} h"
            faults.append(Fault(place, shown, "events in order of time"))
        else:
            latest = event.time_h
        if isinstance(event, Dose | Replace):
            faults += _amount_faults(place, event, len(model.names))
        if isinstance(event, Dose):
            faults += _dose_faults(place, event)
            faults += _steady_faults(place, event, settles) if event.steady else []
    return faults


def _settles(model: Linear) -> bool:
    if model_faults(model):
        return True  # the model's own faults say enough
    rates = np.linalg.eigvals(np.array(model.matrix_per_h, dtype=float))
    return bool(np.max(rates.real) < -_SLOWEST_PER_H)


def _amount_faults(place: str, event: Dose | Replace, size: int) -> Iterator[Fault]:
    if not 0 <= event.amount_mg < inf:
        yield Fault(place, f"{event.amount_mg:g} mg", "an amount of 0 or more")
    if not 0 <= event.compartment < size:
        yield Fault(place, f"compartment {event.compartment}", f"one of 0 to {size - 1}")


def _dose_faults(place: str, dose: Dose) -> Iterator[Fault]:
    numbers = {
        "rate_mg_h": dose.rate_mg_h,
        "duration_h": dose.duration_h,
        "interval_h": dose.interval_h,
        "lag_h": dose.lag_h or 0.0,
        "bioavailability": 1.0 if dose.bioavailability is None else dose.bioavailability,
    }
    for name, value in numbers.items():
        if not 0 <= value < inf:
            yield Fault(place, f"{name} {value:g}", "a finite number of 0 or more")
    if dose.rate_mg_h and dose.duration_h:
        yield Fault(place, "a rate and a duration", "one of the two")
    if not 0 <= dose.additional <= MOST_ADDITIONAL:
        yield Fault(place, f"{dose.additional} additional doses", f"0 to {MOST_ADDITIONAL}")
    elif dose.additional and not dose.interval_h:
        yield Fault(place, f"{dose.additional} additional doses without interval", "interval_h")


def _steady_faults(place: str, dose: Dose, settles: bool) -> Iterator[Fault]:
    if not settles:
        wanted = "a model from which every amount leaves in the end"
        yield Fault(place, "a steady state", wanted)
    if dose.is_constant:
        if dose.additional or dose.interval_h:
            wanted = "neither interval nor additional doses, as it has run since ever"
            yield Fault(place, "a constant infusion with an interval", wanted)
    elif not dose.interval_h:
        yield Fault(place, "a steady state without interval", "interval_h")
    elif _length_h(dose) > _MOST_OVERLAPPING * dose.interval_h:
        wanted = f"an infusion of at most {_MOST_OVERLAPPING} intervals"
        yield Fault(place, f"an infusion of {_length_h(dose):g} h", wanted)


def _length_h(dose: Dose) -> float:
    share = 1.0 if dose.bioavailability is None else dose.bioavailability
    return share * dose.amount_mg / dose.rate_mg_h if dose.rate_mg_h > 0 else dose.duration_h
