"""Which capsules make a dose: the fewest capsules, then the fewest strengths, exactly.

Amounts are whole micrograms. Nothing here knows about steps, dates or patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

__all__ = ["MOST_CAPSULES", "fewest_capsules", "nearest_doses_ug"]

# Assumption: more than twelve capsules at one time is a sign that a strength is missing.
MOST_CAPSULES = 12


def fewest_capsules(
    dose_ug: int, strengths_ug: Sequence[int], *, most: int = MOST_CAPSULES
) -> tuple[int, ...] | None:
    """How many capsules of each strength make the dose, in the order of `strengths_ug`.

    Fewest capsules first, then fewest different strengths, then as many of the larger strengths
    as possible. None where at most `most` capsules cannot make the dose.

    >>> fewest_capsules(4500, (500, 1500, 4500))
    (0, 0, 1)
    >>> fewest_capsules(3000, (500, 1000, 1500, 2000, 2500))  # 1.5 + 1.5, not 2 + 1
    (0, 0, 2, 0, 0)
    >>> fewest_capsules(1700, (500, 1500)) is None
    True
    """
    count = _fewest(dose_ug, strengths_ug, most)
    if count is None:
        return None
    order = sorted(range(len(strengths_ug)), key=lambda place: -strengths_ug[place])
    best = _best_split(dose_ug, tuple(strengths_ug[place] for place in order), count)
    by_place = dict(zip(order, best, strict=True))
    return tuple(by_place[place] for place in range(len(strengths_ug)))


def nearest_doses_ug(
    dose_ug: int, strengths_ug: Sequence[int], *, most: int = MOST_CAPSULES
) -> tuple[int | None, int | None]:
    """The nearest possible doses below and above; None where there is none.

    Zero is no dose, so it is never offered.

    >>> nearest_doses_ug(1700, (500, 1500))
    (1500, 2000)
    >>> nearest_doses_ug(300, (500, 1500))
    (None, 500)
    """
    possible = 0
    for reached in _reached(strengths_ug, most)[1:]:
        possible |= reached
    possible &= ~1
    below = possible & ((1 << dose_ug) - 1)
    above = possible >> (dose_ug + 1)
    return (
        below.bit_length() - 1 if below else None,
        (above & -above).bit_length() + dose_ug if above else None,
    )


def _reached(strengths_ug: Sequence[int], most: int) -> list[int]:
    """For 0, 1, ... `most` capsules: the doses they make, as the set bits of one integer."""
    reached = [1]
    for _ in range(most):
        following = 0
        for strength in strengths_ug:
            following |= reached[-1] << strength
        reached.append(following)
    return reached


def _fewest(dose_ug: int, strengths_ug: Sequence[int], most: int) -> int | None:
    for count, reached in enumerate(_reached(strengths_ug, most)):
        if reached >> dose_ug & 1:
            return count
    return None


def _best_split(dose_ug: int, descending_ug: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Exactly `count` capsules making the dose with the fewest strengths, larger ones first."""

    @cache
    def best(place: int, left_ug: int, left: int) -> tuple[int, tuple[int, ...]] | None:
        rest_of_stock = len(descending_ug) - place
        if left == 0:
            return (0, (0,) * rest_of_stock) if left_ug == 0 else None
        if rest_of_stock == 0 or not (
            left * descending_ug[-1] <= left_ug <= left * descending_ug[place]
        ):
            return None
        found: tuple[int, tuple[int, ...]] | None = None
        # Larger counts come first and only a strictly better split replaces them, which is the
        # rule "as many of the larger strengths as possible".
        for taken in range(min(left, left_ug // descending_ug[place]), -1, -1):
            rest = best(place + 1, left_ug - taken * descending_ug[place], left - taken)
            if rest is not None and (found is None or rest[0] + (taken > 0) < found[0]):
                found = (rest[0] + (taken > 0), (taken, *rest[1]))
        return found

    split = best(0, dose_ug, count)
    if split is None:  # pragma: no cover - `count` was found reachable just before
        raise AssertionError("a reachable dose has a split")
    return split[1]
