"""What a set of variances says of the data: the deviance, its exact slopes and curvature.

With V the covariance, W its inverse, D_k its slope in the natural number k, P = W - W X phi X' W
and phi = (X' W X)^-1, the restricted deviance is log|V| + log|X' W X| + y' P y, its slope
tr(P D_k) - y' P D_k P y, its expected curvature tr(P D_k P D_l), and its curvature

    tr(P D_kl) - tr(P D_k P D_l) + 2 y' P D_k P D_l P y - y' P D_kl P y.

Everything is summed over clusters. Kenward and Roger 1997, doi:10.2307/2533558, have these sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.analyse.linear_mixed.covariance import Curve
from lowdose.trial.analyse.linear_mixed.model import Model, covariance_of, curves_of

__all__ = ["Bending", "Piece", "Sums", "bending_at", "sums_at"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Piece:
    """A block of c clusters with m rows each that vary in the same way.

    weight: (m, m), W. slopes: (natural, m, m), D. curves: second slopes of V. wx: (c, m, k), W X.
    rest: (c, m), P y.
    """

    weight: Numbers
    slopes: Numbers
    curves: Sequence[Curve]
    wx: Numbers
    rest: Numbers


@dataclass(frozen=True, eq=False)
class Sums:
    """deviance: -2 log likelihood. coefficients, covariance: of the fixed effects, (k,), (k, k)."""

    deviance: float
    coefficients: Numbers
    covariance: Numbers
    pieces: tuple[Piece, ...]
    restricted: bool


@dataclass(frozen=True, eq=False)
class Bending:
    """How the deviance goes with the natural numbers.

    slope: (natural,). curvature: (natural, natural), and information: what it is expected to be.
    p: (natural, k, k), X' W D_k W X.
    """

    slope: Numbers
    curvature: Numbers
    information: Numbers
    p: Numbers


def sums_at(model: Model, natural: Numbers) -> Sums:
    """The deviance at these natural numbers, and the fixed effects they imply.

    Raises numpy's LinAlgError where the numbers are no covariance.
    """
    count = model.fixed.shape[1]
    # What least squares leaves: a large mean would take figures away.
    both = np.column_stack([model.fixed, model.outcome - model.fixed @ model.rough])
    weighed, logs, whole = [], 0.0, np.zeros((count + 1, count + 1))
    for rows in model.blocks:
        v, slopes = covariance_of(model, rows[0], natural)
        root = np.linalg.cholesky(v)
        inverse = np.linalg.inv(root)
        weight = inverse.T @ inverse
        logs += 2 * len(rows) * float(np.log(np.diagonal(root)).sum())
        wz = weight @ both[rows]
        whole += np.tensordot(both[rows], wz, ((0, 1), (0, 1)))
        weighed.append((weight, slopes, curves_of(model, rows[0], natural), wz))
    covariance = np.linalg.inv(whole[:count, :count])
    more = covariance @ whole[:count, count]
    quadratic = float(whole[count, count] - whole[:count, count] @ more)
    along = np.append(-more, 1.0)
    pieces = tuple(Piece(w, s, c, wz[..., :count], wz @ along) for w, s, c, wz in weighed)
    rows_free = model.outcome.size - (count if model.restricted else 0)
    deviance = logs + quadratic + rows_free * float(np.log(2 * np.pi))
    if model.restricted:
        deviance -= float(np.linalg.slogdet(covariance)[1])
    return Sums(deviance, model.rough + more, covariance, pieces, model.restricted)


def bending_at(sums: Sums) -> Bending:
    """Slope and curvature of the deviance at these sums."""
    size, count = sums.pieces[0].slopes.shape[0], sums.coefficients.size
    root = np.linalg.cholesky(sums.covariance)
    p, along = np.zeros((size, count, count)), np.zeros((size, count))
    diagonal, quadratic = np.zeros(size), np.zeros(size)
    traces, crossed, rests, bent = (np.zeros((size, size)) for _ in range(4))
    for piece in sums.pieces:
        ws = piece.weight @ piece.slopes
        diagonal += len(piece.wx) * np.einsum("kii->k", ws)
        traces += len(piece.wx) * _gram(ws, ws.transpose(0, 2, 1))
        swx = piece.slopes[:, None] @ piece.wx
        p += np.tensordot(piece.wx, swx, ((0, 1), (1, 2))).transpose(1, 0, 2)
        crossed += _gram(swx @ root, piece.weight @ (swx @ root))
        sr = piece.rest @ piece.slopes
        quadratic += _gram(sr, piece.rest[None])[:, 0]
        rests += _gram(sr, sr @ piece.weight)
        along += np.tensordot(sr, piece.wx, ((1, 2), (0, 1)))
        bent += _from_curves(piece, sums, size)
    information, trace_p = traces, diagonal
    if sums.restricted:
        phi_p = sums.covariance @ p
        information = traces - 2 * crossed + np.einsum("kab,lba->kl", phi_p, phi_p)
        trace_p = diagonal - np.einsum("kaa->k", phi_p)
    rests = rests - along @ sums.covariance @ along.T
    return Bending(trace_p - quadratic, 2 * rests - information + bent, information, p)


def _from_curves(piece: Piece, sums: Sums, size: int) -> Numbers:
    """tr(P D_kl) - y' P D_kl P y of a piece."""
    found = np.zeros((size, size))
    for i, j, curve in piece.curves:
        value = len(piece.wx) * float((piece.weight * curve).sum())
        value -= float(np.einsum("cm,mn,cn->", piece.rest, curve, piece.rest, optimize=True))
        if sums.restricted:
            inner = np.tensordot(piece.wx, curve @ piece.wx, ((0, 1), (0, 1)))
            value -= float((sums.covariance * inner).sum())
        found[i, j] = found[j, i] = value
    return found


def _gram(left: Numbers, right: Numbers) -> Numbers:
    """Sums of products over all but the first axis of each."""
    found: Numbers = left.reshape(len(left), -1) @ right.reshape(len(right), -1).T
    return found
