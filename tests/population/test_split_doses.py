"""Several intakes a day: followed at their hours, and missed and late one by one."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.mechanism.compare import after_stopping, peaks_and_troughs
from lowdose.mechanism.exposure import NALTREXONE
from lowdose.mechanism.linear import Dose, Linear
from lowdose.mechanism.linear_path import amounts_at
from lowdose.mechanism.mesh import hourly_mesh, mesh_for
from lowdose.mechanism.parameters import typical
from lowdose.population.adherence import ADHERENCE, LATE_H, taken
from lowdose.population.intakes import Times, in_slots
from lowdose.population.simulate import simulate
from lowdose.regimen.climb import regimen_of, regimen_of_steps
from lowdose.regimen.doses import Intake, Moment, Step
from lowdose.regimen.hours import schedule_by_hour
from lowdose.regimen.templates import TEMPLATES
from lowdose.runtime import double_precision

HOURS = (0.0, 13.5)
SPLIT = np.array([[1.5, 3.0]] * 5 + [[0.0, 4.5]] * 2 + [[2.0, 0.0]] * 3)
LEVELS = {"naltrexone": "naltrexone_trough_ng_ml", "naltrexol": "naltrexol_trough_ng_ml"}


def exact(name: str, doses: np.ndarray, hours: tuple[float, ...]) -> np.ndarray:
    """A level at every full hour, by the matrix exponential from dose to dose."""
    size = len(NALTREXONE.states)
    rates = np.zeros((size, size))
    for place, rate in NALTREXONE.rates(typical()).items():
        rates[place] = rate
    model = Linear(NALTREXONE.states, tuple(map(tuple, rates.tolist())))
    events = [
        Dose(24.0 * day + hour, dose)
        for day, row in enumerate(doses.tolist())
        for hour, dose in zip(hours, row, strict=True)
    ]
    # A dose of the same hour lies in the gut, so plasma does not know of it yet.
    times = np.arange(1.0, 24 * len(doses) + 1)
    level = NALTREXONE.levels[name]
    path = amounts_at(model, events, times.tolist())
    found: np.ndarray = path[:, NALTREXONE.states.index(level.state)] * level.scale(typical())
    return found


@pytest.mark.parametrize("name", LEVELS)
def test_levels_are_those_of_the_exact_linear_solution(name: str) -> None:
    found = simulate(SPLIT, hours=HOURS, people=1, hourly=True, outputs=[LEVELS[name]])

    wanted = exact(name, SPLIT, HOURS)
    np.testing.assert_allclose(found.typical[LEVELS[name]], wanted, rtol=1e-9, atol=1e-15)


def test_two_capsules_at_once_are_one_dose_of_both() -> None:
    both = simulate([[1.5, 3.0]] * 7, hours=(0, 0), people=300)
    one = simulate([4.5] * 7, people=300)

    for name, values in one.quantiles.items():
        np.testing.assert_allclose(both.quantiles[name], values, rtol=1e-12)


@pytest.mark.parametrize("adherence", ["full", pytest.param("usual", marks=pytest.mark.slow)])
def test_a_second_intake_of_nothing_changes_nothing_for_the_typical_person(adherence: str) -> None:
    one = simulate([4.5] * 7, people=1, adherence=adherence)
    two = simulate([[4.5, 0.0]] * 7, hours=HOURS, people=1, adherence=adherence)

    for name in ("naltrexone_trough_ng_ml", "blockade_central_trough", "relief", "tone_mean"):
        np.testing.assert_allclose(two.typical[name], one.typical[name], rtol=1e-4, atol=1e-6)


def test_levels_of_both_intakes_are_the_sum_of_the_levels_of_each() -> None:
    morning, evening = SPLIT * [1, 0], SPLIT * [0, 1]
    both, one, other = (
        simulate(doses, hours=HOURS, people=1, hourly=True, outputs=list(LEVELS.values()))
        for doses in (SPLIT, morning, evening)
    )

    for name in LEVELS.values():
        added = one.typical[name] + other.typical[name]
        np.testing.assert_allclose(both.typical[name], added, rtol=1e-10, atol=1e-15)


def test_twice_the_dose_is_twice_the_level() -> None:
    one, two = (
        simulate(times * SPLIT, hours=HOURS, people=1, outputs=list(LEVELS.values()))
        for times in (1, 2)
    )

    for name in LEVELS.values():
        np.testing.assert_allclose(two.typical[name], 2 * one.typical[name], rtol=1e-12)


def test_splitting_lowers_the_peak_and_lifts_the_trough() -> None:
    split = simulate([[2.25, 2.25]] * 28, hours=(0, 12), people=1)
    whole = simulate([4.5] * 28, people=1)

    high, low = "naltrexone_max_ng_ml", "naltrexone_trough_ng_ml"
    assert split.typical[high][-1] < whole.typical[high][-1]
    assert split.typical[low][-1] > whole.typical[low][-1]


def test_the_same_people_miss_the_same_doses_by_either_way_of_writing_one_a_day() -> None:
    numbers = np.arange(40, dtype=np.uint32)
    key, poor = jax.random.key(1), ADHERENCE["poor"]

    row = np.asarray(taken(key, numbers, np.full(9, 4.5), poor))
    column = np.asarray(taken(key, numbers, np.full((9, 1), 4.5), poor))

    np.testing.assert_array_equal(row, column[:, 0])


def test_each_intake_is_missed_by_itself_and_late_by_its_own_hours() -> None:
    planned = np.tile([1.0, 2.0], (60, 1))
    doses = np.asarray(
        taken(jax.random.key(1), np.arange(500, dtype=np.uint32), planned, ADHERENCE["poor"])
    )
    given = doses.sum(axis=2)

    assert doses.shape == (60, 2, 1 + len(LATE_H), 500)
    assert {tuple(pair) for pair in np.moveaxis(given, 1, -1).reshape(-1, 2)} == {
        (0.0, 0.0),
        (1.0, 0.0),
        (0.0, 2.0),
        (1.0, 2.0),
    }
    assert set(np.unique(doses[:, 1]).tolist()) == {0.0, 2.0}


@settings(max_examples=40)
@given(st.lists(st.integers(0, 95), min_size=1, max_size=4), st.integers(0, 2**30))
def test_no_dose_is_lost_between_intakes_and_slots_but_past_the_last_day(
    quarters: list[int], seed: int
) -> None:
    hours = tuple(quarter / 4 for quarter in sorted({0, *quarters}))
    times = Times(hours, (0.0, 1.0, 2.0, 4.0))
    doses = np.random.default_rng(seed).uniform(0, 5, (3, len(hours), 4, 2))
    with double_precision(), jax.disable_jit():
        laid = np.asarray(in_slots(times, doses))

    due = [
        (24 * day + hour + late, doses[day, number, place].tolist())
        for day in range(3)
        for number, hour in enumerate(hours)
        for place, late in enumerate(times.late_h)
    ]
    for day in range(3):
        for slot, at in enumerate(times.slots_h):
            wanted = sum(
                (np.array(dose) for time, dose in due if time == 24 * day + at), np.zeros(2)
            )
            np.testing.assert_allclose(laid[day, slot], wanted, rtol=1e-12)


@settings(max_examples=60)
@given(st.sets(st.integers(1, 95), max_size=6), st.integers(0, 2), st.booleans())
def test_a_mesh_fills_the_day_and_begins_a_panel_at_every_slot(
    quarters: set[int], refine: int, hourly: bool
) -> None:
    slots = [0.0, *(quarter / 4 for quarter in sorted(quarters))]
    mesh = (hourly_mesh if hourly else mesh_for)(slots, refine)
    begins = np.concatenate([[0.0], mesh.ends_h])

    assert mesh.ends_h[-1] == 24.0
    assert begins[list(mesh.slots)].tolist() == slots
    assert all(width & (width - 1) == 0 for width in mesh.widths)
    if hourly:
        assert set(range(25)) <= set(begins.tolist())


@pytest.mark.parametrize(
    ("doses", "hours", "said"),
    [
        ([[1.0, 2.0]], (0.0,), "doses: 2 a day, expected 1 doses on each day"),
        ([1.0], (0.0, 12.0), "doses: 1 a day, expected 2 doses on each day"),
        ([[1.0, 2.0]], (1.0, 12.0), "hours: 1 first, expected 0"),
        ([[1.0, 2.0]], (0.0, 24.0), "hours: 24, expected hours after the first intake"),
        ([[1.0, 2.0]], (0.0, -3.0), "hours: -3, expected hours after the first intake"),
        ([[1.0, 2.0]], (0.0, float("nan")), "hours: nan, expected hours after"),
        ([[1.0, 2.0]], (0.0, 0.1), "hours: 0.1, expected full quarters"),
        ([[1.0, 2.0, 1.0]], (0.0, 9.0, 3.0), "hours: 0, 9, 3, expected hours in their order"),
        ([[1.0] * 7], tuple(range(7)), "hours: 7 intakes a day, expected 1 to 6"),
        ([[1.0, 2000.0]], (0.0, 12.0), "dose of day 1: 2000 mg"),
        ([[1.0, float("nan")]], (0.0, 12.0), "dose of day 1: nan mg"),
        ([[1.0, 2.0], [1.0]], (0.0, 12.0), "days of different lengths"),
        ([[]], (), "hours: 0 intakes a day"),
    ],
)
def test_hours_that_make_no_sense_are_refused(doses: Any, hours: Any, said: str) -> None:
    with pytest.raises(InputError) as raised:
        simulate(doses, hours=hours, people=1)

    assert said in str(raised.value)


def test_a_regimen_is_laid_on_the_hours_from_its_earliest_moment() -> None:
    steps = [
        Step(2, (Intake(Moment.BEDTIME, 3.0),)),
        Step(1, (Intake(Moment.BEDTIME, 2.0), Intake(Moment.MORNING, 1.0))),
    ]

    doses, hours = schedule_by_hour(regimen_of_steps("", steps))

    assert (doses, hours) == (((0.0, 3.0), (0.0, 3.0), (1.0, 2.0)), (0.0, 13.5))


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_can_be_followed_by_the_hour(name: str) -> None:
    regimen = regimen_of(TEMPLATES[name])
    doses, hours = schedule_by_hour(regimen)

    assert len(doses) == regimen.days
    assert sum(map(sum, doses)) == pytest.approx(sum(s.days * s.dose_mg for s in regimen.steps))
    assert hours[0] == 0


def test_the_accounts_side_by_side_follow_split_doses_as_the_fast_path_does() -> None:
    found = simulate(SPLIT[:5], hours=HOURS, people=1)
    high, low = peaks_and_troughs(SPLIT[:5], hours=HOURS)["biophase"]

    assert high == pytest.approx(found.typical["blockade_central_max"][-1], rel=1e-3)
    assert low == pytest.approx(found.typical["blockade_central_trough"][-1], rel=1e-3)


def test_stopping_counts_from_the_last_intake_that_was_taken() -> None:
    hours, split = after_stopping([1.5, 3.0], hours=HOURS)
    _, once = after_stopping([4.5, 0.0], hours=HOURS)
    _, plain = after_stopping(4.5)

    assert split["plasma"].size == hours.size == plain["plasma"].size - round(13.5 * 4)
    np.testing.assert_array_equal(once["biophase"], plain["biophase"])
