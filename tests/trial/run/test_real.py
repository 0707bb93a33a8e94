"""Diaries of real people as the data of a trial."""

from __future__ import annotations

import numpy as np
import pytest

from lowdose.diary.entries import Diary
from lowdose.diary.read import read_diaries
from lowdose.errors import InputError
from lowdose.trial.design.read import parse_design
from lowdose.trial.run.real import options_of, read_allocation, trial_data
from lowdose.trial.run.values import Left

DESIGN = parse_design(
    """
    title = "Two weeks each"
    condition = "fibromyalgia"
    people = 2
    blinding = "double"
    reference = "placebo"
    outcome = { symptom = "pain" }
    treatments = { ldn = { name = "LDN 4.5 mg", dose_mg = 4.5 }, placebo = { placebo = true } }
    periods = [{ name = "first", weeks = 2 }, { name = "second", weeks = 2 }]
    sequences = { LP = ["ldn", "placebo"], PL = ["placebo", "ldn"] }
    """
)


def diaries_of(text: str) -> tuple[Diary, ...]:
    return read_diaries(text.encode(), options=options_of(DESIGN))


def written(person: str, first: str, second: str, days: int = 28) -> str:
    given = [first if day <= 14 else second for day in range(1, days + 1)]
    return "".join(
        f"{person},{day},{treatment},{5 - (treatment == 'ldn')}\n"
        for day, treatment in enumerate(given, start=1)
    )


def test_treatments_in_the_diary_say_which_sequence_it_was() -> None:
    text = "person,day,treatment,pain\n" + written("ann", "placebo", "ldn")
    data = trial_data(DESIGN, diaries_of(text + written("bob", "ldn", "placebo")))
    assert data.sequence.tolist() == [[1, 0]]
    assert data.rating[0, 0, [0, 27]].tolist() == [5.0, 4.0]
    assert data.taken_mg[0, 1, [0, 27]].tolist() == [4.5, 0.0]


def test_an_allocated_person_without_a_diary_still_counts() -> None:
    text = "person,day,pain\n" + "".join(f"ann,{day},5\n" for day in range(1, 29))
    data = trial_data(DESIGN, diaries_of(text), {"ann": "LP", "eve": "PL"})
    assert data.names == ("ann", "eve")
    assert np.isnan(data.rating[0, 1]).all()
    assert data.left.tolist() == [[Left.STAYED, Left.NOT_SAID]]


def test_who_stops_writing_early_has_left() -> None:
    text = "person,day,treatment,pain\n" + written("ann", "ldn", "placebo", days=16)
    assert trial_data(DESIGN, diaries_of(text)).days_in.tolist() == [[16]]


@pytest.mark.parametrize(
    ("text", "allocation", "said"),
    [
        ("person,day,pain\nann,1,5\n", {"bob": "LP"}, "person ann: not allocated"),
        ("person,day,pain\nann,1,5\n", {"ann": "XX"}, "'XX', expected one of LP, PL"),
        ("person,day,pain\nann,1,5\n", None, "person ann: no treatments"),
        ("person,day,treatment,pain\nann,1,tea,5\n", None, "treatment: tea"),
        ("person,day,treatment,pain\nann,1,ldn,5\nann,15,ldn,5\n", None, "fit no sequence"),
        ("person,day,pain\nann,1,5\nann,99,5\n", {"ann": "LP"}, "day 99"),
        ("person,day,mood\nann,1,5\n", {"ann": "LP"}, "expected a symptom of the file"),
    ],
)
def test_data_that_do_not_fit_the_design_are_refused(
    text: str, allocation: dict[str, str] | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        trial_data(DESIGN, diaries_of(text), allocation)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"who,what\na,b\n", "who, what, expected a first line with person and sequence"),
        (b"", "none, expected a first line"),
        (b"person,sequence\nann,LP\nann,PL\nbob,\n", r"(?s)twice.*an empty cell"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_faulty_allocation_list_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_allocation(content)
