"""How far the fast path is from an independent solver, by structure, hypothesis and mesh.

    python benchmarks/mechanism_accuracy.py

Prints the tables of docs/validation/mechanism-solver.md. Forty days of 4.5 mg with one night
missed and one doubled, for the typical person and for one whose release answers strongly. Takes
a few minutes, nearly all of it compiling.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lowdose.mechanism.blockade import STRUCTURES
from lowdose.mechanism.cascade import follow
from lowdose.mechanism.chain import chain_of, default_refine
from lowdose.mechanism.hypotheses import HYPOTHESES
from lowdose.mechanism.mesh import mesh_for
from lowdose.mechanism.parameters import Person, typical
from lowdose.mechanism.reference import REFERENCE_OUTPUTS, reference
from lowdose.runtime import double_precision

Numbers = NDArray[np.float64]

ANSWERING = typical()._replace(release_rise=2.0, release_time_h=12.0, tone_half=0.2)
PEOPLE = (typical(), ANSWERING)
REFINES = (0, 1, 2)
COLUMNS = {
    "levels": ("naltrexone_trough_ng_ml", "naltrexol_trough_ng_ml", "blockade_peripheral_trough"),
    "central blockade": ("blockade_central_trough",),
    "tone, mean": ("tone_mean",),
    "release, receptors": ("release", "receptors"),
    "relief": ("relief",),
}


def doses_mg() -> Numbers:
    """(days, slots): one night missed, one doubled."""
    doses = np.full((40, 1), 4.5)
    doses[12], doses[20] = 0.0, 9.0
    return doses


def solved(hypothesis: str, structure: str, person: Person) -> dict[str, Numbers]:
    """By diffrax, tighter than anything it is compared with."""
    chain = chain_of(HYPOTHESES[hypothesis], structure)
    return reference(chain, person, doses_mg(), (0,), rtol=1e-12, atol=1e-15)


def followed(hypothesis: str, structure: str, refine: int) -> list[dict[str, Numbers]]:
    """By the fast path, everybody at once."""
    chain = chain_of(HYPOTHESES[hypothesis], structure)
    people = Person(*(np.array(both) for both in zip(*PEOPLE, strict=True)))
    with double_precision():
        doses = doses_mg()[:, :, None]
        found = follow(chain, mesh_for((0,), refine), people, doses, REFERENCE_OUTPUTS)
        arrays = {name: np.asarray(value) for name, value in found.items()}
    return [{name: value[:, one] for name, value in arrays.items()} for one in range(len(PEOPLE))]


def error(
    names: Iterable[str], found: list[dict[str, Numbers]], wanted: list[dict[str, Numbers]]
) -> float:
    """Largest over people, days and outputs, as a share of the output's largest value."""
    return max(
        float(np.max(np.abs(one[name] - two[name])) / max(np.max(np.abs(two[name])), 1e-12))
        for one, two in zip(found, wanted, strict=True)
        for name in names
    )


def main() -> None:
    print(f"| blockade | hypothesis | halved | {' | '.join(COLUMNS)} |")
    print("| --- | --- |" + " --- |" * (1 + len(COLUMNS)))
    for structure in STRUCTURES:
        for hypothesis in HYPOTHESES:
            wanted = [solved(hypothesis, structure, person) for person in PEOPLE]
            usual = default_refine(chain_of(HYPOTHESES[hypothesis], structure))
            for refine in REFINES:
                found = followed(hypothesis, structure, refine)
                errors = (f"{error(names, found, wanted):.0e}" for names in COLUMNS.values())
                halved = f"**{refine}**" if refine == usual else str(refine)
                print(
                    f"| {structure} | {hypothesis} | {halved} | {' | '.join(errors)} |", flush=True
                )


if __name__ == "__main__":
    main()
