"""The fast path against solvers that share none of its machinery: diffrax, scipy, `linear_path`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import jax
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from lowdose.errors import InputError, LowdoseError
from lowdose.mechanism import linear_path
from lowdose.mechanism.cascade import follow
from lowdose.mechanism.chain import chain_of, default_refine
from lowdose.mechanism.exposure import NALTREXONE
from lowdose.mechanism.hypotheses import HYPOTHESES
from lowdose.mechanism.linear import Dose, Linear
from lowdose.mechanism.mesh import mesh_for
from lowdose.mechanism.parameters import PARAMETERS, Person, typical
from lowdose.mechanism.reference import REFERENCE_OUTPUTS, reference
from lowdose.runtime import double_precision

Numbers = NDArray[np.float64]

# Limits by kind of output, as shares of the reference's value.
MOVED_EXACTLY, FILTERED, RELIEF = 1e-10, 1e-6, 1e-4
EXACT = (
    "naltrexone_trough_ng_ml",
    "naltrexol_trough_ng_ml",
    "blockade_peripheral_trough",
)
# Somebody whose tone rises well above 1, and keeps crossing it.
ANSWERING = typical()._replace(release_rise=2.0, release_time_h=12.0, tone_half=0.2)
DAYS = 40
NIGHTLY = mesh_for([0])


def nightly_with_slips() -> Numbers:
    """4.5 mg, one night missed and one doubled."""
    doses = np.full((DAYS, 1), 4.5)
    doses[12], doses[20] = 0.0, 9.0
    return doses


def fast(
    hypothesis: str,
    structure: str,
    person: Person,
    doses_mg: Numbers,
    slots_h: Sequence[int] = (0,),
    refine: int | None = None,
) -> dict[str, Numbers]:
    """One person's days by the fast path."""
    chain = chain_of(HYPOTHESES[hypothesis], structure)
    mesh = mesh_for(slots_h, default_refine(chain) if refine is None else refine)
    with double_precision():
        found = follow(chain, mesh, person, doses_mg[:, :, None], REFERENCE_OUTPUTS)
        return {name: np.asarray(value)[:, 0] for name, value in found.items()}


@cache
def solved(hypothesis: str, structure: str, person: Person) -> dict[str, Numbers]:
    chain = chain_of(HYPOTHESES[hypothesis], structure)
    return reference(chain, person, nightly_with_slips(), (0,), rtol=1e-11, atol=1e-14)


def largest_share(found: Numbers, wanted: Numbers) -> float:
    """The largest error as a share of what is wanted, day by day."""
    return float(np.max(np.abs(found - wanted) / np.maximum(np.abs(wanted), 1e-12)))


def share_of_course(found: Numbers, wanted: Numbers) -> float:
    """The largest error as a share of the largest value wanted."""
    return float(np.max(np.abs(found - wanted)) / max(float(np.max(np.abs(wanted))), 1e-12))


SLOW = pytest.mark.slow
PAIRS = [
    pytest.param(hypothesis, structure, marks=() if quick else SLOW)
    for hypothesis, structure, quick in (
        ("none", "biophase", False),
        ("rebound", "biophase", True),
        ("glia", "biophase", False),
        ("growth_factor", "biophase", False),
        ("none", "plasma", False),
        ("rebound", "plasma", False),
        ("glia", "plasma", False),
        ("growth_factor", "plasma", False),
        ("none", "slow_dissociation", False),
        ("rebound", "slow_dissociation", True),
        ("glia", "slow_dissociation", False),
        ("growth_factor", "slow_dissociation", False),
    )
]


@pytest.mark.parametrize(("hypothesis", "structure"), PAIRS)
def test_every_daily_output_is_that_of_the_independent_solver(
    hypothesis: str, structure: str
) -> None:
    """The typical person, and one who answers strongly."""
    for person in (typical(), ANSWERING):
        wanted = solved(hypothesis, structure, person)
        found = fast(hypothesis, structure, person, nightly_with_slips())

        assert max(largest_share(found[name], wanted[name]) for name in EXACT) < MOVED_EXACTLY
        assert (
            largest_share(found["blockade_central_trough"], wanted["blockade_central_trough"])
            < FILTERED
        )
        assert largest_share(found["release"], wanted["release"]) < FILTERED
        assert largest_share(found["receptors"], wanted["receptors"]) < FILTERED
        assert share_of_course(found["relief"], wanted["relief"]) < RELIEF


@pytest.mark.slow
def test_missed_late_doubled_and_split_doses_are_those_of_the_independent_solver() -> None:
    slots_h = (0, 1, 2, 4)
    doses = np.zeros((DAYS, 4))
    doses[:, 0] = 4.5
    doses[3] = 0.0
    doses[5], doses[9], doses[14] = (0, 4.5, 0, 0), (0, 0, 4.5, 0), (0, 0, 0, 4.5)
    doses[20], doses[25] = (9.0, 0, 0, 0), (1.5, 1.5, 0, 1.5)
    chain = chain_of(HYPOTHESES["rebound"], "biophase")

    wanted = reference(chain, ANSWERING, doses, slots_h)
    found = fast("rebound", "biophase", ANSWERING, doses, slots_h)

    assert max(largest_share(found[name], wanted[name]) for name in EXACT) < 1e-9
    assert largest_share(found["release"], wanted["release"]) < FILTERED
    assert share_of_course(found["relief"], wanted["relief"]) < RELIEF


@pytest.mark.slow
def test_errors_fall_with_the_sixth_power_of_the_panels_width() -> None:
    """As `cascade` declares, where nothing has a corner."""
    chain, doses = chain_of(HYPOTHESES["glia"], "biophase"), nightly_with_slips()
    wanted = reference(chain, ANSWERING, doses, (0,), rtol=1e-13, atol=1e-16)
    found = [fast("glia", "biophase", ANSWERING, doses, refine=refine) for refine in range(4)]

    for name in ("release", "receptors", "relief"):
        errors = np.array([share_of_course(one[name], wanted[name]) for one in found])
        orders = np.log2(errors[:-1] / errors[1:])
        assert np.all(orders > 5), (name, orders)
        assert orders[1:].mean() == pytest.approx(6.0, abs=0.5), (name, orders)


@pytest.mark.slow
def test_relief_converges_where_the_drive_turns_on_inside_a_panel() -> None:
    """A corner in the third derivative costs accuracy, by an amount that depends on where it is."""
    wanted, doses = solved("rebound", "plasma", ANSWERING)["relief"], nightly_with_slips()
    coarse, fine = (
        share_of_course(
            fast("rebound", "plasma", ANSWERING, doses, refine=refine)["relief"], wanted
        )
        for refine in (0, 3)
    )

    assert fine < coarse / 2**6


def test_gradients_of_relief_are_those_of_finite_differences() -> None:
    """For every parameter: each has a person of his own, so that one pass gives all derivatives."""
    chain = chain_of(HYPOTHESES["rebound"], "biophase")
    at, doses = np.array(ANSWERING, np.float64), np.full((14, 1, 1), 1.5)
    people = np.repeat(at[:, None], at.size, axis=1)
    steps = np.diag(1e-4 * at)

    def relief(*values: Any) -> Any:
        return follow(chain, NIGHTLY, Person(*values), doses, ("relief",))["relief"][-1]

    with double_precision():
        gradient = np.asarray(jax.jvp(relief, tuple(people), tuple(np.diag(at)))[1])
        more, less = (np.asarray(relief(*(people + one))) for one in (steps, -steps))

    assert np.count_nonzero(gradient) >= 11
    np.testing.assert_allclose(gradient, (more - less) / 2e-4, rtol=1e-5, atol=1e-9)


def linear_model(person: Person) -> Linear:
    matrix = np.zeros((6, 6))
    for (into, out_of), rate in NALTREXONE.rates(person).items():
        matrix[into, out_of] = rate
    return Linear(NALTREXONE.states, tuple(map(tuple, matrix.tolist())))


def by_scipy(model: Linear, doses_mg: Numbers, slots_h: Sequence[int]) -> Numbers:
    """Amounts at each day's end by DOP853."""
    matrix, amounts, ends = np.array(model.matrix_per_h), np.zeros(6), []
    for day in doses_mg:
        for dose, hours in zip(day, np.diff([*slots_h, 24]), strict=True):
            amounts = amounts + dose * np.eye(6)[0]
            solution = solve_ivp(
                lambda _, y: matrix @ y, (0, hours), amounts, "DOP853", rtol=1e-13, atol=1e-16
            )
            amounts = solution.y[:, -1]
        ends.append(amounts)
    return np.array(ends)


def test_levels_of_twenty_random_regimens_are_those_of_two_other_ways() -> None:
    """The exact path event by event, and scipy's DOP853, for twenty people at once."""
    slots_h, days, count = (0, 1, 2, 4), 6, 20
    draw = np.random.default_rng(20)
    doses = draw.uniform(0, 9, (days, 4, count)) * (draw.random((days, 4, count)) < 0.5)
    spread = np.exp(draw.normal(0, 0.3, (len(PARAMETERS), count)))
    spread[1:3] = np.minimum(spread[1:3], 1.0)
    people = Person(*(np.array(typical())[:, None] * spread))
    chain, names = chain_of(HYPOTHESES["rebound"], "biophase"), EXACT[:2]
    with double_precision():
        found = follow(chain, mesh_for(slots_h), people, doses, names)
        found = {name: np.asarray(value) for name, value in found.items()}

    for number in range(count):
        person = Person(*(values[number] for values in people))
        model = linear_model(person)
        events = [
            Dose(24.0 * day + hour, float(doses[day, slot, number]))
            for day in range(days)
            for slot, hour in enumerate(slots_h)
        ]
        ends_h = [24.0 * (day + 1) for day in range(days)]
        exact = linear_path.amounts_at(model, events, ends_h)
        solved_by_scipy = by_scipy(model, doses[:, :, number], slots_h)
        for name, state, volume_l in (
            (names[0], 1, person.volume_l),
            (names[1], 3, person.metabolite_volume_l),
        ):
            ours = found[name][:, number] * volume_l / 1000
            np.testing.assert_allclose(ours, exact[:, state], rtol=1e-10, atol=1e-15)
            np.testing.assert_allclose(ours, solved_by_scipy[:, state], rtol=1e-10, atol=1e-13)


def test_an_unknown_output_is_named() -> None:
    with pytest.raises(InputError, match="outputs: 'mood', expected one of naltrexone_trough"):
        reference(chain_of(HYPOTHESES["rebound"], "biophase"), typical(), [[1.0]], (0,), ["mood"])


def test_a_missing_solver_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "diffrax", None)
    with pytest.raises(LowdoseError, match=r"needs the package diffrax.*lowdose\[reference\]"):
        # Hours that no other test uses, so that nothing is compiled yet.
        reference(chain_of(HYPOTHESES["rebound"], "biophase"), typical(), [[1.0, 1.0]], (0, 11))
