"""How bytes become rows: encodings, delimiters, decimal marks, dates."""

from datetime import date

import numpy as np
import pytest

from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diary

PLAIN = "day,dose_mg,pain\n1,0,6\n2,4.5,5.5\n"


def _same_numbers(data: bytes, **options: object) -> None:
    diary = read_diary(data, options=ReadOptions(**options))

    assert diary.day.tolist() == [1.0, 2.0]
    assert diary.dose_mg.tolist() == [0.0, 4.5]
    assert diary.ratings["pain"].tolist() == [6.0, 5.5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encoding_does_not_change_the_diary(encoding: str) -> None:
    _same_numbers(PLAIN.encode(encoding))


def test_big_endian_utf_16_is_read() -> None:
    _same_numbers(b"\xfe\xff" + PLAIN.encode("utf-16-be"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_end_does_not_change_the_diary(end: str) -> None:
    _same_numbers(PLAIN.replace("\n", end).encode())


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiter_does_not_change_the_diary(mark: str) -> None:
    _same_numbers(PLAIN.replace(",", mark).encode())


def test_sep_line_decides_the_delimiter() -> None:
    _same_numbers(b"sep=;\nday;dose_mg;pain\n1;0;6\n2;4,5;5,5\n")


def test_decimal_commas_are_read_between_semicolons() -> None:
    _same_numbers(b"day;dose_mg;pain\n1;0;6\n2;4,5;5,5\n")


def test_decimal_commas_are_read_inside_quotation_marks() -> None:
    _same_numbers(b'day,dose_mg,pain\n1,0,6\n2,"4,5","5,5"\n')


def test_decimal_commas_are_noted() -> None:
    diary = read_diary(b"day;pain\n1;4,5\n2;5\n")

    assert "Numbers have decimal commas: 4,5 was read as 4.5." in diary.notes


def test_declared_decimal_comma_settles_a_doubtful_thousand() -> None:
    options = ReadOptions(decimal=",", scale=(0, 10))

    assert read_diary(b"day;pain\n1;1,234\n", options=options).ratings["pain"][0] == 1.234


def test_unit_behind_a_dose_is_read() -> None:
    assert read_diary(b"day,dose_mg,pain\n1,4.5 mg,6\n").dose_mg[0] == 4.5


def test_empty_dose_is_unknown_and_zero_is_none() -> None:
    doses = read_diary(b"day,dose_mg,pain\n1,,6\n2,0,5\n").dose_mg

    assert np.isnan(doses[0])
    assert doses[1] == 0.0


def test_empty_end_of_a_spreadsheet_is_no_fault() -> None:
    _same_numbers(b"day,dose_mg,pain,,\n1,0,6,,\n2,4.5,5.5,,\n,,,,\n\n")


def test_delimiter_inside_a_quoted_name_does_not_win() -> None:
    diary = read_diary(b'day,"a;b;c;d"\n1,4\n')

    assert list(diary.ratings) == ["a;b;c;d"]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-18", "2026/02/18", "2026.2.18", "2026-02-18T21:30:00+01:00", "2026-02-18 21:30"),
        *("18 Feb 2026", "18. February 2026", "Feb 18, 2026", "18-Feb-2026"),
        *("18.02.2026", "18/2/2026", "02/18/2026", "18. 2. 2026"),
    ],
)
def test_clear_date_is_read(text: str) -> None:
    diary = read_diary(f'date,pain\n"{text}",4\n'.encode())

    assert diary.dates == (date(2026, 2, 18),)


@pytest.mark.parametrize(("order", "month"), [("day-first", 4), ("month-first", 3)])
def test_declared_order_decides_doubtful_dates(order: str, month: int) -> None:
    diary = read_diary(b"date,pain\n03/04/2026,4\n", options=ReadOptions(dates=order))

    assert diary.dates[0].month == month


def test_one_clear_date_settles_the_column_and_is_noted() -> None:
    diary = read_diary(b"date,pain\n03/04/2026,4\n13/04/2026,5\n")

    assert diary.dates == (date(2026, 4, 3), date(2026, 4, 13))
    assert "Dates were read day-first: no other order fits the column date." in diary.notes


def test_first_date_is_day_one() -> None:
    diary = read_diary(b"date,pain\n2026-02-28,4\n2026-03-02,5\n")

    assert diary.day.tolist() == [1.0, 3.0]


def test_words_for_not_noted_are_read_and_noted() -> None:
    diary = read_diary(b"day,pain\n1,NA\n2,5\n")

    assert np.isnan(diary.ratings["pain"][0])
    assert "In column pain, 'NA' was read as not noted." in diary.notes
