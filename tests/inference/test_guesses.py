"""Blinding scores: Bang's index and the scores of probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lowdose.inference.guesses import bang_index, could_tell, score_guesses

YES = np.array([True, True, False, False])


def scored(guess: list[float], active: np.ndarray = YES, known: np.ndarray | None = None):
    return score_guesses(
        np.array(guess), active, np.ones(active.size, dtype=bool) if known is None else known
    )


@pytest.mark.parametrize(
    ("right", "wrong", "unsure", "expected"),
    [(10, 0, 0, 1.0), (0, 10, 0, -1.0), (5, 5, 0, 0.0), (0, 0, 10, 0.0), (6, 2, 2, 0.4)],
)
def test_the_index_is_the_share_right_less_the_share_wrong(
    right: int, wrong: int, unsure: int, expected: float
) -> None:
    assert bang_index(right, wrong, unsure)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((48, 4, 330), (0.115, 0.080, 0.150)), ((30, 22, 319), (0.022, -0.016, 0.060))],
    ids=["active arm", "placebo arm"],
)
def test_the_index_equals_that_of_another_program(
    counts: tuple[int, int, int], expected: tuple[float, float, float]
) -> None:
    """BlindingIndex.jl (after the R package BI), README: `bi([48 22; 4 30; 330 319])`."""
    assert bang_index(*counts) == pytest.approx(expected, abs=5e-4)


def test_the_interval_is_that_of_a_difference_of_two_multinomial_shares() -> None:
    """Variance (p(1-p) + q(1-q) + 2pq) / n, formula of Bang, Ni & Davis 2004."""
    p, q, n = 0.6, 0.2, 50
    half = 1.96 * math.sqrt((p * (1 - p) + q * (1 - q) + 2 * p * q) / n)
    index, low, high = bang_index(30, 10, 10)

    assert [low, high] == pytest.approx([index - half, index + half])


def test_nobody_asked_gives_no_index() -> None:
    assert math.isnan(bang_index(0, 0, 0)[0])


def test_log_score_and_brier_of_a_coin_are_chance() -> None:
    found = scored([0.5, 0.5, 0.5, 0.5])

    assert found.log_score == pytest.approx(-math.log(2))
    assert found.brier == pytest.approx(0.25)
    assert found.share_right == pytest.approx(0.5)


def test_scores_are_the_means_of_their_definitions() -> None:
    found = scored([0.9, 0.6, 0.2, 0.7])

    logs = [math.log(0.9), math.log(0.6), math.log(0.8), math.log(0.3)]
    assert found.log_score == pytest.approx(sum(logs) / 4)
    assert found.brier == pytest.approx((0.1**2 + 0.4**2 + 0.2**2 + 0.7**2) / 4)
    assert found.share_right == pytest.approx(0.75)


def test_one_certain_slip_does_not_make_the_log_score_infinite() -> None:
    assert scored([0.0, 1.0, 0.0, 0.0]).log_score == pytest.approx(
        (math.log(0.001) + 3 * math.log(0.999)) / 4
    )


def test_days_that_do_not_count_are_left_out() -> None:
    known = np.array([True, False, True, True])

    assert scored([0.9, 0.1, 0.1, math.nan], known=known).count == 2


def test_no_guess_at_all_gives_no_scores() -> None:
    assert scored([math.nan] * 4) is None


def test_guesses_better_than_chance_say_so() -> None:
    taken = np.repeat([True, False], 20)
    found = scored(np.where(taken, 0.8, 0.3).tolist(), taken)

    assert could_tell(found)
    assert "better than chance" in found.sentence


def test_guesses_by_chance_are_no_sign() -> None:
    taken = np.tile([True, False, False, True], 5)
    found = scored(np.tile([0.7, 0.3], 10).tolist(), taken)

    assert not could_tell(found)
    assert "no clear sign" in found.sentence


def test_guesses_on_one_treatment_only_say_little() -> None:
    taken = np.ones(8, dtype=bool)

    assert "one treatment only" in scored([0.4] * 8, taken).sentence
