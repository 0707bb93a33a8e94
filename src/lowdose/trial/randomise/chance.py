"""Chance from a secret: the same secret and purpose give the same draws everywhere and always.

    block(i) = HMAC-SHA256(secret, purpose + " " + i),  i = 0, 1, 2, ...   (RFC 2104, FIPS 180-4)

Each block is read as four whole numbers of 64 bits, the highest byte first. It needs no library
whose draws could change with a version, anybody can do it again in another language, and from some
of the draws nobody can work out the others without the secret.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, count
from typing import TypeVar

__all__ = ["GENERATOR", "below", "happens", "keyed", "shuffled", "weighted", "words"]

GENERATOR = "hmac-sha256 in counter mode, version 1"
_WORD = 2**64

T = TypeVar("T")


def keyed(secret: bytes, purpose: str) -> bytes:
    """32 bytes that only those who hold the secret can make, another 32 for each purpose.

    >>> keyed(b"Jefe", "what do ya want for nothing?").hex()[:16]  # RFC 4231, test case 2
    '5bdcc146bf60754e'
    """
    return hmac.digest(secret, purpose.encode(), "sha256")


def words(secret: bytes, purpose: str) -> Iterator[int]:
    """Whole numbers from 0 to 2**64 - 1, without end.

    >>> draws = words(bytes(32), "example")
    >>> next(draws) == int.from_bytes(keyed(bytes(32), "example 0")[:8], "big")
    True
    """
    for number in count():
        block = keyed(secret, f"{purpose} {number}")
        yield from (int.from_bytes(block[start : start + 8], "big") for start in range(0, 32, 8))


def below(draws: Iterator[int], many: int) -> int:
    """A whole number from 0 to `many` - 1, each equally likely.

    Draws from an incomplete last round are thrown away: with them small numbers would be likelier.

    >>> below(iter([2**64 - 1, 7]), 3)
    1
    """
    complete = _WORD - _WORD % many
    return next(word for word in draws if word < complete) % many


def happens(draws: Iterator[int], probability: float) -> bool:
    """Whether something of this probability happens.

    >>> happens(iter([2**62]), 0.3), happens(iter([2**63]), 0.3)
    (True, False)
    """
    return next(draws) < Fraction(probability) * _WORD


def weighted(draws: Iterator[int], shares: Sequence[int]) -> int:
    """A place in `shares`, as likely as its share.

    >>> [weighted(iter([draw]), [1, 2]) for draw in (0, 1, 2)]
    [0, 1, 1]
    """
    drawn = below(draws, sum(shares))
    return next(place for place, upto in enumerate(accumulate(shares)) if drawn < upto)


def shuffled(draws: Iterator[int], items: Sequence[T]) -> list[T]:
    """The items in an order in which every order is equally likely (Fisher and Yates; Durstenfeld
    1964, doi:10.1145/364520.364540).

    >>> shuffled(words(bytes(32), "example"), "ABCD")
    ['C', 'A', 'B', 'D']
    """
    mixed = list(items)
    for last in range(len(mixed) - 1, 0, -1):
        other = below(draws, last + 1)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed
