"""A regimen by the hours of its days, for those who follow it through the body.

A moment of the day stands for an hour of the clock; a simulated day begins at the regimen's
earliest moment, so that nothing is taken before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lowdose.regimen.doses import Moment, Regimen, Step

__all__ = ["CLOCK_H", "HourlySchedule", "schedule_by_hour"]

# The hours of the plan's calendar (assumption: usual hours of meals and of going to bed).
CLOCK_H: Mapping[Moment, float] = {
    Moment.MORNING: 8.0,
    Moment.MIDDAY: 12.5,
    Moment.EVENING: 18.0,
    Moment.BEDTIME: 21.5,
}


class HourlySchedule(NamedTuple):
    """Doses of each day by intake, mg, (days, intakes), and the hours of the intakes.

    hours: from the day's beginning, which is the regimen's earliest moment; the first one is 0.
    """

    doses_mg: tuple[tuple[float, ...], ...]
    hours: tuple[float, ...]


def schedule_by_hour(
    regimen: Regimen, *, clock_h: Mapping[Moment, float] = CLOCK_H
) -> HourlySchedule:
    """What is taken on every day and when, as `lowdose.simulate` takes it.

    >>> from lowdose.regimen.doses import Intake
    >>> split = (Intake(Moment.MORNING, 1.5), Intake(Moment.BEDTIME, 3.0))
    >>> schedule_by_hour(Regimen("", (Step(2, split),), ""))
    HourlySchedule(doses_mg=((1.5, 3.0), (1.5, 3.0)), hours=(0.0, 13.5))
    """
    moments = sorted(
        {intake.moment for step in regimen.steps for intake in step.intakes},
        key=clock_h.__getitem__,
    )
    days = tuple(_by_moment(step, moments) for step in regimen.steps for _ in range(step.days))
    return HourlySchedule(days, tuple(clock_h[each] - clock_h[moments[0]] for each in moments))


def _by_moment(step: Step, moments: list[Moment]) -> tuple[float, ...]:
    taken = {intake.moment: intake.dose_mg for intake in step.intakes}
    return tuple(taken.get(moment, 0.0) for moment in moments)
