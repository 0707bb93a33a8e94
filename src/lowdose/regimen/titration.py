"""A titration: the few numbers a prescriber chooses. Nouns only.

    start_mg -> + step_mg every `every_days` days -> target_mg, held to the end

`titration_check` says what is wrong with one, `climb` makes the regimen.
"""

from __future__ import annotations

from dataclasses import dataclass

from lowdose.regimen.doses import Moment

__all__ = ["CHOSEN", "Hold", "Share", "StepBack", "Titration"]

CHOSEN = "Chosen by the prescriber."


@dataclass(frozen=True)
class Hold:
    """Stay longer at a dose: so many days more than the usual step."""

    at_mg: float
    days: int


@dataclass(frozen=True)
class StepBack:
    """From a dose once reached go back to a lower one for so many days, then climb again."""

    at_mg: float
    to_mg: float
    days: int


@dataclass(frozen=True)
class Share:
    """The part (0 to 1) of the day's dose that is taken at one moment."""

    moment: Moment
    part: float


@dataclass(frozen=True)
class Titration:
    """A climb in equal steps; the last one lands exactly on the target.

    Attributes:
        start_mg: dose on the first day, mg a day.
        step_mg: how much more at each step, mg a day.
        every_days: days between two steps.
        target_mg: dose at which the climb ends, mg a day.
        time: when in the day, where the dose is not split.
        days: length of the whole regimen; None means `target_days` at the target.
        target_days: days at the target after the climb; used where `days` is None.
        holds: doses at which to stay longer.
        step_backs: doses from which to go back for a while.
        split: shares of the day's dose over moments; empty means all of it at `time`.
        name: what it is called; empty means its numbers in words.
        source: where the numbers come from.
    """

    start_mg: float
    step_mg: float
    every_days: int
    target_mg: float
    time: Moment = Moment.BEDTIME
    days: int | None = None
    target_days: int = 56
    holds: tuple[Hold, ...] = ()
    step_backs: tuple[StepBack, ...] = ()
    split: tuple[Share, ...] = ()
    name: str = ""
    source: str = CHOSEN
