"""A check: a number of ours beside one from elsewhere, written once for tests and report.

Chapters give their checks by a function `checks()`; `register.py` gathers them.
`tests/test_checks.py` holds every one of them, and `docs/validation_report.py` prints them as
docs/validation/report.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Chapter", "Check", "Compared", "Kind", "Verdict", "Within", "compared"]

Numbers = NDArray[np.float64]


class Chapter(StrEnum):
    """The part of the project that is checked, in the order of the flow."""

    REGIMEN = "regimen"
    MECHANISM = "mechanism"
    POPULATION = "population"
    EVIDENCE = "evidence"
    INFERENCE = "inference"
    TRIAL = "trial"
    POOL = "pool"
    CLINIC = "clinic"


class Kind(StrEnum):
    """What the other number comes from."""

    PROGRAM = "another program"
    PUBLISHED = "a publication"
    FORMULA = "a closed form"
    OTHER_WAY = "the same asked another way"


@dataclass(frozen=True)
class Within:
    """How far apart is still the same: a share of the other number, or an amount, or either."""

    relative: float = 0.0
    absolute: float = 0.0

    def holds(self, here: Numbers, there: Numbers) -> bool:
        """Whether every number is near enough; two infinities are the same, two NaN are not."""
        allowed = np.maximum(self.relative * np.abs(there), self.absolute)
        with np.errstate(invalid="ignore"):  # infinity less infinity
            return bool(np.all((here == there) | (np.abs(here - there) <= allowed)))

    def __str__(self) -> str:
        share = (
            f"{100 * self.relative:.3g} %"
            if self.relative >= 1e-3
            else f"{self.relative:.3g} of it"
        )
        parts = [share] if self.relative else []
        parts += [f"{self.absolute:.3g}"] if self.absolute else []
        return " or ".join(parts) or "exact"


@dataclass(frozen=True)
class Check:
    """One row of the report.

    here: works our number, or numbers, out anew; there: the other, or what works it out.
    origin: package and version, DOI, or formula. differs: why the two are known to be apart; then
    they must be, so that a reason which no longer holds is noticed. slow: takes more than some
    seconds; its numbers are stored (`stored.py`) and worked out anew by `make test-all`.
    """

    chapter: Chapter
    what: str
    here: Callable[[], ArrayLike]
    there: ArrayLike | Callable[[], ArrayLike]
    origin: str
    within: Within
    kind: Kind
    differs: str = ""
    slow: bool = False


class Verdict(StrEnum):
    """What came out."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNEXPECTED = "NOT AS EXPECTED"


@dataclass(frozen=True, eq=False)
class Compared:
    """A check with both numbers worked out."""

    check: Check
    here: Numbers
    there: Numbers

    @property
    def verdict(self) -> Verdict:
        """Agreement where it is expected, a difference where one is known, or neither."""
        same_shape = self.here.shape == self.there.shape
        agrees = same_shape and self.check.within.holds(self.here, self.there)
        if agrees == bool(self.check.differs):
            return Verdict.UNEXPECTED
        return Verdict.AGREES if agrees else Verdict.DIFFERS


def compared(check: Check) -> Compared:
    """Both numbers of a check."""
    there = check.there() if callable(check.there) else check.there
    return Compared(check, _flat(check.here()), _flat(there))


def _flat(values: ArrayLike | Iterable[float]) -> Numbers:
    return np.ravel(np.asarray(values, dtype=np.float64))
