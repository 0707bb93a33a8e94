"""Matching placebo and blinded kits: who gets what is nowhere in here.

Every bottle of a kit exists twice, with naltrexone and with filler only, alike in capsule, colour,
count and label. Codes (A, B, ...) stand for the two; which is which is known only to the sealed
list of the trial, never to this module.
"""

from __future__ import annotations

from dataclasses import dataclass

from lowdose.errors import Fault, InputError
from lowdose.regimen.preparation import Form, Preparation

__all__ = ["Kit", "KitBottle", "KitPeriod", "blinded_kit"]

_MOST_PERIODS = 24

MATCHING = (
    "Placebo: the same capsule (shell, size, colour) filled with filler only, the same count per "
    "bottle, made on the same day and labelled alike. Trials did the same (NCT05430152, PR13)."
)


@dataclass(frozen=True)
class KitBottle:
    """One bottle of every kit: its number on the label and what its active twin holds."""

    number: int
    strength_mg: float
    count: int


@dataclass(frozen=True)
class KitPeriod:
    """One period: its code, and its days counted from the start of the first period."""

    number: int
    code: str
    first_day: int
    last_day: int


@dataclass(frozen=True)
class Kit:
    """Bottles of one period, the periods in order, and what each code adds up to.

    `capsules_by_code` maps a code to capsules per bottle over all its periods; under one code
    they are all naltrexone, under another all placebo.
    """

    bottles: tuple[KitBottle, ...]
    periods: tuple[KitPeriod, ...]
    capsules_by_code: dict[str, tuple[int, ...]]
    matching: str = MATCHING


def blinded_kit(preparation: Preparation, sequence: str = "AB") -> Kit:
    """Kits for a blinded comparison: the whole regimen once per period, under its code.

    Raises InputError where the preparation is a liquid, or where the sequence is not 2 to 24
    letters with at least two different ones.

    >>> from lowdose.regimen.doses import Intake, Moment, Regimen, Step
    >>> from lowdose.regimen.preparation import prepare_capsules
    >>> month = Regimen("month", (Step(28, (Intake(Moment.BEDTIME, 4.5),)),), "")
    >>> kit = blinded_kit(prepare_capsules(month, [4.5]), "ABBA")
    >>> kit.capsules_by_code
    {'A': (56,), 'B': (56,)}
    >>> [(period.code, period.first_day) for period in kit.periods]
    [('A', 1), ('B', 29), ('B', 57), ('A', 85)]
    """
    _check(preparation, sequence)
    bottles = tuple(
        KitBottle(number, supply.strength_mg, round(supply.total))
        for number, supply in enumerate(preparation.supplies, start=1)
    )
    days = preparation.days
    periods = tuple(
        KitPeriod(number, code, days * (number - 1) + 1, days * number)
        for number, code in enumerate(sequence, start=1)
    )
    by_code = {
        code: tuple(bottle.count * sequence.count(code) for bottle in bottles)
        for code in sorted(set(sequence))
    }
    return Kit(bottles, periods, by_code)


def _check(preparation: Preparation, sequence: str) -> None:
    faults: list[Fault] = []
    if preparation.form is Form.LIQUID:
        remedy = "the liquid is bitter and gritty (PR03): a placebo would taste different"
        faults.append(Fault("blinded kit", "liquid", "capsules", remedy))
    letters = all("A" <= code <= "Z" for code in sequence)
    if not (letters and 2 <= len(sequence) <= _MOST_PERIODS and len(set(sequence)) > 1):
        expected = f"2 to {_MOST_PERIODS} capital letters, at least two different ones, as ABBA"
        faults.append(Fault("kit sequence", repr(sequence), expected))
    if faults:
        raise InputError(faults)
