"""Rows of a study that belong together: a contrast as reported, or two arms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from lowdose.evidence.effects.recover import count_from_percent
from lowdose.evidence.families import Family
from lowdose.evidence.records import AdverseEvent, Outcome, Study
from lowdose.evidence.words import Direction, Role

__all__ = ["Arms", "Candidate", "candidates", "rows_of"]


class Arms(NamedTuple):
    """How many people each arm had; None where not known."""

    active: int | None
    comparator: int | None


class Candidate(NamedTuple):
    """A contrast as reported, or two arms; either way the people of both."""

    study: Study
    contrast: Outcome | None
    active: Outcome | None
    comparator: Outcome | None
    arms: Arms

    @property
    def rows(self) -> tuple[Outcome, ...]:
        """The rows it is made of."""
        three = (self.contrast, self.active, self.comparator)
        return tuple(row for row in three if row is not None)

    @property
    def against(self) -> str:
        """The comparator, as the study names it."""
        if self.contrast is not None:
            return self.contrast.arm.partition(" vs ")[2]
        return self.comparator.arm if self.comparator else ""

    @property
    def people(self) -> int | None:
        """Everybody, counted once."""
        if self.contrast is not None and self.contrast.n is not None:
            return self.contrast.n
        if self.study.design.is_within_person:
            return self.arms.active
        return None if None in self.arms else sum(each or 0 for each in self.arms)


def rows_of(study: Study, family: Family) -> tuple[Outcome, ...]:
    """The rows of a study that are of this family, adverse events among them."""
    events = (_as_outcome(event) for event in study.adverse_events)
    return tuple(row for row in (*study.outcomes, *events) if row.name in family.outcomes)


def _as_outcome(event: AdverseEvent) -> Outcome:
    counted = not event.counts_events
    events = event.events
    if events is None and event.percent is not None and event.total is not None:
        events = count_from_percent(event.percent, event.total)
    return Outcome(
        id=event.id,
        study=event.study,
        name=event.event,
        direction=Direction.LOWER,
        arm=event.arm,
        role=event.role,
        verified=event.verified,
        source=event.source,
        n=event.total,
        events=events if counted else None,
        total=event.total if counted else None,
        note=event.note,
    )


def candidates(study: Study, family: Family) -> Iterator[Candidate]:
    """Everything of a study that could be a contrast, the preferred first.

    By the order of the family's names, then contrasts as reported before arms, then by the order
    of the rows in the file.
    """
    rows = rows_of(study, family)
    for name in family.outcomes:
        named = [row for row in rows if row.name == name]
        pairs = list(_pairs(named))
        for row in named:
            if row.role is Role.CONTRAST:
                twice = study.design.is_within_person
                arms = Arms(row.n, row.n) if twice else _arms_beside(row, pairs)
                yield Candidate(study, row, None, None, arms)
        for active, comparator in pairs:
            yield Candidate(study, None, active, comparator, Arms(active.n, comparator.n))


def _pairs(rows: Iterable[Outcome]) -> Iterator[tuple[Outcome, Outcome]]:
    """Active and comparator of one scale, read in one way; of the same week, or the only ones."""

    def kind(row: Outcome) -> tuple[str, str]:
        return row.scale, row.verified

    arms = [row for row in rows if row.role in (Role.ACTIVE, Role.COMPARATOR)]
    for _, group in groupby(sorted(arms, key=kind), key=kind):
        alike = list(group)
        active = [row for row in alike if row.role is Role.ACTIVE]
        comparator = [row for row in alike if row.role is Role.COMPARATOR]
        if len(active) == len(comparator) == 1:
            yield active[0], comparator[0]
            continue
        for one in active:
            same = [other for other in comparator if other.weeks == one.weeks]
            only = [other for other in active if other.weeks == one.weeks] == [one]
            if len(same) == 1 and only:
                yield one, same[0]


def _arms_beside(row: Outcome, pairs: Iterable[tuple[Outcome, Outcome]]) -> Arms:
    """The people per arm, from the arms' own rows where they add up to those of the contrast."""
    for active, comparator in pairs:
        if active.n is None or comparator.n is None:
            continue
        if active.scale == row.scale and active.n + comparator.n == row.n:
            return Arms(active.n, comparator.n)
    return Arms(None, None)
