"""Analysis data sets: ADaM's rules, the same in every file, and read by R as they were written."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_trials import TEXTS, changed, data_of, design_of
from trial_adam_files import STARTS, STUDY, write

from lowdose.errors import InputError, OutputError
from lowdose.report.trial_datasets import DataSet, adam
from lowdose.report.trial_datasets_write import define_json, readme, write_adam
from lowdose.trial.design.timeline import timeline
from lowdose.trial.run.values import TrialData

REFERENCE = Path(__file__).parent / "reference" / "trial_adam.json"
Rows = tuple[dict[str, Any], ...]


def sets_of(name: str) -> tuple[DataSet, DataSet]:
    made = adam(data_of(design_of(name)))
    return made["ADSL"], made["ADDIARY"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("adam")
    write(place)
    return place


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_names_and_labels_fit_a_transport_file_of_version_5(name: str) -> None:
    for one in sets_of(name):
        names = [variable.name for variable in one.variables]
        assert all(len(each) <= 8 and each.isalnum() and each.isupper() for each in names)
        assert all(0 < len(variable.label) <= 40 for variable in one.variables)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_rows_have_all_variables_and_are_told_apart_by_their_key(name: str) -> None:
    for one in sets_of(name):
        names = {variable.name for variable in one.variables}
        keys = [tuple(row[key] for key in one.key) for row in one.rows]
        assert all(set(row) == names for row in one.rows)
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_rating_is_one_row_with_its_value_day_and_dose(name: str) -> None:
    data = data_of(design_of(name))
    _, diary = sets_of(name)
    people = {row["USUBJID"]: n for n, row in enumerate(adam(data)["ADSL"].rows)}
    rated = [row for row in diary.rows if row["DTYPE"] is None]

    assert len(rated) == int(np.isfinite(data.rating).sum())
    for row in rated:
        person, day = people[row["USUBJID"]], row["ADY"] - 1
        assert row["AVAL"] == data.rating[0, person, day]
        assert row["DOSEA"] == data.taken_mg[0, person, day]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_change_is_value_minus_baseline_and_never_before_treatment(name: str) -> None:
    _, diary = sets_of(name)

    for row in diary.rows:
        if row["CHG"] is not None:
            assert row["CHG"] == row["AVAL"] - row["BASE"]
            assert row["ABLFL"] is None
    baselines = Counter(row["USUBJID"] for row in diary.rows if row["ABLFL"] == "Y")
    assert set(baselines.values()) <= {1}


def test_the_baseline_is_the_mean_of_the_days_before_treatment() -> None:
    data = data_of(design_of("crossover"))
    subjects, diary = sets_of("crossover")
    means = np.nanmean(data.rating[0, :, :5], axis=1)

    assert [row["BASE"] for row in subjects.rows] == pytest.approx(means.tolist())
    assert [row["AVAL"] for row in diary.rows if row["DTYPE"] == "AVERAGE"] == pytest.approx(
        means.tolist()
    )


def test_a_single_visit_on_the_first_day_is_the_baseline_itself() -> None:
    _, diary = sets_of("parallel")
    flagged = [row for row in diary.rows if row["ABLFL"] == "Y"]

    assert {row["ADY"] for row in flagged} == {1}
    assert {row["DTYPE"] for row in flagged} == {None}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_treatments_are_those_of_the_sequence_day_by_day(name: str) -> None:
    data = data_of(design_of(name))
    laid, design = timeline(data.design), data.design
    subjects, diary = sets_of(name)
    people = {row["USUBJID"]: n for n, row in enumerate(subjects.rows)}

    for row in diary.rows:
        index = int(data.sequence[0, people[row["USUBJID"]]])
        if index >= 0:
            planned = laid.treatment[index, row["ADY"] - 1]
            assert row["TRTP"] == row["TRTA"] == design.treatments[planned].name
            assert row["APHASE"] == design.periods[laid.period[row["ADY"] - 1]].name


def test_nobody_without_allocation_has_a_treatment_that_chance_decides() -> None:
    subjects, diary = sets_of("crossover")
    last = subjects.rows[-1]
    own = [row for row in diary.rows if row["USUBJID"] == last["USUBJID"]]

    assert (last["RANDFL"], last["TRTSEQP"], last["TRT01P"]) == ("N", None, None)
    assert {row["ANL01FL"] for row in own} == {None}
    assert {row["TRTP"] for row in own} == {"no treatment"}


def test_the_analysis_flag_leaves_out_baseline_washout_and_skipped_days() -> None:
    _, diary = sets_of("crossover")
    flagged = {row["ADY"] for row in diary.rows if row["ANL01FL"] == "Y"}

    assert flagged <= {*range(10, 20), *range(31, 41)}
    assert {row["APHASE"] for row in diary.rows if row["ANL01FL"]} == {"first", "second"}


def test_periods_are_numbered_where_something_is_given_and_with_their_names() -> None:
    _, diary = sets_of("crossover")
    pairs = {(row["APHASE"], row["APERIOD"], row["APERIODC"]) for row in diary.rows}

    assert pairs == {
        ("before", None, None),
        ("first", 1, "Period 01"),
        ("washout", None, None),
        ("second", 2, "Period 02"),
    }


def test_who_left_has_a_reason_and_a_last_day() -> None:
    subjects, _ = sets_of("crossover")
    row = subjects.rows[3]

    assert (row["EOSSTT"], row["DCSREAS"], row["EOSDY"]) == ("DISCONTINUED", "side effects", 16)
    assert (row["TRTSDY"], row["TRTEDY"], row["TRTDURD"]) == (6, 16, 11)


def test_dates_are_the_start_and_the_day() -> None:
    made = adam(data_of(design_of("crossover")), starts=STARTS)
    subject, diary = made["ADSL"].rows[0], made["ADDIARY"].rows[0]

    assert subject["TRTSDT"] == date(2026, 1, 11)  # day 6 of a trial that starts on the 6th
    assert (diary["ADT"] - STARTS["P001"]).days == diary["ADY"] - 1


@settings(max_examples=10)
@given(order=st.permutations(range(8)))
def test_the_order_of_people_changes_the_order_of_rows_only(order: list[int]) -> None:
    data = replace(data_of(design_of("crossover")), names=tuple("ABCDEFGH"))
    moved = changed(data, lambda each: each[:, order])
    moved = replace(moved, names=tuple(data.names[n] for n in order))

    def found(each: TrialData) -> set[tuple[Any, ...]]:
        return {tuple(row.values()) for row in adam(each)["ADDIARY"].rows}

    assert found(moved) == found(data)


@pytest.mark.parametrize("name", ["adsl", "addiary"])
def test_transport_file_and_csv_hold_the_same(folder: Path, name: str) -> None:
    table, about = pyreadstat.read_xport(folder / f"{name}.xpt", output_format="polars")
    csv = polars.read_csv(folder / f"{name}.csv", infer_schema_length=None)

    assert about.table_name == name.upper()
    assert table.columns == csv.columns
    for column in csv.columns:
        given, kept = csv[column].to_list(), table[column].to_list()
        if table[column].dtype == polars.String:
            assert [one or "" for one in given] == kept
        elif table[column].dtype == polars.Date:
            assert given == [None if one is None else one.isoformat() for one in kept]
        else:
            assert given == pytest.approx(kept, nan_ok=True)


@pytest.mark.parametrize("name", ["ADSL", "ADDIARY"])
def test_haven_in_r_reads_what_was_written(name: str) -> None:
    """reference/trial_adam.R, R 4.2.2, haven 2.5.1."""
    read = json.loads(REFERENCE.read_text(encoding="utf-8"))[name.lower()]
    made = adam(data_of(design_of("crossover")), study=STUDY, starts=STARTS)[name]
    columns = {one.name: [row[one.name] for row in made.rows] for one in made.variables}

    assert read["rows"] == len(made.rows)
    assert read["names"] == list(columns)
    assert read["labels"] == [one.label for one in made.variables]
    for column, total in read["sums"].items():
        assert sum(one for one in columns[column] if one is not None) == pytest.approx(total)
    for column, missing in read["missing"].items():
        assert columns[column].count(None) == missing
    for column, counts in read["texts"].items():
        assert Counter(one for one in columns[column] if one) == counts
    for column, first in read["first_dates"].items():
        assert min(one for one in columns[column] if one).isoformat() == first


def test_every_variable_is_described_for_programs_and_people(folder: Path) -> None:
    described = json.loads((folder / "define.json").read_text(encoding="utf-8"))
    shown = (folder / "README.md").read_text(encoding="utf-8")

    for one in described["datasets"]:
        columns = polars.read_csv(folder / f"{one['name'].lower()}.csv", n_rows=0).columns
        assert [variable["name"] for variable in one["variables"]] == columns
        for variable in one["variables"]:
            assert variable["derivation"]
            assert f"| {variable['name']} | {variable['label']} |" in shown


def test_texts_too_long_for_a_transport_file_are_cut_there_only(tmp_path: Path) -> None:
    data = data_of(design_of("crossover"))
    long = "é" * 150
    write_adam(tmp_path, replace(data, names=(long, *"BCDEFGH")))
    table, _ = pyreadstat.read_xport(tmp_path / "adsl.xpt", output_format="polars")

    assert table["SUBJID"][0] == "é" * 100
    assert polars.read_csv(tmp_path / "adsl.csv")["SUBJID"][0] == long


def test_a_trial_without_ratings_has_people_and_no_diary_rows(tmp_path: Path) -> None:
    write_adam(tmp_path, data_of(design_of("crossover"), without=True))
    table, _ = pyreadstat.read_xport(tmp_path / "adsl.xpt", output_format="polars")

    assert table.height == 8
    assert polars.read_csv(tmp_path / "addiary.csv").height == 0
    assert "0 rows" in readme(adam(data_of(design_of("crossover"), without=True)))


def test_all_that_is_wrong_is_said_at_once() -> None:
    data = replace(data_of(design_of("crossover")), names=tuple("AABCDEFG"))

    with pytest.raises(InputError, match="analysis data sets: 2 faults") as caught:
        adam(data, starts={"A": date(2026, 1, 5)})

    assert "names: A, expected every name once" in str(caught.value)
    assert "starts: none for B, C, D, E, F" in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(OutputError, match="file"):
        write_adam(tmp_path / "file" / "inside", data_of(design_of("crossover")))


def test_the_description_is_the_same_every_time() -> None:
    made = adam(data_of(design_of("n-of-1")))

    assert define_json(made) == define_json(adam(data_of(design_of("n-of-1"))))
