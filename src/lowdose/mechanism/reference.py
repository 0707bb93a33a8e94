"""The same equations as the fast path, left to a general solver: for checking, not for speed.

Everything from the gut to relief is one differential equation, solved from dose to dose by diffrax
to a tolerance. It shares the rates, curves and drives with `cascade`, and nothing of how that
carries them through time: no panels, no matrix exponential, no filter weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError, LowdoseError
from lowdose.mechanism.blockade import Levels, peripheral_mu
from lowdose.mechanism.rebound import tone_of
from lowdose.runtime import double_precision

if TYPE_CHECKING:
    from lowdose.mechanism.chain import Chain

__all__ = ["REFERENCE_OUTPUTS", "reference"]

DAY_H = 24
# Far more than a day needs at any sensible tolerance; a stiff system of one's own stops here.
_MOST_STEPS = 100_000

REFERENCE_OUTPUTS = (
    "naltrexone_trough_ng_ml",
    "naltrexol_trough_ng_ml",
    "blockade_central_trough",
    "blockade_peripheral_trough",
    "tone_mean",
    "release",
    "receptors",
    "relief",
)


class _Now(NamedTuple):
    """What the solver carries: amounts, occupancy, the answers (0 to 1), relief, tone so far."""

    amounts: Any
    bound: Any
    release: Any
    receptors: Any
    relief: Any
    tone_sum: Any


class _Seen(NamedTuple):
    """What follows at one moment from what is carried."""

    levels: Levels
    central: Any
    target: Any
    tone: Any


def reference(
    chain: Chain,
    person: Any,
    doses_mg: Any,
    slots_h: Sequence[int],
    outputs: Sequence[str] = REFERENCE_OUTPUTS,
    *,
    rtol: float = 1e-10,
    atol: float = 1e-12,
) -> dict[str, NDArray[np.float64]]:
    """Follow one person from an untreated start; each output once a day, at its end, (days,).

    person: parameters, each one number. doses_mg: (days, slots), taken `slots_h` hours after each
    day's start, the first at 0. outputs: some of `REFERENCE_OUTPUTS`; a day's highest values are
    not among them. rtol, atol: error allowed in a step, relative and in the solver's units.
    Raises InputError for another output, LowdoseError where diffrax is not installed.

    >>> from lowdose.mechanism.chain import chain_of
    >>> from lowdose.mechanism.hypotheses import HYPOTHESES
    >>> from lowdose.mechanism.parameters import typical
    >>> chain = chain_of(HYPOTHESES["rebound"], "biophase")
    >>> found = reference(chain, typical(), [[4.5]], [0], ["blockade_central_trough"])
    >>> round(float(found["blockade_central_trough"][0]), 4)
    0.3621
    """
    faults = [
        Fault("outputs", repr(name), f"one of {', '.join(REFERENCE_OUTPUTS)}")
        for name in outputs
        if name not in REFERENCE_OUTPUTS
    ]
    if faults:
        raise InputError(faults)
    with double_precision():
        solve = _solver(chain, tuple(slots_h))
        found = solve(person, np.asarray(doses_mg, np.float64), rtol, atol)
        return {name: np.asarray(found[name]) for name in outputs}


@lru_cache(maxsize=64)
def _solver(chain: Chain, slots_h: tuple[int, ...]) -> Callable[..., Mapping[str, Any]]:
    """The compiled solution for one chain and one set of hours: person, doses, rtol, atol."""
    import jax

    diffrax = _diffrax()
    term = diffrax.ODETerm(lambda _, now, person: _slopes(chain, person, now))
    spans_h = np.diff([*slots_h, DAY_H]).tolist()

    def advance(now: _Now, person: Any, hours: float, controller: Any) -> _Now:
        solution = diffrax.diffeqsolve(
            term,
            diffrax.Dopri8(),
            t0=0.0,
            t1=hours,
            dt0=None,
            y0=now,
            args=person,
            stepsize_controller=controller,
            max_steps=_MOST_STEPS,
        )
        after: _Now = jax.tree.map(lambda one: one[-1], solution.ys)
        return after

    def solve(person: Any, doses_mg: Any, rtol: Any, atol: Any) -> Mapping[str, Any]:
        controller = diffrax.PIDController(rtol=rtol, atol=atol)

        def day(now: _Now, doses: Any) -> tuple[_Now, Mapping[str, Any]]:
            now = now._replace(tone_sum=0.0 * now.tone_sum)
            for hours, dose in zip(spans_h, doses, strict=True):
                now = now._replace(amounts=now.amounts.at[0].add(dose))
                now = advance(now, person, hours, controller)
            return now, _outputs(chain, person, now)

        found: Mapping[str, Any] = jax.lax.scan(day, _untreated(chain), doses_mg)[1]
        return found

    compiled: Callable[..., Mapping[str, Any]] = jax.jit(solve)
    return compiled


def _diffrax() -> Any:
    try:
        import diffrax
    except ImportError:
        raise LowdoseError(
            "The independent solver needs the package diffrax, which is not installed here. "
            "Please install it with: pip install 'lowdose[reference]'"
        ) from None
    return diffrax


def _untreated(chain: Chain) -> _Now:
    from jax import numpy as jnp

    zero = jnp.zeros(())
    return _Now(jnp.zeros(len(chain.system.states)), zero, zero, zero, zero, zero)


def _slopes(chain: Chain, person: Any, now: _Now) -> _Now:
    """Everything per hour, as `exposure`, `blockade` and `rebound` write it."""
    seen, adaptation = _see(chain, person, now), chain.adaptation(person)
    drive = chain.drive(person, seen.levels, seen.tone)
    return _Now(
        amounts=_flows(chain, person, now.amounts),
        bound=_binding(chain, person, seen.levels, now.bound),
        release=adaptation.release_per_h * (seen.target - now.release),
        receptors=adaptation.receptor_per_h * (seen.target - now.receptors),
        relief=adaptation.relief_per_h * (drive - now.relief),
        tone_sum=seen.tone,
    )


def _flows(chain: Chain, person: Any, amounts: Any) -> Any:
    from jax import numpy as jnp

    found = jnp.zeros_like(amounts)
    for (into, out_of), rate in chain.system.rates(person).items():
        found = found.at[into].add(rate * amounts[out_of])
    return found


def _binding(chain: Chain, person: Any, levels: Levels, bound: Any) -> Any:
    binds, lets_go = chain.structure.binds, chain.structure.lets_go
    if binds is None or lets_go is None:
        return 0.0 * bound
    return binds(person, levels) * (1 - bound) - lets_go(person) * bound


def _see(chain: Chain, person: Any, now: _Now) -> _Seen:
    levels = {
        name: level.scale(person) * now.amounts[chain.system.states.index(level.state)]
        for name, level in chain.system.levels.items()
    }
    curve = chain.structure.curve
    central = now.bound if curve is None else curve(person, levels)
    target = chain.target(person, levels, central)
    adaptation = chain.adaptation(person)
    release = 1 + adaptation.release_rise * now.release
    receptors = 1 + adaptation.receptor_rise * now.receptors
    return _Seen(levels, central, target, tone_of(release, receptors, target))


def _outputs(chain: Chain, person: Any, now: _Now) -> dict[str, Any]:
    seen, adaptation = _see(chain, person, now), chain.adaptation(person)
    found = {
        "blockade_central_trough": seen.central,
        "tone_mean": now.tone_sum / DAY_H,
        "release": 1 + adaptation.release_rise * now.release,
        "receptors": 1 + adaptation.receptor_rise * now.receptors,
        "relief": now.relief,
    }
    for name in ("naltrexone", "naltrexol"):
        if name in seen.levels:
            found[f"{name}_trough_ng_ml"] = seen.levels[name]
    if {"naltrexone", "naltrexol"} <= set(seen.levels):
        found["blockade_peripheral_trough"] = peripheral_mu(person, seen.levels)
    return found
