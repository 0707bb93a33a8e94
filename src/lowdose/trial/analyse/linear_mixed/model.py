"""What a mixed model is made of: an outcome, fixed columns, and parts of a covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from lowdose.errors import Fault, InputError
from lowdose.trial.analyse.linear_mixed.covariance import (
    Curve,
    Independent,
    Part,
    RandomEffects,
    SerialCorrelation,
    split,
)

__all__ = [
    "Model",
    "bend_of",
    "bent_of",
    "covariance_of",
    "curves_of",
    "model_of",
    "natural_of",
    "stuck_of",
]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_LARGEST_CLUSTER = 4000  # rows that may all vary together: their covariance is held whole
_STUCK = 1e-4  # a correlation that its free number moves by less


@dataclass(frozen=True, eq=False)
class Model:
    """outcome (rows,), fixed (rows, k), parts of the covariance, and rows that vary together.

    rough: (k,) coefficients by least squares. blocks: (clusters, rows of each); clusters of a
    block vary in the same way. restricted: REML; False for maximum likelihood.
    """

    outcome: Numbers
    fixed: Numbers
    parts: tuple[Part, ...]
    rough: Numbers
    blocks: tuple[Whole, ...]
    restricted: bool = True

    @property
    def variance(self) -> float:
        """What least squares leaves of the outcome."""
        rest = self.outcome - self.fixed @ self.rough
        return float(rest @ rest) / (rest.size - self.rough.size)


def model_of(
    outcome: Numbers, fixed: Numbers, parts: Sequence[Part], *, restricted: bool = True
) -> Model:
    """Put a model together; rows that share a group of any part are one cluster.

    outcome: (rows,); fixed: (rows, k); parts: any random effects, and residuals of one kind.
    restricted: by REML; False for maximum likelihood. Raises InputError, with all faults, where
    there are too few rows, columns that cannot be told apart, or parts that do not fit.
    """
    faults = _outcome_faults(outcome, fixed) or _parts_faults(outcome.size, parts)
    if faults:
        raise InputError(faults)
    rough = np.asarray(np.linalg.lstsq(fixed, outcome, rcond=None)[0], np.float64)
    clusters = _clusters(outcome.size, parts)
    if max(map(len, clusters)) > _LARGEST_CLUSTER:
        said = f"{max(map(len, clusters))} rows that all vary together"
        raise InputError([Fault("groups", said, f"at most {_LARGEST_CLUSTER}")])
    model = Model(outcome, fixed, tuple(parts), rough, _blocks(clusters, parts), restricted)
    if model.variance <= 1e-20 * float(outcome @ outcome) / outcome.size:
        raise InputError([Fault("outcome", "no spread at all", "values that differ")])
    return model


def natural_of(model: Model, free: Numbers) -> Numbers:
    """Variances, covariances and correlations from the free numbers."""
    parts = zip(model.parts, split(model.parts, free), strict=True)
    return np.concatenate([part.natural(own) for part, own in parts])


def bend_of(model: Model, free: Numbers) -> Numbers:
    """Slopes of the natural numbers, (natural, free)."""
    parts = zip(model.parts, split(model.parts, free), strict=True)
    found: Numbers = block_diag(*(part.bend(own) for part, own in parts))
    return found


def bent_of(model: Model, free: Numbers, slope: Numbers) -> Numbers:
    """Second slopes of the natural numbers in the free ones, summed with weights `slope`."""
    own = zip(model.parts, split(model.parts, free), split(model.parts, slope), strict=True)
    found: Numbers = block_diag(*(part.bent(here, weights) for part, here, weights in own))
    return found


def covariance_of(model: Model, rows: Whole, natural: Numbers) -> tuple[Numbers, Numbers]:
    """The covariance of a cluster, (rows, rows), and its slopes, (natural, rows, rows)."""
    whole = np.zeros((rows.size, rows.size))
    slopes: list[Numbers] = []
    for part, own in zip(model.parts, split(model.parts, natural), strict=True):
        piece, more = part.pieces(rows, own)
        whole += piece
        slopes.append(more)
    return whole, np.concatenate(slopes)


def curves_of(model: Model, rows: Whole, natural: Numbers) -> list[Curve]:
    """Second slopes of a cluster's covariance in two natural numbers each, where there are any."""
    found: list[Curve] = []
    first = 0
    for part, own in zip(model.parts, split(model.parts, natural), strict=True):
        if isinstance(part, SerialCorrelation):  # all others are straight
            found += [(first + i, first + j, one) for i, j, one in part.curves(rows, own)]
        first += own.size
    return found


def stuck_of(model: Model, free: Numbers) -> NDArray[np.bool_]:
    """Which natural numbers are a correlation at its edge, so that nothing is unsure of them."""
    found = []
    for part, own in zip(model.parts, split(model.parts, free), strict=True):
        stuck = np.zeros(own.size, dtype=bool)
        if isinstance(part, SerialCorrelation):
            stuck[-1] = abs(part.bend(own)[-1, -1]) < _STUCK
        found.append(stuck)
    return np.concatenate(found)


def _outcome_faults(outcome: Numbers, fixed: Numbers) -> list[Fault]:
    if fixed.ndim != 2 or outcome.shape != fixed.shape[:1]:
        said = f"of shape {fixed.shape} for an outcome of shape {outcome.shape}"
        return [Fault("fixed effects", said, "a line for each row of the outcome")]
    rows, count = fixed.shape
    if not (np.isfinite(outcome).all() and np.isfinite(fixed).all()):
        return [Fault("data", "values that are not numbers", "numbers; leave such rows out")]
    if rows <= count:
        return [Fault("data", f"{rows} rows", f"more than {count} fixed effects")]
    if np.linalg.matrix_rank(fixed) < count:
        return [Fault("fixed effects", "columns that say the same", "each only once")]
    return []


def _parts_faults(rows: int, parts: Sequence[Part]) -> list[Fault]:
    faults = [fault for part in parts for fault in part.faults(rows)]
    residuals = sum(not isinstance(part, RandomEffects) for part in parts)
    if residuals != 1:
        faults.append(Fault("parts", f"{residuals} kinds of residuals", "one"))
    return faults


def _blocks(clusters: Sequence[Whole], parts: Sequence[Part]) -> tuple[Whole, ...]:
    """Clusters that vary in the same way, together: their covariance is worked out once."""
    alike: dict[tuple[bytes, ...], list[Whole]] = {}
    for rows in clusters:
        alike.setdefault(tuple(part.signature(rows) for part in parts), []).append(rows)
    return tuple(np.stack(block) for block in alike.values())


def _clusters(rows: int, parts: Sequence[Part]) -> list[Whole]:
    """Rows that are linked by a group of any part."""
    links_from, links_to = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for part in parts:
        if isinstance(part, Independent):
            continue
        _, first, group = np.unique(part.groups, return_index=True, return_inverse=True)
        links_from.append(np.arange(rows))
        links_to.append(first[group])
    start, end = np.concatenate(links_from), np.concatenate(links_to)
    graph = coo_matrix((np.ones(start.size), (start, end)), shape=(rows, rows))
    _, labels = connected_components(graph, directed=False)
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
