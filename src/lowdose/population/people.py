"""People drawn around the typical one: each by a number of his own, never by his place in line.

The same seed and person number give the same person, whoever else is drawn and on however many
cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.mechanism.parameters import PARAMETERS, Person
from lowdose.runtime import double_precision

__all__ = ["LIVERS", "Covariates", "draw", "drawn"]

Numbers = NDArray[np.float64]

_METABOLITE = tuple(name for name in PARAMETERS if name.startswith("metabolite_"))
# Natural logarithms of these go together (assumption: a larger body clears and holds more).
_TOGETHER = {
    ("clearance_l_per_h", "volume_l"): 0.5,
    # Without it the half-life of 6beta-naltrexol would differ more than it does (PK48, PK76).
    **dict.fromkeys(combinations(_METABOLITE, 2), 0.8),
}
# Decompensated cirrhosis raises the parent's AUC eight-fold at an unchanged half-life: PK50, PK53.
LIVERS: Mapping[str, float] = {"healthy": 1.0, "decompensated cirrhosis": 8.0}
USUAL_WEIGHT_KG = 77.6  # PK55: the people whose low-dose levels are known
_CLEARANCE_PER_KG = 0.548  # L/h per kg, PK28; clinically unimportant by PK31


@dataclass(frozen=True)
class Covariates:
    """What is known of a person: body weight, and the liver as one of `LIVERS`."""

    weight_kg: float = USUAL_WEIGHT_KG
    liver: str = "healthy"


def draw(
    seed: int,
    people: int,
    *,
    first: int = 0,
    covariates: Covariates = Covariates(),
    unsure: bool = False,
) -> Person:
    """Parameters of people numbered from `first` on, each an array (people,).

    With `unsure` the doubt about the typical values is drawn too, anew for every person.

    Raises InputError where the number of people or a covariate makes no sense.

    >>> both, second = draw(1, 2), draw(1, 1, first=1)
    >>> both.clearance_l_per_h[1].item() == second.clearance_l_per_h[0].item()
    True
    """
    _check(people, covariates)
    numbers = np.arange(first, first + people, dtype=np.uint32)
    with double_precision():
        found = drawn(jax.random.key(seed), numbers, unsure=unsure)
        return Person(*(np.asarray(one) for one in adjusted(found, covariates)))


@partial(jax.jit, static_argnames="unsure")
def drawn(key: Any, numbers: Any, *, unsure: bool = False) -> Person:
    """The people of these numbers, healthy and of usual weight."""
    normal = jax.vmap(
        lambda one: jax.random.normal(jax.random.fold_in(key, one), (len(PARAMETERS),))
    )
    moved = normal(numbers).astype(jnp.float64) @ jnp.asarray(_root()).T
    columns = []
    for place, one in enumerate(PARAMETERS.values()):
        spread = float(np.hypot(one.people, one.unsure if unsure else 0.0))
        value = one.typical * jnp.exp(spread * moved[:, place])
        columns.append(jnp.clip(value, one.low, one.high))
    return Person(*columns)


def _root() -> Numbers:
    """Root of the correlation matrix."""
    names = list(PARAMETERS)
    matrix = np.eye(len(names))
    for (one, other), size in _TOGETHER.items():
        i, j = names.index(one), names.index(other)
        matrix[i, j] = matrix[j, i] = size
    return np.asarray(np.linalg.cholesky(matrix), np.float64)


def adjusted(person: Person, covariates: Covariates) -> Person:
    """The people with these covariates."""
    more = _CLEARANCE_PER_KG * (covariates.weight_kg - USUAL_WEIGHT_KG)
    usual = PARAMETERS["clearance_l_per_h"].typical
    escape = person.first_pass_escape * LIVERS[covariates.liver]
    return person._replace(
        clearance_l_per_h=person.clearance_l_per_h * (1 + more / usual),
        first_pass_escape=jnp.minimum(escape, 1.0),
    )


def _check(people: int, covariates: Covariates) -> None:
    faults = []
    if people < 1:
        faults.append(Fault("--people", str(people), "1 or more"))
    if not 30 <= covariates.weight_kg <= 300:
        faults.append(Fault("weight_kg", f"{covariates.weight_kg:g}", "30 to 300"))
    if covariates.liver not in LIVERS:
        faults.append(Fault("liver", repr(covariates.liver), f"one of {', '.join(LIVERS)}"))
    if faults:
        raise InputError(faults)
