"""The rows of the model: every calendar day of a diary, or every period mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Kind
from lowdose.errors import Fault, InputError

__all__ = ["MAX_DAYS", "Days"]

Numbers = NDArray[np.float64]

MAX_DAYS = 8192


@dataclass(frozen=True, eq=False)
class Days:
    """How diary rows map to model rows: every calendar day, or every period mean."""

    day: Numbers
    row: NDArray[np.int64]
    gap: Numbers
    weight: Numbers
    aggregate: bool

    @property
    def size(self) -> int:
        return int(self.day.size)

    @classmethod
    def of(cls, diary: Diary, kind: Kind) -> Days:
        if len(diary) == 0:
            raise InputError([Fault("the diary", "no rows", "at least one day")])
        if diary.days_averaged is not None:
            gap = np.minimum(np.diff(diary.day, prepend=diary.day[0]), 1.0)
            weight = _weights(diary.days_averaged, kind)
            return cls(diary.day, np.arange(len(diary)), gap, weight, aggregate=True)
        span = int(diary.day[-1] - diary.day[0]) + 1
        if span > MAX_DAYS:
            raise InputError(
                [
                    Fault(
                        "the diary",
                        f"{span} days from first to last",
                        f"at most {MAX_DAYS}",
                        "check the dates, or split the diary",
                    )
                ]
            )
        row = np.full(span, -1, dtype=np.int64)
        row[(diary.day - diary.day[0]).astype(np.int64)] = np.arange(len(diary))
        day = diary.day[0] + np.arange(span, dtype=np.float64)
        return cls(day, row, np.ones(span), np.ones(span), aggregate=False)

    def spread(self, values: Numbers) -> Numbers:
        """Values of diary rows on model rows; NaN where the diary has none."""
        return np.where(self.row >= 0, values[self.row], np.nan)

    def spread_text(self, values: tuple[str, ...]) -> list[str]:
        return [values[row] if row >= 0 else "" for row in self.row]


def _weights(days: Numbers, kind: Kind) -> Numbers:
    """How many days each mean rests on, relative to the average; 1 where nobody says.

    Relative, because days of one period are alike: a mean of 14 days is not 14 times as precise
    as one day, and how precise it is the period means themselves must tell. Events are counted
    on so many days as they are; what days have in common is their swing.
    """
    known = np.isfinite(days) & (days > 0)
    if kind is not Kind.RATING:
        return np.where(known, days, 1.0)
    if not known.any():
        return np.ones(days.size)
    return np.where(known, days / days[known].mean(), 1.0)
