"""Studies pooled as asked and in the two other usual ways, to show what the choice does."""

from __future__ import annotations

from typing import NamedTuple

from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.values import Model, Numbers, Pooled, Test

__all__ = ["Views", "pooled_views"]


class Views(NamedTuple):
    """As asked, by the normal test with the same model, and with one effect common to all."""

    asked: Pooled
    normal: Pooled
    common: Pooled


def pooled_views(
    value: Numbers | tuple[float, ...],
    variance: Numbers | tuple[float, ...],
    *,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
) -> Views:
    """Pool the studies the three ways; raises InputError as `pool` does.

    >>> views = pooled_views((-0.34, 0.49), (0.307**2, 0.411**2))
    >>> f"{views.normal.estimate:.2f}, {views.common.estimate:.2f}"
    '0.03, -0.04'
    """
    return Views(
        pool(value, variance, model=model, test=test, level=level),
        pool(value, variance, model=model, test=Test.Z, level=level),
        pool(value, variance, model=Model.COMMON, test=Test.Z, level=level),
    )
