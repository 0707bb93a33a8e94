"""The well-known sets of orders have the balance that they are known for."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from design_files import CROSSOVER, changed

from lowdose.trial.design.read import parse_design
from lowdose.trial.design.squares import latin_square, williams

KEYS = tuple("ABCDEFG")
SEQUENCES = '[sequences]\nLP = ["ldn", "placebo"]\nPL = ["placebo", "ldn"]\n'


@pytest.mark.parametrize("treatments", range(2, 8))
@pytest.mark.parametrize("square", [williams, latin_square])
def test_every_treatment_is_in_every_order_once_and_in_every_period_equally_often(
    square: type, treatments: int
) -> None:
    rows = square(KEYS[:treatments])

    assert all(sorted(row) == list(KEYS[:treatments]) for row in rows)
    for column in zip(*rows, strict=True):
        assert set(Counter(column).values()) == {len(rows) // treatments}


@pytest.mark.parametrize("treatments", range(2, 8))
def test_in_a_williams_square_each_treatment_follows_each_other_one_equally_often(
    treatments: int,
) -> None:
    rows = williams(KEYS[:treatments])
    follows = Counter(pair for row in rows for pair in pairwise(row))

    assert len(follows) == treatments * (treatments - 1)
    assert set(follows.values()) == {2 if treatments % 2 else 1}


def test_a_latin_square_of_three_lacks_that_balance() -> None:
    follows = Counter(pair for row in latin_square(KEYS[:3]) for pair in pairwise(row))

    assert len(follows) == 3


@pytest.mark.parametrize(
    ("word", "orders"),
    [
        ("all orders", {"LP", "PL"}),
        ("williams", {"LP", "PL"}),
        ("latin square", {"LP", "PL"}),
        ("balaam", {"LL", "LP", "PL", "PP"}),
        ("parallel", {"LL", "PP"}),
    ],
)
def test_a_word_stands_for_a_set_of_orders(word: str, orders: set[str]) -> None:
    text = changed(changed(CROSSOVER, SEQUENCES, ""), "people", f'sequences = "{word}"\npeople')

    assert {one.name for one in parse_design(text).sequences} == orders
