"""How often the 95 % intervals of pooled risks hold the truth, where trials and events are few.

Trials of 20 to 60 people an arm count people with an event. Their middles (log odds) are normal
with standard deviation 0.5, their log odds ratios with tau; the truth is the typical trial: both
risks, their difference and their ratio.

    OPENBLAS_NUM_THREADS=1 python benchmarks/harms_coverage.py > table.md
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np
from measuring import Progress, binomial_error, table
from scipy.special import expit, logit

from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.risks import Risks, pool_risks

TRIALS, PEOPLE, BETWEEN_RISKS = (1, 2, 3, 6), (20, 61), 0.5


class Truth(NamedTuple):
    """Risks of the comparator and the treated in a typical trial; tau of the log odds ratio."""

    comparator: float
    treated: float
    tau: float


TRUTHS = (
    Truth(0.02, 0.02, 0.0),
    Truth(0.02, 0.08, 0.3),
    Truth(0.13, 0.13, 0.0),
    Truth(0.13, 0.30, 0.3),
    Truth(0.70, 0.75, 0.3),
)


def drawn(truth: Truth, trials: int, chance: np.random.Generator) -> tuple[Counts, Counts]:
    """Both arms of a made-up meta-analysis; one trial alone is the typical one."""
    between, tau = (BETWEEN_RISKS, truth.tau) if trials > 1 else (0.0, 0.0)
    low, high = logit(truth.comparator), logit(truth.treated)
    middle = chance.normal((low + high) / 2, between, trials)
    half = chance.normal(high - low, tau, trials) / 2
    people = chance.integers(*PEOPLE, (2, trials))
    treated, control = (expit(middle + sign * half) for sign in (1, -1))
    return (
        Counts(chance.binomial(people[0], treated), people[0]),
        Counts(chance.binomial(people[1], control), people[1]),
    )


def holds(found: Risks, truth: Truth) -> list[bool]:
    """Whether comparator, treated, difference and ratio hold the truth; no ratio holds any."""
    wanted = (
        (found.comparator, truth.comparator),
        (found.treated, truth.treated),
        (found.difference, truth.treated - truth.comparator),
        (found.ratio, truth.treated / truth.comparator),
    )
    return [ends is None or ends.low <= value <= ends.high for ends, value in wanted]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--metas", type=int, default=1000, help="meta-analyses a cell")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    progress = Progress("meta-analyses", len(TRIALS) * len(TRUTHS) * options.metas)
    rows = []
    for place, truth in enumerate(TRUTHS):
        for trials in TRIALS:
            chance = np.random.default_rng((options.seed, place, trials))
            seen, length = np.zeros(4), 0.0
            for _ in range(options.metas):
                found = pool_risks(*drawn(truth, trials, chance))
                seen += holds(found, truth)
                length += 100 * (found.difference.high - found.difference.low)
                progress()
            risks = f"{100 * truth.comparator:g} and {100 * truth.treated:g}"
            shares = (f"{100 * one / options.metas:.1f}" for one in seen)
            wide = f"{length / options.metas:.0f}"
            rows.append((risks, f"{truth.tau:g}", trials, *shares, wide))
    head = (
        "risks of 100",
        "tau",
        "trials",
        "comparator",
        "treated",
        "difference",
        "ratio",
        "length",
    )
    print(table(head, rows))
    error = 100 * binomial_error(round(0.95 * options.metas), options.metas)
    print(f"\n{options.metas:,} meta-analyses a cell; standard error at 95 %: {error:.2f}.")


if __name__ == "__main__":
    main()
