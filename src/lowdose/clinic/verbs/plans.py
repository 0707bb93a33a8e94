"""From a filled-in form to a plan, and from a stored course back to the plan it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lowdose.clinic.models import Change, ChangeKind, Course
from lowdose.errors import Fault, InputError
from lowdose.regimen.doses import Intake, Moment, Regimen, Step, StepKind
from lowdose.regimen.plan import Plan
from lowdose.regimen.plan_file import read_plan_file, write_plan_file
from lowdose.regimen.request import PlanRequest, parse_request
from lowdose.regimen.stock import LiquidStock

__all__ = [
    "Layout",
    "course_plan",
    "course_request",
    "laid_out",
    "moment_of",
    "period_regimen",
    "planned_doses",
]

_MOST_DAYS = 730
_SUPPORTED_PERIODS = (2, 4, 6, 8)


@dataclass(frozen=True)
class Layout:
    """A course as its days: the request it is made from, and how the days fall into parts."""

    request: PlanRequest
    plan: Plan
    first_day: date
    baseline_days: int
    open_days: int
    periods: int
    period_days: int
    period_dose_mg: float

    @property
    def text(self) -> str:
        """The plan file that makes it again."""
        return write_plan_file(self.request)


def laid_out(
    written: Mapping[str, Any],
    *,
    first_day: date,
    zone: str,
    baseline_days: int,
    periods: int = 0,
    period_days: int = 0,
) -> Layout:
    """Lay a course out from what a prescriber wrote; with periods it becomes a blinded one.

    written: the keys of a plan (`lowdose.regimen.request.KEYS`). A blinded course climbs openly to
    its target, if there is a climb, and then takes the target dose or placebo, period by period.

    Raises InputError with every fault, Refusal where a plan must not be made.
    """
    faults = list(_period_faults(periods, period_days, baseline_days))
    start = first_day + timedelta(days=baseline_days)
    wanted = {**written, "start": start, "zone": zone}
    blinded_days = periods * period_days
    if periods:
        wanted.pop("days", None)
        wanted.update(target_days=blinded_days, blinded=True)
    try:
        request = parse_request(wanted, today=start, zone=zone)
        plan = request.plan()
    except InputError as error:
        raise InputError([*error.faults, *faults]) from None
    faults += _length_faults(plan.regimen.days)
    if periods and isinstance(request.stock, LiquidStock):
        remedy = "the liquid is bitter and gritty: a placebo would taste different"
        faults.append(Fault("preparation", "a liquid", "capsules, for a blinded course", remedy))
    if faults:
        raise InputError(faults)
    return Layout(
        request=request,
        plan=plan,
        first_day=first_day,
        baseline_days=baseline_days,
        open_days=plan.regimen.days - blinded_days,
        periods=periods,
        period_days=period_days,
        period_dose_mg=plan.regimen.steps[-1].dose_mg if periods else 0.0,
    )


def _period_faults(periods: int, period_days: int, baseline_days: int) -> list[Fault]:
    faults = []
    if periods and periods not in _SUPPORTED_PERIODS:
        choices = ", ".join(map(str, _SUPPORTED_PERIODS))
        faults.append(Fault("periods", str(periods), f"one of {choices}"))
    if periods and not 7 <= period_days <= 84:
        faults.append(Fault("period_days", str(period_days), "7 to 84 days"))
    if not 0 <= baseline_days <= 56:
        faults.append(Fault("baseline_days", str(baseline_days), "0 to 56 days"))
    return faults


def _length_faults(days: int) -> list[Fault]:
    if days <= _MOST_DAYS:
        return []
    return [Fault("days", f"{days} days", f"at most {_MOST_DAYS} days")]


def course_request(course: Course) -> PlanRequest:
    """What the plan of a course was made from."""
    return parse_request(read_plan_file(course.plan), today=course.start, zone=course.zone)


def course_plan(course: Course) -> Plan:
    """The plan that a course was made from."""
    return course_request(course).plan()


def period_regimen(course: Course) -> Regimen:
    """What one blinded period holds where it holds naltrexone."""
    step = Step(
        course.period_days, (Intake(moment_of(course), course.period_dose_mg),), StepKind.TARGET
    )
    return Regimen("one period", (step,), "")


def planned_doses(course: Course) -> list[float]:
    """The dose of each day of the diary, mg; of a blinded period what it would be if active.

    A hold stays where it is for so many days and shifts what follows; a new dose stays to the end.
    """
    regimen = course_plan(course).regimen
    ladder = [step.dose_mg for step in regimen.steps for _ in range(step.days)]
    changes = {change.day: change for change in course.changes.all()}
    doses = [0.0] * course.baseline_days
    place, waiting, fixed = 0, 0, None
    for number in range(course.days - course.baseline_days):
        change = changes.get(course.start + timedelta(days=number))
        if change is not None:
            waiting, fixed = _changed(change, waiting, fixed)
        doses.append(fixed if fixed is not None else ladder[min(place, len(ladder) - 1)])
        if waiting:
            waiting -= 1
        else:
            place += 1
    return _with_periods(course, doses)


def _with_periods(course: Course, doses: list[float]) -> list[float]:
    """A blinded period keeps its dose, whatever was changed before it: its kit is made for that."""
    lead = course.baseline_days + course.open_days
    inside = range(lead, len(doses))
    stopped = (change.day for change in course.changes.all() if change.kind == ChangeKind.STOP)
    end = min((course.day_number(day) - 1 for day in stopped), default=len(doses))
    fixed = [course.period_dose_mg if place < end else 0.0 for place in inside]
    return [*doses[:lead], *fixed] if course.blinded else doses


def _changed(change: Change, waiting: int, fixed: float | None) -> tuple[int, float | None]:
    match change.kind:
        case ChangeKind.HOLD:
            return waiting + (change.hold_days or 0), fixed
        case ChangeKind.DOSE:
            return waiting, change.dose_mg
        case _:
            return waiting, 0.0


def moment_of(course: Course) -> Moment:
    """When in the day the dose is taken."""
    return course_plan(course).regimen.steps[-1].intakes[0].moment
