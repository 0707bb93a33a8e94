"""`lowdose trial protocol` and `lowdose trial report`, from files to files."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from report_trials import TEXTS, data_of, design_of, result_of

from lowdose.cli.trial_report import protocol, report
from lowdose.errors import InputError
from lowdose.trial.analyse import analyse
from lowdose.trial.run.write import diaries_csv


@click.group()
def trial() -> None:
    """As the group that the commands are registered in."""


trial.add_command(protocol)
trial.add_command(report)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a design and its diaries."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(TEXTS["crossover"], encoding="utf-8")
    (tmp_path / "diaries.csv").write_text(diaries_csv(data_of(design_of("crossover"))))
    return tmp_path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that nobody worked out, since the analyses have tests of their own."""
    monkeypatch.setattr(analyse, "analyse", lambda data: result_of(data.design))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(trial, arguments)


def test_without_a_file_the_draft_is_shown(place: Path) -> None:
    done = run("protocol", "mine.toml")

    assert done.exit_code == 0
    assert "Both for everyone (Protocol of a trial, by SPIRIT 2025)" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("protocol", "mine.toml"),
        pytest.param(("report", "mine.toml", "diaries.csv"), marks=pytest.mark.slow),
    ],
)
def test_each_form_is_written_to_its_file(command: tuple[str, ...], place: Path) -> None:
    heads = {".html": b"<!DOCTYPE html>", ".pdf": b"%PDF", ".docx": b"PK"}
    outs = [part for ending in heads for part in ("--out", f"out{ending}")]
    done = run(*command, *outs)

    assert (done.exit_code, done.stdout) == (0, "")
    for ending, head in heads.items():
        assert (place / f"out{ending}").read_bytes().startswith(head)


def test_json_is_one_object_with_the_result_and_the_items(place: Path, quick: None) -> None:
    done = run("report", "mine.toml", "diaries.csv", "--json", "--adam", "sets")
    data = json.loads(done.stdout)

    assert data["primary"]["what"] == "LDN minus placebo"
    assert data["report"]["guideline"] == "CONSORT 2010 for crossover trials"
    assert {one.name for one in (place / "sets").iterdir()} == {
        *("adsl.csv", "adsl.xpt", "addiary.csv", "addiary.xpt"),
        *("define.json", "README.md"),
    }


def test_another_guideline_is_taken_where_it_is_asked_for(place: Path) -> None:
    data = json.loads(run("protocol", "mine.toml", "--guideline", "spirit-2013", "--json").stdout)

    assert data["guideline"] == "SPIRIT 2013"
    assert data["items"][0]["state"] == "filled"


def test_virtual_people_are_called_that(place: Path, quick: None) -> None:
    said = run("report", "mine.toml", "diaries.csv", "--virtual").stdout

    assert "Virtual people: These people are simulated." in said


def test_another_ending_is_refused_before_anything_is_done() -> None:
    done = run("protocol", "no such design", "--out", "x.odt")

    assert isinstance(done.exception, InputError)
    assert ".html or .pdf or .docx" in str(done.exception)
