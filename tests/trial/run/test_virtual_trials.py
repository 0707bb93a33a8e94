"""Virtual trials: what was asked for is what happens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from trial.made_designs import crossover, n_of_1, parallel

from lowdose.errors import InputError
from lowdose.trial.design.values import Design, Enrichment
from lowdose.trial.run.conduct import Conduct, conduct_of
from lowdose.trial.run.values import NOT_ALLOCATED, Left, TrialData
from lowdose.trial.run.virtual import chunks_of, joined, virtual_chunk, virtual_trials

# Nothing but the effect and independent days: means can be written down.
PLAIN = {
    "phi": 0.0, "share": 0.0, "missing": 0.0, "onset_days": 0.0, "whole": False, "limits": False,
    "placebo_sd": 0.0,
}  # fmt: skip


def plain(design: Design, **changes: Any) -> Conduct:
    return conduct_of(design, **{**PLAIN, **changes})


def means(data: TrialData) -> tuple[float, float]:
    """Mean rating of the two sequences of a parallel design after the baseline."""
    after = data.rating[..., 14:]
    drug, placebo = (float(np.nanmean(after[data.sequence == one])) for one in (0, 1))
    return drug, placebo


def test_the_mean_difference_is_the_expected_effect() -> None:
    design = parallel(100)
    data = virtual_trials(design, plain(design, baseline_sd=0.0, spread=1.0), 20, seed=3)
    drug, placebo = means(data)
    assert drug - placebo == pytest.approx(-1.0, abs=4 * np.sqrt(2 / (20 * 50 * 42)))
    assert data.truth is not None
    assert data.truth.mean == pytest.approx(-1.0)


def test_a_scale_on_which_higher_is_better_is_turned() -> None:
    design = parallel(
        100, expected="effect = 10, baseline = 30", outcome='scale = [0, 100], better = "higher"'
    )
    data = virtual_trials(design, plain(design, baseline_sd=0.0, spread=1.0), 5)
    drug, placebo = means(data)
    assert drug - placebo == pytest.approx(10, abs=0.2)
    assert data.rating[..., 0].mean() == pytest.approx(30, abs=0.3)


def test_the_hypothesis_none_does_nothing() -> None:
    design = crossover()
    data = virtual_trials(design, conduct_of(design, hypothesis="none"), 4)
    assert data.truth is not None
    assert not data.truth.effect.any()


def test_a_mechanism_changes_ratings_only_where_the_drug_is_taken() -> None:
    design = parallel(20)
    with_drug = virtual_trials(design, plain(design, hypothesis="glia", spread=0.0), 2, seed=1)
    without = virtual_trials(design, plain(design, hypothesis="none", spread=0.0), 2, seed=1)
    changed = (with_drug.rating != without.rating).any(axis=-1)
    assert changed[with_drug.sequence == 0].all()
    assert not changed[with_drug.sequence == 1].any()


def test_chunks_are_the_same_whoever_computes_them() -> None:
    design = parallel(1000)
    conduct = conduct_of(design)
    sizes = chunks_of(design, 10)
    parts = {n: virtual_chunk(design, conduct, n, sizes[n], seed=7) for n in (2, 0, 1)}
    again = virtual_trials(design, conduct, 10, seed=7)
    np.testing.assert_array_equal(joined([parts[n] for n in range(3)]).rating, again.rating)


def test_groups_are_of_equal_size() -> None:
    data = virtual_trials(parallel(41), conduct_of(parallel(41)), 50)
    counts = (data.sequence == 0).sum(axis=1)
    assert set(counts) == {20, 21}


def test_people_leave_as_often_as_expected_and_write_no_more() -> None:
    design = parallel(100, expected="effect = -1, dropout = 0.3")
    data = virtual_trials(design, conduct_of(design), 40)
    gone = data.left != Left.STAYED
    assert gone.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))
    days = np.arange(design.days) >= data.days_in[..., None]
    assert np.isnan(data.rating[days]).all()
    assert not data.taken_mg[days].any()


def test_those_who_feel_no_better_leave_more() -> None:
    design = parallel(100, expected="effect = -4, dropout = 0.3")
    data = virtual_trials(design, conduct_of(design, lack_of_effect=1.0), 20)
    gone = data.left == Left.LACK_OF_EFFECT
    assert gone[data.sequence == 1].mean() > 1.2 * gone[data.sequence == 0].mean()


def test_a_share_of_days_is_missing() -> None:
    design = parallel(100)
    data = virtual_trials(design, conduct_of(design, missing=0.25), 10)
    assert np.isnan(data.rating).mean() == pytest.approx(0.25, abs=0.01)


def test_visits_leave_ratings_on_their_days_only() -> None:
    design = parallel(10, outcome="visit_weeks = [0, 2, 6]", rest="")
    data = virtual_trials(design, conduct_of(design, missing=0.0), 1)
    rated = np.flatnonzero(np.isfinite(data.rating[0, 0])) + 1
    assert rated.tolist() == list(design.outcome.visit_days)


def test_forgotten_doses_weaken_the_effect() -> None:
    design = parallel(200)
    full = means(virtual_trials(design, plain(design), 5))
    poor = means(virtual_trials(design, plain(design, adherence="poor"), 5))
    assert poor[0] - poor[1] > 0.85 * (full[0] - full[1])


def test_believing_to_be_on_the_drug_can_look_like_an_effect() -> None:
    design = parallel(400, expected="effect = 0")
    told = {"noticed_drug": 0.9, "noticed_placebo": 0.1, "belief": 1.0}
    drug, placebo = means(virtual_trials(design, conduct_of(design, **told), 10))
    assert drug < placebo - 0.3


def test_nobody_guesses_in_an_open_trial() -> None:
    design = parallel(10, blinding="open")
    assert np.isnan(virtual_trials(design, conduct_of(design), 1).guess).all()


def test_only_those_who_did_well_are_allocated_after_enrichment() -> None:
    design = parallel(200, expected="effect = -2")
    lead_in = replace(design.periods[1], name="open", everyone="ldn")
    chosen = replace(
        design,
        periods=(design.periods[0], lead_in, design.periods[1]),
        enrichment=Enrichment("open", 30),
    )
    data = virtual_trials(chosen, conduct_of(chosen), 5)
    out = data.left == Left.NOT_ELIGIBLE
    assert 0.1 < out.mean() < 0.9
    assert (data.sequence[out] == NOT_ALLOCATED).all()
    assert (data.days_in[out] == 14 + 42).all()


def test_one_person_can_be_a_trial() -> None:
    design = n_of_1()
    data = virtual_trials(design, conduct_of(design), 8)
    assert data.rating.shape == (8, 1, 84)


@pytest.mark.parametrize("trials", [0, -1, 10**7])
def test_an_impossible_number_of_trials_is_refused(trials: int) -> None:
    design = parallel()
    with pytest.raises(InputError, match="--trials"):
        virtual_trials(design, conduct_of(design), trials)


def test_settings_that_make_no_sense_are_refused_together() -> None:
    with pytest.raises(InputError) as error:
        conduct_of(parallel(), missing=2, dropuot=0.1, adherence="never")
    assert [fault.place for fault in error.value.faults] == ["dropuot", "missing", "adherence"]
    assert "dropout" in error.value.faults[0].remedy


def test_a_condition_that_nobody_knows_needs_its_own_numbers() -> None:
    unknown = replace(parallel(), condition="hiccups")
    with pytest.raises(InputError, match=r"expected.baseline(.|\n)*expected.spread"):
        conduct_of(unknown)
