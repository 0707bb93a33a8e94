"""Truths drawn from the prior lie evenly in the posterior; the full run: benchmarks/calibration.py.

The test statistics are fixed by their seeds; with other seeds each would fail by chance once in
10,000 runs (`FALSE_ALARM`), so all of them together about once in 600.
"""

from __future__ import annotations

import numpy as np
import pytest
from calibration import DESIGNS, PRIORS, cases, places
from scipy.stats import binom, kstest

FALSE_ALARM = 1e-4


def check(design: str, prior: str, count: int) -> None:
    found = places(list(cases(DESIGNS[design], prior, count, [7, count])))
    for name, (below, inside) in found.items():
        fewest = binom.ppf(FALSE_ALARM, count, 0.95)
        assert kstest(below, "uniform").pvalue > FALSE_ALARM, name
        assert np.sum(inside) >= fewest, name


@pytest.mark.parametrize("prior", PRIORS)
def test_the_truth_lies_evenly_in_the_posterior_of_a_crossover(prior: str) -> None:
    check("crossover", prior, 96)


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("prior", PRIORS)
def test_the_truth_lies_evenly_in_every_posterior(design: str, prior: str) -> None:
    check(design, prior, 1000)
