"""Words and numbers always agree, and nothing is rounded to certainty."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from lowdose.diary.entries import Kind, Symptom
from lowdose.inference.result import NextStep
from lowdose.report.wording import (
    amount,
    likelihood,
    percent,
    scale_words,
    shown_effect,
    signed,
    step_words,
)

SHARES = some.floats(0, 1)
MIRROR = {
    "almost certain": "almost certainly not",
    "very likely": "very unlikely",
    "likely": "unlikely",
    "about as likely as not": "about as likely as not",
}


@given(SHARES)
def test_no_probability_is_printed_as_none_or_all(share: float) -> None:
    assert percent(share) not in {"0 %", "100 %"}


@given(some.integers(0, 100))
def test_for_and_against_are_worded_alike(hundredths: int) -> None:
    one, other = likelihood(hundredths / 100), likelihood(1 - hundredths / 100)
    assert MIRROR.get(one) == other or MIRROR.get(other) == one


@given(SHARES, SHARES)
def test_equal_numbers_get_equal_words(one: float, other: float) -> None:
    if percent(one) == percent(other):
        assert likelihood(one) == likelihood(other)


@given(some.floats(-1e6, 1e6))
def test_a_sign_is_never_lost(value: float) -> None:
    assert signed(value).replace("−", "-") == amount(value).replace("−", "-") or value > 0


def test_every_next_step_has_words() -> None:
    assert all(step_words(step) for step in NextStep)


def test_counts_and_yes_no_have_their_own_scale_words() -> None:
    assert scale_words(Symptom("attacks", kind=Kind.COUNT)) == "number a day, lower is better"
    assert scale_words(Symptom("sick", kind=Kind.BINARY)) == "yes or no, no is better"


def test_the_effect_is_said_with_its_interval() -> None:
    from report_answers import crossover

    answer = crossover()
    assert shown_effect(answer, answer.levels[0])[2] == "−1.2 (−2.0 to −0.4)"
