"""A file of a person's judgements: read whole, refused whole, and the example is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from lowdose.errors import InputError
from lowdose.evidence.certainty.judge import certainty
from lowdose.evidence.certainty.judgements import parse_judgements
from lowdose.evidence.certainty.words import Domain, Level, Risk, Seriousness, TrialDomain

EXAMPLE = Path(__file__).parents[2] / "examples" / "judgements.toml"
GOOD = """
[[judgement]]
study = "innova2026"
domain = "deviations"
level = "some_concerns"
who = "A. Reader"
reason = "because"
date = 2026-11-26
"""


def faults(content: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_judgements(content, name="mine.toml")
    return [str(fault) for fault in caught.value.faults]


def test_the_example_is_read_and_changes_the_certainty() -> None:
    given = parse_judgements(EXAMPLE.read_text("utf-8"))

    assert [(each.domain, each.level) for each in given] == [
        (TrialDomain.DEVIATIONS, Risk.SOME),
        (Domain.MISSING_EVIDENCE, Seriousness.NOT),
    ]
    found = certainty("fibromyalgia", "pain", judgements=given)
    assert (found.level, found.level_by_rule) == (Level.MODERATE, Level.LOW)
    assert len(found.judgements) == 2


def test_condition_and_outcome_go_by_any_name() -> None:
    named = GOOD.replace('study = "innova2026"', 'condition = "FM"\noutcome = "pain severity"')
    given = parse_judgements(
        named.replace("deviations", "imprecision").replace("some_concerns", "very_serious")
    )

    assert (given[0].condition, given[0].outcome, given[0].study) == ("fibromyalgia", "pain", "")


def test_all_faults_come_at_once() -> None:
    content = """
[[judgement]]
study = "inova2026"
domain = "imprecision"
level = "serious"
who = "A. Reader"
date = "2026-11-26"

[[judgement]]
condition = "fibromyalgea"
outcome = "pian"
domain = "imprecision"
level = "low"
who = "A. Reader"
reason = "because"
date = 2026-11-26

[[judgement]]
study = "innova2026"
outcome = "pain"
domain = "deviations"
level = "low"
who = "A. Reader"
reason = "because"
date = 2026-11-26
"""
    assert faults(content) == [
        "mine.toml, judgement 1, date: '2026-11-26', expected a date like 2026-11-26, without "
        "quotation marks",
        "mine.toml, judgement 1, reason: nothing, expected text, without blanks around it",
        "mine.toml, judgement 1, study: 'inova2026', expected the id of a study; did you mean "
        "innova2026?",
        "mine.toml, judgement 1, domain: 'imprecision', expected for a trial one of "
        "randomisation, deviations, missing_data, measurement, reporting, carry_over",
        "mine.toml, judgement 1, level: 'serious', expected for a trial one of low, "
        "some_concerns, high, not_known",
        "mine.toml, judgement 2, condition: 'fibromyalgea', expected a condition with a study; "
        "did you mean fibromyalgia?",
        "mine.toml, judgement 2, outcome: 'pian', expected a family of outcomes or an outcome; "
        "did you mean pain?",
        "mine.toml, judgement 2, level: 'low', expected for a pool one of not_serious, serious, "
        "very_serious",
        "mine.toml, judgement 3: study and outcome, expected either study, or condition and "
        "outcome",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[judgement", "a file in TOML"),
        ("", "one [[judgement]] or more"),
        ("name = 1\n" + GOOD, "nothing but [[judgement]]"),
        (GOOD + GOOD, "not what judgement 1 judges"),
        (GOOD.replace("because", " because"), "text, without blanks around it"),
    ],
)
def test_what_cannot_be_is_refused(content: str, said: str) -> None:
    assert said in "\n".join(faults(content))
