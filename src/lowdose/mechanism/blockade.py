"""How much of a receptor is occupied: three accounts of the mu receptor in the brain, and the rest.

The three disagree, and that is the most important thing that the mechanism knows: `biophase` fits
the PET scans of people, `plasma` is the picture behind "blocks for 4 to 6 hours" and does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lowdose.mechanism.parameters import Person

__all__ = ["DEFAULT", "STRUCTURES", "Structure", "central_delta", "central_kappa", "peripheral_mu"]

Levels = Mapping[str, Any]
NANOMOLAR = 1000.0 / 341.4  # 1 ng/mL of naltrexone in nM; 6beta-naltrexol is 343.4, 0.6 % less


@dataclass(frozen=True)
class Structure:
    """An account of central mu blockade.

    `reads` names the levels it needs. `curve` gives the occupied share at once; where it is None
    the receptor binds and lets go slowly, with `binds` (per hour) and `lets_go` (per hour).
    """

    name: str
    about: str
    reads: tuple[str, ...]
    curve: Callable[[Any, Levels], Any] | None
    binds: Callable[[Any, Levels], Any] | None = None
    lets_go: Callable[[Any], Any] | None = None


def _biophase(_: Person, levels: Levels) -> Any:
    return levels["site"] / (1 + levels["site"])


def _plasma(person: Person, levels: Levels) -> Any:
    return levels["naltrexone"] / (person.plasma_ec50_ng_ml + levels["naltrexone"])


def _binds(person: Person, levels: Levels) -> Any:
    return person.slow_on_per_h * levels["naltrexone"]


def _lets_go(person: Person) -> Any:
    return math.log(2) / person.slow_off_half_life_h


DEFAULT = "biophase"

STRUCTURES: Mapping[str, Structure] = {
    "biophase": Structure(
        "biophase",
        "follows the drug at the receptor, half-life about 34 h; fits the PET scans",
        ("site",),
        _biophase,
    ),
    "plasma": Structure(
        "plasma",
        "follows the drug in plasma, half-life about 4 h; does not fit the PET scans",
        ("naltrexone",),
        _plasma,
    ),
    "slow_dissociation": Structure(
        "slow_dissociation",
        "binds quickly and lets go slowly, half-life about 114 h; fits less well, not excluded",
        ("naltrexone",),
        None,
        _binds,
        _lets_go,
    ),
}


def peripheral_mu(person: Person, levels: Levels) -> Any:
    """Mu receptors outside the brain, by naltrexone and 6beta-naltrexol in competition."""
    parent = levels["naltrexone"] * person.naltrexone_unbound / person.naltrexone_mu_ki_nm
    metabolite = levels["naltrexol"] * person.naltrexol_unbound / person.naltrexol_mu_ki_nm
    bound = (parent + metabolite) * NANOMOLAR
    return bound / (1 + bound)


def central_kappa(person: Person, mu: Any) -> Any:
    """Central kappa where mu is occupied to the share `mu`.

    >>> from lowdose.mechanism.parameters import typical
    >>> round(central_kappa(typical(), 0.949), 2)
    0.9
    """
    return mu / (mu + (1 - mu) * person.kappa_to_mu)


def central_delta(person: Person, mu: Any) -> Any:
    """Central delta where mu is occupied to the share `mu`."""
    return mu / (mu + (1 - mu) * person.delta_to_mu)
