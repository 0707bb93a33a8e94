"""Trim and fill: what the pooled effect would be if a lopsided funnel were evened out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.pool import asked, pool
from lowdose.evidence.pooling.regression import regress
from lowdose.evidence.pooling.studies import one_meta
from lowdose.evidence.pooling.values import Model, Numbers, Pooled, Test

__all__ = ["MissingBy", "Side", "TrimmedAndFilled", "trim_and_fill"]

_ROUNDS = 100


class MissingBy(StrEnum):
    """How missing studies are counted: by the rank sum (L0) or the rightmost run (R0)."""

    L0 = "L0"
    R0 = "R0"


class Side(StrEnum):
    """Where studies are thought to be missing."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class TrimmedAndFilled:
    """How many studies are thought missing and where, and the pooling with them filled in."""

    missing: int
    side: Side
    filled_value: tuple[float, ...]
    filled_variance: tuple[float, ...]
    pooled: Pooled


def trim_and_fill(
    value: ArrayLike,
    variance: ArrayLike,
    *,
    by: MissingBy | str = MissingBy.L0,
    side: Side | str | None = None,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
) -> TrimmedAndFilled:
    """Cut off the studies that make the funnel lopsided, find its middle, mirror them back.

    Without `side` it is the one that small studies point away from. The result is a "what if": it
    shows how much could hang on missing studies, not what they would have found.

    Raises InputError with every fault of the input, or where there are fewer than 3 studies.
    Source: Duval and Tweedie 2000, doi:10.1111/j.0006-341X.2000.00455.x.

    >>> found = trim_and_fill([-0.1, -0.15, -0.5, -0.9, -1.2], [0.01, 0.02, 0.06, 0.1, 0.2])
    >>> found.missing, found.side.value, round(found.pooled.estimate, 3)
    (2, 'right', -0.197)
    """
    request = asked(model, test, level)
    studies = one_meta(value, variance)
    y, v = studies.value[:, 0], studies.variance[:, 0]
    if y.size < 3:
        raise InputError([Fault("values", f"{y.size} studies", "3 studies or more")])
    where = _lopsided(y, v, request.model) if side is None else Side(side)
    way = 1.0 if where is Side.LEFT else -1.0
    order = np.argsort(way * y, kind="stable")
    missing, middle = _missing(way * y[order], v[order], MissingBy(by), request.model)
    last = order[y.size - missing :]
    more_y, more_v = 2 * way * middle - y[last], v[last]
    return TrimmedAndFilled(
        missing,
        where,
        tuple(more_y.tolist()),
        tuple(more_v.tolist()),
        pool(np.append(y, more_y), np.append(v, more_v), model=model, test=test, level=level),
    )


def _lopsided(y: Numbers, v: Numbers, model: Model) -> Side:
    """Right where the effect falls with the standard error: the small positive ones are missing."""
    errors = np.sqrt(v)
    if np.ptp(errors) == 0:
        return Side.LEFT
    slope = regress(y, v, {"se": errors}, model=model, test=Test.Z).coefficients[1].estimate
    return Side.RIGHT if slope < 0 else Side.LEFT


def _missing(y: Numbers, v: Numbers, by: MissingBy, model: Model) -> tuple[int, float]:
    """Studies missing on the left of sorted effects, and the middle of the funnel without them."""
    found, seen = 0, -1
    middle = 0.0
    for _ in range(_ROUNDS):
        if found == seen:
            break
        seen, kept = found, y.size - found
        middle = pool(y[:kept], v[:kept], model=model, test=Test.Z).estimate
        away = y - middle
        ranks = np.empty(y.size)
        ranks[np.argsort(np.abs(away), kind="stable")] = np.arange(1, y.size + 1)
        # At least two studies must stay, or nothing could be pooled.
        found = min(max(0, round(_COUNTS[by](np.sign(away) * ranks))), y.size - 2)
    return found, middle


def _by_rank_sum(ranks: Numbers) -> float:
    k = ranks.size
    return float((4 * ranks[ranks > 0].sum() - k * (k + 1)) / (2 * k - 1))


def _by_run(ranks: Numbers) -> float:
    lowest = -ranks[ranks < 0].min() if (ranks < 0).any() else 0.0
    return float(ranks.size - lowest - 1)


_COUNTS: Mapping[MissingBy, Callable[[Numbers], float]] = {
    MissingBy.L0: _by_rank_sum,
    MissingBy.R0: _by_run,
}
