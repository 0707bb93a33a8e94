"""Which assumption moves the predicted benefit most: what one would have to measure to know more.

python benchmarks/what_to_measure.py
"""

from __future__ import annotations

import argparse

from measuring import Progress, table

from lowdose.mechanism.blockade import STRUCTURES
from lowdose.population.sensitivity import sensitivity

TITRATION_MG = [1.5] * 14 + [3.0] * 14 + [4.5] * 84


def main() -> None:
    """Print the assumptions that matter under each structure of blockade."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=4096)
    parser.add_argument("--shown", type=int, default=6)
    options = parser.parse_args()
    progress, rows = Progress("structures", len(STRUCTURES)), []
    for structure in STRUCTURES:
        found = sensitivity(TITRATION_MG, structure=structure, draws=options.draws)
        for one in found.influences[: options.shown]:
            total = f"{one.total:.2f} ({one.total_low:.2f} to {one.total_high:.2f})"
            fifths = f"{100 * one.fifths[0]:.1f} and {100 * one.fifths[-1]:.1f} %"
            ends = f"{100 * one.low:.1f} and {100 * one.high:.1f} %"
            rows.append((structure, f"`{one.name}`", f"{one.first:.2f}", total, fifths, ends))
        progress()
    head = (
        *("structure", "parameter", "by itself", "with others"),
        *("benefit in its lowest and highest fifth", "at its 5 and 95 % point, others typical"),
    )
    print(table(head, rows))


if __name__ == "__main__":
    main()
