"""Faults of the evidence's files: what cannot be is refused, all of it at once, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_studies import ARMS, CONTRAST, faults, text

from lowdose.errors import InputError
from lowdose.evidence.fields import Place
from lowdose.evidence.load import read_evidence
from lowdose.evidence.read import read_claims, read_review

BROKEN = {
    "an unknown field": (
        text().replace("n = 40\neffect_type", "nn = 40\neffect_type"),
        "made2020.toml, outcome 1 (o01), nn: 'nn', expected a field of the code book; "
        "did you mean n?",
    ),
    "a number in quotation marks": (
        text(ARMS).replace("mean = 30", 'mean = "30"'),
        "made2020.toml, outcome 1 (o01), mean: '30', expected a number",
    ),
    "an SD of zero": (
        text(ARMS).replace("sd = 10", "sd = 0", 1),
        "made2020.toml, outcome 1 (o01), sd: 0, expected a number above 0",
    ),
    "a mean alone": (
        text(ARMS).replace("sd = 10\n", "", 1),
        "made2020.toml, outcome 1 (o01): a mean but no sd or se, expected an sd or se; where the "
        "paper does not print it, say so in a note",
    ),
    "more events than people": (
        text(ARMS).replace("mean = 30\nsd = 10", "events = 21\ntotal = 20", 1),
        "made2020.toml, outcome 1 (o01), events: 21, expected at most the total, 20",
    ),
    "events without a total": (
        text(ARMS).replace("mean = 30\nsd = 10", "events = 21", 1),
        "made2020.toml, outcome 1 (o01): events without a total, or a total without events, "
        "expected both; where the paper does not print it, say so in a note",
    ),
    "an effect outside its interval": (
        text().replace("effect = -1.0", "effect = 1.0"),
        "made2020.toml, outcome 1 (o01), effect: 1, expected a number inside ci, -2 to 0; is a "
        "sign or a decimal point wrong?",
    ),
    "an interval the wrong way round": (
        text().replace("[-2.0, 0.0]", "[0.0, -2.0]"),
        "made2020.toml, outcome 1 (o01), ci: [0.0, -2.0], expected two numbers like "
        "[-1.7, -0.8], the lower one first",
    ),
    "an effect without its kind": (
        text().replace('effect_type = "md"\n', ""),
        "made2020.toml, outcome 1 (o01), effect_type: nothing, expected a value, because there "
        "is an effect",
    ),
    "a ratio below zero": (
        text().replace('"md"', '"rr"').replace("0.0]", "0.5]"),
        "made2020.toml, outcome 1 (o01), effect: -1.0, expected above 0 with its interval, "
        "because it is a ratio",
    ),
    "an effect wider than the scale": (
        text().replace("effect = -1.0", "effect = -11").replace("[-2.0", "[-12.0"),
        "made2020.toml, outcome 1 (o01), effect: -11, expected no more than the scale is wide, 10",
    ),
    "more people than the study": (
        text().replace("n = 40\neffect_type", "n = 41\neffect_type"),
        "made2020.toml, outcome 1 (o01), n: 41, expected at most the people of the study, 40",
    ),
    "more analysed than randomised": (
        text().replace("n_analysed = 40", "n_analysed = 44"),
        "made2020.toml, n_analysed: 44, expected at most n_randomised, 40",
    ),
    "a dose of another class": (
        text().replace("dose_mg = 4.5", "dose_mg = 50"),
        "made2020.toml, dose_mg: 50, expected 0.5 to 10 mg for dose_class low",
    ),
    "an impossible dose": (
        text().replace("dose_mg = 4.5", "dose_mg = 4500"),
        "made2020.toml, dose_mg: 4500, expected mg a day, above 0 and at most 300",
    ),
    "a p of zero": (
        text().replace("ci = [-2.0, 0.0]", "p = 0.0"),
        "made2020.toml, outcome 1 (o01), p: 0.0, expected a number above 0 and at most 1, or a "
        'bound like "<0.001"',
    ),
    "an id twice": (
        text(CONTRAST + CONTRAST),
        "made2020.toml, outcome 2 (o01), id: 'o01', expected an id that no other row of this "
        "file has",
    ),
    "an unknown word": (
        text().replace('design = "rct_parallel"', 'design = "rct"'),
        "made2020.toml, design: 'rct', expected one of rct_parallel, rct_crossover, "
        "single_blind_crossover, open_label, dose_finding, retrospective_cohort, registry, "
        "survey, case_series, case_report, protocol, secondary_analysis, qualitative",
    ),
    "a DOI with its address": (
        text().replace('"10.1234', '"https://doi.org/10.1234'),
        "made2020.toml, doi: 'https://doi.org/10.1234/made2020', expected a DOI like "
        "10.1002/art.37734, without address",
    ),
    "people randomised in an open study": (
        text(design="open_label"),
        "made2020.toml, n_randomised: 40, expected 0 for the design open_label",
    ),
    "an effect in the row of an arm": (
        text().replace('role = "contrast"', 'role = "active"'),
        "made2020.toml, outcome 1 (o01), role: active, expected contrast or change, where there "
        "is an effect",
    ),
    "a field that must be there": (
        text().replace('conclusion = "Made up."\n', ""),
        "made2020.toml, conclusion: nothing, expected text, without blanks around it",
    ),
    "no TOML": (
        text().replace('title = "A made-up trial"', "title = A made-up trial"),
        "made2020.toml: Invalid value (at line 2, column 9), expected a file in TOML; texts stand "
        'in "marks", numbers bare',
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_fault_is_named_with_file_row_and_field(case: str) -> None:
    content, expected = BROKEN[case]

    assert expected in faults(content)


def test_a_whole_file_has_no_fault() -> None:
    assert faults(text()) == faults(text(ARMS)) == []


def test_a_percentage_that_contradicts_its_counts_is_a_fault() -> None:
    rows = '[[adverse_event]]\nid = "a01"\nevent = "headache"\narm = "ldn"\nrole = "active"\n'

    found = faults(text(rows + "events = 5\ntotal = 20\npercent = 52\n"))

    assert found == [
        "made2020.toml, adverse event 1 (a01), percent: 52, expected about 25.0, from 5 of 20"
    ]


def test_a_review_and_a_page_are_checked_too() -> None:
    place = Place("r.toml", [])

    read_review("r", 'title = "T"\nauthors = "A"\nyear = 2020\nverified = "seen"', place)
    read_claims("p", 'page = "P"\nfile = "f"\n[[claim]]\nid = "1"', place)

    told = "\n".join(map(str, place.faults))
    assert "r.toml, verified: 'seen', expected one of seen_fulltext, seen_abstract" in told
    assert "claim 1 (1), id: '1', expected an id like c000-01" in told


def write(folder: Path, **contents: str) -> Path:
    for name in ("studies", "reviews", "claims"):
        (folder / name).mkdir()
    for name, content in contents.items():
        kind, _, stem = name.partition("__")
        (folder / kind / f"{stem}.toml").write_text(content, encoding="utf-8")
    return folder


CLAIM = """
page = "P"
file = "f"
[[claim]]
id = "c000-01"
claim = "It helps."
type = "efficacy"
condition = "fibromyalgea"
cites = ["made2021"]
verdict = "partly"
evidence = "Made up."
confidence = "low"
"""


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        studies__made2020=text(ARMS).replace("sd = 10", "sd = -1", 1),
        studies__other2020=text().replace("= -1.0", "= 9.0").replace("fibromyalgia", "fm"),
        claims__page=CLAIM,
    )

    with pytest.raises(InputError) as caught:
        read_evidence(folder)

    assert [str(fault) for fault in caught.value.faults] == [
        "made2020.toml, outcome 1 (o01), sd: -1, expected a number above 0",
        "made2020.toml, outcome 1 (o01): a mean but no sd or se, expected an sd or se; where the "
        "paper does not print it, say so in a note",
        "other2020.toml, outcome 1 (o01), effect: 9, expected a number inside ci, -2 to 0; is a "
        "sign or a decimal point wrong?",
        "made2020.toml, doi: '10.1234/made2020', expected one study a publication",
        "other2020.toml, doi: '10.1234/made2020', expected one study a publication",
        "other2020.toml, condition: 'fm', expected a condition of conditions.toml",
        "page.toml, c000-01, condition: 'fibromyalgea', expected a condition of conditions.toml; "
        "did you mean fibromyalgia?",
        "page.toml, c000-01, cites: 'made2021', expected the id of a study, which is the name of "
        "its file; did you mean made2020?",
    ]


def test_a_registration_shared_by_two_trials_is_asked_about(tmp_path: Path) -> None:
    shared = 'registrations = ["NCT00568555"]\nverified'
    one = text(name="one2020").replace("verified", shared, 1)
    two = text(name="two2020").replace("verified", shared, 1)

    with pytest.raises(InputError, match="the same trial as one2020, which has this registration"):
        read_evidence(write(tmp_path, studies__one2020=one, studies__two2020=two))


def test_a_trial_must_be_a_study(tmp_path: Path) -> None:
    content = text().replace('condition = "f', 'trial = "gone2019"\ncondition = "f')

    with pytest.raises(InputError, match="trial: 'gone2019', expected the id of a study"):
        read_evidence(write(tmp_path, studies__made2020=content))
