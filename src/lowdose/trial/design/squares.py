"""Sequences: written out, or the well-known sets of them by name.

Williams 1949 (doi:10.1071/CH9490149): every treatment follows every other one equally often.
Balaam 1968: two treatments in all four orders, so that carry-over can be told from treatment.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from math import factorial
from typing import Any

from lowdose.evidence.fields import Place, read_table, texts, whole
from lowdose.trial.design.values import Given, Period, Sequence, Treatment

__all__ = ["block_orders", "latin_square", "sequences_of", "williams"]

MOST_SEQUENCES = 1024
_NAMED = ("all orders", "williams", "latin square", "balaam", "parallel")
_FIELDS = {"treatments": texts(r"[\w-]+", "a list of treatments"), "share": whole(1, 100)}


def williams(treatments: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A Williams square: one for an even number of treatments, a pair for an odd one.

    >>> williams(("A", "B", "C", "D"))[0], len(williams(("A", "B", "C")))
    (('A', 'B', 'D', 'C'), 6)
    """
    count = len(treatments)
    first = [0] + [(k + 1) // 2 if k % 2 else count - k // 2 for k in range(1, count)]
    rows = [[(start + step) % count for step in first] for start in range(count)]
    if count % 2:
        rows += [row[::-1] for row in rows]
    return tuple(tuple(treatments[one] for one in row) for row in rows)


def latin_square(treatments: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Every treatment once in every period, in cyclic order.

    >>> latin_square(("A", "B", "C"))
    (('A', 'B', 'C'), ('B', 'C', 'A'), ('C', 'A', 'B'))
    """
    return tuple(treatments[start:] + treatments[:start] for start in range(len(treatments)))


def sequences_of(
    given: Any,
    periods: tuple[Period, ...],
    treatments: tuple[Treatment, ...],
    n_of_1: dict[str, Any] | None,
    place: Place,
) -> tuple[Sequence, ...]:
    """The sequences of a design file: a table, a word, or what the N-of-1 blocks imply."""
    by_chance = sum(period.everyone is None for period in periods)
    if n_of_1 and given is not None:
        place.fault(
            "sequences", "[n_of_1] and sequences", "one of them: blocks have their own orders"
        )
        return ()
    if n_of_1:
        return _blocks(n_of_1, place)
    if given is None:
        return _missing(by_chance, place)
    if isinstance(given, str):
        keys = tuple(one.key for one in treatments if one.given is not Given.NOTHING)
        return _named(given, keys, by_chance, place)
    if not isinstance(given, dict) or not given:
        place.fault("sequences", str(given), f"a table, or one of {', '.join(_NAMED)}")
        return ()
    return tuple(_written(name, each, place) for name, each in given.items())


def _missing(by_chance: int, place: Place) -> tuple[Sequence, ...]:
    if by_chance:
        wanted = "a table [sequences] that says who gets what in the periods without `everyone`"
        place.fault("sequences", "nothing", wanted)
    return (Sequence("everyone", ()),)


def _written(name: str, given: Any, place: Place) -> Sequence:
    inner = place.within("sequences")
    table = given if isinstance(given, dict) else {"treatments": given}
    # An order may name a treatment twice, so the list is not held to names that differ.
    keys = table.get("treatments")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys) or not keys:
        inner.fault(name, str(given), 'a list of treatments like ["ldn", "placebo"]')
        return Sequence(name, ())
    rest = {key: value for key, value in table.items() if key != "treatments"}
    row = read_table(rest, _FIELDS, place.within(f"sequences.{name}"), "treatments or share")
    return Sequence(name, tuple(keys), row.get("share", 1))


def _named(word: str, keys: tuple[str, ...], by_chance: int, place: Place) -> tuple[Sequence, ...]:
    if word not in _NAMED:
        place.fault("sequences", repr(word), f"a table, or one of {', '.join(_NAMED)}")
        return ()
    if word == "balaam" and len(keys) != 2:
        place.fault("sequences", f"balaam with {len(keys)} treatments", "two treatments")
        return ()
    if word == "all orders" and factorial(len(keys)) > MOST_SEQUENCES:
        place.fault(
            "sequences", f"all orders of {len(keys)}", "at most six treatments; or williams"
        )
        return ()
    orders = {
        "all orders": lambda: tuple(permutations(keys)),
        "williams": lambda: williams(keys),
        "latin square": lambda: latin_square(keys),
        "balaam": lambda: tuple(product(keys, repeat=2)),
        "parallel": lambda: tuple((key,) * by_chance for key in keys),
    }[word]()
    return tuple(Sequence(_label(order, keys), order) for order in orders)


def _blocks(table: dict[str, Any], place: Place) -> tuple[Sequence, ...]:
    """Every way to order each block, block by block."""
    if "treatments" not in table or "blocks" not in table:
        return ()
    keys = tuple(table["treatments"])
    count = factorial(len(keys)) ** table["blocks"] if len(keys) <= 6 else MOST_SEQUENCES + 1
    if count > MOST_SEQUENCES:
        part = place.within("n_of_1")
        wanted = f"blocks and treatments with at most {MOST_SEQUENCES} orders in all"
        part.fault("blocks", f"{table['blocks']}", wanted, "two treatments allow ten blocks")
        return ()
    return block_orders(keys, table["blocks"])


def block_orders(keys: tuple[str, ...], blocks: int) -> tuple[Sequence, ...]:
    """Every way to order each of so many blocks.

    >>> [one.name for one in block_orders(("ldn", "placebo"), 2)]
    ['LP-LP', 'LP-PL', 'PL-LP', 'PL-PL']
    """
    orders = product(permutations(keys), repeat=blocks)
    return tuple(_of_blocks(order, keys) for order in orders)


def _of_blocks(order: tuple[tuple[str, ...], ...], keys: tuple[str, ...]) -> Sequence:
    name = "-".join(_label(block, keys) for block in order)
    return Sequence(name, tuple(key for block in order for key in block))


def _label(order: tuple[str, ...], keys: tuple[str, ...]) -> str:
    """First letters where they differ, else A, B, C by the order of the treatments.

    >>> _label(("ldn", "placebo"), ("ldn", "placebo")), _label(("p2", "p1"), ("p1", "p2"))
    ('LP', 'BA')
    """
    letters = dict(zip(keys, _letters(keys), strict=True))
    return "".join(letters[key] for key in order)


def _letters(keys: tuple[str, ...]) -> Iterator[str]:
    first = [key[0].upper() for key in keys]
    differ = len(set(first)) == len(first)
    return iter(first if differ else [chr(ord("A") + place) for place in range(len(keys))])
