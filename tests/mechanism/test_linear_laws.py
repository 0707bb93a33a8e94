"""Laws of linear kinetics, and agreement with closed formulas and with an independent solver."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.mechanism.linear import Dose, Event, Linear, Look, Replace, Reset, Steady
from lowdose.mechanism.linear_path import amounts_at, follow

ABSORPTION, ELIMINATION = 1.2, 0.17
ORAL = Linear(("depot", "central"), ((-ABSORPTION, 0.0), (ABSORPTION, -ELIMINATION)))
# Parent with a peripheral compartment, and its metabolite.
CHAIN = Linear(
    ("depot", "parent", "peripheral", "metabolite"),
    (
        (-0.9, 0.0, 0.0, 0.0),
        (0.4, -1.1, 0.2, 0.0),
        (0.0, 0.5, -0.2, 0.0),
        (0.5, 0.6, 0.0, -0.056),
    ),
    lag_h=(0.3, 0.0, 0.0, 0.0),
    bioavailability=(0.8, 1.0, 1.0, 1.0),
)
TIMES_H = np.linspace(0.0, 200.0, 11).tolist()
FEW = settings(max_examples=25)
TIGHT = {"rel": 1e-10, "abs": 1e-10}

dose_mg = st.floats(0.1, 50.0)
interval_h = st.floats(2.0, 48.0)
length_h = st.floats(0.1, 90.0)
lag_h = st.floats(0.0, 60.0)
compartment = st.integers(0, 3)


@st.composite
def doses(draw: st.DrawFn) -> Dose:
    """Any single or repeated dose that is not at steady state."""
    rate = draw(st.sampled_from([0.0, 0.4, 7.0]))
    return Dose(
        time_h=draw(st.integers(0, 100_000)) / 1000,
        amount_mg=draw(dose_mg),
        compartment=draw(compartment),
        rate_mg_h=rate,
        duration_h=0.0 if rate else draw(st.sampled_from([0.0, 5.0, 30.0])),
        additional=draw(st.integers(0, 5)),
        interval_h=draw(interval_h),
        lag_h=draw(st.none() | lag_h),
    )


def bateman(hours: float, dose: float) -> float:
    """Amount in the central compartment after a dose into the depot, textbook formula."""
    share = ABSORPTION / (ABSORPTION - ELIMINATION)
    return dose * share * (exp(-ELIMINATION * hours) - exp(-ABSORPTION * hours))


@FEW
@given(st.floats(0.0, 300.0), dose_mg)
def test_one_oral_dose_follows_the_bateman_formula(hours: float, dose: float) -> None:
    path = amounts_at(ORAL, [Dose(0.0, dose)], [hours])

    assert path[0, 1] == pytest.approx(bateman(hours, dose), **TIGHT)


@FEW
@given(dose_mg, interval_h, st.floats(0.0, 1.0))
def test_steady_oral_doses_follow_the_closed_formula(
    dose: float, every: float, part: float
) -> None:
    path = amounts_at(
        ORAL, [Dose(0.0, dose, interval_h=every, steady=Steady.REPLACE)], [part * every]
    )

    share = ABSORPTION / (ABSORPTION - ELIMINATION)
    terms = [exp(-k * part * every) / (1 - exp(-k * every)) for k in (ELIMINATION, ABSORPTION)]
    assert path[0, 1] == pytest.approx(dose * share * (terms[0] - terms[1]), **TIGHT)


@FEW
@given(st.lists(doses(), min_size=1, max_size=4))
def test_doses_add_up(several: list[Dose]) -> None:
    together = amounts_at(CHAIN, several, TIMES_H)

    apart = sum(amounts_at(CHAIN, [dose], TIMES_H) for dose in several)
    assert together == pytest.approx(apart, **TIGHT)


@FEW
@given(doses(), st.floats(0.1, 20.0))
def test_amounts_are_in_proportion_to_the_dose(dose: Dose, factor: float) -> None:
    larger = replace(dose, amount_mg=factor * dose.amount_mg, rate_mg_h=factor * dose.rate_mg_h)

    expected = factor * amounts_at(CHAIN, [dose], TIMES_H)
    assert amounts_at(CHAIN, [larger], TIMES_H) == pytest.approx(expected, **TIGHT)


@FEW
@given(doses())
def test_additional_doses_are_doses_written_out(dose: Dose) -> None:
    single = replace(dose, additional=0)
    written = [
        replace(single, time_h=dose.time_h + number * dose.interval_h)
        for number in range(dose.additional + 1)
    ]

    expected = amounts_at(CHAIN, written, TIMES_H)
    assert amounts_at(CHAIN, [dose], TIMES_H) == pytest.approx(expected, **TIGHT)


@FEW
@given(doses(), st.integers(0, 50_000).map(lambda each: each / 1000))
def test_a_lag_moves_everything_later(dose: Dose, later: float) -> None:
    prompt = replace(dose, lag_h=0.0)
    moved = amounts_at(CHAIN, [replace(dose, lag_h=later)], [time + later for time in TIMES_H])

    assert moved == pytest.approx(amounts_at(CHAIN, [prompt], TIMES_H), **TIGHT)


@FEW
@given(dose_mg, interval_h, st.just(0.0) | length_h, lag_h, compartment, st.floats(0.0, 3.0))
def test_a_steady_state_is_the_end_of_a_long_run(
    dose: float, every: float, length: float, lag: float, into: int, intervals: float
) -> None:
    """The slowest half-life here is 12 h: after 2,000 h it has passed more than 150 times."""
    repeated = Dose(0.0, dose, into, duration_h=length, interval_h=every, additional=2, lag_h=lag)
    past = int(2000 / every) + 1
    run = replace(repeated, time_h=-past * every, additional=past + 2)

    steady = amounts_at(CHAIN, [replace(repeated, steady=Steady.REPLACE)], [intervals * every])

    expected = amounts_at(CHAIN, [run], [intervals * every])
    assert steady == pytest.approx(expected, rel=1e-9, abs=1e-9)


@FEW
@given(dose_mg, interval_h, length_h)
def test_a_steady_state_comes_back_after_each_interval(
    dose: float, every: float, length: float
) -> None:
    repeated = Dose(
        0.0, dose, duration_h=length, interval_h=every, additional=9, steady=Steady.REPLACE
    )
    before, after = amounts_at(CHAIN, [repeated], [3.3 * every, 7.3 * every])

    assert before == pytest.approx(after, **TIGHT)


def test_an_added_steady_state_is_the_sum_of_both() -> None:
    morning = Dose(0.0, 3.0, interval_h=24.0, additional=5, steady=Steady.REPLACE)
    evening = Dose(12.0, 1.5, interval_h=24.0, additional=5, steady=Steady.ADD)
    later = [time for time in TIMES_H if time >= 12]

    path = amounts_at(CHAIN, [morning, evening], later)

    alone = amounts_at(CHAIN, [replace(evening, steady=Steady.REPLACE)], later)
    assert path == pytest.approx(amounts_at(CHAIN, [morning], later) + alone, **TIGHT)


def test_a_constant_infusion_is_the_limit_of_a_long_one() -> None:
    constant = Dose(0.0, 0.0, 1, rate_mg_h=2.0, steady=Steady.REPLACE)
    long = Dose(-3000.0, 6000.0, 1, rate_mg_h=2.0)

    expected = amounts_at(CHAIN, [long], TIMES_H)
    assert amounts_at(CHAIN, [constant], TIMES_H) == pytest.approx(expected, **TIGHT)


def test_infusions_end_to_end_are_one_long_infusion() -> None:
    pieces = Dose(1.0, 2.5, rate_mg_h=0.5, additional=5, interval_h=5.0)
    whole = Dose(1.0, 15.0, rate_mg_h=0.5)
    model = replace(CHAIN, bioavailability=())

    expected = amounts_at(model, [whole], TIMES_H)
    assert amounts_at(model, [pieces], TIMES_H) == pytest.approx(expected, **TIGHT)


def test_nothing_is_lost_where_nothing_leaves() -> None:
    closed = Linear(("one", "two"), ((-0.3, 0.1), (0.3, -0.1)))

    path = amounts_at(closed, [Dose(0.0, 4.0, rate_mg_h=1.0), Dose(9.0, 2.0, 1)], [4.0, 9.0, 900.0])

    assert path.sum(axis=1) == pytest.approx([4.0, 6.0, 6.0], rel=1e-12)


def test_amounts_agree_with_an_independent_solver() -> None:
    integrate = pytest.importorskip("scipy.integrate")
    matrix = np.array(CHAIN.matrix_per_h)
    state, now = np.zeros(4), 0.0
    # A bolus at 1 h (lag and bioavailability of the depot: 0.8 of 5 mg at 1.3 h), an infusion of
    # 0.7 mg/h into the parent from 2 to 9 h.
    pieces = [(1.3, 0.0, 4.0), (2.0, 0.0, 0.0), (9.0, 0.7, 0.0), (40.0, 0.0, 0.0)]
    for end, rate, bolus in pieces:
        given_in = np.array([0.0, rate, 0.0, 0.0])
        solved = integrate.solve_ivp(
            lambda _, amounts, given_in=given_in: matrix @ amounts + given_in,
            (now, end),
            state,
            method="DOP853",
            rtol=1e-12,
            atol=1e-14,
        )
        state, now = solved.y[:, -1] + np.array([bolus, 0.0, 0.0, 0.0]), end

    events = [Dose(1.0, 5.0), Dose(2.0, 4.9, 1, rate_mg_h=0.7)]

    assert amounts_at(CHAIN, events, [40.0])[0] == pytest.approx(state, rel=1e-10)


def test_a_reset_drops_what_is_running_and_what_is_on_its_way() -> None:
    events: list[Event] = [
        Dose(0.0, 100.0, rate_mg_h=1.0, additional=9, interval_h=24.0),
        Dose(0.0, 5.0, lag_h=30.0),
        Reset(20.0),
        Look(300.0),
    ]

    assert not follow(CHAIN, events)[2:].any()


def test_a_replaced_amount_leaves_the_rest_alone() -> None:
    path = follow(ORAL, [Dose(0.0, 8.0), Look(2.0), Replace(2.0, 1.0, 1), Look(2.0)])

    assert path[2].tolist() == path[3].tolist() == [path[1, 0], 1.0]


def test_events_at_one_time_happen_in_the_order_given() -> None:
    path = follow(ORAL, [Look(0.0), Dose(0.0, 8.0), Look(0.0), Reset(0.0), Dose(0.0, 1.0)])

    assert path[:, 0].tolist() == [0.0, 8.0, 8.0, 0.0, 1.0]


def test_a_dose_on_its_way_arrives_before_a_look_at_the_same_time() -> None:
    path = follow(ORAL, [Dose(0.0, 8.0, lag_h=5.0), Look(5.0)])

    assert path[1, 0] == 8.0


def test_a_sum_of_times_meets_the_time_it_stands_for() -> None:
    """0.1 + 0.2 is not 0.3 to the last digit."""
    path = follow(ORAL, [Dose(0.1, 8.0, lag_h=0.2), Look(0.3), Look(0.3)])

    assert path[1, 0] == 8.0


def test_no_events_and_no_times_are_no_amounts() -> None:
    assert amounts_at(ORAL, [], []).shape == (0, 2)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Dose(0.0, -1.0), "-1 mg"),
        (Dose(0.0, float("nan")), "nan mg"),
        (Dose(float("inf"), 1.0), "time inf"),
        (Dose(0.0, 1.0, 2), "compartment 2"),
        (Dose(0.0, 1.0, additional=3), "without interval"),
        (Dose(0.0, 1.0, additional=10**9, interval_h=1.0), "1000000000 additional doses"),
        (Dose(0.0, 1.0, steady=Steady.REPLACE), "steady state without interval"),
        (Dose(0.0, 1.0, rate_mg_h=1.0, duration_h=1.0), "a rate and a duration"),
        (Dose(0.0, 1.0, rate_mg_h=-2.0), "rate_mg_h -2"),
        (Dose(0.0, 1.0, bioavailability=-0.1), "bioavailability -0.1"),
        (Dose(0.0, 0.0, rate_mg_h=1.0, interval_h=24.0, steady=Steady.ADD), "constant infusion"),
        (
            Dose(0.0, 1.0, duration_h=1e6, interval_h=1.0, steady=Steady.ADD),
            "an infusion of 1e+06 h",
        ),
    ],
)
def test_a_dose_that_cannot_be_is_refused(event: Dose, said: str) -> None:
    with pytest.raises(InputError) as caught:
        follow(ORAL, [event])

    assert said in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    wrong = Linear(("one", "two"), ((-1.0,), (0.0,)), lag_h=(-1.0,))

    with pytest.raises(InputError) as caught:
        follow(wrong, [Look(2.0), Dose(1.0, -1.0)])

    assert [fault.place for fault in caught.value.faults] == [
        "matrix",
        "lag_h",
        "event 2",
        "event 2",
    ]


def test_a_model_that_keeps_amounts_for_ever_has_no_steady_state() -> None:
    collecting = Linear(("central", "urine"), ((-0.2, 0.0), (0.2, 0.0)))

    with pytest.raises(InputError, match="every amount leaves"):
        follow(collecting, [Dose(0.0, 1.0, interval_h=24.0, steady=Steady.REPLACE)])
