"""Two groups that report how many had an event, or how many events came in a time.

Positive means more events in the treated. Zero cells are handled as metafor's `escalc` does by
default: 1/2 is added to every cell of those studies that have a zero.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lowdose.errors import Fault
from lowdose.evidence.effects import checks
from lowdose.evidence.effects.values import Counts, Effect, Numbers, Rates

__all__ = [
    "ADDED",
    "Cells",
    "cells_of",
    "log_incidence_rate_ratio",
    "log_odds_ratio",
    "log_risk_ratio",
    "risk_difference",
]

ADDED = 0.5


class Cells(NamedTuple):
    """The four-fold table: event and no event of the treated (a, b) and of the control (c, d)."""

    a: Numbers
    b: Numbers
    c: Numbers
    d: Numbers


def cells_of(treated: Counts, control: Counts) -> Cells:
    """The tables as they are.

    Raises InputError with every impossible count.
    """
    parts = checks.numbers(*treated, *control)
    checks.refuse(
        checks.counts("treated", Counts(*parts[:2])), checks.counts("control", Counts(*parts[2:]))
    )
    a, n1, c, n2 = parts
    return Cells(a, n1 - a, c, n2 - c)


def log_risk_ratio(treated: Counts, control: Counts, *, added: float = ADDED) -> Effect:
    """Natural logarithm of the ratio of risks.

    value = ln((a/n1) / (c/n2)); variance = 1/a - 1/n1 + 1/c - 1/n2 (metafor "RR"), with `added` in
    each cell of a study that has a zero cell.

    Raises InputError with every impossible count.
    Source: Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    >>> found = log_risk_ratio(Counts([4], [123]), Counts([11], [139]))
    >>> found.value.round(4).item(), found.variance.round(4).item()
    (-0.8893, 0.3256)
    """
    a, b, c, d = _filled(cells_of(treated, control), added)
    n1, n2 = a + b, c + d
    return Effect(np.log(a / n1) - np.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2)


def log_odds_ratio(treated: Counts, control: Counts, *, added: float = ADDED) -> Effect:
    """Natural logarithm of the ratio of odds.

    value = ln(a d / (b c)); variance = 1/a + 1/b + 1/c + 1/d (metafor "OR"), with `added` in each
    cell of a study that has a zero cell.

    Raises InputError with every impossible count.
    Source: Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x; 1/2 added: Haldane 1956,
    doi:10.1111/j.1469-1809.1956.tb01285.x.

    >>> log_odds_ratio(Counts(0, 10), Counts(2, 10)).value.round(4).item()
    -1.8207
    """
    a, b, c, d = _filled(cells_of(treated, control), added)
    return Effect(np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)


def risk_difference(treated: Counts, control: Counts, *, added: float = ADDED) -> Effect:
    """Difference of risks, treated minus control.

    value = a/n1 - c/n2; variance = ab/n1³ + cd/n2³ (metafor "RD"), with `added` in each cell of a
    study that has a zero cell.

    Raises InputError with every impossible count.
    Source: Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    >>> risk_difference(Counts(2, 10), Counts(5, 10)).value.round(4).item()
    -0.3
    """
    a, b, c, d = _filled(cells_of(treated, control), added)
    n1, n2 = a + b, c + d
    return Effect(a / n1 - c / n2, a * b / n1**3 + c * d / n2**3)


def log_incidence_rate_ratio(treated: Rates, control: Rates, *, added: float = ADDED) -> Effect:
    """Natural logarithm of the ratio of events per time.

    value = ln((x1/t1) / (x2/t2)); variance = 1/x1 + 1/x2 (metafor "IRR"), with `added` to both
    counts of a study where one is zero.

    Raises InputError with every impossible value.
    Source: Rothman, Greenland and Lash 2008, Modern Epidemiology, ISBN 978-0-7817-5564-1.

    >>> log_incidence_rate_ratio(Rates(10, 100), Rates(20, 100)).value.round(4).item()
    -0.6931
    """
    x1, t1, x2, t2 = checks.numbers(*treated, *control)
    checks.refuse(
        checks.rates("treated", Rates(x1, t1)),
        checks.rates("control", Rates(x2, t2)),
        _added(added),
    )
    more = np.where((x1 == 0) | (x2 == 0), added, 0.0)
    x1, x2 = x1 + more, x2 + more
    return Effect(np.log(x1 / t1) - np.log(x2 / t2), 1 / x1 + 1 / x2)


def _filled(cells: Cells, added: float) -> Cells:
    """With `added` in each cell of a table that has a zero."""
    checks.refuse(_added(added))
    more = np.where(np.min(np.stack(cells), axis=0) == 0, added, 0.0)
    return Cells(*(cell + more for cell in cells))


def _added(value: float) -> list[Fault]:
    return list(checks.positive("added", np.asarray(value, dtype=float)))
