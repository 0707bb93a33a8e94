"""Priors by name, by file and from the evidence."""

from __future__ import annotations

import subprocess
import sys

import pytest

import lowdose as ld
from lowdose.errors import InputError
from lowdose.evidence.prior import prior
from lowdose.inference.prior_choice import choose_prior
from lowdose.inference.priors import NAMED


def test_named_priors_are_found_by_name() -> None:
    assert choose_prior("fibromyalgia") is NAMED["fibromyalgia"]


@pytest.mark.parametrize("name", ["evidence:FM", "evidence:fibromyalgia", "evidence:FM/pain"])
def test_a_prior_from_the_evidence_has_its_numbers(name: str) -> None:
    found, expected = choose_prior(name), prior("fibromyalgia", "pain")

    assert found.effect.mean == expected.effect.mean
    assert found.effect.sd == expected.effect.sd
    assert found.expectation.mean == expected.placebo.mean
    assert found.name == "evidence:fibromyalgia/pain"
    assert set(expected.statement) < set(found.sources)


def test_the_outcome_is_that_of_the_symptom() -> None:
    assert choose_prior("evidence:MS", "mood").name == "evidence:multiple sclerosis/mood"
    assert choose_prior("evidence:MS", "stiff hands").name == "evidence:multiple sclerosis/pain"


def test_yes_or_no_outcomes_move_the_log_odds_only() -> None:
    found = choose_prior("evidence:fibromyalgia/pain_response")

    assert found.effect == NAMED["weak"].effect
    assert found.log_effect.mean < 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("evidence:", "evidence:CONDITION"),
        ("evidence:fibromialgia", "did you mean fibromyalgia"),
        ("evidence:fibromyalgia/pian", "did you mean pain"),
    ],
)
def test_a_wrong_name_says_what_was_expected(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        choose_prior(name)


def test_a_diary_is_answered_in_the_light_of_the_evidence() -> None:
    diary = ld.read_diary("examples/virtual_ldn.csv")
    weak, found = (ld.infer(diary, prior=name) for name in ("weak", "evidence:fibromyalgia"))

    assert found.prior == "evidence:fibromyalgia/pain"
    assert any("duebruun2024" in one for one in found.prior_sources)
    ends = [one.levels[-1].interval95 for one in (weak, found)]
    width = [high - low for low, high in ends]
    assert width[1] < width[0]


def test_other_priors_do_not_load_the_evidence() -> None:
    code = (
        "import sys; from lowdose.inference.prior_choice import choose_prior as choose; "
        "choose('weak'); "
        "sys.exit(any(name.startswith('lowdose.evidence') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
