"""Minimisation: one person after another, and groups that stay alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from lists_to_draw import SEX, SITE, crossover, secret, secrets, three_arms

from lowdose.errors import InputError
from lowdose.trial.design.values import Method
from lowdose.trial.randomise.chance import shuffled, words
from lowdose.trial.randomise.draw import draw_list, strata
from lowdose.trial.randomise.minimise import levels_of, minimised, next_sequence
from lowdose.trial.randomise.values import Entry, Stratum

DESIGN = crossover(Method.MINIMISATION, SEX, SITE)


def arrivals(number: int, many: int = 40) -> list[Stratum]:
    """Who comes, in some order."""
    groups = strata(DESIGN) * (many // 6 + 1)
    return shuffled(words(secret(number), "arrivals"), groups)[:many]


def imbalance(entries: tuple[Entry, ...] | list[Entry]) -> float:
    """The mean over levels of how far apart the two orders are."""
    seen = Counter(
        (place, level, one.sequence) for one in entries for place, level in enumerate(one.stratum)
    )
    levels = {key[:2] for key in seen}
    return float(np.mean([abs(seen[*at, 0] - seen[*at, 1]) for at in levels]))


def test_minimisation_balances_better_than_simple_chance() -> None:
    by_method: dict[str, list[float]] = {"minimised": [], "simple": []}
    for number in range(60):
        came = arrivals(number)
        by_method["minimised"].append(imbalance(minimised(DESIGN, secret(number), came)))
        chance = draw_list(crossover(Method.SIMPLE), secret(number), people=40)
        drawn = [replace(one, stratum=who) for one, who in zip(chance, came, strict=True)]
        by_method["simple"].append(imbalance(drawn))

    assert np.mean(by_method["minimised"]) < 0.5 * np.mean(by_method["simple"])


def test_without_a_coin_the_next_person_goes_where_it_is_most_needed() -> None:
    """By hand. Before: order 0 has two women (Oslo, Bergen), order 1 a man (Oslo).

    A woman in Oslo: to 0, sexes 3 and 0, sites 2 and 1, 4 apart; to 1, 2 and 1, 1 and 2, 2 apart.
    """
    design = replace(DESIGN, allocation=replace(DESIGN.allocation, strength=1.0))
    counts = [[[2, 0], [1, 1, 0]], [[0, 1], [1, 0, 0]]]

    chosen = {next_sequence(design, each, counts, (0, 0), 4) for each in secrets(20)}
    tied = {
        next_sequence(design, each, [[[1, 0], [1, 0, 0]]] * 2, (0, 0), 3) for each in secrets(20)
    }
    assert chosen == {1}
    assert tied == {0, 1}


def test_with_a_coin_the_other_order_comes_as_often_as_said() -> None:
    """0.8 for the best, and of the 0.2 left each order by its share: 0.1 for the other one."""
    counts = [[[2, 0], [1, 1, 0]], [[0, 1], [1, 0, 0]]]
    drawn = [next_sequence(DESIGN, each, counts, (0, 0), 4) for each in secrets(1500)]

    assert np.mean(drawn) == pytest.approx(0.9, abs=4 * np.sqrt(0.9 * 0.1 / 1500))


def test_adding_a_person_changes_nothing_of_those_before() -> None:
    came = arrivals(1)

    assert minimised(DESIGN, secret(1), came)[:15] == minimised(DESIGN, secret(1), came[:15])


def test_shares_are_roughly_kept() -> None:
    design = three_arms(Method.MINIMISATION, (2, 1, 1), SEX)
    came = [(level,) for level in ("female", "male")] * 100
    seen = Counter(one.sequence for one in minimised(design, secret(1), came))

    assert seen[0] == pytest.approx(100, abs=10)
    assert seen[1] == pytest.approx(50, abs=10)


def test_levels_are_read_in_the_order_of_the_design() -> None:
    assert levels_of(DESIGN, {"site": "Oslo", "sex": "male"}) == ("male", "Oslo")


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({}, ("sex: nothing, expected one of female, male", "site: nothing")),
        ({"sex": "male", "site": "oslo"}, ("did you mean Oslo?",)),
        ({"sex": "male", "site": "Oslo", "age": "7"}, ("a factor of the design: sex, site",)),
    ],
)
def test_every_level_that_cannot_be_is_said_at_once(
    given: dict[str, str], reasons: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as refused:
        levels_of(DESIGN, given)

    assert all(reason in str(refused.value) for reason in reasons)


def test_nobody_yet_is_an_empty_list() -> None:
    assert minimised(DESIGN, secret(1), []) == ()
