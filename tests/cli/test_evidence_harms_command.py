"""`lowdose evidence harms`: what it says of 100 people, in words, JSON and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_evidence_command import given, run

ALL = ("--event", "any adverse event")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    status, out, _ = run(capsys, "harms", *words)
    assert status == 0
    return " ".join(out.split())


def test_risks_are_told_as_people_of_a_hundred(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, *ALL)

    assert "Of 100 people on placebo about 72 (59 to 83) had it" in told
    assert "on naltrexone about 69 (55 to 81)" in told
    assert "whether naltrexone makes a difference is not known" in told
    assert 'Without comparison, so not "caused by": 84 of 167 people' in told


def test_nobody_with_the_event_leaves_room(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--event", "serious adverse events")

    assert "Nobody had it: 0 of 48 on naltrexone, 0 of 50 on placebo" in told
    assert "room for up to 7.4 of 100" in told
    assert "treatment-related serious adverse event" in told
    assert "0.84 times as many people (0.66 to 1.06)" in told


def test_what_stays_out_is_named_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--event", "vivid dreams")

    assert "younger2013: 37 % (ldn); it does not say of how many people" in told
    assert "from memory and were not checked" in told
    assert "Of 100" not in told
    assert "Published pool: 2.41 times as many people (1.77 to 3.28)" in told


def test_everything_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--everything", "--event", "vivid dreams")

    assert "Not checked: with a published ratio" in told
    assert "on placebo 13 (" in told
    assert "Out of the ordinary, younger2009" in told


def test_in_short_what_stays_out_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys)

    assert "Only 1 trial gives counts of both arms" in told
    assert "--everything takes them in and marks them" in told
    assert "Left out" not in told


def test_a_condition_without_any_event_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No trial gives counts of both arms" in said(capsys, "--condition", "autism")


def test_json_has_numbers_and_rows(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = given(capsys, "harms", *ALL)["events"]

    assert found["risks"]["naltrexone"]["median"] == pytest.approx(0.69, abs=0.005)
    assert found["trials"][0]["control"] == {"events": 36, "people": 50}
    assert found["held_back"][0]["study"] == "duebruun2024"
    assert found["checks"]["odds_ratio_exact_likelihood"] is None


@pytest.mark.parametrize("ending", ["svg", "html"])
def test_the_picture_sets_arms_side_by_side(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"harms.{ending}"
    said(capsys, "--chart", str(file))

    drawn = file.read_text(encoding="utf-8")
    for words in ("placebo", "naltrexone alone, 167 people", "72 (59 to 83)", "any adverse event"):
        assert words in drawn


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--event", "pain"), 1, "expected something unwanted"),
        (("--condition", "fibromyalgea"), 1, "did you mean fibromyalgia?"),
        (("--chart", "x.gif"), 1, "ending in .svg"),
        (("--event", "vivid dreams", "--chart", "x.svg"), 1, "no risk that could be drawn"),
    ],
)
def test_wrong_words_are_told_plainly(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, told: str
) -> None:
    ended, _, err = run(capsys, "harms", *words)

    assert ended == status
    assert told in err
