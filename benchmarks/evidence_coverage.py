"""How often the 95 % interval of a pooled effect holds the truth, by method, where trials are few.

Trials of 16 to 200 people (log-uniform, so unequal) report a standardised mean difference with the
known variance 4/people; their true effects are normal around -0.3 with standard deviation tau. The
default of the library is chosen by this table.

    python benchmarks/evidence_coverage.py > table.md
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from measuring import Progress, binomial_error, table

from lowdose.evidence.pooling.bayes import pool_bayes_many
from lowdose.evidence.pooling.pool import pool_many
from lowdose.evidence.pooling.priors import HalfNormal

TRIALS, TAUS, TRUTH = (2, 3, 5, 10), (0.0, 0.1, 0.3), -0.3
PEOPLE = (16, 200)


class Ends(NamedTuple):
    """Ends of an interval, each (metas,)."""

    low: np.ndarray
    high: np.ndarray


Method = Callable[[np.ndarray, np.ndarray], Ends]


def by_test(model: str, test: str) -> Method:
    """Interval of a model and a test."""

    def ends(values: np.ndarray, variances: np.ndarray) -> Ends:
        found = pool_many(values, variances, model=model, test=test)
        return Ends(found.low, found.high)

    return ends


def by_bayes(values: np.ndarray, variances: np.ndarray) -> Ends:
    """Central posterior interval under a half-normal prior of scale 0.5."""
    found = pool_bayes_many(values, variances, prior=HalfNormal(0.5))
    return Ends(found.low, found.high)


METHODS: dict[str, Method] = {
    "DL, normal": by_test("dl", "z"),
    "REML, normal": by_test("reml", "z"),
    "REML, Hartung-Knapp": by_test("reml", "knha"),
    "REML, guarded": by_test("reml", "adhoc"),
    "Bayes, half-normal 0.5": by_bayes,
}


def drawn(metas: int, trials: int, tau: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances (metas, trials)."""
    rng = np.random.default_rng((seed, trials, round(100 * tau)))
    people = np.exp(rng.uniform(*np.log(PEOPLE), (metas, trials)))
    variances = 4 / people
    return rng.normal(TRUTH, np.sqrt(variances + tau**2)), variances


def cell(ends: Ends) -> str:
    """Coverage in percent and mean length."""
    holds = int(((ends.low <= TRUTH) & (ends.high >= TRUTH)).sum())
    length = np.mean(ends.high - ends.low)
    return f"{100 * holds / ends.low.size:.1f} ({length:.2f})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--metas", type=int, default=20_000, help="meta-analyses a cell")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    progress = Progress("cells", len(TRIALS) * len(TAUS) * len(METHODS))
    rows = []
    for trials in TRIALS:
        for tau in TAUS:
            data = drawn(options.metas, trials, tau, options.seed)
            cells = []
            for method in METHODS.values():
                cells.append(cell(method(*data)))
                progress()
            rows.append((trials, f"{tau:g}", *cells))
    print(table(("trials", "tau", *METHODS), rows))
    error = 100 * binomial_error(round(0.95 * options.metas), options.metas)
    print(f"\n{options.metas:,} meta-analyses a cell; standard error at 95 %: {error:.2f}.")


if __name__ == "__main__":
    main()
