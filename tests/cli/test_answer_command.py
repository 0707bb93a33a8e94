"""`lowdose answer`: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lowdose.cli import main
from lowdose.cli.answer import command
from lowdose.errors import InputError

SHORT = "date,dose_mg,pain\n" + "".join(
    f"2026-03-{day:02d},{4.5 if day > 8 else 0},{7 - (day > 8) * 2 - day % 2}\n"
    for day in range(1, 17)
)
TWO_PEOPLE = "person,day,dose_mg,pain\n" + "".join(
    f"{who},{day},{4.5 if day > 8 else 0},{6 - day % 2}\n"
    for who in ("Alice", "Bob")
    for day in range(1, 17)
)


def run(*arguments: str, given: str = SHORT) -> Result:
    return CliRunner().invoke(command, ["-", *arguments], input=given, catch_exceptions=True)


def ended(
    arguments: list[str], given: str = SHORT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "lowdose.cli.main", "answer", *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )


def test_people_get_words() -> None:
    result = run()

    assert result.exit_code == 0
    assert "on 4.5 mg, pain was about" in result.stdout
    assert "Next step:" in result.stdout


def test_json_is_one_object_and_nothing_else() -> None:
    result = run("--json")

    assert json.loads(result.stdout)["symptom"] == "pain"
    assert result.stdout.count("\n") == 1


def test_a_json_answer_with_reports_still_prints_json_alone(tmp_path: Path) -> None:
    result = run("--json", "--report", str(tmp_path / "a.html"), "--chart", str(tmp_path / "a.svg"))

    json.loads(result.stdout)
    assert "Wrote" in result.stderr


def test_reports_and_charts_are_written_whole(tmp_path: Path) -> None:
    page, sheet, chart = (tmp_path / name for name in ("a.html", "a.pdf", "a.svg"))
    run("--report", str(page), "--report", str(sheet), "--chart", str(chart))

    assert page.read_text().rstrip().endswith("</html>")
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert b"%%EOF" in sheet.read_bytes()[-32:]
    assert chart.read_text().rstrip().endswith("</svg>")
    assert sorted(tmp_path.iterdir()) == sorted([page, sheet, chart])


@pytest.mark.parametrize("arguments", [["--report", "a.docx"], ["--chart", "a.gif"]])
def test_a_file_we_cannot_serve_is_refused_before_anything_is_read(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lowdose.cli.answer._one_person", lambda *_: pytest.fail("was read"))
    result = run(*arguments)

    assert isinstance(result.exception, InputError)
    assert "a file name ending in" in str(result.exception)


def test_wrong_endings_are_reported_together() -> None:
    error = run("--report", "a.docx", "--chart", "b.gif").exception

    assert isinstance(error, InputError)
    assert [fault.place for fault in error.faults] == ["--report", "--chart"]


def test_several_people_need_a_name() -> None:
    error = run(given=TWO_PEOPLE).exception

    assert "--person: not given, expected one of the 2 people: Alice, Bob" in str(error)


def test_one_of_several_people_can_be_named() -> None:
    result = run("--person", "Bob", "--json", given=TWO_PEOPLE)

    assert json.loads(result.stdout)["days"] == 16


def test_a_person_who_is_not_there_is_refused() -> None:
    assert "'Carol', expected one of the 2 people" in str(
        run("--person", "Carol", given=TWO_PEOPLE).exception
    )


def test_options_reach_the_model() -> None:
    found = json.loads(run("--json", "--no-trend", "--prior", "fibromyalgia").stdout)

    assert found["prior"] == "fibromyalgia"
    assert "There is no natural drift." in found["assumptions"]


def test_no_file_is_written_where_the_diary_has_a_fault(tmp_path: Path) -> None:
    result = run("--report", str(tmp_path / "a.html"), given="day,pain\n1,eleven\n")

    assert isinstance(result.exception, InputError)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_a_plain_message(tmp_path: Path) -> None:
    done = ended(["-", "--chart", str(tmp_path / "missing" / "a.svg")])

    assert done.returncode == 1
    assert "missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_ends_with_status_1_and_one_message() -> None:
    done = ended(["-"], given="day,dose_mg,pain\n1,0,eleven\n")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "row 2, column pain: 'eleven'" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage_ends_with_status_2() -> None:
    assert ended(["-", "--method", "magic"]).returncode == 2


def test_an_unexpected_error_shows_no_patient_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("pain 7.25 of Alice")

    monkeypatch.setattr("lowdose.cli.answer._infer", broken)
    monkeypatch.delenv("LOWDOSE_DEBUG", raising=False)
    file = tmp_path / "diary.csv"
    file.write_text(SHORT)
    with pytest.raises(SystemExit) as end:
        main.main(["answer", str(file)])

    said = capsys.readouterr()
    assert end.value.code == 1
    assert "ValueError" in said.err
    assert "7.25" not in said.out + said.err
    assert "Alice" not in said.out + said.err


def test_the_answer_is_the_same_in_any_time_zone_and_language() -> None:
    plain = ended(["-"], TZ="UTC", LC_ALL="C.UTF-8")
    elsewhere = ended(
        ["-"], TZ="Pacific/Kiritimati", LC_ALL="C", LANG="de_DE.UTF-8", PYTHONUTF8="1"
    )

    assert plain.returncode == 0, plain.stderr
    assert elsewhere.stdout == plain.stdout


def test_the_seed_changes_draws_and_not_the_effect() -> None:
    one, other = (json.loads(run("--json", "--seed", seed).stdout) for seed in ("1", "2"))

    assert one["levels"] == other["levels"]
