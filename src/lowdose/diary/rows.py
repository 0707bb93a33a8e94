"""The noun between cells and days: a file's rows with every cell already a typed value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lowdose.diary.dates import Moment
from lowdose.diary.entries import Symptom
from lowdose.diary.form import Form

__all__ = ["Entries"]


@dataclass(frozen=True)
class Entries:
    """A file's rows with typed cells; every list has one entry per row, None or NaN for empty.

    `number` is the day number or, in the aggregate form, the cycle.
    """

    rows: tuple[int, ...]
    form: Form
    symptoms: dict[str, Symptom]
    ratings: dict[str, list[float]]
    person: list[str]
    moment: list[Moment | None] | None = None
    number: list[float] | None = None
    clock: list[str] | None = None
    dose_mg: list[float] | None = None
    treatment: list[str] | None = None
    period: list[str] | None = None
    guess: list[float] | None = None
    adverse: list[tuple[str, ...]] | None = None
    entered: list[datetime | None] | None = None
    days: list[float] | None = None
    names: dict[str, str] = field(default_factory=dict)
