"""Open courses in which the drug does nothing: how often is it said to work?

Claim: people begin naltrexone, know it, and respond as people on placebo do. What the answer then
says of the drug should seldom be that it probably works.

    python benchmarks/open_without_effect.py
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np
from measuring import table

from lowdose.diary.virtual import virtual_diaries
from lowdose.inference.answer import infer_many
from lowdose.regimen.climb import regimen_of, schedule
from lowdose.regimen.templates import find_template

PRIORS = ("weak", "fibromyalgia", "evidence:fibromyalgia")
VERDICTS = ("working", "probably_working", "unclear", "probably_not_working", "not_working")


def main() -> None:
    """Print a row a prior: in how many of a hundred diaries each verdict was given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261126)
    options = parser.parse_args()
    doses = np.asarray(schedule(regimen_of(find_template("usual"))))
    diaries = virtual_diaries(doses, people=options.people, hypothesis="none", seed=options.seed)
    rows = []
    for prior in PRIORS:
        found = Counter(one.verdict.value for one in infer_many(diaries, prior=prior))
        shares = [f"{100 * found[verdict] / len(diaries):.1f}" for verdict in VERDICTS]
        rows.append((f"`{prior}`", *shares))
    print(table(("prior", *(verdict.replace("_", " ") for verdict in VERDICTS)), rows))


if __name__ == "__main__":
    main()
