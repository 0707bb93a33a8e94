"""Would the other trials have foreseen each trial? Every trial left out of the prior in turn.

Claim: a trial's effect lies where the prior made of the others expects it, its own sampling error
allowed for.

    python benchmarks/prior_left_out.py
"""

from __future__ import annotations

import math

import numpy as np
from measuring import table

from lowdose.evidence.catalogue import contrasts
from lowdose.evidence.pooling.bayes import pool_bayes
from lowdose.evidence.pooling.priors import NormalMean

BEFORE = NormalMean(0.0, 0.5)  # as in evidence/prior.py


def main() -> None:
    """Print a row a trial: its effect, what was expected, and how far off in expected SDs."""
    trials = contrasts("fibromyalgia", "pain", measure="smd")
    values, variances = np.array(trials.values), np.array(trials.variances)
    rows = []
    for place, trial in enumerate(trials.contrasts):
        found = pool_bayes(np.delete(values, place), np.delete(variances, place), mean=BEFORE)
        ahead = (found.prediction.high - found.prediction.low) / (2 * 1.959964)
        sd = math.hypot(ahead, math.sqrt(trial.variance))
        low, high = found.estimate - 1.959964 * sd, found.estimate + 1.959964 * sd
        off = (trial.value - found.estimate) / sd
        expected = f"{found.estimate:.2f} ({low:.2f} to {high:.2f})"
        rows.append((trial.study, f"{trial.value:.2f}", expected, f"{off:+.1f}"))
    print(table(("left out", "its effect, SD", "expected from the others", "off by, SD"), rows))


if __name__ == "__main__":
    main()
