"""Laws that the fast path keeps whatever the numbers: of levels, blockade, tone and batches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import expm

from lowdose.mechanism.blockade import Structure
from lowdose.mechanism.cascade import follow
from lowdose.mechanism.chain import OUTPUTS, Chain, chain_of
from lowdose.mechanism.exposure import NALTREXONE, Level, naltrexone_rates
from lowdose.mechanism.hypotheses import HYPOTHESES
from lowdose.mechanism.mesh import Mesh, mesh_for
from lowdose.mechanism.parameters import Person, typical
from lowdose.runtime import double_precision

Numbers = NDArray[np.float64]

# One shape for nearly every test, so that little is compiled.
DAYS, PEOPLE = 14, 8
NIGHTLY = mesh_for([0])
REBOUND = chain_of(HYPOTHESES["rebound"], "biophase")
ALL = tuple(OUTPUTS)
LEVELS = ("naltrexone_trough_ng_ml", "naltrexol_trough_ng_ml")
FEW = settings(max_examples=10)
# Sums in another order differ by a few units of the last digit.
ROUNDING = 1e-12

dose_mg = st.floats(0.0, 50.0)
courses = st.lists(dose_mg, min_size=DAYS, max_size=DAYS).map(np.array)


def people(seed: int = 0) -> Person:
    """Eight people whose every parameter differs."""
    spread = np.random.default_rng(seed)
    return Person(*(one * np.exp(spread.normal(0, 0.3, PEOPLE)) for one in typical()))._replace(
        fraction_absorbed=spread.uniform(0.5, 1.0, PEOPLE),
        first_pass_escape=spread.uniform(0.05, 0.9, PEOPLE),
    )


def run(
    doses_mg: Any,
    person: Person | None = None,
    chain: Chain = REBOUND,
    mesh: Mesh = NIGHTLY,
    **more: bool,
) -> dict[str, Numbers]:
    """Every output, (days, people), of doses (days,) for all or (days, people)."""
    doses = np.asarray(doses_mg, np.float64)
    doses = np.broadcast_to(
        doses[:, None, None] if doses.ndim == 1 else doses[:, None], (len(doses), 1, PEOPLE)
    )
    with double_precision():
        found = follow(chain, mesh, people() if person is None else person, doses, ALL, **more)
        return {name: np.asarray(value) for name, value in found.items()}


def same(one: dict[str, Numbers], two: dict[str, Numbers]) -> bool:
    """Whether everything agrees to the last bit."""
    return all(np.array_equal(one[name], two[name]) for name in ALL)


@FEW
@given(courses, courses)
def test_levels_of_two_courses_together_are_the_sum_of_their_levels(
    one: Numbers, two: Numbers
) -> None:
    first, second, both = run(one), run(two), run(one + two)

    for name in LEVELS:
        np.testing.assert_allclose(
            both[name], first[name] + second[name], rtol=ROUNDING, atol=1e-15
        )


@FEW
@given(courses, st.floats(0.01, 20.0))
def test_levels_are_in_proportion_to_dose(course: Numbers, times: float) -> None:
    once, more = run(course), run(times * course)

    for name in (*LEVELS, "naltrexone_max_ng_ml", "naltrexol_max_ng_ml"):
        np.testing.assert_allclose(more[name], times * once[name], rtol=ROUNDING, atol=1e-15)


@FEW
@given(courses)
def test_blockade_lies_between_none_and_all(course: Numbers) -> None:
    found = run(course)

    for name in (name for name in ALL if name.startswith("blockade")):
        assert np.all((found[name] >= 0) & (found[name] < 1))


@FEW
@given(courses, st.floats(1.01, 5.0))
def test_more_of_the_drug_never_blocks_less(course: Numbers, times: float) -> None:
    less, more = run(course), run(times * course)

    for name in (name for name in ALL if name.startswith("blockade")):
        assert np.all(more[name] >= less[name] * (1 - ROUNDING))


def test_without_a_dose_everything_stays_as_it_was() -> None:
    found = run(np.zeros(DAYS))

    for name in ALL:
        wanted = 1.0 if name in ("tone_mean", "release", "receptors") else 0.0
        np.testing.assert_allclose(found[name], wanted, rtol=1e-14, atol=0)


def test_people_on_no_dose_may_sit_among_the_others() -> None:
    person, doses = people(), np.full((DAYS, PEOPLE), 4.5)
    doses[:, ::2] = 0.0
    mixed, treated, untreated = run(doses, person), run(np.full(DAYS, 4.5)), run(np.zeros(DAYS))

    for name in ALL:
        np.testing.assert_array_equal(mixed[name][:, 1::2], treated[name][:, 1::2])
        np.testing.assert_array_equal(mixed[name][:, ::2], untreated[name][:, ::2])


def _all_blocked(_: Any, levels: Any) -> Any:
    return 0.0 * levels["site"] + 1.0


def test_full_blockade_leaves_no_tone() -> None:
    blocked = Structure("all", "every receptor, always", ("site",), _all_blocked)
    person = people()
    found = run(np.full(DAYS, 4.5), person, replace(REBOUND, structure=blocked))

    np.testing.assert_array_equal(found["tone_mean"], 0.0)
    np.testing.assert_array_equal(found["relief"], 0.0)
    np.testing.assert_allclose(
        found["release"][-1],
        1 + person.release_rise * -np.expm1(-24 * DAYS / person.release_time_h),
        rtol=1e-10,
    )


def _rates_with_account(person: Person) -> dict[tuple[int, int], Any]:
    """The body's rates, with one more state that gathers what is not absorbed or is excreted."""
    lost = person.absorption_per_h * (1 - person.fraction_absorbed)
    excreted = person.metabolite_clearance_l_per_h / person.metabolite_volume_l
    return {**naltrexone_rates(person), (GATHERED, 0): lost, (GATHERED, 3): excreted}


GATHERED = 6
# The receptor site holds dose-equivalents, not mg of the drug.
BODY = ("gut", "plasma", "tissue", "metabolite", "metabolite_tissue", "gathered")


def _as_it_is(_: Any) -> float:
    return 1.0


def _sum_of_amounts(_: Any, levels: Any) -> Any:
    return sum(levels[name] for name in BODY)


ACCOUNTING = replace(
    REBOUND,
    system=replace(
        NALTREXONE,
        states=(*NALTREXONE.states, "gathered"),
        rates=_rates_with_account,
        levels={**NALTREXONE.levels, **{name: Level(name, _as_it_is) for name in BODY}},
    ),
    structure=Structure("all amounts", "their sum in mg", BODY, _sum_of_amounts),
    reads=BODY,
)


@FEW
@given(courses)
def test_all_that_was_taken_is_in_the_body_or_gathered_outside_it(course: Numbers) -> None:
    seen = run(course, chain=ACCOUNTING)["blockade_central_trough"]

    taken = np.broadcast_to(np.cumsum(course)[:, None], seen.shape)
    np.testing.assert_allclose(seen, taken, rtol=1e-11, atol=1e-15)


def test_repeated_doses_end_at_the_steady_state_in_closed_form() -> None:
    """(I - exp(24 M))^-1 exp(24 M) dose, by scipy, for eight people."""
    person, dose = people(), 4.5
    found = run(np.full(250, dose), person)
    for number in range(PEOPLE):
        one = Person(*(values[number] for values in person))
        matrix = np.zeros((6, 6))
        for (into, out_of), rate in naltrexone_rates(one).items():
            matrix[into, out_of] = rate
        kept = expm(24 * matrix)
        amounts = np.linalg.solve(np.eye(6) - kept, kept[:, 0] * dose)

        site = amounts[5] / one.central_ed50_mg
        for name, wanted in (
            ("naltrexone_trough_ng_ml", amounts[1] * 1000 / one.volume_l),
            ("naltrexol_trough_ng_ml", amounts[3] * 1000 / one.metabolite_volume_l),
            ("blockade_central_trough", site / (1 + site)),
        ):
            assert found[name][-1, number] == pytest.approx(wanted, rel=1e-9), name


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_people_changes_nothing(seed: int) -> None:
    person, order = people(), np.random.default_rng(seed).permutation(PEOPLE)
    turned = Person(*(values[order] for values in person))
    one, two = run(np.full(DAYS, 4.5), person), run(np.full(DAYS, 4.5), turned)

    assert same({name: value[:, order] for name, value in one.items()}, two)


@pytest.mark.parametrize("size", [1, 3])
def test_a_batch_is_the_same_as_its_people_in_chunks(size: int) -> None:
    """Chunks are filled up to a fixed shape, as the fast path's callers do."""
    person, doses = people(), np.full(DAYS, 4.5)
    whole = run(doses, person)
    for first in range(0, PEOPLE, size):
        chunk = np.resize(np.arange(first, min(first + size, PEOPLE)), PEOPLE)
        part = run(doses, Person(*(values[chunk] for values in person)))

        assert same({name: value[:, chunk] for name, value in whole.items()}, part)


def test_a_person_alone_is_the_same_as_in_company() -> None:
    person, doses = people(), np.full((DAYS, 1, 1), 4.5)
    whole = run(np.full(DAYS, 4.5), person)
    with double_precision():
        alone = follow(REBOUND, NIGHTLY, Person(*(one[5:6] for one in person)), doses, ALL)

        for name in ALL:
            np.testing.assert_allclose(alone[name][:, 0], whole[name][:, 5], rtol=1e-13, atol=0)


def test_a_week_by_day_is_the_same_as_by_the_ends_of_panels() -> None:
    by_day, by_panel = run(np.full(DAYS, 4.5)), run(np.full(DAYS, 4.5), by_panel=True)

    for name in ALL:
        if name.endswith(("_trough_ng_ml", "_trough")) or name in (
            "release",
            "receptors",
            "relief",
        ):
            np.testing.assert_allclose(by_panel[name][:, -1], by_day[name], rtol=1e-14)
    for name in ("naltrexone_max_ng_ml", "naltrexol_max_ng_ml"):
        assert np.all(by_panel[name].max(axis=1) <= by_day[name] * (1 + ROUNDING))


DOSES_MG = np.geomspace(0.05, 100.0, 23)


def tone_on_day_30(structure: str, **changes: float) -> Numbers:
    """The typical person's mean tone by dose."""
    chain, doses = chain_of(HYPOTHESES["rebound"], structure), np.tile(DOSES_MG, (30, 1, 1))
    with double_precision():
        found = follow(chain, NIGHTLY, typical()._replace(**changes), doses, ("tone_mean",))
        return np.asarray(found["tone_mean"])[-1]


def peak_mg(structure: str, **changes: float) -> float:
    return float(DOSES_MG[np.argmax(tone_on_day_30(structure, **changes))])


@pytest.mark.parametrize("structure", ["plasma", "biophase"])
def test_mean_tone_rises_above_one_peaks_and_falls_with_dose(structure: str) -> None:
    """By less than 2 %: the price of blockade is paid in the same coin."""
    tone = tone_on_day_30(structure)
    peak = int(np.argmax(tone))

    assert 0 < peak < len(tone) - 1
    assert np.all(np.diff(tone[: peak + 1]) > 0)
    assert np.all(np.diff(tone[peak:]) < 0)
    assert 1.01 < tone[peak] < 1.02
    assert tone[-1] < 1


def test_the_dose_of_the_peak_falls_as_blockade_lasts_longer() -> None:
    """Where blockade follows plasma it lies ten times as high as at the receptor site."""
    by_half_life = [peak_mg("biophase", biophase_half_life_h=hours) for hours in (4.0, 10.0, 33.4)]

    assert by_half_life == sorted(by_half_life, reverse=True)
    assert by_half_life[0] > 4 * by_half_life[-1]
    assert peak_mg("plasma") > 5 * peak_mg("biophase")


def test_highest_levels_of_a_day_are_never_above_and_within_a_percent_of_the_true_ones() -> None:
    """The truth is the highest of scipy's exact amounts at every 18 seconds of day 14."""
    person = people()
    found = run(np.full(DAYS, 4.5), person)
    for number in range(3):
        one = Person(*(values[number] for values in person))
        matrix = np.zeros((6, 6))
        for (into, out_of), rate in naltrexone_rates(one).items():
            matrix[into, out_of] = rate
        step, dose = expm(matrix * 24 / 4800), 4.5 * np.eye(6)[0]
        before = sum(expm(24 * day * matrix) @ dose for day in range(DAYS))
        course = [before]
        for _ in range(4800):
            course.append(step @ course[-1])
        highest = np.max(course, axis=0)
        for name, wanted in (
            ("naltrexone_max_ng_ml", highest[1] * 1000 / one.volume_l),
            ("naltrexol_max_ng_ml", highest[3] * 1000 / one.metabolite_volume_l),
        ):
            assert 0.99 < found[name][-1, number] / wanted < 1 + 1e-6
