"""What the body does in return for blockade: more release, more receptors, and the tone they make.

    dU/dt = (B - U) / release time        E = 1 + release rise * U
    dr/dt = (B - r) / receptor time       R = 1 + receptor rise * r
    tone  = E R (1 - B),  1 when untreated

Everything here is an assumption with a wide spread, except that receptors rise in rodents under
continuous blockade (EO03 to EO08).
"""

from __future__ import annotations

from typing import Any

__all__ = ["TONE_WIDTH", "rise_above_one", "tone_of"]

# Over this much tone the drive turns on; a sharp corner would cost accuracy and gradients.
TONE_WIDTH = 0.1


def tone_of(release: Any, receptors: Any, blocked: Any) -> Any:
    """Opioid signalling relative to the untreated person.

    >>> tone_of(1.0, 1.0, 0.0), tone_of(1.5, 1.7, 1.0)
    (1.0, 0.0)
    """
    return release * receptors * (1 - blocked)


def rise_above_one(tone: Any, half: Any) -> Any:
    """Drive, 0 to 1: none at a tone of 1 and below, half where tone is about `half` above 1.

    Twice differentiable: x^3 / (x^3 + half (x^2 + w^2)) with x = max(tone - 1, 0).
    """
    above = tone - 1
    above = above * (above > 0)
    square = above * above
    cube = square * above
    return cube / (cube + half * (square + TONE_WIDTH**2))
