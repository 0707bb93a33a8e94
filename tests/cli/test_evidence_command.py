"""`lowdose evidence`: what it prints and gives, and what it says of wrong words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lowdose.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["evidence", *words])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def given(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    status, out, _ = run(capsys, *words, "--json")
    assert status == 0
    return json.loads(out)


def test_conditions_are_listed_and_no_controlled_study_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "list")

    lines = {line.partition("  ")[0].strip(): line for line in out.splitlines()}
    assert lines["complex regional pain syndrome"].endswith("no controlled study")
    assert lines["fibromyalgia"].endswith("5 controlled")


def test_fibromyalgia_pain_is_pooled_three_ways(capsys: pytest.CaptureFixture[str]) -> None:
    """FINAL and INNOVA: common effect about -0.04, random 0.03 (-0.78 to 0.84)."""
    found = given(capsys, "pool", "--condition", "fibromyalgia", "--outcome", "pain")

    assert [one["study"] for one in found["studies"]] == ["duebruun2024", "innova2026"]
    assert found["common_effect"]["estimate"] == pytest.approx(-0.04, abs=0.005)
    assert found["normal_test"]["estimate"] == pytest.approx(0.03, abs=0.005)
    assert found["normal_test"]["interval95"] == pytest.approx([-0.78, 0.84], abs=0.01)
    assert found["test"] == "knha"
    assert found["interval95"][0] < -5 < 5 < found["interval95"][1]


def test_what_is_left_out_is_named_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pool", "--condition", "fibromyalgia", "--outcome", "pain")

    assert "younger2013: it is in percent of baseline" in out


def test_an_outcome_without_numbers_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "pool", "--condition", "autism", "--outcome", "pain")

    assert status == 0
    assert "No study gives numbers that may be pooled" in " ".join(out.split())


def test_a_table_of_ones_own_is_pooled_as_ratios(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "bcg.csv"
    table.write_text("study,events1,total1,events2,total2\nA,4,123,11,139\nB,6,306,29,303\n")

    _, out, _ = run(capsys, "pool", "--csv", str(table))

    assert "risk ratio; 2 studies" in out.casefold()
    assert "0.41 (0.13 to 1.26)" in out  # metafor 3.8, exp(-0.8893 -/+ 1.96 sqrt(0.3256))


def test_one_study_alone_keeps_its_own_interval(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "one.csv"
    table.write_text("study,effect,se\nOne,0.5,0.1\n")

    found = given(capsys, "pool", "--csv", str(table))

    assert found["k"] == 1
    assert found["interval95"] == pytest.approx([0.304, 0.696], abs=1e-3)


def test_a_study_and_the_claims_of_a_page_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert "https://doi.org/10.1002/art.37734" in run(capsys, "show", "younger2013")[1]
    assert len(given(capsys, "claims", "--source", "physician-blog")["claims"]) == 14


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "younger2014"), 1, "did you mean younger2013?"),
        (("list", "--condition", "fibromyalgea"), 1, "did you mean fibromyalgia?"),
        (("pool", "--condition", "fibromyalgia"), 2, "--condition and --outcome"),
        (("pool", "--csv", "no.csv"), 1, "'no.csv': No such file"),
        (("pool", "--csv", "a.csv", "--outcome", "pain"), 2, "not both"),
        (("claims", "--source", "nowhere"), 1, "expected one of"),
    ],
)
def test_wrong_words_are_told_plainly(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, said: str
) -> None:
    ended, _, err = run(capsys, *words)

    assert ended == status
    assert said in err


def test_the_forest_picture_names_every_study_and_every_way(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "forest.svg"
    run(capsys, "pool", "--condition", "fibromyalgia", "--outcome", "pain", "--chart", str(file))

    drawn = file.read_text(encoding="utf-8")
    for said in ("duebruun2024", "innova2026", "Hartung-Knapp", "one common effect", "55 %"):
        assert said in drawn


def test_a_picture_of_another_kind_is_refused_before_anything_is_worked_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--condition", "fibromyalgia", "--outcome", "pain", "--chart", "forest.gif")
    ended, _, err = run(capsys, "pool", *words)

    assert ended == 1
    assert "'forest.gif', expected a file name ending in .svg" in err


def test_what_to_expect_of_the_next_person_is_said_written_and_drawn(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, chart = tmp_path / "fm.toml", tmp_path / "fm.svg"
    words = ("prior", "--condition", "FM", "--write", str(file), "--chart", str(chart))

    status, out, _ = run(capsys, *words)

    assert status == 0
    assert "Drug against placebo: -0.2 points" in out
    assert "FINAL" in file.read_text(encoding="utf-8")
    assert "placebo, next person" in chart.read_text(encoding="utf-8")


def test_what_to_expect_is_given_as_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    found = given(capsys, "prior", "--condition", "crps")

    assert "trials" not in found
    assert found["effect"] == {"mean": 0.0, "sd": 0.25}


def test_a_prior_file_must_end_in_toml(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "prior", "--condition", "FM", "--write", "fm.txt")

    assert status == 1
    assert ".toml" in err


def test_every_way_to_pool_is_told_and_drawn(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    chart = tmp_path / "curve.svg"
    words = ("multiverse", "--condition", "FM", "--outcome", "pain", "--chart", str(chart))

    status, out, _ = run(capsys, *words)

    assert status == 0
    assert "different ways" in out
    assert "180 of them drawn" in chart.read_text(encoding="utf-8")


def test_every_way_to_pool_a_table_is_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "trials.csv"
    file.write_text("study,effect,se\na,0.1,0.2\nb,0.4,0.2\nc,0.2,0.1\n", encoding="utf-8")

    found = given(capsys, "multiverse", "--csv", str(file))

    assert found["ways"] == len(found["specifications"]) == 88
    assert [one["study"] for one in found["trials"]] == ["a", "b", "c"]


def test_one_study_is_no_multiverse(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "multiverse", "--condition", "autism", "--outcome", "pain")

    assert status == 1
    assert "two that can be pooled" in err


def test_published_pools_stand_beside_ours(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "reviews", "--condition", "Crohn's disease")
    nothing = run(capsys, "reviews", "--condition", "autism")[1]

    assert status == 0
    assert "worked out anew, the same: 2.22 (1.14 to 4.32)" in " ".join(out.split())
    assert "No published review pooled anything" in nothing
