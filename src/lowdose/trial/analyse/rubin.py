"""One answer from many imputed data sets: Rubin's rules, with Barnard and Rubin's df."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.values import Estimate, Estimates

__all__ = ["Pooled", "rubin"]


@dataclass(frozen=True)
class Pooled:
    """estimate: over all imputations. within, between: variances; missing: the share of the
    information about it that is missing; error: of the estimate, since imputations are drawn."""

    estimate: Estimate
    within: float
    between: float
    missing: float
    error: float


def rubin(found: Estimates) -> Pooled:
    """Pool the same estimate from each imputed data set, at least two.

    Rubin 1987, doi:10.1002/9780470316696; degrees of freedom: Barnard and Rubin 1999,
    doi:10.1093/biomet/86.4.948, with those of the first data set as the complete ones. Raises
    InputError where there are fewer than two, or one that is not a number.

    >>> one = rubin(Estimates("LDN minus placebo", np.array([-1.0, -1.2, -1.1]),
    ...                       np.array([0.5, 0.5, 0.5]), np.full(3, 40.0), "ANCOVA"))
    >>> round(one.estimate.estimate, 3), round(one.estimate.se, 4), round(one.estimate.df, 2)
    (-1.1, 0.5132, 34.6)
    """
    count = found.estimate.size
    usable = np.isfinite(found.estimate) & (found.se >= 0) & (found.df > 0)
    if count < 2 or not usable.all():
        value = f"{count} of them, {int((~usable).sum())} not numbers"
        raise InputError([Fault("imputations", value, "two or more, each with an estimate")])
    within = float((found.se**2).mean())
    between = float(found.estimate.var(ddof=1))
    total = within + (1 + 1 / count) * between
    share = (1 + 1 / count) * between / total if total > 0 else 0.0
    df = _degrees(count, share, float(found.df[0]))
    one = Estimate(
        found.what,
        float(found.estimate.mean()),
        float(np.sqrt(total)),
        df,
        f"{found.method}, {count} imputations",
    )
    ratio = share / (1 - share) if share < 1 else np.inf
    missing = (ratio + 2 / (df + 3)) / (ratio + 1) if np.isfinite(ratio) else 1.0
    return Pooled(one, within, between, float(missing), float(np.sqrt(between / count)))


def _degrees(count: int, share: float, complete: float) -> float:
    """Barnard and Rubin's; share: of the variance that is there because data are missing."""
    old = (count - 1) / share**2 if share > 0 else np.inf
    if not np.isfinite(complete):
        return float(old)
    seen = (complete + 1) / (complete + 3) * complete * (1 - share)
    if not np.isfinite(old):
        return float(seen)
    return float(old * seen / (old + seen))
