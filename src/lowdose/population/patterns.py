"""Patterns in which planned doses are missed or late: numbers alone, quick to load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ADHERENCE", "Adherence"]


@dataclass(frozen=True)
class Adherence:
    """Shares of doses missed and late, in the middle; people differ by `spread` on the log-odds.

    A late dose is taken one, two or four hours after its time. All numbers are assumptions.
    """

    missed: float
    late: float
    spread: float


ADHERENCE: Mapping[str, Adherence] = {
    "full": Adherence(0.0, 0.0, 0.0),
    "usual": Adherence(0.05, 0.10, 1.0),
    "poor": Adherence(0.30, 0.20, 1.0),
}
