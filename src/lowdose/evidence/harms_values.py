"""What is known of unwanted events: trials that compare, people without comparison, the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lowdose.evidence.pooling.risks import Risks, Share
from lowdose.evidence.records import ReviewEstimate
from lowdose.evidence.words import Design, Verified
from lowdose.population.side_effects import Expected

__all__ = ["Checks", "Counted", "EventHarms", "Harms", "NotCounted", "TrialCounts"]


class Counted(NamedTuple):
    """People with the event, of how many."""

    events: int
    people: int


@dataclass(frozen=True)
class TrialCounts:
    """Both arms of one trial. reasons: why it stays out by default; empty if it may enter."""

    study: str
    trial: str
    condition: str
    event: str
    comparator: str
    dose_mg: float | None
    treated: Counted
    control: Counted
    assumptions: tuple[str, ...]
    reasons: tuple[str, ...]
    verified: Verified
    source: str


@dataclass(frozen=True)
class ArmCounts:
    """People on naltrexone of one study, without comparison. reasons: as above."""

    study: str
    trial: str
    condition: str
    event: str
    design: Design
    dose_mg: float | None
    counted: Counted
    reasons: tuple[str, ...]
    verified: Verified
    source: str


class NotCounted(NamedTuple):
    """A row that is shown but not pooled: what it says, and why not."""

    study: str
    said: str
    why: tuple[str, ...]


class Checks(NamedTuple):
    """The same trials by other methods: ratios with their intervals, None where there is none.

    exact: odds ratio by the conditional exact likelihood. mantel_haenszel: risk ratio. peto: odds
    ratio. difference: of risks, by Mantel and Haenszel.
    """

    exact: tuple[float, float, float] | None
    mantel_haenszel: tuple[float, float, float] | None
    peto: tuple[float, float, float] | None
    difference: tuple[float, float, float] | None
    comparator: tuple[float, float, float] | None


@dataclass(frozen=True)
class EventHarms:
    """One kind of unwanted event.

    risks: pooled over `trials`, which compare; None where there are none. share: of all `arms`,
    people on naltrexone without comparison, so not "caused by". not_counted: rows that cannot be
    used. held_back: rows that `everything` would show or use. published: pooled by reviews.
    remembered: with `everything` only, at the usual dose, from a published ratio and a share on
    placebo that was not checked; the same as in `lowdose simulate`.
    """

    id: str
    name: str
    trials: tuple[TrialCounts, ...]
    risks: Risks | None
    checks: Checks | None
    arms: tuple[ArmCounts, ...]
    share: Share | None
    not_counted: tuple[NotCounted, ...]
    held_back: tuple[NotCounted, ...]
    published: tuple[ReviewEstimate, ...]
    remembered: Expected | None


@dataclass(frozen=True)
class Harms:
    """Unwanted events of low-dose naltrexone; condition: as it is shown, "" for all."""

    condition: str
    everything: bool
    against: str
    events: tuple[EventHarms, ...]
