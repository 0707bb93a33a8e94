"""Designs are found by name or by file, and templates are what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from design_files import CROSSOVER

from lowdose.errors import InputError
from lowdose.trial.design.lines import line_finder
from lowdose.trial.design.named import design_text, designs, find_design


@pytest.mark.parametrize("name", designs("templates"))
def test_a_template_asks_a_question_and_expects_something(name: str) -> None:
    design = find_design(name)

    assert design.name == name
    assert design.question.endswith("?")
    assert design.expected.spread


def test_a_file_is_a_design_named_after_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("\ufeff" + CROSSOVER, encoding="utf-8")  # as some editors begin a file

    assert find_design(file).name == "mine"
    assert find_design(str(file)).people == 24


def test_faults_of_a_file_carry_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("title = 1", encoding="utf-8")

    with pytest.raises(InputError, match=r"mine\.toml: \d faults"):
        find_design(file)


@pytest.mark.parametrize("name", ["", "nowhere.toml", ".", "a\0b", "paralel"])
def test_what_is_not_there_is_said(name: str) -> None:
    with pytest.raises(InputError, match="lowdose trial list"):
        design_text(name)


def test_lines_are_found_past_long_strings_comments_and_lists() -> None:
    text = '''
a = """
b = 1
"""
c = [ # b = 2
  "]", 'b = 3',
]
[t] # a table
b = 4
d.e = 5
'''
    find = line_finder(text)

    assert find("t", "b") == "line 9"
    assert find("", "c") == "line 5"
    assert find("t.d", "e") == "line 10"
    assert find("", "b") == ""
