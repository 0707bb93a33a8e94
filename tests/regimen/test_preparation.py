"""What is made adds up to what is taken, stays within its date, and refuses what cannot be made."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.regimen.beyond_use import Storage, Vehicle
from lowdose.regimen.doses import Intake, Moment, Regimen, Step
from lowdose.regimen.preparation import prepare_capsules, prepare_liquid

START = date(2026, 3, 2)


def regimen(*doses_mg: float, days: int = 14) -> Regimen:
    steps = (Step(days, (Intake(Moment.BEDTIME, dose),)) for dose in doses_mg)
    return Regimen("test", tuple(steps), "")


halves = st.lists(st.integers(0, 12).map(lambda half: half / 2), min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(halves, st.integers(1, 40), st.sampled_from([0, 5, 12.5]))
def test_capsules_of_all_batches_are_those_taken_plus_spare(doses_mg, days, spare_percent):
    plan = regimen(*doses_mg, days=days)

    made = prepare_capsules(plan, [0.5, 1.5, 4.5], spare_percent=spare_percent)

    taken = sum(
        capsules.count * plan.steps[portion.step - 1].days
        for portion in made.portions
        for capsules in portion.capsules
    )
    handed = sum(capsules.count for batch in made.batches for capsules in batch.capsules)
    assert taken == sum(supply.amount for supply in made.supplies)
    assert handed == sum(supply.total for supply in made.supplies)
    assert handed >= taken * (1 + spare_percent / 100)


@settings(max_examples=100, deadline=None)
@given(halves, st.integers(1, 40))
def test_every_portion_holds_its_dose(doses_mg, days):
    made = prepare_capsules(regimen(*doses_mg, days=days), [0.5, 1.5, 4.5])

    for portion in made.portions:
        assert sum(c.strength_mg * c.count for c in portion.capsules) == portion.dose_mg


@settings(max_examples=100, deadline=None)
@given(halves, st.integers(1, 40), st.integers(0, 20))
def test_nothing_is_used_past_its_date_and_no_day_is_left_out(doses_mg, days, early):
    plan = regimen(*doses_mg, days=days)
    made_on = date.fromordinal(START.toordinal() - early)

    made = prepare_liquid(plan, start=START, made_on=made_on)

    served = set()
    for batch in made.batches:
        span = batch.window
        last = date.fromordinal(START.toordinal() + span.last_day - 1)
        assert last <= span.use_by
        assert (span.use_by - span.make_on).days == 35
        served |= set(range(span.first_day, span.last_day + 1))
    dosed = [day for day in range(1, plan.days + 1) if plan.steps[(day - 1) // days].dose_mg > 0]
    assert served >= set(dosed)


def test_liquid_from_whole_tablets_keeps_its_strength():
    made = prepare_liquid(regimen(1.0, 2.0, 3.0, 4.5))

    for batch in made.batches:
        assert batch.volume_ml == batch.tablets * 50


def test_every_impossible_capsule_dose_is_named_with_its_nearest():
    with pytest.raises(InputError) as caught:
        prepare_capsules(regimen(1.5, 1.7, 0.2), [0.5, 1.5])

    places = [(fault.place, fault.remedy) for fault in caught.value.faults]
    assert places == [
        ("step 2, bedtime dose", "nearest possible: 1.5 mg or 2 mg"),
        ("step 3, bedtime dose", "nearest possible: 0.5 mg"),
    ]


def test_a_liquid_dose_between_marks_is_refused_with_its_nearest():
    with pytest.raises(InputError, match=r"nearest possible: 1\.7 mg or 1\.8 mg"):
        prepare_liquid(regimen(1.75))


def test_four_and_a_half_millilitres_are_read_on_the_syringe_that_has_the_mark():
    (portion,) = prepare_liquid(regimen(4.5)).portions

    assert (portion.words, portion.syringe) == ("4.5 mL", "10 mL oral syringe")


def test_a_fixed_syringe_is_kept_to():
    with pytest.raises(InputError, match=r"4\.4 mg or 4\.6 mg"):
        prepare_liquid(regimen(4.5), syringe_ml=5)


@pytest.mark.parametrize(
    "options",
    [
        {"beyond_use_days": 61},
        {"storage": Storage.ROOM, "beyond_use_days": 31},
        {"storage": Storage.ROOM, "vehicle": Vehicle.WATER},
        {"mg_per_ml": 0},
        {"mg_per_ml": float("nan")},
        {"syringe_ml": 2},
        {"overfill_percent": -1},
        {"start": START, "made_on": date(2026, 3, 3)},
        {"start": START, "made_on": date(2026, 1, 1)},
    ],
)
def test_liquid_wishes_that_nothing_supports_are_refused(options):
    with pytest.raises(InputError):
        prepare_liquid(regimen(1.0), **options)


@pytest.mark.parametrize("strengths", [[], [0], [-1.5], [float("nan")], [0.0005], [1] * 13])
def test_stock_that_is_no_stock_is_refused(strengths):
    with pytest.raises(InputError, match="strengths in stock"):
        prepare_capsules(regimen(1.5), strengths)


def test_capsules_for_a_year_are_made_in_batches_of_half_a_year():
    made = prepare_capsules(regimen(4.5, days=365), [4.5], start=START)

    assert [(b.window.first_day, b.window.last_day) for b in made.batches] == [
        (1, 180),
        (181, 360),
        (361, 365),
    ]


def test_a_pause_needs_nothing():
    made = prepare_capsules(regimen(0.0, days=14), [4.5])

    assert made.batches == ()
    assert made.portions[0].words == "nothing"
