"""What is known of each trial of a comparison, for groups, moderators and exact methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lowdose.evidence.catalogue import find_study
from lowdose.evidence.contrast import Comparison, Contrast
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.records import AdverseEvent, Outcome
from lowdose.evidence.words import Role

__all__ = ["columns_of", "counts_of"]


def columns_of(found: Comparison) -> Mapping[str, tuple[str, ...]]:
    """Columns by their names, a text for each contrast, "" where something is not known.

    >>> from lowdose.evidence.catalogue import contrasts
    >>> columns_of(contrasts("fibromyalgia", "pain"))["dose"]
    ('6', '4.5')
    """
    rows = [_row(each) for each in found.contrasts]
    return {name: tuple(row[name] for row in rows) for name in (rows[0] if rows else {})}


def _row(one: Contrast) -> dict[str, str]:
    study = find_study(one.study)
    return {
        "year": str(study.publication.year),
        "dose": "" if one.dose_mg is None else f"{one.dose_mg:g}",
        "weeks": "" if one.weeks is None else f"{one.weeks:g}",
        "people": "" if one.people is None else str(one.people),
        "design": study.design.value,
        "condition": one.condition,
        "comparator": one.comparator,
        "scale": one.scale,
        "verified": one.verified.value,
        "sponsor": study.sponsor,
        "country": study.country,
    }


def counts_of(found: Comparison) -> tuple[Counts, Counts] | None:
    """People with the event and people, treated and control; None unless every trial is of two
    groups and gives them.

    >>> from lowdose.evidence.catalogue import contrasts
    >>> counts_of(contrasts("fibromyalgia", "any adverse event"))
    (Counts(events=(33,), people=(48,)), Counts(events=(36,), people=(50,)))
    """
    both = [_both_arms(each) for each in found.contrasts]
    known = [one for one in both if one is not None]
    if not known or len(known) < len(both):
        return None
    treated, control = zip(*known, strict=True)
    return _counts(treated), _counts(control)


def _counts(arms: Iterable[tuple[int, int]]) -> Counts:
    events, people = zip(*arms, strict=True)
    return Counts(events, people)


def _both_arms(one: Contrast) -> tuple[tuple[int, int], tuple[int, int]] | None:
    if one.within_person:
        return None
    study = find_study(one.study)
    every: tuple[Outcome | AdverseEvent, ...] = (*study.outcomes, *study.adverse_events)
    rows = [row for row in every if row.id in one.rows]
    treated, control = (_arm(rows, role) for role in (Role.ACTIVE, Role.COMPARATOR))
    return None if treated is None or control is None else (treated, control)


def _arm(rows: Iterable[Outcome | AdverseEvent], role: Role) -> tuple[int, int] | None:
    for row in rows:
        if row.role is role and row.events is not None and row.total is not None:
            return row.events, row.total
    return None
