"""NUTS draws of one frame, in the shape that the rest of the answer reads."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Kind
from lowdose.inference.arrays import stack
from lowdose.inference.draws import Draws, hyper_numbers, quantity_of
from lowdose.inference.estimate import Estimate, questions
from lowdose.inference.frame import Frame
from lowdose.runtime import double_precision

__all__ = ["estimate_from_draws", "sample_frame"]

Numbers = NDArray[np.float64]


def sample_frame(frame: Frame, seed: int, *, chains: int = 4, draws: int = 1000) -> Draws:
    """Sample one frame's posterior with NUTS; the chains' draws shuffled, so that the first few
    stand for all."""
    if frame.symptom.kind is Kind.RATING:
        found = _sample_ratings(frame, seed, chains, draws)
    else:
        from lowdose.inference.counts_sampler import sample_counts

        found = sample_counts(frame, seed, chains=chains, draws=draws)
    order = np.random.default_rng(seed).permutation(chains * draws)
    return Draws(*(getattr(found, field.name)[order] for field in fields(Draws)))


def _sample_ratings(frame: Frame, seed: int, chains: int, draws: int) -> Draws:
    from lowdose.inference.sampler import sample

    with double_precision():
        batch = stack([frame])
        found = sample(batch, seed, chains=chains, draws=draws)
    count = frame.fixed.shape[1] + len(frame.labels)
    back = batch.back[:count, :, 0]
    flat = found["coefficients"].reshape(-1, back.shape[1])
    z = found["hyper"].reshape(-1, 4)
    return Draws(flat @ back.T, *hyper_numbers(frame, z.T))


def estimate_from_draws(frame: Frame, draws: Draws) -> Estimate:
    """The same summary as the quadrature gives, from draws."""
    count = len(frame.labels)
    values = draws.coefficients @ questions(frame, count).T
    fixed = frame.fixed.shape[1]
    blocks = [values[:, 3 + block * count : 3 + (block + 1) * count] for block in range(3)]
    offsets = (0.0, 0.3 * frame.symptom.low, 0.5 * frame.symptom.low)
    if frame.symptom.kind is not Kind.RATING:
        from lowdose.inference.counts import BETTER_LOG_RATIOS

        blocks, offsets = [blocks[0]] * 3, BETTER_LOG_RATIOS
    below = [
        tuple(np.mean(block < offset, axis=0).tolist())
        for block, offset in zip(blocks, offsets, strict=True)
    ]
    return Estimate(
        baseline=quantity_of(values[:, 0]),
        effects=tuple(quantity_of(draws.coefficients[:, fixed + level]) for level in range(count)),
        benefit=below[0],
        better_30_percent=below[1],
        better_50_percent=below[2],
        trend=quantity_of(values[:, 1]),
        expectation=quantity_of(values[:, 2]),
        log_evidence=float("nan"),
    )
