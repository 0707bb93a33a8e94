"""Two things reviewers do to a trial's rows before they pool them, each of which assumes something.

Percent of baseline is put into points by the mean at baseline; the two periods of a crossover are
taken for two groups of people. Rows are changed and then read like any others.
"""

from __future__ import annotations

from dataclasses import replace

from lowdose.evidence.candidates import Candidate
from lowdose.evidence.contrast import Contrast
from lowdose.evidence.records import Outcome, Span
from lowdose.evidence.words import Design, EffectType, Role, Verified

__all__ = ["as_two_groups", "in_points", "spread_as_two_groups"]

AS_GROUPS = "its two periods are taken for two groups of people, which they are not"


def in_points(candidate: Candidate) -> tuple[Candidate, str] | None:
    """Two arms in percent of baseline as changes in points, and what that assumes.

    None where they are in points already, or where no mean at baseline was seen.
    """
    active, comparator = candidate.active, candidate.comparator
    if active is None or comparator is None or not (_percent(active) and _percent(comparator)):
        return None
    baseline = _baseline(candidate)
    if baseline is None:
        return None
    said = (
        f"percent of baseline is put into points by the mean at baseline, {baseline.mean:g}, "
        "as if everybody had started there"
    )
    arms = (_pointed(row, baseline) for row in (active, comparator))
    one, other = arms
    return candidate._replace(active=one, comparator=other), said


def _percent(row: Outcome) -> bool:
    return row.change_percent is not None and row.change is None and row.mean is None


def _baseline(candidate: Candidate) -> Outcome | None:
    """The mean of all people before treatment, on the same scale."""
    active = candidate.active
    assert active is not None
    rows = (
        row
        for row in candidate.study.outcomes
        if row.role is Role.BASELINE and row.mean is not None
    )
    return next((row for row in rows if (row.name, row.range) == (active.name, active.range)), None)


def _pointed(row: Outcome, baseline: Outcome) -> Outcome:
    assert row.change_percent is not None and baseline.mean is not None
    share = baseline.mean / 100
    ends = row.change_percent_ci
    return replace(
        row,
        change=row.change_percent * share,
        change_ci=Span(ends.low * share, ends.high * share) if ends else None,
        change_percent=None,
        change_percent_ci=None,
        verified=max(row.verified, baseline.verified, key=list(Verified).index),
    )


def as_two_groups(candidate: Candidate) -> Candidate | None:
    """The periods of a crossover as two groups; None where there are no rows of both.

    The p of the comparison goes, since it is that of the comparison within people.
    """
    active, comparator = candidate.active, candidate.comparator
    if active is None or comparator is None:
        return None
    one, other = (replace(row, p=None, p_between=False) for row in (active, comparator))
    study = replace(candidate.study, design=Design.PARALLEL)
    return candidate._replace(study=study, active=one, comparator=other)


def spread_as_two_groups(found: Contrast, correlation: float) -> Contrast | None:
    """A within-person effect with about the variance that two groups as large would have had.

    Two groups of n have 1 / (1 - r) times the variance of n people's differences; a standardised
    difference g has 2/n + g²/(4n).
    """
    if found.people is None:
        return None
    if found.measure is EffectType.SMD:
        variance = 2 / found.people + found.value**2 / (4 * found.people)
    elif found.measure is EffectType.MD:
        variance = found.variance / (1 - correlation)
    else:
        return found
    return replace(found, variance=variance, assumptions=(*found.assumptions, AS_GROUPS))
