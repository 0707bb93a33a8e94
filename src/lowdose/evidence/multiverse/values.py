"""What a multiverse is made of: choices, what goes into a pool, one pool a specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lowdose.evidence.pooling.values import Model, Numbers, Test
from lowdose.evidence.words import Direction, Verified

__all__ = ["Choice", "Level", "Multiverse", "Specification", "Trial"]


class Level(NamedTuple):
    """One way to choose: a short key, the words to show, and why somebody may choose so."""

    key: str
    words: str
    why: str


class Choice(NamedTuple):
    """Something that whoever pools has to choose, and the ways to."""

    key: str
    words: str
    levels: tuple[Level, ...]


class Trial(NamedTuple):
    """What one trial brings to a pool: effect and variance, and how they were had.

    notes: what was assumed, and what is out of the ordinary. verified: how the worst of its numbers
    was seen; None for a table of one's own.
    """

    study: str
    value: float
    variance: float
    how: str = ""
    notes: tuple[str, ...] = ()
    verified: Verified | None = None
    people: int | None = None
    weeks: float | None = None

    @property
    def not_read(self) -> bool:
        """Whether a number of it was only read second-hand or remembered."""
        return self.verified in (Verified.SECONDARY, Verified.RECALLED)


class Specification(NamedTuple):
    """One way to pool: which trials, as what, by which method; and what came out.

    low and high: of the 95 % interval.
    """

    trials: tuple[Trial, ...]
    model: Model
    test: Test
    estimate: float
    low: float
    high: float
    p: float
    tau2: float

    @property
    def studies(self) -> tuple[str, ...]:
        """The ids of the trials in it."""
        return tuple(each.study for each in self.trials)

    @property
    def not_read(self) -> bool:
        """Whether it rests on a number that was only read second-hand or remembered."""
        return any(each.not_read for each in self.trials)


@dataclass(frozen=True, eq=False)
class Multiverse:
    """All specifications, each once, and where every combination of choices leads.

    grid: an axis a choice; a combination's place in `specifications`, or -1 where it is impossible.
    impossible: combinations that cannot be pooled. repeated: those that come to the same trials
    with the same numbers by the same method as an earlier one. Values are logarithms if `is_log`.
    refused: studies that give no number under any choice, with the reasons.
    """

    heading: str
    measure: str
    is_log: bool
    direction: Direction
    choices: tuple[Choice, ...]
    specifications: tuple[Specification, ...]
    grid: NDArray[np.int64]
    impossible: int
    repeated: int
    refused: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def combinations(self) -> int:
        """How many combinations of choices there are."""
        return self.grid.size

    @property
    def studies(self) -> tuple[str, ...]:
        """Every study that is in some specification."""
        return tuple(sorted({name for each in self.specifications for name in each.studies}))

    def column(self, name: str) -> Numbers:
        """A number of every specification, in order: "estimate", "low", "high", "p", "tau2"."""
        return np.array([getattr(each, name) for each in self.specifications], dtype=float)

    def leading_to(self, choice: int, level: int) -> NDArray[np.bool_]:
        """Which specifications (specifications,) a level of a choice leads to."""
        found = np.zeros(len(self.specifications), dtype=bool)
        places = np.asarray(self.grid.take(level, axis=choice))
        found[places[places >= 0]] = True
        return found
