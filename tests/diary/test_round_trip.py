"""Laws of writing and reading back: nothing is lost, and the same diary gives the same bytes."""

import numpy as np
import pytest
from diaries import diaries, same
from hypothesis import given, settings
from hypothesis import strategies as st

from lowdose.diary.entries import Diary, Symptom
from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diaries, read_diary
from lowdose.diary.sidecar import parse_sidecar, write_sidecar
from lowdose.diary.write import write_diaries, write_diary
from lowdose.errors import InputError

FORMS = st.sampled_from(["wide", "long"])


@settings(max_examples=150, deadline=None)
@given(diary=diaries(), form=FORMS)
def test_reading_what_was_written_gives_the_same_diary(diary, form) -> None:
    options = parse_sidecar(write_sidecar(diary), "diary.toml")

    assert same(read_diary(write_diary(diary, form=form), options=options), diary)


@settings(max_examples=150, deadline=None)
@given(diary=diaries(), form=FORMS)
def test_writing_what_was_read_gives_the_same_bytes(diary, form) -> None:
    options = parse_sidecar(write_sidecar(diary), "diary.toml")
    written = write_diary(diary, form=form)

    assert write_diary(read_diary(written, options=options), form=form) == written


@settings(max_examples=50, deadline=None)
@given(diary=diaries())
def test_sidecar_gives_back_every_symptom(diary) -> None:
    options = parse_sidecar(write_sidecar(diary), "diary.toml")

    assert read_diary(write_diary(diary), options=options).symptoms == diary.symptoms


def test_aggregate_form_survives_with_unknown_days() -> None:
    diary = read_diary(b"cycle,treatment,pain\n1,placebo,5.5\n1,naltrexone,4\n")
    written = write_diary(diary)

    assert written == b"cycle,days,treatment,pain\n1,,placebo,5.5\n1,,naltrexone,4\n"
    assert same(read_diary(written), diary)


def test_several_people_survive_with_their_own_symptoms() -> None:
    shared = b"person,day,symptom,value\nann,1,pain,4\nbob,1,fatigue,5\n"
    people = read_diaries(shared)

    again = read_diaries(write_diaries(people))
    assert [list(diary.ratings) for diary in again] == [["pain"], ["fatigue"]]
    assert all(same(one, other) for one, other in zip(people, again, strict=True))


def test_redcap_file_reads_back_as_the_same_diary() -> None:
    diary = read_diary(b"date,dose_mg,pain,adverse\n2026-02-18,0,4,\n2026-02-19,4.5,3,nausea\n")
    written = write_diary(diary, form="redcap")

    again = read_diary(written, options=ReadOptions())
    assert again.person == "1"
    assert same(again, Diary(**{**vars(diary), "person": "1"}))


def test_columns_keep_their_canonical_order() -> None:
    diary = read_diary(b"adverse,pain,dose_mg,treatment,date\n,4,0,placebo,2026-02-18\n")

    assert write_diary(diary).splitlines()[0] == b"date,treatment,dose_mg,pain,adverse"


@pytest.mark.parametrize("name", ["date", "dose_mg", " pain", "", "redcap_x\n"])
def test_symptom_that_could_not_be_read_back_is_not_written(name: str) -> None:
    ones = np.ones(1)
    diary = Diary(day=ones, ratings={name: ones}, symptoms={name: Symptom(name)})

    with pytest.raises(InputError, match="rename it"):
        write_diary(diary)


def test_long_form_does_not_take_periods() -> None:
    diary = read_diary(b"cycle,treatment,pain\n1,placebo,5.5\n")

    with pytest.raises(InputError, match="the only form for one row a period"):
        write_diary(diary, form="long")
