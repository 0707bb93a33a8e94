"""REML by Fisher scoring: the likeliest variances, then the fixed effects they imply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from lowdose.errors import Fault, InputError, LowdoseError
from lowdose.trial.analyse.linear_mixed.covariance import Part, split

__all__ = ["Fit", "Model", "Sums", "fit_reml", "model_of", "sums_at"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_MOST_STEPS = 400
_SMALL = 1e-11


@dataclass(frozen=True, eq=False)
class Model:
    """outcome (rows,), fixed (rows, k), parts of the covariance, and rows that vary together.

    blocks: (clusters, rows of each); clusters of a block vary in the same way.
    """

    outcome: Numbers
    fixed: Numbers
    parts: tuple[Part, ...]
    blocks: tuple[Whole, ...]


@dataclass(frozen=True, eq=False)
class Sums:
    """What a set of variances says: see Kenward and Roger 1997, doi:10.2307/2533558.

    deviance: -2 log restricted likelihood. coefficients, covariance: of the fixed effects. slope:
    of the deviance in each natural number; p: (natural, k, k), q: (natural, natural, k, k);
    traces: (natural, natural), tr(W D_k W D_l) summed over clusters.

    Where q is left out, `information` is that of the likelihood that is not restricted: close, and
    good enough to step by.
    """

    deviance: float
    coefficients: Numbers
    covariance: Numbers
    slope: Numbers
    p: Numbers
    q: Numbers
    traces: Numbers

    @property
    def information(self) -> Numbers:
        """Expected information of the natural numbers, twice over (that of the deviance)."""
        phi = self.covariance
        crossed = np.einsum("ab,klba->kl", phi, self.q)
        half = np.einsum("ab,kbc->kac", phi, self.p)
        found: Numbers = self.traces - 2 * crossed + np.einsum("kab,lba->kl", half, half)
        return found


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model: natural numbers of its parts, one part's after the other, and the sums."""

    model: Model
    natural: Numbers
    sums: Sums

    @property
    def deviance(self) -> float:
        """-2 log restricted likelihood, what lme4 calls the REML criterion."""
        return self.sums.deviance


def model_of(outcome: Numbers, fixed: Numbers, parts: Sequence[Part]) -> Model:
    """Put a model together; rows that share a group of any part are one cluster.

    Raises InputError where there are too few rows, or columns that cannot be told apart.
    """
    faults = []
    rows, count = fixed.shape
    if not (np.isfinite(outcome).all() and np.isfinite(fixed).all()):
        faults.append(Fault("data", "values that are not numbers", "numbers; leave such rows out"))
    elif rows <= count:
        faults.append(Fault("data", f"{rows} rows", f"more than {count} fixed effects"))
    elif np.linalg.matrix_rank(fixed) < count:
        faults.append(Fault("fixed effects", "columns that say the same", "each only once"))
    if faults:
        raise InputError(faults)
    return Model(outcome, fixed, tuple(parts), _blocks(_clusters(rows, parts), parts))


def _blocks(clusters: Sequence[Whole], parts: Sequence[Part]) -> tuple[Whole, ...]:
    """Clusters that vary in the same way, together: their covariance is worked out once."""
    alike: dict[tuple[bytes, ...], list[Whole]] = {}
    for rows in clusters:
        alike.setdefault(tuple(part.signature(rows) for part in parts), []).append(rows)
    return tuple(np.stack(block) for block in alike.values())


def _clusters(rows: int, parts: Sequence[Part]) -> tuple[Whole, ...]:
    links_from, links_to = [np.zeros(0, int)], [np.zeros(0, int)]
    for part in parts:
        groups = getattr(part, "groups", None)
        if groups is None:
            continue
        first = {int(group): int(row) for row, group in reversed(list(enumerate(groups)))}
        links_from.append(np.arange(rows))
        links_to.append(np.array([first[int(group)] for group in groups]))
    start, end = np.concatenate(links_from), np.concatenate(links_to)
    graph = coo_matrix((np.ones(start.size), (start, end)), shape=(rows, rows))
    _, labels = connected_components(graph, directed=False)
    return tuple(np.flatnonzero(labels == label) for label in np.unique(labels))


def fit_reml(model: Model) -> Fit:
    """The variances that make the outcome likeliest, after the fixed effects.

    Raises LowdoseError where scoring does not settle: no answer is better than a wrong one.
    """
    variance = _rough_variance(model)
    free = np.concatenate([part.start(variance) for part in model.parts])
    damping = 0.0
    now = sums_at(model, _natural(model, free))
    for _ in range(_MOST_STEPS):
        bend = _bend(model, free)
        slope = bend.T @ now.slope
        bent = bend.T @ now.information @ bend
        scale = np.maximum(np.abs(np.diagonal(bent)), 1e-10)
        step = -np.linalg.lstsq(bent + np.diag(damping * scale), slope, rcond=1e-12)[0]
        asked = free + step
        new = _tried(model, asked)
        if new is None or new.deviance > now.deviance + 1e-12 * abs(now.deviance):
            if damping > 1e12:
                break
            damping = max(10 * damping, 1e-4)
            if np.abs(step).max() < 1e-13 * (1 + np.abs(free).max()):
                return Fit(model, _natural(model, free), now)
            continue
        gain = now.deviance - new.deviance
        free, now, damping = asked, new, damping / 10 if damping > 1e-8 else 0.0
        if gain < _SMALL * (1 + abs(now.deviance)) and -slope @ step < 1e-9:
            return Fit(model, _natural(model, free), now)
    if _settled(model, free, now):
        return Fit(model, _natural(model, free), now)
    raise LowdoseError(
        "The mixed model did not settle: these data cannot tell its variances apart. Leave a "
        "random effect out, or give visits less freedom."
    )


def _settled(model: Model, free: Numbers, now: Sums) -> bool:
    """Whether nothing is left to gain: the slope is as good as none."""
    slope = _bend(model, free).T @ now.slope
    return bool(np.abs(slope).max() < 1e-4)


def _tried(model: Model, free: Numbers) -> Sums | None:
    try:
        found = sums_at(model, _natural(model, free))
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found.deviance) else None


def _rough_variance(model: Model) -> float:
    solved = np.linalg.lstsq(model.fixed, model.outcome, rcond=None)[0]
    rest = model.outcome - model.fixed @ solved
    found: float = float(rest @ rest) / float(rest.size - model.fixed.shape[1])
    if found <= 0:
        raise InputError([Fault("outcome", "no spread at all", "values that differ")])
    return found


def _natural(model: Model, free: Numbers) -> Numbers:
    parts = zip(model.parts, split(model.parts, free), strict=True)
    return np.concatenate([part.natural(own) for part, own in parts])


def _bend(model: Model, free: Numbers) -> Numbers:
    parts = zip(model.parts, split(model.parts, free), strict=True)
    found: Numbers = block_diag(*(part.bend(own) for part, own in parts))
    return found


def sums_at(model: Model, natural: Numbers, *, whole: bool = False) -> Sums:
    """Everything that inference needs, at these natural numbers.

    whole: also `q`, which scoring does without. Raises numpy's LinAlgError where the numbers are
    no covariance.
    """
    count, size = model.fixed.shape[1], natural.size
    xx, xy, yy, logs = np.zeros((count, count)), np.zeros(count), 0.0, 0.0
    p, q = np.zeros((size, count, count)), np.zeros((size, size, count, count))
    traces, diagonal = np.zeros((size, size)), np.zeros(size)
    py, pyy = np.zeros((size, count)), np.zeros(size)
    for rows in model.blocks:
        x, y = model.fixed[rows], model.outcome[rows]
        root, stacked = _block(model, rows[0], natural)
        inverse = np.linalg.inv(root)
        weight = inverse.T @ inverse
        logs += len(rows) * 2 * np.log(np.diagonal(root)).sum()
        wx, wy = weight @ x, y @ weight
        xx += np.tensordot(x, wx, ((0, 1), (0, 1)))
        xy += np.tensordot(x, wy, ((0, 1), (0, 1)))
        yy += float((y * wy).sum())
        ws = weight @ stacked
        diagonal += len(rows) * np.einsum("kii->k", ws)
        traces += len(rows) * np.einsum("kij,lji->kl", ws, ws, optimize=True)
        swx = stacked[:, None] @ wx
        swy = wy @ stacked
        p -= np.tensordot(wx, swx, ((0, 1), (1, 2))).transpose(1, 0, 2)
        py += np.tensordot(swy, wx, ((1, 2), (0, 1)))
        pyy += (swy * wy).sum(axis=(1, 2))
        if whole:
            wswx = weight @ swx
            q += np.tensordot(swx, wswx, ((1, 2), (1, 2))).transpose(0, 2, 1, 3)
    covariance = np.linalg.inv(xx)
    beta = covariance @ xy
    rows_free = model.outcome.size - count
    deviance = (
        logs
        + float(np.linalg.slogdet(xx)[1])
        + (yy - xy @ beta)
        + rows_free * float(np.log(2 * np.pi))
    )
    trace_p = diagonal + np.einsum("ab,kba->k", covariance, p)
    quadratic = pyy - 2 * py @ beta - np.einsum("a,kab,b->k", beta, p, beta)
    return Sums(float(deviance), beta, covariance, trace_p - quadratic, p, q, traces)


def _block(model: Model, rows: Whole, natural: Numbers) -> tuple[Numbers, Numbers]:
    """The root of a cluster's covariance, and the covariance's slopes, (natural, rows, rows)."""
    whole = np.zeros((rows.size, rows.size))
    slopes: list[Numbers] = []
    for part, own in zip(model.parts, split(model.parts, natural), strict=True):
        piece, more = part.pieces(rows, own)
        whole += piece
        slopes += more
    return np.linalg.cholesky(whole), np.stack(slopes).astype(np.float64)
