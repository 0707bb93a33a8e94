"""What the evidence leads one to expect of the next person: laws, and what it must rest on."""

from __future__ import annotations

import math
import tomllib

import pytest

from lowdose.errors import InputError
from lowdose.evidence.catalogue import conditions, contrasts
from lowdose.evidence.effects.means import log_variability_ratio
from lowdose.evidence.effects.values import Means
from lowdose.evidence.families import find_family
from lowdose.evidence.placebo_arms import placebo_arms
from lowdose.evidence.pooling.bayes import pool_bayes
from lowdose.evidence.pooling.priors import NormalMean
from lowdose.evidence.prior import NOTHING_KNOWN, NOTHING_KNOWN_LOG_ODDS, Belief, prior
from lowdose.evidence.scatter import scatter
from lowdose.inference.priors import NAMED
from lowdose.population.conditions import CONDITIONS

PAIN = find_family("pain")


def test_the_next_person_is_less_sure_than_the_mean_of_all_people() -> None:
    found = prior("fibromyalgia")

    spread = math.hypot(found.mean_effect.sd, found.between_people)
    assert found.effect.mean == found.mean_effect.mean
    assert found.effect.sd > spread


def test_the_mean_is_that_of_the_pooled_trials() -> None:
    """Standard deviations times 0.16 of the scale, the mean beforehand normal(0, 0.5)."""
    trials = contrasts("fibromyalgia", "pain", measure="smd")
    pooled = pool_bayes(trials.values, trials.variances, mean=NormalMean(0.0, 0.5))

    assert prior("fibromyalgia").mean_effect.mean == pytest.approx(0.16 * pooled.estimate)


def test_without_a_controlled_trial_the_effect_is_that_of_the_prior_weak() -> None:
    """Long COVID has before-after studies with large changes; they do not move it."""
    weak = NAMED["weak"]

    assert prior("long COVID", "fatigue").effect == Belief(0.0, NOTHING_KNOWN)
    assert (weak.effect.mean, weak.effect.sd) == (0.0, NOTHING_KNOWN)
    assert weak.log_effect.sd == NOTHING_KNOWN_LOG_ODDS
    assert "No controlled trial" in prior("long COVID", "fatigue").statement[0]


def test_second_hand_numbers_enter_only_when_asked_for_and_are_marked() -> None:
    cautious = prior("Crohn's disease", "remission")
    bold = prior("Crohn's disease", "clinical_response", everything=True)

    assert cautious.trials == ()
    assert bold.trials == ("smith2011",)
    assert "stays out by default" in bold.statement[0]


def test_more_is_better_turns_the_sign() -> None:
    """Cree 2010: mood, more is better, rose by 0.34 standard deviations."""
    assert contrasts("MS", "mood").values[0] > 0
    assert prior("MS", "mood").effect.mean < 0


@pytest.mark.parametrize("condition", [each.id for each in conditions()])
def test_every_condition_has_a_prior_that_says_what_it_rests_on(condition: str) -> None:
    found = prior(condition)

    assert found.effect.sd > 0
    assert abs(found.effect.mean) < found.effect.sd
    assert all(one.endswith(".") for one in found.statement)
    assert any("placebo" in one for one in found.statement)


def test_the_placebo_response_lies_between_the_borrowed_one_and_the_own_arms() -> None:
    arms = [arm.change for arm in placebo_arms("fibromyalgia", PAIN)]

    assert min(arms) < prior("fibromyalgia").placebo.mean < max(arms)
    assert prior("crps").placebo.mean == pytest.approx(CONDITIONS["fibromyalgia"].placebo / 10)


def test_the_scatter_of_the_large_trials_is_that_of_their_standard_deviations() -> None:
    """INNOVA at 13 weeks: 1.48 (47 people) against 1.96 (49); FINAL from its intervals."""
    innova = log_variability_ratio(Means(7.33, 1.48, 47), Means(6.83, 1.96, 49))
    found = scatter("fibromyalgia", PAIN, everything=True)

    assert found is not None
    assert found.studies == ("duebruun2024", "innova2026")
    assert math.exp(float(innova.value)) < found.ratio < 1.0


def test_an_outcome_without_a_better_side_is_refused() -> None:
    with pytest.raises(InputError, match="more, or less, is better"):
        prior("fibromyalgia", "levels")


def test_what_the_named_prior_says_of_the_trials_is_what_the_records_say() -> None:
    """Its sources quote FINAL, INNOVA and their pool; its placebo response is that of people."""
    said = " ".join(NAMED["fibromyalgia"].sources)
    trials = contrasts("fibromyalgia", "pain")
    weights = [1 / one for one in trials.variances]
    pooled = sum(w * v for w, v in zip(weights, trials.values, strict=True)) / sum(weights)

    assert f"pool to {pooled:.2f} points" in said
    assert all(f"{one:+.2f}" in said for one in trials.values)
    assert NAMED["fibromyalgia"].expectation.mean == pytest.approx(
        CONDITIONS["fibromyalgia"].placebo / 10
    )


def test_the_named_prior_is_near_that_of_the_evidence() -> None:
    """docs/decisions/024: the named one keeps its rounded numbers; they may differ by this much."""
    named, found = NAMED["fibromyalgia"], prior("fibromyalgia")

    assert abs(named.effect.mean - found.effect.mean) < 0.03
    assert 0.7 < named.effect.sd / found.effect.sd < 1.4
    assert abs(named.expectation.mean - found.placebo.mean) < 0.02
    assert named.expectation.sd == pytest.approx(found.placebo.sd, rel=0.1)


def test_a_prior_file_brings_the_same_prior_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from lowdose.inference.prior_choice import prior_from_evidence
    from lowdose.inference.priors import read_prior
    from lowdose.report.evidence_prior_text import prior_file

    made = prior_from_evidence(prior("Crohn's disease", "pain"))
    file = tmp_path / "crohn.toml"
    file.write_text(prior_file(made), encoding="utf-8")

    back = read_prior(str(file))

    assert tomllib.loads(file.read_text(encoding="utf-8"))["based_on"] == "weak"
    assert back.sources == made.sources
    assert (back.effect.mean, back.effect.sd) == pytest.approx(
        (made.effect.mean, made.effect.sd), abs=1e-4
    )
    assert back.expectation.sd == pytest.approx(made.expectation.sd, abs=1e-4)
    assert back.trend == made.trend
