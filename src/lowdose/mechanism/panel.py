"""One panel of a day: what its width needs, worked out once, and the step over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from lowdose.mechanism.blockade import peripheral_mu
from lowdose.mechanism.chain import Chain, states_read
from lowdose.mechanism.matrices import Matrix, exponential, product, times
from lowdose.mechanism.mesh import NODE_WEIGHTS, NODES, Mesh, filter_weights
from lowdose.mechanism.rebound import tone_of

__all__ = ["Now", "Panel", "at_end", "panels_of", "through"]


class Panel(NamedTuple):
    """What one width of panel needs, worked out once for every person.

    rows: for each level and node, the states' coefficients. through: the propagator. release,
    receptors, relief: what a filter keeps and the weights of its input.
    """

    rows: dict[str, list[dict[int, Any]]]
    through: Matrix
    release: tuple[Any, Any]
    receptors: tuple[Any, Any]
    relief: tuple[Any, Any]
    hours: float


class Now(NamedTuple):
    """Where a person stands: amounts by state, rise of release and receptors, relief, occupancy."""

    amounts: dict[int, Any]
    release: Any
    receptors: Any
    relief: Any
    bound: Any


def panels_of(chain: Chain, mesh: Mesh, person: Any, wanted: tuple[str, ...]) -> dict[int, Panel]:
    """What each width needs; a width's propagators are the squares of half that width's."""
    states = states_read(chain, person, wanted)
    rates = {at: rate for at, rate in chain.system.rates(person).items() if set(at) <= {*states}}
    step, halvings = mesh.finest_h, 6
    # Three nodes and the panel's end at once, in a first axis.
    steps = (np.append(NODES, 1.0) * step)[:, None]
    moved = exponential(rates, steps, halvings)
    adaptation = chain.adaptation(person)
    found = {}
    for width in (2**power for power in range(max(mesh.widths).bit_length())):
        hours = width * step
        found[width] = Panel(
            rows={name: _rows(chain, person, name, moved) for name in wanted},
            through={at: one[-1] for at, one in moved.items() if set(at) <= {*states}},
            release=_fading(adaptation.release_per_h, hours),
            receptors=_fading(adaptation.receptor_per_h, hours),
            relief=_fading(adaptation.relief_per_h, hours),
            hours=hours,
        )
        moved = product(moved, moved)
    return found


def _fading(rate_per_h: Any, hours: float) -> tuple[Any, Any]:
    """A filter's weights: constants of the program where the rate is the same for everybody."""
    return filter_weights(rate_per_h, hours, np if isinstance(rate_per_h, float) else jnp)


def _rows(chain: Chain, person: Any, name: str, moved: Matrix) -> list[dict[int, Any]]:
    """A level's coefficients at each node, by state."""
    level = chain.system.levels[name]
    state, scale = chain.system.states.index(level.state), level.scale(person)
    return [
        {column: scale * one[node] for (row, column), one in moved.items() if row == state}
        for node in range(NODES.size)
    ]


def through(chain: Chain, person: Any, panel: Panel, now: Now) -> tuple[Now, dict[str, Any]]:
    """Advance everything over one panel; also what was met at its nodes."""
    levels = [
        {name: _dot(rows[node], now.amounts) for name, rows in panel.rows.items()}
        for node in range(NODES.size)
    ]
    central, bound = _blocked(chain, person, levels, panel.hours, now.bound)
    answered = [
        chain.target(person, level, block) for level, block in zip(levels, central, strict=True)
    ]
    adaptation = chain.adaptation(person)
    release = _filtered(panel.release, now.release, answered, adaptation.release_rise)
    receptors = _filtered(panel.receptors, now.receptors, answered, adaptation.receptor_rise)
    tones = [
        tone_of(1 + release[node], 1 + receptors[node], answered[node])
        for node in range(NODES.size)
    ]
    drives = [chain.drive(person, level, tone) for level, tone in zip(levels, tones, strict=True)]
    keep, weights = panel.relief
    relief = keep[-1] * now.relief + _sum(weights[-1], drives)
    after = Now(times(panel.through, now.amounts), release[-1], receptors[-1], relief, bound)
    met = {"levels": levels, "central": central, "tone": _sum(NODE_WEIGHTS * panel.hours, tones)}
    return after, met


def _dot(row: Mapping[int, Any], amounts: Mapping[int, Any]) -> Any:
    terms = [one * amounts[state] for state, one in row.items() if state in amounts]
    return sum(terms[1:], start=terms[0])


def _sum(weights: Any, values: list[Any]) -> Any:
    terms = [weight * value for weight, value in zip(weights, values, strict=True)]
    return sum(terms[1:], start=terms[0])


def _filtered(filter_: tuple[Any, Any], before: Any, inputs: list[Any], rise: Any) -> list[Any]:
    """rise times the filter's value at the nodes and at the end; `before` is already times rise."""
    keep, weights = filter_
    return [one * before + rise * _sum(row, inputs) for one, row in zip(keep, weights, strict=True)]


def _blocked(
    chain: Chain, person: Any, levels: list[dict[str, Any]], hours: float, bound: Any
) -> tuple[list[Any], Any]:
    """Central occupancy at the nodes, and at the end where it has a memory of its own."""
    structure = chain.structure
    if structure.curve is not None:
        return [structure.curve(person, level) for level in levels], bound
    assert structure.binds is not None and structure.lets_go is not None
    binds = [structure.binds(person, level) for level in levels]
    return _bind(binds, structure.lets_go(person), hours, bound)


# Gauss collocation of order six (Hairer, Norsett, Wanner 1993, doi:10.1007/978-3-540-78862-1).
_ROOT = 15**0.5
_GAUSS = (
    (5 / 36, 2 / 9 - _ROOT / 15, 5 / 36 - _ROOT / 30),
    (5 / 36 + _ROOT / 24, 2 / 9, 5 / 36 - _ROOT / 24),
    (5 / 36 + _ROOT / 30, 2 / 9 + _ROOT / 15, 5 / 36),
)


def _bind(binds: list[Any], lets_go: Any, hours: float, bound: Any) -> tuple[list[Any], Any]:
    """db/dt = binds (1 - b) - lets_go b over a panel; linear in b, so three equations suffice."""
    leaves = [one + lets_go for one in binds]
    matrix = [
        [float(i == j) + hours * _GAUSS[i][j] * leaves[j] for j in range(3)] for i in range(3)
    ]
    right = [bound + sum((hours * _GAUSS[i][j]) * binds[j] for j in range(3)) for i in range(3)]
    at = _solve3(matrix, right)
    slope = [binds[i] - leaves[i] * at[i] for i in range(3)]
    end = bound + sum(float(hours * NODE_WEIGHTS[i]) * slope[i] for i in range(3))
    return at, end


def _solve3(m: list[list[Any]], right: list[Any]) -> list[Any]:
    """Three equations by cofactors; the matrix is near the identity plus something positive."""
    minor = [
        [
            m[(j + 1) % 3][(i + 1) % 3] * m[(j + 2) % 3][(i + 2) % 3]
            - m[(j + 1) % 3][(i + 2) % 3] * m[(j + 2) % 3][(i + 1) % 3]
            for j in range(3)
        ]
        for i in range(3)
    ]
    one_over = 1 / sum(m[0][i] * minor[i][0] for i in range(3))
    return [sum(minor[i][j] * right[j] for j in range(3)) * one_over for i in range(3)]


def at_end(chain: Chain, person: Any, scales: Mapping[str, Any], now: Now) -> dict[str, Any]:
    """Levels, occupancy and filters at the end of a panel."""
    place = {
        name: chain.system.states.index(one.state) for name, one in chain.system.levels.items()
    }
    levels = {name: scale * now.amounts[place[name]] for name, scale in scales.items()}
    curve = chain.structure.curve
    central = now.bound if curve is None else curve(person, levels)
    found = {
        "end_levels": levels,
        "end_central": central,
        "release": 1 + now.release,
        "receptors": 1 + now.receptors,
        "relief": now.relief,
    }
    answered = chain.target(person, levels, central)
    found["end_tone"] = tone_of(found["release"], found["receptors"], answered)
    if {"naltrexone", "naltrexol"} <= set(levels):
        found["end_peripheral"] = peripheral_mu(person, levels)
    return found
