"""Lists drawn by chance: balanced where they should be, and always the same from a secret."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists_to_draw import SEX, SITE, crossover, secret, secrets, three_arms
from scipy.stats import chisquare

from lowdose.errors import InputError
from lowdose.trial.design.named import find_design
from lowdose.trial.design.values import Method
from lowdose.trial.randomise.draw import block_sizes, draw_list, strata
from lowdose.trial.randomise.seal import code_of
from lowdose.trial.randomise.values import Entry


def sequences(entries: tuple[Entry, ...]) -> list[int]:
    return [one.sequence for one in entries]


@settings(max_examples=30)
@given(
    number=st.integers(0, 10**6),
    sizes=st.sampled_from([(2,), (4,), (4, 6), (2, 4, 8)]),
    people=st.integers(1, 60),
)
def test_blocks_never_let_the_orders_drift_apart(
    number: int, sizes: tuple[int, ...], people: int
) -> None:
    drawn = sequences(draw_list(crossover(sizes=sizes), secret(number), people=people))

    ahead = 0
    for one in drawn:
        ahead += 1 if one else -1
        assert abs(ahead) <= max(sizes) // 2
    assert len(drawn) == people


@settings(max_examples=20)
@given(number=st.integers(0, 10**6), shares=st.tuples(*[st.integers(1, 3)] * 2))
def test_every_block_has_its_shares(number: int, shares: tuple[int, int]) -> None:
    total = sum(shares)
    design = crossover(sizes=(total,), shares=shares)
    drawn = sequences(draw_list(design, secret(number), people=5 * total))

    for start in range(0, len(drawn), total):
        assert sum(drawn[start : start + total]) == shares[1]


def test_the_size_of_a_block_cannot_be_foretold() -> None:
    """After a long run of one order the other is not certain: the block may be of either size."""
    design = crossover(sizes=(4, 6))
    drawn = [sequences(draw_list(design, each, people=3)) for each in secrets(900)]
    after_two_alike = Counter(c == a for a, b, c in drawn if a == b)

    # By Bayes: two alike happen in 1/3 of blocks of 4 and 2/5 of blocks of 6; a third one like
    # them never in a block of 4, where they are used up, and in 1/4 of blocks of 6.
    alike_4, alike_6 = 1 / 3, 2 / 5
    expected = alike_6 * (1 / 4) / (alike_4 + alike_6)
    total = after_two_alike.total()
    observed = [after_two_alike[True], after_two_alike[False]]
    assert chisquare(observed, [expected * total, (1 - expected) * total]).pvalue > 0.001


def test_every_place_is_either_order_equally_often() -> None:
    design = crossover()
    drawn = [sequences(draw_list(design, each, people=8)) for each in secrets(800)]

    for place in zip(*drawn, strict=True):
        assert chisquare([sum(place), 800 - sum(place)]).pvalue > 0.0005


@pytest.mark.parametrize("method", [Method.BLOCKS, Method.SIMPLE])
def test_the_same_secret_draws_the_same_list_and_another_another(method: Method) -> None:
    design = crossover(method)

    assert draw_list(design, secret(1)) == draw_list(design, secret(1))
    assert draw_list(design, secret(1)) != draw_list(design, secret(2))


@settings(max_examples=20)
@given(
    short=st.integers(10, 50),
    more=st.integers(0, 40),
    design=st.sampled_from(["crossover", "parallel", "williams", "aggregated-n-of-1"]),
)
def test_a_longer_list_begins_like_a_shorter_one(short: int, more: int, design: str) -> None:
    found = find_design(design)
    short_list, long_list = (
        draw_list(found, secret(3), people=many) for many in (short, short + more)
    )

    for group in strata(found):
        of_short, of_long = (
            [one.sequence for one in drawn if one.stratum == group]
            for drawn in (short_list, long_list)
        )
        assert of_long[:short] == of_short


def test_each_stratum_has_a_list_of_its_own() -> None:
    design = crossover(Method.BLOCKS, SEX, SITE, sizes=(4,))
    drawn = draw_list(design, secret(1), people=20)

    by_group = {
        group: tuple(one.sequence for one in drawn if one.stratum == group)
        for group in strata(design)
    }
    assert len(by_group) == len(set(by_group.values())) == 6
    assert all(sum(each) == 10 for each in by_group.values())
    assert drawn[20].person == "2-01"
    assert len({one.person for one in drawn}) == 120


def test_simple_chance_looks_at_nobody_before() -> None:
    drawn = sequences(draw_list(crossover(Method.SIMPLE), secret(1), people=4000))
    pairs = Counter(pairwise(drawn))

    assert chisquare(list(pairs.values())).pvalue > 0.001


def test_simple_chance_keeps_shares_on_average() -> None:
    design = three_arms(Method.SIMPLE, (2, 1, 1))
    seen = Counter(sequences(draw_list(design, secret(1), people=4000)))

    assert chisquare([seen[0], seen[1], seen[2]], [2000, 1000, 1000]).pvalue > 0.001


def test_each_person_of_an_n_of_1_series_has_an_order_of_their_own() -> None:
    design = find_design("aggregated-n-of-1")
    drawn = sequences(draw_list(design, secret(1), people=4000))

    seen = Counter(drawn)
    assert len(seen) == 8
    assert chisquare(list(seen.values())).pvalue > 0.001
    first_block = Counter(design.sequences[one].treatments[:2] for one in drawn)
    assert set(first_block) == {("ldn", "placebo"), ("placebo", "ldn")}


def test_block_sizes_that_are_named_hold_for_n_of_1_series_too() -> None:
    design = find_design("aggregated-n-of-1")
    blocked = replace(design, allocation=replace(design.allocation, block_sizes=(8,)))

    assert sorted(sequences(draw_list(blocked, secret(1), people=8))) == list(range(8))


@pytest.mark.parametrize(
    ("shares", "sizes"), [((1, 1), (4, 6)), ((1, 2), (6, 9)), ((3, 3), (6, 12))]
)
def test_usual_block_sizes_are_multiples_of_the_shares(
    shares: tuple[int, int], sizes: tuple[int, ...]
) -> None:
    assert block_sizes(crossover(shares=shares)) == sizes


def test_names_of_levels_that_run_together_draw_apart() -> None:
    """A level is not mistaken for a part of another: "a, b" and "a" with "b" differ."""
    odd = replace(SEX, levels=("a', 'site'='b", "a"))
    drawn = draw_list(crossover(Method.BLOCKS, odd), secret(1), people=40)

    assert sequences(drawn[:40]) != sequences(drawn[40:])


def test_a_dose_that_follows_from_answers_is_not_drawn() -> None:
    with pytest.raises(InputError, match="not from chance"):
        draw_list(find_design("dose-finding"), secret(1))


def test_one_order_for_everyone_is_not_drawn() -> None:
    design = crossover()
    with pytest.raises(InputError, match="nothing to draw"):
        draw_list(replace(design, sequences=design.sequences[:1]), secret(1))


def test_minimisation_is_not_drawn_ahead() -> None:
    with pytest.raises(InputError, match="ask for each next person"):
        draw_list(crossover(Method.MINIMISATION, SEX), secret(1))


@pytest.mark.parametrize("people", [0, -1, 100_001])
def test_a_list_for_nobody_or_for_a_city_is_not_drawn(people: int) -> None:
    with pytest.raises(InputError, match="people"):
        draw_list(crossover(), secret(1), people=people)


def test_too_many_strata_are_said() -> None:
    with pytest.raises(InputError, match="fewer factors"):
        draw_list(
            crossover(Method.BLOCKS, *[replace(SITE, name=str(n)) for n in range(9)]),
            secret(1),
            people=100,
        )


def test_the_list_is_the_one_that_r_draws_from_the_same_key() -> None:
    """`list.R` knows the documentation only, and shares no code."""
    key = bytes(range(32))
    drawn = draw_list(crossover(sizes=(4, 6)), key, people=40)
    with (Path(__file__).parent / "list_from_r.csv").open(encoding="utf-8", newline="") as file:
        from_r = [
            (row["person"], int(row["sequence"]), row["code"]) for row in csv.DictReader(file)
        ]

    assert [(one.person, one.sequence, code_of(key, one.person)) for one in drawn] == from_r
