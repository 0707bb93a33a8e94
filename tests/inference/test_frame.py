"""From diaries to rows and columns: doses, names, codes, gaps, and every refusal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_diaries import PAIN, diary, frame_of, on_off

from lowdose.diary.entries import Diary, Kind, Symptom
from lowdose.errors import InputError
from lowdose.inference.frame import Frame, build_frame, pick_symptom, with_guess
from lowdose.inference.options import Noise, Onset, Options
from lowdose.inference.priors import NAMED
from lowdose.mechanism.expectation import grow

FIVES = [5.0] * 8


def named(*names: str, **more: object) -> Diary:
    return diary([5.0] * len(names), treatment=names, **more)


def refusal(made: Diary, options: Options = Options()) -> str:
    with pytest.raises(InputError) as caught:
        frame_of(made, options=options)
    return str(caught.value)


# --- doses ----------------------------------------------------------------------------


def test_every_dose_is_a_level_with_its_days() -> None:
    frame = frame_of(diary(FIVES, [0, 0, 1.5, 1.5, 3, 3, 3, 0]))

    assert frame.level_doses == (1.5, 3.0)
    assert frame.labels == ("1.5 mg", "3 mg")
    assert frame.level_days.sum(axis=0).tolist() == [2, 3]
    assert frame.reference_days.sum() == 3


def test_an_unknown_dose_is_that_of_the_day_before_and_said_so() -> None:
    frame = frame_of(diary(FIVES, [0, 0, 4.5, np.nan, 4.5, 0, np.nan, 0]))

    assert frame.drive[:, 0].tolist() == [0, 0, 1, 1, 1, 0, 0, 0]
    assert any("dose of the day before was assumed: 2" in note for note in frame.notes)


def test_a_day_called_by_the_drug_never_takes_the_zero_of_placebo() -> None:
    names = ["placebo", "placebo", "naltrexone", "naltrexone"] * 2
    doses = [0, 0, np.nan, 4.5, np.nan, np.nan, np.nan, np.nan]
    frame = frame_of(diary(FIVES, doses, treatment=names))

    assert frame.drive[:, 0].tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_days_between_rows_become_rows_without_a_rating() -> None:
    made = replace(diary([5.0, 4.0], [0, 4.5]), day=np.array([3.0, 7.0]))
    frame = frame_of(made)

    assert frame.day.tolist() == [3, 4, 5, 6, 7]
    assert frame.rated.tolist() == [True, False, False, False, True]
    assert frame.row.tolist() == [0, -1, -1, -1, 1]


def test_a_gap_of_decades_is_refused() -> None:
    made = replace(diary([5.0, 4.0], [0, 4.5]), day=np.array([0.0, 40_000.0]))

    assert "40001 days from first to last" in refusal(made)


def test_more_than_16_doses_are_refused() -> None:
    message = refusal(diary([5.0] * 20, np.arange(20) / 4))

    assert "19 different doses, expected at most 16; round the doses" in message


@pytest.mark.parametrize(
    ("doses", "design"),
    [
        ([0, 0, 0, 0, 4.5, 4.5, 4.5, 4.5], "open_before_after"),
        ([0, 0, 1.5, 1.5, 3, 3, 4.5, 4.5], "open_titration"),
        ([0, 4.5, 4.5, 0, 0, 0, 4.5, 4.5], "open_on_off"),
        ([4.5] * 8, "open_treated_only"),
        ([4.5, 4.5, 0, 4.5, 4.5, 4.5, 4.5, 4.5], "open_treated_only"),
        ([4.5, 4.5, 4.5, 0, 0, 0, 0, 0], "open_before_after"),
    ],
)
def test_the_design_is_read_from_the_doses(doses: list[float], design: str) -> None:
    assert frame_of(diary(FIVES, doses)).design == design


def test_a_missed_dose_is_no_time_without_treatment() -> None:
    frame = frame_of(diary(FIVES, [4.5, 4.5, 0, 4.5, 4.5, 4.5, 4.5, 4.5]))

    assert not frame.reference_days.any()
    assert frame.changes == 0
    assert frame.drive[2, 0] == 0


def test_with_an_immediate_onset_every_day_stands_for_itself() -> None:
    frame = frame_of(diary(FIVES, [4.5, 0] * 4), options=Options(onset=Onset.IMMEDIATE))

    assert frame.reference_days.sum() == 4
    assert frame.changes == 7


def test_doses_on_placebo_days_may_be_left_empty() -> None:
    names = ["placebo"] * 4 + ["naltrexone"] * 4
    frame = frame_of(diary(FIVES, [np.nan] * 4 + [4.5] * 4, treatment=names))

    assert frame.reference == "placebo"
    assert frame.reference_days.tolist() == [True] * 4 + [False] * 4
    assert frame.design == "blinded_crossover"
    assert any("Taken as blinded because there is a placebo" in note for note in frame.notes)


def test_a_placebo_that_was_known_is_an_open_comparison() -> None:
    names = ["placebo"] * 4 + ["naltrexone"] * 4
    made = diary(FIVES, [0] * 4 + [4.5] * 4, treatment=names, blinded=False)

    assert frame_of(made).design == "open_placebo_comparison"


# --- expectation and drift ------------------------------------------------------------


def test_expectation_grows_by_its_rate_and_fades_alike() -> None:
    believed = np.array([False, True, True, False])
    keep = np.exp(-0.106)

    grown = grow(believed, 0.106)
    assert grown == pytest.approx([0, 1 - keep, 1 - keep**2, keep * (1 - keep**2)])


def test_in_an_open_course_expectation_follows_the_treatment() -> None:
    column = frame_of(diary(FIVES, [0, 0, 4.5, 4.5, 4.5, 0, 0, 0])).fixed[:, 2]

    assert np.all(column[:2] == 0)
    assert column[4] > column[2] > 0
    assert column[7] < column[4]


def test_a_break_of_two_days_does_not_end_belief() -> None:
    column = frame_of(diary(FIVES, [4.5, 4.5, 0, 0, 4.5, 4.5, 4.5, 4.5])).fixed[:, 2]

    assert np.all(np.diff(column) > 0)


def test_in_a_blinded_course_every_capsule_may_be_the_drug() -> None:
    names = ["none"] * 2 + ["naltrexone"] * 3 + ["placebo"] * 3
    made = diary(FIVES, [0, 0, 4.5, 4.5, 4.5, 0, 0, 0], treatment=names)
    column = frame_of(made).fixed[:, 2]

    assert np.all(column[:2] == 0)
    assert np.all(np.diff(column[1:]) > 0)


def test_drift_has_its_middle_on_the_rated_days() -> None:
    frame = frame_of(diary([5, 5, 5, np.nan, np.nan], [0, 4.5, 4.5, 4.5, 4.5]))

    assert frame.fixed[:, 1].tolist() == [-1, 0, 1, 2, 3]


def test_without_drift_its_column_is_empty() -> None:
    assert not frame_of(diary(FIVES, on_off(8, 4)), options=Options(trend=False)).fixed[:, 1].any()


def test_a_guess_becomes_a_column_around_one_half() -> None:
    guess = np.array([0.5, 1.0, np.nan, 0.0, 0.5, 0.5, 0.5, 0.5])
    frame = frame_of(diary(FIVES, on_off(8, 4), guess=guess))

    assert frame.fixed.shape[1] == 4
    assert not frame.fixed[:, 3].any()
    assert with_guess(frame, guess).fixed[:4, 3].tolist() == [0.0, 0.5, 0.0, -0.5]


# --- names ----------------------------------------------------------------------------


def test_named_treatments_are_compared_with_the_one_that_means_nothing() -> None:
    frame = frame_of(named("tea", "none", "milk", "none"))

    assert (frame.reference, frame.level_names) == ("none", ("milk", "tea"))
    assert frame.design == "open_comparison"
    assert not frame.gradual


def test_placebo_goes_before_none_as_reference() -> None:
    frame = frame_of(named("tea", "none", "placebo", "tea"))

    assert frame.reference == "placebo"
    assert frame.blinded


def test_the_reference_can_be_chosen_whatever_its_case() -> None:
    assert frame_of(named("Tea", "milk"), options=Options(reference="tea")).reference == "Tea"


def test_two_real_treatments_need_a_reference() -> None:
    message = refusal(named("tea", "milk"))

    assert (
        "--reference: not given, expected the treatment to compare with, one of milk, tea"
        in message
    )


def test_a_reference_that_is_not_there_lists_those_that_are() -> None:
    message = refusal(named("tea", "none"), Options(reference="beer"))

    assert "--reference: 'beer', expected one of none, tea" in message


def test_a_dose_diary_without_placebo_cannot_be_held_against_it() -> None:
    message = refusal(diary(FIVES, on_off(8, 4)), Options(reference="placebo"))

    assert "'placebo', expected none (the diary has no placebo days)" in message


def test_one_name_alone_cannot_be_compared() -> None:
    assert "only 'none', expected at least two treatments" in refusal(named("none", "none"))


def test_unnamed_days_are_left_out_where_treatments_act_at_once() -> None:
    frame = frame_of(named("tea", "", "none", "tea"))

    assert frame.rated.tolist() == [True, False, True, True]
    assert any("were left out: 1" in note for note in frame.notes)


def test_unnamed_days_of_a_gradual_treatment_are_those_of_the_day_before() -> None:
    frame = frame_of(named("", "naltrexone", "", "placebo"))

    assert frame.drive[:, 0].tolist() == [0, 1, 1, 0]
    assert frame.rated.tolist() == [False, True, True, True]
    assert any("left out: 1" in note for note in frame.notes)
    assert any("assumed: 1" in note for note in frame.notes)


def test_sealed_codes_are_compared_with_each_other_and_called_sealed() -> None:
    frame = frame_of(diary([5.0] * 4, period=("B", "A", "B", "A")))

    assert (frame.reference, frame.level_names) == ("A", ("B",))
    assert frame.design == "sealed_comparison"
    assert frame.blinded
    assert any("still sealed" in note for note in frame.notes)


# --- aggregate ------------------------------------------------------------------------


def aggregate(symptom: Symptom = PAIN, days: tuple[float, ...] = (14, 14, 7, 7)) -> Frame:
    made = Diary(
        day=np.array([1.0, 1.0, 2.0, 2.0]),
        ratings={"pain": np.array([6.0, 5.0, 6.0, 4.0])},
        symptoms={"pain": symptom},
        treatment=("none", "tea") * 2,
        days_averaged=np.array(days),
    )
    return frame_of(made)


def test_period_means_of_one_cycle_share_their_swing() -> None:
    assert aggregate().gap.tolist() == [0, 0, 1, 0]


def test_period_means_weigh_by_their_days_against_each_other() -> None:
    assert aggregate().weight == pytest.approx([4 / 3, 4 / 3, 2 / 3, 2 / 3])


def test_period_counts_rest_on_so_many_days_as_they_say() -> None:
    attacks = Symptom("pain", 0, float("inf"), kind=Kind.COUNT)

    assert aggregate(attacks).weight.tolist() == [14, 14, 7, 7]


def test_period_means_have_neither_drift_nor_onset() -> None:
    frame = aggregate()

    assert not frame.fixed[:, 1:].any()
    assert not frame.gradual
    assert frame.design == "open_aggregate"


# --- refusals -------------------------------------------------------------------------


def test_no_rating_at_all_is_refused() -> None:
    assert "column pain: no ratings" in refusal(diary([np.nan] * 8, on_off(8, 4)))


def test_ratings_only_on_days_that_do_not_say_are_no_ratings() -> None:
    made = diary([np.nan, np.nan, 5.0], treatment=("tea", "none", ""))

    assert "no ratings" in refusal(made)


def test_no_treated_day_is_refused() -> None:
    assert "no treated day" in refusal(diary(FIVES, [0.0] * 8))


def test_no_column_about_treatment_is_refused() -> None:
    assert "a dose_mg or a treatment column" in refusal(diary(FIVES))


def test_an_empty_diary_is_refused() -> None:
    assert "no rows" in refusal(diary([], []))


def test_a_symptom_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(InputError, match="--symptom: 'sleep', expected one of pain"):
        pick_symptom(diary(FIVES, on_off(8, 4)), "sleep")


def test_pain_is_picked_where_nobody_says() -> None:
    made = replace(diary(FIVES), symptoms={"sleep": Symptom("sleep"), "pain": PAIN})

    assert pick_symptom(made, None).name == "pain"


def test_every_kind_of_noise_can_be_asked_for() -> None:
    made = diary(FIVES, on_off(8, 4))

    for noise in Noise:
        assert build_frame(made, PAIN, NAMED["weak"], Options(noise=noise)).options.noise is noise
