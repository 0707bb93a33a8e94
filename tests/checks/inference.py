"""Answers of one diary: real diaries by other programs, dense algebra, NUTS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
from checks.check import Chapter, Check, Kind, Numbers, Within
from inference.made_diaries import (
    at_a_point,
    by_bisection,
    diary,
    frame_of,
    noise_at,
    noisy,
    on_off,
    solved,
)
from real_diaries import (
    EXAMPLES,
    PUBLISHED_LOG_SCORE,
    REFERENCE,
    REFERENCE_TREND_A_DAY,
    SUBSTANCE,
    doses,
)

import lowdose as ld
from lowdose.inference.estimate import Estimate, estimate, questions
from lowdose.inference.frame import Frame
from lowdose.inference.guesses import score_guesses
from lowdose.inference.mixture import Projection, interval
from lowdose.inference.options import Noise, Options
from lowdose.inference.priors import NAMED
from lowdose.inference.result import Answer
from lowdose.runtime import double_precision

NUTS_FOUND = Path(__file__).with_name("nuts.jsonl")


def checks() -> Iterator[Check]:
    """Real diaries first."""
    yield from _melatonin()
    yield from _examples()
    yield from _dense()
    yield from _mixtures()
    yield from _nuts()


@cache
def _mood(trend: bool) -> Answer:
    options = Options(trend=trend, noise=Noise.SWING)
    return ld.infer(ld.read_diary(EXAMPLES / "melatonin.csv"), symptom="mood", options=options)


def _melatonin() -> Iterator[Check]:
    origin = "R, nlme::gls(mood ~ melatonin, correlation = corAR1(), REML)"
    for trend, (effect, error, phi) in REFERENCE.items():
        how = "with a trend" if trend else "without a trend"
        rows = (
            ("effect of melatonin on mood", _effect, effect, 0.1 * error),
            ("its standard error", _error, error, 0.05 * error),
            ("autocorrelation", _phi, phi, 0.05),
        )
        for what, ours, theirs, within in rows:
            yield Check(
                Chapter.INFERENCE,
                f"melatonin, {how}: {what}",
                partial(ours, trend),
                theirs,
                origin,
                Within(absolute=within),
                Kind.PROGRAM,
            )
    trend_a_day, its_error = REFERENCE_TREND_A_DAY
    yield Check(
        Chapter.INFERENCE,
        "melatonin: trend of mood a day",
        lambda: (_mood(True).trend_per_week or np.nan) / 7,
        trend_a_day,
        origin,
        Within(absolute=0.3 * its_error),
        Kind.PROGRAM,
    )


def _effect(trend: bool) -> float:
    return _mood(trend).levels[0].effect


def _error(trend: bool) -> float:
    return _mood(trend).levels[0].sd


def _phi(trend: bool) -> float:
    return _mood(trend).autocorrelation


def _examples() -> Iterator[Check]:
    for name, published in PUBLISHED_LOG_SCORE.items():
        yield Check(
            Chapter.INFERENCE,
            f"log score of the guesses, experiment {name} ({SUBSTANCE[name]})",
            partial(_log_score, name),
            published,
            "the author's notes on the self-blinded experiments (examples/README.md)",
            Within(absolute=1e-6),
            Kind.PUBLISHED,
        )
    yield Check(
        Chapter.INFERENCE,
        "melatonin: difference of mean moods, as read",
        _plain_difference,
        0.86,
        "the study's results_table.csv (examples/README.md)",
        Within(absolute=0.005),
        Kind.PUBLISHED,
    )
    yield Check(
        Chapter.INFERENCE,
        "sleep of 1905: t of the difference, as read",
        _students_t,
        4.0621,
        "Student 1908, doi:10.1093/biomet/6.1.1",
        Within(absolute=5e-5),
        Kind.PUBLISHED,
    )


def _log_score(name: str) -> float:
    scores = score_guesses(*doses(name))
    assert scores is not None
    return scores.log_score


def _plain_difference() -> float:
    read = ld.read_diary(EXAMPLES / "melatonin.csv")
    treated = np.array([name == "melatonin" for name in read.treatment or ()])
    mood = read.ratings["mood"]
    return float(mood[treated].mean() - mood[~treated].mean())


def _students_t() -> float:
    people = ld.read_diaries(EXAMPLES / "sleep_1905.csv")
    gain = np.array([np.diff(each.ratings["extra_sleep_hours"])[0] for each in people])
    return float(gain.mean() / (gain.std(ddof=1) / np.sqrt(gain.size)))


# --- against dense algebra ----------------------------------------------------------------------

SHORT = 16


@cache
def _squeezed(seed: int) -> tuple[Frame, Estimate]:
    """Sixteen days, the prior of the noise squeezed to a point."""
    ratings = noisy(6 - 2 * (on_off(SHORT, 4) > 0), seed, days=SHORT)
    ratings[[3, 9]] = np.nan
    made = diary(ratings, on_off(SHORT, 4))
    frame = frame_of(made, at_a_point(NAMED["fibromyalgia"]))
    return frame, estimate(frame)[0]


def _dense() -> Iterator[Check]:
    for seed in range(3):
        for what, part in (("means", "mean"), ("standard deviations", "sd")):
            yield Check(
                Chapter.INFERENCE,
                f"baseline, trend, expectation and effect of a short diary ({seed}): {what}",
                partial(_by_us, seed, part),
                partial(_by_dense, seed, part),
                "Bayesian linear regression with all matrices written out",
                Within(absolute=1e-8),
                Kind.FORMULA,
            )


def _by_us(seed: int, part: str) -> list[float]:
    found = _squeezed(seed)[1]
    named = (found.baseline, found.trend, found.expectation, found.effects[0])
    return [getattr(one, part) for one in named]


def _by_dense(seed: int, part: str) -> Numbers:
    frame = _squeezed(seed)[0]
    dense = solved(frame, noise_at(frame, (0, 0, 0, 0)))
    asked = questions(frame, 1)[[0, 1, 2, 3]]
    if part == "mean":
        return np.asarray(asked @ dense.mean)
    return np.sqrt(np.diag(asked @ dense.covariance @ asked.T))


# Weights, means and standard deviations of mixtures whose intervals are hard to find.
ALONG = np.linspace(-3, 3, 61)
BELL = np.exp(-(ALONG**2) / 2) / np.sum(np.exp(-(ALONG**2) / 2))
HARD: dict[str, tuple[Any, Any, Any]] = {
    "two peaks": ([0.5, 0.5], [-5, 5], [1, 1]),
    "a rare far peak, just inside": ([0.95, 0.05], [0, 10], [1, 1]),
    "a rare far peak, just outside": ([0.98, 0.02], [0, 10], [1, 1]),
    "few very wide": ([0.97, 0.03], [0, 0], [1, 30]),
    "log-normal": (BELL, np.exp(ALONG), 0.1 * np.ones(61)),
    "t-like": (BELL, np.zeros(61), np.exp(0.6 * ALONG)),
}


def _mixtures() -> Iterator[Check]:
    for name, (weight, mean, sd) in HARD.items():
        spread = spread_of(weight, mean, sd)
        yield Check(
            Chapter.INFERENCE,
            f"95 % interval of a mixture of normals: {name}",
            partial(ends_by_us, weight, mean, sd),
            partial(ends_by_bisection, weight, mean, sd),
            "bisection of the weighted sum of scipy's normal distributions",
            Within(absolute=1e-3 * spread),
            Kind.OTHER_WAY,
        )


def ends_by_us(weight: Numbers, mean: Numbers, sd: Numbers) -> list[float]:
    """Ends of the 95 % interval as answers have them."""
    w, m, s = (np.asarray(part, dtype=float) for part in (weight, mean, sd))
    with double_precision():
        part = Projection(w[:, None], m[None, :, None], s[None, :, None])  # type: ignore[arg-type]
        return [float(end[0, 0]) for end in _compiled()(part)]


@cache
def _compiled() -> Any:
    return jax.jit(interval)


def ends_by_bisection(weight: Numbers, mean: Numbers, sd: Numbers) -> list[float]:
    """The same from the definition."""
    return [by_bisection(weight, mean, sd, level) for level in (0.025, 0.975)]


def spread_of(weight: Numbers, mean: Numbers, sd: Numbers) -> float:
    """Standard deviation of a mixture."""
    w, m, s = (np.asarray(part, dtype=float) for part in (weight, mean, sd))
    centre = w @ m
    return float(np.sqrt(w @ (s**2 + (m - centre) ** 2)))


# --- against NUTS -------------------------------------------------------------------------------


def _nuts() -> Iterator[Check]:
    """What NUTS found is stored by benchmarks/agreement.py; ours is worked out anew."""
    for line in NUTS_FOUND.read_text(encoding="utf-8").splitlines():
        nuts = json.loads(line)
        key = nuts["diary"], nuts["prior"], nuts["number"]
        errors = [nuts[f"{part}_error"] for part in ("mean", "low", "high")]
        yield Check(
            Chapter.INFERENCE,
            f"{key[0]}, {key[1]} prior, {key[2]}: mean and ends",
            partial(_by_quadrature, *key),
            [nuts[part] for part in ("mean", "low", "high")],
            f"NUTS on the same model (BlackJAX), {4 * nuts['draws']:,} draws, R-hat "
            f"{nuts['r_hat']:.3f}",
            Within(absolute=0.1 * nuts["sd"] + 2 * max(errors)),
            Kind.PROGRAM,
        )


@cache
def _numbers(name: str, prior: str) -> dict[str, Any]:
    from agreement import by_quadrature, diaries
    from agreement import frame_of as frame_under

    return by_quadrature(frame_under(diaries()[name], prior))


def _by_quadrature(name: str, prior: str, number: str) -> list[float]:
    found = _numbers(name, prior)[number]
    return [found.mean, found.low, found.high]
