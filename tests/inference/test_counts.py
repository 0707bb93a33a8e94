"""Counts and yes/no days, against brute force, maximum likelihood and NUTS."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest
from arviz_stats import mcse
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, gammaln, logsumexp
from scipy.stats import bernoulli, poisson

from lowdose.diary.entries import Diary, Direction, Kind, Symptom
from lowdose.errors import InputError
from lowdose.inference.arrays import stack
from lowdose.inference.counts import estimate_counts, totals
from lowdose.inference.counts_sampler import sample_counts
from lowdose.inference.estimate import Quantity, reference_row
from lowdose.inference.frame import Frame, build_frame
from lowdose.inference.latent import Totals
from lowdose.inference.options import Noise, Options
from lowdose.inference.priors import NAMED
from lowdose.inference.propagation import Fit, fit
from lowdose.runtime import double_precision

Numbers = NDArray[np.float64]

LOG_EVIDENCE = 0.01
MEAN_IN_SD = 0.1
END_IN_SD = 0.15
# NUTS is random too: its ends differ from seed to seed by up to 0.15 SD, and from machine to
# machine as much. So many of its own errors (by ArviZ) are allowed on top.
ERRORS_ALLOWED = 3.0


def simulated(
    seed: int,
    kind: Kind,
    *,
    days: int = 112,
    block: int = 14,
    base: float = 0.0,
    effect: float = -0.6,
    spread: float = 0.4,
    phi: float = 0.5,
    missing: float = 0.0,
) -> Diary:
    """A blinded diary in blocks; onset half-life 6 days."""
    rng = np.random.default_rng(seed)
    dose = np.where((np.arange(days) // block) % 2 == 1, 4.5, 0.0)
    keep, relief, swing = 2 ** (-1 / 6), 0.0, spread * rng.normal()
    values = np.zeros(days)
    for day in range(days):
        relief = keep * relief + (1 - keep) * (dose[day] > 0)
        swing = phi * swing + spread * np.sqrt(1 - phi**2) * rng.normal()
        line = base + effect * relief + swing
        values[day] = (
            rng.poisson(np.exp(line)) if kind is Kind.COUNT else rng.random() < expit(line)
        )
    values[rng.random(days) < missing] = np.nan
    return diary_of(values, dose, kind)


def diary_of(values: Numbers, dose: Numbers, kind: Kind) -> Diary:
    symptom = Symptom("attacks", 0.0, np.inf if kind is Kind.COUNT else 1.0, kind=kind)
    return Diary(
        day=np.arange(float(values.size)),
        ratings={"attacks": values},
        symptoms={"attacks": symptom},
        dose_mg=dose,
        blinded=True,
    )


def frame_of(diary: Diary, noise: Noise = Noise.BOTH) -> Frame:
    return build_frame(diary, diary.symptoms["attacks"], NAMED["weak"], Options(noise=noise))


def rows_of(total: Numbers, *, days: Numbers | None = None, gap: Numbers | None = None) -> Totals:
    """Rows for `fit`; NaN is a missing day."""
    ones = np.ones(total.size)
    return Totals(
        total=np.nan_to_num(total),
        days=ones if days is None else days,
        seen=np.isfinite(total).astype(float),
        gap=ones if gap is None else gap,
    )


def fitted(
    rows: Totals,
    columns: Numbers,
    *,
    phi: float = 0.5,
    spread: float = 1e-4,
    binary: bool = False,
    slices: int = 5,
) -> Fit:
    with double_precision():
        noise = (jnp.array([phi]), jnp.array([spread**2]))
        start = jnp.zeros(columns.shape[1])
        rows = Totals(*map(jnp.asarray, rows))
        return fit(rows, jnp.asarray(columns), start, noise, binary=binary, slices=slices)


def moments(found: Fit) -> tuple[Numbers, Numbers]:
    """Mean and covariance of the coefficients over all slices."""
    log_like, mean, root = (np.asarray(part) for part in found)
    weight = np.exp(log_like - logsumexp(log_like))
    centre = mean @ weight
    left = mean - centre[:, None]
    within = np.einsum("n,jin,jkn->ik", weight, root, root)
    return centre, within + (left * weight) @ left.T


# --- against brute force -------------------------------------------------------------


def log_probability(kind: Kind, values: Numbers, line: Numbers) -> Numbers:
    """From scipy's distributions, independent of the code under test."""
    seen = np.isfinite(values)
    whole = np.where(seen, values, 0)
    found: Numbers = (
        poisson.logpmf(whole, np.exp(line))
        if kind is Kind.COUNT
        else bernoulli.logpmf(whole, expit(line))
    )
    return np.where(seen, found, 0.0).sum(axis=-1)


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.BINARY])
@pytest.mark.parametrize("values", [[0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 1, 1, 0, 0, 1, 0]])
def test_without_a_swing_the_posterior_is_that_of_a_dense_grid(
    kind: Kind, values: list[int]
) -> None:
    total = np.array(values, dtype=float)
    columns = np.column_stack([2.0 * np.ones(8), 1.5 * (np.arange(8) >= 4)])
    axis = np.linspace(-7, 7, 561)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    log_density = log_probability(kind, total, grid @ columns.T) - 0.5 * (grid**2).sum(-1)
    weight = np.exp(log_density - logsumexp(log_density))
    mean = np.einsum("ij,ijk->k", weight, grid)
    sd = np.sqrt(np.einsum("ij,ijk->k", weight, (grid - mean) ** 2))

    found, covariance = moments(fitted(rows_of(total), columns, binary=kind is Kind.BINARY))

    assert np.abs(found - mean).max() < 0.02 * sd.min()
    assert np.sqrt(np.diag(covariance)) == pytest.approx(sd, rel=0.04)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.BINARY])
def test_with_a_swing_evidence_differs_from_brute_force_by_a_constant(kind: Kind) -> None:
    days = np.array([1.0, 0.0, np.nan, 1.0])
    columns = 1.2 * np.ones((4, 1))

    differences = [
        slice_evidence(
            fitted(rows_of(days), columns, phi=phi, spread=s, binary=kind is Kind.BINARY)
        )
        - swing_evidence(kind, days, columns, phi, s)
        for phi, s in [(0.1, 0.3), (0.6, 0.9), (0.95, 1.5)]
    ]

    assert np.ptp(differences) < LOG_EVIDENCE


def slice_evidence(found: Fit) -> float:
    return float(logsumexp(np.asarray(found.log_like)))


def swing_evidence(
    kind: Kind, values: Numbers, columns: Numbers, phi: float, spread: float
) -> float:
    """The integral over coefficient and swing, by a product of Gauss-Hermite rules."""
    points, weights = np.polynomial.hermite_e.hermegauss(17)
    everything = np.array(list(itertools.product(range(17), repeat=1 + values.size)))
    steps = points[everything]
    log_weight = np.log(weights / np.sqrt(2 * np.pi))[everything].sum(axis=1)
    distance = np.abs(np.subtract.outer(np.arange(values.size), np.arange(values.size)))
    root = spread * np.linalg.cholesky(phi**distance)
    line = steps[:, :1] @ columns.T + steps[:, 1:] @ root.T
    return float(logsumexp(log_weight + log_probability(kind, values, line)))


# --- against maximum likelihood ------------------------------------------------------


def test_with_flat_priors_and_many_days_the_posterior_is_the_likelihood() -> None:
    rng = np.random.default_rng(3)
    treated = (np.arange(600) // 30) % 2
    design = np.column_stack([np.ones(600), treated])
    total = rng.poisson(np.exp(design @ [1.2, -0.5])).astype(float)

    best = minimize(
        lambda b: float(np.sum(np.exp(design @ b) - total * (design @ b) + gammaln(total + 1))),
        np.zeros(2),
        method="BFGS",
    ).x
    information = design.T @ (np.exp(design @ best)[:, None] * design)
    flat = 100.0
    found, covariance = moments(fitted(rows_of(total), flat * design, slices=1))

    sd = np.sqrt(np.diag(np.linalg.inv(information)))
    assert flat * found == pytest.approx(best, abs=0.05 * sd.min())
    assert flat * np.sqrt(np.diag(covariance)) == pytest.approx(sd, rel=0.01)


# --- laws ----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_row_of_several_days_is_those_days_under_one_swing() -> None:
    column = 1.5 * np.ones((4, 1))
    days = rows_of(np.array([2.0, 0.0, 1.0, 4.0]), gap=np.array([1.0, 0.0, 0.0, 1.0]))
    means = rows_of(np.array([3.0, 4.0]), days=np.array([3.0, 1.0]))

    one_by_one = moments(fitted(days, column, spread=0.7))
    together = moments(fitted(means, column[:2], spread=0.7))

    assert one_by_one[0] == pytest.approx(together[0], abs=0.005)
    assert one_by_one[1] == pytest.approx(together[1], rel=0.02)


def test_a_missing_day_at_the_end_changes_nothing() -> None:
    column = 1.5 * np.ones((4, 1))
    short = fitted(rows_of(np.array([2.0, 0.0, 1.0])), column[:3], spread=0.7)
    padded = fitted(rows_of(np.array([2.0, 0.0, 1.0, np.nan])), column, spread=0.7)

    assert np.asarray(padded.mean) == pytest.approx(np.asarray(short.mean), abs=1e-6)
    assert np.asarray(padded.log_like) == pytest.approx(np.asarray(short.log_like), abs=1e-5)


@pytest.mark.slow
def test_when_higher_is_better_the_same_rise_is_a_benefit() -> None:
    diary = simulated(4, Kind.COUNT, days=28, block=7, base=1.0, effect=1.5)
    lower, _ = estimate_counts(frame_of(diary))
    walks = Symptom("attacks", 0.0, np.inf, Direction.HIGHER_IS_BETTER, Kind.COUNT)
    frame = build_frame(diary, walks, NAMED["weak"])
    higher, _ = estimate_counts(frame)

    assert higher.effects[0].mean == pytest.approx(lower.effects[0].mean, rel=1e-6)
    assert higher.effects[0].low == pytest.approx(lower.effects[0].low, rel=1e-3)
    assert higher.benefit[0] == pytest.approx(1 - lower.benefit[0], abs=1e-6)
    assert higher.benefit[0] > higher.better_30_percent[0] > higher.better_50_percent[0]


@pytest.mark.slow
def test_a_clear_fall_in_attacks_is_found() -> None:
    diary = simulated(5, Kind.COUNT, base=np.log(5), effect=-1.2, spread=0.2)

    found, _ = estimate_counts(frame_of(diary))

    assert found.effects[0].low < -1.2 < found.effects[0].high
    assert found.benefit[0] > 0.98


@pytest.mark.parametrize("kind", [Kind.COUNT, pytest.param(Kind.BINARY, marks=pytest.mark.slow)])
def test_a_diary_without_a_single_event_stays_uncertain(kind: Kind) -> None:
    diary = diary_of(np.zeros(28), np.repeat([0.0, 4.5], 14), kind)

    found, _ = estimate_counts(frame_of(diary))

    assert found.baseline.high < 0
    assert found.effects[0].low < -2
    assert found.effects[0].high > 2
    assert 0.4 < found.benefit[0] < 0.75


@pytest.mark.slow
def test_a_diary_of_yes_only_mirrors_one_of_no_only() -> None:
    dose = np.repeat([0.0, 4.5], 14)
    no, _ = estimate_counts(frame_of(diary_of(np.zeros(28), dose, Kind.BINARY)))
    yes, _ = estimate_counts(frame_of(diary_of(np.ones(28), dose, Kind.BINARY)))

    assert yes.baseline.mean == pytest.approx(-no.baseline.mean, abs=1e-3)
    assert yes.effects[0].high == pytest.approx(-no.effects[0].low, abs=0.01)
    assert yes.benefit[0] == pytest.approx(1 - no.benefit[0], abs=1e-3)


def test_the_posterior_is_a_mixture_whose_share_row_is_empty() -> None:
    _, posterior = estimate_counts(frame_of(simulated(6, Kind.COUNT, days=28, block=7)))

    assert posterior.weight.sum() == pytest.approx(1.0)
    assert not posterior.hyper[2].any()
    assert posterior.phi_axis[1].sum() == pytest.approx(1.0, abs=0.01)
    assert posterior.onset_axis[1].sum() == pytest.approx(1.0)


def test_without_a_swing_that_carries_over_the_correlation_keeps_its_prior() -> None:
    frame = frame_of(simulated(7, Kind.COUNT, days=28, block=7), Noise.DAY)

    _, posterior = estimate_counts(frame)

    assert posterior.weight @ posterior.hyper[1] == pytest.approx(0.0, abs=0.01)


# --- totals --------------------------------------------------------------------------


def aggregate(means: list[float], days: list[float], kind: Kind = Kind.COUNT) -> Frame:
    symptom = Symptom("attacks", 0.0, np.inf if kind is Kind.COUNT else 1.0, kind=kind)
    diary = Diary(
        day=np.repeat([1.0, 2.0], 2),
        ratings={"attacks": np.array(means)},
        symptoms={"attacks": symptom},
        treatment=("placebo", "naltrexone") * 2,
        days_averaged=np.array(days),
    )
    return build_frame(diary, symptom, NAMED["weak"])


def test_a_rounded_mean_becomes_the_whole_total_it_came_from() -> None:
    frame = aggregate([0.36, 1.0, 0.33, 2.5], [14, 14, 3, 2])

    rows = totals(frame, stack([frame]))

    assert rows.total[:4] == pytest.approx([5, 14, 1, 5])


def test_a_mean_with_too_few_digits_is_used_as_it_stands() -> None:
    frame = aggregate([0.4, 1.0, 0.5, 0.5], [14, 14, 14, 14])

    rows = totals(frame, stack([frame]))

    assert rows.total[0] == pytest.approx(5.6)


def test_period_means_are_answered() -> None:
    found, _ = estimate_counts(aggregate([3.0, 0.5, 3.5, 0.5], [14, 14, 14, 14]))

    assert found.effects[0].high < 0
    assert found.baseline.mean == pytest.approx(np.log(3.2), abs=0.25)


@pytest.mark.parametrize(
    ("kind", "value", "expected"), [(Kind.COUNT, -1.0, "0 or more"), (Kind.BINARY, 2.0, "1 (yes)")]
)
def test_an_impossible_number_is_named_with_its_day(
    kind: Kind, value: float, expected: str
) -> None:
    diary = diary_of(np.array([0.0, value, 1.0, value]), np.array([0, 0, 4.5, 4.5]), kind)

    with pytest.raises(InputError) as raised:
        estimate_counts(frame_of(diary))

    assert len(raised.value.faults) == 2
    assert "column attacks, day 1" in str(raised.value)
    assert expected in str(raised.value)


# --- against NUTS --------------------------------------------------------------------

REFERENCE: dict[str, Callable[[], Diary]] = {
    "rare attacks": lambda: simulated(1, Kind.COUNT, base=np.log(0.3)),
    "many attacks": lambda: simulated(2, Kind.COUNT, base=np.log(5)),
    "many attacks, 28 days": lambda: simulated(3, Kind.COUNT, base=np.log(5), days=28, block=7),
    "yes or no": lambda: simulated(4, Kind.BINARY, base=np.log(0.3 / 0.7)),
    "no attack in 28 days": lambda: diary_of(
        np.zeros(28), np.tile(np.repeat([0.0, 4.5], 7), 2), Kind.COUNT
    ),
    "half missing": lambda: simulated(6, Kind.COUNT, base=np.log(2), missing=0.5),
    "strong swing": lambda: simulated(9, Kind.COUNT, base=np.log(2), spread=1.2, phi=0.8),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFERENCE)
def test_the_default_method_agrees_with_nuts(name: str) -> None:
    frame = frame_of(REFERENCE[name]())

    found, _ = estimate_counts(frame)
    draws = sample_counts(frame, 0, chains=4, draws=8000, warmup=1500)

    baseline = draws.coefficients[:, :3] @ reference_row(frame)
    assert_agree(found.baseline, baseline.reshape(4, -1))
    assert_agree(found.effects[0], draws.effects(frame)[:, 0].reshape(4, -1))
    assert found.expectation is not None
    assert_agree(found.expectation, draws.coefficients[:, 2].reshape(4, -1))
    fewer = np.mean(draws.effects(frame)[:, 0] < np.log(0.7))
    assert found.better_30_percent[0] == pytest.approx(fewer, abs=0.02)


def assert_agree(found: Quantity, draws: Numbers) -> None:
    """Whether a quantity agrees with draws (chains, draws), which have errors of their own."""
    sd = draws.std()
    near(found.mean, draws.mean(), MEAN_IN_SD * sd, mcse(draws, method="mean"))
    for end, prob in ((found.low, 0.025), (found.high, 0.975)):
        error = mcse(draws, method="quantile", prob=prob)
        near(end, np.quantile(draws, prob), END_IN_SD * sd, error)


def near(ours: float, drawn: float, within: float, error: float) -> None:
    assert ours == pytest.approx(drawn, abs=within + ERRORS_ALLOWED * error)
