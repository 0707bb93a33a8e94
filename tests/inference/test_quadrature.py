"""The closed form and the grid, against dense algebra and a much finer grid; and its laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_diaries import (
    MOOD,
    at_a_point,
    diary,
    frame_of,
    noise_at,
    noisy,
    on_off,
    solved,
)

from lowdose.diary.entries import Diary, Symptom
from lowdose.inference.estimate import Estimate, estimate, estimate_many, questions
from lowdose.inference.frame import Frame
from lowdose.inference.options import Noise, Options
from lowdose.inference.priors import NAMED

MEANS_WITHIN_SD, LIMITS_WITHIN_SD = 0.05, 0.1  # what model.md section 7 asks against NUTS
SHORT = 16


def short_diary(seed: int = 0, **more: object) -> Diary:
    """Sixteen days, 4 without and 4 with in turn, two of them unrated."""
    ratings = noisy(6 - 2 * (on_off(SHORT, 4) > 0), seed, days=SHORT)
    ratings[[3, 9]] = np.nan
    return diary(ratings, on_off(SHORT, 4), **more)


def same(one: Estimate, other: Estimate, tolerance: float = 1e-9) -> bool:
    pairs = zip(one.effects, other.effects, strict=True)
    return all(
        getattr(a, name) == pytest.approx(getattr(b, name), abs=tolerance)
        for a, b in pairs
        for name in ("mean", "sd", "low", "high")
    ) and one.benefit == pytest.approx(other.benefit, abs=tolerance)


# --- against dense algebra ------------------------------------------------------------


def squeezed(made: Diary) -> tuple[Frame, Estimate]:
    frame = frame_of(made, at_a_point(NAMED["fibromyalgia"]))
    return frame, estimate(frame)[0]


def test_with_known_noise_the_posterior_is_bayesian_linear_regression() -> None:
    frame, found = squeezed(short_diary())
    dense = solved(frame, noise_at(frame, (0, 0, 0, 0)))

    asked = questions(frame, 1)[[0, 1, 2, 3]]
    means, variances = asked @ dense.mean, np.diag(asked @ dense.covariance @ asked.T)
    assert found.trend is not None
    assert found.expectation is not None
    quantities = (found.baseline, found.trend, found.expectation, found.effects[0])
    assert [q.mean for q in quantities] == pytest.approx(means, abs=1e-8)
    assert [q.sd for q in quantities] == pytest.approx(np.sqrt(variances), abs=1e-8)


def test_with_known_noise_the_interval_is_the_normal_one() -> None:
    _, found = squeezed(short_diary())
    effect = found.effects[0]

    assert effect.high - effect.mean == pytest.approx(1.959964 * effect.sd, rel=1e-6)
    assert effect.mean - effect.low == pytest.approx(1.959964 * effect.sd, rel=1e-6)


def test_log_evidence_differs_between_diaries_as_the_normal_density_does() -> None:
    """Up to a constant of the grid, log evidence is the log density of the ratings."""
    (first, a), (second, b) = squeezed(short_diary(0)), squeezed(short_diary(1))
    dense = [solved(frame, noise_at(frame, (0, 0, 0, 0))).log_density for frame in (first, second)]

    assert a.log_evidence - b.log_evidence == pytest.approx(dense[0] - dense[1], abs=1e-4)


# --- against a much finer grid --------------------------------------------------------


def brute_force(frame: Frame, points: int, half_lives: int) -> tuple[float, float, float, float]:
    """Mean, sd and 95 % limits of the first effect on an even grid over +-4.2 prior sd."""
    along = np.linspace(-4.2, 4.2, points)
    onset = np.linspace(-4.2, 4.2, half_lives) if half_lives > 1 else np.zeros(1)
    log_weight, means, variances = [], [], []
    place = frame.fixed.shape[1]
    for z0 in onset:
        for z1 in along:
            for z2 in along:
                for z3 in along:
                    z = (z0, z1, z2, z3)
                    dense = solved(frame, noise_at(frame, z))
                    log_weight.append(dense.log_density - 0.5 * sum(u * u for u in z))
                    means.append(dense.mean[place])
                    variances.append(dense.covariance[place, place])
    weight = np.exp(np.array(log_weight) - max(log_weight))
    weight /= weight.sum()
    centre, sd = np.array(means), np.sqrt(variances)
    mean = float(weight @ centre)
    spread = float(np.sqrt(weight @ (sd**2 + (centre - mean) ** 2)))
    low, high = (mixture_quantile(weight, centre, sd, level) for level in (0.025, 0.975))
    return mean, spread, low, high


def mixture_quantile(weight: np.ndarray, mean: np.ndarray, sd: np.ndarray, level: float) -> float:
    from scipy.optimize import brentq
    from scipy.stats import norm

    reach = 10 * sd.max() + np.ptp(mean)
    return float(
        brentq(
            lambda value: weight @ norm.cdf((value - mean) / sd) - level,
            mean.min() - reach,
            mean.max() + reach,
        )
    )


@pytest.mark.parametrize(
    ("options", "half_lives"),
    [
        pytest.param(Options(onset="immediate"), 1, id="acts at once"),  # type: ignore[arg-type]
        pytest.param(
            Options(onset="gradual"),  # type: ignore[arg-type]
            5,
            id="acts gradually",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_the_small_grid_agrees_with_brute_force(options: Options, half_lives: int) -> None:
    names = np.where(on_off(SHORT, 4) > 0, "tea", "none")
    made = diary(short_diary().ratings["pain"], treatment=names)
    frame = frame_of(made, options=options)
    mean, sd, low, high = brute_force(frame, 15, half_lives)

    effect = estimate(frame)[0].effects[0]
    assert abs(effect.mean - mean) < MEANS_WITHIN_SD * sd
    assert abs(effect.sd / sd - 1) < MEANS_WITHIN_SD
    assert abs(effect.low - low) < LIMITS_WITHIN_SD * sd
    assert abs(effect.high - high) < LIMITS_WITHIN_SD * sd


# --- laws -----------------------------------------------------------------------------


def test_scaling_ratings_and_scale_scales_the_effect() -> None:
    small = estimate(frame_of(short_diary()))[0].effects[0]
    tenfold = diary(
        10 * short_diary().ratings["pain"],
        on_off(SHORT, 4),
        symptom=Symptom("pain", 0, 100),
    )
    large = estimate(frame_of(tenfold))[0].effects[0]

    expected = [10 * value for value in (small.mean, small.sd, small.low, small.high)]
    assert [large.mean, large.sd, large.low, large.high] == pytest.approx(expected)


def test_shifting_ratings_and_scale_shifts_the_baseline_only() -> None:
    plain = estimate(frame_of(short_diary()))[0]
    shifted = diary(
        short_diary().ratings["pain"] - 5, on_off(SHORT, 4), symptom=Symptom("pain", -5, 5)
    )
    moved = estimate(frame_of(shifted))[0]

    assert same(moved, plain)
    assert moved.baseline.mean == pytest.approx(plain.baseline.mean - 5)
    assert moved.better_30_percent == pytest.approx(plain.better_30_percent)


def test_turning_the_scale_round_turns_the_effect_round() -> None:
    plain = estimate(frame_of(short_diary(), "fibromyalgia"))[0]
    turned = diary(10 - short_diary().ratings["pain"], on_off(SHORT, 4), symptom=MOOD)
    found = estimate(frame_of(turned, "fibromyalgia"))[0]

    assert found.effects[0].mean == pytest.approx(-plain.effects[0].mean)
    assert found.effects[0].low == pytest.approx(-plain.effects[0].high)
    assert found.benefit == pytest.approx(plain.benefit)


def test_the_order_of_named_treatments_does_not_matter() -> None:
    taken = np.array(["none", "tea", "milk", "none"])[np.arange(SHORT) // 4]
    ratings = short_diary().ratings["pain"]
    by_name = {
        new: estimate(
            frame_of(diary(ratings, treatment=[new if name == "tea" else name for name in taken]))
        )[0]
        for new in ("tea", "beer")
    }

    # Only the places of the spread's points depend on the order, so the grid's error is all.
    tea, beer = by_name["tea"].effects, by_name["beer"].effects
    assert [beer[0].mean, beer[1].mean] == pytest.approx([tea[1].mean, tea[0].mean], abs=1e-4)


def test_unrated_days_at_the_end_change_nothing() -> None:
    short = diary(short_diary().ratings["pain"][:12], on_off(12, 4))
    longer = diary(
        np.concatenate([short.ratings["pain"], np.full(4, np.nan)]),
        np.concatenate([on_off(12, 4), np.zeros(4)]),
    )

    assert same(estimate(frame_of(longer))[0], estimate(frame_of(short))[0])


def test_many_at_once_equal_one_by_one() -> None:
    frames = [frame_of(short_diary(seed)) for seed in range(5)]
    many = estimate_many(frames)

    alone = [estimate_many([frame])[0] for frame in frames]
    assert all(same(one, other, 1e-6) for one, other in zip(many, alone, strict=True))


def test_many_come_back_in_the_order_given_whatever_the_chunks() -> None:
    frames = [frame_of(short_diary(seed)) for seed in range(20)]
    forward, backward = estimate_many(frames), estimate_many(frames[::-1])

    assert all(same(a, b, 1e-10) for a, b in zip(forward, backward[::-1], strict=True))


def test_many_report_progress_to_the_last_diary() -> None:
    told: list[int] = []
    estimate_many((frame_of(short_diary(seed)) for seed in range(5)), progress=told.append)

    assert sum(told) == 5


def test_the_same_diary_gives_the_same_numbers_to_the_last_bit() -> None:
    assert estimate(frame_of(short_diary()))[0] == estimate(frame_of(short_diary()))[0]


def test_double_precision_stays_inside() -> None:
    import jax
    import jax.numpy as jnp

    before = jax.config.jax_enable_x64
    estimate(frame_of(short_diary()))

    assert jax.config.jax_enable_x64 == before
    assert jnp.ones(1).dtype == (jnp.float64 if before else jnp.float32)


@pytest.mark.parametrize("noise", [Noise.DAY, Noise.SWING])
def test_one_kind_of_noise_alone_is_finite_on_equal_ratings(noise: Noise) -> None:
    frame = frame_of(diary([4.0] * SHORT, on_off(SHORT, 8)), options=Options(noise=noise))
    found, posterior = estimate(frame)

    assert np.isfinite(found.effects[0].sd)
    assert found.effects[0].sd > 0
    assert np.isfinite(posterior.root).all()


def test_more_days_narrow_the_answer() -> None:
    few = frame_of(short_diary())
    blank = replace(few, rating=np.where(np.arange(SHORT) < 8, few.rating, np.nan))

    assert estimate(few)[0].effects[0].sd < estimate(blank)[0].effects[0].sd
