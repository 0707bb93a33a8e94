"""What the pooled effect rests on: without each study, study after study, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.pool import asked, pool, pool_many
from lowdose.evidence.pooling.studies import one_meta
from lowdose.evidence.pooling.values import Model, Pooled, PooledMany, Test

__all__ = ["Subgroups", "cumulative", "leave_one_out", "subgroups"]


def leave_one_out(
    value: ArrayLike,
    variance: ArrayLike,
    *,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
) -> PooledMany:
    """Pool without each study in turn: row i is without study i. Arguments as for `pool`.

    Raises InputError with every fault of the input, or where there is only one study.

    >>> leave_one_out([0.1, 0.2, 0.9], [0.1, 0.1, 0.1]).estimate.round(3).tolist()
    [0.55, 0.5, 0.15]
    """
    k = int(one_meta(value, variance).k[0])
    if k < 2:
        raise InputError([Fault("values", "1 study", "2 studies or more")])
    kept = ~np.eye(k, dtype=bool)
    return _pooled_where(kept, value, variance, model, test, level)


def cumulative(
    value: ArrayLike,
    variance: ArrayLike,
    *,
    order: Sequence[int] | None = None,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
) -> PooledMany:
    """Pool the first study, the first two, and so on, in the `order` given (places from 0).

    Other arguments as for `pool`.

    Raises InputError with every fault of the input, or where the order is not one.

    >>> cumulative([0.1, 0.2, 0.9], [0.1, 0.1, 0.1]).estimate.round(3).tolist()
    [0.1, 0.15, 0.4]
    """
    k = int(one_meta(value, variance).k[0])
    places = np.arange(k) if order is None else np.asarray(order)
    if sorted(places.tolist()) != list(range(k)):
        raise InputError([Fault("order", str(places.tolist()), f"each of 0 to {k - 1} once")])
    kept = np.tril(np.ones((k, k), dtype=bool))
    values, variances = np.asarray(value, dtype=float), np.asarray(variance, dtype=float)
    return _pooled_where(kept, values[places], variances[places], model, test, level)


def _pooled_where(
    kept: NDArray[np.bool_],
    value: ArrayLike,
    variance: ArrayLike,
    model: Model | str,
    test: Test | str,
    level: float,
) -> PooledMany:
    """Row by row only the studies kept there."""
    values, variances = (np.where(kept, part, np.nan) for part in (value, variance))
    return pool_many(values, variances, model=model, test=test, level=level)


@dataclass(frozen=True)
class Subgroups:
    """Groups of studies pooled apart, and the test that their effects are the same.

    q_between, df, p: the χ² test. Each group has its own variance between studies.
    """

    groups: dict[str, Pooled]
    q_between: float
    df: int
    p: float


def subgroups(
    value: ArrayLike,
    variance: ArrayLike,
    groups: Sequence[str],
    *,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
    level: float = 0.95,
) -> Subgroups:
    """Pool each group on its own, and ask whether the groups differ.

    Q between = Σ (m - mean)² / s² over groups, with each group's pooled effect m and its normal
    standard error s; χ² with one degree of freedom less than groups. A tau2 shared by the groups is
    what `regression.regress` has. Other arguments as for `pool`.

    Raises InputError with every fault of the input, or where the names do not fit the studies.
    Source: Borenstein 2009, chapter 19, ISBN 978-0-470-05724-7.

    >>> found = subgroups([0.1, 0.2, 0.9, 1.0], [0.1] * 4, ["low", "low", "high", "high"])
    >>> round(found.q_between, 3), round(found.p, 4)
    (6.4, 0.0114)
    """
    asked(model, test, level)
    one_meta(value, variance)
    names, values = np.asarray(groups, dtype=str), np.asarray(value, dtype=float)
    if names.shape != values.shape:
        shape = Fault("groups", f"{names.size} names", f"one a study: {values.size}")
        raise InputError([shape])
    variances = np.asarray(variance, dtype=float)
    found: dict[str, Pooled] = {}
    means, squares = [], []
    for name in dict.fromkeys(names.tolist()):
        part = values[names == name], variances[names == name]
        found[name] = pool(*part, model=model, test=test, level=level)
        wald = pool(*part, model=model, test=Test.Z)
        means.append(wald.estimate)
        squares.append(wald.se**2)
    between = pool(means, squares, model=Model.COMMON, test=Test.Z)
    chance = float(special.chdtrc(between.q_df, between.q)) if between.q_df else 1.0
    return Subgroups(found, between.q, between.q_df, chance)
