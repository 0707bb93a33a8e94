"""Chance from a secret is fixed for ever, and fair."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from lowdose.trial.randomise.chance import below, happens, keyed, shuffled, weighted, words


def test_another_purpose_and_another_secret_give_other_draws() -> None:
    streams = {keyed(one, purpose) for one in (bytes(32), b"\1" * 32) for purpose in ("a", "b")}

    assert len(streams) == 4


def test_every_order_is_equally_likely() -> None:
    draws = words(bytes(32), "orders")
    seen = Counter(tuple(shuffled(draws, "ABCD")) for _ in range(4800))

    assert set(seen) == set(permutations("ABCD"))
    assert chisquare(list(seen.values())).pvalue > 0.001


def test_shares_are_kept() -> None:
    draws = words(bytes(32), "shares")
    seen = Counter(weighted(draws, [1, 0, 3]) for _ in range(4000))

    assert set(seen) == {0, 2}
    assert chisquare([seen[0], seen[2]], [1000, 3000]).pvalue > 0.001


def test_something_happens_as_often_as_it_should() -> None:
    draws = words(bytes(32), "coin")
    seen = sum(happens(draws, 0.8) for _ in range(4000))

    assert chisquare([seen, 4000 - seen], [3200, 800]).pvalue > 0.001
    assert happens(draws, 1.0)
    assert not happens(draws, 0.0)


@given(many=st.integers(1, 2**64), word=st.integers(0, 2**64 - 1))
def test_a_draw_below_is_below_and_without_a_rest_that_is_likelier(many: int, word: int) -> None:
    incomplete = 2**64 // many * many <= word

    assert below(iter([word, 0]), many) == (0 if incomplete else word % many)
