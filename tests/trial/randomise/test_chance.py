"""Chance from a secret is fixed for ever, and fair."""

from __future__ import annotations

from collections import Counter
from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from lowdose.trial.randomise.chance import below, happens, keyed, shuffled, weighted, words


@pytest.mark.parametrize(
    ("number", "block"),
    # printf 'example 0' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00...00  (32 bytes)
    [
        (0, "9dcb5f45dcfbb2e3b560e640cd6ac9675ed29c9c432bb64a66c809b205ad098f"),
        (1, "3cec87596803a95c7b11d84014ff236b3b7d0e479b94b1827402268035aa37ef"),
    ],
)
def test_the_stream_is_that_of_openssl(number: int, block: str) -> None:
    drawn = list(islice(words(bytes(32), "example"), 4 * number, 4 * number + 4))

    assert b"".join(word.to_bytes(8, "big") for word in drawn).hex() == block


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
