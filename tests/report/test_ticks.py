"""Axis marks are round, inside the axis, and few."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from lowdose.report.charts.ticks import date_ticks, linear_ticks, log_ticks, number_text

ENDS = some.floats(-1e9, 1e9)


@given(ENDS, some.floats(1e-6, 1e9), some.integers(2, 9))
def test_linear_marks_lie_inside_and_are_no_more_than_asked(
    low: float, length: float, most: int
) -> None:
    ticks = linear_ticks(low, low + length, most)
    slack = 1e-6 * max(abs(low), length)
    assert len(ticks) <= most
    assert all(low - slack <= value <= low + length + slack for value, _ in ticks)


@given(some.floats(1e-3, 1e3), some.floats(1.05, 1e4), some.integers(2, 8))
def test_ratio_marks_lie_inside_and_are_no_more_than_asked(
    low: float, factor: float, most: int
) -> None:
    ticks = log_ticks(low, low * factor, most)
    assert len(ticks) <= most
    assert all(low * 0.999 <= value <= low * factor * 1.001 for value, _ in ticks)


@given(some.floats(0.01, 0.9), some.floats(1.1, 100))
def test_no_change_is_marked_on_a_ratio_axis_that_spans_it(low: float, high: float) -> None:
    assert (1.0, "1") in log_ticks(low, high)


@given(some.dates(), some.integers(0, 40_000), some.integers(2, 8))
def test_date_marks_are_no_more_than_asked_and_never_repeat(
    origin: date, days: int, most: int
) -> None:
    ticks, years = date_ticks(origin, 0, days, most)
    places = [place for place, _ in ticks]
    assert len(places) <= most
    assert places == sorted(set(places))
    assert str(origin.year) in years


def test_long_courses_are_marked_by_months() -> None:
    ticks, _ = date_ticks(date(2025, 11, 10), 0, 200, 6)
    assert [text for _, text in ticks] == ["Dec", "Jan 2026", "Feb", "Mar", "Apr", "May"]


def test_whole_numbers_only_where_only_whole_numbers_make_sense() -> None:
    assert [text for _, text in linear_ticks(1, 3, 6, whole=True)] == ["1", "2", "3"]


def test_minus_is_a_minus_and_zero_has_none() -> None:
    assert (number_text(-0.5), number_text(-0.0)) == ("−0.5", "0")
