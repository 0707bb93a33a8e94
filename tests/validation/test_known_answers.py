"""Two real diaries against other programs' answers; the full tables: benchmarks/real_diaries.py."""

from __future__ import annotations

import pytest
from real_diaries import REFERENCE, doses, experiment

import lowdose as ld
from lowdose.inference.guesses import score_guesses
from lowdose.inference.options import Noise, Options
from lowdose.inference.result import Verdict

WITHIN_STANDARD_ERRORS = 0.1


@pytest.mark.parametrize("trend", [False, True])
def test_melatonin_agrees_with_generalised_least_squares(trend: bool) -> None:
    """R, nlme::gls(mood ~ melatonin [+ day], correlation = corAR1(), method = "REML")."""
    effect, error, phi = REFERENCE[trend]
    options = Options(trend=trend, noise=Noise.SWING)

    answer = ld.infer(ld.read_diary("examples/melatonin.csv"), symptom="mood", options=options)

    assert answer.levels[0].effect == pytest.approx(effect, abs=WITHIN_STANDARD_ERRORS * error)
    assert answer.levels[0].sd == pytest.approx(error, rel=0.05)
    assert answer.autocorrelation == pytest.approx(phi, abs=0.05)


def test_melatonin_drifts_as_the_reference_says() -> None:
    """gls: 0.1539876 a day (standard error 0.0348270)."""
    options = Options(noise=Noise.SWING)

    answer = ld.infer(ld.read_diary("examples/melatonin.csv"), symptom="mood", options=options)

    assert answer.trend_per_week is not None
    assert answer.trend_per_week / 7 == pytest.approx(0.154, abs=0.3 * 0.0348)


@pytest.mark.parametrize(("name", "score"), [("A", -0.599), ("B", -0.705), ("C", -0.707)])
def test_guesses_score_as_published(name: str, score: float) -> None:
    """The author's log scores of the experiments' fifty doses each."""
    scores = score_guesses(*doses(name))

    assert scores is not None
    assert round(scores.log_score, 3) == score


def test_every_guess_of_a_diary_counts_whichever_symptom_is_asked_about() -> None:
    diary = experiment("A")
    found = {ld.infer(diary, symptom=name).guesses for name in ("happy", "productivity")}

    assert len(found) == 1
    assert next(iter(found)).count == 50


@pytest.mark.parametrize("name", ["B", "C"])
def test_theanine_and_vitamin_d_are_not_called_working_or_harmful(name: str) -> None:
    diary = experiment(name)

    verdicts = {outcome: ld.infer(diary, symptom=outcome).verdict for outcome in diary.symptoms}

    assert not set(verdicts.values()) & {Verdict.WORKING, Verdict.HARMFUL}
