"""The number behind a verdict: recomputed from the studies, and held against what a page claims.

The verdict was written by a person who read the record; the number is worked out anew each time.
Where they do not go together the claim must say why, in `at_odds`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from scipy import special

from lowdose.evidence.certainty.judge import certainty
from lowdose.evidence.certainty.values import Certainty
from lowdose.evidence.load import evidence
from lowdose.evidence.pooling.values import Interval
from lowdose.evidence.records import AdverseEvent, Claim, Outcome, ReviewEstimate, Span, Study
from lowdose.evidence.words import Direction, Says, Verdict, Verified

__all__ = ["AGREES", "Bearing", "ClaimNumber", "RowNumber", "bearing_of", "claim_number"]


class Bearing(StrEnum):
    """What a number does to a claim. SHOWN: it is of interest, but tests nothing that is claimed;
    NOTHING: there is no number yet."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CANNOT_TELL = "cannot_tell"
    SHOWN = "shown"
    NOTHING = "nothing_to_pool"


_UNDECIDED = (Bearing.CANNOT_TELL, Bearing.SHOWN, Bearing.NOTHING)
# Which bearings a verdict goes together with.
AGREES: Mapping[Verdict, tuple[Bearing, ...]] = {
    Verdict.SUPPORTED: (Bearing.SUPPORTS, Bearing.SHOWN),
    Verdict.PARTLY: (Bearing.SUPPORTS, *_UNDECIDED),
    Verdict.NOT_SUPPORTED: (Bearing.CONTRADICTS, *_UNDECIDED),
    Verdict.CONTRADICTED: (Bearing.CONTRADICTS, Bearing.SHOWN),
    Verdict.UNVERIFIABLE: _UNDECIDED,
}


class RowNumber(NamedTuple):
    """A row that a claim rests on: whose it is, what its number says, and how that was seen."""

    id: str
    about: str
    value: float | None
    words: str
    verified: Verified


@dataclass(frozen=True)
class ClaimNumber:
    """The number behind a claim: a pool with its certainty, or rows; and what it does to it.

    agrees: whether bearing and verdict go together. normal: what a pool does by the normal test
    alone, which few trials make too sure.
    """

    claim: str
    bearing: Bearing
    agrees: bool
    normal: Bearing | None = None
    pool: Certainty | None = None
    rows: tuple[RowNumber, ...] = ()


def claim_number(claim: Claim, *, everything: bool = False) -> ClaimNumber | None:
    """The number that a claim's verdict rests on, worked out anew; None where it names none.

    everything: pool also what stays out by default. Rows are always shown, with how they were seen.

    >>> from lowdose.evidence.catalogue import claims
    >>> known = {each.id: each for each in claims()}
    >>> found = claim_number(known["c003-06"])
    >>> found.rows[0].words, found.bearing.value
    ('6 of 10 (60 %)', 'supports')
    >>> claim_number(known["c002-02"]) is None
    True
    """
    if claim.pool:
        pooled = _pooled(claim.pool, everything)
        bearing, normal = _of_pool(pooled, claim.says or Says.BETTER)
        agrees = bearing in AGREES[claim.verdict]
        return ClaimNumber(claim.id, bearing, agrees, normal, pool=pooled)
    if claim.rows:
        rows = tuple(_row_number(each) for each in claim.rows)
        bearing = _of_rows(claim, rows)
        return ClaimNumber(claim.id, bearing, bearing in AGREES[claim.verdict], rows=rows)
    return None


@cache
def _pooled(pool: str, everything: bool) -> Certainty:
    """Several claims rest on the same pool."""
    condition, outcome, *measure = pool.split("/")
    return certainty(
        condition, outcome, measure=measure[0] if measure else None, everything=everything
    )


def _of_pool(found: Certainty, says: Says) -> tuple[Bearing, Bearing | None]:
    """By both tests, telling nothing where they differ; and by the normal test alone."""
    if found.pooled is None or found.normal is None:
        return Bearing.NOTHING, None
    direction = found.comparison.contrasts[0].direction
    important = found.important.span if found.important else None
    wide, normal = (
        bearing_of(each.interval, says, direction, important)
        for each in (found.pooled, found.normal)
    )
    return wide if wide is normal else Bearing.CANNOT_TELL, normal


def bearing_of(
    interval: Interval | Span, says: Says, direction: Direction, important: Span | None
) -> Bearing:
    """Whether an interval bears out that a drug is better, or not worse.

    Better: supported where no difference is left out on the good side; contradicted where an
    important benefit is left out. Not worse: supported where important harm is left out;
    contradicted where no difference is left out on the bad side. Without an `important` one, any
    difference counts.

    >>> bearing_of(Interval(-0.3, 0.2), Says.BETTER, Direction.LOWER, Span(-1, 1)).value
    'contradicts'
    >>> bearing_of(Interval(-0.3, 0.2), Says.NOT_WORSE, Direction.LOWER, Span(-1, 1)).value
    'supports'
    """
    if direction is Direction.NONE:
        return Bearing.CANNOT_TELL
    low, high = interval
    least, most = important or (0.0, 0.0)
    if direction is Direction.LOWER:
        low, high, least, most = -high, -low, -most, -least
    if says is Says.BETTER:
        supports, contradicts = low > 0, high < most
    else:
        supports, contradicts = low > least, high < 0
    if supports:
        return Bearing.SUPPORTS
    return Bearing.CONTRADICTS if contradicts else Bearing.CANNOT_TELL


def _of_rows(claim: Claim, rows: tuple[RowNumber, ...]) -> Bearing:
    if claim.figure is not None:
        value = rows[0].value
        if value is None:
            return Bearing.CANNOT_TELL
        low, high = claim.figure
        fits = any(low <= each <= high for each in (value, round(value)))
        return Bearing.SUPPORTS if fits else Bearing.CONTRADICTS
    if claim.says is None:
        return Bearing.SHOWN
    found = {_of_row(_record(each), claim.says) for each in claim.rows}
    return found.pop() if len(found) == 1 else Bearing.CANNOT_TELL


Row = Study | Outcome | AdverseEvent | ReviewEstimate


@cache
def _records() -> Mapping[str, Row]:
    data = evidence()
    every: list[Row] = [*data.studies.values()]
    for study in data.studies.values():
        every += [*study.outcomes, *study.adverse_events]
    for review in data.reviews.values():
        every += review.estimates
    return {each.id: each for each in every}


def _record(row: str) -> Row:
    return _records()[row]


def _of_row(row: Row, says: Says) -> Bearing:
    """By the row's own interval of an effect or a change; ratios as logarithms."""
    if not isinstance(row, Outcome):
        return Bearing.CANNOT_TELL
    ends = _interval(row)
    if ends is None:
        return Bearing.CANNOT_TELL
    return bearing_of(ends, says, row.direction, None)


def _interval(row: Outcome) -> Span | None:
    value, ends = (row.change, row.change_ci) if row.effect is None else (row.effect, row.ci)
    if row.effect_type is not None and row.effect_type.is_ratio:
        return Span(*map(math.log, ends)) if ends else None
    if ends is not None or value is None or row.p is None or value == 0:
        return ends
    reach = abs(value) * float(special.ndtri(0.975) / -special.ndtri(row.p.value / 2))
    return Span(value - reach, value + reach)


def _row_number(row_id: str) -> RowNumber:
    row = _record(row_id)
    if isinstance(row, Study):
        people = row.n_analysed or row.n_randomised
        return RowNumber(row.id, "people", people, f"{people} people", row.verified)
    value, words = next(_numbers(row), (None, "no number"))
    return RowNumber(row.id, _about(row), value, words, row.verified)


def _about(row: Outcome | AdverseEvent | ReviewEstimate) -> str:
    if isinstance(row, ReviewEstimate):
        return f"{row.outcome}, {row.comparison}"
    if isinstance(row, AdverseEvent):
        return f"{row.event}, {row.arm}"
    weeks = f" at {row.weeks:g} weeks" if row.weeks else ""
    return f"{row.name}{weeks}, {row.arm}"


def _numbers(row: Outcome | AdverseEvent | ReviewEstimate) -> Iterator[tuple[float | None, str]]:
    """What the row says, the most telling first: people, percent, change, mean, effect, p."""
    events, total = getattr(row, "events", None), getattr(row, "total", None)
    if events is not None and total:
        yield 100 * events / total, f"{events} of {total} ({100 * events / total:.0f} %)"
    percent = getattr(row, "percent", None)
    if percent is not None:
        yield percent, f"{percent:g} %"
    changed = getattr(row, "change_percent", None)
    if changed is not None:
        yield abs(changed), f"{changed:g} % from baseline{_chance(row)}"
    change = getattr(row, "change", None)
    if change is not None:
        yield abs(change), f"{change:g} from baseline{_chance(row)}"
    mean = getattr(row, "mean", None)
    if mean is not None:
        yield mean, f"mean {mean:g}"
    if isinstance(row, Outcome | ReviewEstimate):
        if row.effect is not None and row.effect_type is not None:
            ends = f" ({row.ci.low:g} to {row.ci.high:g})" if row.ci else ""
            yield row.effect, f"{row.effect_type.value} {row.effect:g}{ends}{_chance(row)}"
        if row.p is not None:
            yield None, f"{row.p}, no size given"


def _chance(row: object) -> str:
    p = getattr(row, "p", None)
    return f", {p}" if p is not None else ""
