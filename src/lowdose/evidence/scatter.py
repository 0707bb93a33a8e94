"""Does the drug do more for some than for others? What the scatter in two arms leaves open.

If effects differ between people, the treated scatter more than the others. How much more bounds
how much effects can differ, unless those whom the drug helps most are those who would have been
extreme without it the other way round.

Source: Nakagawa 2015, doi:10.1111/2041-210X.12309.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from lowdose.evidence.candidates import candidates
from lowdose.evidence.catalogue import studies
from lowdose.evidence.effects.means import log_variability_ratio
from lowdose.evidence.effects.values import Means
from lowdose.evidence.families import Family
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.records import Study
from lowdose.evidence.standing import poolable
from lowdose.evidence.worked import arm_means

__all__ = ["Scatter", "scatter"]


class Scatter(NamedTuple):
    """Ratio of the SDs in treated and comparator, with its 95 % interval, and what follows.

    most: the largest standard deviation between people's true effects that the upper end leaves
    open, in standard deviations of the comparator arm.
    """

    studies: tuple[str, ...]
    ratio: float
    low: float
    high: float

    @property
    def most(self) -> float:
        """sqrt(ratio² - 1) at the upper end; 0 where even that is below 1.

        >>> round(Scatter((), 1.0, 0.9, 1.25).most, 2)
        0.75
        """
        return math.sqrt(max(self.high**2 - 1.0, 0.0))


def scatter(condition: str, family: Family, *, everything: bool = False) -> Scatter | None:
    """Pool the ratios of SDs over the parallel trials that give them; None where none does.

    One common ratio, normal interval: with a trial or two nothing can be said of how trials differ.

    Raises `InputError` where the condition is not known.

    >>> from lowdose.evidence.families import find_family
    >>> found = scatter("fibromyalgia", find_family("pain"))
    >>> found.studies, round(found.ratio, 2), round(found.most, 2)
    (('duebruun2024',), 0.99, 0.85)
    """
    parallel = (
        study
        for study in studies(condition)
        if study.design.is_randomised and not study.design.is_within_person
    )
    found_in = {study.id: _first(study, family, everything) for study in parallel}
    every = {study: arms for study, arms in found_in.items() if arms is not None}
    if not every:
        return None
    effects = [log_variability_ratio(*arms) for arms in every.values()]
    found = pool(
        [float(one.value) for one in effects],
        [float(one.variance) for one in effects],
        model="common",
        test="z",
    )
    middle, low, high = (math.exp(one) for one in (found.estimate, *found.interval))
    return Scatter(tuple(every), middle, low, high)


def _first(study: Study, family: Family, everything: bool) -> tuple[Means, Means] | None:
    """The first pair of arms with a spread, in the order of the family's names."""
    for candidate in candidates(study, family):
        if candidate.contrast is not None:
            continue
        arms = arm_means(candidate)
        barred = any(poolable(row, study) for row in candidate.rows)
        if arms is not None and (everything or not barred):
            return arms
    return None
