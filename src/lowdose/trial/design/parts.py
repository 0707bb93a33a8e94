"""From the tables of a design file to the nouns of a design."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lowdose.diary.entries import Direction
from lowdose.errors import InputError
from lowdose.evidence.fields import Place, read_table
from lowdose.evidence.records import Span
from lowdose.regimen.climb import regimen_of
from lowdose.regimen.limits import dose_fault
from lowdose.regimen.templates import find_template
from lowdose.trial.design.fields import PERIOD, STEP, TREATMENT
from lowdose.trial.design.values import (
    Analysis,
    Given,
    Outcome,
    Period,
    Primary,
    Step,
    Treatment,
)

__all__ = ["analysis_of", "outcome_of", "periods_of", "treatments_of"]

_KNOWN = "a key of a design file"
_NOTHING = "nothing"


def treatments_of(tables: Any, place: Place) -> tuple[Treatment, ...]:
    """The treatments; `nothing` is always among them."""
    if not isinstance(tables, dict):
        place.fault("treatments", str(tables), "a table [treatments.NAME] for each treatment")
        return ()
    read = [
        _treatment(key, each, place.within(f"treatments.{key}")) for key, each in tables.items()
    ]
    if _NOTHING not in tables:
        read.append(Treatment(_NOTHING, "no treatment", Given.NOTHING))
    return tuple(read)


def _treatment(key: str, table: Any, place: Place) -> Treatment:
    row = read_table(table, TREATMENT, place, _KNOWN)
    said = [name for name in ("dose_mg", "steps", "template", "drug") if name in row]
    given = _given(row)
    doses = [name for name in said if name != "drug"]
    if given is Given.DRUG and not said:
        wanted = "dose_mg, steps, template or drug; or placebo = true or nothing = true"
        place.fault("", "no dose", wanted)
    if given is not Given.DRUG and said:
        place.fault(said[0], f"a dose of {given}", f"{given} without a dose")
    if len(doses) > 1:
        place.fault(doses[1], f"{doses[0]} and {doses[1]}", "one of them")
    steps = () if given is not Given.DRUG else tuple(_steps(row, place))
    return Treatment(key, row.get("name", key), given, row.get("drug", "naltrexone"), steps)


def _given(row: dict[str, Any]) -> Given:
    if row.get("placebo"):
        return Given.PLACEBO
    return Given.NOTHING if row.get("nothing") else Given.DRUG


def _steps(row: dict[str, Any], place: Place) -> Iterator[Step]:
    if "dose_mg" in row:
        steps = [Step(row["dose_mg"], 1)]
    elif "template" in row:
        steps = _template(row["template"], place)
    else:
        steps = [one for one in _written(row.get("steps", []), place) if one]
    for number, one in enumerate(steps, start=1):
        fault = dose_fault("", one.dose_mg) if one.dose_mg else None
        if fault and row.get("drug", "naltrexone") == "naltrexone":
            part = place if "dose_mg" in row else _step(place, number)
            part.fault("dose_mg", fault.value, fault.expected, fault.remedy)
    yield from steps


def _template(name: str, place: Place) -> list[Step]:
    try:
        steps = regimen_of(find_template(name)).steps
    except InputError as error:
        fault = error.faults[0]
        place.fault("template", fault.value, fault.expected, fault.remedy)
        return []
    return [Step(step.dose_mg, step.days) for step in steps]


def _written(steps: Any, place: Place) -> Iterator[Step | None]:
    if not isinstance(steps, list):
        place.fault("steps", str(steps), "a list like [{ dose_mg = 1.5, weeks = 1 }]")
        return
    for number, table in enumerate(steps, start=1):
        before = len(place.faults)
        inner = _step(place, number)
        row = read_table(table, STEP, inner, _KNOWN)
        days = _days(row, inner, otherwise=1 if number == len(steps) else None)
        good = days is not None and len(place.faults) == before
        yield Step(row["dose_mg"], days) if good and days else None


def _step(place: Place, number: int) -> Place:
    """One of the steps, on the line on which they begin."""
    line = place.line_of(place.part, "steps")
    return Place(place.file, place.faults, f"{place.part}, step {number}", lambda *_: line)


def _days(row: dict[str, Any], place: Place, *, otherwise: int | None = None) -> int | None:
    """A length given as days or as weeks, in whole days."""
    if "days" in row and "weeks" in row:
        place.fault("weeks", "days and weeks", "one of them")
    elif "days" in row:
        return int(row["days"])
    elif "weeks" in row:
        days = float(row["weeks"]) * 7
        if abs(days - round(days)) < 1e-6:
            return round(days)
        place.fault("weeks", f"{row['weeks']:g}", "weeks that make whole days")
    elif otherwise is None:
        place.fault("weeks", "nothing", "weeks or days")
    return otherwise


def periods_of(tables: Any, n_of_1: dict[str, Any] | None, place: Place) -> tuple[Period, ...]:
    """The periods as written, then those of the blocks of an N-of-1 trial."""
    if not isinstance(tables, list):
        place.fault("periods", str(tables), "[[periods]], with name and weeks")
        return ()
    written = []
    for number, table in enumerate(tables, start=1):
        part = place.within(f"periods {number}")
        row = read_table(table, PERIOD, part, _KNOWN)
        days = _days(row, part)
        if days and "name" in row:
            skip, everyone = row.get("skip_days", 0), row.get("everyone")
            written.append(Period(row["name"], days, everyone, skip))
    return (*written, *_blocks(n_of_1, place.within("n_of_1")))


def _blocks(table: dict[str, Any] | None, place: Place) -> Iterator[Period]:
    if table is None or "blocks" not in table or "treatments" not in table:
        return
    days = _days(table, place)
    washout = table.get("washout_days", 0)
    for block in range(1, table["blocks"] + 1):
        for number in range(1, len(table["treatments"]) + 1):
            if days:
                name = f"block {block}, period {number}"
                yield Period(name, days, None, table.get("skip_days", 0), block)
            if washout and (block, number) != (table["blocks"], len(table["treatments"])):
                yield Period(f"washout after {block}.{number}", washout, _NOTHING)


def outcome_of(row: dict[str, Any], periods: tuple[Period, ...], place: Place) -> Outcome:
    """The outcome; weeks of visits count from the first day of treatment."""
    scale = row.get("scale", Span(0.0, 10.0))
    higher = row.get("better") == "higher"
    return Outcome(
        symptom=row["symptom"],
        low=scale.low,
        high=scale.high,
        direction=Direction.HIGHER_IS_BETTER if higher else Direction.LOWER_IS_BETTER,
        visit_days=_visits(row, periods, place.within("outcome")),
        instrument=row.get("instrument", ""),
        important=row.get("important"),
    )


def _visits(row: dict[str, Any], periods: tuple[Period, ...], place: Place) -> tuple[int, ...]:
    if "visit_days" in row and "visit_weeks" in row:
        place.fault("visit_weeks", "visit_days and visit_weeks", "one of them")
    before = 0
    for period in periods:
        if period.everyone != _NOTHING:
            break
        before += period.days
    weeks = row.get("visit_weeks", ())
    days = row.get("visit_days") or tuple(max(1, before + round(7 * week)) for week in weeks)
    total = sum(period.days for period in periods)
    if list(days) != sorted(set(days)):
        place.fault(
            "visit_weeks" if weeks else "visit_days", str(list(days)), "each day once, in order"
        )
    if days and days[-1] > total:
        wanted = f"no visit after the last day of the trial, day {total}"
        place.fault("visit_weeks" if weeks else "visit_days", f"day {days[-1]}", wanted)
    return tuple(days)


def analysis_of(
    row: dict[str, Any], periods: tuple[Period, ...], outcome: Outcome, up_and_down: bool
) -> Analysis:
    """The analysis; one that suits the design where none is named."""
    return Analysis(**{"primary": _usual(periods, outcome, up_and_down), **row})


def _usual(periods: tuple[Period, ...], outcome: Outcome, up_and_down: bool) -> Primary:
    if up_and_down:
        return Primary.UP_AND_DOWN
    by_chance = sum(period.everyone is None for period in periods)
    if by_chance > 1:
        return Primary.CROSSOVER if outcome.visit_days else Primary.MIXED
    return Primary.ANCOVA if outcome.visit_days else Primary.MIXED
