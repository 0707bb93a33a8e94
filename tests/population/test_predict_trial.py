"""What a hypothesis says a trial should have found."""

from __future__ import annotations

import numpy as np
import pytest

from lowdose.errors import InputError
from lowdose.mechanism.parameters import typical
from lowdose.population.predict_trial import TrialPrediction, predict_trial

NIGHTLY = [4.5] * 28


def test_without_a_drug_effect_no_difference_is_predicted() -> None:
    assert not predict_trial(NIGHTLY, hypothesis="none", worlds=4, people=4).differences.any()


def test_rebound_predicts_benefit_or_nothing() -> None:
    found = predict_trial(NIGHTLY, hypothesis="rebound", structure="plasma", worlds=32, people=8)

    assert found.differences.max() <= 0
    assert found.interval90[0] <= found.mean <= found.interval90[1] <= 0
    assert found.mean < 0


def test_without_doses_every_hypothesis_predicts_nothing() -> None:
    found = predict_trial([0.0] * 28, hypothesis="rebound", structure="plasma", worlds=4, people=4)

    assert found.differences == pytest.approx(0.0, abs=1e-9)


def test_the_same_seed_gives_the_same_worlds_whoever_else_is_drawn() -> None:
    few = predict_trial(NIGHTLY, structure="plasma", worlds=4, people=8, seed=3)
    again = predict_trial(NIGHTLY, structure="plasma", worlds=4, people=8, seed=3)

    assert np.array_equal(few.differences, again.differences)


def test_worlds_differ_more_than_chance_within_them() -> None:
    """With many people a world's mean hardly varies; what differs is what is not known."""
    found = predict_trial(NIGHTLY, structure="plasma", worlds=16, people=64)

    assert found.differences.std() > 0.1


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        predict_trial([], condition="gout", worlds=0, people=0)

    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("se", [0.0, -1.0, float("nan")])
def test_a_standard_error_is_above_zero(se: float) -> None:
    with pytest.raises(InputError, match="more than 0"):
        TrialPrediction("none", "plasma", 28, np.zeros(2)).log_score(0.0, se)


def test_typical_people_are_in_the_middle_of_the_worlds() -> None:
    """The parameters' own medians: half of all drawn people lie above the typical value."""
    from lowdose.population.predict_trial import people_of_worlds

    drawn = people_of_worlds(512, 2, 0)
    above = np.mean(drawn.clearance_l_per_h > typical().clearance_l_per_h)

    assert above == pytest.approx(0.5, abs=0.05)
