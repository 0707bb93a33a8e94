"""Diaries made of numbers, and the model's linear algebra written out in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lowdose.diary.entries import Diary, Direction, Symptom
from lowdose.inference.arrays import coefficient_scale, grain, step_matrix
from lowdose.inference.course import relief_of
from lowdose.inference.draws import normal_cdf
from lowdose.inference.frame import Frame, build_frame
from lowdose.inference.options import Options
from lowdose.inference.priors import NAMED, Normal, Prior

Numbers = NDArray[np.float64]

PAIN = Symptom("pain")
MOOD = Symptom("pain", direction=Direction.HIGHER_IS_BETTER)


def diary(
    ratings: Sequence[float] | Numbers,
    dose_mg: Sequence[float] | Numbers | None = None,
    *,
    symptom: Symptom = PAIN,
    treatment: Sequence[str] | None = None,
    **more: object,
) -> Diary:
    """A diary with a row a day from day 0."""
    values = np.array(ratings, dtype=float)
    columns: dict[str, object] = {"day": np.arange(values.size, dtype=float), **more}
    return Diary(
        ratings={symptom.name: values},
        symptoms={symptom.name: symptom},
        dose_mg=None if dose_mg is None else np.array(dose_mg, dtype=float),
        treatment=None if treatment is None else tuple(treatment),
        **columns,  # type: ignore[arg-type]
    )


def on_off(days: int, block: int, dose_mg: float = 4.5) -> Numbers:
    """Doses that take turns with none, `block` days each, none first."""
    return np.where((np.arange(days) // block) % 2 == 1, dose_mg, 0.0)


def noisy(mean: Numbers | float, seed: int = 0, spread: float = 1.0, days: int = 112) -> Numbers:
    """Whole ratings from 0 to 10 around a mean."""
    noise = np.random.default_rng(seed).normal(0, spread, days)
    return np.clip(np.rint(mean + noise), 0, 10)


def frame_of(
    made: Diary, prior: str | Prior = "weak", options: Options = Options(), name: str = "pain"
) -> Frame:
    """The diary as the model sees it."""
    belief = NAMED[prior] if isinstance(prior, str) else prior
    return build_frame(made, made.symptoms[name], belief, options)


def at_a_point(prior: Prior, width: float = 1e-6) -> Prior:
    """A prior that is all but certain of the four numbers that are not linear."""
    names = ("log_half_life", "phi_probit", "share_probit", "log_spread")
    return replace(prior, **{n: Normal(getattr(prior, n).mean, width) for n in names})


@dataclass(frozen=True, eq=False)
class Noise:
    """The four numbers that are not linear."""

    half_life: float
    phi: float
    share: float
    spread: float


def noise_at(frame: Frame, z: Sequence[float]) -> Noise:
    """The four numbers at prior standard units, written out again apart from the package."""
    p = frame.prior
    half_life = np.exp(p.log_half_life.mean + p.log_half_life.sd * z[0])
    phi, share = (
        float(normal_cdf(np.array(n.mean + n.sd * unit)))
        for n, unit in ((p.phi_probit, z[1]), (p.share_probit, z[2]))
    )
    raw = np.exp(p.log_spread.mean + p.log_spread.sd * z[3])
    return Noise(half_life, phi, share, np.hypot(raw, grain(frame) / np.sqrt(1 - share)))


def noise_covariance(
    gap: Numbers, weight: Numbers, phi: float, share: float, spread: float = 1.0
) -> Numbers:
    """Covariance of swing plus day noise between all rows, by its definition."""
    steps = np.cumsum(np.where(np.arange(gap.size) == 0, 0, gap > 0))
    apart = np.abs(steps[:, None] - steps)
    swing = share * np.where(apart == 0, 1.0, phi**apart)
    return spread**2 * (swing + np.diag((1 - share) / weight))


def columns_of(frame: Frame, half_life: float) -> Numbers:
    """All regression columns, treatment passed through the onset filter."""
    relief = relief_of(frame.drive, np.array([half_life]), frame.gradual)[:, :, 0]
    return np.concatenate([frame.fixed, relief], axis=1)


def prior_of(frame: Frame) -> tuple[Numbers, Numbers]:
    """Prior mean and covariance of the coefficients; unused ones have none."""
    means, sds = coefficient_scale(frame)
    steps = step_matrix(frame)
    size = means.size + steps.shape[0]
    covariance = np.zeros((size, size))
    covariance[range(means.size), range(means.size)] = sds**2
    covariance[means.size :, means.size :] = steps @ steps.T
    return np.concatenate([means, np.full(steps.shape[0], frame.prior.effect.mean)]), covariance


@dataclass(frozen=True, eq=False)
class Dense:
    """Posterior of the coefficients and log density of the ratings, by dense matrices."""

    mean: Numbers
    covariance: Numbers
    log_density: float


def solved(frame: Frame, noise: Noise) -> Dense:
    """Bayesian linear regression with all matrices written out."""
    rated = frame.rated
    x = columns_of(frame, noise.half_life)[rated]
    v = noise_covariance(frame.gap, frame.weight, noise.phi, noise.share, noise.spread)
    v = v[np.ix_(rated, rated)]
    mean, prior = prior_of(frame)
    whole = v + x @ prior @ x.T
    left = frame.rating[rated] - x @ mean
    gain = prior @ x.T @ np.linalg.inv(whole)
    density = -0.5 * (
        left @ np.linalg.solve(whole, left)
        + np.linalg.slogdet(whole)[1]
        + left.size * np.log(2 * np.pi)
    )
    return Dense(mean + gain @ left, prior - gain @ x @ prior, float(density))


def by_bisection(weight: Numbers, mean: Numbers, sd: Numbers, level: float) -> float:
    """The value that a mixture of normals is below with this probability."""
    low, high = np.min(mean) - 20 * np.max(sd), np.max(mean) + 20 * np.max(sd)
    for _ in range(100):
        middle = (low + high) / 2
        below = np.asarray(weight) @ norm.cdf((middle - np.asarray(mean)) / np.asarray(sd))
        low, high = (middle, high) if below < level else (low, middle)
    return float(low)
