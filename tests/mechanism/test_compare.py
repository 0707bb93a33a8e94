"""The quick comparison of accounts agrees with the fast path, which is tested on its own."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lowdose.errors import InputError
from lowdose.mechanism.blockade import STRUCTURES
from lowdose.mechanism.compare import (
    after_stopping,
    dose_response,
    hours_until,
    peaks_and_troughs,
    trace,
)
from lowdose.mechanism.parameters import PARAMETERS
from lowdose.population.simulate import simulate

DOSES = [1.5] * 7 + [3.0] * 7


@pytest.mark.parametrize("structure", list(STRUCTURES))
def test_it_agrees_with_the_fast_path(structure: str) -> None:
    typical = simulate(DOSES, people=1, structure=structure).typical
    tone = trace(np.array(DOSES)[:, None], structure).tone[-97:, 0]
    high, low = peaks_and_troughs(DOSES)[structure]

    assert math.isclose(high, typical["blockade_central_max"][-1], abs_tol=2e-3)
    assert math.isclose(low, typical["blockade_central_trough"][-1], abs_tol=2e-3)
    assert math.isclose(
        (tone[1:].mean() + tone[:-1].mean()) / 2, typical["tone_mean"][-1], abs_tol=2e-3
    )


def test_no_dose_leaves_tone_at_one() -> None:
    assert all(tone[0] == 1.0 for tone in dose_response([0.0]).values())


def test_biophase_fades_with_its_half_life_once_absorbed() -> None:
    hours, blocked = after_stopping(4.5)
    amount = blocked["biophase"] / (1 - blocked["biophase"])
    day2, day4 = (np.searchsorted(hours, hour) for hour in (48.0, 96.0))
    half_life = 48 * math.log(2) / math.log(amount[day2] / amount[day4])

    assert math.isclose(half_life, PARAMETERS["biophase_half_life_h"].typical, rel_tol=1e-6)


def test_blockade_that_stays_above_has_no_time() -> None:
    assert hours_until(np.array([0.0, 1.0]), np.array([0.9, 0.8])) == math.inf


@pytest.mark.parametrize("dose_mg", [-1.0, math.nan, 5000.0])
def test_doses_that_make_no_sense_are_told(dose_mg: float) -> None:
    with pytest.raises(InputError, match="0 to 1000 mg"):
        after_stopping(dose_mg)
