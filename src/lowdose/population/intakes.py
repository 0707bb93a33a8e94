"""The hours of a day at which doses may be taken, and the doses laid into them.

A day has one or more intakes; each may also be taken some hours late. All those times are the
slots of the day's mesh. What is late past the end of a day belongs to the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from lowdose.errors import Fault
from lowdose.mechanism.mesh import DAY_H, PER_HOUR

__all__ = ["Times", "hours_faults", "in_slots"]

MOST_INTAKES = 6  # assumption about use; a day of more panels takes long to compile


@dataclass(frozen=True)
class Times:
    """When doses are due, in hours from the day's beginning, and how late each may be taken."""

    hours: tuple[float, ...]
    late_h: tuple[float, ...] = (0.0,)

    @property
    def slots_h(self) -> tuple[float, ...]:
        """Every hour of the day at which something may be taken.

        >>> Times((0.0, 13.5), (0.0, 1.0)).slots_h
        (0.0, 1.0, 13.5, 14.5)
        """
        return tuple(sorted({(hour + late) % DAY_H for hour in self.hours for late in self.late_h}))


@partial(jax.jit, static_argnames="times")
def in_slots(times: Times, doses_mg: Any) -> Any:
    """Doses by intake and lateness, (days, intakes, late, people), as (days, slots, people)."""
    slots = times.slots_h
    days, _, _, people = doses_mg.shape
    laid = jnp.zeros((days, len(slots), people), doses_mg.dtype)
    for number, hour in enumerate(times.hours):
        for late, more in enumerate(times.late_h):
            over, at = divmod(hour + more, DAY_H)
            one = doses_mg[:, number, late]
            one = jnp.concatenate([jnp.zeros_like(one[:1]), one[:-1]]) if over else one
            laid = laid.at[:, slots.index(at)].add(one)
    return laid


def hours_faults(hours: Sequence[float], intakes: int) -> list[Fault]:
    """What is wrong with the hours of so many intakes a day.

    >>> [str(fault) for fault in hours_faults([0.0, 24.0], 2)]
    ['hours: 24, expected hours after the first intake, below 24']
    """
    if len(hours) != intakes:
        wanted = f"{len(hours)} doses on each day, as there are {len(hours)} hours"
        return [Fault("doses", f"{intakes} a day", wanted)]
    if not 1 <= intakes <= MOST_INTAKES:
        return [Fault("hours", f"{intakes} intakes a day", f"1 to {MOST_INTAKES}")]
    faults = []
    if hours[0] != 0:
        wanted = "0: a day begins at its first intake"
        faults.append(Fault("hours", f"{hours[0]:g} first", wanted))
    for hour in hours:
        if not 0 <= hour < DAY_H:
            wanted = f"hours after the first intake, below {DAY_H}"
            faults.append(Fault("hours", f"{hour:g}", wanted))
        elif hour * PER_HOUR % 1:
            faults.append(Fault("hours", f"{hour:g}", "full quarters of an hour"))
    if list(hours) != sorted(hours):
        shown = ", ".join(f"{hour:g}" for hour in hours)
        faults.append(Fault("hours", shown, "hours in their order"))
    return faults
