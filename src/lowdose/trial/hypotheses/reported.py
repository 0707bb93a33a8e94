"""What the published trials reported, beside their designs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from lowdose.trial.design.named import find_design
from lowdose.trial.design.values import Design

__all__ = ["LeftOut", "Reported", "reported_trials"]

_Z = 1.959964


@dataclass(frozen=True)
class Reported:
    """One published result. difference: drug minus placebo, points of the scale, or of shares of
    responders; low, high: its 95 % interval."""

    name: str
    design: Design
    difference: float
    low: float
    high: float
    responders: bool
    outcome: str

    @property
    def se(self) -> float:
        """The standard error that the interval implies."""
        return (self.high - self.low) / (2 * _Z)


@dataclass(frozen=True)
class LeftOut:
    """A published trial that says nothing of the hypotheses, and why."""

    name: str
    reason: str


def reported_trials() -> tuple[tuple[Reported, ...], tuple[LeftOut, ...]]:
    """The trials that can be scored, and those that cannot.

    >>> trials, out = reported_trials()
    >>> len(trials), [one.name for one in out]
    (7, ['bruun-plesner-2020'])
    """
    text = (files("lowdose.trial.hypotheses") / "reported.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    scored = tuple(
        Reported(
            name,
            find_design(name),
            difference=row["estimate"],
            low=row["interval"][0],
            high=row["interval"][1],
            responders=row.get("measure") == "responders",
            outcome=row["outcome"],
        )
        for name, row in table.items()
        if "left_out" not in row
    )
    out = tuple(LeftOut(name, row["left_out"]) for name, row in table.items() if "left_out" in row)
    return scored, out
