"""Measuring a liquid dose: which oral syringe reads it exactly, and how far it is filled.

Amounts are whole micrograms, volumes whole microlitres. Nothing here knows about steps or dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["SYRINGES", "Syringe", "nearest_liquid_doses_ug", "syringe_for"]


@dataclass(frozen=True)
class Syringe:
    """An oral syringe: what it holds, the step between its marks, the least worth measuring."""

    capacity_ul: int
    mark_ul: int

    @property
    def least_ul(self) -> int:
        """The smallest volume to measure with it: a tenth of what it holds (assumption)."""
        return self.capacity_ul // 10

    @property
    def name(self) -> str:
        """What to ask for.

        >>> Syringe(1000, 10).name
        '1 mL oral syringe'
        """
        return f"{self.capacity_ul // 1000} mL oral syringe"

    def reads(self, volume_ul: Fraction) -> bool:
        """Whether the volume lies on one of its marks and within its range."""
        return (
            self.least_ul <= volume_ul <= self.capacity_ul
            and (volume_ul / self.mark_ul).denominator == 1
        )


# Assumption: the marks common on oral syringes. Makers differ, above all at 5 and 10 mL; the
# worksheet asks the pharmacist to check the syringe that is handed out.
SYRINGES = (Syringe(1000, 10), Syringe(3000, 100), Syringe(5000, 200), Syringe(10000, 500))


def syringe_for(volume_ul: Fraction, syringes: Sequence[Syringe] = SYRINGES) -> Syringe | None:
    """The smallest syringe that reads the volume exactly; None where none does.

    >>> syringe_for(Fraction(1500)).name  # 1.5 mL
    '3 mL oral syringe'
    >>> syringe_for(Fraction(4500)).name  # 4.5 mL lies between the marks of a 5 mL syringe
    '10 mL oral syringe'
    """
    fitting = (syringe for syringe in syringes if syringe.reads(volume_ul))
    return min(fitting, key=lambda syringe: syringe.capacity_ul, default=None)


def nearest_liquid_doses_ug(
    dose_ug: int, ug_per_ml: int, syringes: Sequence[Syringe] = SYRINGES
) -> tuple[Fraction | None, Fraction | None]:
    """The nearest doses below and above that some syringe reads exactly.

    >>> [float(dose) for dose in nearest_liquid_doses_ug(1234, 1000)]
    [1200.0, 1300.0]
    """
    volume_ul = Fraction(dose_ug * 1000, ug_per_ml)
    below = [mark for syringe in syringes if (mark := _mark_below(volume_ul, syringe)) is not None]
    above = [mark for syringe in syringes if (mark := _mark_above(volume_ul, syringe)) is not None]
    dose_per_ul = Fraction(ug_per_ml, 1000)
    return (
        max(below) * dose_per_ul if below else None,
        min(above) * dose_per_ul if above else None,
    )


def _mark_below(volume_ul: Fraction, syringe: Syringe) -> int | None:
    mark = min(volume_ul // syringe.mark_ul * syringe.mark_ul, syringe.capacity_ul)
    return int(mark) if mark >= syringe.least_ul else None


def _mark_above(volume_ul: Fraction, syringe: Syringe) -> int | None:
    lowest = -(-syringe.least_ul // syringe.mark_ul) * syringe.mark_ul
    mark = max(-(-volume_ul // syringe.mark_ul) * syringe.mark_ul, lowest)
    return int(mark) if mark <= syringe.capacity_ul else None
