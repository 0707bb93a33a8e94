"""The fast path: doses to relief for many people at once, a day at a time.

Nothing feeds back, so no solver is needed. Amounts move exactly; levels are read at three Gauss
nodes of every panel; blockade and tone are curves of those; release, receptors and relief are
filters with exact fading. People lie side by side in the last axis of every array.

Levels have no step error. Those of release, receptors and relief fall with the sixth power of the
panels' width; relief loses accuracy where its drive turns on inside a panel (a corner in the third
derivative), by an amount that depends on where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from lowdose.mechanism.chain import FOLLOWING, Chain, levels_read, states_read
from lowdose.mechanism.mesh import Mesh
from lowdose.mechanism.panel import Now, Panel, at_end, panels_of, through

__all__ = ["follow"]

_WRITTEN_OUT = 6  # panels of one run


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
    wanted = levels_read(chain, outputs)
    person = jax.tree.map(lambda one: jnp.broadcast_to(jnp.asarray(one), (people,)), person)
    panels = panels_of(chain, mesh, person, wanted)
    scales = {name: chain.system.levels[name].scale(person) for name in wanted}
    panels, scales, person = jax.tree.map(
        lambda one: one.astype(kind) if hasattr(one, "astype") else one, (panels, scales, person)
    )
    states = states_read(chain, person, wanted)
    zero = jnp.zeros(people, kind)
    start = Now(dict.fromkeys(states, zero), zero, zero, zero, zero)
    asked = tuple(
        dict.fromkeys(FOLLOWING[name][0] if name in FOLLOWING else name for name in outputs)
    )
    day = partial(_day, chain, mesh, person, panels, scales, asked, by_panel)
    _, found = jax.lax.scan(day, start, jnp.asarray(doses_mg, kind))
    return {name: _output(name, person, found) for name in outputs}


def _output(name: str, person: Any, found: Mapping[str, Any]) -> Any:
    if name not in FOLLOWING:
        return found[name]
    leader, occupied = FOLLOWING[name]
    return occupied(person, found[leader])


def _count(person: Any, doses_mg: Any) -> int:
    return int(max(jnp.size(one) for one in (*jax.tree.leaves(person), doses_mg[0, 0])))


def _day(
    chain: Chain,
    mesh: Mesh,
    person: Any,
    panels: Mapping[int, Panel],
    scales: Mapping[str, Any],
    outputs: tuple[str, ...],
    by_panel: bool,
    now: Now,
    doses_mg: Any,
) -> tuple[Now, dict[str, Any]]:
    """One day: every panel in turn, then what is reported.

    Long runs of equal panels are a loop of the compiled program, short ones are written out: that
    is quicker to run, but a day of a hundred panels would take minutes to compile.
    """

    def one_panel(width: int, now: Now) -> tuple[Now, dict[str, Any]]:
        after, met = through(chain, person, panels[width], now)
        # Without this the compiler works every panel out anew inside each later one.
        after = jax.lax.optimization_barrier(after)
        met |= at_end(chain, person, scales, after)
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


def _runs(mesh: Mesh) -> Iterator[tuple[int | None, int, int]]:
    """Runs of equal panels: the slot whose dose comes first, if any, the width, how many."""
    first = 0
    for number in range(1, len(mesh.widths) + 1):
        ends = number == len(mesh.widths) or number in mesh.slots
        if ends or mesh.widths[number] != mesh.widths[first]:
            slot = mesh.slots.index(first) if first in mesh.slots else None
            yield slot, mesh.widths[first], number - first
            first = number


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
