"""Hypothesis strategies for diaries, and what it means for two diaries to be the same."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from lowdose.diary.entries import Diary, Direction, Kind, Symptom
from lowdose.diary.form import known_names
from lowdose.diary.table import is_plain_name, name_key

__all__ = ["diaries", "same"]

_TAKEN = set(known_names({}))

_plain = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "),
    min_size=1,
    max_size=12,
)
names = _plain.filter(
    lambda name: (
        is_plain_name(name)
        and name_key(name) not in _TAKEN
        and not name_key(name).startswith("redcap_")
    )
)
labels = _plain.map(lambda text: " ".join(text.split())).filter(
    lambda text: bool(text) and text.isprintable() and not text.startswith("=")
)
terms = labels.filter(
    lambda text: (
        ";" not in text
        and text.casefold() not in {"none", "no", "-", "nil", "na", "n/a"}
        and text.strip() == text
    )
)
_unknown = st.just(math.nan)


@st.composite
def symptoms(draw: st.DrawFn) -> Symptom:
    """A symptom of any kind."""
    kind = draw(st.sampled_from(Kind))
    low, high = {Kind.BINARY: (0.0, 1.0), Kind.COUNT: (0.0, math.inf)}.get(
        kind, draw(st.sampled_from([(0.0, 10.0), (0.0, 100.0), (-5.0, 5.0)]))
    )
    return Symptom(
        name=draw(names),
        low=low,
        high=high,
        direction=draw(st.sampled_from(Direction)),
        kind=kind,
        instrument=draw(st.sampled_from(["", 'the "Brief" pain inventory', "NRS\tü"])),
    )


def _rating(symptom: Symptom) -> st.SearchStrategy[float]:
    if symptom.kind is Kind.BINARY:
        return st.sampled_from([0.0, 1.0]) | _unknown
    if symptom.kind is Kind.COUNT:
        return st.integers(0, 10**6).map(float) | _unknown
    return st.floats(symptom.low, symptom.high, allow_subnormal=False) | _unknown


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    """A diary as the reader could have made it."""
    rated = draw(st.lists(symptoms(), min_size=1, max_size=3, unique_by=lambda s: name_key(s.name)))
    size = draw(st.integers(1, 8))
    gaps = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size))
    first = draw(st.integers(-5, 5))
    day = np.cumsum([first, *gaps[1:]]).astype(np.float64)
    dated = draw(st.booleans())
    start = draw(st.dates(date(1950, 1, 1), date(2050, 1, 1)))
    dates = tuple(start + timedelta(days=int(each - day[0])) for each in day) if dated else None

    def column(each: st.SearchStrategy[object]) -> tuple[object, ...] | None:
        wanted = st.lists(each, min_size=size, max_size=size).map(tuple)
        return draw(st.none() | wanted)

    def numbers(each: st.SearchStrategy[float]) -> np.ndarray | None:
        found = column(each)
        return None if found is None else np.array(found, np.float64)

    ratings = {
        symptom.name: np.array(
            draw(st.lists(_rating(symptom), min_size=size, max_size=size)), np.float64
        )
        for symptom in rated
    }
    ratings[rated[0].name][0] = 1.0
    return Diary(
        day=day,
        ratings=ratings,
        symptoms={symptom.name: symptom for symptom in rated},
        dose_mg=numbers(st.floats(0, 50, allow_subnormal=False) | _unknown),
        treatment=column(st.sampled_from(["", "naltrexone", "sugar", "l-theanine, 500 mg"])),
        period=column(st.sampled_from(["", "A", "B", "wash-out"])),
        guess=numbers(st.floats(0, 1, allow_subnormal=False) | _unknown),
        adverse=column(st.lists(terms, max_size=2, unique=True).map(tuple)),
        dates=dates,
        person=draw(st.just("") | labels),
        blinded=draw(st.sampled_from([None, True, False])),
        entered=column(st.none() | st.just(datetime(2050, 6, 1, 21, 30))) if dated else None,
    )


def same(one: Diary, other: Diary) -> bool:
    """Say whether two diaries hold the same, field by field; notes are about the file, not them."""
    arrays = ("day", "dose_mg", "guess", "days_averaged")
    plain = ("treatment", "period", "adverse", "dates", "person", "blinded", "entered", "symptoms")
    return (
        all(_equal(getattr(one, name), getattr(other, name)) for name in arrays)
        and all(getattr(one, name) == getattr(other, name) for name in plain)
        and list(one.ratings) == list(other.ratings)
        and all(_equal(one.ratings[name], other.ratings[name]) for name in one.ratings)
    )


def _equal(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other, equal_nan=True))
