"""A design laid out day by day."""

from __future__ import annotations

import numpy as np
import pytest
from design_files import CROSSOVER, N_OF_1, ONE_AFTER_THE_OTHER, changed
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.trial.design.named import designs, find_design
from lowdose.trial.design.read import parse_design
from lowdose.trial.design.timeline import kind_of, timeline, treatment_keys


def test_doses_follow_the_order_and_climb_anew_in_each_period() -> None:
    laid = timeline(parse_design(CROSSOVER))

    assert laid.planned_mg[0].tolist() == [0.0] * 14 + [1.5] * 7 + [4.5] * 49 + [0.0] * 56
    assert laid.planned_mg[1].tolist() == [0.0] * 70 + [1.5] * 7 + [4.5] * 49


def test_days_to_be_skipped_do_not_count() -> None:
    laid = timeline(parse_design(N_OF_1))

    first = np.flatnonzero(laid.period == 0)
    assert laid.counts[first].tolist() == [False] * 3 + [True] * 11


def test_only_days_of_visits_are_rated() -> None:
    text = changed(CROSSOVER, "scale = [0, 10]", "visit_weeks = [0, 4, 8]")
    design = parse_design(text)

    # week 0 is the last day before treatment, whatever is given before
    assert (np.flatnonzero(timeline(design).rated) + 1).tolist() == [14, 42, 70]


def test_people_know_when_they_get_nothing_and_in_an_open_trial_always() -> None:
    blinded = timeline(parse_design(CROSSOVER)).blinded
    text = changed(CROSSOVER, '"double"', '"open"')

    assert blinded.tolist() == [False] * 14 + [True] * 112
    assert not timeline(parse_design(text)).blinded.any()


def test_blocks_have_washing_out_between_but_not_after_the_last() -> None:
    design = parse_design(N_OF_1)

    assert design.days == 6 * 14 + 5 * 7
    assert [one.block for one in design.periods] == [1, 0, 1, 0, 2, 0, 2, 0, 3, 0, 3]
    assert len(design.sequences) == 8


@pytest.mark.parametrize("name", designs())
def test_every_named_design_is_whole_when_laid_out(name: str) -> None:
    design = find_design(name)
    laid = timeline(design)

    assert laid.treatment.shape == laid.planned_mg.shape == (len(design.sequences), design.days)
    assert laid.period.max() == len(design.periods) - 1
    keys = [one.key for one in design.treatments]
    for number in range(len(design.sequences)):
        by_period = [keys[place] for place in laid.treatment[number]]
        assert list(dict.fromkeys(zip(laid.period.tolist(), by_period, strict=True))) == list(
            enumerate(treatment_keys(design, number))
        )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("aggregated-n-of-1", "aggregated N-of-1"),
        ("balaam", "crossover"),
        ("crossover", "crossover"),
        ("dose-finding", "dose finding"),
        ("fixed-order", "fixed order"),
        ("n-of-1", "N-of-1"),
        ("parallel", "parallel groups"),
        ("williams", "crossover"),
        ("withdrawal", "randomised withdrawal"),
    ],
)
def test_what_kind_of_design_it_is_follows_from_the_design(name: str, kind: str) -> None:
    assert kind_of(find_design(name)) == kind


def test_one_order_for_everyone_is_a_fixed_order() -> None:
    assert kind_of(parse_design(ONE_AFTER_THE_OTHER)) == "fixed order"


@settings(max_examples=25)
@given(weeks=st.integers(1, 12), share=st.integers(1, 3))
def test_days_are_those_of_the_periods_however_they_are_said(weeks: int, share: int) -> None:
    by_weeks = changed(CROSSOVER, '"baseline"\nweeks = 2', f'"baseline"\nweeks = {weeks}')
    by_days = changed(CROSSOVER, '"baseline"\nweeks = 2', f'"baseline"\ndays = {7 * weeks}')
    order = f'PL = {{ treatments = ["placebo", "ldn"], share = {share} }}'
    texts = [changed(text, 'PL = ["placebo", "ldn"]', order) for text in (by_weeks, by_days)]
    first, second = map(parse_design, texts)

    assert first == second
    assert first.days == 7 * weeks + 112
    assert first.sequences[1].share == share
