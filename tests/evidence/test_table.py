"""Tables of the user's own: what is read, and what is said of a bad one."""

from __future__ import annotations

import numpy as np
import pytest

from lowdose.errors import InputError
from lowdose.evidence.table import parse_effect_table

# BCG vaccine, the first three trials: Colditz 1994, doi:10.1001/jama.1994.03510330076038, as in
# metafor's dat.bcg. Values and variances: metafor 3.8, escalc(measure="RR", ai=tpos, ...).
BCG = "study,events1,total1,events2,total2\nAronson,4,123,11,139\nFerguson,6,306,29,303\n"


def faults_of(text: str, measure: str = "") -> str:
    with pytest.raises(InputError) as caught:
        parse_effect_table(text, measure=measure)
    return str(caught.value)


def test_counts_of_two_arms_become_log_risk_ratios() -> None:
    found = parse_effect_table(BCG)

    assert found.measure == "rr"
    np.testing.assert_allclose(found.effect.value, [-0.8893, -1.5854], atol=5e-5)
    np.testing.assert_allclose(found.effect.variance, [0.3256, 0.1946], atol=5e-5)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("effect,se", "-0.5,0.2"),
        ("yi,vi", "-0.5,0.04"),
        ("effect,ci_low,ci_high", "-0.5,-0.891993,-0.108007"),
    ],
)
def test_an_effect_may_come_with_any_measure_of_its_spread(header: str, cells: str) -> None:
    effect = parse_effect_table(f"study,{header}\nOne,{cells}\n").effect

    assert effect.value.item() == -0.5
    assert effect.variance.item() == pytest.approx(0.04, rel=1e-5)


def test_semicolons_may_part_the_cells() -> None:
    assert parse_effect_table("study;effect;se\nOne;1;2\n").studies == ("One",)


def test_every_fault_is_told_at_once_with_its_row_and_column() -> None:
    said = faults_of("study,effect,se\nOne,x,0.1\nOne,1,\n")

    for part in ("row 2, effect: 'x'", "row 3, se: ''", "row 3, study: 'One', as in row 2"):
        assert part in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 rows, expected a header row"),
        ("study,effect,se\n", "1 rows, expected a header row"),
        ("study,pain\nOne,1\n", "header: study, pain, expected study, and effect with se"),
        ("study,effect,effect,se\nOne,1,1,1\n", "'effect' twice"),
        ("study,effect,se\nOne,1\n", "row 2: 2 cells, expected 3"),
        ("study,effect,se\nOne,1,0\n", "row 2: 0, expected a spread above 0"),
        ("study,effect,variance\nOne,1,-1\n", "row 2: -1, expected a spread above 0"),
        ("study,effect,ci_low,ci_high\nOne,3,0,2\n", "row 2: 3, expected between ci_low"),
        ("study,effect,se\nOne,inf,1\n", "effect: 'inf', expected a number"),
        (BCG.replace("11,139", "140,139"), "control events: 140"),
    ],
)
def test_a_bad_table_is_told_plainly(text: str, said: str) -> None:
    assert said in faults_of(text)


def test_a_measure_that_the_columns_cannot_give_is_refused() -> None:
    assert "expected columns mean1" in faults_of(BCG, "smd")
    assert "'g', expected one of md, smd" in faults_of(BCG, "g")


def test_decimal_commas_are_read_where_they_stand_throughout() -> None:
    found = parse_effect_table("study;effect;se\nOne;-0,5;0,2\nTwo;1;0,3\n")

    assert found.effect.value.tolist() == [-0.5, 1.0]
    assert "'1.000,5', expected a number" in faults_of("study;effect;se\nOne;1.000,5;0,2\n")
    assert "with a decimal point" in faults_of("study;effect;se\nOne;0,5;0.2\n")


def test_tabs_blank_lines_and_marks_at_the_beginning_do_no_harm() -> None:
    text = "\ufeffStudy\tEffect\tSE\n\n One \t1\t0.2\n\t\t\nTwo\tx\t0.3\n"

    assert "row 5, effect: 'x'" in faults_of(text)
    assert parse_effect_table(text.replace("x", "2")).studies == ("One", "Two")


def test_a_study_entered_twice_under_one_name_is_refused_and_under_two_is_told() -> None:
    assert "every study once" in faults_of("study,effect,se\nSmith 2011,1,0.2\nsmith  2011,1,0.2\n")
    assert "counted twice" in parse_effect_table("study,effect,se\nA,1,0.2\nB,1,0.2\n").notes[0]


def test_studies_without_an_event_say_nothing_of_a_ratio() -> None:
    head = "study,events1,total1,events2,total2\n"
    found = parse_effect_table(f"{head}A,0,10,0,10\nB,1,10,3,10\nC,0,10,2,10\n")

    assert found.studies == ("B", "C")
    assert found.left_out[0][0] == "A"
    assert found.notes[0].startswith("C: 1/2 was added")
    assert "somebody had the event" in faults_of(f"{head}A,0,10,0,10\n")
    assert parse_effect_table(f"{head}A,0,10,0,10\nB,1,10,3,10\n", measure="rd").studies == (
        "A",
        "B",
    )


RATIOS = "study,effect,ci_low,ci_high\nA,0.5,0.2,1.25\nB,0.8,0.5,1.28\n"


def test_ratios_are_not_taken_for_differences() -> None:
    assert "--measure rr, or" in faults_of(RATIOS)


def test_ratios_with_an_interval_become_logarithms() -> None:
    found = parse_effect_table(RATIOS, measure="hr")

    np.testing.assert_allclose(found.effect.value, np.log([0.5, 0.8]))
    np.testing.assert_allclose(
        found.effect.se, np.log([1.25 / 0.2, 1.28 / 0.5]) / 3.919928, rtol=1e-6
    )
    assert "above 0" in faults_of(RATIOS.replace("0.2,", "-0.2,"), "hr")


def test_differences_with_rounded_intervals_are_no_ratios() -> None:
    text = "study,effect,ci_low,ci_high\nA,0.5,0.1,0.9\nB,1.2,0.4,2.1\n"

    assert parse_effect_table(text).effect.value.tolist() == [0.5, 1.2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("study,effect,se\nA,1,1e-9\nB,2,1e9\n", "row 3: a spread 1e+18 times that of row 2"),
        ("study,effect,se\nA,1e308,1\n", "row 2, effect: '1e308', expected a number"),
        ("study,effect,se\nA,1,1e-200\n", "row 2: 1e-200, expected a spread above 0"),
        ("study,effect,ci_low,ci_high\nA,1,2,0.5\nB,1,1,1\n", "row 3: 1, expected ci_high above"),
        ("study,events1,total1,events2,total2\nA,1,9,1,9\nB,12,10,3,10\n", "row 3, treated events"),
        (
            "mean1,sd1,n1,mean2,sd2,n2,events1,total1,events2,total2\n1,1,9,2,1,9,1,9,2,9\n",
            "--measure to say which",
        ),
    ],
)
def test_a_table_that_no_sum_survives_is_told_with_its_row(text: str, said: str) -> None:
    assert said in faults_of(text)


def test_other_columns_are_kept_and_may_be_named_twice() -> None:
    found = parse_effect_table("study,effect,se,Dose_mg,note,note\nA,1,0.2,4.5,x,y\n")

    assert found.texts["dose"] == ("4.5",)
