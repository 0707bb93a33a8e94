"""How rows become days: order, gaps, several ratings a day, entry time, people, labels."""

from datetime import datetime

import numpy as np

from lowdose.diary.entries import Direction, Kind
from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diaries, read_diary


def test_rows_out_of_order_are_sorted_with_a_note() -> None:
    diary = read_diary(b"day,pain\n3,6\n1,4\n2,5\n")

    assert diary.ratings["pain"].tolist() == [4.0, 5.0, 6.0]
    assert "The rows were not in order of time and were sorted." in diary.notes


def test_gap_is_kept_and_noted() -> None:
    diary = read_diary(b"day,pain\n1,4\n4,5\n")

    assert diary.day.tolist() == [1.0, 4.0]
    assert "Days without a row between the first and the last: 2." in diary.notes


def test_long_gap_is_named() -> None:
    diary = read_diary(b"date,pain\n2026-01-01,4\n2026-04-01,5\n")

    assert "There is a gap of 89 days after 2026-01-01." in diary.notes


def test_several_ratings_a_day_give_their_mean_and_a_note() -> None:
    diary = read_diary(b"day,time,dose_mg,pain\n1,08:00,4.5,4\n1,20:00,,7\n2,08:00,4.5,5\n")

    assert diary.ratings["pain"].tolist() == [5.5, 5.0]
    assert diary.dose_mg.tolist() == [4.5, 4.5]
    assert "Several ratings on 1 day: the mean of the day is used." in diary.notes


def test_time_of_day_inside_the_date_tells_ratings_apart() -> None:
    diary = read_diary(b"date,pain\n2026-02-18T08:00,4\n2026-02-18T20:00,6\n")

    assert diary.ratings["pain"].tolist() == [5.0]


def test_rows_without_times_give_their_mean_when_asked() -> None:
    diary = read_diary(b"day,pain\n1,4\n1,6\n", options=ReadOptions(same_day="mean"))

    assert diary.ratings["pain"].tolist() == [5.0]


def test_counts_of_one_day_add_up() -> None:
    options = ReadOptions(kind=Kind.COUNT)
    diary = read_diary(b"day,time,attacks\n1,08:00,2\n1,20:00,1\n", options=options)

    assert diary.ratings["attacks"].tolist() == [3.0]


def test_one_yes_makes_the_day_a_yes() -> None:
    options = ReadOptions(kind={"migraine": Kind.BINARY})
    diary = read_diary(b"day,time,migraine\n1,8:00,no\n1,20:00,yes\n2,8:00,no\n", options=options)

    assert diary.ratings["migraine"].tolist() == [1.0, 0.0]


def test_count_has_no_upper_end() -> None:
    diary = read_diary(b"day,attacks\n1,120\n", options=ReadOptions(kind=Kind.COUNT))

    assert diary.symptoms["attacks"].high == np.inf


def test_time_of_entry_stays_apart_from_the_day() -> None:
    diary = read_diary(b"date,entered_at,pain\n2026-02-18,2026-02-21T08:30,4\n")

    assert str(diary.dates[0]) == "2026-02-18"
    assert diary.entered == (datetime(2026, 2, 21, 8, 30),)
    assert "Written down more than a day later, from memory: 1 row." in diary.notes


def test_both_date_and_day_are_kept_where_they_agree() -> None:
    diary = read_diary(b"date,day,pain\n2026-02-18,-1,4\n2026-02-20,1,5\n")

    assert diary.day.tolist() == [-1.0, 1.0]


def test_spellings_of_a_treatment_are_unified_with_a_note() -> None:
    diary = read_diary(b"day,treatment,pain\n1,Placebo,4\n2,placebo ,5\n3,LDN,3\n")

    assert diary.treatment == ("Placebo", "Placebo", "LDN")
    assert (
        "Spelled in different ways in column treatment, read as one: placebo as Placebo."
        in diary.notes
    )


def test_guesses_are_read_as_numbers_percentages_and_words() -> None:
    diary = read_diary(b"day,guess,pain\n1,0.7,4\n2,65%,4\n3,placebo,4\n4,unsure,4\n5,,4\n")

    assert diary.guess[:4].tolist() == [0.7, 0.65, 0.0, 0.5]
    assert np.isnan(diary.guess[4])


def test_side_effects_are_split_and_named_once() -> None:
    diary = read_diary(b"day,pain,adverse\n1,4,nausea; headache;nausea\n2,4,none\n3,4,\n")

    assert diary.adverse == (("nausea", "headache"), (), ())


def test_dose_above_low_dose_is_noted() -> None:
    diary = read_diary(b"day,dose_mg,pain\n1,45,4\n")

    assert "In 1 row the dose is above 10 mg, up to 45 mg, which is not a low dose." in diary.notes


def test_people_keep_their_own_rows_and_order() -> None:
    people = read_diaries(b"person,day,pain\nbob,1,3\nann,1,6\nbob,2,4\n")

    assert [diary.person for diary in people] == ["bob", "ann"]
    assert people[0].ratings["pain"].tolist() == [3.0, 4.0]


def test_note_about_one_person_names_only_that_person() -> None:
    people = read_diaries(b"person,day,pain\nann,1,3\nann,4,3\nbob,1,6\n")

    assert "ann: Days without a row between the first and the last: 2." in people[0].notes
    assert not any("ann" in note for note in people[1].notes)


def test_only_wanted_symptoms_are_read_and_the_rest_is_noted() -> None:
    diary = read_diary(b"day,pain,weather\n1,4,rain\n", options=ReadOptions(symptoms=("pain",)))

    assert list(diary.ratings) == ["pain"]
    assert "Columns not read: weather." in diary.notes


def test_assumed_scale_and_direction_are_noted() -> None:
    diary = read_diary(b"day,mood\n1,4\n")

    assert diary.symptoms["mood"].direction is Direction.LOWER_IS_BETTER
    assert "Nobody gave a scale for mood: 0 to 10 was assumed." in diary.notes
    assert any(note.startswith("If higher is better for mood") for note in diary.notes)


def test_what_was_said_is_not_noted_as_assumed() -> None:
    options = ReadOptions(scale=(0, 10), direction=Direction.LOWER_IS_BETTER)

    assert read_diary(b"day,pain\n1,4\n", options=options).notes == ()
