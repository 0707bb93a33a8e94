"""Reading dosing data sets: what a file means, and every fault of a bad one at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.errors import InputError
from lowdose.mechanism.events import Kind, Record
from lowdose.mechanism.events_read import parse_events, read_events
from lowdose.mechanism.linear import Steady

# One record of each kind, with comments, dots, blanks and mixed case.
FULL = """\
# made for a test
C,Id,time,Evid,amt,CMT,RATE,ADDL,II,SS,DV,MDV,WT,Sex
.,1,0,1,4.5,1,0,6,24,1,.,1,71.5,F
C,1,1,1,99,1,0,0,0,0,.,1,71.5,F
,1,2,0,0,2,0,0,0,0,0.31,0,71.5,F

.,1,30,2,.,.,.,.,.,.,.,.,71.5,F
.,1,40,3,.,.,.,.,.,.,.,1,71.5,
.,02,0,4,10,2,2.5,.,.,.,.,.,60,M
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_events(text)
    return [str(fault) for fault in caught.value.faults]


def test_every_kind_of_record_is_read() -> None:
    assert parse_events(FULL).records == (
        Record("1", 0.0, Kind.DOSE, 4.5, 1, 0.0, 6, 24.0, Steady.REPLACE, covariates=("71.5", "F")),
        Record(
            "1", 2.0, Kind.OBSERVATION, 0.0, 2, 0.0, 0, 0.0, Steady.NO, 0.31, False, ("71.5", "F")
        ),
        Record("1", 30.0, Kind.OTHER, covariates=("71.5", "F")),
        Record("1", 40.0, Kind.RESET, covariates=("71.5", ".")),
        Record("2", 0.0, Kind.RESET_AND_DOSE, 10.0, 2, 2.5, covariates=("60", "M")),
    )


def test_covariates_keep_their_names() -> None:
    assert parse_events(FULL).covariates == ("WT", "Sex")


def test_a_record_knows_the_row_of_its_file() -> None:
    assert [record.row for record in parse_events(FULL).records] == [3, 5, 7, 8, 9]


def test_without_evid_an_amount_makes_a_dose() -> None:
    table = parse_events("ID,TIME,AMT,DV\n1,0,5,.\n1,1,.,0.2\n")

    assert [record.kind for record in table.records] == [Kind.DOSE, Kind.OBSERVATION]


def test_an_observation_without_value_does_not_count_as_one() -> None:
    table = parse_events("ID,TIME,DV\n1,0,.\n1,1,0.2\n")

    assert [record.without_value for record in table.records] == [True, False]


def test_a_quotation_mark_in_a_comment_does_not_swallow_rows() -> None:
    table = parse_events('ID,TIME,AMT\n# the "first\n1,0,5\n# dose"\n1,24,5\n')

    assert len(table.records) == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_do_not_matter(ending: str) -> None:
    assert parse_events(FULL.replace("\n", ending)) == parse_events(FULL)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "doses.csv"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.encode())

    assert read_events(path) == parse_events(FULL)


ONE_FAULT = {
    "1,0,1,-4.5,1,0,0,0,0": "row 2, column AMT: -4.5, expected an amount in mg of 0 or more",
    "1,0,1,4.5,1,0,3,0,0": "row 2, column II: 0, expected hours between doses, more than 0, "
    "as ADDL is 3",
    "1,0,1,4.5,1,0,0,0,1": "row 2, column II: 0, expected hours between doses, more than 0, "
    "as SS is 1",
    "1,0,1,0,1,0,0,0,0": "row 2, column AMT: 0, expected more than 0, as this row is a dose; "
    "AMT 0 stands only for a steady infusion: RATE more than 0, SS 1 or 2",
    "1,0,1,0,1,5,0,24,1": "row 2, column II: 24, expected 0, as this infusion (AMT 0 with SS) has "
    "run since ever and ends here",
    "1,0,7,1,1,0,0,0,0": "row 2, column EVID: 7, expected 0 observation, 1 dose, 2 other, 3 reset, "
    "or 4 reset and dose; rxode2 and mrgsolve each mean something else by other numbers",
    "1,0,1,1,1,-1,0,0,0": "row 2, column RATE: -1 (a modelled rate), expected a rate in mg/h, or 0 "
    "for all at once; give the rate itself: AMT over the hours that the infusion takes",
    "1,0,1,1,1,-2,0,0,0": "row 2, column RATE: -2 (a modelled duration), expected a rate in mg/h, "
    "or 0 for all at once; give the rate itself: AMT over the hours that the infusion takes",
    "1,0,1,1,1,0,0,24,3": "row 2, column SS: 3, expected 0, 1 (replaces what was there) or 2 (adds "
    "to it)",
    "1,0,0,1,1,0,0,0,0": "row 2, column AMT: 1, expected 0, as EVID is 0; EVID 1 or 4 gives a dose",
    "1,0,3,0,1,0,0,12,0": "row 2, column II: 12, expected 0, as EVID is 3; EVID 1 or 4 gives a "
    "dose",
    "1,0,1,1,-1,0,0,0,0": "row 2, column CMT: -1, expected a compartment, counted from 1; a "
    "compartment cannot be turned off here",
    "1,0,1,1,1.5,0,0,0,0": "row 2, column CMT: 1.5, expected a whole number",
    "1,0,1,1,1,0,2.5,24,0": "row 2, column ADDL: 2.5, expected a whole number",
    "1,0,1,1,1,0,9999999,24,0": "row 2, column ADDL: 9999999, expected at most 100000 further "
    "doses",
    "1,0,1,four,1,0,0,0,0": "row 2, column AMT: 'four', expected a number, or . where there is "
    "none",
    "1,0,1,nan,1,0,0,0,0": "row 2, column AMT: 'nan', expected a number, or . where there is none",
    "1,0,1,1e999,1,0,0,0,0": "row 2, column AMT: '1e999', expected a number, or . where there is "
    "none",
    "1,10:30,1,1,1,0,0,0,0": "row 2, column TIME: '10:30', expected hours as a number; count the "
    "hours from one point in time, such as the first dose",
    "1,.,1,1,1,0,0,0,0": "row 2, column TIME: nothing, expected hours as a number",
    ".,0,1,1,1,0,0,0,0": "row 2, column ID: nothing, expected who this row is about",
    "1,0,1,1": "row 2: 4 cells, expected 9 cells, as the header has names",
}


@pytest.mark.parametrize("row", ONE_FAULT)
def test_a_bad_row_is_refused_with_its_place(row: str) -> None:
    assert faults_of(f"ID,TIME,EVID,AMT,CMT,RATE,ADDL,II,SS\n{row}\n") == [ONE_FAULT[row]]


BAD_HEADER = {
    "": "header: nothing, expected a column ID; the first line names the columns, with commas "
    "between",
    "ID;TIME;AMT\n1;0;5\n": "header: ID;TIME;AMT, expected a column ID; the first line names the "
    "columns, with commas between",
    "ID,TIME,amt,AMT\n1,0,5,5\n": "header: AMT more than once, expected each name once",
    "ID,DATE,TIME\n1,1,0\n": "header: DATE, expected no dates: TIME in hours as a number; count "
    "the hours from one point in time, such as the first dose",
    "ID,TIME,DUR\n1,0,5\n": "header: DUR, expected infusions given by RATE; give RATE = AMT over "
    "the hours, or rename the column if it is a covariate",
    "ID,TIME\n# nothing\n": "header: no rows below it, expected at least one record",
}


@pytest.mark.parametrize("text", BAD_HEADER)
def test_a_bad_header_is_refused(text: str) -> None:
    assert faults_of(text)[0] == BAD_HEADER[text]


def test_times_must_not_go_back_within_a_person() -> None:
    assert faults_of("ID,TIME,AMT\n1,5,1\n1,2,1\n2,0,1\n") == [
        "row 3, column TIME: 2, expected 5 or later, the time of the row before, as ID 1 goes on; "
        "sort the rows of each ID by time, and let time run on after a reset"
    ]


def test_a_person_in_two_blocks_is_refused() -> None:
    assert faults_of("ID,TIME,AMT\n1,0,1\n2,0,1\n1.0,24,1\n") == [
        "row 4, column ID: 1 again, expected the rows of each ID in one block; NONMEM would take "
        "this for another person; put the rows of an ID together"
    ]


def test_an_observation_marked_as_counting_may_not_be_a_dose() -> None:
    assert faults_of("ID,TIME,AMT,MDV\n1,0,1,0\n") == [
        "row 2, column MDV: 0, expected 1, as this row is no observation"
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_rows() -> None:
    told = faults_of(
        "ID,TIME,EVID,AMT,II,ADDL\n1,0,1,-1,0,2\n1,-3,1,1,0,0\n1,x,9,1,0,0\n2,0,1\n2,1,0,5,0,0\n"
    )

    places = [fault.split(":")[0] for fault in told]
    assert places == [
        "row 2, column AMT",
        "row 2, column II",
        "row 3, column TIME",
        "row 4, column EVID",
        "row 4, column TIME",
        "row 5",
        "row 6, column AMT",
    ]


def test_a_time_that_cannot_be_read_is_one_fault_and_no_more() -> None:
    assert len(faults_of("ID,TIME,AMT\n1,24,1\n1,soon,1\n1,48,1\n")) == 1


def test_a_file_that_is_not_there_is_a_plain_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or directory"):
        read_events(tmp_path / "none.csv")


def test_a_file_in_other_characters_is_a_plain_fault(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("ID,TIME,größe\n1,0,2\n".encode("latin-1"))

    with pytest.raises(InputError, match="UTF-8"):
        read_events(path)


cell = st.sampled_from(["", ".", "0", "1", "-1", "2.5", "C", "#", '"', "1e400", "x", "24", "\x00"])


@settings(max_examples=200)
@given(st.lists(st.lists(cell, min_size=1, max_size=8), max_size=6) | st.text())
def test_no_file_makes_more_than_a_plain_fault(rows: list[list[str]] | str) -> None:
    body = rows if isinstance(rows, str) else "\n".join(",".join(row) for row in rows)

    for text in (body, "ID,TIME,EVID,AMT,RATE,ADDL,II,SS\n" + body):
        try:
            parse_events(text)
        except InputError as error:
            assert error.faults
