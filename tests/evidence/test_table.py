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
