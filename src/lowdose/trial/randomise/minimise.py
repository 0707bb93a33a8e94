"""Minimisation: the next person goes where the groups stay alike (Pocock and Simon 1975,
doi:10.2307/2529712; Taves 1974).

For each sequence: were the person to get it, how far apart would the sequences be, at the person's
level of each factor (the range of the counts, each divided by its share)? The sum over factors is
its imbalance. With probability `strength` the person gets a sequence with the least imbalance,
else any by its share. Ties are broken by share.

What is drawn depends on everybody before, so that nothing can be listed ahead: there is a file of
those who came, and one is added at a time. With unequal shares the rule keeps the ratio on average
only roughly (Han 2009, doi:10.1002/sim.3710).
"""

from __future__ import annotations

from collections.abc import Sequence

from lowdose.errors import Fault, InputError
from lowdose.evidence.fields import nearest
from lowdose.trial.design.values import Design
from lowdose.trial.randomise.chance import happens, weighted, words
from lowdose.trial.randomise.draw import check_drawable, person_number
from lowdose.trial.randomise.values import Entry, Stratum

__all__ = ["levels_of", "minimised", "next_sequence"]


def minimised(design: Design, secret: bytes, came: Sequence[Stratum]) -> tuple[Entry, ...]:
    """The allocation of those who came, in the order in which they came.

    Adding a person changes nothing of those before. came: the levels of each.

    >>> from lowdose.trial.design.named import find_design
    >>> drawn = minimised(find_design("parallel"), bytes(32), [("female",), ("male",)] * 2)
    >>> [(entry.person, entry.sequence) for entry in drawn]
    [('01', 0), ('02', 0), ('03', 1), ('04', 1)]
    """
    check_drawable(design)
    counts = [[[0] * len(f.levels) for f in design.allocation.factors] for _ in design.sequences]
    drawn = []
    for place, stratum in enumerate(came, start=1):
        at = _places(design, stratum)
        sequence = next_sequence(design, secret, counts, at, place)
        for factor, level in enumerate(at):
            counts[sequence][factor][level] += 1
        drawn.append(Entry(person_number(place, design.people), sequence, tuple(stratum)))
    return tuple(drawn)


def next_sequence(
    design: Design,
    secret: bytes,
    counts: Sequence[Sequence[Sequence[int]]],
    at: Sequence[int],
    place: int,
) -> int:
    """The sequence of the next person. counts: [sequence][factor][level], of those who came before;
    at: the person's level of each factor; place: the how manieth, from 1."""
    shares = [one.share for one in design.sequences]
    draws = words(secret, f"person {place}")
    if happens(draws, design.allocation.strength):
        imbalances = [_imbalance(counts, at, shares, given) for given in range(len(shares))]
        least = min(imbalances)
        shares = [
            share if each - least < 1e-9 else 0
            for share, each in zip(shares, imbalances, strict=True)
        ]
    return weighted(draws, shares)


def _imbalance(
    counts: Sequence[Sequence[Sequence[int]]], at: Sequence[int], shares: list[int], given: int
) -> float:
    total = 0.0
    for factor, level in enumerate(at):
        would_be = [
            (row[factor][level] + (number == given)) / share
            for number, (row, share) in enumerate(zip(counts, shares, strict=True))
        ]
        total += max(would_be) - min(would_be)
    return total


def levels_of(design: Design, given: dict[str, str]) -> Stratum:
    """The person's level of each factor, from names and values as typed.

    Raises InputError with every factor that is missing, unknown, or has no such level.

    >>> from lowdose.trial.design.named import find_design
    >>> levels_of(find_design("parallel"), {"sex": "femal"})
    Traceback (most recent call last):
    lowdose.errors.InputError: sex: 'femal', expected one of female, male; did you mean female?
    """
    factors = {factor.name: factor.levels for factor in design.allocation.factors}
    faults = [
        Fault(name, repr(level), f"a factor of the design: {', '.join(factors) or 'it has none'}")
        for name, level in given.items()
        if name not in factors
    ]
    for name, levels in factors.items():
        said = given.get(name)
        if said not in levels:
            near = nearest(said, dict.fromkeys(levels)) if said else ""
            value = "nothing" if said is None else repr(said)
            faults.append(Fault(name, value, f"one of {', '.join(levels)}", near))
    if faults:
        raise InputError(faults)
    return tuple(given[name] for name in factors)


def _places(design: Design, stratum: Stratum) -> tuple[int, ...]:
    named = zip(design.allocation.factors, stratum, strict=True)
    return tuple(factor.levels.index(level) for factor, level in named)
