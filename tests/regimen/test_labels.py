"""Labels say what to do in plain words, and blinded ones say nothing more."""

from datetime import date

import pytest

from lowdose.errors import InputError
from lowdose.regimen.doses import Intake, Moment, Regimen, Step
from lowdose.regimen.kits import blinded_kit
from lowdose.regimen.labels import bottle_labels, kit_labels
from lowdose.regimen.preparation import prepare_capsules, prepare_liquid


def regimen(*steps: tuple[float, ...]) -> Regimen:
    moments = (Moment.MORNING, Moment.BEDTIME)
    made = tuple(
        Step(7, tuple(Intake(m, d) for m, d in zip(moments[-len(doses) :], doses, strict=True)))
        for doses in steps
    )
    return Regimen("test", made, "")


def test_a_dose_from_two_bottles_names_the_other_bottle():
    plan = regimen((1.5,), (2.0,))

    half, whole = bottle_labels(prepare_capsules(plan, [0.5, 1.5]), plan)

    assert half.directions == (
        "Days 8 to 14: take 1 capsule, together with 1 capsule from the 1.5 mg bottle, at bedtime.",
    )
    assert whole.directions[0] == "Days 1 to 7: take 1 capsule at bedtime."


def test_neighbouring_steps_with_the_same_use_are_one_line():
    plan = regimen((1.5,), (1.5,))

    (label,) = bottle_labels(prepare_capsules(plan, [1.5]), plan)

    assert label.directions == ("Days 1 to 14: take 1 capsule at bedtime.",)


def test_split_doses_are_both_on_the_label():
    plan = regimen((1.5, 3.0))

    (label,) = bottle_labels(prepare_capsules(plan, [1.5]), plan)

    assert label.directions == (
        "Days 1 to 7: take 1 capsule in the morning and take 2 capsules at bedtime.",
    )


def test_dates_and_use_by_stand_on_dated_labels():
    plan = regimen((1.5,))
    made = prepare_liquid(plan, start=date(2026, 3, 2), made_on=date(2026, 2, 27))

    (label,) = bottle_labels(made, plan, start=date(2026, 3, 2))

    assert label.use_by == "3 Apr 2026"
    assert label.directions[0].startswith("Shake well")
    assert label.directions[1].startswith("2 Mar 2026 to 8 Mar 2026: take 1.5 mL")


def test_every_label_warns_of_opioids():
    plan = regimen((1.5,))

    (label,) = bottle_labels(prepare_capsules(plan, [1.5]), plan)

    assert any("opioid" in warning for warning in label.warnings)


def test_blinded_labels_of_two_codes_differ_in_period_and_code_only():
    plan = regimen((1.5,), (2.0,))
    made = prepare_capsules(plan, [0.5, 1.5])

    first, _, second, _ = kit_labels(blinded_kit(made, "AB"), made, plan)

    assert first.title.replace("period 1, code A", "period 2, code B") == second.title
    assert first.directions == second.directions


def test_blinded_labels_name_no_medicine_and_no_strength():
    plan = regimen((1.5,), (2.0,))
    made = prepare_capsules(plan, [0.5, 1.5])

    for label in kit_labels(blinded_kit(made, "ABBA"), made, plan):
        text = " ".join([label.title, *label.directions, label.quantity, label.storage])
        assert "mg" not in text
        assert "naltrexone" not in text.lower()


def test_a_blinded_liquid_is_refused_because_it_tastes():
    with pytest.raises(InputError, match="bitter"):
        blinded_kit(prepare_liquid(regimen((1.0,))))


@pytest.mark.parametrize("sequence", ["", "A", "AA", "ab", "A1", "AB" * 13])
def test_a_sequence_that_compares_nothing_is_refused(sequence):
    with pytest.raises(InputError, match="kit sequence"):
        blinded_kit(prepare_capsules(regimen((1.5,)), [1.5]), sequence)
