"""What happened to people on placebo: the change in the comparator arms of blinded trials.

It is not the power of belief alone: the natural course and the return to the usual after a bad
stretch are in it. For the next person on placebo it is all the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from lowdose.evidence.candidates import rows_of
from lowdose.evidence.catalogue import studies
from lowdose.evidence.effects import recover
from lowdose.evidence.families import Family
from lowdose.evidence.records import Outcome, Span, Study
from lowdose.evidence.standing import poolable
from lowdose.evidence.words import Direction, Role, Verified

__all__ = ["PlaceboArm", "placebo_arms"]

_LIKE_MOST = 0.16  # SD of a change, as a share of the scale, in FINAL's placebo arm: 1.6 of 10


class PlaceboArm(NamedTuple):
    """The change of one arm as a share of its scale's width, negative is better; and its error.

    assumed: whether the spread of the change was not given and was taken as that of other trials.
    """

    study: str
    source: str
    change: float
    se: float
    people: int
    weeks: float | None
    verified: Verified
    assumed: bool


def placebo_arms(
    condition: str, family: Family, *, everything: bool = False
) -> tuple[PlaceboArm, ...]:
    """The placebo arms of randomised trials whose change and scale are known, one a trial.

    Raises `InputError` where the condition is not known.

    >>> from lowdose.evidence.families import find_family
    >>> [(arm.study, arm.change) for arm in placebo_arms("fibromyalgia", find_family("pain"))]
    [('duebruun2024', -0.09), ('innova2026', -0.064)]
    """
    found = (_arm(study, family, everything) for study in studies(condition))
    return tuple(arm for arm in found if arm is not None)


def _arm(study: Study, family: Family, everything: bool) -> PlaceboArm | None:
    if not study.design.is_randomised:
        return None
    return next(_arms(study, family, everything), None)


def _arms(study: Study, family: Family, everything: bool) -> Iterator[PlaceboArm]:
    for row in rows_of(study, family):
        usable = row.role is Role.COMPARATOR and "placebo" in row.arm.casefold()
        if not usable or row.change is None or row.range is None or not row.n:
            continue
        if everything or not poolable(row, study):
            yield _shares(study, row, row.change, row.range, row.n)


def _shares(study: Study, row: Outcome, change: float, ends: Span, people: int) -> PlaceboArm:
    width = ends.high - ends.low
    sign = -1.0 if row.direction is Direction.HIGHER else 1.0
    error = _error(row, people)
    return PlaceboArm(
        study=study.id,
        source=row.source,
        change=sign * change / width,
        se=_LIKE_MOST / math.sqrt(people) if error is None else error / width,
        people=people,
        weeks=row.weeks,
        verified=row.verified,
        assumed=error is None,
    )


def _error(row: Outcome, people: int) -> float | None:
    """The standard error of the change, in points."""
    if row.change_ci is not None:
        return float(recover.se_from_interval(*row.change_ci))
    return None if row.change_sd is None else float(recover.se_from_sd(row.change_sd, people))
