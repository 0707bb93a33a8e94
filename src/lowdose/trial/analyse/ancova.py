"""Analysis of covariance: the outcome adjusted for its baseline, and for strata."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.least_squares import least_squares
from lowdose.trial.analyse.values import Estimates

__all__ = ["ancova"]

Numbers = NDArray[np.float64]


def ancova(
    baseline: Numbers,
    outcome: Numbers,
    drug: Numbers,
    *,
    strata: Numbers | None = None,
    what: str = "",
) -> Estimates:
    """Adjusted difference between two groups.

    baseline, outcome: (trials, people); drug: (trials, people), 1, 0, or NaN for neither; strata:
    (trials, people), whole numbers, each a mean of its own; NaN is missing. One slope of the
    baseline for all. NaN where a trial cannot tell. Vickers and Altman 2001,
    doi:10.1136/bmj.323.7321.1123.

    >>> found = ancova(np.array([[1.0, 2.0, 3.0, 1.0, 2.0, 3.0]]),
    ...                np.array([[1.0, 2.5, 3.0, 0.0, 0.5, 2.0]]),
    ...                np.array([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]))[0]
    >>> round(found.estimate, 3), found.df
    (-1.333, 3.0)
    """
    group = np.where((drug == 0) | (drug == 1), drug, np.nan)
    columns = [group, np.ones_like(baseline), baseline]
    if strata is not None:
        known = np.unique(strata[np.isfinite(strata)])
        columns += [np.where(np.isfinite(strata), strata == one, np.nan) for one in known[1:]]
    fitted = least_squares(outcome, np.stack(columns, axis=-1))
    return Estimates(
        what,
        fitted.coefficients[:, 0],
        np.sqrt(fitted.covariance[:, 0, 0]),
        np.where(fitted.df > 0, fitted.df, np.nan),
        "ANCOVA" + (", strata" if strata is not None else ""),
    )
