"""How many people a second are simulated, on the reference problem and on the model itself.

The reference problem stands for the model's shape: 112 nightly doses, absorption, two compartments,
an effect site, blockade, release, receptors, tone and relief, four parameters differing between
people, two outputs a day. The library's fast path runs it beside a twin written by hand in C with
the same method, and both are held against an adaptive solver at a tolerance of 1e-11.

    python benchmarks/simulation_speed.py          # needs gcc for the twin
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from measuring import Progress, table
from scipy.integrate import solve_ivp

from lowdose.mechanism.blockade import Structure
from lowdose.mechanism.cascade import follow
from lowdose.mechanism.chain import Adaptation, Chain, chain_of
from lowdose.mechanism.exposure import Level, System
from lowdose.mechanism.hypotheses import HYPOTHESES
from lowdose.mechanism.mesh import NODES, Mesh, filter_weights, mesh_for
from lowdose.population.adherence import ADHERENCE, LATE_H, taken
from lowdose.population.people import drawn
from lowdose.population.simulate import BLOCK as SIMULATED
from lowdose.runtime import cores, double_precision, in_parallel

HERE = Path(__file__).parent
DAYS, DOSE_MG = 112, 4.5
# People at once, by precision: as many as stay in a core's cache.
BLOCK = {False: 128, True: 256}
RELEASE_PER_H, RECEPTOR_PER_H, RELIEF_PER_H = 0.1, 0.005, 0.004
MESH = Mesh((1, 1, 2, 4, 8, 8, 8, 8, 8, 16, 16, 16), (0,), 0.25)


class Four(NamedTuple):
    """What differs between the people of the reference problem."""

    clearance: Any
    volume: Any
    absorption: Any
    half: Any


def reference_rates(p: Four) -> dict[tuple[int, int], Any]:
    """Gut, plasma, tissue, effect site (ng/mL)."""
    return {
        (0, 0): -p.absorption,
        (1, 0): p.absorption,
        (1, 1): -(p.clearance + 100.0) / p.volume,
        (1, 2): 100.0 / 1500.0 + 0 * p.volume,
        (2, 1): 100.0 / p.volume,
        (2, 2): -100.0 / 1500.0 + 0 * p.volume,
        (3, 1): 300.0 / p.volume,
        (3, 3): -0.3 + 0 * p.volume,
    }


def hinge_drive(_: Four, __: Any, tone: Any) -> Any:
    """The smooth hinge of the reference problem."""
    import jax.numpy as jnp

    above = tone - 1
    above = (above + jnp.sqrt(above * above + 0.01)) * 0.5
    return above / (1 + above)


REFERENCE = Chain(
    system=System(
        ("gut", "plasma", "tissue", "effect"),
        reference_rates,
        {"effect": Level("effect", lambda p: 1.0 + 0 * p.volume)},
    ),
    structure=Structure(
        "effect", "", ("effect",), lambda p, levels: levels["effect"] / (levels["effect"] + p.half)
    ),
    reads=("effect",),
    target=lambda _, __, central: central,
    drive=hinge_drive,
    adaptation=lambda _: Adaptation(2.0, RELEASE_PER_H, 0.5, RECEPTOR_PER_H, RELIEF_PER_H),
)


def four(people: int, seed: int = 0) -> Four:
    """Log-normal people with a CV of 30 %."""
    spread = np.exp(0.3 * np.random.default_rng(seed).standard_normal((4, people)))
    return Four(*(spread * np.array([[180.0], [1000.0], [1.5], [0.5]])))


def exact(p: Four) -> tuple[np.ndarray, np.ndarray]:
    """Release and symptom at the end of every day for one person, by an adaptive solver."""
    rates = np.zeros((4, 4))
    for place, rate in reference_rates(p).items():
        rates[place] = rate

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        blocked = y[3] / (y[3] + p.half)
        release, receptors, relief = y[4:]
        above = release * receptors * (1 - blocked) - 1
        above = (above + np.sqrt(above**2 + 0.01)) / 2
        return np.concatenate(
            [
                rates @ y[:4],
                [
                    RELEASE_PER_H * (1 + 2 * blocked - release),
                    RECEPTOR_PER_H * (1 + 0.5 * blocked - receptors),
                    RELIEF_PER_H * (above / (1 + above) - relief),
                ],
            ]
        )

    now, found = np.array([0, 0, 0, 0, 1.0, 1.0, 0.0]), []
    for _ in range(DAYS):
        now[0] += DOSE_MG
        now = solve_ivp(slope, (0, 24), now, method="DOP853", rtol=1e-11, atol=1e-13).y[:, -1]
        found.append(now[[4, 6]].copy())
    release, relief = np.array(found).T
    return release, 6 * (1 - relief)


Run = Callable[[Four], tuple[np.ndarray, np.ndarray]]


def ours(single: bool) -> Run:
    """The library's fast path, in blocks on every core."""
    doses = np.full((DAYS, 1, 1), DOSE_MG)

    def block(p: Four) -> tuple[np.ndarray, np.ndarray]:
        found = follow(REFERENCE, MESH, p, doses, ("release", "relief"), single=single)
        return np.asarray(found["release"]), np.asarray(found["relief"])

    def run(p: Four) -> tuple[np.ndarray, np.ndarray]:
        size = p.half.size
        parts = [
            Four(*(one[at : at + BLOCK[single]] for one in p))
            for at in range(0, size, BLOCK[single])
        ]
        with double_precision():
            found = in_parallel(block, parts)
        release, relief = (np.concatenate(each, axis=1) for each in zip(*found, strict=True))
        return release, relief

    return run


def twin(folder: Path, single: bool) -> Run:
    """The hand-written twin, compiled here for this machine."""
    real = "float" if single else "double"
    kind = np.float32 if single else np.float64
    library = folder / f"twin_{real}.so"
    flags = [
        "-O3",
        "-march=native",
        "-mprefer-vector-width=512",
        "-ffast-math",
        "-fopenmp",
        "-shared",
        "-fPIC",
    ]
    source = str(HERE / "simulation_twin.c")
    command = ["gcc", *flags, f"-DREAL={real}", source, "-o", str(library), "-lm"]
    subprocess.run(command, check=True)
    call = ctypes.CDLL(str(library)).twin
    widths = np.array([int(np.log2(width)) for width in MESH.widths], dtype=np.int32)
    filters = np.concatenate([_filters(MESH.finest_h * 2.0**power) for power in range(5)]).astype(
        kind
    )
    doses, nodes = np.full(DAYS, DOSE_MG), np.append(NODES, 1.0) * MESH.finest_h

    def pointer(values: np.ndarray) -> ctypes.c_void_p:
        return ctypes.c_void_p(values.ctypes.data)

    def run(p: Four) -> tuple[np.ndarray, np.ndarray]:
        people = p.half.size
        release, relief = np.empty((DAYS, people), kind), np.empty((DAYS, people), kind)
        fixed = (DAYS, pointer(doses), len(widths), pointer(widths), pointer(filters))
        outputs = (pointer(nodes), pointer(release), pointer(relief))
        call(people, *(pointer(one) for one in p), *fixed, *outputs)
        return release, relief

    return run


def _filters(hours: float) -> np.ndarray:
    """keep[3][4] and weight[3][4][3] of release, receptors and relief, rises included."""
    keeps, weights = [], []
    for rate, rise in ((RELEASE_PER_H, 2.0), (RECEPTOR_PER_H, 0.5), (RELIEF_PER_H, 1.0)):
        keep, weight = filter_weights(rate, hours, np)
        keeps.append(keep)
        weights.append(rise * weight)
    return np.concatenate([np.ravel(keeps), np.ravel(weights)])


def whole_model(single: bool, adherence: str) -> Run:
    """The model itself: every parameter differs, doses may be missed and late, relief is asked."""
    chain = chain_of(HYPOTHESES["rebound"], "biophase")
    mesh = mesh_for((0,) if adherence == "full" else (0, *LATE_H))
    planned = np.full(DAYS, DOSE_MG)

    def block(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        who, when = jax.random.split(jax.random.key(0))
        doses: Any = planned[:, None, None]
        if adherence != "full":
            doses = taken(when, numbers, planned, ADHERENCE[adherence])
        outputs = ("release", "relief")
        found = follow(chain, mesh, drawn(who, numbers), doses, outputs, single=single)
        return np.asarray(found["release"]), np.asarray(found["relief"])

    def run(p: Four) -> tuple[np.ndarray, np.ndarray]:
        people, size = p.half.size, SIMULATED
        numbers = np.arange(people, dtype=np.uint32)
        with double_precision():
            found = in_parallel(block, (numbers[at : at + size] for at in range(0, people, size)))
        return found[0]

    return run


def rate(run: Run, people: int, repeats: int) -> float:
    """People a second: the best of the repeats, compilation left out."""
    group = four(people)
    run(group)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run(group)
        times.append(time.perf_counter() - start)
    return people / min(times)


def errors(run: Run, checked: int) -> tuple[float, float]:
    """Largest relative error of release and symptom over people and days."""
    group = four(max(BLOCK.values()))
    release, relief = run(group)
    worst = np.zeros(2)
    for person in range(checked):
        true = exact(Four(*(one[person] for one in group)))
        found = release[:, person], 6 * (1 - relief[:, person])
        off = [np.max(np.abs(f / t - 1)) for f, t in zip(found, true, strict=True)]
        worst = np.maximum(worst, off)
    return float(worst[0]), float(worst[1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=51_200)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--checked", type=int, default=8, help="people held against the solver")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", str(cores()))
    progress, rows = Progress("rows", 8), []
    with tempfile.TemporaryDirectory() as folder:
        for single in (False, True):
            kind = "single" if single else "double"
            hand, fast = twin(Path(folder), single), ours(single)
            speeds = [rate(one, options.people, options.repeats) for one in (hand, fast)]
            progress(2)
            for name, one, speed in zip(("C by hand", "ours"), (hand, fast), speeds, strict=True):
                off = errors(one, options.checked)
                share = f"{100 * speed / speeds[0]:.0f} %"
                rows.append((name, kind, f"{speed:,.0f}", share, *(f"{one:.0e}" for one in off)))
            for adherence in ("full", "usual"):
                speed = rate(whole_model(single, adherence), options.people, options.repeats)
                what = "whole model, doses " + ("as planned" if adherence == "full" else "missed")
                rows.append((what, kind, f"{speed:,.0f}", "", "", ""))
                progress()
    head = ("what", "precision", "people a second", "of C", "error of release", "of symptom")
    print(table(head, rows))
    print(f"\n{cores()} cores; peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")


if __name__ == "__main__":
    main()
