"""Who gets which sequence in a virtual trial: shares kept, order by chance.

A real trial's list is drawn, sealed and opened in `trial/randomise`; an analysis cannot tell the
difference, so virtual ones are dealt like cards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lowdose.trial.design.values import Design, Method

__all__ = ["dealt"]

Whole = NDArray[np.int64]


def dealt(design: Design, trials: int, chance: np.random.Generator) -> Whole:
    """Sequences of each trial's people, (trials, people); numbers that do not divide by chance."""
    shares = np.array([one.share for one in design.sequences])
    if design.allocation.method is Method.SIMPLE:
        return chance.choice(shares.size, (trials, design.people), p=shares / shares.sum())
    whole = np.repeat(np.arange(shares.size), shares)
    rounds, left = divmod(design.people, whole.size)
    last = chance.permuted(np.tile(whole, (trials, 1)), axis=1)[:, :left]
    cards = np.concatenate([np.tile(whole, (trials, rounds)), last], axis=1)
    return chance.permuted(cards, axis=1).astype(np.int64)
