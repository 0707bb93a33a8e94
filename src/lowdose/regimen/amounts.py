"""Exact arithmetic on amounts: mg at the edge, whole micrograms inside.

Capsules are counted and volumes are read off a syringe, so "1.5 mg" must be exactly three times
"0.5 mg". Binary fractions cannot promise that; whole micrograms can.
"""

from __future__ import annotations

from fractions import Fraction

__all__ = ["mg_text", "micrograms", "number_text"]

_MICROGRAMS_PER_MG = 1000
_TOLERANCE = 1e-6


def micrograms(amount_mg: float) -> int | None:
    """The amount as whole micrograms, or None where it is not a whole number of them.

    >>> micrograms(1.5), micrograms(0.1 + 0.2), micrograms(0.0005)
    (1500, 300, None)
    """
    exact = amount_mg * _MICROGRAMS_PER_MG
    if not abs(exact) < float("inf") or abs(exact - round(exact)) > _TOLERANCE:
        return None
    return round(exact)


def number_text(value: float | Fraction) -> str:
    """A number as people write it: no trailing zeros, a leading zero kept, three decimals at most.

    Trailing and missing leading zeros are left out and kept respectively because "1.0" has been
    read as 10 and ".5" as 5.

    >>> number_text(1.0), number_text(0.5), number_text(4.25), number_text(1200.0)
    ('1', '0.5', '4.25', '1200')
    """
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def mg_text(amount_ug: int) -> str:
    """Micrograms as text in mg.

    >>> mg_text(1500), mg_text(50), mg_text(1)
    ('1.5 mg', '0.05 mg', '0.001 mg')
    """
    return f"{number_text(Fraction(amount_ug, _MICROGRAMS_PER_MG))} mg"
