"""Simulating many people: the same on any number of cores, summarised rightly, refused clearly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
import pytest
from numpy.typing import NDArray

from lowdose.errors import InputError
from lowdose.population.adherence import ADHERENCE, LATE_H, taken
from lowdose.population.simulate import simulate
from lowdose.population.summary import QUANTILES, Counts, edges_of

DOSES = [1.5] * 7 + [4.5] * 14
ASKED = ("blockade_central_trough", "tone_mean")


def kept_people(people: int, **options: Any) -> dict[str, NDArray[np.float64]]:
    """Every person's outputs, in the order of their numbers."""
    found: dict[int, dict[str, NDArray[np.float64]]] = {}

    def save(values: Mapping[str, NDArray[np.float64]], numbers: NDArray[np.int64]) -> None:
        for place, number in enumerate(numbers.tolist()):
            found[number] = {name: one[:, place].copy() for name, one in values.items()}

    simulate(DOSES, people=people, outputs=ASKED, save=save, **options)
    return {
        name: np.stack([found[number][name] for number in range(people)], axis=-1)
        for name in found[0]
    }


@pytest.fixture(scope="module")
def everyone() -> dict[str, NDArray[np.float64]]:
    return kept_people(600)


def test_people_are_the_same_to_the_last_bit_however_many_there_are(
    everyone: dict[str, NDArray[np.float64]],
) -> None:
    fewer = kept_people(300)

    for name, values in fewer.items():
        np.testing.assert_array_equal(values, everyone[name][:, :300])


def test_people_are_the_same_to_the_last_bit_on_one_core(
    everyone: dict[str, NDArray[np.float64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lowdose.runtime.cores", lambda: 1)

    for name, values in kept_people(600).items():
        np.testing.assert_array_equal(values, everyone[name])


def test_quantiles_are_those_of_the_people_within_a_bin(
    everyone: dict[str, NDArray[np.float64]],
) -> None:
    found = simulate(DOSES, people=600, outputs=ASKED)

    for name in (*ASKED, "symptom"):
        width = edges_of(name)[1]
        exact = np.quantile(everyone[name], QUANTILES, axis=1, method="inverted_cdf")
        np.testing.assert_allclose(found.quantiles[name], exact, atol=width)


def test_quantiles_of_concentrations_are_right_to_one_percent() -> None:
    values = np.exp(np.random.default_rng(1).normal(size=(3, 5000)))
    counts = Counts(("naltrexone_max_ng_ml",), 3)

    counts.add({"naltrexone_max_ng_ml": values})

    exact = np.quantile(values, QUANTILES, axis=1)
    np.testing.assert_allclose(counts.quantiles()["naltrexone_max_ng_ml"], exact, rtol=0.01)


def test_without_a_drug_effect_nobody_has_relief() -> None:
    found = simulate(DOSES, people=20, hypothesis="none", outputs=ASKED)

    assert found.quantiles["relief"][:, -1].max() < edges_of("relief")[1]


def test_expectation_moves_the_symptom_even_without_a_drug_effect() -> None:
    found = simulate(DOSES, people=20, hypothesis="none", outputs=ASKED)

    assert found.typical["symptom"][-1] < found.typical["symptom"][0]


def test_the_typical_person_has_about_68_percent_blocked_at_most_and_59_at_least() -> None:
    """4.5 mg nightly in steady state (PD43)."""
    asked = ("blockade_central_max", "blockade_central_trough")
    found = simulate([4.5] * 60, people=1, outputs=asked)

    assert found.typical["blockade_central_max"][-1] == pytest.approx(0.68, abs=0.01)
    assert found.typical["blockade_central_trough"][-1] == pytest.approx(0.59, abs=0.01)


def test_hours_end_days_where_days_end() -> None:
    daily = simulate(DOSES, people=1, outputs=ASKED)
    hourly = simulate(DOSES, people=1, outputs=ASKED, hourly=True)

    np.testing.assert_allclose(
        hourly.typical["blockade_central_trough"][23::24],
        daily.typical["blockade_central_trough"],
        rtol=1e-9,
    )


def test_single_precision_agrees_with_double() -> None:
    double = simulate(DOSES, people=1, outputs=ASKED)
    single = simulate(DOSES, people=1, outputs=ASKED, single=True)

    np.testing.assert_allclose(single.typical["tone_mean"], double.typical["tone_mean"], rtol=1e-5)


def test_progress_counts_everybody_once() -> None:
    seen: list[int] = []

    simulate(DOSES, people=300, outputs=ASKED, progress=seen.append)

    assert sum(seen) == 300


@pytest.mark.parametrize("pattern", ["usual", "poor"])
def test_doses_are_missed_about_as_often_as_the_pattern_says(pattern: str) -> None:
    planned = np.full(60, 4.5)

    doses = np.asarray(
        taken(jax.random.key(1), np.arange(2000, dtype=np.uint32), planned, ADHERENCE[pattern])
    )

    assert doses.shape == (60, 1 + len(LATE_H), 2000)
    middle = np.median((doses.sum(axis=1) == 0).mean(axis=0))
    assert middle == pytest.approx(ADHERENCE[pattern].missed, abs=0.03)


def test_no_dose_is_taken_twice() -> None:
    doses = np.asarray(
        taken(jax.random.key(1), np.arange(50, dtype=np.uint32), np.full(9, 2.0), ADHERENCE["poor"])
    )

    assert set(np.unique(doses.sum(axis=1)).tolist()) <= {0.0, 2.0}


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        simulate([-1.0], people=0, structure="x", condition="y", adherence="z", formulation="w")

    assert len(raised.value.faults) == 6


@pytest.mark.parametrize("doses", [[], [float("nan")], [2000.0], [[1.0, 2.0]], [[1.0], []]])
def test_doses_that_make_no_sense_are_refused(doses: Any) -> None:
    with pytest.raises(InputError, match="dose"):
        simulate(doses, people=1)


def test_an_unknown_hypothesis_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="magic"):
        simulate([1.0], people=1, hypothesis="magic")


def test_days_are_the_same_whether_or_not_more_are_asked_for() -> None:
    """A course of 9 days is followed for 28 and cut; one of 30 for 56."""
    short, long = simulate([4.5] * 9, people=20), simulate([4.5] * 30, people=20)

    for name, quantiles in short.quantiles.items():
        np.testing.assert_array_equal(quantiles, long.quantiles[name][:, :9])


def test_kappa_is_blocked_less_than_mu_and_delta_least() -> None:
    typical = simulate([4.5] * 14, people=1).typical

    for when in ("max", "trough"):
        mu, kappa, delta = (
            typical[f"blockade_{receptor}_{when}"] for receptor in ("central", "kappa", "delta")
        )
        assert np.all((mu > kappa) & (kappa > delta) & (delta > 0))
