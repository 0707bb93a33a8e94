"""Responders: agreement with R, and laws; published tables are in checks/trial.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from trial.references import rows

from lowdose.trial.analyse.responders import (
    Method,
    difference_interval,
    mcnemar,
    miettinen_nurminen,
    newcombe,
    odds_ratio,
    paired_difference_interval,
    paired_newcombe,
    paired_risk_difference,
    risk_difference,
    risk_ratio,
    score_statistic,
)

Group = tuple[int, int]
Interval = Callable[[Group, Group], tuple[float, float]]

METHODS: tuple[tuple[Method, Interval], ...] = (
    ("newcombe", newcombe),
    ("miettinen-nurminen", miettinen_nurminen),
)


def answers(group: Group) -> list[float]:
    hits, people = group
    return [1.0] * hits + [0.0] * (people - hits)


def two_groups(drug: Group, reference: Group) -> tuple[np.ndarray, np.ndarray]:
    """A trial with these responders, and a missing answer."""
    responded = [*answers(drug), *answers(reference), np.nan]
    member = [1.0] * drug[1] + [0.0] * reference[1] + [1.0]
    return np.array([responded]), np.array([member])


def pairs(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """A trial with these pairs of answers, and one half missing."""
    counts = (both, first, second, neither)
    one, other = (np.repeat(each, counts) for each in ([1.0, 1, 0, 0], [1.0, 0, 1, 0]))
    return np.append(one, np.nan)[None], np.append(other, 1.0)[None]


@pytest.mark.parametrize("row", rows("responders"), ids=lambda row: row["table"])
def test_tests_and_ratios_agree_with_r(row: dict[str, str]) -> None:
    a, b, c, d = (int(row[name]) for name in "abcd")
    responded, drug = two_groups((a, a + b), (c, c + d))
    people = a + b + c + d
    # R's chi-squared has no n - 1.
    z = risk_difference(responded, drug)[0].statistic
    np.testing.assert_allclose(z**2 * people / (people - 1), float(row["chi"]), rtol=1e-9)
    for found, name in ((risk_ratio, "ratio"), (odds_ratio, "odds")):
        one = found(responded, drug)[0]
        expected = (float(row[f"{name}_log"]), float(row[f"{name}_se"]))
        np.testing.assert_allclose((one.estimate, one.se), expected, rtol=1e-5)
    first, second = pairs(a, b, c, d)
    paired = paired_risk_difference(first, second)[0]
    np.testing.assert_allclose(paired.statistic**2, float(row["mcnemar"]), rtol=1e-9)
    exact = mcnemar(first, second, mid=False)[0]
    np.testing.assert_allclose(exact, float(row["exact"]), rtol=1e-9)


SOME = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(SOME, SOME)
@settings(max_examples=30)
def test_swapping_the_groups_turns_the_interval(drug: Group, reference: Group) -> None:
    for _, interval in METHODS:
        low, high = interval(drug, reference)
        np.testing.assert_allclose(interval(reference, drug), (-high, -low), atol=1e-9)


@given(SOME, SOME)
@settings(max_examples=30)
def test_the_score_is_just_not_refuted_at_the_ends(drug: Group, reference: Group) -> None:
    for end in miettinen_nurminen(drug, reference):
        z = abs(score_statistic(drug, reference, end))
        assert abs(end) == pytest.approx(1, abs=1e-9) or z == pytest.approx(norm.isf(0.025))


@given(SOME, SOME)
@settings(max_examples=20)
def test_many_trials_at_once_are_one_by_one(drug: Group, reference: Group) -> None:
    batch = two_groups(drug, reference)
    for method, alone in METHODS:
        found = difference_interval(*batch, method=method)
        ends = [end[0] for end in found]
        np.testing.assert_allclose(ends, alone(drug, reference), atol=1e-12)


@given(st.tuples(*[st.integers(0, 20)] * 4).filter(any))
@settings(max_examples=30)
def test_the_paired_interval_holds_the_difference(counts: tuple[int, int, int, int]) -> None:
    both, first, second, neither = counts
    low, high = paired_newcombe(*counts)
    assert low <= (first - second) / sum(counts) <= high
    swapped = paired_newcombe(both, second, first, neither)
    np.testing.assert_allclose(swapped, (-high, -low), atol=1e-12)
    batch = [end[0] for end in paired_difference_interval(*pairs(*counts))]
    np.testing.assert_allclose(batch, (low, high), atol=1e-12)


def test_the_mid_p_counts_half_of_what_was_seen() -> None:
    # 1 of 8 who changed: 2 (1 + 8) / 256, and 2 (1 + 8 / 2) / 256.
    first, second = pairs(3, 7, 1, 5)
    assert mcnemar(first, second, mid=False)[0] == pytest.approx(18 / 256)
    assert mcnemar(first, second)[0] == pytest.approx(10 / 256)


def test_where_nobody_changed_nothing_is_shown() -> None:
    first, second = pairs(5, 0, 0, 5)
    assert mcnemar(first, second)[0] == 1 and mcnemar(first, second, mid=False)[0] == 1
    assert np.isnan(paired_risk_difference(first, second).p[0])


EMPTY = {
    "all missing": np.full((2, 4), np.nan),
    "one arm empty": np.array([[1.0, 0.0, np.nan, np.nan]]),
    "nobody": np.zeros((2, 0)),
}


@pytest.mark.parametrize("responded", EMPTY.values(), ids=EMPTY)
def test_an_empty_group_gives_nothing(responded: np.ndarray) -> None:
    drug = np.broadcast_to(np.array([1.0, 1, 0, 0])[: responded.shape[1]], responded.shape)
    for analysis in (risk_difference, risk_ratio, odds_ratio):
        found = analysis(responded, drug)
        assert np.isnan(found.estimate).all() and np.isnan(found.p).all()
    for method, _ in METHODS:
        ends = difference_interval(responded, drug, method=method)
        assert np.isnan(ends).all()


def test_without_pairs_there_is_nothing() -> None:
    none = np.full((2, 3), np.nan)
    assert np.isnan(mcnemar(none, none)).all()
    assert np.isnan(paired_difference_interval(none, none)).all()


@pytest.mark.parametrize("hits", [0, 10])
def test_where_all_answer_alike_the_difference_is_0_without_a_test(hits: int) -> None:
    found = risk_difference(*two_groups((hits, 10), (hits, 10)))[0]
    assert found.estimate == 0 and np.isnan(found.p)
