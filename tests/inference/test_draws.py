"""Draws and marginals of the mixture."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from made_diaries import diary, frame_of, noisy, on_off

from lowdose.diary.entries import Kind, Symptom
from lowdose.inference.draws import (
    Draws,
    draw,
    half_life_quantity,
    hyper_numbers,
    marginal_cdf,
    normal_cdf,
    phi_quantity,
)
from lowdose.inference.estimate import Estimate, Posterior, estimate
from lowdose.inference.frame import Frame
from lowdose.inference.options import Noise, Options

COUNT = 20_000


@cache
def solved(noise: Noise = Noise.BOTH) -> tuple[Frame, Estimate, Posterior]:
    ratings = noisy(6 - (on_off(16, 4) > 0), 3, days=16)
    frame = frame_of(diary(ratings, on_off(16, 4)), options=Options(noise=noise))
    return frame, *estimate(frame)


def some_draws(seed: int = 0) -> Draws:
    frame, _, posterior = solved()
    return draw(frame, posterior, COUNT, seed)


def test_draws_have_the_mean_and_spread_of_the_mixture() -> None:
    frame, found, _ = solved()
    effects = some_draws().effects(frame)[:, 0]
    effect = found.effects[0]

    assert effects.mean() == pytest.approx(effect.mean, abs=4 * effect.sd / np.sqrt(COUNT))
    assert effects.std() == pytest.approx(effect.sd, rel=4 / np.sqrt(COUNT))


def test_draws_have_the_limits_of_the_interval() -> None:
    frame, found, _ = solved()
    effects, effect = some_draws().effects(frame)[:, 0], found.effects[0]

    # A share of 0.025 of 20,000 draws has a standard error of 0.0011.
    assert np.mean(effects < effect.low) == pytest.approx(0.025, abs=0.005)
    assert np.mean(effects > effect.high) == pytest.approx(0.025, abs=0.005)


def test_the_same_seed_draws_the_same() -> None:
    assert np.array_equal(some_draws(7).coefficients, some_draws(7).coefficients)


def test_another_seed_draws_otherwise() -> None:
    assert not np.array_equal(some_draws(7).coefficients, some_draws(8).coefficients)


def test_the_first_draws_stand_for_all() -> None:
    """Nodes are drawn in order and then mixed: the first tenth has the same half-lives."""
    drawn = np.log(some_draws().half_life)

    assert drawn[: COUNT // 10].mean() == pytest.approx(drawn.mean(), abs=0.1 * drawn.std())


def test_drawn_numbers_lie_in_their_ranges() -> None:
    drawn = some_draws()

    assert np.all((drawn.phi > 0) & (drawn.phi < 1))
    assert np.all((drawn.share >= 0) & (drawn.share <= 1))
    assert np.all(drawn.half_life > 0)
    assert np.all(drawn.spread > 0)


@pytest.mark.parametrize(("points", "reach"), [(7, 2.4), (9, 3.0), (11, 3.2)])
def test_the_marginal_of_a_normal_is_exact(points: int, reach: float) -> None:
    units = np.linspace(-reach, reach, points)
    z, cdf = marginal_cdf(units, np.exp(-(units**2) / 2))

    # The axis ends one and a half cells beyond the outermost point: that much mass is cut off.
    cut = normal_cdf(np.array([-reach - 1.5 * (units[1] - units[0])]))[0]
    assert np.abs(cdf - normal_cdf(z)).max() < 2e-3 + 2 * cut


def test_the_correlation_is_that_of_the_draws() -> None:
    frame, _, posterior = solved()
    found, drawn = phi_quantity(frame, posterior), some_draws().phi

    assert found.mean == pytest.approx(drawn.mean(), abs=0.02)
    assert found.sd == pytest.approx(drawn.std(), rel=0.05)
    assert [found.low, found.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.02)


def test_without_a_swing_there_is_no_correlation() -> None:
    frame, _, posterior = solved(Noise.DAY)

    assert phi_quantity(frame, posterior).mean == 0.0


def test_an_uninformed_onset_keeps_its_prior() -> None:
    """Half-life: 3 to 28 days in 95 %, median the root of 3 times 28."""
    frame, _, posterior = solved()
    axis = posterior.onset_axis[0]
    flat = Posterior(
        posterior.weight,
        posterior.mean,
        posterior.root,
        posterior.hyper,
        posterior.phi_axis,
        (np.linspace(-2.5, 2.5, axis.size), np.exp(-(np.linspace(-2.5, 2.5, axis.size) ** 2) / 2)),
    )
    median, found = half_life_quantity(frame, flat)

    assert median == pytest.approx(np.sqrt(3 * 28), rel=0.01)
    assert [found.low, found.high] == pytest.approx([3.0, 28.0], rel=0.02)


def test_counts_have_a_swing_and_no_day_noise() -> None:
    attacks = Symptom("pain", 0, float("inf"), kind=Kind.COUNT)
    frame = frame_of(diary(np.ones(16), on_off(16, 4), symptom=attacks))
    _, _, share, spread = hyper_numbers(frame, np.zeros((4, 3)))

    assert np.array_equal(share, np.ones(3))
    assert spread == pytest.approx(np.exp(frame.prior.log_spread.mean))


def test_the_normal_distribution_function() -> None:
    # Abramowitz & Stegun 1964, table 26.1.
    assert normal_cdf(np.array([0.0, 1.0, -2.0])) == pytest.approx(
        [0.5, 0.8413447, 0.0227501], abs=1e-7
    )
