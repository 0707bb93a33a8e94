"""How sure the variance between studies is: Q-profile intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lowdose.evidence.pooling.heterogeneity import profile_root
from lowdose.evidence.pooling.pool import asked
from lowdose.evidence.pooling.studies import fit, one_meta, side_by_side
from lowdose.evidence.pooling.values import Interval, Numbers

__all__ = ["HeterogeneityInterval", "heterogeneity_interval", "tau2_intervals"]


@dataclass(frozen=True)
class HeterogeneityInterval:
    """Intervals of tau2, tau, I² (percent) and H²; both ends are 0 where even 0 is too much."""

    tau2: Interval
    tau: Interval
    i2: Interval
    h2: Interval


def heterogeneity_interval(
    value: ArrayLike, variance: ArrayLike, *, level: float = 0.95
) -> HeterogeneityInterval:
    """Every tau2 that Q does not speak against, and what it means for tau, I² and H².

    The ends solve Q(tau2) = the quantiles of χ² with k - 1 degrees of freedom. Whatever estimates
    tau2, the interval is the same; it may leave the estimate out. With one study nothing is known:
    0 to infinity.

    Raises InputError with every fault of the input, each with its place.
    Source: Viechtbauer 2007, doi:10.1002/sim.2514.

    >>> found = heterogeneity_interval([-0.9, -0.3, -0.6, 0.1], [0.1, 0.05, 0.2, 0.08])
    >>> f"{found.tau2.low:.3f} to {found.tau2.high:.3f}"
    '0.000 to 2.443'
    """
    studies = one_meta(value, variance)
    low, high = tau2_intervals(studies.value.T, studies.variance.T, level=level)
    tau2 = Interval(float(low[0]), float(high[0]))
    freedom = float(studies.k[0]) - 1
    found = fit(studies, np.zeros(1))
    squares = (found.weight**2).sum(0)
    spread = float((found.total - squares / found.total)[0])
    typical = freedom / spread if freedom else float("inf")
    return HeterogeneityInterval(
        tau2=tau2,
        tau=Interval(*(float(np.sqrt(end)) for end in tau2)),
        i2=Interval(*(_share(end, typical) for end in tau2)),
        h2=Interval(*(1 + _ratio(end, typical) for end in tau2)),
    )


def tau2_intervals(
    values: ArrayLike, variances: ArrayLike, *, level: float = 0.95
) -> tuple[Numbers, Numbers]:
    """Lower and upper ends of tau2, each (metas,), for many meta-analyses as in `pool_many`."""
    studies, request = side_by_side(values, variances), asked("reml", "z", level)
    outside = (1 - request.level) / 2
    freedom = np.maximum(studies.k - 1, 1)
    low = profile_root(studies, special.chdtri(freedom, outside))
    high = profile_root(studies, special.chdtri(freedom, 1 - outside))
    return low, np.where(studies.k > 1, high, np.inf)


def _ratio(tau2: float, typical: float) -> float:
    return tau2 / typical if np.isfinite(typical) else tau2


def _share(tau2: float, typical: float) -> float:
    """I² in percent."""
    return 100 * (1 - 1 / (1 + _ratio(tau2, typical)))
