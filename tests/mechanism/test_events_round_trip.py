"""Dosing data sets there and back: file, table, regimen, and the amounts a model makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.mechanism.events import EventTable, Kind, Record
from lowdose.mechanism.events_path import amounts_of_events, single_doses
from lowdose.mechanism.events_read import parse_events, read_events
from lowdose.mechanism.events_regimen import regimen_events, regimen_of_events
from lowdose.mechanism.events_write import events_csv
from lowdose.mechanism.linear import Linear, Steady
from lowdose.regimen.climb import regimen_of, schedule
from lowdose.regimen.doses import Intake, Moment, Regimen, Step
from lowdose.regimen.hours import CLOCK_H
from lowdose.regimen.templates import TEMPLATES
from lowdose.report.calendar import CLOCK

DATA = Path(__file__).parent / "data" / "nonmem_dosing"
ORAL = Linear(("depot", "central"), ((-1.5, 0.0), (1.5, -1.1 / 20)))
FEW = settings(max_examples=50)

number = st.floats(0, 1e12).map(lambda each: each + 0.0)
positive = st.floats(1e-9, 1e9)
word = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8).filter(
    lambda text: text.upper() != "C"
)


@st.composite
def records(draw: st.DrawFn, person: str, time_h: float) -> Record:
    kind = draw(st.sampled_from(Kind))
    covariates = (draw(word), draw(st.just(".") | word))
    if kind in {Kind.DOSE, Kind.RESET_AND_DOSE}:
        return Record(
            person,
            time_h,
            kind,
            draw(positive),
            draw(st.integers(0, 9)),
            draw(st.just(0.0) | positive),
            draw(st.integers(0, 100_000)),
            draw(positive),
            draw(st.sampled_from(Steady)),
            covariates=covariates,
        )
    seen = draw(st.none() | st.floats(-1e9, 1e9).map(lambda each: each + 0.0))
    counts = kind is Kind.OBSERVATION and seen is not None
    return Record(person, time_h, kind, value=seen, without_value=not counts, covariates=covariates)


@st.composite
def tables(draw: st.DrawFn) -> EventTable:
    people = draw(st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True))
    rows = tuple(
        draw(records(str(person), time))
        for person in people
        for time in sorted(draw(st.lists(number, min_size=1, max_size=4)))
    )
    return EventTable(rows, ("WT", "Sex"))


@FEW
@given(tables())
def test_a_table_reads_back_as_itself(table: EventTable) -> None:
    assert parse_events(events_csv(table)) == table


@FEW
@given(tables())
def test_writing_again_gives_the_same_bytes(table: EventTable) -> None:
    text = events_csv(table)

    assert events_csv(parse_events(text)) == text


@pytest.mark.parametrize("person", ["C", "c", "#1", "", ".", " 1", "a\nb"])
def test_a_name_that_would_not_read_back_is_refused(person: str) -> None:
    with pytest.raises(InputError, match="a plain word"):
        events_csv(EventTable((Record(person, 0.0),)))


def test_covariates_must_fit_their_names() -> None:
    with pytest.raises(InputError, match="1 covariates, expected 0"):
        events_csv(EventTable((Record("1", 0.0, covariates=("71",)),)))


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_the_doses_of_a_template_survive_the_trip(name: str) -> None:
    regimen = regimen_of(TEMPLATES[name])
    text = events_csv(regimen_events(regimen))

    back = regimen_of_events(parse_events(text).records)

    assert schedule(back) == schedule(regimen)
    assert [step.intakes for step in expanded(back)] == [step.intakes for step in expanded(regimen)]


def expanded(regimen: Regimen) -> list[Step]:
    return [step for step in regimen.steps for _ in range(step.days)]


def test_pauses_survive_the_trip() -> None:
    pause = (Intake(Moment.BEDTIME, 0.0),)
    steps = (Step(3, pause), Step(2, (Intake(Moment.MORNING, 1.5),)), Step(4, pause))
    regimen = Regimen("pauses", steps, "")

    back = regimen_of_events(regimen_events(regimen).records)

    assert schedule(back) == schedule(regimen)


def test_each_person_gets_the_regimen() -> None:
    regimen = Regimen("", (Step(7, (Intake(Moment.BEDTIME, 4.5),)),), "")

    assert regimen_events(regimen, people=("7", "8")).people == ("7", "8")


def test_the_hours_are_those_of_the_plan_calendar() -> None:
    assert dict(CLOCK_H) == {moment: time.hour + time.minute / 60 for moment, time in CLOCK.items()}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,21.5,1,4.5,1,0,0,24,1", "column SS: 1"),
        ("1,21.5,1,4.5,1,1,0,0,0", "column RATE: 1"),
        ("1,21.5,4,4.5,1,0,0,0,0", "column EVID: 4"),
        ("1,21.5,1,4.5,2,0,0,0,0", "column CMT: 2"),
        ("1,3,1,4.5,1,0,0,0,0", "a dose at 3 h, which is 3 h of the day"),
        ("1,-2.5,1,4.5,1,0,0,0,0", "a dose at -2.5 h"),
        ("1,21.5,1,50,1,0,0,0,0", "at most 10 mg a day"),
        ("1,21.5,1,4.5,1,0,2000,24,0", "1096"),
        ("1,21.5,2,0,1,0,0,0,0", "no dose at all"),
    ],
)
def test_what_a_regimen_cannot_hold_is_refused(row: str, said: str) -> None:
    table = parse_events(f"ID,TIME,EVID,AMT,CMT,RATE,ADDL,II,SS\n{row}\n")

    with pytest.raises(InputError) as caught:
        regimen_of_events(table.records)

    assert said in str(caught.value)


def test_a_regimen_is_one_person_s() -> None:
    with pytest.raises(InputError, match="one person"):
        regimen_of_events([Record("1", 8.0, Kind.DOSE, 1.0), Record("2", 8.0, Kind.DOSE, 1.0)])


def test_doses_written_out_are_in_order_of_time() -> None:
    morning = Record("1", 8.0, Kind.DOSE, 1.5, additional=1, interval_h=24.0)
    evening = Record("1", 18.0, Kind.DOSE, 3.0, additional=1, interval_h=24.0)

    assert single_doses([morning, evening]) == ((8.0, 1.5), (18.0, 3.0), (32.0, 1.5), (42.0, 3.0))


def is_plain(row: Record, table: EventTable) -> bool:
    extras = dict(zip(table.covariates, row.covariates, strict=True))
    return row.compartment != 2 or list(extras.values()) == ["0", "0", "1"]


NONMEM_DOSES = read_events(DATA / "scenarios.csv")
NONMEM_AMOUNTS = read_events(DATA / "concentrations.csv")
# Where neither a lag nor a bioavailability nor a duration of compartment 2 plays a part.
PLAIN = [
    person
    for person, rows in NONMEM_DOSES.by_person()
    if all(is_plain(row, NONMEM_DOSES) for row in rows)
]


@pytest.mark.parametrize("person", PLAIN)
def test_a_nonmem_data_set_gives_the_amounts_of_nonmem(person: str) -> None:
    doses = [record for record in NONMEM_DOSES.records if record.person == person]
    wanted = [record for record in NONMEM_AMOUNTS.records if record.person == person]
    mixed = sorted([*doses, *wanted], key=lambda record: record.time_h)

    path = amounts_of_events(ORAL, EventTable(tuple(mixed)))

    found = [
        row[1] * 1000 / 20 for row, record in zip(path, mixed, strict=True) if record in wanted
    ]
    expected = [float(record.covariates[0]) for record in wanted]
    assert found == pytest.approx(expected, rel=5.0001e-5, abs=1e-9)


def test_twelve_scenarios_of_nonmem_go_from_file_to_amounts() -> None:
    assert len(PLAIN) == 12


def test_an_observation_sees_a_dose_only_if_it_stands_behind_it() -> None:
    text = "ID,TIME,EVID,AMT,CMT\n1,0,0,0,2\n1,0,1,10,2\n1,0,0,0,2\n"

    path = amounts_of_events(ORAL, parse_events(text))

    assert path[:, 1].tolist() == [0.0, 10.0, 10.0]


def test_people_do_not_touch_each_other() -> None:
    text = "ID,TIME,AMT\n1,0,10\n1,2,.\n2,0,20\n2,2,.\n"

    path = amounts_of_events(ORAL, parse_events(text))

    assert path[3] == pytest.approx(2 * path[1], rel=1e-14)


def test_no_records_are_no_amounts() -> None:
    assert np.array_equal(amounts_of_events(ORAL, EventTable(())), np.zeros((0, 2)))


def test_a_dose_into_a_compartment_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="row 2, column CMT: 3, expected a compartment of this"):
        amounts_of_events(ORAL, parse_events("ID,TIME,AMT,CMT\n1,0,10,3\n"))
