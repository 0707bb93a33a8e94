"""Two real diaries whose answers are known from other programs.

Claims: (a) with the reference's own noise model the melatonin diary's effect agrees with
generalised least squares within 0.1 standard errors; (b) the self-blinded diary's guesses score
as published to three figures, and theanine and vitamin D are not called working or harmful.

References: `nlme::gls(correlation = corAR1, method = "REML")` of R for melatonin; the author's own
log scores and Welch t tests on the same joined days for the self-blinded experiments.

    python benchmarks/real_diaries.py
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measuring import table

import lowdose as ld
from lowdose.diary.entries import Diary
from lowdose.diary.read import ReadOptions
from lowdose.inference.guesses import score_guesses
from lowdose.inference.options import Noise, Options

EXAMPLES = Path(__file__).parents[1] / "examples"
# Effect, its standard error and the AR(1) coefficient by gls REML; the trend per day beside it.
REFERENCE = {False: (0.9901483, 0.9329981, 0.5028), True: (0.9500956, 0.9677401, 0.2497678)}
REFERENCE_TREND_A_DAY = (0.1539876, 0.0348270)
# Mean log score of the guesses as the author published them.
PUBLISHED_LOG_SCORE = {"A": -0.5991670759554912, "B": -0.705283, "C": -0.707251}
SUBSTANCE = {"A": "caffeine", "B": "l-theanine", "C": "vitamin D3"}


def melatonin() -> Iterator[tuple[str, ...]]:
    """The effect on mood under three noise models, with and without a trend."""
    diary = ld.read_diary(EXAMPLES / "melatonin.csv")
    for trend in (False, True):
        effect, error, phi = REFERENCE[trend]
        name = "with trend" if trend else "without trend"
        yield name, "gls AR(1), REML", f"{effect:.3f}", f"{error:.3f}", f"{phi:.2f}", "", ""
        for noise in (Noise.SWING, Noise.BOTH):
            found = ld.infer(diary, symptom="mood", options=Options(trend=trend, noise=noise))
            level = found.levels[0]
            yield (
                name,
                f"ours, {noise.value}",
                f"{level.effect:.3f}",
                f"{level.sd:.3f}",
                f"{found.autocorrelation:.2f}",
                f"{(level.effect - effect) / error:+.3f}",
                "" if found.trend_per_week is None else f"{found.trend_per_week / 7:.3f}",
            )


def experiment(name: str) -> Diary:
    """One of the self-blinded experiments; in C one day comes twice and is averaged."""
    options = ReadOptions(where={"experiment": name}, same_day="mean" if name == "C" else None)
    return ld.read_diary(EXAMPLES / "selfblinded.csv", options=options)


def guesses() -> Iterator[tuple[str, ...]]:
    """How the guesses of each experiment score: every dose of the file, and as the diary is read.

    The two differ where two doses fall on one day (experiment C).
    """
    for name, published in PUBLISHED_LOG_SCORE.items():
        every = score_guesses(*doses(name))
        read = ld.infer(experiment(name), symptom="happy").guesses
        assert every is not None and read is not None
        for what, scores in (("every dose", every), ("a day each", read)):
            yield (
                f"{name} ({SUBSTANCE[name]})",
                what,
                str(scores.count),
                f"{published:.4f}",
                f"{scores.log_score:.4f}",
                f"{scores.brier:.5f}",
                f"{scores.share_right:.2f}",
                f"{half_counts_as_placebo(*doses(name)):.2f}",
            )


def doses(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Guesses of an experiment's doses, which were active, and which count (all)."""
    with (EXAMPLES / "selfblinded.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["experiment"] == name]
    guess = np.array([float(row["prediction"]) for row in rows])
    active = np.array([row["active"] == "1" for row in rows])
    return guess, active, np.ones(active.size, dtype=bool)


def half_counts_as_placebo(guess: np.ndarray, active: np.ndarray, _: np.ndarray) -> float:
    """Share right where a guess of one half is taken for "not active", as the reference does."""
    return float(np.mean((guess > 0.5) == active))


def outcomes() -> Iterator[tuple[str, ...]]:
    """Every outcome of the three experiments, beside a Welch t test of the same days."""
    for name, substance in SUBSTANCE.items():
        diary = experiment(name)
        for outcome in diary.symptoms:
            found = ld.infer(diary, symptom=outcome)
            level, difference, t = found.levels[0], *welch(diary, outcome)
            low, high = level.interval95
            yield (
                substance,
                outcome,
                f"{difference:+.2f} (t {t:+.2f})",
                f"{level.effect:+.2f} ({low:+.2f} to {high:+.2f})",
                f"{level.probability_benefit:.3f}",
                found.verdict.value.replace("_", " "),
            )


def welch(diary: Diary, outcome: str) -> tuple[float, float]:
    """Difference of the means, active minus placebo, and Welch's t, every day for itself."""
    from scipy.stats import ttest_ind

    rating = diary.ratings[outcome]
    active = np.array([text.lower() not in ("sugar", "placebo") for text in diary.treatment or ()])
    one, other = (rating[keep & np.isfinite(rating)] for keep in (active, ~active))
    test = ttest_ind(one, other, equal_var=False)
    return float(one.mean() - other.mean()), float(test.statistic)


def main() -> None:
    """Print the three tables."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    head = ("melatonin, mood", "by", "effect", "SE or SD", "autocorrelation")
    print(table((*head, "off by (SE)", "trend a day"), melatonin()))
    head = ("experiment", "counted", "guesses", "log score published", "ours", "Brier", "right")
    print("\n" + table((*head, "right, half = placebo"), guesses()))
    head = ("substance", "outcome", "difference of means", "effect (95 %)", "P(benefit)")
    print("\n" + table((*head, "verdict"), outcomes()))


if __name__ == "__main__":
    main()
