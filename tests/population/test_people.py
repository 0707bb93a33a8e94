"""People: the same by number, as different as their spreads say, moved by what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from lowdose.errors import InputError
from lowdose.mechanism.parameters import PARAMETERS, check_person, typical
from lowdose.population.people import Covariates, draw


def test_a_person_is_the_same_whoever_else_is_drawn() -> None:
    many, few = draw(7, 300), draw(7, 5, first=290)

    for one, other in zip(many, few, strict=True):
        np.testing.assert_array_equal(one[290:295], other)


def test_another_seed_gives_other_people() -> None:
    assert not np.array_equal(draw(1, 3).clearance_l_per_h, draw(2, 3).clearance_l_per_h)


@pytest.mark.parametrize("name", [n for n, one in PARAMETERS.items() if one.people > 0])
def test_people_spread_around_the_typical_value_as_the_table_says(name: str) -> None:
    one = PARAMETERS[name]

    logs = np.log(getattr(draw(3, 4000), name) / one.typical)

    assert abs(logs.mean()) < 4 * one.people / np.sqrt(4000)
    assert logs.std() == pytest.approx(one.people, rel=0.05)


def test_what_does_not_differ_between_people_is_typical_for_all() -> None:
    kappa = draw(3, 10).kappa_to_mu

    assert set(kappa.tolist()) == {PARAMETERS["kappa_to_mu"].typical}


def test_doubt_about_a_typical_value_is_drawn_only_when_asked() -> None:
    assert draw(3, 50, unsure=True).kappa_to_mu.std() > 0


def test_everyone_lies_within_the_limits_of_the_table() -> None:
    check_person(draw(3, 5000, unsure=True))


def test_clearance_and_volume_go_together() -> None:
    people = draw(3, 4000)

    pair = np.corrcoef(np.log(people.clearance_l_per_h), np.log(people.volume_l))

    assert pair[0, 1] == pytest.approx(0.5, abs=0.05)


def test_cirrhosis_lets_eight_times_as_much_naltrexone_pass() -> None:
    """Decompensated cirrhosis: AUC 8 times that of controls (PK47, PK50)."""
    usual, ill = draw(3, 100), draw(3, 100, covariates=Covariates(liver="decompensated cirrhosis"))
    free = usual.first_pass_escape < 1 / 8

    ratio = ill.first_pass_escape / usual.first_pass_escape

    np.testing.assert_allclose(ratio[free], 8.0)


def test_a_heavier_person_clears_more() -> None:
    heavy = draw(3, 1, covariates=Covariates(weight_kg=120))

    assert heavy.clearance_l_per_h > draw(3, 1).clearance_l_per_h


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        draw(1, 0, covariates=Covariates(weight_kg=7, liver="purple"))

    assert len(raised.value.faults) == 3


@pytest.mark.parametrize(("value", "word"), [(-1.0, "-1"), (float("nan"), "nan")])
def test_a_parameter_outside_its_limits_is_named(value: float, word: str) -> None:
    with pytest.raises(InputError, match="clearance_l_per_h") as raised:
        check_person(typical()._replace(clearance_l_per_h=value))

    assert word in str(raised.value)
