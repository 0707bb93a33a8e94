"""What is believed before the diary is read: named priors with their sources, or a file.

Numbers about ratings are shares of the scale's width, signed so that negative is better for the
person; `prior_for` turns them into the units and direction of one symptom. Numbers about counts
and yes/no symptoms are on the log-rate or log-odds scale.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from lowdose.diary.entries import Direction, Kind, Symptom
from lowdose.errors import Fault, InputError

__all__ = [
    "NAMED",
    "Normal",
    "Prior",
    "SymptomPrior",
    "for_period_means",
    "prior_for",
    "read_prior",
]

DAYS_OF_TREND = 84.0


@dataclass(frozen=True)
class Normal:
    """A normal distribution, by mean and standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Prior:
    """Beliefs before the diary, for ratings as shares of the scale's width (negative = better).

    effect: the drug's effect at the lowest dose level, or of a named treatment.
    effect_step_sd: how much the effect may differ between two dose levels 1 mg apart (random walk).
    baseline: untreated rating, from the best end of the scale.
    expectation: what believing to be treated does, at its plateau.
    trend: natural change over 12 weeks.
    log_half_life: natural log of the onset half-life in days.
    phi_probit: the swing's day-to-day correlation is the normal distribution function of this.
    share_probit: likewise the swing's share of the variance.
    log_spread: natural log of the day-to-day standard deviation.
    log_effect, log_effect_step_sd, log_baseline, log_expectation, log_trend, log_log_spread: the
    same for counts and yes/no symptoms, on the log-rate or log-odds scale.
    expectation_rate: share of the remaining way that expectation goes in a day.
    """

    name: str
    effect: Normal
    effect_step_sd: float
    baseline: Normal
    expectation: Normal
    trend: Normal
    log_half_life: Normal
    phi_probit: Normal
    share_probit: Normal
    log_spread: Normal
    log_effect: Normal = Normal(0.0, 1.5)
    log_effect_step_sd: float = 0.5
    log_baseline: Normal = Normal(0.0, 2.5)
    log_expectation: Normal = Normal(0.0, 0.4)
    log_trend: Normal = Normal(0.0, 0.7)
    log_log_spread: Normal = Normal(-1.0, 1.0)
    expectation_rate: float = 0.106
    sources: tuple[str, ...] = ()


# 95 % of 3 to 28 days: assumption (no weekly curve of LDN is published).
_HALF_LIFE = Normal(math.log(math.sqrt(3 * 28)), math.log(28 / 3) / (2 * 1.96))

# Whoever begins a treatment in the open gets better on average without it; see decision 026.
_EXPECTATION = Normal(-0.077, 0.14)
_EXPECTATION_MEAN = (
    "Placebo response -0.077 of the scale: 72 placebo arms of fibromyalgia trials, 7.69 points of "
    "100 (95 % CI 6.10 to 9.29), 9,827 people (Häuser 2011, read second-hand); for other symptoms "
    "assumption."
)
_EXPECTATION_SPREAD = (
    "Spread of the response to placebo between people, 0.14 of the scale: Younger 2013 "
    "(placebo arm 18.0 +/- 10.8 % of a baseline of 50.8, n = 28; doi:10.1002/art.37734, numbers "
    "read second-hand)."
)
_ONSET = (
    "Onset half-life of the drug, 3 to 28 days in 95 %: assumption, no weekly curve is published."
)
_RATE = (
    "Expectation grows at 0.106 a day: placebo arms of four fibromyalgia trials, 2,759 people "
    "(Byon 2010, read second-hand)."
)

_SWING = (
    "Swing: correlation from day to day 0.73 and share of the variance 0.76 in the middle, as "
    "fitted to 42 stretches of 112 days from nine pains of three people without treatment "
    "(MyAIGuide diaries, benchmarks/noise_of_diaries.py); their spread widened (assumption)."
)

NAMED: Mapping[str, Prior] = {
    "weak": Prior(
        name="weak",
        effect=Normal(0.0, 0.25),
        effect_step_sd=0.15,
        baseline=Normal(0.5, 0.5),
        expectation=_EXPECTATION,
        trend=Normal(0.0, 0.25),
        log_half_life=_HALF_LIFE,
        phi_probit=Normal(0.6, 1.0),
        share_probit=Normal(0.7, 1.0),
        log_spread=Normal(math.log(0.12), 1.0),
        sources=(
            "Effect, baseline, trend and spread: wide and without direction (assumption).",
            _SWING,
            _EXPECTATION_MEAN,
            _EXPECTATION_SPREAD,
            _RATE,
            _ONSET,
        ),
    ),
    "fibromyalgia": Prior(
        name="fibromyalgia",
        effect=Normal(0.0, 0.12),
        effect_step_sd=0.06,
        baseline=Normal(0.65, 0.20),
        expectation=_EXPECTATION,
        trend=Normal(0.0, 0.10),
        log_half_life=_HALF_LIFE,
        phi_probit=Normal(0.6, 0.8),
        share_probit=Normal(0.7, 0.8),
        log_spread=Normal(math.log(0.11), 0.5),
        log_effect=Normal(0.0, 0.6),
        log_effect_step_sd=0.3,
        sources=(
            "Effect centred on zero: the two large parallel trials pool to -0.04 points of 10 "
            "(FINAL -0.34, 95 % CI -0.95 to 0.27, doi:10.1016/S2665-9913(23)00278-3; INNOVA +0.49, "
            "-0.32 to 1.31, PMID 42385209). Its spread, 1.2 points of 10: assumption, wide enough "
            "for the 2.9 points by which the best early trial differed.",
            _EXPECTATION_MEAN,
            _EXPECTATION_SPREAD,
            _RATE,
            "Baseline 0.65 of the scale, spread 0.20: FINAL 6.2 to 6.3 (SD 1.3 to 1.6), INNOVA "
            "7.5 to 7.7 (SD 1.6), Younger 2013 5.1 of 10.",
            "Day-to-day spread about 0.11 of the scale: average change from one day to the next "
            "10 to 15 points of 100 in 10 women over 90 days (Musculoskeletal Care, abstract).",
            _SWING,
            "Natural change of up to 0.2 of the scale in 12 weeks: assumption.",
            _ONSET,
        ),
    ),
}


@dataclass(frozen=True)
class SymptomPrior:
    """A prior in the units and direction of one symptom (log scale for counts and yes/no)."""

    name: str
    sources: tuple[str, ...]
    baseline: Normal
    trend_per_day: Normal
    expectation: Normal
    effect: Normal
    effect_step_sd: float
    log_half_life: Normal
    phi_probit: Normal
    share_probit: Normal
    log_spread: Normal
    expectation_rate: float


def prior_for(prior: Prior, symptom: Symptom) -> SymptomPrior:
    """Turn shares of the scale into the symptom's own units and direction.

    >>> p = prior_for(NAMED["fibromyalgia"], Symptom("pain", 0, 10))
    >>> round(p.expectation.mean, 3), round(p.effect.sd, 3)
    (-0.77, 1.2)
    >>> mood = Symptom("mood", 0, 100, Direction.HIGHER_IS_BETTER)
    >>> round(prior_for(NAMED["fibromyalgia"], mood).expectation.mean, 3)
    7.7
    """
    sign = 1.0 if symptom.direction is Direction.LOWER_IS_BETTER else -1.0
    if symptom.kind is not Kind.RATING:
        return _log_scale(prior, sign)
    width = symptom.high - symptom.low
    best = symptom.low if sign > 0 else symptom.high

    def scaled(normal: Normal, per: float = 1.0) -> Normal:
        return Normal(sign * width * normal.mean / per, width * normal.sd / per)

    return SymptomPrior(
        name=prior.name,
        sources=prior.sources,
        baseline=Normal(best + scaled(prior.baseline).mean, width * prior.baseline.sd),
        trend_per_day=scaled(prior.trend, DAYS_OF_TREND),
        expectation=scaled(prior.expectation),
        effect=scaled(prior.effect),
        effect_step_sd=width * prior.effect_step_sd,
        log_half_life=prior.log_half_life,
        phi_probit=prior.phi_probit,
        share_probit=prior.share_probit,
        log_spread=Normal(math.log(width) + prior.log_spread.mean, prior.log_spread.sd),
        expectation_rate=prior.expectation_rate,
    )


def for_period_means(prior: SymptomPrior) -> SymptomPrior:
    """The prior for means over a period, which scatter about half as much as days (assumption)."""
    spread = Normal(prior.log_spread.mean - math.log(2), prior.log_spread.sd)
    return replace(prior, log_spread=spread)


def _log_scale(prior: Prior, sign: float) -> SymptomPrior:
    def signed(normal: Normal, per: float = 1.0) -> Normal:
        return Normal(sign * normal.mean / per, normal.sd / per)

    return SymptomPrior(
        name=prior.name,
        sources=prior.sources,
        baseline=prior.log_baseline,
        trend_per_day=signed(prior.log_trend, DAYS_OF_TREND),
        expectation=signed(prior.log_expectation),
        effect=signed(prior.log_effect),
        effect_step_sd=prior.log_effect_step_sd,
        log_half_life=prior.log_half_life,
        phi_probit=prior.phi_probit,
        share_probit=prior.share_probit,
        log_spread=prior.log_log_spread,
        expectation_rate=prior.expectation_rate,
    )


def read_prior(source: str | Prior) -> Prior:
    """Return the prior called `source`, or the one in the TOML file at that path.

    A file starts from a named prior and changes what it names:

        based_on = "fibromyalgia"
        effect = { mean = -0.05, sd = 0.10 }    # shares of the scale, negative is better
        sources = ["My clinic's first forty courses"]

    Raises InputError where there is no such prior or file, or the file has faults.

    >>> read_prior("weak").effect.sd
    0.25
    """
    if isinstance(source, Prior):
        return source
    if source in NAMED:
        return NAMED[source]
    path = Path(source)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        known = ", ".join(NAMED)
        raise InputError(
            [
                Fault(
                    "--prior",
                    repr(source),
                    f"one of {known}, evidence:CONDITION, or a TOML file",
                    _why(problem),
                )
            ]
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise InputError([Fault(str(path), str(problem), "a TOML file")]) from None
    return _from_toml(content, path.name)


def _why(problem: Exception) -> str:
    return "no such file" if isinstance(problem, FileNotFoundError) else "the file cannot be read"


def _from_toml(content: Mapping[str, Any], name: str) -> Prior:
    faults: list[Fault] = []
    based_on = content.get("based_on", "weak")
    if based_on not in NAMED:
        faults.append(Fault(f"{name}, based_on", repr(based_on), f"one of {', '.join(NAMED)}"))
    base = NAMED.get(str(based_on), NAMED["weak"])
    kinds = {field.name: type(getattr(base, field.name)) for field in fields(Prior)}
    changes: dict[str, Any] = {"name": name}
    for key, value in content.items():
        if key in ("based_on", "name"):
            continue
        changes[key] = _value(name, key, value, kinds, faults)
    if faults:
        raise InputError(faults)
    return replace(base, **changes)


def _value(name: str, key: str, value: Any, kinds: Mapping[str, type], faults: list[Fault]) -> Any:
    place = f"{name}, {key}"
    kind = kinds.get(key)
    if kind is None:
        known = ", ".join(k for k in kinds if k != "name")
        faults.append(Fault(place, repr(value), f"a known name ({known})"))
    elif kind is Normal:
        return _normal(place, value, faults)
    elif kind is float:
        if _is_number(value) and value > 0:
            return float(value)
        faults.append(Fault(place, repr(value), "a number above 0"))
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    else:
        faults.append(Fault(place, repr(value), "a list of sentences in quotes"))
    return None


def _normal(place: str, value: Any, faults: list[Fault]) -> Normal | None:
    if isinstance(value, dict) and set(value) == {"mean", "sd"}:
        mean, sd = value["mean"], value["sd"]
        if _is_number(mean) and _is_number(sd) and sd > 0:
            return Normal(float(mean), float(sd))
    faults.append(Fault(place, repr(value), "{ mean = NUMBER, sd = NUMBER above 0 }"))
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
