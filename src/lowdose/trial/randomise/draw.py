"""Draw the list: which sequence each next person gets.

    blocks        permuted blocks of random sizes, within each stratum
    simple        each person on their own, by the shares of the sequences
    N-of-1        each person's own order of each block, unless the design names block sizes
    minimisation  depends on who comes: no list, see `minimise.py`

A list is a function of design and secret, and a longer list begins like a shorter one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice, product

from lowdose.errors import Fault, InputError
from lowdose.trial.design.fields import MOST_PEOPLE
from lowdose.trial.design.values import Design, Method
from lowdose.trial.randomise.chance import below, shuffled, weighted, words
from lowdose.trial.randomise.values import Entry, Stratum

__all__ = ["block_sizes", "check_drawable", "draw_list", "person_number", "strata"]

_MOST_ROWS = 1_000_000
_FEW_SHARES = 4


def draw_list(design: Design, secret: bytes, *, people: int | None = None) -> tuple[Entry, ...]:
    """The list, stratum by stratum. people: places in each stratum; default: the design's people.

    Without knowing who will come, every stratum has as many places as there are people.

    Raises InputError where there is nothing to draw, or where chance waits for the people
    (minimisation).

    >>> from lowdose.trial.design.named import find_design
    >>> drawn = draw_list(find_design("crossover"), bytes(32), people=6)
    >>> [(entry.person, entry.sequence) for entry in drawn]
    [('1', 1), ('2', 1), ('3', 0), ('4', 0), ('5', 0), ('6', 1)]
    """
    check_drawable(design)
    if design.allocation.method is Method.MINIMISATION:
        remedy = "nothing is drawn ahead: ask for each next person"
        raise InputError([Fault("allocation.method", "minimisation", "blocks or simple", remedy)])
    places = design.people if people is None else people
    groups = strata(design)
    _check_size(places, len(groups))
    return tuple(
        Entry(person_number(place, places, number if len(groups) > 1 else 0), sequence, stratum)
        for number, stratum in enumerate(groups, start=1)
        for place, sequence in enumerate(
            islice(_sequences(design, secret, stratum), places), start=1
        )
    )


def check_drawable(design: Design) -> None:
    """Raises InputError where a design leaves nothing to chance."""
    if design.up_and_down:
        wanted = "a design with sequences to draw"
        remedy = "the next dose follows from the last person's answer, not from chance"
        raise InputError([Fault("up_and_down", design.name, wanted, remedy)])
    if len(design.sequences) < 2:
        remedy = "everyone gets the same order: there is nothing to draw"
        raise InputError([Fault("sequences", "one", "two or more", remedy)])


def _check_size(places: int, groups: int) -> None:
    if not 1 <= places <= MOST_PEOPLE:
        raise InputError([Fault("people", str(places), f"a whole number from 1 to {MOST_PEOPLE}")])
    if places * groups > _MOST_ROWS:
        value = f"{places} places in each of {groups} strata"
        remedy = "name fewer people, or fewer factors"
        raise InputError([Fault("people", value, f"at most {_MOST_ROWS} places", remedy)])


def strata(design: Design) -> tuple[Stratum, ...]:
    """Every combination of the factors' levels; one empty one where there are no factors.

    >>> from lowdose.trial.design.named import find_design
    >>> strata(find_design("parallel"))
    (('female',), ('male',))
    """
    return tuple(product(*(factor.levels for factor in design.allocation.factors)))


def block_sizes(design: Design) -> tuple[int, ...]:
    """The sizes that blocks are drawn from.

    Where the design names none: two or three times the sum of the shares, so that nobody can count
    up to the last of a block; with more than four shares once or twice, for blocks not to be long.

    >>> from lowdose.trial.design.named import find_design
    >>> block_sizes(find_design("crossover"))
    (4, 6)
    """
    shares = sum(one.share for one in design.sequences)
    usual = (2 * shares, 3 * shares) if shares <= _FEW_SHARES else (shares, 2 * shares)
    return design.allocation.block_sizes or usual


def person_number(place: int, places: int, stratum: int = 0) -> str:
    """The number of a person, as wide as the last one, after that of the stratum.

    >>> person_number(7, 120), person_number(7, 120, 2)
    ('007', '2-007')
    """
    number = str(place).zfill(len(str(places)))
    return f"{stratum}-{number}" if stratum else number


def _sequences(design: Design, secret: bytes, stratum: Stratum) -> Iterator[int]:
    """The sequences of a stratum, without end."""
    draws = words(secret, _purpose(design, stratum))
    if design.allocation.method is Method.SIMPLE or _own_orders(design):
        # Every order of the blocks is a sequence of its own and all have one share: to draw one is
        # to draw each block's order on its own.
        shares = [one.share for one in design.sequences]
        return (weighted(draws, shares) for _ in count())
    return _in_blocks(design, draws)


def _purpose(design: Design, stratum: Stratum) -> str:
    named = zip(design.allocation.factors, stratum, strict=True)
    return "sequences " + ", ".join(f"{factor.name!r}={level!r}" for factor, level in named)


def _own_orders(design: Design) -> bool:
    return any(period.block for period in design.periods) and not design.allocation.block_sizes


def _in_blocks(design: Design, draws: Iterator[int]) -> Iterator[int]:
    once = [place for place, one in enumerate(design.sequences) for _ in range(one.share)]
    sizes = block_sizes(design)
    while True:
        size = sizes[below(draws, len(sizes))]
        yield from shuffled(draws, once * (size // len(once)))
