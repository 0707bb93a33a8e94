"""Levels and blockade at the records of a data set: against the exact path and the fast path."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.mechanism.events_levels import PREDICTIONS, levels_at_records
from lowdose.mechanism.events_path import amounts_of_events
from lowdose.mechanism.events_read import parse_events
from lowdose.mechanism.exposure import NALTREXONE
from lowdose.mechanism.linear import Linear
from lowdose.mechanism.linear_path import follow, follow_many
from lowdose.mechanism.linear_steady import flow_of, flow_of_many
from lowdose.mechanism.parameters import Person, typical
from lowdose.population.people import draw
from lowdose.population.simulate import simulate

ONE = Person(*(np.array([value]) for value in typical()))
STRUCTURES = ("biophase", "plasma", "slow_dissociation")
HEAD = "ID,TIME,EVID,AMT,CMT,RATE,ADDL,II,SS\n"
MIXED = (
    HEAD + "1,0,1,4.5,1,0,0,0,0\n1,3,0,.,2,.,.,.,.\n1,24,1,4.5,1,0,6,24,0\n1,30,1,2,1,0.5,0,0,0\n"
    "1,100,0,.,.,.,.,.,.\n1,120,4,3,1,0,0,0,0\n1,121.25,0,.,.,.,.,.,.\n1,500,0,.,.,.,.,.,.\n"
)
STEADY = HEAD + "1,0,1,4.5,1,0,0,24,1\n1,2,0,.,.,.,.,.,.\n1,5,1,1,1,0,0,12,2\n1,30,0,.,.,.,.,.,.\n"


def linear(person: Any) -> Linear:
    size = len(NALTREXONE.states)
    rates = np.zeros((size, size))
    for place, rate in NALTREXONE.rates(person).items():
        rates[place] = rate
    return Linear(NALTREXONE.states, tuple(tuple(row) for row in rates.tolist()))


def one_of(people: Person, number: int) -> Person:
    return Person(*(float(value[number]) for value in people))


@pytest.mark.parametrize("text", [MIXED, STEADY])
def test_levels_are_those_of_the_exact_path_for_everybody(text: str) -> None:
    table, people = parse_events(text), draw(3, 40)
    found = levels_at_records(table.records, people, "biophase")

    for number in range(40):
        person = one_of(people, number)
        amounts = amounts_of_events(linear(person), table)
        for name, level in (("naltrexone_ng_ml", "naltrexone"), ("naltrexol_ng_ml", "naltrexol")):
            one = NALTREXONE.levels[level]
            wanted = amounts[:, NALTREXONE.states.index(one.state)] * one.scale(person)
            np.testing.assert_allclose(found[name][:, number], wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_daily_doses_give_what_the_fast_path_gives(structure: str) -> None:
    text = (
        HEAD + "1,0,1,4.5,1,0,9,24,0\n" + "".join(f"1,{h},0,.,.,.,.,.,.\n" for h in range(1, 240))
    )
    found = levels_at_records(parse_events(text).records, ONE, structure)
    fast = simulate([4.5] * 10, people=1, structure=structure, hourly=True)

    names = {
        "naltrexone_ng_ml": "naltrexone_trough_ng_ml",
        "naltrexol_ng_ml": "naltrexol_trough_ng_ml",
        "blockade_central": "blockade_central_trough",
    }
    for name, hourly in names.items():
        wanted = fast.typical[hourly][:239]
        np.testing.assert_allclose(found[name][1:, 0], wanted, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_nothing_is_there_before_a_dose_or_after_a_reset(structure: str) -> None:
    text = HEAD + "1,0,0,.,.,.,.,.,.\n1,1,1,4.5,1,0,0,0,0\n1,9,0,.,.,.,.,.,.\n1,10,3,.,.,.,.,.,.\n"
    found = levels_at_records(parse_events(text).records, ONE, structure)

    for name in PREDICTIONS:
        assert found[name][[0, 1, 3], 0].tolist() == [0.0, 0.0, 0.0]
        assert found[name][2, 0] > 0


@pytest.mark.parametrize("structure", STRUCTURES)
def test_doses_written_out_are_the_same_as_further_doses(structure: str) -> None:
    tail = "1,100.5,0,.,.,.,.,.,.\n"
    short = HEAD + "1,0,1,3,1,0.5,3,24,0\n" + tail
    long = HEAD + "".join(f"1,{24 * day},1,3,1,0.5,0,0,0\n" for day in range(4)) + tail
    one, other = (
        levels_at_records(parse_events(text).records, ONE, structure) for text in (short, long)
    )

    for name in PREDICTIONS:
        np.testing.assert_allclose(one[name][-1], other[name][-1], rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.1, 60.0), min_size=1, max_size=5), st.floats(0.1, 4.0))
def test_slow_binding_does_not_depend_on_where_it_is_looked_at(
    times: list[float], factor: float
) -> None:
    looks = "".join(f"1,{time!r},0,.,.,.,.,.,.\n" for time in sorted(times))
    dose, end = f"1,0,1,{4.5 * factor!r},1,0,1,24,0\n", "1,61,0,.,.,.,.,.,.\n"
    plain = levels_at_records(parse_events(HEAD + dose + end).records, ONE, "slow_dissociation")
    seen = levels_at_records(
        parse_events(HEAD + dose + looks + end).records, ONE, "slow_dissociation"
    )

    name = "blockade_central"
    np.testing.assert_allclose(seen[name][-1], plain[name][-1], rtol=1e-6)


def test_people_whose_rates_coincide_are_carried_as_exactly_as_others() -> None:
    same = ((-0.5, 0.0), (0.5, -0.5))
    near = ((-0.5, 0.0), (0.5, -0.5 - 1e-9))
    apart = ((-1.5, 0.0), (1.5, -0.05))
    flow = flow_of_many(np.array([same, near, apart]))

    for span in (0.1, 7.0, 300.0):
        for number, matrix in enumerate((same, near, apart)):
            for many, one in zip(
                flow(span), flow_of(Linear(("depot", "central"), matrix))(span), strict=True
            ):
                np.testing.assert_allclose(many[number], one, rtol=1e-9, atol=1e-13)


def test_many_people_have_the_path_that_each_has_alone() -> None:
    people = draw(5, 7)
    table = parse_events(STEADY)
    from lowdose.mechanism.events_path import linear_events

    events = [event for record in table.records for event in linear_events(record)]
    models = [linear(one_of(people, number)) for number in range(7)]
    many = follow_many(np.array([model.matrix_per_h for model in models]), events)

    for number, model in enumerate(models):
        np.testing.assert_allclose(many[:, number], follow(model, events), rtol=1e-9, atol=1e-12)
