"""The whole way from a diary to an answer, on real shapes and on odd ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from made_diaries import diary, noisy, on_off

from lowdose.diary.entries import Diary, Direction, Kind, Symptom
from lowdose.diary.read import read_diary
from lowdose.errors import InputError
from lowdose.inference.answer import infer, infer_many
from lowdose.inference.options import Options
from lowdose.inference.result import Answer, NextStep, Verdict
from lowdose.report.answer_json import answer_json
from lowdose.report.answer_text import answer_text

BLINDED = "examples/virtual_ldn_blinded.csv"

KEYS = {
    *("lowdose", "symptom", "scale", "direction", "days", "rated_days", "design", "reference"),
    *("levels", "best_level_mg", "probability_best", "onset_half_life_days", "next_step"),
    *("reason", "days_to_clear_answer", "warnings", "method", "prior", "assumptions"),
}
LEVEL_KEYS = {
    *("dose_mg", "effect", "sd", "interval95", "percent_of_baseline", "probability_benefit"),
    *("probability_30_percent", "probability_50_percent", "probability_harm"),
}


@cache
def example(name: str = BLINDED) -> Diary:
    return read_diary(Path(__file__).parents[2] / name)


@cache
def blinded_answer() -> Answer:
    return infer(example(), version="0.1.0")


# --- examples -------------------------------------------------------------------------


def test_json_has_the_keys_that_others_rely_on() -> None:
    found = answer_json(blinded_answer())

    assert found.keys() >= KEYS
    assert found["levels"][0].keys() >= LEVEL_KEYS
    assert found["onset_half_life_days"].keys() == {"median", "interval95"}


def test_json_of_every_answer_is_valid_everywhere() -> None:
    json.dumps(answer_json(blinded_answer()), allow_nan=False)


def test_the_blinded_example_is_within_two_sd_of_its_truth() -> None:
    """The made diary's true full relief of pain is -1.5 (examples/make_virtual.py)."""
    level = blinded_answer().levels[0]

    assert abs(level.effect + 1.5) < 2 * level.sd


def test_a_blinding_that_did_not_hold_is_no_proof() -> None:
    answer = blinded_answer()

    assert answer.guesses is not None
    assert answer.guesses.bang_active_interval95[0] > 0
    assert answer.verdict is Verdict.PROBABLY_WORKING
    assert answer.levels[0].effect_adjusted_for_guess is not None


def test_the_same_seed_gives_the_same_answer() -> None:
    assert infer(example(), seed=3).course == infer(example(), seed=3).course


def test_one_of_many_is_as_alone_but_for_the_finer_grid() -> None:
    alone = blinded_answer().levels[0]
    (many,) = infer_many([example()])

    assert many.levels[0].effect == pytest.approx(alone.effect, abs=0.03 * alone.sd)
    assert many.levels[0].interval95 == pytest.approx(alone.interval95, abs=0.1 * alone.sd)


def test_many_name_the_diary_that_cannot_be_answered() -> None:
    untreated = replace(diary([5.0] * 8, [0.0] * 8), person="Alice")

    with pytest.raises(InputError, match=r"^Alice: the diary: no treated day"):
        infer_many([example(), untreated])


def test_many_take_ratings_only() -> None:
    attacks = Symptom("pain", 0, float("inf"), kind=Kind.COUNT)

    with pytest.raises(InputError, match="use infer"):
        infer_many([diary([1.0] * 8, on_off(8, 4), symptom=attacks)])


def test_a_symptom_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="--symptom: 'itch', expected one of pain"):
        infer(example(), symptom="itch")


def test_a_method_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="one of quadrature, nuts"):
        infer(example(), method="magic")


# --- aggregate and named --------------------------------------------------------------


def cycles(differences: list[float]) -> Diary:
    """Six cycles of period means, tea against none."""
    none = np.array([6.0, 5.5, 6.5, 6.0, 5.0, 6.2])
    ratings = np.stack([none, none + differences], axis=1).ravel()
    return Diary(
        day=np.repeat(np.arange(1.0, 7.0), 2),
        ratings={"pain": ratings},
        symptoms={"pain": Symptom("pain", 0, 10)},
        treatment=("none", "tea") * 6,
        days_averaged=np.full(12, 7.0),
        blinded=True,
    )


def test_six_cycles_come_close_to_the_paired_mean() -> None:
    """Paired differences: mean -1.0, standard error 0.12; the prior of the effect is much wider.

    With an unknown spread the posterior is wider than the standard error: for Student's t with 5
    degrees of freedom by the root of 5/3, and by more where the prior allows more spread.
    """
    differences = [-1.4, -0.8, -1.2, -0.6, -1.0, -1.0]
    answer = infer(cycles(differences))
    effect = answer.levels[0]
    standard_error = np.std(differences, ddof=1) / np.sqrt(6)

    assert answer.design == "blinded_aggregate"
    assert effect.effect == pytest.approx(np.mean(differences), abs=0.5 * standard_error)
    assert standard_error < effect.sd < 2 * standard_error


def test_two_named_treatments_give_one_level_with_its_name() -> None:
    answer = infer(cycles([-1.0] * 6))
    found = answer_json(answer)["levels"][0]

    assert (found["treatment"], found.get("dose_mg")) == ("tea", None)
    assert answer.onset_half_life_days is None


def test_the_melatonin_example_is_an_open_comparison() -> None:
    answer = infer(example("examples/melatonin.csv"), symptom="mood")

    assert answer.design == "open_comparison"
    assert answer.verdict is not Verdict.WORKING


# --- odd diaries ----------------------------------------------------------------------


def one_rated() -> Diary:
    ratings = np.full(16, np.nan)
    ratings[10] = 5
    return diary(ratings, on_off(16, 8))


def one_treated() -> Diary:
    dose = np.zeros(16)
    dose[9] = 4.5
    return diary(noisy(5, days=16), dose)


ODD: dict[str, Callable[[], Diary]] = {
    "one rated day": one_rated,
    "all equal": lambda: diary([4.0] * 16, on_off(16, 8)),
    "all at the floor": lambda: diary([0.0] * 16, on_off(16, 8)),
    "all at the ceiling": lambda: diary([10.0] * 16, on_off(16, 8)),
    "a single treated day": one_treated,
    "treated only": lambda: diary(noisy(5, days=16), [4.5] * 16),
    "two days": lambda: diary([5.0, 4.0], [0.0, 4.5]),
    "higher is better, at the floor": lambda: diary(
        [0.0] * 16, on_off(16, 8), symptom=Symptom("pain", direction=Direction.HIGHER_IS_BETTER)
    ),
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_an_odd_diary_gets_an_honest_answer(make: Callable[[], Diary]) -> None:
    answer = infer(make())
    said = answer_text(answer)

    assert answer.verdict not in (Verdict.WORKING, Verdict.HARMFUL, Verdict.NOT_WORKING)
    assert answer.warnings
    assert "nan" not in said.lower().split()
    json.dumps(answer_json(answer), allow_nan=False)


def test_a_diary_without_a_word_from_the_ratings_is_its_prior() -> None:
    """One rating cannot tell effect from baseline: the weak prior's spread, 2.5 of 10, stays."""
    effect = infer(one_rated()).levels[0]

    assert effect.sd == pytest.approx(2.5, rel=0.05)


def test_a_symptom_that_is_not_there_to_begin_with_has_no_percentage() -> None:
    answer = infer(ODD["all at the floor"]())

    assert np.isnan(answer.levels[0].percent_of_baseline)
    assert answer.next_step is NextStep.KEEP_WATCHING
    assert "hardly anything left to improve" in answer.reason


@pytest.mark.slow
def test_three_thousand_days_are_answered() -> None:
    dose = on_off(3000, 50)
    names = np.where(dose > 0, "naltrexone", "placebo")
    made = diary(noisy(6 - (dose > 0), 2, days=3000), dose, treatment=names)
    answer = infer(made)

    assert answer.verdict is Verdict.WORKING
    assert answer.levels[0].effect == pytest.approx(-1.1, abs=0.3)


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.BINARY])
def test_events_get_a_whole_answer(kind: Kind) -> None:
    high = 1.0 if kind is Kind.BINARY else float("inf")
    symptom = Symptom("pain", 0.0, high, kind=kind)
    chance = np.random.default_rng(0)
    share = np.where(on_off(16, 4) > 0, 0.2, 0.8)
    events = (chance.random(16) < share).astype(float)
    answer = infer(diary(events, on_off(16, 4), symptom=symptom))
    level = answer.levels[0]

    assert level.ratio == pytest.approx(np.exp(level.effect))
    assert np.all(np.isfinite(answer.course.fitted))
    json.dumps(answer_json(answer), allow_nan=False)


@pytest.mark.slow
def test_nuts_agrees_roughly_with_the_default_method() -> None:
    """Four chains of 1,000 draws: about 0.05 SD of Monte-Carlo error on a mean."""
    made = diary(noisy(6 - 2 * (on_off(16, 4) > 0), days=16), on_off(16, 4))
    one, other = (infer(made, method=method).levels[0] for method in ("quadrature", "nuts"))

    assert other.effect == pytest.approx(one.effect, abs=0.15 * one.sd)
    assert other.sd == pytest.approx(one.sd, rel=0.15)
    assert other.probability_benefit == pytest.approx(one.probability_benefit, abs=0.05)


def test_without_drift_none_is_reported() -> None:
    made = diary(noisy(6, days=16), on_off(16, 4))

    assert infer(made, options=Options(trend=False)).trend_per_week is None
