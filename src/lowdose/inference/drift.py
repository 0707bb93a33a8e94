"""Natural drift: a straight line, which may bend in diaries longer than half a year.

Over years an illness wanders. Left out of the model, that wandering is taken up by whatever else
moves slowly, and a treatment effect that builds up over weeks does: on eight years of knee pain
without any treatment, a straight drift made 99 of 100 made-up treatments look like a benefit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Drift", "drift_of"]

Numbers = NDArray[np.float64]

# Up to so many days, so many bends: few values, because each makes a program of its own.
_BENDS = ((168, 0), (384, 2), (1024, 4))
_MOST_BENDS = 6


@dataclass(frozen=True, eq=False)
class Drift:
    """The drift's columns: days since the centre, then one column a bend.

    A bend's column is a hinge at its knot less its own straight line over the rated days, so that
    the first column stays the average slope and the baseline the average level.
    """

    centre: float
    knots: Numbers
    lines: Numbers

    def columns(self, day: Numbers) -> Numbers:
        """The columns on any days, before, in or after the diary: (days, 1 + bends)."""
        since = day - self.centre
        hinges = np.maximum(day[:, None] - self.knots, 0.0)
        straight = np.column_stack([np.ones(day.size), since]) @ self.lines
        return np.column_stack([since, hinges - straight])


def drift_of(day: Numbers, rated: NDArray[np.bool_]) -> Drift:
    """The drift of a diary: its centre and knots, evenly laid over the whole.

    Centred on the rated days, so that days added without a rating change nothing.

    >>> drift = drift_of(np.arange(112.0), np.ones(112, dtype=bool))
    >>> drift.columns(np.array([0.0, 111.0])).tolist()
    [[-55.5], [55.5]]
    """
    count = next((bends for days, bends in _BENDS if day.size <= days), _MOST_BENDS)
    centre = float(day[rated].mean())
    if count == 0:
        return Drift(centre, np.zeros(0), np.zeros((2, 0)))
    knots = np.linspace(day[0], day[-1], count + 2)[1:-1]
    known = day[rated]
    line = np.column_stack([np.ones(known.size), known - centre])
    hinges = np.maximum(known[:, None] - knots, 0.0)
    return Drift(centre, knots, np.linalg.lstsq(line, hinges, rcond=None)[0])
