"""Titrations become regimens: the laws of climbing.

Exact doses of every template are in checks/regimen.py.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lowdose.errors import InputError
from lowdose.regimen.climb import regimen_of, regimen_of_steps, schedule
from lowdose.regimen.doses import Intake, Moment, Step, StepKind
from lowdose.regimen.templates import TEMPLATES, find_template
from lowdose.regimen.titration import Hold, Share, StepBack, Titration


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_names_its_source(name: str) -> None:
    source = TEMPLATES[name].source

    assert any(mark in source for mark in ("PR", "PMID"))
    assert "assumption" in source.lower() or name == "final-trial"


def test_source_pages_climb_takes_four_to_eight_weeks_from_either_start() -> None:
    for start_mg in (0.5, 1.5):
        steps = regimen_of(Titration(start_mg, 0.5, 7, 4.0)).steps

        assert 28 <= sum(step.days for step in steps[:-1]) <= 56


def test_final_trial_lasts_twelve_weeks() -> None:
    assert regimen_of(find_template("final-trial")).days == 84


def test_ultra_low_is_taken_twice_a_day_in_equal_parts() -> None:
    for step in regimen_of(find_template("ultra-low")).steps:
        morning, bedtime = step.intakes

        assert morning.dose_mg == bedtime.dose_mg


def test_last_step_lands_on_a_target_that_steps_do_not_divide() -> None:
    doses = [step.dose_mg for step in regimen_of(Titration(1.0, 1.5, 7, 4.5)).steps]

    assert doses == [1.0, 2.5, 4.0, 4.5]


def test_days_count_the_whole_regimen() -> None:
    assert regimen_of(Titration(0.5, 0.5, 7, 4.5, days=112)).days == 112


def test_one_dose_throughout_needs_no_step() -> None:
    steps = regimen_of(Titration(4.5, 0.0, 7, 4.5, days=84)).steps

    assert [(step.days, step.dose_mg, step.kind) for step in steps] == [(84, 4.5, StepKind.TARGET)]


def test_hold_adds_days_at_its_dose() -> None:
    steps = regimen_of(Titration(1.5, 1.5, 7, 4.5, holds=(Hold(3.0, 14),), target_days=7)).steps

    assert [(step.days, step.dose_mg, step.kind.value) for step in steps] == [
        (7, 1.5, "start"),
        (7, 3.0, "climb"),
        (14, 3.0, "hold"),
        (7, 4.5, "target"),
    ]


def test_step_back_goes_down_and_climbs_again_by_the_doses_between() -> None:
    back = StepBack(2.0, 1.0, 14)
    steps = regimen_of(Titration(0.5, 0.5, 7, 2.5, step_backs=(back,), target_days=7)).steps

    assert [step.dose_mg for step in steps] == [0.5, 1.0, 1.5, 2.0, 1.0, 1.5, 2.0, 2.5]
    assert steps[4].kind is StepKind.STEP_BACK
    assert steps[4].days == 14


def test_step_back_from_the_target_returns_to_it() -> None:
    # "Halve and climb again" (PR09), also where half the dose is no dose of the climb.
    back = StepBack(4.5, 2.25, 7)
    steps = regimen_of(Titration(1.5, 1.5, 7, 4.5, step_backs=(back,), target_days=28)).steps

    assert [(step.days, step.dose_mg) for step in steps] == [
        (7, 1.5),
        (7, 3.0),
        (7, 4.5),
        (7, 2.25),
        (7, 3.0),
        (28, 4.5),
    ]


def test_split_shares_add_up_to_the_dose_of_the_day() -> None:
    shares = (
        Share(Moment.MORNING, 1 / 3),
        Share(Moment.MIDDAY, 1 / 3),
        Share(Moment.BEDTIME, 1 / 3),
    )
    steps = regimen_of(Titration(0.5, 0.5, 7, 4.5, split=shares)).steps

    assert [step.dose_mg for step in steps] == [0.5 * n for n in range(1, 10)]


def test_schedule_has_one_dose_a_day_and_adds_up() -> None:
    regimen = regimen_of(find_template("usual"))

    doses = schedule(regimen)

    assert len(doses) == regimen.days == 84
    assert sum(doses) == 14 * 1.5 + 14 * 3.0 + 56 * 4.5


def test_steps_written_out_may_pause() -> None:
    pause = Step(7, (Intake(Moment.BEDTIME, 0.0),), StepKind.HOLD)
    taken = Step(7, (Intake(Moment.BEDTIME, 4.5),))

    assert schedule(regimen_of_steps("", [taken, pause, taken]))[6:8] == (4.5, 0.0)


ug = some.integers(1, 10_000)


@some.composite
def titrations(draw: some.DrawFn) -> Titration:
    """Titrations without faults, from 1 microgram to 10 mg."""
    start, target = sorted((draw(ug), draw(ug)))
    step = max(draw(ug), (target - start) // 30 + 1)
    every = draw(some.integers(1, 20))
    return Titration(start / 1000, step / 1000, every, target / 1000)


@given(titrations())
def test_every_climb_rises_and_ends_on_its_target(titration: Titration) -> None:
    doses = schedule(regimen_of(titration))

    assert doses[0] == titration.start_mg or titration.start_mg == titration.target_mg
    assert list(doses) == sorted(doses)
    assert doses[-1] == titration.target_mg == max(doses)


@given(titrations(), some.floats(0.05, 0.95))
def test_every_split_adds_up_to_the_unsplit_dose(titration: Titration, part: float) -> None:
    shares = (Share(Moment.MORNING, part), Share(Moment.BEDTIME, 1 - part))
    halves = Titration(**{**vars(titration), "split": shares})

    assert schedule(regimen_of(halves)) == schedule(regimen_of(titration))


@given(titrations(), some.integers(1, 60))
def test_days_asked_for_are_days_given_or_a_fault(titration: Titration, more: int) -> None:
    climb = regimen_of(titration).days - titration.target_days
    asked = Titration(**{**vars(titration), "days": climb + more})

    assert regimen_of(asked).days == climb + more


def test_days_that_end_before_the_target_are_a_fault() -> None:
    with pytest.raises(InputError, match="expected at least 29, so that the target is reached"):
        regimen_of(Titration(1.5, 1.5, 14, 4.5, days=28))
