"""The answer in the terminal: plain words first, never wider than the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_answers import count_symptom, crossover, named_treatments, titration

from lowdose.inference.result import Answer
from lowdose.report.answer_text import answer_text


def test_the_headline_comes_first_and_everything_needed_follows(answer: Answer) -> None:
    text = " ".join(answer_text(answer, width=200).split())
    assert text.startswith(answer.headline)
    for words in (*answer.sentences, answer.reason, *answer.warnings, *answer.assumptions):
        assert words in text


@pytest.mark.parametrize("width", [40, 64, 80, 132])
def test_no_line_is_wider_than_asked(answer: Answer, width: int) -> None:
    assert max(len(line) for line in answer_text(answer, width=width).splitlines()) <= width


def test_every_level_has_its_column() -> None:
    head = next(line for line in answer_text(titration()).splitlines() if "1.5 mg" in line)
    assert head.split("  ")[-1].strip() == "4.5 mg"


def test_certainty_is_never_complete(answer: Answer) -> None:
    text = answer_text(answer)
    assert " 100 %" not in text
    assert " 0 %" not in text


def test_counts_are_told_as_ratios() -> None:
    assert "rate ratio" in answer_text(count_symptom())


def test_a_name_cannot_steer_the_terminal() -> None:
    answer = replace(crossover(), headline="Working\x1b[2J\x9b31m")
    assert not set("\x1b\x9b") & set(answer_text(answer))


def test_colour_only_adds_emphasis() -> None:
    answer = named_treatments()
    coloured = answer_text(answer, colour=True)
    assert coloured.replace("\x1b[1m", "").replace("\x1b[0m", "") == answer_text(answer)


def test_an_answer_without_ratings_or_levels_is_still_said() -> None:
    bare = crossover()
    empty = replace(bare.course, rating=(None,) * len(bare.course.day))
    text = answer_text(replace(bare, levels=(), best=None, course=empty))
    assert text.startswith("Working")
