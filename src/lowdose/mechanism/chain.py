"""The chain from a dose to relief, as functions of a person, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from lowdose.mechanism.blockade import (
    STRUCTURES,
    Levels,
    Structure,
    central_delta,
    central_kappa,
)
from lowdose.mechanism.exposure import NALTREXONE, System
from lowdose.mechanism.hypotheses import Hypothesis, drive_of, target_of
from lowdose.mechanism.matrices import kept
from lowdose.mechanism.parameters import Person

__all__ = [
    "FOLLOWING",
    "OUTPUTS",
    "Adaptation",
    "Chain",
    "chain_of",
    "default_refine",
    "levels_read",
    "states_read",
]

OUTPUTS: Mapping[str, str] = {
    "naltrexone_max_ng_ml": "highest naltrexone of the day",
    "naltrexone_trough_ng_ml": "naltrexone just before the next dose",
    "naltrexol_max_ng_ml": "highest 6beta-naltrexol of the day",
    "naltrexol_trough_ng_ml": "6beta-naltrexol just before the next dose",
    "blockade_central_max": "highest share of central mu receptors occupied",
    "blockade_central_trough": "the same just before the next dose",
    "blockade_peripheral_trough": "mu receptors outside the brain, just before the next dose",
    "blockade_kappa_max": "highest share of central kappa receptors occupied",
    "blockade_kappa_trough": "the same just before the next dose",
    "blockade_delta_max": "highest share of central delta receptors occupied",
    "blockade_delta_trough": "the same just before the next dose",
    "tone_mean": "opioid signalling, mean of the day (1 untreated)",
    "release": "release at the end of the day (1 untreated)",
    "receptors": "receptors at the end of the day (1 untreated)",
    "relief": "share of the possible relief reached",
}

# Outputs that rise with another one, and so are read off it: which, and how.
FOLLOWING: Mapping[str, tuple[str, Callable[[Any, Any], Any]]] = {
    f"blockade_{receptor}_{when}": (f"blockade_central_{when}", occupied)
    for receptor, occupied in (("kappa", central_kappa), ("delta", central_delta))
    for when in ("max", "trough")
}

_READS = {
    "naltrexone_max_ng_ml": ("naltrexone",),
    "naltrexone_trough_ng_ml": ("naltrexone",),
    "naltrexol_max_ng_ml": ("naltrexol",),
    "naltrexol_trough_ng_ml": ("naltrexol",),
    "blockade_peripheral_trough": ("naltrexone", "naltrexol"),
}


class Adaptation(NamedTuple):
    """What the body does in return: rises at full blockade, and rates per hour."""

    release_rise: Any
    release_per_h: Any
    receptor_rise: Any
    receptor_per_h: Any
    relief_per_h: Any


@dataclass(frozen=True, eq=False)
class Chain:
    """Everything between a dose and relief, as functions of a person; compiled once for each.

    reads: the levels that blockade and drive need. target(person, levels, central) is the blockade
    that the body answers; drive(person, levels, tone) is what moves relief, 0 to 1. follows_plasma
    says that what the body answers has no memory of its own, and so changes within minutes.
    """

    system: System
    structure: Structure
    reads: tuple[str, ...]
    target: Callable[[Any, Levels, Any], Any]
    drive: Callable[[Any, Levels, Any], Any]
    adaptation: Callable[[Any], Adaptation]
    follows_plasma: bool = False


def _adaptation(person: Person) -> Adaptation:
    return Adaptation(
        release_rise=person.release_rise,
        release_per_h=1 / person.release_time_h,
        receptor_rise=person.receptor_rise,
        receptor_per_h=1 / person.receptor_time_h,
        relief_per_h=np.log(2) / (24 * person.relief_half_life_d),
    )


@lru_cache(maxsize=64)
def chain_of(hypothesis: Hypothesis, structure: str) -> Chain:
    """The chain of one hypothesis under one blockade structure."""
    chosen = STRUCTURES[structure]
    own = hypothesis.target != "central" or hypothesis.drive == "level"
    reads = dict.fromkeys((*chosen.reads, *(["naltrexone"] if own else [])))
    return Chain(
        NALTREXONE,
        chosen,
        tuple(reads),
        partial(target_of, hypothesis),
        partial(drive_of, hypothesis),
        _adaptation,
        hypothesis.target != "central" or chosen.name == "plasma",
    )


def default_refine(chain: Chain) -> int:
    """How often the mesh is halved by default: so that relief is within 1e-4, all else within 1e-6.

    What is needed was measured against an independent solver (docs/validation/mechanism-solver.md).
    """
    if chain.follows_plasma:
        return 2
    return 1 if chain.structure.curve is None else 0


def levels_read(chain: Chain, outputs: tuple[str, ...]) -> tuple[str, ...]:
    """The levels that the chain and these outputs need."""
    more = [name for output in outputs for name in _READS.get(output, ())]
    return tuple(dict.fromkeys((*chain.reads, *more)))


def states_read(chain: Chain, person: Any, wanted: tuple[str, ...]) -> list[int]:
    """The states that the wanted levels depend on; the gut always."""
    ends = [chain.system.states.index(chain.system.levels[name].state) for name in wanted]
    return kept(chain.system.rates(person), [0, *ends])
