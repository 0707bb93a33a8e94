"""The nouns of an answer: what a diary says about one person, ready to print, draw or send.

Everything here is a plain frozen value in plain numbers, so that pages and files can be made from
it without loading any numerical library. Signs are the scale's own: with a scale where lower is
better an effect of -1.2 is a benefit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lowdose.diary.entries import Symptom

__all__ = [
    "AdverseRate",
    "Answer",
    "Course",
    "Guesses",
    "Interval",
    "Level",
    "NextStep",
    "Verdict",
]

Interval = tuple[float, float]


class Verdict(StrEnum):
    """The answer in one word; the sentence that goes with it is `Answer.headline`."""

    WORKING = "working"
    PROBABLY_WORKING = "probably_working"
    UNCLEAR = "unclear"
    PROBABLY_NOT_WORKING = "probably_not_working"
    NOT_WORKING = "not_working"
    HARMFUL = "harmful"


class NextStep(StrEnum):
    """What to do next."""

    KEEP = "keep"
    STEP_UP = "step_up"
    STEP_DOWN = "step_down"
    STOP = "stop"
    KEEP_WATCHING = "keep_watching"
    BLINDED_TEST = "run_a_blinded_test"


@dataclass(frozen=True)
class Level:
    """The effect of one dose level, or of one named treatment, against the reference.

    Effects are on the symptom's scale for ratings. For counts and yes/no symptoms they are on
    the log-rate or log-odds scale, and `ratio` holds the rate ratio or odds ratio with its
    interval (None for ratings).
    """

    dose_mg: float | None
    treatment: str | None
    days: int
    effect: float
    sd: float
    interval95: Interval
    percent_of_baseline: float
    probability_benefit: float
    probability_30_percent: float
    probability_50_percent: float
    probability_harm: float
    ratio: float | None = None
    ratio_interval95: Interval | None = None
    effect_adjusted_for_guess: float | None = None
    interval95_adjusted_for_guess: Interval | None = None

    @property
    def name(self) -> str:
        """What people call it: "4.5 mg" or "melatonin"."""
        return self.treatment if self.treatment is not None else f"{self.dose_mg:g} mg"


@dataclass(frozen=True)
class Course:
    """The course as it can be drawn: one entry per row of the diary.

    `fitted` is the person's expected rating (regression line with the autocorrelated swing
    smoothed in) with its 95 % band; `line` is the same without the swing: what trend,
    expectation and treatment explain; `untreated` is the line had the treatment not been given.
    For counts and yes/no symptoms these are expected counts and probabilities.
    """

    day: tuple[float, ...]
    dates: tuple[date, ...] | None
    rating: tuple[float | None, ...]
    dose_mg: tuple[float | None, ...] | None
    treatment: tuple[str, ...] | None
    fitted: tuple[float, ...]
    fitted_low: tuple[float, ...]
    fitted_high: tuple[float, ...]
    line: tuple[float, ...]
    untreated: tuple[float, ...]


@dataclass(frozen=True)
class Guesses:
    """How well the person could tell what was being taken.

    `bang_active` and `bang_reference` are Bang's blinding index per arm (1 all guessed right,
    0 chance, -1 all guessed wrong) with 95 % intervals (Bang 2004,
    doi:10.1016/j.cct.2003.10.016). `log_score` is the mean natural-log score of the probabilities
    (chance: -0.693), `brier` their mean squared error (chance: 0.25).
    """

    count: int
    bang_active: float
    bang_active_interval95: Interval
    bang_reference: float
    bang_reference_interval95: Interval
    share_right: float
    log_score: float
    brier: float
    sentence: str


@dataclass(frozen=True)
class AdverseRate:
    """How often a side effect was noted, on treated and on untreated days."""

    term: str
    level: str
    days: int
    events: int
    reference_days: int
    reference_events: int
    rate: float
    rate_interval95: Interval
    probability_more_often: float


@dataclass(frozen=True)
class Answer:
    """What one diary says about one symptom of one person."""

    symptom: Symptom
    person: str
    days: int
    rated_days: int
    design: str
    blinded: bool
    reference: str
    baseline: float
    baseline_interval95: Interval
    levels: tuple[Level, ...]
    best: int | None
    probability_best: float | None
    onset_half_life_days: float | None
    onset_interval95: Interval | None
    expectation: float | None
    expectation_interval95: Interval | None
    autocorrelation: float
    autocorrelation_interval95: Interval
    trend_per_week: float | None
    trend_interval95: Interval | None
    verdict: Verdict
    headline: str
    sentences: tuple[str, ...]
    next_step: NextStep
    reason: str
    days_to_clear_answer: int | None
    clear_by_days: tuple[tuple[int, float], ...]
    warnings: tuple[str, ...]
    assumptions: tuple[str, ...]
    method: str
    prior: str
    prior_sources: tuple[str, ...]
    course: Course
    guesses: Guesses | None = None
    adverse: tuple[AdverseRate, ...] = ()
    version: str = ""
