"""What power says of a design is what the closed form, or the design of the looks, says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from trial.made_designs import crossover, parallel

from lowdose.errors import InputError
from lowdose.trial.design.values import Analysis, Design, Looks, Primary
from lowdose.trial.operate.best import candidates
from lowdose.trial.operate.closed_form import power_paired, power_two_groups
from lowdose.trial.operate.power import operate, power
from lowdose.trial.operate.values import Cell, Operating
from lowdose.trial.run.conduct import conduct_of

# Independent days, no floor, no placebo response: what the closed forms are about.
PLAIN: dict[str, Any] = {
    "phi": 0.0, "share": 0.0, "missing": 0.0, "onset_days": 0.0, "whole": False, "limits": False,
    "placebo_sd": 0.0,
}  # fmt: skip
TRIALS = 1000


def found(design: Design, primary: Primary, **changes: Any) -> Operating:
    design = replace(design, analysis=Analysis(primary))
    conduct = conduct_of(design, **{**PLAIN, **changes})
    return operate([Cell(design, conduct, {})], TRIALS, seed=11)[0]


def test_power_of_two_groups_is_the_closed_form() -> None:
    # Change from 14 days to 42: the noise of both means.
    spread = 4.0 * (1 / 14 + 1 / 42) ** 0.5
    one = found(parallel(40), Primary.CHANGE, effect=-1.0, spread=4.0)
    exact = power_two_groups(1.0, spread, 20, 20)
    assert one.power.value == pytest.approx(exact, abs=4 * one.power.error)


def test_power_of_a_crossover_is_the_closed_form() -> None:
    spread = 4.0 * (2 / 21) ** 0.5  # of the difference of two means of 21 days
    one = found(crossover(21), Primary.CROSSOVER, effect=-0.6, spread=4.0)
    exact = power_paired(0.6, spread, 21)
    assert one.power.value == pytest.approx(exact, abs=0.01 + 4 * one.power.error)


def test_without_an_effect_the_false_alarms_are_alpha() -> None:
    one = found(parallel(40), Primary.ANCOVA, effect=0.0, spread=1.0)
    assert one.power.value == pytest.approx(0.05, abs=4 * one.power.error)
    assert one.coverage.value == pytest.approx(0.95, abs=4 * one.coverage.error)
    assert abs(one.bias.value) < 4 * one.bias.error


@pytest.mark.parametrize(
    "rule",
    [
        "obrien-fleming",
        pytest.param("pocock", marks=pytest.mark.slow),
        pytest.param("lan-demets-obrien-fleming", marks=pytest.mark.slow),
    ],
)
def test_looks_keep_the_level_and_use_fewer_people_where_there_is_an_effect(rule: str) -> None:
    design = replace(parallel(60), looks=Looks((0.5, 0.75, 1.0), rule))
    nothing = found(design, Primary.CHANGE, effect=0.0, spread=1.0)
    much = found(design, Primary.CHANGE, effect=-0.5, spread=1.0)
    assert nothing.power.value == pytest.approx(0.05, abs=4 * nothing.power.error + 0.003)
    assert much.used.value < 0.95 * 60


def test_looking_at_the_posterior_again_and_again_errs_more() -> None:
    looks = Looks((0.2, 0.4, 0.6, 0.8, 1.0), "posterior", threshold=0.975)
    one = found(replace(parallel(100), looks=looks), Primary.CHANGE, effect=0.0, spread=1.0)
    assert one.power.value > 0.1


def test_only_designs_that_give_people_both_give_them_answers() -> None:
    assert found(parallel(20), Primary.CHANGE, effect=0.0).clear is None
    both = found(crossover(20), Primary.CROSSOVER, effect=-3.0, spread=1.0)
    assert both.clear is not None
    assert both.clear.value > 0.9
    assert both.people_per_clear_answer < 1.2


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({"people": [1]}, "people: 1"),
        ({"people": [20.5]}, "people: 20.5"),
        ({"dropout": [2]}, "dropout: 2"),
        ({"weeks": [0.5]}, "weeks: 0.5"),
        ({"effect_sd": [-1]}, "effect_sd: -1"),
        ({"people": list(range(20, 600))}, "580 cells"),
        ({"effect": [1], "hypothesis": "rebound"}, "given with a hypothesis"),
    ],
)
def test_a_grid_that_makes_no_sense_is_refused(grid: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        power(crossover(), trials=10, **grid)


def test_budgets_are_spent_in_different_ways() -> None:
    made = dict(candidates(40, 26))
    assert len(made) >= 4
    assert all(design.people == 40 and design.days <= 26 * 7 for design in made.values())
    with pytest.raises(InputError, match=r"(?s)--people.*--weeks"):
        candidates(2, 1)
