"""Pooling is a sum: exact in any order, and what the sum says is what the whole model says."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.inference.pool.curves import gathered
from lowdose.inference.pool.effects_table import effects_of
from lowdose.inference.pool.lattice import MEANS, SPREADS, array_of, between
from lowdose.inference.pool.likelihood import without_prior
from lowdose.inference.pool.pool import answer_of
from lowdose.inference.pool.posterior import Belief
from lowdose.inference.pool.regression import regressed
from lowdose.inference.pool.share import (
    contribution,
    merged,
    parse_share,
    share_json,
    suppressed,
    withdrawn,
)
from lowdose.inference.pool.values import Cell, Contribution, Course, Likelihood
from lowdose.inference.priors import Normal

CELL = Cell("fibromyalgia", "naltrexone", 4.5)
BELIEF = Belief(Normal(0.0, 0.3), 0.1)


def normal(mean: float, sd: float) -> Likelihood:
    return Likelihood(np.ones(1), np.array([mean]), np.array([sd]))


def course(person: str, mean: float, sd: float = 0.1, cell: Cell = CELL) -> Course:
    return Course(person, cell, normal(mean, sd))


def site(name: str, means: list[float], cell: Cell = CELL) -> Contribution:
    courses = [course(f"{name}-{n}", mean, cell=cell) for n, mean in enumerate(means)]
    return contribution(courses, symptom="pain", scale=(0, 10), site=name)


def equal(one: Contribution, other: Contribution) -> bool:
    same = one.counts == other.counts and one.sites == other.sites
    return same and all((one.arrays[c] == other.arrays[c]).all() for c in one.counts)


effects = st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=4)


@settings(max_examples=20, deadline=None)
@given(st.lists(effects, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_sites_changes_no_bit(groups: list[list[float]], random: object) -> None:
    sites = [site(f"site{n}", means) for n, means in enumerate(groups)]
    shuffled = list(sites)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    in_pairs = merged([merged(shuffled[:1]), merged(shuffled[1:])])
    assert equal(merged(sites), merged(shuffled))
    assert equal(merged(sites), in_pairs)


@settings(max_examples=20, deadline=None)
@given(effects, effects, effects)
def test_a_withdrawn_site_leaves_what_would_have_been_without_it(
    first: list[float], second: list[float], third: list[float]
) -> None:
    a, b, c = site("a", first), site("b", second), site("c", third)
    assert equal(withdrawn(merged([a, b, c]), b), merged([a, c]))


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(0.04, 0.3), st.floats(-0.35, 0.35), st.floats(0.004, 0.4))
def test_the_lattice_holds_a_course_between_its_points(
    mean: float, sd: float, mu: float, tau: float
) -> None:
    one = Likelihood(np.array([0.6, 0.4]), np.array([mean, mean + sd]), np.array([sd, 1.5 * sd]))
    places = np.array([mu, 0.0]), np.array([tau, 0.05])
    found = between(array_of(one), *places)
    exact = np.array(
        [
            [
                np.log(sum(w * np.exp(-0.5 * (m - u) ** 2 / (s**2 + t**2)) / np.hypot(s, t)
                           for w, m, s in zip(one.weight, one.mean, one.sd, strict=True)))
                for t in places[1]
            ]
            for u in places[0]
        ]
    )  # fmt: skip
    np.testing.assert_allclose(found - found[1, 1], exact - exact[1, 1], rtol=2e-3, atol=5e-3)


def test_the_prior_comes_out_as_it_went_in() -> None:
    likelihood, prior = (0.2, 0.15), (-0.05, 0.3)
    precision = likelihood[1] ** -2 + prior[1] ** -2
    mean = (likelihood[0] * likelihood[1] ** -2 + prior[0] * prior[1] ** -2) / precision
    found = without_prior(normal(mean, precision**-0.5), *prior)
    assert (found.mean[0], found.sd[0]) == pytest.approx(likelihood)


def test_gathering_keeps_mean_and_variance() -> None:
    chance = np.random.default_rng(1)
    many = Likelihood(np.full(300, 1 / 300), chance.normal(size=300), chance.uniform(1, 2, 300))
    few = gathered(many)

    def moments(one: Likelihood) -> tuple[float, float]:
        mean = one.weight @ one.mean
        return float(mean), float(one.weight @ (one.sd**2 + one.mean**2) - mean**2)

    assert few.weight.size <= 24
    assert moments(few) == pytest.approx(moments(many))


def test_people_shrink_toward_the_mean() -> None:
    courses = [course(str(n), mean) for n, mean in enumerate((-0.3, -0.1, -0.1, -0.1, 0.1))]
    whole = contribution(courses, symptom="pain", scale=(0, 10))
    found = answer_of(whole, courses, BELIEF).cells[CELL]
    assert -0.3 < found.people["0"].mean < found.mean.mean < found.people["4"].mean < 0.1


def test_a_share_file_comes_back_as_it_was() -> None:
    one = site("ours", [0.0, -0.1, -0.2, -0.1, 0.05])
    assert equal(parse_share(json.dumps(share_json(one)).encode()), one)


def test_small_cells_do_not_leave() -> None:
    small = Cell("fibromyalgia", "naltrexone", 1.5)
    both = merged([site("a", [0.0] * 5), site("b", [0.1] * 4, small)])
    assert list(suppressed(both).counts) == [CELL]
    assert len(share_json(both)["cells"]) == 1


def test_open_courses_are_not_added_to_blinded_ones() -> None:
    blind, known = site("a", [-0.1] * 5), site("b", [-0.3] * 9, Cell(*vars(CELL).values()))
    opened = site("c", [-0.3] * 9, Cell("fibromyalgia", "naltrexone", 4.5, blinded=False))
    assert merged([blind, known]).counts == {CELL: 14}
    answer = answer_of(merged([blind, opened]), [], BELIEF)
    assert answer.main.blinded
    assert len(answer.cells) == 2


def test_doses_are_compared_across_cells() -> None:
    chance = np.random.default_rng(3)
    sites = [
        site(f"{dose}", list(-0.02 * dose + chance.normal(0, 0.1, 400)), Cell("x", "n", dose))
        for dose in (1.5, 3.0, 4.5)
    ]
    found = regressed(merged(sites), BELIEF)
    assert found is not None
    slope = found.coefficients["for each mg"]
    assert slope.mean == pytest.approx(-0.02, abs=4 * slope.sd)
    assert slope.sd == pytest.approx(0.1 / np.sqrt(400 * 2 * 1.5**2), rel=0.1)


def faulty() -> dict[str, bytes]:
    good = share_json(site("a", [0.0] * 5))
    changed = {**good, "cells": [{**good["cells"][0], "courses": 50}]}
    return {
        "not JSON": b"{",
        "'lowdose-pool'": json.dumps({**good, "format": "other"}).encode(),
        "made by another version": json.dumps({**good, "lattice": "lowdose-0"}).encode(),
        "checksum": json.dumps(changed).encode(),
    }


@pytest.mark.parametrize("said", faulty())
def test_a_broken_share_file_is_refused(said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_share(faulty()[said], "theirs.json")


def test_what_does_not_add_up_is_refused_together() -> None:
    other = contribution([course("z", 0.0)], symptom="sleep", scale=(0, 100), site="a")
    with pytest.raises(InputError) as error:
        merged([site("a", [0.0]), other])
    assert [fault.place for fault in error.value.faults] == ["symptom", "scale", "site"]
    with pytest.raises(InputError, match="a site that is in the pooled file"):
        withdrawn(site("a", [0.0]), site("b", [0.0]))
    with pytest.raises(InputError, match="twice"):
        contribution([course("a", 0), course("a", 0)], symptom="pain", scale=(0, 10))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"person,effect,se\n", "rows: 0"),
        (b"person,effect,se\nann,x,1\nbob,1,-1\n,1,1\n", r"(?s)effect.*se.*person"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_broken_table_of_effects_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        effects_of(content, scale=(0, 10))


def test_nodes_are_the_same_for_everybody() -> None:
    assert MEANS[[0, -1]].tolist() == [-0.5, 0.5]
    assert SPREADS[[0, -1]].tolist() == pytest.approx([0.002, 0.5])
    assert all(a < b for a, b in itertools.pairwise(MEANS))
