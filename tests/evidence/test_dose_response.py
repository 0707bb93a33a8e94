"""Trials of the evidence against their doses."""

from __future__ import annotations

import pytest

from lowdose.errors import InputError
from lowdose.evidence.dose_response import dose_response


def test_two_fibromyalgia_trials_cannot_say() -> None:
    found = dose_response("FM", "pain")

    assert found.fits is not None
    assert found.fits.doses_mg == (4.5, 6.0)
    assert found.fits.line is None
    assert [(row.name, row.mean) for row in found.within_trials] == [
        ("ED50 dose", 3.88),
        ("ED95 dose", 5.4),
    ]
    assert "younger2013" in {one.study for one in found.refused}


def test_across_conditions_pain_is_standardised_and_each_trial_counts_once() -> None:
    found = dose_response(None, "pain")

    names = [one.study for one in found.trials]
    assert found.measure == "smd"
    assert len(names) == len(set(names)) == 6
    assert {one.condition for one in found.trials} == {"fibromyalgia", "ms_any", "osteoarthritis"}


def test_across_conditions_points_of_scales_are_refused() -> None:
    with pytest.raises(InputError, match="conditions do not share a scale"):
        dose_response(None, "pain", measure="md")


def test_without_a_trial_there_is_nothing_to_fit() -> None:
    found = dose_response("autism", "pain")

    assert (found.trials, found.fits) == ((), None)
