"""`lowdose plan` and `lowdose` itself: outputs, exit statuses, and silence after a refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lowdose.cli import main as command_line
from lowdose.cli.asking import ask_open

SAFE = ["plan", "--template", "usual", "--start", "2026-03-02", "--zone", "Europe/Oslo"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one call."""
    with pytest.raises(SystemExit) as left:
        command_line.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_plan_shows_calendar_capsules_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *SAFE, "--opioids", "none", "--strengths", "1.5,4.5")

    assert (status, err) == (0, "")
    for words in ("Mon 2026-03-02", "2 capsules of 1.5 mg at bedtime", "Not asked yet", "SA17"):
        assert words in out


def test_json_is_one_object_with_units_in_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *SAFE, "--opioids", "none", "--liquid", "1mg/mL", "--json")
    made = json.loads(out)

    assert status == 0
    assert made["schedule_mg_per_day"] == [1.5] * 14 + [3.0] * 14 + [4.5] * 56
    assert made["total_mg"] == 315.0
    assert made["steps"][0]["intakes"] == [{"time": "bedtime", "dose_mg": 1.5, "take": "1.5 mL"}]
    assert made["preparation"]["supplies"][0]["amount"] == 315.0
    assert all(expectation["source"] for expectation in made["expectations"])


REFUSED = [
    ["--opioids", "current"],
    ["--opioids", "stopped:2026-02-28"],
    ["--opioids", "none", "--medicine", "Percocet"],
    ["--opioids", "none", "--liver", "acute-hepatitis"],
    ["--opioids", "none", "--pregnant", "yes"],
    ["--opioids", "none", "--allergy", "naltrexone"],
    ["--opioids", "none", "--age", "16"],
]


@pytest.mark.parametrize("answers", REFUSED)
@pytest.mark.parametrize("form", [[], ["--json"], ["--fhir", "-"]])
def test_nothing_is_printed_or_written_past_a_refusal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, answers: list[str], form: list[str]
) -> None:
    files = ["--pdf", tmp_path / "a.pdf", "--ics", tmp_path / "a.ics", "--save", tmp_path / "a"]

    status, out, err = run(capsys, *SAFE, *answers, *form, *files)

    assert (status, out) == (1, "")
    assert err.startswith("No plan was made")
    assert list(tmp_path.iterdir()) == []


def test_plan_without_an_answer_on_opioids_is_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, *SAFE)

    assert (status, out) == (2, "")
    assert "--opioids none" in err


def test_plan_of_nothing_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "plan", "--opioids", "none")

    assert status == 2
    assert "--template" in err


def test_faults_are_named_by_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = ["--start-mg", "1", "--step-mg", "x", "--every-days", "7", "--target-mg", "45"]
    status, out, err = run(capsys, "plan", "--opioids", "none", "--age", "old", *numbers)

    assert (status, out) == (1, "")
    assert "--step-mg: 'x', expected a number" in err
    assert "--age: 'old'" in err


def test_name_near_an_opioid_is_asked_back(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, *SAFE, "--opioids", "none", "--medicine", "tramadoll")

    assert status == 1
    assert err.startswith("--medicine: 'tramadoll'")
    assert "--checked" in err


def test_saved_plan_makes_the_same_plan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    saved = tmp_path / "plan.toml"
    given = [*SAFE, "--opioids", "none", "--hold", "3:7", "--strengths", "1.5", "--json"]
    _, first, err = run(capsys, *given, "--save", saved)
    _, second, _ = run(capsys, "plan", "--file", saved, "--json")

    assert err == f"Wrote {saved}.\n"
    assert second == first


def test_options_change_a_plan_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text('template = "slow"\n[safety]\nopioids = "none"\nage_years = 52\n')
    _, out, _ = run(capsys, "plan", "--file", file, "--target-mg", "3", "--json")

    assert json.loads(out)["schedule_mg_per_day"][-1] == 3.0


def test_fault_of_a_plan_file_names_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "plan.toml"
    file.write_text('template = "slow"\ntarget_mg = "much"\n[safety]\nopioids = "none"\n')
    status, _, err = run(capsys, "plan", "--file", file)

    assert status == 1
    assert err == f"{file}, target_mg: 'much', expected a number\n"


def test_missing_plan_file_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "plan", "--file", "nowhere.toml")

    assert (status, err.count("\n")) == (1, 1)
    assert "'nowhere.toml', expected a plan file that can be read" in err


def test_two_outputs_in_one_place_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, _ = run(capsys, *SAFE, "--opioids", "none", "--ics", "-", "--json")

    assert status == 2


def test_unwritable_file_is_told_without_a_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, err = run(
        capsys, *SAFE, "--opioids", "none", "--save", tmp_path / "no" / "plan.toml"
    )

    assert (status, out) == (1, "")
    assert "the folder does not exist" in err


def test_templates_are_listed_with_their_sources(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "plan", "--list-templates")

    assert status == 0
    assert out.count("Source:") == 7


def test_questions_on_the_screen_need_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, *SAFE, "--ask")

    assert status == 2
    assert "--ask needs a terminal" in err


def test_question_comes_back_until_its_answer_can_be_read() -> None:
    typed = iter(["", "none", "Humira, ibuprofen", "purple", "mild"])

    answered = ask_open({"kidney": "none"}, lambda _: next(typed, ""))

    assert answered == {
        "kidney": "none",
        "opioids": "none",
        "medicines": ["Humira", "ibuprofen"],
        "liver": "mild",
    }


def test_unknown_command_is_asked_back(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "pln")

    assert status == 2
    assert "did you mean plan?" in err


def test_unexpected_error_shows_its_kind_and_no_values(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Mrs Smith takes 4.5 mg")

    monkeypatch.delenv("LOWDOSE_DEBUG", raising=False)
    monkeypatch.setattr("lowdose.regimen.request.PlanRequest.plan", fail)
    status, out, err = run(capsys, *SAFE, "--opioids", "none")

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "RuntimeError" in err
    assert "Smith" not in err


def test_interruption_is_quiet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lowdose.regimen.request.PlanRequest.plan", interrupt)

    status, out, err = run(capsys, *SAFE, "--opioids", "none")

    assert (status, out, err.strip()) == (130, "", "")


HEAVY = ("jax", "numpy", "scipy", "typst", "icalendar", "rich", "numpyro", "xarray")
LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["plan", "--help"], [*SAFE, "--opioids", "none", "--strengths", "1.5"]],
)
def test_help_and_plan_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import contextlib, io\n"
        "from lowdose.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        f"    main({arguments!r})\n{LOADED}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )

    assert not set(HEAVY) & set(done.stdout.split())


def test_reader_that_goes_away_is_no_error() -> None:
    arguments = [*SAFE, "--opioids", "none"]
    code = f"from lowdose.cli.main import main; main({arguments!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    process.wait()

    assert complaint == b""
