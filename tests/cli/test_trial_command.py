"""`lowdose trial list` and `show`: designs by name and by file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lowdose.cli import main as command_line
from lowdose.trial.design.named import designs


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        command_line.main(["trial", *map(str, arguments)])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_every_named_design_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "list")

    assert status == 0
    assert all(f"\n  {name} " in out for name in designs())


def test_the_list_as_json_tells_kinds_and_people(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "list", "--json")

    told = {one["name"]: one for one in json.loads(out)["templates"]}
    assert told["crossover"]["kind"] == "crossover"
    assert told["n-of-1"]["people"] == 1


@pytest.mark.parametrize("name", designs())
def test_every_named_design_is_read_aloud(capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, out, err = run(capsys, "show", name)

    assert (status, err) == (0, "")
    assert "Who gets what when:" in out
    assert "  Chance: " in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_design_is_read_aloud_with_its_doses_and_periods(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "show", "crossover")

    flat = " ".join(out.split())
    assert "naltrexone, 1.5 mg a day for 1 week, then 3 mg a day for 1 week" in flat
    assert "- washout, days 71 to 84: no treatment, for everyone" in flat
    assert "Drawn in blocks of 4 or 6 people." in flat


def test_the_file_itself_can_be_had_and_read_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, text, _ = run(capsys, "show", "crossover", "--toml", "-")
    run(capsys, "show", "crossover", "--toml", tmp_path / "mine.toml")
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == text
    status, out, _ = run(capsys, "show", tmp_path / "mine.toml", "--json")

    assert status == 0
    assert json.loads(out)["name"] == "mine"
    assert json.loads(out)["days"] == 140


def test_a_file_of_ones_own_is_not_written_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("mine", encoding="utf-8")
    status, _, _ = run(capsys, "show", "crossover", "--toml", tmp_path / "mine.toml")

    assert status == 1
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "mine"


def test_a_picture_is_drawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = run(capsys, "show", "williams", "--chart", tmp_path / "mine.svg")

    assert status == 0
    assert "Wrote" in err
    assert (tmp_path / "mine.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["show", "crosover"], 1, "did you mean crossover?"),
        (["show", "crossover", "--chart", "a.gif"], 1, ".svg or .png or .html"),
        (["show", "crossover", "--json", "--toml", "-"], 2, "a place of its own"),
        (["show"], 2, "Missing argument"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_what_cannot_be_shown_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    found, _, err = run(capsys, *arguments)

    assert found == status
    assert said in err


def test_help_of_trials_loads_no_jax() -> None:
    program = (
        "import sys\n"
        "from lowdose.cli.main import main\n"
        "try:\n    main(['trial', '--help'])\nexcept SystemExit:\n    pass\n"
        "print('loaded:', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    loaded = {name.partition(".")[0] for name in done.stdout.rpartition("loaded:")[2].split()}
    assert loaded.isdisjoint({"jax", "numpy", "scipy"})
