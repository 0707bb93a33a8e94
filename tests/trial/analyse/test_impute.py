"""Missing visits: pooling, the normal model, reference-based strategies; R's numbers are stored."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from trial.references import antidepressant, rows

from lowdose.errors import InputError
from lowdose.trial.analyse.ancova import ancova
from lowdose.trial.analyse.impute import (
    Imputed,
    Strategy,
    imputed_visits,
    pooled,
    referred,
    shifted,
    tipping_point,
)
from lowdose.trial.analyse.rubin import Pooled, rubin
from lowdose.trial.analyse.values import Estimates
from lowdose.trial.analyse.visits_model import Model, conditional, draw_models

Numbers = NDArray[np.float64]

SHORT = {
    Strategy.MAR: "MAR",
    Strategy.JUMP_TO_REFERENCE: "J2R",
    Strategy.COPY_REFERENCE: "CR",
    Strategy.COPY_INCREMENTS: "CIR",
}
MODELS = ("shared", "by arm")
strategies = pytest.mark.parametrize("strategy", list(Strategy), ids=list(SHORT.values()))
models = pytest.mark.parametrize("model", MODELS)


def by_r(model: str, strategy: Strategy) -> dict[str, float]:
    row = next(
        row for row in rows("impute") if (row["model"], row["strategy"]) == (model, SHORT[strategy])
    )
    return {key: float(row[key]) for key in ("estimate", "se", "checksum")}


def fitted(model: str, drug: int, baseline: Numbers) -> Model:
    """An arm as R fitted it, as one draw."""
    here = [
        row for row in rows("impute_models") if (row["model"], row["drug"]) == (model, str(drug))
    ]
    intercept, slope = (
        np.array([float(row[key]) for row in here]) for key in ("intercept", "slope")
    )
    covariance = np.array([[float(row[f"X{k}"]) for k in range(1, 6)] for row in here])
    return Model((intercept + baseline[:, None] * slope)[None], covariance[None])


def expected_visits(model: str, strategy: Strategy) -> tuple[Numbers, Numbers, Numbers]:
    """Baseline, drug, and visits with what R's model expects in place of what is missing."""
    baseline, change, drug, _ = antidepressant()
    reference, own = (fitted(model, arm, baseline) for arm in (0, 1))
    missing = np.isnan(change)
    at_random: Numbers = np.empty((1, *change.shape), dtype=np.float64)
    for arm, one in ((0, reference), (1, own)):
        here = missing & (drug == arm)[:, None]
        given = np.where(missing, 0.0, change)[None]
        done = referred(given, here, one, one, Strategy.COPY_REFERENCE, None)
        at_random[:, drug == arm] = done[:, drug == arm]
    if strategy is Strategy.MAR:
        return baseline, drug, at_random[0]
    after = missing & (np.cumsum(~missing[:, ::-1], axis=1)[:, ::-1] == 0)
    off = after & (drug == 1)[:, None]
    found: Numbers = referred(at_random, off, own, reference, strategy, None)[0]
    return baseline, drug, found


@cache
def imputed(strategy: Strategy, model: str = "shared") -> Imputed:
    baseline, change, drug, _ = antidepressant()
    return imputed_visits(
        baseline, change, drug, strategy=strategy, shared=model == "shared", draws=80, seed=5
    )


def left_early(people: int, seed: int, effect: float = -1.0) -> tuple[Numbers, Numbers, Numbers]:
    """A made-up trial: those who do badly leave, so that who is left looks too well."""
    chance = np.random.default_rng([9, seed])
    baseline = chance.normal(6.0, 1.5, people)
    drug: Numbers = np.arange(people, dtype=np.float64) % 2
    person = chance.normal(0.0, 1.0, people)
    rise = np.outer(drug, [0.4, 0.7, 1.0]) * effect
    noise: Numbers = chance.normal(0.0, 1.0, (people, 3))
    visits: Numbers = baseline[:, None] + person[:, None] + rise + noise
    gone = chance.random((people, 2)) < 0.5 / (1 + np.exp(4.0 - (visits[:, :2] - 3.0)))
    visits[:, 1:][np.maximum.accumulate(gone, axis=1)] = np.nan
    return baseline, visits, drug


def test_pooling_the_same_thing_twice_changes_nothing_but_degrees_of_freedom() -> None:
    found = rubin(Estimates("", np.full(4, 2.0), np.full(4, 0.5), np.full(4, 30.0)))

    assert (found.estimate.estimate, found.estimate.se, found.between) == (2.0, 0.5, 0.0)
    assert found.estimate.df == pytest.approx(30 * 31 / 33)


@pytest.mark.parametrize("estimates", [[1.0], [], [1.0, np.nan]])
def test_pooling_needs_two_numbers(estimates: list[float]) -> None:
    values = np.array(estimates)

    with pytest.raises(InputError, match="imputations"):
        rubin(Estimates("", values, np.ones_like(values), np.ones_like(values)))


@models
@strategies
def test_expected_visits_agree_with_carpenters_joint_distribution_in_r(
    model: str, strategy: Strategy
) -> None:
    baseline, drug, visits = expected_visits(model, strategy)
    expected = by_r(model, strategy)

    found = ancova(baseline[None], visits[None, :, -1], drug[None])[0]

    assert found.estimate == pytest.approx(expected["estimate"], abs=1e-8)
    assert found.se == pytest.approx(expected["se"], abs=1e-8)
    assert visits.sum(axis=0) @ np.arange(1, 6) == pytest.approx(expected["checksum"], rel=1e-9)


@models
@strategies
def test_many_imputations_come_near_the_expected_visits(model: str, strategy: Strategy) -> None:
    found = pooled(imputed(strategy, model))

    expected = by_r(model, strategy)
    assert abs(found.estimate.estimate - expected["estimate"]) < 4 * found.error + 0.02
    assert found.estimate.se > expected["se"]


def test_at_random_imputation_says_what_mmrm_says() -> None:
    """By nlme: reference/mixed.R; `mmrm` is held to the same row."""
    model = rows("mmrm")[-1]

    found = pooled(imputed(Strategy.MAR))

    assert abs(found.estimate.estimate - float(model["estimate"])) < 4 * found.error
    assert found.estimate.se == pytest.approx(float(model["se"]), rel=0.06)


def test_what_was_seen_is_never_changed() -> None:
    change = antidepressant()[1]
    seen = np.isfinite(change)

    for strategy in (Strategy.MAR, Strategy.JUMP_TO_REFERENCE):
        filled = imputed(strategy).outcome
        assert (filled[:, seen] == change[seen]).all()


def test_reference_people_are_the_same_under_every_strategy() -> None:
    reference = imputed(Strategy.MAR).drug == 0

    first, second = (imputed(one).outcome[:, reference] for one in list(Strategy)[:2])

    assert (first == second).all()


def test_somebody_who_never_came_to_a_visit_gets_the_reference_mean() -> None:
    model = Model(np.zeros((1, 1, 2)), np.eye(2)[None])
    own = Model(np.full((1, 1, 2), -5.0), np.eye(2)[None])
    nobody = np.zeros((1, 1, 2))

    for strategy in list(Strategy)[1:]:
        found = referred(nobody, np.ones((1, 2), dtype=bool), own, model, strategy, None)
        assert found.ravel().tolist() == [0.0, 0.0]


def test_strategies_follow_the_picture_of_the_paper() -> None:
    """Uncorrelated visits show the means alone: Carpenter, Roger, Kenward 2013, figure 1."""
    reference = Model(np.array([[[0.0, 1.0, 2.0]]]), np.eye(3)[None])
    own = Model(np.array([[[5.0, 7.0, 9.0]]]), np.eye(3)[None])
    after = np.array([[False, False, True]])

    def last(strategy: Strategy) -> float:
        found = referred(np.array([[[5.0, 7.0, 0.0]]]), after, own, reference, strategy, None)
        return float(found[0, 0, 2])

    assert last(Strategy.JUMP_TO_REFERENCE) == 2.0
    assert last(Strategy.COPY_REFERENCE) == 2.0
    assert last(Strategy.COPY_INCREMENTS) == 8.0  # 7, and the reference's step of 1


def test_conditional_draws_have_the_moments_of_the_normal_distribution() -> None:
    covariance = np.array([[2.0, 0.8, 0.3], [0.8, 1.5, 0.6], [0.3, 0.6, 1.0]])
    missing = np.array([False, True, True])

    slopes, left = conditional(covariance, missing)

    inverse = np.linalg.inv(covariance)
    assert left == pytest.approx(np.linalg.inv(inverse[1:, 1:]))
    assert slopes[0] == pytest.approx(covariance[0, 1:] / 2.0)


def test_draws_of_complete_visits_have_the_closed_posterior() -> None:
    """Inverse Wishart: mean S / (n - k - visits - 1); slopes: least squares."""
    baseline, visits, drug = left_early(40, 0)
    whole = np.where(np.isnan(visits), 5.0, visits) + 0.1 * np.arange(120).reshape(40, 3) % 0.7
    here = drug == 0
    columns = np.stack([np.ones(20), baseline[here]], axis=-1)
    fit, *_ = np.linalg.lstsq(columns, whole[here], rcond=None)
    rest = whole[here] - columns @ fit

    reference, _, _ = draw_models(
        baseline, whole, drug == 1, draws=4000, shared=False, chance=np.random.default_rng(2)
    )

    expected = rest.T @ rest / (20 - 2 - 3 - 1)
    spread = reference.covariance.std(axis=0) / np.sqrt(4000)
    assert (np.abs(reference.covariance.mean(axis=0) - expected) < 5 * spread).all()
    mean = reference.mean[:, here]
    assert (np.abs(mean.mean(axis=0) - columns @ fit) < 5 * mean.std(axis=0) / np.sqrt(4000)).all()


def test_imputation_takes_back_what_leaving_hid() -> None:
    """Those who do badly leave; who is left looks better than the arm as it began would."""
    baseline, visits, drug = left_early(1000, 1)
    here = drug == 0
    stayed = np.nanmean(visits[here, -1]) - baseline[here].mean()

    filled = imputed_visits(baseline, visits, drug, shared=True, draws=10).outcome
    all_of_them = filled[:, here, -1].mean() - baseline[here].mean()

    error = np.sqrt(2.0 / (here & np.isfinite(visits[:, -1])).sum())  # nothing changes, on average
    assert abs(all_of_them) < 4 * error
    assert stayed < -4 * error


def test_a_shift_moves_the_estimate_by_the_share_of_the_drug_arm_that_left() -> None:
    one = imputed(Strategy.MAR)
    moved = [pooled(shifted(one, delta)).estimate.estimate for delta in (0.0, 1.0, 2.0)]
    left = one.after[one.drug == 1, -1].mean()

    assert np.diff(moved)[0] == pytest.approx(np.diff(moved)[1])
    assert np.diff(moved)[0] == pytest.approx(left, abs=0.01)  # the baseline adjusts a little


def test_a_shift_leaves_people_of_the_reference_alone_unless_told() -> None:
    one = imputed(Strategy.MAR)
    reference = one.drug == 0

    assert (shifted(one, 3.0).outcome[:, reference] == one.outcome[:, reference]).all()
    moved = shifted(one, 3.0, reference=1.0).outcome - one.outcome
    assert moved[:, reference].max() == pytest.approx(1.0)


def test_at_the_tipping_point_the_interval_touches_nothing() -> None:
    one = imputed(Strategy.MAR)

    delta = tipping_point(one)

    assert 0 < delta < 3
    assert pooled(shifted(one, delta)).estimate.interval95[1] == pytest.approx(0.0, abs=1e-6)


def test_the_tipping_point_is_the_same_where_more_is_better() -> None:
    one = imputed(Strategy.MAR)
    turned = Imputed(one.baseline, one.drug, -one.outcome, one.after, one.between, one.strategy)

    assert tipping_point(turned, worse=-1.0) == pytest.approx(tipping_point(one), abs=1e-6)


def test_a_conclusion_that_is_not_there_needs_no_tipping() -> None:
    assert tipping_point(imputed(Strategy.JUMP_TO_REFERENCE)) == 0.0


def test_nothing_tips_a_trial_that_nobody_left() -> None:
    baseline, visits, drug = left_early(60, 3, effect=-4.0)
    whole = np.where(np.isnan(visits), np.nanmean(visits), visits)

    assert tipping_point(imputed_visits(baseline, whole, drug, draws=2)) == np.inf


def test_the_same_seed_fills_in_the_same() -> None:
    baseline, visits, drug = left_early(40, 2)
    runs = [imputed_visits(baseline, visits, drug, draws=3, seed=seed) for seed in (1, 1, 2)]

    assert (runs[0].outcome == runs[1].outcome).all()
    assert (runs[0].outcome != runs[2].outcome).any()


def test_people_in_neither_arm_or_without_a_baseline_are_left_out() -> None:
    baseline, visits, drug = left_early(40, 2)
    baseline[0], drug[1] = np.nan, np.nan

    assert imputed_visits(baseline, visits, drug, draws=2).outcome.shape == (2, 38, 3)


@pytest.mark.parametrize(
    ("people", "visits", "drug", "place"),
    [
        (8, np.zeros((8, 3)), np.arange(8.0) % 2, "people, on the drug"),
        (40, np.full((40, 3), np.nan), np.arange(40.0) % 2, "people, reference"),
        (40, np.zeros((40, 3)), np.zeros(40), "people, on the drug"),
        (40, np.zeros((40, 0)), np.arange(40.0) % 2, "people, reference"),
        (40, np.full((40, 3), np.inf), np.arange(40.0) % 2, "outcome"),
        (40, np.zeros((40, 3)), np.arange(40.0), "drug"),
        (0, np.zeros((0, 3)), np.zeros(0), "people, reference"),
        (40, np.zeros(40), np.zeros(40), "visits"),
    ],
)
def test_what_cannot_be_imputed_is_refused(
    people: int, visits: Numbers, drug: Numbers, place: str
) -> None:
    with pytest.raises(InputError) as caught:
        imputed_visits(np.arange(float(people)), visits, drug)

    assert place in {fault.place for fault in caught.value.faults}


def test_visits_that_follow_from_each_other_are_refused() -> None:
    baseline, visits, drug = left_early(40, 2)
    visits[:, 1] = visits[:, 0]

    with pytest.raises(InputError, match="follow from each other"):
        imputed_visits(baseline, visits, drug, draws=2)


def test_faults_of_both_arms_and_of_the_draws_are_named_together() -> None:
    with pytest.raises(InputError) as caught:
        imputed_visits(np.ones(6), np.zeros((6, 3)), np.arange(6.0) % 2, draws=1)

    assert len(caught.value.faults) == 5


@pytest.mark.slow
@pytest.mark.parametrize("shared", [True, False])
def test_intervals_of_imputed_trials_cover_as_often_as_they_say(shared: bool) -> None:
    hit = []
    for seed in range(400):
        baseline, visits, drug = left_early(80, 100 + seed)
        one = pooled(
            imputed_visits(baseline, visits, drug, shared=shared, draws=30, seed=seed)
        ).estimate
        low, high = one.interval95
        hit.append(low <= -1.0 <= high)

    assert abs(np.mean(hit) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)


def test_a_pooled_answer_names_how_it_was_found() -> None:
    found = pooled(imputed(Strategy.JUMP_TO_REFERENCE))

    assert isinstance(found, Pooled)
    assert found.estimate.method == "ANCOVA, jump to reference, 80 imputations"
