"""Hazards, credibility and model cards name files and tests that are there."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = files("lowdose")
PAPERS = ("hazards", "credibility", "model-card")


def named(paper: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / "docs" / f"{paper}.md").read_text("utf-8")))


def is_there(name: str) -> bool:
    """Beside these tests, or in the package that is installed, be it from a wheel."""
    inside = name.removeprefix("src/lowdose/")
    return (ROOT / name).exists() if inside == name else PACKAGE.joinpath(inside).is_file()


@pytest.mark.parametrize("paper", PAPERS)
def test_every_test_that_a_safety_paper_names_is_there(paper: str) -> None:
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))

    asked = named(paper, r"`(test_\w+)`")
    assert [name for name in asked if f"def {name}(" not in tests] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_every_file_that_a_safety_paper_names_is_there(paper: str) -> None:
    asked = named(paper, r"`([\w./-]+\.(?:py|md))`")

    assert [name for name in asked if not is_there(name)] == []


def test_every_hazard_has_a_control_that_can_be_looked_up() -> None:
    rows = [
        line
        for line in (ROOT / "docs" / "hazards.md").read_text("utf-8").splitlines()
        if re.match(r"\| C\d+ \|", line)
    ]

    assert len(rows) >= 20
    assert [row for row in rows if not re.search(r"`test_|`tests/|\]\(", row)] == []
