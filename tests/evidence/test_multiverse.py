"""Every defensible way to pool: what is counted, what is pooled, and what it comes to."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from lowdose.errors import InputError
from lowdose.evidence.catalogue import contrasts
from lowdose.evidence.multiverse.choices import METHODS
from lowdose.evidence.multiverse.enumerate import multiverse, multiverse_of_table
from lowdose.evidence.multiverse.influence import influences, part, trial_by_trial
from lowdose.evidence.multiverse.values import Multiverse, Specification
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.words import Direction
from lowdose.report.evidence_multiverse_text import multiverse_json, multiverse_text


@pytest.fixture(scope="module")
def pain() -> Multiverse:
    return multiverse("fibromyalgia", "pain")


def found_in(every: Multiverse, studies: tuple[str, ...], model: str, test: str) -> Specification:
    """The only one of these trials with this method, as their papers report them."""
    ways = [
        one
        for one in every.specifications
        if one.studies == studies
        and (one.model, one.test) == (model, test)
        and not one.not_read
        and one.trials[0].value == -0.34
    ]
    assert len(ways) == 1
    return ways[0]


def test_final_and_innova_are_among_them_with_their_known_pools(pain: Multiverse) -> None:
    """Common effect about -0.04, random 0.03 (-0.78 to 0.84)."""
    both = ("duebruun2024", "innova2026")

    common, random = found_in(pain, both, "common", "z"), found_in(pain, both, "reml", "z")

    assert common.estimate == pytest.approx(-0.04, abs=0.005)
    assert random.estimate == pytest.approx(0.03, abs=0.005)
    assert (random.low, random.high) == pytest.approx((-0.78, 0.84), abs=0.01)


def test_the_default_pool_is_one_of_them(pain: Multiverse) -> None:
    default = contrasts("fibromyalgia", "pain")
    expected = pool(default.values, default.variances)

    found = found_in(pain, tuple(one.study for one in default.contrasts), "reml", "knha")

    assert found.estimate == pytest.approx(expected.estimate)
    assert (found.low, found.high) == pytest.approx(expected.interval)


def test_each_gives_what_pooling_its_trials_by_hand_gives(pain: Multiverse) -> None:
    for one in pain.specifications[::97]:
        values, variances = zip(*((each.value, each.variance) for each in one.trials), strict=True)

        expected = pool(values, variances, model=one.model, test=one.test)

        assert one.estimate == pytest.approx(expected.estimate, abs=1e-12)
        assert (one.low, one.high) == pytest.approx(expected.interval, abs=1e-12)
        assert one.tau2 == pytest.approx(expected.tau2, abs=1e-12)


@pytest.mark.parametrize("measure", ["md", "smd"])
def test_none_is_there_twice_and_every_combination_is_accounted_for(measure: str) -> None:
    every = multiverse("fibromyalgia", "pain", measure=measure)
    keys = {
        (tuple((t.study, t.value, t.variance) for t in one.trials), one.model, one.test)
        for one in every.specifications
    }

    assert len(keys) == len(every.specifications)
    assert every.combinations == math.prod(len(choice.levels) for choice in every.choices)
    assert every.combinations == len(keys) + every.repeated + every.impossible
    assert set(np.unique(every.grid)) == {-1, *range(len(keys))}


def test_no_trial_counts_twice_and_no_pool_has_only_one(pain: Multiverse) -> None:
    assert all(len(set(one.studies)) == len(one.studies) >= 2 for one in pain.specifications)


def test_a_percentage_of_baseline_is_put_into_points_by_the_mean_at_baseline(
    pain: Multiverse,
) -> None:
    """Younger 2013: 28.8 against 18.0 % of 50.8 on 0 to 100 is 0.549 on 0 to 10."""
    trials = {
        each.value: each
        for one in pain.specifications
        for each in one.trials
        if each.study == "younger2013"
    }

    assert list(trials) == [pytest.approx(-(28.8 - 18.0) / 100 * 5.08)]
    assert any("percent of baseline" in note for one in trials.values() for note in one.notes)
    assert all(one.not_read for one in trials.values())


def test_what_was_read_by_us_only_leaves_younger_2013_out(pain: Multiverse) -> None:
    place = [choice.key for choice in pain.choices].index("numbers")
    ways = pain.leading_to(place, 0)

    studies = {
        name
        for one, chosen in zip(pain.specifications, ways, strict=True)
        if chosen
        for name in one.studies
    }
    assert studies == {"duebruun2024", "innova2026"}


def test_a_higher_correlation_within_people_makes_a_crossover_surer() -> None:
    every = multiverse("fibromyalgia", "pain", measure="smd")
    place = [choice.key for choice in every.choices].index("crossover")
    keys = [level.key for level in every.choices[place].levels]

    def least(key: str) -> float:
        ways = every.leading_to(place, keys.index(key))
        return min(
            each.variance
            for one, chosen in zip(every.specifications, ways, strict=True)
            if chosen
            for each in one.trials
            if each.study == "bested2023"
        )

    variances = [least(key) for key in ("groups", "r0.3", "r0.5", "r0.7", "r0.9")]
    assert variances == sorted(variances, reverse=True)


def test_innova_moves_the_middle_towards_no_effect(pain: Multiverse) -> None:
    rows = {study: (having, left) for study, having, left in trial_by_trial(pain)}

    having, left = rows["innova2026"]

    assert left.median < having.median < 0
    assert having.ways + left.ways == len(pain.specifications)


def test_choices_that_change_nothing_are_not_shown(pain: Multiverse) -> None:
    shown = [one.choice.key for one in influences(pain)]

    assert {"order", "outcome", "against"}.isdisjoint(shown)
    assert [one.moves for one in influences(pain)] == sorted(
        (one.moves for one in influences(pain)), reverse=True
    )


def test_a_table_is_pooled_by_every_method_with_each_study_left_out() -> None:
    every = multiverse_of_table(["a", "b", "c"], [0.1, 0.4, 0.2], [0.04, 0.05, 0.02])

    assert len(every.specifications) == 4 * len(METHODS)
    assert every.direction is Direction.NONE


def test_the_order_of_a_table_does_not_matter() -> None:
    rows = [("a", 0.1, 0.04), ("b", 0.4, 0.05), ("c", 0.2, 0.02)]

    found = [
        part(multiverse_of_table(*zip(*each, strict=True))) for each in itertools.permutations(rows)
    ]

    assert all(one == pytest.approx(found[0]) for one in found)


def test_one_study_is_no_multiverse() -> None:
    with pytest.raises(InputError, match="two or more"):
        multiverse_of_table(["a"], [0.1], [0.04])
    with pytest.raises(InputError, match="no more than 100"):
        multiverse_of_table([str(n) for n in range(101)], [0.1] * 101, [0.04] * 101)
    with pytest.raises(InputError, match="two that can be pooled"):
        multiverse("autism", "pain")


def test_shares_are_told_by_the_side_that_is_better() -> None:
    one = part(multiverse_of_table(["a", "b"], [-1.0, -1.1], [0.01, 0.01]))

    assert one.favouring(Direction.LOWER) == (one.below, 0.0)
    assert one.favouring(Direction.HIGHER) == (0.0, one.below)


def test_the_text_says_what_innova_does_and_that_ways_are_no_votes(pain: Multiverse) -> None:
    said = " ".join(multiverse_text(pain).split())

    assert "Ways are not votes" in said
    assert "innova2026 -0.24 -0.48" in said
    assert "read second-hand" in said


def test_the_object_has_every_specification_with_its_trials(pain: Multiverse) -> None:
    found = multiverse_json(pain)

    assert len(found["specifications"]) == len(pain.specifications)
    assert found["specifications"][0]["trials"][0]["study"] == "duebruun2024"
