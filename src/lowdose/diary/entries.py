"""The nouns of a diary: one person's days, ratings, doses and treatments, already checked.

A `Diary` is what every later stage reads. It is made by `diary/read.py` (files) or by code that
has the numbers at hand; it holds no file positions, no text to parse and nothing doubtful.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["Diary", "Direction", "Kind", "Symptom"]


class Direction(StrEnum):
    """Which way is better."""

    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"


class Kind(StrEnum):
    """What a day's number is: a rating on a scale, a count of events, or yes/no."""

    RATING = "rating"
    COUNT = "count"
    BINARY = "binary"


@dataclass(frozen=True)
class Symptom:
    """One symptom: how it is rated and which way is better.

    `low` and `high` are the ends of the scale; for a count `high` is infinite, for yes/no they
    are 0 and 1.
    """

    name: str
    low: float = 0.0
    high: float = 10.0
    direction: Direction = Direction.LOWER_IS_BETTER
    kind: Kind = Kind.RATING
    instrument: str = ""


@dataclass(frozen=True, eq=False)
class Diary:
    """One person's diary: one row a day in time order, or one row a period (aggregate form).

    All columns have one entry per row. Numbers use NaN for "not noted", text uses "".

    Attributes:
        day: whole day number of each row, increasing, gaps allowed (float64, integral values).
            In the aggregate form it is the cycle number and may repeat.
        ratings: symptom name -> values on the symptom's own scale.
        symptoms: symptom name -> how it is rated.
        dose_mg: naltrexone taken that day; 0 for none; NaN unknown. None: no such column.
        treatment: what was taken by name. None: no such column.
        period: label of the period; a code (A, B, ...) while a blinded design is sealed.
        guess: the person's own probability (0..1) that the day's treatment was the active one.
        adverse: side effects of each row.
        dates: calendar date of each row, where the file gave dates.
        days_averaged: aggregate form only: how many days each mean rests on. None: daily form.
        person: who, where several people share a file.
        blinded: True or False where the file or the user said so; None where nobody said.
        notes: what the reader did that a person should know, in plain sentences
            ("3 days had two ratings: their mean was used").
        entered: when each row was written down, apart from the day it describes; None in a row
            that does not say. None: no such column.
    """

    day: NDArray[np.float64]
    ratings: Mapping[str, NDArray[np.float64]]
    symptoms: Mapping[str, Symptom]
    dose_mg: NDArray[np.float64] | None = None
    treatment: tuple[str, ...] | None = None
    period: tuple[str, ...] | None = None
    guess: NDArray[np.float64] | None = None
    adverse: tuple[tuple[str, ...], ...] | None = None
    dates: tuple[date, ...] | None = None
    days_averaged: NDArray[np.float64] | None = None
    person: str = ""
    blinded: bool | None = None
    notes: tuple[str, ...] = field(default=())
    entered: tuple[datetime | None, ...] | None = None

    def __len__(self) -> int:
        return int(self.day.size)
