"""Every intake turned into something to take: whole capsules, or a volume on a syringe's mark.

All doses that cannot be made are reported together, each with the nearest that can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lowdose.errors import Fault, InputError
from lowdose.regimen.amounts import mg_text, micrograms, number_text
from lowdose.regimen.capsules import fewest_capsules, nearest_doses_ug
from lowdose.regimen.doses import Intake, Moment, Regimen
from lowdose.regimen.liquid import Syringe, nearest_liquid_doses_ug, syringe_for

__all__ = ["CapsuleCount", "Portion", "capsule_portions", "capsule_words", "liquid_portions"]

_NOTHING = "nothing"


@dataclass(frozen=True)
class CapsuleCount:
    """So many capsules of one strength."""

    strength_mg: float
    count: int


@dataclass(frozen=True)
class Portion:
    """What one intake of one step is made of: capsules, or a volume in a named syringe.

    `step` counts from 1. `words` completes "Take ...": "1 capsule of 1.5 mg".
    """

    step: int
    moment: Moment
    dose_mg: float
    words: str
    capsules: tuple[CapsuleCount, ...] = ()
    volume_ml: float = 0.0
    syringe: str = ""


def capsule_portions(
    regimen: Regimen, strengths_ug: Sequence[int], most: int
) -> tuple[Portion, ...]:
    """One portion per intake: the fewest capsules, then the fewest strengths.

    Raises InputError with every dose that at most `most` capsules cannot make.
    """

    def make(step: int, intake: Intake, dose_ug: int) -> Portion | Fault:
        counts = fewest_capsules(dose_ug, strengths_ug, most=most)
        if counts is None:
            return _no_capsules(step, intake, dose_ug, strengths_ug, most)
        used = sorted(zip(strengths_ug, counts, strict=True), reverse=True)
        capsules = tuple(CapsuleCount(ug / 1000, count) for ug, count in used if count)
        words = capsule_words(capsules)
        return Portion(step, intake.moment, intake.dose_mg, words, capsules=capsules)

    return _each_intake(regimen, make)


def liquid_portions(
    regimen: Regimen, ug_per_ml: int, syringes: Sequence[Syringe]
) -> tuple[Portion, ...]:
    """One portion per intake: the volume, and the smallest syringe that reads it exactly.

    Raises InputError with every dose that falls between the marks or off the syringes.
    """

    def make(step: int, intake: Intake, dose_ug: int) -> Portion | Fault:
        volume_ul = Fraction(dose_ug * 1000, ug_per_ml)
        if dose_ug == 0:
            return Portion(step, intake.moment, 0.0, _NOTHING)
        syringe = syringe_for(volume_ul, syringes)
        if syringe is None:
            return _no_mark(step, intake, dose_ug, ug_per_ml, syringes)
        volume_ml = float(volume_ul / 1000)
        return Portion(
            step,
            intake.moment,
            intake.dose_mg,
            f"{number_text(volume_ml)} mL",
            volume_ml=volume_ml,
            syringe=syringe.name,
        )

    return _each_intake(regimen, make)


def capsule_words(capsules: Sequence[CapsuleCount]) -> str:
    """Capsules as people say it.

    >>> capsule_words([CapsuleCount(1.5, 1), CapsuleCount(0.5, 2)])
    '1 capsule of 1.5 mg and 2 capsules of 0.5 mg'
    """
    parts = [
        f"{taken.count} capsule{'s' if taken.count > 1 else ''} of "
        f"{number_text(taken.strength_mg)} mg"
        for taken in capsules
    ]
    if len(parts) < 2:
        return "".join(parts) or _NOTHING
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _each_intake(
    regimen: Regimen, make: Callable[[int, Intake, int], Portion | Fault]
) -> tuple[Portion, ...]:
    portions: list[Portion] = []
    faults: list[Fault] = []
    for number, step in enumerate(regimen.steps, start=1):
        for intake in step.intakes:
            dose_ug = micrograms(intake.dose_mg)
            made = (
                _odd_dose(number, intake)
                if dose_ug is None or dose_ug < 0
                else make(number, intake, dose_ug)
            )
            if isinstance(made, Fault):
                faults.append(made)
            else:
                portions.append(made)
    if faults:
        raise InputError(faults)
    return tuple(portions)


def _place(step: int, intake: Intake) -> str:
    return f"step {step}, {intake.moment.value} dose"


def _odd_dose(step: int, intake: Intake) -> Fault:
    return Fault(
        _place(step, intake), f"{intake.dose_mg!r} mg", "a whole number of micrograms, 0 or more"
    )


def _no_capsules(
    step: int, intake: Intake, dose_ug: int, strengths_ug: Sequence[int], most: int
) -> Fault:
    stock = ", ".join(number_text(ug / 1000) for ug in sorted(strengths_ug))
    expected = f"a dose that at most {most} capsules of {stock} mg make"
    below, above = nearest_doses_ug(dose_ug, strengths_ug, most=most)
    near = [mg_text(ug) for ug in (below, above) if ug is not None]
    return Fault(_place(step, intake), mg_text(dose_ug), expected, _nearest(near))


def _no_mark(
    step: int, intake: Intake, dose_ug: int, ug_per_ml: int, syringes: Sequence[Syringe]
) -> Fault:
    volume = number_text(Fraction(dose_ug, ug_per_ml))
    marks = "; ".join(
        f"{number_text(syringe.mark_ul / 1000)} mL on a {syringe.name}" for syringe in syringes
    )
    near = [
        f"{number_text(dose / 1000)} mg"
        for dose in nearest_liquid_doses_ug(dose_ug, ug_per_ml, syringes)
        if dose is not None
    ]
    return Fault(
        _place(step, intake),
        f"{mg_text(dose_ug)} = {volume} mL",
        f"a volume on a mark that measures well (marks: {marks})",
        _nearest(near),
    )


def _nearest(doses: Sequence[str]) -> str:
    return f"nearest possible: {' or '.join(doses)}" if doses else ""
