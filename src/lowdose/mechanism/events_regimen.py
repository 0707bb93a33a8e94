"""A regimen as a dosing data set, and a data set of plain doses as a regimen.

Time 0 is midnight before the first day; a moment of the day has its hour from `CLOCK_H`. A last
record of kind "other" (EVID 2) stands at the midnight on which the regimen ends, so that days
without a dose are not lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import ceil, floor

from lowdose.errors import Fault, InputError
from lowdose.mechanism.events import EventTable, Kind, Record
from lowdose.mechanism.events_path import single_doses
from lowdose.regimen.climb import regimen_of_steps
from lowdose.regimen.doses import Intake, Moment, Regimen, Step, StepKind
from lowdose.regimen.hours import CLOCK_H
from lowdose.regimen.limits import days_fault

__all__ = ["regimen_events", "regimen_of_events"]

_DAY_H = 24.0
_MINUTE_H = 1 / 60
_PAUSE = (Intake(Moment.BEDTIME, 0.0),)

_Days = Sequence[tuple[Intake, ...]]


def regimen_events(
    regimen: Regimen, *, people: Sequence[str] = ("1",), clock_h: Mapping[Moment, float] = CLOCK_H
) -> EventTable:
    """The regimen as doses into compartment 1, the same for each of `people`.

    One record stands for one intake of one step, with ADDL for its further days.

    >>> month = Regimen("", (Step(28, (Intake(Moment.BEDTIME, 4.5),)),), "")
    >>> [(each.time_h, each.amount_mg, each.additional) for each in regimen_events(month).records]
    [(21.5, 4.5, 27), (672.0, 0.0, 0)]
    """
    doses: list[tuple[float, float, int]] = []
    before = 0
    for step in regimen.steps:
        for intake in step.intakes:
            if intake.dose_mg:
                at = before * _DAY_H + clock_h[intake.moment]
                doses.append((at, intake.dose_mg, step.days - 1))
        before += step.days
    end = before * _DAY_H
    return EventTable(
        tuple(record for person in people for record in _records(person, sorted(doses), end))
    )


def _records(
    person: str, doses: Iterable[tuple[float, float, int]], end_h: float
) -> Iterable[Record]:
    for time, amount, further in doses:
        every = _DAY_H if further else 0.0
        yield Record(person, time, Kind.DOSE, amount, 1, additional=further, interval_h=every)
    yield Record(person, end_h, Kind.OTHER)


def regimen_of_events(
    records: Iterable[Record],
    *,
    first: Moment | None = None,
    clock_h: Mapping[Moment, float] = CLOCK_H,
    name: str = "doses from a data set",
) -> Regimen:
    """One person's records as a regimen; equal days in a row become one step.

    Where the file counts from the first dose and not from midnight, `first` says at which moment
    of the day that dose was taken. Each dose must fall on a moment of `clock_h`, to the minute.
    Raises `InputError` with every record that a regimen cannot hold: steady states, infusions,
    resets, other hours, doses beyond what is low.

    >>> from lowdose.mechanism.events_read import parse_events
    >>> table = parse_events("ID,TIME,AMT,II,ADDL\\n1,0,1.5,24,6\\n1,168,3,24,6\\n")
    >>> plan = regimen_of_events(table.records, first=Moment.BEDTIME)
    >>> [(step.days, step.dose_mg, step.kind.value) for step in plan.steps]
    [(7, 1.5, 'start'), (7, 3.0, 'target')]
    """
    given = list(records)
    if len(people := sorted({record.person for record in given})) > 1:
        remedy = "take each person's records by themselves"
        raise InputError([Fault("ID", ", ".join(people), "the records of one person", remedy)])
    doses = single_doses(given)
    shift = clock_h[first] - doses[0][0] if first and doses else 0.0
    moments = [_moment(time + shift, clock_h) for time, _ in doses]
    if faults := [*_hour_faults(doses, moments, shift, clock_h)]:
        raise InputError(faults)
    ends = [ceil((each.time_h + shift) / _DAY_H) for each in given if each.kind is Kind.OTHER]
    taken = [(floor((time + shift + _MINUTE_H) / _DAY_H), amount) for time, amount in doses]
    last = max([0, *ends, *(day + 1 for day, _ in taken)])
    if fault := days_fault("TIME", last, fewest=0):
        raise InputError([fault])
    days = _days(taken, [moment for moment in moments if moment], last)
    return regimen_of_steps(name, _steps(days), source="a dosing data set")


def _moment(time_h: float, clock_h: Mapping[Moment, float]) -> Moment | None:
    for moment, hour in clock_h.items():
        apart = (time_h - hour) % _DAY_H
        if min(apart, _DAY_H - apart) <= _MINUTE_H:
            return moment
    return None


def _hour_faults(
    doses: Sequence[tuple[float, float]],
    moments: Sequence[Moment | None],
    shift_h: float,
    clock_h: Mapping[Moment, float],
) -> Iterable[Fault]:
    hours = ", ".join(f"{moment} {hour:g}" for moment, hour in clock_h.items())
    for (time, _), moment in zip(doses, moments, strict=True):
        if time + shift_h < 0:
            yield Fault(
                "TIME", f"a dose at {time:g} h", "0 or later: midnight before the first day"
            )
        elif moment is None:
            shown = f"a dose at {time:g} h, which is {(time + shift_h) % _DAY_H:g} h of the day"
            remedy = "name the moment of the first dose, or give another clock"
            yield Fault("TIME", shown, f"a moment of the day: {hours}", remedy)


def _days(
    taken: Sequence[tuple[int, float]], moments: Sequence[Moment], count: int
) -> list[tuple[Intake, ...]]:
    days: list[tuple[Intake, ...]] = [()] * count
    for (day, amount), moment in zip(taken, moments, strict=True):
        days[day] = (*days[day], Intake(moment, amount))
    return [intakes or _PAUSE for intakes in days]


def _steps(days: _Days) -> list[Step]:
    runs = [(intakes, len(list(same))) for intakes, same in groupby(days)]
    steps: list[Step] = []
    for number, (intakes, length) in enumerate(runs):
        plain = Step(length, intakes)
        steps.append(Step(length, intakes, _kind(number, len(runs), plain, steps)))
    return steps


def _kind(number: int, count: int, step: Step, before: Sequence[Step]) -> StepKind:
    if before and step.dose_mg < before[-1].dose_mg:
        return StepKind.STEP_BACK
    if number == count - 1:
        return StepKind.TARGET
    return StepKind.START if number == 0 else StepKind.CLIMB
