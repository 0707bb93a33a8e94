"""The mixed model for repeated measures: visits, each with its own means, and any covariance.

Everybody counts with the visits that there are; missing ones are taken to be missing at random.
Mallinckrodt et al. 2008, doi:10.1177/009286150804200402.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError, LowdoseError
from lowdose.trial.analyse.linear_mixed.covariance import (
    Residual,
    SerialCorrelation,
    Unstructured,
)
from lowdose.trial.analyse.linear_mixed.fit import Fit, fit_model
from lowdose.trial.analyse.linear_mixed.infer import kenward_roger
from lowdose.trial.analyse.linear_mixed.model import model_of
from lowdose.trial.analyse.values import Estimate, Estimates

__all__ = ["fit_visits", "mmrm", "mmrm_of_many"]

Numbers = NDArray[np.float64]

METHOD = "MMRM, unstructured, Kenward-Roger"


def mmrm(
    baseline: Numbers,
    outcome: Numbers,
    drug: Numbers,
    *,
    what: str = "",
    serial: bool = False,
    method: Callable[[Fit, Numbers], Estimate] = kenward_roger,
) -> tuple[Estimate, ...]:
    """Adjusted difference between two groups at each visit.

    baseline: (people,); outcome: (people, visits), NaN where missing; drug: (people,), 1 or 0, NaN
    for neither. Fixed: the mean of each visit in each group, and the baseline's slope at each.
    serial: the covariance of visits is not free: each has its variance, and correlations fade from
    one to the next, for trials too small for more. method: `kenward_roger` or `satterthwaite`.
    Raises LowdoseError where the model does not settle, as with few people who have both of two
    visits; InputError where there is too little data or the arrays do not fit each other.

    >>> chance = np.random.default_rng(1)
    >>> start = chance.normal(size=20)
    >>> found = mmrm(start, start[:, None] + chance.normal(size=(20, 2)), np.arange(20.0) % 2)
    >>> [round(one.df, 6) for one in found]  # nobody missing: as ANCOVA at each visit
    [17.0, 17.0]
    """
    fit = fit_visits(baseline, outcome, drug, serial=serial)
    found = (method(fit, one) for one in np.eye(fit.sums.coefficients.size)[: outcome.shape[1]])
    freedom = "serial" if serial else "unstructured"
    return tuple(
        replace(one, what=what, method=one.method.replace("REML", f"MMRM, {freedom}"))
        for one in found
    )


def fit_visits(baseline: Numbers, outcome: Numbers, drug: Numbers, *, serial: bool = False) -> Fit:
    """The fitted model; its first fixed effects are the differences at each visit."""
    shapes = (baseline.shape, outcome.shape[:1], drug.shape)
    if outcome.ndim != 2 or len(set(shapes)) > 1:
        said = f"of shapes {baseline.shape}, {outcome.shape} and {drug.shape}"
        raise InputError([Fault("baseline, outcome, drug", said, "a line for each person in all")])
    visits = outcome.shape[1]
    use = np.isfinite(outcome) & (np.isfinite(baseline) & np.isfinite(drug))[:, None]
    person, visit = np.nonzero(use)
    at = np.eye(visits)[visit]
    columns = (at * drug[person, None], at, at * baseline[person, None])
    residuals: Residual = Unstructured(person, visit)
    if serial:
        residuals = SerialCorrelation(person, visit.astype(np.float64), visit)
    return fit_model(model_of(outcome[use], np.concatenate(columns, axis=1), [residuals]))


def mmrm_of_many(
    baseline: Numbers, outcome: Numbers, drug: Numbers, *, what: str = ""
) -> Estimates:
    """The difference at the last visit, for each of many trials; NaN where a fit does not settle.

    baseline, drug: (trials, people); outcome: (trials, people, visits).
    """
    found = [_last(*one, what) for one in zip(baseline, outcome, drug, strict=True)]
    estimate, se, df = np.array([(one.estimate, one.se, one.df) for one in found]).T
    return Estimates(what, estimate, se, df, METHOD)


def _last(baseline: Numbers, outcome: Numbers, drug: Numbers, what: str) -> Estimate:
    try:
        return mmrm(baseline, outcome, drug, what=what)[-1]
    except (LowdoseError, np.linalg.LinAlgError):
        return Estimate(what, np.nan, np.nan, np.nan, METHOD)
