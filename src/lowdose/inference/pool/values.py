"""What pooling deals in: one course's likelihood, an array, a pooled answer. Nouns only.

Effects are shares of the scale's width, signed so that below zero is better for the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cell", "Contribution", "Course", "Likelihood", "Pooled", "Spread"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Likelihood:
    """What a diary says of one effect: a sum of normal curves, (curves,) each; weights sum to 1.

    Not a posterior: what was believed before the diary is taken out.
    """

    weight: Numbers
    mean: Numbers
    sd: Numbers


@dataclass(frozen=True, order=True)
class Cell:
    """What courses are pooled within: condition, what was taken, its dose (0 where there is none).

    blinded: whether people did not know. Open courses are never added to blinded ones: there the
    effect rests on what is believed of expectation, and no number of courses can mend that.

    >>> str(Cell("fibromyalgia", "naltrexone", 4.5)), str(Cell("", "tea", blinded=False))
    ('fibromyalgia, naltrexone 4.5 mg', 'tea, open')
    """

    condition: str
    treatment: str
    dose_mg: float = 0.0
    blinded: bool = True

    def __str__(self) -> str:
        dose = f" {self.dose_mg:g} mg" if self.dose_mg else ""
        where = f"{self.condition}, " if self.condition else ""
        return f"{where}{self.treatment}{dose}{'' if self.blinded else ', open'}"


@dataclass(frozen=True, eq=False)
class Course:
    """One person's effect of one thing taken; stays at the site."""

    person: str
    cell: Cell
    likelihood: Likelihood


@dataclass(frozen=True, eq=False)
class Contribution:
    """What a site shares: for each cell how many courses, and their array; see `lattice.py`.

    site: a random name of the site's file. symptom: what was rated. scale: its ends, as the sites
    rated it, for reading the numbers in points.
    """

    site: str
    symptom: str
    scale: tuple[float, float]
    counts: Mapping[Cell, int]
    arrays: Mapping[Cell, Whole]
    sites: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Spread:
    """One number's posterior: mean, standard deviation, 95 % interval."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Pooled:
    """What many courses say together; numbers are shares of the scale.

    mean: of people's effects. heterogeneity: their standard deviation. next_person: what to expect
    of one more. people: each one's effect with what is known of the others, where the diaries are
    at hand. probability_benefit: that the mean is a benefit; share_helped: of people, to expect.
    """

    count: int
    mean: Spread
    heterogeneity: Spread
    next_person: Spread
    probability_benefit: float
    share_helped: float
    people: Mapping[str, Spread] = field(default_factory=dict)
