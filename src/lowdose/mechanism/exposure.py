"""From a dose to what the body holds: gut, plasma, 6beta-naltrexol and the receptor's surroundings.

Linear in the dose. A share of what is absorbed escapes the liver as naltrexone; the rest arrives as
6beta-naltrexol, which all cleared naltrexone becomes too (its volumes and clearance are apparent).
The receptor site fills as the drug is absorbed and empties with a half-life of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lowdose.mechanism.matrices import Matrix
from lowdose.mechanism.parameters import PARAMETERS, Person

__all__ = ["NALTREXONE", "Formulation", "Level", "System", "formulated", "naltrexone_rates"]

NG_PER_ML = 1000.0  # a mg in a litre


@dataclass(frozen=True)
class Level:
    """A quantity read off one state: the state's amount times `scale(person)`."""

    state: str
    scale: Callable[[Any], Any]


@dataclass(frozen=True)
class System:
    """States that exchange amounts linearly; doses enter the first one.

    `rates(person)` are the entries of dA/dt = M A per hour, by (into, from).
    """

    states: tuple[str, ...]
    rates: Callable[[Any], Matrix]
    levels: Mapping[str, Level]

    def __hash__(self) -> int:
        return id(self)


def naltrexone_rates(person: Person) -> dict[tuple[int, int], Any]:
    """Rates per hour between gut, plasma, tissue, metabolite, its tissue, and the receptor site."""
    p = person
    absorbed = p.absorption_per_h * p.fraction_absorbed
    to_peripheral = p.exchange_l_per_h / p.volume_l
    out = p.clearance_l_per_h / p.volume_l
    metabolite_out = p.metabolite_clearance_l_per_h / p.metabolite_volume_l
    metabolite_to_peripheral = p.metabolite_exchange_l_per_h / p.metabolite_volume_l
    return {
        (0, 0): -p.absorption_per_h,
        (1, 0): absorbed * p.first_pass_escape,
        (1, 1): -(out + to_peripheral),
        (1, 2): p.exchange_l_per_h / p.peripheral_volume_l,
        (2, 1): to_peripheral,
        (2, 2): -p.exchange_l_per_h / p.peripheral_volume_l,
        (3, 0): absorbed * (1 - p.first_pass_escape),
        (3, 1): out,
        (3, 3): -(metabolite_out + metabolite_to_peripheral),
        (3, 4): p.metabolite_exchange_l_per_h / p.metabolite_peripheral_volume_l,
        (4, 3): metabolite_to_peripheral,
        (4, 4): -p.metabolite_exchange_l_per_h / p.metabolite_peripheral_volume_l,
        (5, 0): p.absorption_per_h * relative_exposure(p),
        (5, 5): -math.log(2) / p.biophase_half_life_h,
    }


def relative_exposure(person: Person) -> Any:
    """How much naltrexone reaches the blood in total, against the typical person.

    The receptor site is given in dose-equivalents of the typical person, so a person whose liver
    lets more pass has more at the receptor from the same dose (assumption).
    """
    reached = person.fraction_absorbed * person.first_pass_escape / person.clearance_l_per_h
    usual = PARAMETERS["fraction_absorbed"].typical * PARAMETERS["first_pass_escape"].typical
    return reached * (PARAMETERS["clearance_l_per_h"].typical / usual)


NALTREXONE = System(
    states=("gut", "plasma", "tissue", "metabolite", "metabolite_tissue", "site"),
    rates=naltrexone_rates,
    levels={
        "naltrexone": Level("plasma", lambda person: NG_PER_ML / person.volume_l),
        "naltrexol": Level("metabolite", lambda person: NG_PER_ML / person.metabolite_volume_l),
        "site": Level("site", lambda person: 1.0 / person.central_ed50_mg),
    },
)


class Formulation(StrEnum):
    """How the dose is made; it changes how fast and how much is absorbed, nothing else."""

    CAPSULE = "capsule"
    SOLUTION = "solution"
    SLOW_RELEASE = "slow-release"
    SUBLINGUAL = "sublingual"


# Absorption against the typical capsule, and share of naltrexone that escapes the liver.
_FORMULATIONS: Mapping[Formulation, tuple[float, float]] = {
    Formulation.CAPSULE: (1.0, 1.0),
    Formulation.SOLUTION: (1.0, 1.0),  # PK55, PK57: crushed pellets and solution alike
    Formulation.SLOW_RELEASE: (0.3, 1.0),  # assumption: Tmax 2 h after 16 mg, PK45
    Formulation.SUBLINGUAL: (1.0, 1.5),  # assumption: no bioavailability is published
}


def formulated(person: Person, formulation: Formulation | str) -> Person:
    """The person taking another formulation.

    >>> from lowdose.mechanism.parameters import typical
    >>> formulated(typical(), "slow-release").absorption_per_h < typical().absorption_per_h
    True
    """
    speed, escape = _FORMULATIONS[Formulation(formulation)]
    return person._replace(
        absorption_per_h=person.absorption_per_h * speed,
        first_pass_escape=_at_most_one(person.first_pass_escape * escape),
    )


def _at_most_one(share: Any) -> Any:
    """The smaller of the share and 1, for a number or any kind of array."""
    return (share + 1 - abs(share - 1)) / 2
