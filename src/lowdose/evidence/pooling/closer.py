"""A closer look at a pooled answer: how sure the spread is, other methods, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lowdose.errors import InputError
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.bayes import BayesPooled, pool_bayes
from lowdose.evidence.pooling.pool import asked
from lowdose.evidence.pooling.priors import TauPrior
from lowdose.evidence.pooling.profile import HeterogeneityInterval, heterogeneity_interval
from lowdose.evidence.pooling.rare_events import RareEvents, pool_rare_events
from lowdose.evidence.pooling.sensitivity import cumulative, leave_one_out
from lowdose.evidence.pooling.small_studies import Begg, Egger, begg, egger
from lowdose.evidence.pooling.studies import one_meta
from lowdose.evidence.pooling.trim_and_fill import TrimmedAndFilled, trim_and_fill
from lowdose.evidence.pooling.values import Model, PooledMany, Test

__all__ = ["Closer", "look_closer"]


@dataclass(frozen=True)
class Closer:
    """What there is beside a pooled effect; None where there are too few studies for it.

    spread: interval of tau2 and what follows from it. bayes: None without a prior of tau. left_out:
    row i without study i. order, growing: places of the studies, and the pooling of the first, of
    the first two, and so on. egger, begg, filled: do small studies find more? rare: the exact
    likelihood, where the events are known. missing: what there is not, and why.
    """

    spread: HeterogeneityInterval | None
    bayes: BayesPooled | None
    left_out: PooledMany | None
    order: tuple[int, ...]
    growing: PooledMany | None
    egger: Egger | None
    begg: Begg | None
    filled: TrimmedAndFilled | None
    rare: RareEvents | None
    missing: tuple[str, ...]


def look_closer(
    value: ArrayLike,
    variance: ArrayLike,
    *,
    prior: TauPrior | None = None,
    counts: tuple[Counts, Counts] | None = None,
    order: Sequence[int] | None = None,
    model: Model | str = Model.REML,
    test: Test | str = Test.KNHA,
) -> Closer:
    """Everything else that can be said of the effects of studies (studies,).

    prior: of tau, for a Bayesian answer. counts: treated and control arms, for the exact likelihood
    of rare events. order: in which the studies came, places from 0; by default as they stand.
    model, test: as for `pool`.

    Raises InputError as `pool` does.

    >>> found = look_closer([-0.9, -0.3, -0.6, 0.1], [0.1, 0.05, 0.2, 0.08])
    >>> found.left_out.estimate.round(2).tolist()
    [-0.21, -0.44, -0.35, -0.55]
    >>> found.missing[0]
    'Bayesian: say how much studies may differ, as a prior of tau in the units of the effect, \
such as half-normal:1.'
    """
    asked(model, test, 0.95)
    k = int(one_meta(value, variance).k[0])
    places = tuple(range(k)) if order is None else tuple(order)
    pair = (value, variance)
    missing = [] if prior else [_NO_PRIOR]
    missing += [] if k > 1 else [_ONE]
    missing += [] if k > 2 else [_TWO]
    rare = _rare(counts, missing)
    alike = k > 2 and np.ptp(np.asarray(variance, dtype=float)) == 0
    missing += [_ALIKE] if alike else []
    return Closer(
        spread=heterogeneity_interval(*pair) if k > 1 else None,
        bayes=pool_bayes(*pair, prior=prior) if prior else None,
        left_out=leave_one_out(*pair, model=model, test=test) if k > 1 else None,
        order=places,
        growing=cumulative(*pair, order=places, model=model, test=test) if k > 1 else None,
        egger=egger(*pair) if k > 2 and not alike else None,
        begg=begg(*pair) if k > 2 and not alike else None,
        filled=trim_and_fill(*pair, model=model, test=test) if k > 2 else None,
        rare=rare,
        missing=tuple(missing),
    )


_NO_PRIOR = (
    "Bayesian: say how much studies may differ, as a prior of tau in the units of the effect, such "
    "as half-normal:1."
)
_ONE = "Spread between studies, leaving one out, one after the other: two studies or more."
_ALIKE = "Egger, Begg: studies that differ in size."
_TWO = "Egger, Begg, trim and fill: three studies or more."


def _rare(counts: tuple[Counts, Counts] | None, missing: list[str]) -> RareEvents | None:
    if counts is None:
        return None
    try:
        return pool_rare_events(*counts)
    except InputError as error:
        missing.append(f"Exact likelihood: {error}.")
        return None
