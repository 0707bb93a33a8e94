"""Trials and pooling from the command line: from a design to an answer, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lowdose.cli.main import cli
from lowdose.errors import LowdoseError

DESIGN = """
title = "Short"
condition = "fibromyalgia"
people = 12
blinding = "double"
reference = "placebo"
outcome = { symptom = "pain", visit_days = [7, 14, 21, 28, 35, 42] }
treatments = { ldn = { dose_mg = 4.5 }, placebo = { placebo = true } }
periods = [{ name = "first", weeks = 3 }, { name = "second", weeks = 3 }]
sequences = { LP = ["ldn", "placebo"], PL = ["placebo", "ldn"] }
analysis = { primary = "crossover" }
expected = { effect = -2 }
"""


@pytest.fixture
def design(tmp_path: Path) -> str:
    path = tmp_path / "short.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return str(path)


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), catch_exceptions=False)


def test_power_is_told_for_every_combination(design: str) -> None:
    words = ["trial", "power", design, "--people", "8:16:8", "--effect", "0,2", "--trials", "40"]
    said = json.loads(run(*words, "--json").output)
    assert [(one["varied"]["people"], one["varied"]["effect"]) for one in said["cells"]] == [
        (8, 0), (8, 2), (16, 0), (16, 2)
    ]  # fmt: skip
    assert said["cells"][3]["power"]["value"] > 0.9


def test_power_is_drawn(design: str, tmp_path: Path) -> None:
    chart = tmp_path / "power.svg"
    words = ["--people", "8,16", "--trials", "20", "--chart", str(chart)]
    found = run("trial", "power", design, *words)
    assert "Monte-Carlo" in found.output
    assert "people in a trial" in chart.read_text("utf-8")


def test_a_sealed_allocation_and_its_diaries_are_analysed(design: str, tmp_path: Path) -> None:
    diaries, who = str(tmp_path / "d.csv"), str(tmp_path / "who.csv")
    run("trial", "run", design, "--out", diaries, "--allocation", who, "--no-treatments")
    assert "treatment" not in Path(diaries).read_text("utf-8").splitlines()[0]
    said = json.loads(
        run("trial", "analyse", design, diaries, "--allocation", who, "--json").output
    )
    assert said["primary"]["method"] == "crossover ANOVA"
    assert sum(arm["allocated"] for arm in said["arms"]) == 12


def test_treatments_in_the_diaries_give_the_same_answer(design: str, tmp_path: Path) -> None:
    diaries = str(tmp_path / "d.csv")
    virtual = run("trial", "run", design, "--out", diaries).output
    real = run("trial", "analyse", design, diaries).output
    assert next(line for line in virtual.splitlines() if "p = " in line or "p < " in line) in real


def test_the_same_seed_writes_the_same_diaries(design: str) -> None:
    first, again, other = (
        run("trial", "run", design, "--out", "-", "--seed", seed).output for seed in ("1", "1", "2")
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["power", "crosover"], "did you mean crossover"),
        (["power", "crossover", "--people", "1"], "people: 1"),
        (["power", "crossover", "--trials", "0"], "--trials"),
        (["best", "--people", "1", "--weeks", "2"], "--people"),
        (["run", "crossover", "--missing", "3"], "missing: 3"),
        (["run", "crossover", "--hypothesis", "magic"], "magic"),
        (["analyse", "crossover", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_go(words: list[str], said: str) -> None:
    with pytest.raises(LowdoseError, match=said):
        run("trial", *words)


def test_effects_of_sites_are_pooled_shared_and_withdrawn(tmp_path: Path) -> None:
    files = {}
    for site, shift in (("a", 0.0), ("b", -1.0)):
        rows = "".join(f"{site}{n},{shift + 0.1 * n},0.5\n" for n in range(6))
        table = tmp_path / f"{site}.csv"
        table.write_text("person,effect,se\n" + rows, encoding="utf-8")
        files[site] = str(tmp_path / f"{site}.json")
        run("pool", str(table), "--site", site, "--share", files[site])
    both = str(tmp_path / "both.json")
    run("pool", files["a"], files["b"], "--share", both)
    alone = json.loads(run("pool", files["a"], "--json").output)
    without = json.loads(run("pool", both, "--withdraw", files["b"], "--json").output)
    assert alone == without
    assert alone["k"] == 6
    with pytest.raises(LowdoseError, match="twice"):
        run("pool", both, files["a"])


def test_a_folder_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LowdoseError, match="nothing to read"):
        run("pool", str(tmp_path))
