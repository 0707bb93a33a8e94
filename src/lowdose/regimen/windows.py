"""When things must be made: the days of a regimen cut so that nothing is used past its date.

A batch is made on its first day of use, or as many days earlier as the first one is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lowdose.errors import Fault, InputError

__all__ = ["Window", "windows"]


@dataclass(frozen=True)
class Window:
    """Days of the regimen (from 1, both included) that one batch serves, and its two dates."""

    number: int
    first_day: int
    last_day: int
    make_on: date | None
    use_by: date | None


def windows(
    days: int, keeps_days: int, *, start: date | None = None, made_on: date | None = None
) -> tuple[Window, ...]:
    """Cut `days` of a regimen into batches that keep for `keeps_days` from the day of making.

    With `start` (first day of the regimen) the batches carry dates; `made_on` is when the first
    one is made, by default on `start`. Later batches are made equally long before they are needed.

    Raises InputError where the first batch would be made after the start, or so early that
    nothing of its time is left.

    >>> [(w.first_day, w.last_day, str(w.use_by)) for w in windows(70, 35, start=date(2026, 1, 1))]
    [(1, 35, '2026-02-05'), (36, 70, '2026-03-12')]
    """
    lead = _lead_days(keeps_days, start, made_on)
    usable = keeps_days - lead
    cut: list[Window] = []
    for first in range(1, days + 1, usable):
        make_on = start + timedelta(days=first - 1 - lead) if start else None
        cut.append(
            Window(
                number=len(cut) + 1,
                first_day=first,
                last_day=min(first + usable - 1, days),
                make_on=make_on,
                use_by=make_on + timedelta(days=keeps_days) if make_on else None,
            )
        )
    return tuple(cut)


def _lead_days(keeps_days: int, start: date | None, made_on: date | None) -> int:
    if start is None or made_on is None:
        return 0
    lead = (start - made_on).days
    if lead < 0:
        expected = f"a day no later than the start of the regimen, {start}"
        raise InputError([Fault("made on", str(made_on), expected)])
    if lead >= keeps_days:
        expected = f"a day less than {keeps_days} days before the start, {start}"
        remedy = "the preparation would be past its beyond-use date before it is used"
        raise InputError([Fault("made on", str(made_on), expected, remedy)])
    return lead
