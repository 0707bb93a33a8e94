"""What the pharmacy makes for a course: bottles for the open days, and kits for the periods.

Nothing here knows an allocation: a kit is planned as if it held naltrexone, its twin holds filler.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from lowdose.clinic.models import ChangeKind, Course
from lowdose.clinic.verbs.plans import (
    course_request,
    moment_of,
    period_regimen,
    planned_doses,
)
from lowdose.errors import InputError
from lowdose.regimen.amounts import number_text
from lowdose.regimen.doses import Intake, Regimen, Step, StepKind
from lowdose.regimen.plan import Plan
from lowdose.regimen.preparation import Supply
from lowdose.regimen.stock import CapsuleStock, Stock, prepare

__all__ = ["KitBatch", "Making", "amounts", "kit_batches", "longest_use_days", "making"]

_LONGEST_DAYS = 180


@dataclass(frozen=True)
class Making:
    """What is to be made.

    Attributes:
        whole: the plan as the prescriber made it, with its safety findings.
        open: the open days; None where there are none.
        period: one blinded period, as if it held naltrexone; None for an open course.
        changed: `open` is no longer as planned, because the prescriber changed the course.
    """

    whole: Plan
    open: Plan | None
    period: Plan | None
    changed: bool = False

    @property
    def parts(self) -> tuple[Plan, ...]:
        """The plans that something is made for."""
        return tuple(part for part in (self.open, self.period) if part is not None)


@dataclass(frozen=True)
class KitBatch:
    """Kits that are made at one time; used before `use_by`."""

    number: int
    make_on: date
    use_by: date
    periods: tuple[int, ...]


def making(course: Course) -> Making:
    """What is to be made for a course, as it stands after every change.

    After the first preparation, a changed course is made anew from the day of its last change.

    Raises InputError where a changed dose cannot be made from the strengths of the plan.
    """
    request = course_request(course)
    whole = replace(request.plan(), patient=course.patient.pseudonym)
    stock = request.stock or _each_dose(whole.regimen)
    if course.blinded:
        return Making(whole, _lead_in(course, whole, stock), _period(course, whole, stock))
    changes = [one for one in course.changes.all() if one.kind != ChangeKind.STOP]
    if not changes:
        return Making(whole, _part(whole, whole.regimen, whole.start, stock), None)
    made_before = list(course.preparations.all())
    first = max(course.start, changes[-1].day) if made_before else course.start
    regimen = _as_changed(course, whole.regimen, first)
    return Making(whole, _part(whole, regimen, first, _later(stock)), None, changed=True)


def _each_dose(regimen: Regimen) -> Stock:
    """Where the plan names no strengths: capsules of each dose."""
    doses = {one.dose_mg for step in regimen.steps for one in step.intakes if one.dose_mg}
    return CapsuleStock(tuple(sorted(doses)))


def _later(stock: Stock) -> Stock:
    """The day of making was noted for the first batch of the plan only."""
    return replace(stock, made_on=None)


def _part(whole: Plan, regimen: Regimen, start: date, stock: Stock) -> Plan:
    return replace(
        whole,
        regimen=regimen,
        start=start,
        steps=regimen.dated(start),
        blinded=False,
        preparation=prepare(stock, regimen, start),
    )


def _lead_in(course: Course, whole: Plan, stock: Stock) -> Plan | None:
    """The climb before the periods, which everybody knows."""
    steps = tuple(_cut(whole.regimen.steps, course.open_days))
    if not steps:
        return None
    regimen = replace(whole.regimen, steps=steps)
    return _part(whole, regimen, course.start, stock)


def _cut(steps: Sequence[Step], days: int) -> Iterator[Step]:
    left = days
    for step in steps:
        if left > 0:
            yield replace(step, days=min(step.days, left))
        left -= step.days


def _period(course: Course, whole: Plan, stock: Stock) -> Plan:
    regimen = period_regimen(course)
    return _part(whole, regimen, course.period_dates(1)[0], _later(stock))


def _as_changed(course: Course, regimen: Regimen, first: date) -> Regimen:
    """The regimen from `first` on, with every change; neighbouring days of one dose are a step."""
    planned = {step.dose_mg: step.intakes for step in regimen.steps}
    moment = moment_of(course)
    steps = []
    for dose, days in groupby(planned_doses(course)[(first - course.first_day).days :]):
        alone = (Intake(moment, dose),) if dose else ()
        steps.append(Step(len(list(days)), planned.get(dose, alone), StepKind.TARGET))
    return replace(regimen, steps=tuple(steps))


def kit_batches(course: Course, period: Plan) -> tuple[KitBatch, ...]:
    """Which kits are made together, so that none is used past its date.

    The first are made when the course starts; the next when the first of them is needed.
    """
    days = _keeps(period)
    batches: list[KitBatch] = []
    for number in range(1, course.periods + 1):
        first, last = course.period_dates(number)
        if batches and last < batches[-1].use_by:
            batches[-1] = replace(batches[-1], periods=(*batches[-1].periods, number))
            continue
        make_on = course.start if not batches and _fits(course.start, last, days) else first
        use_by = make_on + timedelta(days=days)
        batches.append(KitBatch(len(batches) + 1, make_on, use_by, (number,)))
    return tuple(batches)


def _fits(made_on: date, last: date, days: int) -> bool:
    return last < made_on + timedelta(days=days)


def _keeps(part: Plan) -> int:
    return _LONGEST_DAYS if part.preparation is None else part.preparation.beyond_use.days


def longest_use_days(course: Course) -> int:
    """For how many days at most what is made may be used, counted from the day of making."""
    try:
        return min(_keeps(part) for part in making(course).parts)
    except InputError:
        return _LONGEST_DAYS


def amounts(supplies: Sequence[Supply]) -> str:
    """What is made in all, in a line.

    >>> amounts([Supply("1.5 mg capsules", 1.5, 42, 0, "capsules", 28)])
    '42 × 1.5 mg'
    >>> amounts([Supply("oral liquid", 1.0, 100, 50, "mL", 28)])
    '150 mL (1 mg/mL)'
    """
    return ", ".join(_amount(supply) for supply in supplies)


def _amount(supply: Supply) -> str:
    strength, total = number_text(supply.strength_mg), number_text(supply.total)
    if supply.unit == "capsules":
        return f"{total} × {strength} mg"
    return f"{total} mL ({strength} mg/mL)"
