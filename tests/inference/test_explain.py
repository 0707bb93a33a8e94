"""The words of an answer: never surer than the design, every weakness named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_diaries import Numbers, diary, frame_of, noisy, on_off

from lowdose.diary.entries import Diary
from lowdose.inference.answer import infer
from lowdose.inference.estimate import Estimate, Quantity
from lowdose.inference.explain import assumptions_of, headline_of, sentences_of, warnings_of
from lowdose.inference.frame import Frame
from lowdose.inference.options import Noise, Options
from lowdose.inference.result import Level, Verdict

DAYS = 56


def level(effect: float = -1.2, days: int = 28, **more: object) -> Level:
    known: dict[str, object] = {
        "dose_mg": 4.5,
        "treatment": None,
        "days": days,
        "effect": effect,
        "sd": 0.4,
        "interval95": (-2.0, -0.4),
        "percent_of_baseline": -20.0,
        "probability_benefit": 0.9,
        "probability_30_percent": 0.2,
        "probability_50_percent": 0.0,
        "probability_harm": 0.1,
    }
    return Level(**{**known, **more})  # type: ignore[arg-type]


QUANTITY = Quantity(-0.5, 0.5, -1.5, 0.5)
ESTIMATE = Estimate(QUANTITY, (QUANTITY,), (0.9,), (0.2,), (0.0,), QUANTITY, QUANTITY, 0.0)


def open_course(ratings: Numbers | None = None, dose_mg: Numbers | None = None) -> Frame:
    values = noisy(6, days=DAYS) if ratings is None else ratings
    return frame_of(diary(values, on_off(DAYS, 28) if dose_mg is None else dose_mg))


def blinded_course(block: int = 14) -> Frame:
    dose = on_off(DAYS, block)
    names = np.where(dose > 0, "naltrexone", "placebo")
    return frame_of(diary(noisy(6, days=DAYS), dose, treatment=names))


def warned(frame: Frame, *levels: Level) -> str:
    return "\n".join(warnings_of(frame, levels or (level(),), None))


def test_the_headline_is_the_verdict_and_the_difference() -> None:
    assert headline_of(blinded_course(), level(), Verdict.WORKING) == (
        "Working: on 4.5 mg, pain was about 1.2 points lower than on placebo."
    )


def test_a_difference_that_rounds_to_nothing_has_no_direction() -> None:
    headline = headline_of(blinded_course(), level(-0.04), Verdict.UNCLEAR)

    assert headline == "Not clear yet: on 4.5 mg, pain was about the same as on placebo."


def test_an_open_course_speaks_of_expectation_and_drift() -> None:
    said = " ".join(sentences_of(open_course(), level(), Verdict.PROBABLY_WORKING, ESTIMATE))

    assert "expectation alone may explain −0.5 (−1.5 to +0.5) points" in said
    assert "natural drift" in said
    assert "only a blinded test" in said


def test_a_blinded_course_does_not_speak_of_expectation() -> None:
    said = " ".join(sentences_of(blinded_course(), level(), Verdict.WORKING, ESTIMATE))

    assert "expectation" not in said


def test_an_open_comparison_of_two_names_says_that_knowing_may_explain_it() -> None:
    frame = frame_of(diary([5.0] * 4, treatment=("tea", "none") * 2))
    said = " ".join(sentences_of(frame, level(), Verdict.PROBABLY_WORKING, ESTIMATE))

    assert "may come from expecting it" in said


def test_a_small_benefit_is_called_small() -> None:
    said = " ".join(sentences_of(blinded_course(), level(), Verdict.WORKING, ESTIMATE))

    assert "less than the 30 %" in said


def test_a_sealed_code_is_compared_without_a_verdict() -> None:
    frame = frame_of(diary([5.0] * 4, period=("A", "B") * 2))
    code = level(dose_mg=None, treatment="B")
    said = " ".join(sentences_of(frame, code, Verdict.UNCLEAR, ESTIMATE))

    assert headline_of(frame, code, Verdict.UNCLEAR).startswith("Codes still sealed: on B")
    assert "helps" not in said
    assert "Chance that B is better than A: 90 %." in said


# --- warnings -------------------------------------------------------------------------


def with_holes(count: int) -> Numbers:
    ratings = noisy(6, days=DAYS)
    ratings[:count] = np.nan
    return ratings


WARNINGS = {
    "few days": (open_course(with_holes(40)), "Only 16 rated days: the answer leans on the prior."),
    "one day": (open_course(with_holes(55)), "Only 1 rated day: the answer leans on the prior."),
    "missing days": (open_course(with_holes(20)), "20 of 56 days without a rating."),
    "no reference": (
        open_course(dose_mg=np.full(DAYS, 4.5)),
        "No rated day on no treatment",
    ),
    "begins on treatment": (open_course(dose_mg=4.5 - on_off(DAYS, 28)), "begins on treatment"),
    "missed doses": (
        open_course(dose_mg=np.where(np.arange(DAYS) == 40, 0, on_off(DAYS, 28))),
        "Days without a dose between the first and the last: 1.",
    ),
    "floor": (
        open_course(np.where(np.arange(DAYS) % 2 > 0, 0.0, 3.0)),
        "50 % of ratings are at the lowest end",
    ),
    "ceiling": (
        open_course(np.where(np.arange(DAYS) % 4 > 0, 10.0, 3.0)),
        "75 % of ratings are at the highest end",
    ),
    "all equal": (open_course(np.full(DAYS, 4.0)), "All ratings are the same"),
    "carry-over": (blinded_course(7), "The shortest period has 7 days"),
    "assumed blinded": (blinded_course(), "Taken as blinded because there is a placebo"),
    "one change": (open_course(), "changed over only once"),
}


@pytest.mark.parametrize(("frame", "words"), WARNINGS.values(), ids=WARNINGS)
def test_every_weakness_is_named(frame: Frame, words: str) -> None:
    assert words in warned(frame)


def test_few_days_on_a_level_are_named() -> None:
    assert "Only 3 rated days on 4.5 mg." in warned(open_course(), level(days=3))


def test_a_sound_diary_has_no_warning() -> None:
    dose = on_off(112, 28)
    names = np.where(dose > 0, "naltrexone", "placebo")
    made = diary(noisy(6), dose, treatment=names, blinded=True)

    assert warned(frame_of(made)) == ""


def test_what_the_reader_noted_is_passed_on() -> None:
    made = replace(diary(noisy(6, days=DAYS), on_off(DAYS, 28)), notes=("Three rows were sorted.",))

    assert "Three rows were sorted." in warned(frame_of(made))


# --- assumptions ----------------------------------------------------------------------


def test_the_onset_is_among_the_assumptions() -> None:
    assert any("between about 3 and 28 days" in line for line in assumptions_of(open_course()))


def test_a_chosen_noise_is_among_the_assumptions() -> None:
    made = diary(noisy(6, days=DAYS), on_off(DAYS, 28))
    frame = frame_of(made, options=Options(noise=Noise.DAY, trend=False))

    assert "Noise was set to 'day' alone." in assumptions_of(frame)
    assert "There is no natural drift." in assumptions_of(frame)


def test_expectation_that_is_not_modelled_is_among_the_assumptions() -> None:
    frame = frame_of(diary([5.0] * 4, treatment=("tea", "none") * 2))

    assert "Expectation is not separated from the treatment's effect." in assumptions_of(frame)


# --- no certainty ---------------------------------------------------------------------

CERTAIN = ("proven", "proves", "certainly", "definitely", "guarantee", "cure", "significant")


def strong() -> Diary:
    return diary(noisy(8 - 5 * (on_off(112, 28) > 0), 1, 0.5), on_off(112, 28))


def test_even_a_strong_answer_claims_no_certainty() -> None:
    answer = infer(strong())
    words = " ".join((answer.headline, answer.reason, *answer.sentences, *answer.warnings)).lower()

    assert not [word for word in CERTAIN if word in words.replace("unproven", "")]
    assert "100 %" not in words
