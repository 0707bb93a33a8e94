"""What visits are like, with the doubt that is left: draws of a multivariate normal regression.

    visits of a person ~ N(B' x, S),   x = (1, baseline) in each arm, or (1, drug, baseline) in both

with the prior |S|^-(visits + 1)/2, missing visits at random. Given complete visits B and S have a
closed posterior (matrix normal, inverse Wishart); given B and S the missing visits are normal. The
two are drawn in turn (data augmentation: Tanner and Wong 1987, doi:10.2307/2289457), in many
chains at once, each of which gives one draw: so draws do not depend on each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Model", "conditional", "draw_models", "draw_normal", "patterns"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

STEPS = 60  # of each chain: where it began fades by the share of missing information each step


@dataclass(frozen=True, eq=False)
class Model:
    """Draws of what an arm is like.

    mean: (draws, people, visits), what each person, of whichever arm, could expect in this one;
    covariance: (draws, visits, visits), of a person about it.
    """

    mean: Numbers
    covariance: Numbers


def draw_models(
    baseline: Numbers,
    outcome: Numbers,
    drug: Truths,
    *,
    draws: int,
    shared: bool,
    chance: np.random.Generator,
) -> tuple[Model, Model, Numbers]:
    """Draws of the reference's model and the drug's, and of all visits, missing at random.

    baseline: (people,); outcome: (people, visits), NaN where missing; drug: (people,). shared: one
    slope of the baseline and one covariance for both arms, else each its own. The last is (draws,
    people, visits).
    """
    filled = np.empty((draws, *outcome.shape))
    models: list[Model] = []
    if shared:
        columns = np.stack([np.ones_like(baseline), drug.astype(np.float64), baseline], axis=-1)
        filled[:], slopes, covariance = _chains(columns, outcome, draws, chance)
        for arm in (0.0, 1.0):
            as_if = columns.copy()
            as_if[:, 1] = arm
            models.append(Model(as_if @ slopes, covariance))
        return models[0], models[1], filled
    columns = np.stack([np.ones_like(baseline), baseline], axis=-1)
    for here in (~drug, drug):
        filled[:, here], slopes, covariance = _chains(columns[here], outcome[here], draws, chance)
        models.append(Model(columns @ slopes, covariance))
    return models[0], models[1], filled


def patterns(missing: Truths) -> list[tuple[Truths, Whole]]:
    """Each pattern of missing visits, (visits,), that somebody has, with who has it.

    >>> found = patterns(np.array([[False], [True], [False]]))
    >>> [(kind.tolist(), who.tolist()) for kind, who in found]
    [([False], [0, 2]), ([True], [1])]
    """
    kinds, place = np.unique(missing, axis=0, return_inverse=True)
    return [(kind, np.flatnonzero(place.ravel() == n)) for n, kind in enumerate(kinds)]


def conditional(covariance: Numbers, missing: Truths) -> tuple[Numbers, Numbers]:
    """Slopes on the visits that are there, (..., there, missing), and the covariance left over.

    >>> slopes, left = conditional(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([False, True]))
    >>> slopes.tolist(), left.tolist()
    ([[0.5]], [[0.75]])
    """
    seen = covariance[..., ~missing, :][..., ~missing]
    across = covariance[..., ~missing, :][..., missing]
    slopes = np.asarray(np.linalg.solve(seen, across), np.float64)
    left = covariance[..., missing, :][..., missing] - np.swapaxes(across, -1, -2) @ slopes
    return slopes, left


def draw_normal(covariance: Numbers, people: int, chance: np.random.Generator) -> Numbers:
    """Draws about nothing, (draws, people, visits)."""
    noise = chance.normal(size=(covariance.shape[0], people, covariance.shape[-1]))
    return noise @ np.swapaxes(np.linalg.cholesky(covariance), -1, -2)


def _chains(
    columns: Numbers, outcome: Numbers, draws: int, chance: np.random.Generator
) -> tuple[Numbers, Numbers, Numbers]:
    """The last state of each chain: visits, slopes (draws, columns, visits), covariance."""
    filled = np.broadcast_to(_started(outcome), (draws, *outcome.shape)).copy()
    kinds = [one for one in patterns(~np.isfinite(outcome)) if one[0].any()]
    root = np.asarray(np.linalg.cholesky(np.linalg.inv(columns.T @ columns)), np.float64)
    hat = np.asarray(np.linalg.pinv(columns), np.float64)
    for _ in range(STEPS if kinds else 1):
        slopes, covariance = _drawn_model(columns, filled, hat, root, chance)
        mean = columns @ slopes
        for missing, who in kinds:
            filled[:, who[:, None], missing] = _drawn_visits(
                filled[:, who], mean[:, who], covariance, missing, chance
            )
    return filled, slopes, covariance


def _started(outcome: Numbers) -> Numbers:
    """Visits with the mean of those who were there, to begin with."""
    there = np.isfinite(outcome)
    mean = np.where(there, outcome, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return np.where(there, outcome, mean)


def _drawn_model(
    columns: Numbers, filled: Numbers, hat: Numbers, root: Numbers, chance: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Slopes and covariance given complete visits."""
    fitted = hat @ filled
    rest = filled - columns @ fitted
    squares = np.swapaxes(rest, 1, 2) @ rest
    covariance = _inverse_wishart(squares, columns.shape[0] - columns.shape[1], chance)
    noise = root @ chance.normal(size=fitted.shape)
    return fitted + noise @ np.swapaxes(np.linalg.cholesky(covariance), 1, 2), covariance


def _inverse_wishart(scale: Numbers, df: int, chance: np.random.Generator) -> Numbers:
    """One draw for each scale matrix, (draws, k, k), by Bartlett's decomposition."""
    draws, size = scale.shape[:2]
    lower = np.tril(chance.normal(size=(draws, size, size)), -1)
    place = np.arange(size)
    lower[:, place, place] = np.sqrt(chance.chisquare(df - place, size=(draws, size)))
    # scale = L L', Wishart of inverse scale = L'^-1 A A' L^-1, so its inverse is (L A'^-1)(..)'
    half = np.linalg.cholesky(scale) @ np.swapaxes(np.linalg.inv(lower), 1, 2)
    return np.asarray(half @ np.swapaxes(half, 1, 2), np.float64)


def _drawn_visits(
    filled: Numbers,
    mean: Numbers,
    covariance: Numbers,
    missing: Truths,
    chance: np.random.Generator,
) -> Numbers:
    """The missing visits of people with one pattern, (draws, people, missing)."""
    slopes, left = conditional(covariance, missing)
    rest = (filled - mean)[:, :, ~missing]
    noise = draw_normal(left, filled.shape[1], chance)
    return mean[:, :, missing] + rest @ slopes + noise
