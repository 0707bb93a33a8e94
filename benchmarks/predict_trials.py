"""What each hypothesis would have predicted of the two large fibromyalgia trials.

    python benchmarks/predict_trials.py

FINAL climbed to 6 mg over four weeks (steps of 1.5 mg a week: assumption), INNOVA gave 4.5 mg.
Results and their standard errors come from the evidence.
"""

from __future__ import annotations

import math

from measuring import table

from lowdose.evidence.catalogue import contrasts
from lowdose.mechanism.blockade import STRUCTURES
from lowdose.mechanism.hypotheses import HYPOTHESES
from lowdose.population.predict_trial import predict_trial

DOSES = {
    "duebruun2024": [1.5] * 7 + [3.0] * 7 + [4.5] * 7 + [6.0] * 63,
    "innova2026": [4.5] * 91,
}


def main() -> None:
    """Print a row a hypothesis and account of blockade: predicted, and how probable the results."""
    trials = {one.study: one for one in contrasts("fibromyalgia", "pain").contrasts}
    rows = []
    for hypothesis in HYPOTHESES:
        for structure in STRUCTURES:
            cells, score = [], 0.0
            for study, doses in DOSES.items():
                found = predict_trial(doses, hypothesis=hypothesis, structure=structure)
                low, high = found.interval90
                cells.append(f"{found.mean:.2f} ({low:.2f} to {high:.2f})")
                trial = trials[study]
                score += found.log_score(trial.value, math.sqrt(trial.variance))
            rows.append((f"`{hypothesis}`", f"`{structure}`", *cells, f"{score:.2f}"))
    head = ("hypothesis", "blockade", *(f"{one}, 90 %" for one in DOSES), "log score")
    print(table(head, rows))


if __name__ == "__main__":
    main()
