"""Answers to draw and print in tests: made up, but shaped like real ones."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date, timedelta

from lowdose.diary.entries import Direction, Kind, Symptom
from lowdose.inference.result import (
    AdverseRate,
    Answer,
    Course,
    Guesses,
    Level,
    NextStep,
    Verdict,
)

ASSUMPTIONS = (
    "The effect builds up gradually, with the half-life given, and fades the same way.",
    "Apart from treatment, trend and expectation, good and bad spells come and go by chance.",
)
PAIN = Symptom("pain", instrument="numeric rating scale")


def level(dose_mg: float | None, effect: float, sd: float, baseline: float, days: int) -> Level:
    benefit = 0.5 * (1 + math.erf(-effect / sd / math.sqrt(2)))
    return Level(
        dose_mg=dose_mg,
        treatment=None,
        days=days,
        effect=effect,
        sd=sd,
        interval95=(effect - 1.96 * sd, effect + 1.96 * sd),
        percent_of_baseline=100 * effect / baseline,
        probability_benefit=benefit,
        probability_30_percent=0.5 * (1 + math.erf((-0.3 * baseline - effect) / sd / 2**0.5)),
        probability_50_percent=0.5 * (1 + math.erf((-0.5 * baseline - effect) / sd / 2**0.5)),
        probability_harm=1 - benefit,
    )


def course(
    doses: list[float | None],
    effects: dict[float, float],
    names: list[str] | None,
    baseline: float,
    *,
    symptom: Symptom = PAIN,
    start: date | None = date(2026, 1, 5),
) -> Course:
    chance = random.Random(7)
    relief, swing = 0.0, 0.0
    rating: list[float | None] = []
    line, fitted, untreated = [], [], []
    for index, dose in enumerate(doses):
        relief += 0.09 * (effects.get(dose or 0.0, 0.0) - relief)
        swing = 0.5 * swing + chance.gauss(0, symptom.high * 0.05 if symptom.high < 1e6 else 0.5)
        expected = baseline + relief
        line.append(expected)
        fitted.append(expected + swing)
        untreated.append(baseline)
        value = expected + swing + chance.gauss(0, symptom.high * 0.06 if symptom.high < 1e6 else 1)
        kept = min(max(round(value), symptom.low), symptom.high)
        rating.append(None if index % 13 == 5 or 60 <= index < 64 else float(kept))
    width = [0.6 + 0.4 * (value is None) for value in rating]
    scale = (symptom.high if symptom.high < 1e6 else 10) / 10
    return Course(
        day=tuple(float(n) for n in range(1, len(doses) + 1)),
        dates=None if start is None else tuple(start + timedelta(n) for n in range(len(doses))),
        rating=tuple(rating),
        dose_mg=None if names and not any(doses) else tuple(doses),
        treatment=tuple(names) if names else None,
        fitted=tuple(fitted),
        fitted_low=tuple(f - w * scale for f, w in zip(fitted, width, strict=True)),
        fitted_high=tuple(f + w * scale for f, w in zip(fitted, width, strict=True)),
        line=tuple(line),
        untreated=tuple(untreated),
    )


def crossover() -> Answer:
    doses: list[float | None] = []
    names: list[str] = []
    for block in ("placebo", "naltrexone", "naltrexone", "placebo") * 2:
        doses += [4.5 if block == "naltrexone" else 0.0] * 14
        names += [block] * 14
    doses[30] = None
    return Answer(
        symptom=PAIN,
        person="",
        days=112,
        rated_days=99,
        design="blinded_crossover",
        blinded=True,
        reference="placebo",
        baseline=5.9,
        baseline_interval95=(5.3, 6.5),
        levels=(level(4.5, -1.2, 0.4, 5.9, 56),),
        best=0,
        probability_best=1.0,
        onset_half_life_days=8.1,
        onset_interval95=(3.2, 22.0),
        expectation=None,
        expectation_interval95=None,
        autocorrelation=0.46,
        autocorrelation_interval95=(0.22, 0.66),
        trend_per_week=-0.02,
        trend_interval95=(-0.09, 0.05),
        verdict=Verdict.WORKING,
        headline="Working: with 4.5 mg, pain is very likely lower than with placebo.",
        sentences=(
            "On 4.5 mg, pain was about 1.2 points lower than with placebo (most likely between "
            "0.4 and 2.0 points lower).",
            "That is about 20 % of where it started; a drop of 30 % or more is unlikely.",
        ),
        next_step=NextStep.KEEP,
        reason="The benefit is clear, and higher doses were not tried.",
        days_to_clear_answer=0,
        clear_by_days=((0, 1.0), (14, 1.0), (28, 1.0)),
        warnings=("13 days have no rating.",),
        assumptions=ASSUMPTIONS,
        method="quadrature",
        prior="fibromyalgia",
        prior_sources=("Younger 2013, doi:10.1002/art.37734", "Width of the effect: assumption"),
        course=course(doses, {4.5: -1.2}, names, 5.9),
        guesses=Guesses(
            count=84,
            bang_active=0.31,
            bang_active_interval95=(0.05, 0.55),
            bang_reference=0.12,
            bang_reference_interval95=(-0.14, 0.37),
            share_right=0.61,
            log_score=-0.66,
            brier=0.235,
            sentence="The guesses were right a little more often than chance.",
        ),
        adverse=(
            AdverseRate("vivid dreams", "4.5 mg", 56, 11, 56, 3, 0.2, (0.11, 0.32), 0.98),
            AdverseRate("headache", "4.5 mg", 56, 4, 56, 5, 0.08, (0.03, 0.17), 0.37),
        ),
        version="0.1.0",
    )


def titration() -> Answer:
    steps = [(0.0, 21), (1.5, 28), (3.0, 28), (4.5, 28)]
    doses: list[float | None] = [dose for dose, days in steps for _ in range(days)]
    effects = {1.5: -0.6, 3.0: -1.8, 4.5: -0.9}
    return replace(
        crossover(),
        days=105,
        rated_days=93,
        design="open_titration",
        blinded=False,
        reference="no treatment",
        levels=tuple(level(dose, e, 0.85, 6.4, 28) for dose, e in effects.items()),
        best=1,
        probability_best=0.71,
        baseline=6.4,
        expectation=-0.7,
        expectation_interval95=(-1.9, 0.4),
        verdict=Verdict.PROBABLY_WORKING,
        headline="Probably working, best at 3 mg, but an open course cannot rule out expectation.",
        sentences=(
            "At 3 mg, pain was about 1.8 points lower than expected without treatment.",
            "4.5 mg looked no better than 3 mg.",
        ),
        next_step=NextStep.STEP_DOWN,
        reason="3 mg probably does at least as much as 4.5 mg.",
        days_to_clear_answer=84,
        clear_by_days=((28, 0.18), (56, 0.42), (84, 0.81), (112, 0.86), (168, 0.9)),
        warnings=(
            "The course was open: part of any change may come from expectation.",
            "Dose and time went up together, so a slow natural change could look like a dose.",
        ),
        course=course(doses, effects, None, 6.4),
        guesses=None,
        adverse=(),
    )


def named_treatments() -> Answer:
    scale = Symptom("sleep quality", 0.0, 100.0, Direction.HIGHER_IS_BETTER)
    names = [n for n in ("control", "melatonin", "melatonin", "control") * 2 for _ in range(7)]
    base = level(None, 6.0, 4.0, 52.0, 28)
    melatonin = replace(
        base,
        treatment="melatonin",
        probability_benefit=0.93,
        probability_harm=0.07,
        probability_30_percent=0.01,
        probability_50_percent=0.0,
    )
    drawn = course([0.0] * 56, {}, names, 52.0, symptom=scale, start=None)
    return replace(
        crossover(),
        symptom=scale,
        days=56,
        rated_days=51,
        design="blinded_comparison",
        reference="control",
        levels=(melatonin,),
        baseline=52.0,
        baseline_interval95=(46.0, 58.0),
        onset_half_life_days=None,
        onset_interval95=None,
        verdict=Verdict.PROBABLY_WORKING,
        headline="Probably working: sleep quality is likely better with melatonin than control.",
        sentences=("Sleep quality was about 6 points higher with melatonin.",),
        next_step=NextStep.KEEP_WATCHING,
        reason="A few more weeks would make this clear.",
        days_to_clear_answer=None,
        clear_by_days=((28, 0.2), (56, 0.31)),
        prior="weak",
        prior_sources=("assumption",),
        course=drawn,
        guesses=None,
        adverse=(),
    )


def count_symptom() -> Answer:
    attacks = Symptom("attacks", 0.0, math.inf, kind=Kind.COUNT)
    rate = replace(
        level(4.5, -0.48, 0.22, 3.4, 60),
        percent_of_baseline=-38.0,
        ratio=0.62,
        ratio_interval95=(0.40, 0.95),
        probability_30_percent=0.72,
        probability_50_percent=0.14,
    )
    doses: list[float | None] = [0.0] * 30 + [4.5] * 60
    return replace(
        crossover(),
        symptom=attacks,
        days=90,
        rated_days=80,
        design="open_before_after",
        blinded=False,
        reference="no treatment",
        levels=(rate,),
        baseline=3.4,
        baseline_interval95=(2.6, 4.3),
        trend_per_week=None,
        trend_interval95=None,
        headline="Probably working: fewer attacks on 4.5 mg, as far as an open course can tell.",
        verdict=Verdict.PROBABLY_WORKING,
        course=course(doses, {4.5: -1.3}, None, 3.4, symptom=attacks),
        guesses=None,
    )


def aggregate() -> Answer:
    names = ("placebo", "naltrexone") * 4
    ratings = (6.1, 5.0, 6.4, 4.6, 5.7, 5.2, 6.0, 4.4)
    middle = [6.0 if name == "placebo" else 4.9 for name in names]
    means = Course(
        day=(1, 1, 2, 2, 3, 3, 4, 4),
        dates=None,
        rating=ratings,
        dose_mg=None,
        treatment=names,
        fitted=tuple(middle),
        fitted_low=tuple(m - 0.5 for m in middle),
        fitted_high=tuple(m + 0.5 for m in middle),
        line=tuple(middle),
        untreated=(6.0,) * 8,
    )
    named = replace(level(None, -1.1, 0.35, 6.0, 56), treatment="naltrexone")
    return replace(
        crossover(),
        days=112,
        rated_days=112,
        design="blinded_aggregate",
        levels=(named,),
        onset_half_life_days=None,
        onset_interval95=None,
        course=means,
        guesses=None,
        adverse=(),
    )


def unclear() -> Answer:
    doses: list[float | None] = [0.0, 0.0, 0.0, 1.5, 1.5, None, 1.5, 1.5, 1.5]
    wide = replace(level(1.5, -0.2, 1.9, 5.0, 6), probability_30_percent=0.24)
    return replace(
        crossover(),
        person="J. D.",
        days=9,
        rated_days=8,
        design="open_before_after",
        blinded=False,
        reference="no treatment",
        levels=(wide,),
        baseline=5.0,
        baseline_interval95=(2.1, 7.9),
        best=None,
        probability_best=None,
        onset_half_life_days=9.0,
        onset_interval95=(2.5, 31.0),
        expectation=-0.6,
        expectation_interval95=(-2.0, 0.8),
        autocorrelation_interval95=(-0.4, 0.8),
        verdict=Verdict.UNCLEAR,
        headline="Unclear: nine days are too few to say whether 1.5 mg helps.",
        sentences=("So far anything from a clear benefit to a clear harm fits the diary.",),
        next_step=NextStep.BLINDED_TEST,
        reason="Only a blinded comparison can separate the medicine from expectation here.",
        days_to_clear_answer=None,
        clear_by_days=((28, 0.02), (56, 0.06), (112, 0.11)),
        warnings=(
            "The diary is short: 9 days.",
            "The course was open: part of any change may come from expectation.",
            "1 day does not say what was taken; the dose of the day before was assumed.",
            "Only 3 days without treatment: where things started is barely known.",
            "Two of eight ratings are at the end of the scale.",
        ),
        course=course(doses, {1.5: -0.5}, None, 5.0),
        guesses=None,
        adverse=(AdverseRate("nausea", "1.5 mg", 6, 1, 3, 0, 0.21, (0.02, 0.55), 0.6),),
    )


ALL = {
    "crossover": crossover,
    "titration": titration,
    "named_treatments": named_treatments,
    "count_symptom": count_symptom,
    "aggregate": aggregate,
    "unclear": unclear,
}
