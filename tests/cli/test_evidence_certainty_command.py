"""`lowdose evidence certainty`: what it prints and gives, and what it says of wrong words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lowdose.cli.main import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "judgements.toml"
PAIN = ("--condition", "fibromyalgia", "--outcome", "pain")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["evidence", "certainty", *words])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), " ".join(out.split()), err


def test_it_says_that_no_panel_judged_it_and_why_it_is_not_surer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, *PAIN)

    assert out.startswith("fibromyalgia, pain: low-dose naltrexone may make no important")
    assert "no panel has judged it" in out
    assert "imprecision: one step down" in out
    assert "how the list was made and kept hidden is not in the record" in out
    assert "the record warns: Low risk by abstract; recruited 98 of 120" in out
    assert "bested2023: it gives a median difference" in out


def test_both_judgements_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *PAIN, "--judgements", str(EXAMPLE))

    assert "By the rules alone it would be low." in out
    assert "some concerns, judged by A. Reader, 2026-11-26: what people believed" in out
    assert "By rule: low risk; blinding: double (registry: triple)." in out


def test_judgements_about_other_things_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--condition", "MS", "--outcome", "mood", "--judgements", str(EXAMPLE))

    assert "Not used: 2 of the judgements" in run(capsys, *words)[1]


def test_json_carries_level_steps_trials_and_who_judged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["evidence", "certainty", *PAIN, "--judgements", str(EXAMPLE), "--json"])
    found = json.loads(capsys.readouterr().out)

    assert (found["level"], found["level_by_rule"], found["start"]) == ("moderate", "low", "high")
    steps = {each["domain"]: each for each in found["steps"]}
    assert steps["missing_evidence"]["by_rule"] == "serious"
    assert steps["missing_evidence"]["judged"]["who"] == "A. Reader"
    assert [each["study"] for each in found["trials"]] == ["duebruun2024", "innova2026"]
    assert found["normal_test"]["interval95"] == pytest.approx([-0.78, 0.84], abs=0.01)
    assert "judged" not in found["trials"][0]["domains"][0]


def test_no_controlled_trial_is_said_with_what_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(capsys, "--condition", "CRPS", "--outcome", "pain")

    assert status == 0
    assert "no controlled trial of low-dose naltrexone is known" in out
    assert "report of single cases: 1, 2 people." in out
    assert "planned or registered, no result known: 1." in out


def test_json_of_nothing_has_no_level(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evidence", "certainty", "--condition", "CRPS", "--outcome", "pain", "--json"])
    found = json.loads(capsys.readouterr().out)

    assert found["level"] is None and found["controlled_trials"] == []


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--condition", "fibromyalgia"), 2, "Missing option '--outcome'"),
        (("--condition", "hay fever", "--outcome", "pain"), 1, "expected a condition with a study"),
        ((*PAIN, "--judgements", "no.toml"), 1, "'no.toml': No such file"),
    ],
)
def test_wrong_words_are_told_plainly(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, said: str
) -> None:
    ended, _, err = run(capsys, *words)

    assert ended == status
    assert said in err


def claims(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit):
        main(["evidence", "claims", *words])
    return capsys.readouterr().out


def test_beside_a_verdict_stands_the_number_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(claims(capsys, "--source", "pharmacy-blog").split())

    assert "6 of 10 (60 %) [responder" in out
    assert "younger2009-o02, read second-hand]; it supports the claim." in out
    assert "certainty low; it cannot tell, though by the normal test alone" in out
    assert "Of 12 claims: 3 numbers support them" in out


def test_what_reviews_pooled_is_shown_beside_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """Vatvani 2024 found a benefit that the trials pooled here do not show."""
    out = " ".join(claims(capsys, "--source", "physician-blog").split())
    _, judged, _ = run(capsys, *PAIN)

    assert "vatvani2024: md -0.86 (-1.2 to -0.51)" in out
    assert "vatvani2024: md -0.86 (-1.2 to -0.51)" in judged


def test_a_verdict_at_odds_with_its_number_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(claims(capsys, "--source", "ldn-information-page").split())

    assert "reviews, of other trials or in other ways: ologunowa2025: smd -0.67" in out
    assert "verdict and number do not go together: Two small trials did find less" in out


def test_numbers_that_stay_out_are_pooled_where_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--source", "compounding-pharmacy")
    usual, every = claims(capsys, *words), claims(capsys, *words, "--everything")

    assert "no trial gives a number that may be pooled" in " ".join(usual.split())
    assert "1 trial (smith2011), 2.22 (1.14 to 4.32)" in " ".join(every.split())


def test_json_of_claims_carries_pool_rows_and_bearing(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(claims(capsys, "--source", "physician-blog", "--json"))["claims"]
    numbers = {each["id"]: each["number"] for each in found}

    assert numbers["c002-02"] is None
    assert numbers["c002-09"]["bearing"] == "cannot_tell"
    assert numbers["c002-09"]["pool"]["level"] == "low"
    assert numbers["c002-05"]["rows"][0]["value"] == 15297


def test_a_study_is_shown_with_its_risk_of_bias(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evidence", "show", "younger2009"])
    out = " ".join(capsys.readouterr().out.split())

    assert "Risk of bias, by rule, for the primary outcome: some concerns, not randomised" in out
    assert "everybody took the two treatments in the same order" in out


def test_a_case_report_has_no_risk_of_bias_to_speak_of(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evidence", "show", "chopra2013"])

    assert "Risk of bias" not in capsys.readouterr().out
