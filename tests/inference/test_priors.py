"""Named priors, priors from files, and the numbers they quote."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from lowdose.diary.entries import Direction, Kind, Symptom
from lowdose.errors import InputError
from lowdose.inference.priors import NAMED, Normal, for_period_means, prior_for, read_prior

PAIN, PERCENT = Symptom("pain", 0, 10), Symptom("pain", 0, 100)


@pytest.mark.parametrize("name", NAMED)
def test_a_prior_scales_with_the_scale(name: str) -> None:
    ten, hundred = prior_for(NAMED[name], PAIN), prior_for(NAMED[name], PERCENT)

    assert hundred.effect.sd == pytest.approx(10 * ten.effect.sd)
    assert hundred.expectation.mean == pytest.approx(10 * ten.expectation.mean)
    assert math.exp(hundred.log_spread.mean) == pytest.approx(10 * math.exp(ten.log_spread.mean))
    assert hundred.log_half_life == ten.log_half_life


@pytest.mark.parametrize("name", NAMED)
def test_a_prior_turns_round_with_the_direction(name: str) -> None:
    down = prior_for(NAMED[name], PAIN)
    up = prior_for(NAMED[name], Symptom("mood", 0, 10, Direction.HIGHER_IS_BETTER))

    assert up.expectation.mean == pytest.approx(-down.expectation.mean)
    assert up.baseline.mean == pytest.approx(10 - down.baseline.mean)


def test_a_baseline_is_counted_from_the_best_end_of_a_shifted_scale() -> None:
    assert prior_for(NAMED["weak"], Symptom("pain", -5, 5)).baseline == Normal(0.0, 5.0)


def test_counts_have_their_prior_on_the_log_scale() -> None:
    found = prior_for(NAMED["weak"], Symptom("attacks", 0, math.inf, kind=Kind.COUNT))

    assert found.effect == NAMED["weak"].log_effect
    assert found.baseline == NAMED["weak"].log_baseline


def test_period_means_scatter_half_as_much() -> None:
    days = prior_for(NAMED["weak"], PAIN)

    ratio = math.exp(days.log_spread.mean - for_period_means(days).log_spread.mean)
    assert ratio == pytest.approx(2)


@pytest.mark.parametrize("name", NAMED)
def test_the_onset_is_three_to_28_days_in_95_percent(name: str) -> None:
    onset = NAMED[name].log_half_life

    ends = [math.exp(onset.mean + side * 1.96 * onset.sd) for side in (-1, 1)]
    assert ends == pytest.approx([3, 28])


@pytest.mark.parametrize("name", NAMED)
def test_every_source_is_a_reference_or_says_assumption(name: str) -> None:
    for source in NAMED[name].sources:
        known = ("doi:", "PMID", "assumption", "abstract", "second-hand", "FINAL")
        assert any(word in source for word in known), source


def test_final_and_innova_pool_to_what_the_prior_says() -> None:
    """Inverse-variance pooling of FINAL (-0.34, -0.95 to 0.27) and INNOVA (0.49, -0.32 to 1.31).

    doi:10.1016/S2665-9913(23)00278-3 and PMID 42385209, as quoted in the prior's own sources.
    """
    trials = [(-0.34, -0.95, 0.27), (0.49, -0.32, 1.31)]
    weights = [((high - low) / (2 * 1.96)) ** -2 for _, low, high in trials]
    pooled = sum(w * t[0] for w, t in zip(weights, trials, strict=True)) / sum(weights)

    assert round(pooled, 2) == -0.04
    assert "pool to -0.04 points" in NAMED["fibromyalgia"].sources[0]


def test_a_file_changes_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'based_on = "fibromyalgia"\n'
        "effect = { mean = -0.05, sd = 0.1 }\n"
        "expectation_rate = 0.2\n"
        'sources = ["My clinic"]\n'
    )
    found = read_prior(str(file))

    assert found.name == "mine.toml"
    assert found.effect == Normal(-0.05, 0.1)
    assert found.expectation_rate == 0.2
    assert found.sources == ("My clinic",)
    assert found.baseline == NAMED["fibromyalgia"].baseline


def test_a_faulty_file_names_all_its_faults_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'based_on = "hope"\neffect = 3\nefect = { mean = 0, sd = 1 }\n'
        "trend = { mean = 0, sd = 0 }\neffect_step_sd = -1\nsources = 7\n"
    )
    with pytest.raises(InputError) as caught:
        read_prior(str(file))

    places = [fault.place for fault in caught.value.faults]
    wrong = ("based_on", "effect", "efect", "trend", "effect_step_sd", "sources")
    assert places == [f"mine.toml, {name}" for name in wrong]


@pytest.mark.parametrize("number", ["nan", "inf", "true"])
def test_a_number_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"effect = {{ mean = {number}, sd = 1 }}\n")

    with pytest.raises(InputError, match="mean = NUMBER"):
        read_prior(str(file))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="weak, fibromyalgia, evidence:CONDITION, or a TOML file"):
        read_prior("hopeful")


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("effect = [")

    with pytest.raises(InputError, match="a TOML file"):
        read_prior(str(file))
