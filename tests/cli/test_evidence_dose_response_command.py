"""`lowdose evidence dose-response`: what it says, and what it says cannot be said."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from test_evidence_command import given, run

PAIN = ("dose-response", "--condition", "fibromyalgia", "--outcome", "pain")
# Made up: an effect that grows, and turns.
TABLE = """study,effect,se,dose
A,-0.15,0.15,1.5
B,-0.30,0.20,1.5
C,-0.45,0.14,3
D,-0.35,0.20,3
E,-0.60,0.15,4.5
F,-0.50,0.12,4.5
G,-0.62,0.20,6
H,-0.20,0.30,9
"""


@pytest.fixture
def table(tmp_path: Path) -> str:
    file = tmp_path / "doses.csv"
    file.write_text(TABLE)
    return str(file)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    status, out, _ = run(capsys, *words)
    assert status == 0
    return " ".join(out.split())


def test_two_trials_are_shown_and_cannot_say(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, *PAIN)

    assert "4.5 mg innova2026 0.49 (-0.32 to 1.30)" in said
    assert "2 trials at 4.5 mg and 6 mg cannot say whether the effect grows" in said
    assert "bruunplesner2020: ED50 dose, 3.88 mg/day, 25 people" in said
    assert "No placebo" in said
    assert "Straight line" not in said


def test_all_conditions_are_marked_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, "dose-response", "--outcome", "pain")

    assert "Trials of different conditions stand together" in said
    assert "rests on the single trial with 6 mg" in said


def test_a_table_with_doses_gets_curves(capsys: pytest.CaptureFixture[str], table: str) -> None:
    said = told(capsys, "dose-response", "--csv", table)

    for words in ("Straight line", "it turns at 5.4 mg", "Curve that levels off", "fewer than ten"):
        assert words in said


def test_json_carries_every_model(capsys: pytest.CaptureFixture[str], table: str) -> None:
    fits = given(capsys, "dose-response", "--csv", table)["fits"]

    assert fits["k"] == 8
    assert set(fits["turning"]["coefficients"]) == {"mg", "mg squared"}
    assert fits["emax"]["half_interval95"][0] == 0
    assert len(fits["shapes"]) == 4


def test_json_of_two_trials_says_what_they_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    fits = given(capsys, *PAIN)["fits"]

    assert fits["line"] is None
    assert "cannot say" in fits["cannot_say"][0]


def test_ratios_are_told_as_ratios(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("study,events1,total1,events2,total2,dose_mg\nA,8,40,4,40,2\nB,9,40,5,41,4\n")

    assert "times 1.2" in told(capsys, "dose-response", "--csv", str(file))


def test_the_picture_draws_a_bubble_a_trial_and_nothing_beyond(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, table: str
) -> None:
    file = tmp_path / "doses.svg"
    told(capsys, "dose-response", "--csv", table, "--chart", str(file))

    root = ElementTree.parse(file).getroot()
    areas = [
        float(one.get("r", "0"))
        for one in root.iter("{http://www.w3.org/2000/svg}circle")
        if one.get("fill-opacity")
    ]
    assert len(areas) == 8
    assert max(areas) / min(areas) == pytest.approx(0.30 / 0.12, rel=0.02)
    assert "no trial gave such doses" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--condition", "fibromyalgia"), 2, "--outcome"),
        (("--csv", "no.csv"), 1, "'no.csv': No such file"),
        (("--csv", "a.csv", "--outcome", "pain"), 2, "not both"),
        (("--outcome", "pain", "--measure", "md"), 1, "conditions do not share a scale"),
        (
            ("--condition", "autism", "--outcome", "pain", "--chart", "x.svg"),
            1,
            "no trial with a dose",
        ),
    ],
)
def test_wrong_words_are_told_plainly(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, said: str
) -> None:
    ended, _, err = run(capsys, "dose-response", *words)

    assert ended == status
    assert said in err


def test_doses_of_a_table_must_be_doses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("study,effect,se,dose\nA,1,1,0\nB,1,1,much\n")
    _, _, err = run(capsys, "dose-response", "--csv", str(file))

    assert "row 2, dose: 0, expected more than 0 mg" in err
    assert "row 3, dose: 'much'" in err

    file.write_text("study,effect,se\nA,1,1\nB,1,1\n")
    assert "a column dose, mg a day" in run(capsys, "dose-response", "--csv", str(file))[2]
