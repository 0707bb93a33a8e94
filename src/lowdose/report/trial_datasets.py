"""Analysis data sets of one trial in the shape of CDISC ADaM: a row a person, and a row a rating.

`ADSL` is the subject level; `ADDIARY` has the basic data structure (BDS): one parameter, one row
for each rating. Names, flags and populations follow the ADaM Implementation Guide 1.3; where a
variable is ours, its derivation says so. What was really given is not recorded beside the doses
taken, so actual treatments repeat the planned ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.report.trial_counts import Counted, baseline_days, counted
from lowdose.report.wording import capital
from lowdose.trial.design.values import Design, Given, Period
from lowdose.trial.run.values import WHY_LEFT, Left, TrialData

if TYPE_CHECKING:
    import polars

__all__ = ["ADDIARY", "ADSL", "DataSet", "Variable", "adam", "variables_of"]

MOST_PERIODS = 99  # ADaM numbers periods with two digits
Row = dict[str, Any]


@dataclass(frozen=True)
class Variable:
    """One variable. kind: "text", "number" or "date"; origin: how it is come by."""

    name: str
    label: str
    kind: str
    origin: str


@dataclass(frozen=True, eq=False)
class DataSet:
    """A table with its variables, in their order; key: the variables that tell rows apart."""

    name: str
    label: str
    structure: str
    key: tuple[str, ...]
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]

    @property
    def frame(self) -> polars.DataFrame:
        """The rows as a polars data frame."""
        import polars

        kinds = {"text": polars.String, "number": polars.Float64, "date": polars.Date}
        schema = {one.name: kinds[one.kind] for one in self.variables}
        return polars.DataFrame(list(self.rows), schema=schema, orient="row")


ADSL = "ADSL"
ADDIARY = "ADDIARY"

_SUBJECT = (
    Variable("STUDYID", "Study Identifier", "text", "name of the design, or as given"),
    Variable("USUBJID", "Unique Subject Identifier", "text", "STUDYID and SUBJID"),
)
_ADSL = (
    Variable("SUBJID", "Subject Identifier for the Study", "text", "the person's name or number"),
    Variable("TRTSEQP", "Planned Sequence of Treatments", "text", "name of the sequence drawn"),
    Variable(
        "TRTSEQA", "Actual Sequence of Treatments", "text", "as TRTSEQP: no other is recorded"
    ),
    Variable("TRTSEQPN", "Planned Sequence of Treatments (N)", "number", "its place in the design"),
    Variable("RANDFL", "Randomized Population Flag", "text", "Y where a sequence was allocated"),
    Variable("ITTFL", "Intent-To-Treat Population Flag", "text", "as RANDFL"),
    Variable(
        "COMPLFL", "Completers Population Flag", "text", "Y where they stayed to the last day"
    ),
    Variable("EOSSTT", "End of Study Status", "text", "COMPLETED or DISCONTINUED"),
    Variable("DCSREAS", "Reason for Discontinuation from Study", "text", "where discontinued"),
    Variable("EOSDY", "End of Study Day", "number", "last day in the trial, 1 the first"),
    Variable(
        "BASE",
        "Baseline Value",
        "number",
        "mean of the ratings before treatment; see README",
    ),
    Variable("TRTSDY", "Day of First Treatment", "number", "first day of a drug or placebo; ours"),
    Variable("TRTEDY", "Day of Last Treatment", "number", "last such day while in the trial; ours"),
    Variable("TRTDURD", "Total Treatment Duration (Days)", "number", "TRTEDY - TRTSDY + 1"),
)
_DATES = (
    Variable("TRTSDT", "Date of First Exposure to Treatment", "date", "start and TRTSDY"),
    Variable("TRTEDT", "Date of Last Exposure to Treatment", "date", "start and TRTEDY"),
    Variable("EOSDT", "End of Study Date", "date", "start and EOSDY"),
)
_BDS = (
    Variable("TRTSEQP", "Planned Sequence of Treatments", "text", "ADSL.TRTSEQP"),
    Variable("TRTSEQA", "Actual Sequence of Treatments", "text", "ADSL.TRTSEQA"),
    Variable("PARAM", "Parameter", "text", "symptom, scale and direction"),
    Variable("PARAMCD", "Parameter Code", "text", "letters and digits of the symptom"),
    Variable("AVAL", "Analysis Value", "number", "the rating; for DTYPE AVERAGE their mean"),
    Variable("BASE", "Baseline Value", "number", "AVAL of the row with ABLFL = Y"),
    Variable("CHG", "Change from Baseline", "number", "AVAL - BASE, after baseline"),
    Variable("PCHG", "Percent Change from Baseline", "number", "100 * CHG / BASE"),
    Variable("DTYPE", "Derivation Type", "text", "AVERAGE for the baseline made of several days"),
    Variable("ABLFL", "Baseline Record Flag", "text", "Y on the baseline row"),
    Variable("ANL01FL", "Analysis Flag 01", "text", "Y where the primary analysis uses the day"),
    Variable("ADY", "Analysis Relative Day", "number", "day of the trial, 1 the first; no day 0"),
    Variable("AVISIT", "Analysis Visit", "text", "Baseline, or Day and its number"),
    Variable("AVISITN", "Analysis Visit (N)", "number", "0 at baseline, else the day"),
    Variable("APHASE", "Phase", "text", "name of the period in the design"),
    Variable("APERIOD", "Period", "number", "periods with treatment, counted; empty in the others"),
    Variable("APERIODC", "Period (C)", "text", "Period and its number"),
    Variable("APERDY", "Day within Period", "number", "1 the first day of the period; ours"),
    Variable("TRTP", "Planned Treatment", "text", "what the sequence gives on the day"),
    Variable("TRTPN", "Planned Treatment (N)", "number", "its place in the design"),
    Variable("TRTA", "Actual Treatment", "text", "as TRTP: no other is recorded"),
    Variable("DOSEP", "Planned Treatment Dose", "number", "naltrexone planned for the day, mg"),
    Variable("DOSEA", "Actual Treatment Dose", "number", "naltrexone taken on the day, mg"),
)
_ADT = (Variable("ADT", "Analysis Date", "date", "start and ADY"),)


def adam(
    data: TrialData, *, study: str = "", starts: Mapping[str, date] | None = None
) -> dict[str, DataSet]:
    """The data sets of one trial, by name: "ADSL" and "ADDIARY".

    study: its identifier, else the design's name. starts: first day of the trial by person; with
    it, dates stand beside days.

    Raises:
        InputError: not exactly one trial, names that are the same, more periods than ADaM numbers,
            or a person without a first day.

    Source: CDISC, Analysis Data Model Implementation Guide 1.3 (2021).
    """
    people = counted(data)
    _check(people, starts)
    made = _Maker(
        people=people,
        study=study or people.design.name,
        starts=starts,
        numbers=_numbers(people.design),
        before=baseline_days(people.design),
    )
    return {ADSL: _adsl(made), ADDIARY: _addiary(made)}


def variables_of(sets: Mapping[str, DataSet]) -> dict[str, tuple[str, ...]]:
    """Names of variables by data set."""
    return {name: tuple(one.name for one in each.variables) for name, each in sets.items()}


def _check(people: Counted, starts: Mapping[str, date] | None) -> None:
    faults = []
    twice = sorted({name for name in people.names if people.names.count(name) > 1})[:5]
    if twice:
        faults.append(Fault("names", ", ".join(twice), "every name once"))
    numbered = len(_numbers(people.design))
    if numbered > MOST_PERIODS:
        wanted = f"at most {MOST_PERIODS} periods with treatment"
        faults.append(Fault("periods", str(numbered), wanted))
    if starts is not None:
        without = [name for name in people.names if name not in starts][:5]
        if without:
            faults.append(Fault("starts", f"none for {', '.join(without)}", "a date for everyone"))
    if faults:
        raise InputError(faults, "analysis data sets")


def _numbers(design: Design) -> dict[int, int]:
    """The number of each period in which something may be given, by its place."""
    given = [
        place for place, period in enumerate(design.periods) if not _is_nothing(design, period)
    ]
    return {place: number for number, place in enumerate(given, start=1)}


def _is_nothing(design: Design, period: Period) -> bool:
    if period.everyone is None:
        return False
    return design.treatment(period.everyone).given is Given.NOTHING


@dataclass(frozen=True, eq=False)
class _Maker:
    """What every row is made from. numbers: of periods, by place; before: (days,), baseline."""

    people: Counted
    study: str
    starts: Mapping[str, date] | None
    numbers: Mapping[int, int]
    before: NDArray[np.bool_]

    @property
    def design(self) -> Design:
        return self.people.design

    def subject(self, person: int) -> Row:
        """The variables that tell people apart."""
        name = self.people.names[person]
        return {"STUDYID": self.study, "USUBJID": f"{self.study}-{name}"}

    def sequence(self, person: int) -> str | None:
        """Name of the sequence of a person, None where none was drawn."""
        index = int(self.people.sequence[person])
        return self.design.sequences[index].name if index >= 0 else None

    def dated(self, person: int, day: int | None) -> date | None:
        """The date of a day of the trial."""
        if self.starts is None or day is None:
            return None
        return self.starts[self.people.names[person]] + timedelta(days=day - 1)


def _adsl(made: _Maker) -> DataSet:
    periods = tuple(_period_variables(number) for number in made.numbers.values())
    dates = _DATES if made.starts is not None else ()
    return DataSet(
        name=ADSL,
        label="Subject-Level Analysis Dataset",
        structure="one row a person",
        key=("STUDYID", "USUBJID"),
        variables=(*_SUBJECT, *_ADSL, *dates, *(one for each in periods for one in each)),
        rows=tuple(_adsl_row(made, person) for person in range(len(made.people.names))),
    )


def _period_variables(number: int) -> tuple[Variable, ...]:
    name = f"{number:02d}"
    return (
        Variable(
            f"TRT{name}P", f"Planned Treatment for Period {name}", "text", "from the sequence"
        ),
        Variable(f"TRT{name}A", f"Actual Treatment for Period {name}", "text", "as planned"),
    )


def _adsl_row(made: _Maker, person: int) -> Row:
    people = made.people
    stayed = int(people.left[person]) == Left.STAYED and people.days_in[person] >= made.design.days
    first, last = _treated_days(people, person)
    allocated = _flag(people.sequence[person] >= 0)
    days = {"TRTSDT": first, "TRTEDT": last, "EOSDT": int(people.days_in[person])}
    return {
        **made.subject(person),
        "SUBJID": people.names[person],
        "TRTSEQP": made.sequence(person),
        "TRTSEQA": made.sequence(person),
        "TRTSEQPN": int(people.sequence[person]) + 1 if allocated == "Y" else None,
        "RANDFL": allocated,
        "ITTFL": allocated,
        "COMPLFL": _flag(stayed),
        "EOSSTT": "COMPLETED" if stayed else "DISCONTINUED",
        "DCSREAS": None if stayed else _reason(int(people.left[person])),
        "EOSDY": int(people.days_in[person]),
        "BASE": _number(people.baseline[person]),
        "TRTSDY": first,
        "TRTEDY": last,
        "TRTDURD": None if first is None or last is None else last - first + 1,
        **({name: made.dated(person, day) for name, day in days.items()} if made.starts else {}),
        **_period_values(made, person),
    }


def _reason(left: int) -> str:
    return "left early" if left == Left.STAYED else WHY_LEFT[Left(left)]


def _treated_days(people: Counted, person: int) -> tuple[int | None, int | None]:
    """First and last day of a drug or placebo while in the trial."""
    gives = np.array([one.given is not Given.NOTHING for one in people.design.treatments])
    row = people.treatment[person, : people.days_in[person]]
    days = np.flatnonzero((row >= 0) & gives[np.maximum(row, 0)]) + 1
    return (int(days[0]), int(days[-1])) if days.size else (None, None)


def _period_values(made: _Maker, person: int) -> Row:
    given = made.people.period_treatment()[person]
    row: Row = {}
    for place, number in made.numbers.items():
        index = int(given[place])
        name = made.design.treatments[index].name if index >= 0 else None
        row |= {f"TRT{number:02d}P": name, f"TRT{number:02d}A": name}
    return row


def _addiary(made: _Maker) -> DataSet:
    dates = _ADT if made.starts is not None else ()
    rows = [row for person in range(len(made.people.names)) for row in _diary_rows(made, person)]
    return DataSet(
        name=ADDIARY,
        label="Diary Analysis Dataset",
        structure="one row a person and rating; one more for a baseline of several days",
        key=("STUDYID", "USUBJID", "PARAMCD", "AVISITN", "DTYPE"),
        variables=(*_SUBJECT, *_BDS, *dates),
        rows=tuple(rows),
    )


def _diary_rows(made: _Maker, person: int) -> list[Row]:
    people = made.people
    before = made.before
    rated = np.flatnonzero(np.isfinite(people.rating[person]))
    first = [day for day in rated if before[day]]
    shared = _shared(made, person)
    only = len(first) == 1
    rows = [
        {**shared, **_day_row(made, person, int(day), only and bool(before[day]))} for day in rated
    ]
    if len(first) > 1 and np.isfinite(people.baseline[person]):
        rows.insert(len(first), {**shared, **_average_row(made, person, int(first[-1]))})
    return rows


def _shared(made: _Maker, person: int) -> Row:
    outcome = made.design.outcome
    way = outcome.direction.value.replace("_", " ")
    return {
        **made.subject(person),
        "TRTSEQP": made.sequence(person),
        "TRTSEQA": made.sequence(person),
        "PARAM": f"{capital(outcome.symptom)} ({outcome.low:g} to {outcome.high:g}, {way})",
        "PARAMCD": _code(outcome.symptom),
        "BASE": _number(made.people.baseline[person]),
    }


def _day_row(made: _Maker, person: int, day: int, is_baseline: bool) -> Row:
    people = made.people
    value, base = float(people.rating[person, day]), _number(people.baseline[person])
    after = base is not None and not made.before[day]
    change = value - base if after and base is not None else None
    return {
        "AVAL": value,
        "CHG": change,
        "PCHG": 100 * change / base if change is not None and base else None,
        "DTYPE": None,
        "ABLFL": "Y" if is_baseline else None,
        "ANL01FL": "Y" if people.used[person, day] and people.sequence[person] >= 0 else None,
        "AVISIT": f"Day {day + 1}",
        "AVISITN": day + 1,
        **_when(made, person, day),
    }


def _average_row(made: _Maker, person: int, day: int) -> Row:
    """The baseline of several days, placed on the last of them."""
    return {
        "AVAL": _number(made.people.baseline[person]),
        "CHG": None,
        "PCHG": None,
        "DTYPE": "AVERAGE",
        "ABLFL": "Y",
        "ANL01FL": None,
        "AVISIT": "Baseline",
        "AVISITN": 0,
        **_when(made, person, day),
        "DOSEP": None,
        "DOSEA": None,
    }


def _when(made: _Maker, person: int, day: int) -> Row:
    """Day, period and treatment of a row."""
    people = made.people
    place = int(people.laid.period[day])
    number = made.numbers.get(place)
    index = int(people.treatment[person, day])
    name = made.design.treatments[index].name if index >= 0 else None
    first = int(people.period_ends[place]) - made.design.periods[place].days
    dated = {"ADT": made.dated(person, day + 1)} if made.starts is not None else {}
    return {
        "ADY": day + 1,
        **dated,
        "APHASE": made.design.periods[place].name,
        "APERIOD": number,
        "APERIODC": None if number is None else f"Period {number:02d}",
        "APERDY": day - first + 1,
        "TRTP": name,
        "TRTPN": index + 1 if index >= 0 else None,
        "TRTA": name,
        "DOSEP": _number(people.planned_mg[person, day]),
        "DOSEA": _number(people.taken_mg[person, day]),
    }


def _code(symptom: str) -> str:
    """Eight capital letters and digits, the first a letter.

    >>> _code("pain"), _code("sleep quality"), _code("50 m walk"), _code("疼痛")
    ('PAIN', 'SLEEPQUA', 'X50MWALK', 'SYMPTOM')
    """
    letters = re.sub(r"[^A-Z0-9]", "", symptom.upper())
    return (f"X{letters}" if letters[:1].isdigit() else letters)[:8] or "SYMPTOM"


def _flag(is_so: bool | np.bool_) -> str:
    return "Y" if is_so else "N"


def _number(value: float | np.floating[Any]) -> float | None:
    return float(value) if np.isfinite(value) else None
