"""Pooling by sums is one model of everybody's days: fifty series that NUTS has sampled."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "benchmarks"))


@pytest.mark.slow
def test_pooled_means_are_within_a_twentieth_of_a_deviation_of_nuts() -> None:
    from pool_agreement import differences

    rows = [json.loads(line) for line in (HERE / "nuts.jsonl").read_text("utf-8").splitlines()]
    off = np.array([differences(row)["mean"] for row in rows])
    assert len(rows) == 50
    assert np.median(off) < 0.02
    assert (off < 0.05).all()
