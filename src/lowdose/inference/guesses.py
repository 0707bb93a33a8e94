"""Blinding: how well the person could tell what was being taken.

Source: Bang, Ni & Davis 2004, Controlled Clinical Trials 25:143-156
(doi:10.1016/j.cct.2003.10.016); Good 1952 for the log score
(doi:10.1111/j.2517-6161.1952.tb00104.x).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lowdose.inference.result import Guesses

__all__ = ["bang_index", "could_tell", "score_guesses"]

_CERTAIN = 1e-3


def bang_index(right: int, wrong: int, unsure: int) -> tuple[float, float, float]:
    """Bang's index of one arm with its 95 % interval: share right less share wrong.

    >>> index, low, high = bang_index(right=16, wrong=5, unsure=4)
    >>> round(index, 3), round(low, 3), round(high, 3)
    (0.44, 0.125, 0.755)
    """
    total = right + wrong + unsure
    if total == 0:
        return math.nan, math.nan, math.nan
    p, q = right / total, wrong / total
    index = p - q
    half = 1.96 * math.sqrt(max(p + q - (p - q) ** 2, 0.0) / total)
    return index, max(index - half, -1.0), min(index + half, 1.0)


def score_guesses(
    guess: NDArray[np.float64], active: NDArray[np.bool_], known: NDArray[np.bool_]
) -> Guesses | None:
    """Score probabilities of active treatment against what was taken.

    `share_right` counts an unsure guess as half right, as a coin would be.
    `guess` in 0..1 (NaN: none given); `active` what was taken; `known` days that count. A guess of
    exactly one half is "don't know". Certain guesses (0 or 1) count as 0.001 from certain in the
    log score, so that one slip does not make it infinite. None where nobody guessed.
    """
    used = known & np.isfinite(guess)
    if not used.any():
        return None
    probability, taken = guess[used], active[used]
    bounded = np.clip(probability, _CERTAIN, 1 - _CERTAIN)
    said_active, said_other = probability > 0.5, probability < 0.5
    unsure = ~(said_active | said_other)
    on = bang_index(*(int((taken & part).sum()) for part in (said_active, said_other, unsure)))
    off = bang_index(*(int((~taken & part).sum()) for part in (said_other, said_active, unsure)))
    right = float(np.mean((said_active & taken) | (said_other & ~taken)) + unsure.mean() / 2)
    log_score = float(np.mean(np.log(np.where(taken, bounded, 1 - bounded))))
    return Guesses(
        count=int(used.sum()),
        bang_active=on[0],
        bang_active_interval95=on[1:],
        bang_reference=off[0],
        bang_reference_interval95=off[1:],
        share_right=right,
        log_score=log_score,
        brier=float(np.mean((probability - taken) ** 2)),
        sentence=_sentence(on, off, right, int(used.sum())),
    )


def could_tell(guesses: Guesses | None) -> bool:
    """Whether guesses were better than chance at 95 % on either treatment."""
    if guesses is None:
        return False
    return guesses.bang_active_interval95[0] > 0 or guesses.bang_reference_interval95[0] > 0


def _sentence(
    on: tuple[float, float, float], off: tuple[float, float, float], right: float, count: int
) -> str:
    share = f"{100 * right:.0f} % of the {count} guesses were right"
    if on[1] > 0 or off[1] > 0:
        return (
            f"{share}: better than chance, so the blinding did not fully hold. Part of the effect "
            "may come from knowing."
        )
    if math.isnan(on[0]) or math.isnan(off[0]):
        return f"{share}; guesses exist for one treatment only, which says little about blinding."
    return f"{share}: no clear sign that the person could tell the treatments apart."
