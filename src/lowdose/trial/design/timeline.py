"""Which treatment and dose belongs to which day, for every sequence: a design laid out in arrays.

Everything that simulates or analyses a design reads this, so that days are counted once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.values import Design, Given, Period

__all__ = ["Kind", "Timeline", "kind_of", "timeline", "treatment_keys"]

Whole = NDArray[np.int64]
Kind = str  # in words: see `kind_of`


@dataclass(frozen=True, eq=False)
class Timeline:
    """A design's days.

    period: (days,) index into `design.periods`. treatment: (sequences, days) index into
    `design.treatments`. planned_mg: (sequences, days) of naltrexone. counts: (days,) whether an
    analysis may use the day: not in a period's `skip_days`. rated: (days,) whether a rating is
    asked for. blinded: (days,) whether the person does not know what it is.
    """

    period: Whole
    treatment: Whole
    planned_mg: NDArray[np.float64]
    counts: NDArray[np.bool_]
    rated: NDArray[np.bool_]
    blinded: NDArray[np.bool_]


def timeline(design: Design) -> Timeline:
    """Lay out the days of a design.

    >>> from lowdose.trial.design.read import parse_design
    >>> laid = timeline(parse_design('''
    ... title = "Two weeks each"
    ... condition = "fibromyalgia"
    ... people = 20
    ... blinding = "double"
    ... reference = "placebo"
    ... outcome = { symptom = "pain" }
    ... treatments.ldn = { dose_mg = 4.5 }
    ... treatments.placebo = { placebo = true }
    ... periods = [{ name = "first", weeks = 2 }, { name = "second", weeks = 2 }]
    ... sequences.LP = ["ldn", "placebo"]
    ... sequences.PL = ["placebo", "ldn"]
    ... '''))
    >>> laid.period.size, laid.planned_mg[:, [0, 14]].tolist()
    (28, [[4.5, 0.0], [0.0, 4.5]])
    """
    lengths = [period.days for period in design.periods]
    place = {one.key: number for number, one in enumerate(design.treatments)}
    keys = [treatment_keys(design, number) for number in range(len(design.sequences))]
    doses = [
        np.concatenate(
            [design.treatment(key).doses_mg(days) for key, days in zip(row, lengths, strict=True)]
        )
        for row in keys
    ]
    index = np.array([[place[key] for key in row] for row in keys], dtype=np.int64)
    period = np.repeat(np.arange(len(lengths)), lengths)
    return Timeline(
        period=period,
        treatment=index[:, period],
        planned_mg=np.array(doses, dtype=np.float64),
        counts=np.concatenate([np.arange(one.days) >= one.skip_days for one in design.periods]),
        rated=_rated(design),
        blinded=np.array([_is_blinded(design, one) for one in design.periods])[period],
    )


def kind_of(design: Design) -> Kind:
    """What the field calls such a design.

    One of: dose finding, parallel groups, crossover, N-of-1, aggregated N-of-1, fixed order,
    randomised withdrawal.
    """
    open_periods = sum(period.everyone is None for period in design.periods)
    if design.up_and_down:
        return "dose finding"
    if design.enrichment:
        return "randomised withdrawal"
    if len(design.sequences) == 1:
        return "fixed order"
    if any(period.block for period in design.periods):
        return "N-of-1" if design.people == 1 else "aggregated N-of-1"
    return "parallel groups" if open_periods == 1 else "crossover"


def treatment_keys(design: Design, sequence: int) -> list[str]:
    """The key of the treatment of each period, for one sequence (index into the design's)."""
    by_chance = iter(design.sequences[sequence].treatments)
    return [period.everyone or next(by_chance) for period in design.periods]


def _rated(design: Design) -> NDArray[np.bool_]:
    if not design.outcome.visit_days:
        return np.ones(design.days, dtype=bool)
    rated = np.zeros(design.days, dtype=bool)
    rated[np.array(design.outcome.visit_days) - 1] = True
    return rated


def _is_blinded(design: Design, period: Period) -> bool:
    if design.blinding == "open":
        return False
    return period.everyone is None or design.treatment(period.everyone).given is not Given.NOTHING
