"""Two real diaries against other programs' answers; the full tables: benchmarks/real_diaries.py."""

from __future__ import annotations

import pytest
from real_diaries import experiment

import lowdose as ld
from lowdose.inference.result import Verdict


@pytest.mark.parametrize("name", ["B", pytest.param("C", marks=pytest.mark.slow)])
def test_theanine_and_vitamin_d_are_not_called_working_or_harmful(name: str) -> None:
    diary = experiment(name)

    verdicts = {outcome: ld.infer(diary, symptom=outcome).verdict for outcome in diary.symptoms}

    assert not set(verdicts.values()) & {Verdict.WORKING, Verdict.HARMFUL}
