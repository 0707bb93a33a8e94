"""The fast path: doses to relief for many people at once, a day at a time.

Nothing feeds back, so no solver is needed. Amounts move exactly; levels are read at three Gauss
nodes of every panel; blockade and tone are curves of those; release, receptors and relief are
filters with exact fading. People lie side by side in the last axis of every array.

Levels have no step error. Those of release, receptors and relief fall with the sixth power of the
panels' width; relief loses accuracy where its drive turns on inside a panel (a corner in the third
derivative), by an amount that depends on where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from lowdose.mechanism.blockade import STRUCTURES, Levels, Structure, peripheral_mu
from lowdose.mechanism.exposure import NALTREXONE, System
from lowdose.mechanism.hypotheses import Hypothesis, drive_of, target_of
from lowdose.mechanism.matrices import Matrix, exponential, kept, product, times
from lowdose.mechanism.mesh import NODE_WEIGHTS, NODES, Mesh, filter_weights
from lowdose.mechanism.parameters import Person
from lowdose.mechanism.rebound import tone_of

__all__ = ["OUTPUTS", "Adaptation", "Chain", "chain_of", "default_refine", "follow"]

OUTPUTS: Mapping[str, str] = {
    "naltrexone_max_ng_ml": "highest naltrexone of the day",
    "naltrexone_trough_ng_ml": "naltrexone just before the next dose",
    "naltrexol_max_ng_ml": "highest 6beta-naltrexol of the day",
    "naltrexol_trough_ng_ml": "6beta-naltrexol just before the next dose",
    "blockade_central_max": "highest share of central mu receptors occupied",
    "blockade_central_trough": "the same just before the next dose",
    "blockade_peripheral_trough": "mu receptors outside the brain, just before the next dose",
    "tone_mean": "opioid signalling, mean of the day (1 untreated)",
    "release": "release at the end of the day (1 untreated)",
    "receptors": "receptors at the end of the day (1 untreated)",
    "relief": "share of the possible relief reached",
}

_READS = {
    "naltrexone_max_ng_ml": ("naltrexone",),
    "naltrexone_trough_ng_ml": ("naltrexone",),
    "naltrexol_max_ng_ml": ("naltrexol",),
    "naltrexol_trough_ng_ml": ("naltrexol",),
    "blockade_peripheral_trough": ("naltrexone", "naltrexol"),
}


class Adaptation(NamedTuple):
    """What the body does in return: rises at full blockade, and rates per hour."""

    release_rise: Any
    release_per_h: Any
    receptor_rise: Any
    receptor_per_h: Any
    relief_per_h: Any


@dataclass(frozen=True, eq=False)
class Chain:
    """Everything between a dose and relief, as functions of a person; compiled once for each.

    reads: the levels that blockade and drive need. target(person, levels, central) is the blockade
    that the body answers; drive(person, levels, tone) is what moves relief, 0 to 1. follows_plasma
    says that what the body answers has no memory of its own, and so changes within minutes.
    """

    system: System
    structure: Structure
    reads: tuple[str, ...]
    target: Callable[[Any, Levels, Any], Any]
    drive: Callable[[Any, Levels, Any], Any]
    adaptation: Callable[[Any], Adaptation]
    follows_plasma: bool = False


def _adaptation(person: Person) -> Adaptation:
    return Adaptation(
        release_rise=person.release_rise,
        release_per_h=1 / person.release_time_h,
        receptor_rise=person.receptor_rise,
        receptor_per_h=1 / person.receptor_time_h,
        relief_per_h=np.log(2) / (24 * person.relief_half_life_d),
    )


@lru_cache(maxsize=64)
def chain_of(hypothesis: Hypothesis, structure: str) -> Chain:
    """The chain of one hypothesis under one blockade structure."""
    chosen = STRUCTURES[structure]
    own = hypothesis.target != "central" or hypothesis.drive == "level"
    reads = dict.fromkeys((*chosen.reads, *(["naltrexone"] if own else [])))
    return Chain(
        NALTREXONE,
        chosen,
        tuple(reads),
        partial(target_of, hypothesis),
        partial(drive_of, hypothesis),
        _adaptation,
        hypothesis.target != "central" or chosen.name == "plasma",
    )


def default_refine(chain: Chain) -> int:
    """How often the mesh is halved by default: so that relief is within 1e-4, all else within 1e-6.

    What is needed was measured against an independent solver (docs/validation/mechanism-solver.md).
    """
    if chain.follows_plasma:
        return 2
    return 1 if chain.structure.curve is None else 0


class _Panel(NamedTuple):
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


@partial(
    jax.jit,
    static_argnames=("chain", "mesh", "outputs", "by_panel", "single"),
    # Half as fast again where the processor has registers of 512 bits; no difference elsewhere.
    compiler_options={"xla_cpu_prefer_vector_width": 512},
)
def follow(
    chain: Chain,
    mesh: Mesh,
    person: Any,
    doses_mg: Any,
    outputs: tuple[str, ...],
    *,
    by_panel: bool = False,
    single: bool = False,
) -> dict[str, Any]:
    """Follow people over days of doses from an untreated start.

    person: parameters, each a number or (people,). doses_mg: (days, slots, people), or the same
    for everybody (days, slots, 1); a slot is one of the mesh's times. Gives for each output an
    array (days, people); with `by_panel` levels at every panel's end, (days, panels, people).
    `single` follows the days in single precision; what is worked out once stays in double.
    """
    people = _count(person, doses_mg)
    kind = jnp.float32 if single else jnp.float64
    wanted = _wanted(chain, outputs)
    person = jax.tree.map(lambda one: jnp.broadcast_to(jnp.asarray(one), (people,)), person)
    panels = _panels(chain, mesh, person, wanted)
    scales = {name: chain.system.levels[name].scale(person) for name in wanted}
    panels, scales, person = jax.tree.map(
        lambda one: one.astype(kind) if hasattr(one, "astype") else one, (panels, scales, person)
    )
    states = _states(chain, person, wanted)
    zero = jnp.zeros(people, kind)
    start = _Now(dict.fromkeys(states, zero), zero, zero, zero, zero)
    day = partial(_day, chain, mesh, person, panels, scales, outputs, by_panel)
    _, found = jax.lax.scan(day, start, jnp.asarray(doses_mg, kind))
    return dict(found)


class _Now(NamedTuple):
    """Where a person stands: amounts by state, rise of release and receptors, relief, occupancy."""

    amounts: dict[int, Any]
    release: Any
    receptors: Any
    relief: Any
    bound: Any


def _count(person: Any, doses_mg: Any) -> int:
    return int(max(jnp.size(one) for one in (*jax.tree.leaves(person), doses_mg[0, 0])))


def _wanted(chain: Chain, outputs: tuple[str, ...]) -> tuple[str, ...]:
    more = [name for output in outputs for name in _READS.get(output, ())]
    return tuple(dict.fromkeys((*chain.reads, *more)))


def _states(chain: Chain, person: Any, wanted: tuple[str, ...]) -> list[int]:
    ends = [chain.system.states.index(chain.system.levels[name].state) for name in wanted]
    return kept(chain.system.rates(person), [0, *ends])


def _panels(chain: Chain, mesh: Mesh, person: Any, wanted: tuple[str, ...]) -> dict[int, _Panel]:
    """What each width needs; a width's propagators are the squares of half that width's."""
    states = _states(chain, person, wanted)
    rates = {at: rate for at, rate in chain.system.rates(person).items() if set(at) <= {*states}}
    step, halvings = mesh.finest_h, 6
    # Three nodes and the panel's end at once, in a first axis.
    steps = (np.append(NODES, 1.0) * step)[:, None]
    moved = exponential(rates, steps, halvings)
    adaptation = chain.adaptation(person)
    found = {}
    for width in (2**power for power in range(max(mesh.widths).bit_length())):
        hours = width * step
        found[width] = _Panel(
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


def _day(
    chain: Chain,
    mesh: Mesh,
    person: Any,
    panels: Mapping[int, _Panel],
    scales: Mapping[str, Any],
    outputs: tuple[str, ...],
    by_panel: bool,
    now: _Now,
    doses_mg: Any,
) -> tuple[_Now, dict[str, Any]]:
    """One day: every panel in turn, then what is reported.

    Long runs of equal panels are a loop of the compiled program, short ones are written out: that
    is quicker to run, but a day of a hundred panels would take minutes to compile.
    """

    def one_panel(width: int, now: _Now) -> tuple[_Now, dict[str, Any]]:
        after, met = _through(chain, person, panels[width], now)
        met |= _at_end(chain, person, scales, after)
        value = _panel_value if by_panel else _panel_part
        return after, {name: value(name, met) for name in outputs}

    parts: list[dict[str, Any]] = []
    for slot, width, count in _runs(mesh):
        if slot is not None:
            gut = now.amounts[0] + doses_mg[slot]
            now = now._replace(amounts={**now.amounts, 0: gut})
        if count > _WRITTEN_OUT:
            now, found = jax.lax.scan(
                lambda before, _, width=width: one_panel(width, before), now, length=count
            )
            parts.append(found)
            continue
        for _ in range(count):
            now, one = one_panel(width, now)
            parts.append({name: value[None] for name, value in one.items()})
    each = {name: jnp.concatenate([part[name] for part in parts]) for name in outputs}
    return now, each if by_panel else {name: _of_day(name, each[name]) for name in outputs}


_WRITTEN_OUT = 6


def _runs(mesh: Mesh) -> Iterator[tuple[int | None, int, int]]:
    """Runs of equal panels: the slot whose dose comes first, if any, the width, how many."""
    first = 0
    for number in range(1, len(mesh.widths) + 1):
        ends = number == len(mesh.widths) or number in mesh.slots
        if ends or mesh.widths[number] != mesh.widths[first]:
            slot = mesh.slots.index(first) if first in mesh.slots else None
            yield slot, mesh.widths[first], number - first
            first = number


def _through(chain: Chain, person: Any, panel: _Panel, now: _Now) -> tuple[_Now, dict[str, Any]]:
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
    after = _Now(times(panel.through, now.amounts), release[-1], receptors[-1], relief, bound)
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


def _at_end(chain: Chain, person: Any, scales: Mapping[str, Any], now: _Now) -> dict[str, Any]:
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


def _panel_value(name: str, seen: Mapping[str, Any]) -> Any:
    """An output at one panel's end; `max` and `mean` there are those of the moment."""
    if name.startswith("blockade_central"):
        return seen["end_central"]
    if name.startswith("blockade_peripheral"):
        return seen["end_peripheral"]
    if name.startswith(("naltrexone", "naltrexol")):
        return seen["end_levels"][name.split("_", maxsplit=1)[0]]
    if name == "tone_mean":
        return seen["end_tone"]
    return seen[name]


def _panel_part(name: str, seen: Mapping[str, Any]) -> Any:
    """What one panel adds to an output of the day: its largest, its integral or its end."""
    if name.endswith("_max_ng_ml"):
        level = name.split("_", maxsplit=1)[0]
        return _largest([*(node[level] for node in seen["levels"]), seen["end_levels"][level]])
    if name == "blockade_central_max":
        return _largest([*seen["central"], seen["end_central"]])
    if name == "tone_mean":
        return seen["tone"]
    return _panel_value(name, seen)


def _of_day(name: str, parts: Any) -> Any:
    """An output of one day from its panels', (panels, people)."""
    if "_max" in name:
        return parts.max(axis=0)
    if name == "tone_mean":
        return parts.sum(axis=0) / 24.0
    return parts[-1]


def _largest(values: list[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = jnp.maximum(found, value)
    return found
