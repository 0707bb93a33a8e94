"""The analysis that a design asks for, on trials whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial.made_designs import crossover, n_of_1, parallel

from lowdose.errors import InputError
from lowdose.trial.analyse.analyse import analyse
from lowdose.trial.analyse.hierarchical import shrunken
from lowdose.trial.analyse.popular import before_and_after, days_as_independent
from lowdose.trial.analyse.primary import estimates_by, suitable
from lowdose.trial.analyse.spans import spans_of
from lowdose.trial.design.values import Design, Primary
from lowdose.trial.run.conduct import conduct_of
from lowdose.trial.run.values import TrialData
from lowdose.trial.run.virtual import virtual_trials

VISITS = "visit_weeks = [0, 2, 4, 6]"
QUICK = {"onset_days": 0.0, "whole": False, "limits": False}


def trials(design: Design, count: int = 200, **how: float) -> TrialData:
    return virtual_trials(design, conduct_of(design, **{**QUICK, **how}), count, seed=9)


@pytest.mark.parametrize(
    ("design", "primary"),
    [
        (parallel(), Primary.CHANGE),
        (parallel(), Primary.ANCOVA),
        (crossover(), Primary.CROSSOVER),
        (n_of_1(12), Primary.CROSSOVER),
        (n_of_1(12), Primary.HIERARCHICAL),
    ],
)
def test_an_analysis_is_unbiased_and_its_interval_holds_the_truth(
    design: Design, primary: Primary
) -> None:
    data = trials(design)
    found = estimates_by(data, primary)
    assert data.truth is not None
    off = found.estimate - data.truth.mean
    assert abs(off.mean()) < 4 * off.std() / np.sqrt(off.size)
    low, high = found.interval()
    held = ((low < data.truth.mean) & (high > data.truth.mean)).mean()
    assert held == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 200))


def test_mmrm_finds_the_difference_at_the_last_visit() -> None:
    data = trials(parallel(60, outcome=VISITS), 20)
    found = estimates_by(data, Primary.MMRM)
    assert found.estimate.mean() == pytest.approx(-1, abs=4 * found.se.mean() / np.sqrt(20))


def test_who_left_has_not_responded() -> None:
    data = trials(parallel(400, expected="effect = 0, dropout = 0.9"), 5, spread=0.1)
    share = estimates_by(data, Primary.RESPONDERS)
    assert (np.abs(share.estimate) < 0.1).all()


def test_a_design_allows_only_the_analyses_that_suit_it() -> None:
    assert Primary.ANCOVA not in suitable(crossover())
    assert Primary.CROSSOVER not in suitable(parallel())
    assert suitable(parallel(outcome=VISITS))[0] is Primary.ANCOVA
    with pytest.raises(InputError, match="one of mixed"):
        estimates_by(trials(crossover(), 1), Primary.ANCOVA)


def test_before_and_after_takes_a_placebo_response_for_an_effect() -> None:
    found = before_and_after(trials(parallel(100, expected="effect = 0"), 50))
    assert (found.p < 0.05).mean() > 0.6


def test_days_taken_for_people_find_too_much() -> None:
    found = days_as_independent(trials(parallel(40, expected="effect = 0"), 100))
    assert (found.p < 0.05).mean() > 0.3


def test_spans_leave_out_washouts_and_skipped_days() -> None:
    spans = spans_of(crossover())
    assert spans.count == 2
    assert (spans.span == -1).sum() == 14


def test_own_effects_shrink_to_the_mean_where_people_do_not_differ() -> None:
    found = shrunken(np.array([[0.0, 1.0, 2.0]]), np.ones((1, 3)), 1e-9)
    np.testing.assert_allclose(found.effect, 1.0, atol=1e-6)


def test_one_trial_is_told_in_full() -> None:
    design = n_of_1(12, outcome="visit_days = [14, 28, 42, 56, 70, 84]")
    result = analyse(trials(design, 1))
    assert sum(arm.allocated for arm in result.flow.arms) == 12
    assert len(result.people) == 12
    assert set(result.means or {}) == {"ldn", "placebo"}
    assert all(right <= asked for right, asked in (result.guessed or {}).values())


def test_several_trials_are_not_told_as_one() -> None:
    with pytest.raises(InputError, match="2 trials"):
        analyse(trials(crossover(), 2))


def test_a_trial_without_ratings_says_that_it_cannot_say() -> None:
    data = trials(parallel(20, outcome=VISITS), 1)
    empty = replace(data, rating=np.full_like(data.rating, np.nan))
    result = analyse(empty)
    assert np.isnan(result.primary.estimate)
    assert "could not say anything" in result.notes[0]
