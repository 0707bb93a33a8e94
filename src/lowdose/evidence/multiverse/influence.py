"""What all the ways to pool come to together, and how much each choice moves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lowdose.evidence.multiverse.values import Choice, Level, Multiverse
from lowdose.evidence.words import Direction

__all__ = ["Influence", "Part", "influences", "part", "trial_by_trial"]

Chosen = NDArray[np.bool_]


class Part(NamedTuple):
    """Some of the specifications: how many, their median and ends, and how many are sure.

    below, above: the shares whose 95 % interval lies wholly below, or above, no effect.
    """

    ways: int
    median: float
    least: float
    most: float
    below: float
    above: float

    def favouring(self, direction: Direction) -> tuple[float, float]:
        """The shares that are sure of the drug, and of the comparator."""
        return (
            (self.above, self.below) if direction is Direction.HIGHER else (self.below, self.above)
        )


class Influence(NamedTuple):
    """What a choice does: the specifications that each of its levels leads to.

    moves: from the lowest to the highest median of a level.
    """

    choice: Choice
    levels: tuple[tuple[Level, Part], ...]
    moves: float


def part(found: Multiverse, chosen: Chosen | None = None) -> Part:
    """All specifications together, or the chosen ones (specifications,).

    >>> from lowdose.evidence.multiverse.enumerate import multiverse_of_table
    >>> found = multiverse_of_table(["a", "b"], [0.2, 0.4], [0.01, 0.01])
    >>> round(part(found).median, 2), part(found).below
    (0.3, 0.0)
    """
    every = np.ones(len(found.specifications), dtype=bool) if chosen is None else chosen
    middle = found.column("estimate")[every]
    low, high = found.column("low")[every], found.column("high")[every]
    return Part(
        int(every.sum()),
        float(np.median(middle)),
        float(middle.min()),
        float(middle.max()),
        float((high < 0).mean()),
        float((low > 0).mean()),
    )


def influences(found: Multiverse) -> tuple[Influence, ...]:
    """Every choice that makes a difference, the one that moves the median most first.

    A choice whose levels all lead to the same specifications makes none here and is left out.
    """
    made = (_influence(found, place, one) for place, one in enumerate(found.choices))
    kept = [one for one in made if one is not None]
    return tuple(sorted(kept, key=lambda one: -one.moves))


def _influence(found: Multiverse, place: int, choice: Choice) -> Influence | None:
    leading = [found.leading_to(place, level) for level in range(len(choice.levels))]
    if all(np.array_equal(one, leading[0]) for one in leading):
        return None
    levels = tuple(
        (level, part(found, ways))
        for level, ways in zip(choice.levels, leading, strict=True)
        if ways.any()
    )
    medians = [one.median for _, one in levels]
    return Influence(choice, levels, max(medians) - min(medians))


def trial_by_trial(found: Multiverse) -> tuple[tuple[str, Part, Part], ...]:
    """For each trial: the specifications that have it, and those that do not."""
    rows = []
    inside = [frozenset(one.studies) for one in found.specifications]
    for study in found.studies:
        having = np.array([study in one for one in inside], dtype=bool)
        if having.any() and not having.all():
            rows.append((study, part(found, having), part(found, ~having)))
    return tuple(rows)
