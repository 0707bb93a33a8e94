"""`lowdose evidence pool` reaches every method, in words and in JSON; and the summary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lowdose.cli.main import main

# Colditz 1994, doi:10.1001/jama.1994.03510330076038, four trials as in metafor's dat.bcg.
BCG = """study,year,events1,total1,events2,total2,latitude,allocation
Aronson,1948,4,123,11,139,44,random
Ferguson,1949,6,306,29,303,55,random
Rosenthal,1960,3,231,11,220,42,random
Stein,1953,180,1541,372,1451,44,alternate
"""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["evidence", *words])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), " ".join(out.split()), err


@pytest.fixture
def bcg(tmp_path: Path) -> str:
    file = tmp_path / "bcg.csv"
    file.write_text(BCG)
    return str(file)


def given(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    with pytest.raises(SystemExit) as ended:
        main(["evidence", *words, "--json"])
    assert not ended.value.code
    return json.loads(capsys.readouterr().out)


def test_more_says_how_sure_by_other_methods_and_what_it_rests_on(
    capsys: pytest.CaptureFixture[str], bcg: str
) -> None:
    _, out, _ = run(capsys, "pool", "--csv", bcg, "--more")

    for words in (
        "Q-profile",
        "Bayesian, tau half-normal:0.5",
        "Exact likelihood, for rare events: odds ratio",
        "Without each study in turn: Aronson",
        "One study after the other: + Aronson 0.41 (0.13 to 1.26) + Ferguson",
        "With 4 studies it can find little",
        "Begg's test",
        "Trim and fill",
    ):
        assert words in out
    assert out.index("+ Stein") < out.index("+ Rosenthal")  # by year


def test_groups_and_a_line_are_on_a_column_of_the_table(
    capsys: pytest.CaptureFixture[str], bcg: str
) -> None:
    _, out, _ = run(capsys, "pool", "--csv", bcg, "--by", "Allocation", "--on", "latitude")

    assert "By allocation, each group on its own: random (3)" in out
    assert "On latitude: one more changes the logarithm of the effect by" in out
    assert "easily due to chance" in out


def test_everything_is_in_the_object(capsys: pytest.CaptureFixture[str], bcg: str) -> None:
    found = given(capsys, "pool", "--csv", bcg, "--more", "--by", "allocation", "--on", "latitude")

    assert found["more"]["without_each"][0]["study"] == "Aronson"
    assert [one["study"] for one in found["more"]["one_after_the_other"]][-1] == "Rosenthal"
    assert found["more"]["exact_likelihood"]["used"] == 4
    assert set(found["by"]["groups"]) == {"random", "alternate"}
    assert found["on"]["coefficients"][1]["name"] == "latitude"


def test_trials_of_the_evidence_have_columns_too(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("pool", "--condition", "fibromyalgia", "--outcome", "pain")
    _, out, _ = run(capsys, *words, "--by", "dose_mg", "--more", "--tau-prior", "half-normal:1")

    assert "By dose, each group on its own: 6 (1)" in out
    assert "Bayesian, tau half-normal:1" in out


def test_a_funnel_is_drawn_beside_a_forest(
    capsys: pytest.CaptureFixture[str], bcg: str, tmp_path: Path
) -> None:
    files = [str(tmp_path / name) for name in ("a.svg", "b.svg", "c.html")]
    words = [word for file in files for word in ("--chart", file)]
    pictures = [
        word for one in ("forest", "funnel", "filled-funnel") for word in ("--picture", one)
    ]

    status, _, err = run(capsys, "pool", "--csv", bcg, *words, *pictures)

    assert status == 0
    assert err.count("Wrote") == 3
    assert "p below 0.01" in Path(files[1]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--by", "colour"), 1, "--by: 'colour', expected one of: study, year"),
        (("--on", "allocation"), 1, "--on allocation, Aronson: 'random', expected a number"),
        (("--tau-prior", "half-normal:1"), 2, "give both"),
        (("--more", "--tau-prior", "flat"), 1, "half-normal:SCALE"),
        (("--picture", "funnel"), 2, "give as many"),
        (("--picture", "tree"), 2, "not one of 'forest'"),
    ],
)
def test_wrong_words_are_told(
    capsys: pytest.CaptureFixture[str], bcg: str, words: tuple[str, ...], status: int, said: str
) -> None:
    ended, _, err = run(capsys, "pool", "--csv", bcg, *words)

    assert ended == status
    assert said in err


def test_studies_that_agree_to_the_last_digit_still_make_an_object(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "same.csv"
    file.write_text("study,effect,se\nA,1,0.2\nB,1,0.2\nC,1,0.2\n")

    found = given(capsys, "pool", "--csv", str(file), "--more")

    assert found["t"] is None
    assert "counted twice" in found["notes"][0]


def test_a_summary_is_printed_written_and_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page, sheet = tmp_path / "fm.html", tmp_path / "fm.pdf"
    words = ("summary", "--condition", "FM", "--report", str(page), "--report", str(sheet))

    status, out, _ = run(capsys, *words)

    assert status == 0
    assert "No difference from placebo seen" in out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert sheet.read_bytes().startswith(b"%PDF")
    assert given(capsys, "summary", "--condition", "FM")["finding"] == "no_difference"


def test_a_condition_without_a_study_is_answered_not_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(capsys, "summary", "--condition", "lupus")

    assert status == 0
    assert "No study of low-dose naltrexone in lupus" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--condition", "fibromialgia"), "did you mean fibromyalgia?"),
        (("--condition", "FM", "--report", "fm.docx"), "ending in .html or .pdf"),
    ],
)
def test_a_summary_of_nothing_known_is_told(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    ended, _, err = run(capsys, "summary", *words)

    assert ended == 1
    assert said in err
