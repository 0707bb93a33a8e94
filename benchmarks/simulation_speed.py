"""How many people a second are simulated, on the reference problem and on the model itself.

The reference problem stands for the model's shape: 112 nightly doses, absorption, two compartments,
an effect site, blockade, release, receptors, tone and relief, four parameters differing between
people, two outputs a day. The library's fast path runs it beside a twin written by hand in C with
the same method, beside diffrax solving it for many people at once and scipy one by one; all are
held against an adaptive solver at a tolerance of 1e-11.

    python benchmarks/simulation_speed.py          # needs gcc for the twin
"""

from __future__ import annotations

import ctypes
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from measuring import Progress
from results import (
    Accuracy,
    Comparison,
    Measure,
    Watch,
    conclude,
    parser_for,
    versions_of,
)
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
# People a second of the reference problem that we wanted, by precision.
WANTED = {False: 150_000, True: 300_000}
RELEASE_PER_H, RECEPTOR_PER_H, RELIEF_PER_H = 0.1, 0.005, 0.004
# Tolerances, tried in tens, at which the symptom is about as right as ours.
DIFFRAX_RTOL, SCIPY_RTOL = 1e-4, 1e-4
WORDS = {"full": "doses as planned", "usual": "doses missed and late"}
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


def slope(y: Any, p: Four, xp: Any) -> Any:
    """The reference problem as one differential equation; xp: numpy or jax.numpy."""
    gut, plasma, tissue, effect, release, receptors, relief = y
    blocked = effect / (effect + p.half)
    above = release * receptors * (1 - blocked) - 1
    above = (above + xp.sqrt(above**2 + 0.01)) / 2
    out, back = 100.0 * plasma / p.volume, 100.0 * tissue / 1500.0
    return xp.stack(
        [
            -p.absorption * gut,
            p.absorption * gut - p.clearance * plasma / p.volume - out + back,
            out - back,
            300.0 * plasma / p.volume - 0.3 * effect,
            RELEASE_PER_H * (1 + 2 * blocked - release),
            RECEPTOR_PER_H * (1 + 0.5 * blocked - receptors),
            RELIEF_PER_H * (above / (1 + above) - relief),
        ]
    )


UNTREATED = np.array([0, 0, 0, 0, 1.0, 1.0, 0.0])


def by_scipy(p: Four, **settings: Any) -> tuple[np.ndarray, np.ndarray]:
    """Release and relief at the end of every day for one person."""
    now, found = UNTREATED.copy(), []
    for _ in range(DAYS):
        now[0] += DOSE_MG
        now = solve_ivp(lambda _, y: slope(y, p, np), (0, 24), now, **settings).y[:, -1]
        found.append(now[[4, 6]].copy())
    release, relief = np.array(found).T
    return release, relief


@cache
def exact(person: int) -> tuple[np.ndarray, np.ndarray]:
    """What is taken for the truth, of one of the people that are checked."""
    p = Four(*(one[person] for one in four(max(BLOCK.values()))))
    return by_scipy(p, method="DOP853", rtol=1e-11, atol=1e-13)


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


def by_diffrax(rtol: float) -> Run:
    """Dormand and Prince's method of order 5, day by day, for a block of people in each thread."""
    term = diffrax.ODETerm(lambda _, y, p: slope(y, p, jnp))
    controller = diffrax.PIDController(rtol=rtol, atol=rtol / 100)

    def day(now: Any, p: Four) -> tuple[Any, Any]:
        solution = diffrax.diffeqsolve(
            term,
            diffrax.Dopri5(),
            t0=0.0,
            t1=24.0,
            dt0=None,
            y0=now.at[0].add(DOSE_MG),
            args=p,
            stepsize_controller=controller,
        )
        assert solution.ys is not None
        return solution.ys[-1], solution.ys[-1][jnp.array([4, 6])]

    @jax.jit
    @jax.vmap
    def one(p: Four) -> Any:
        return jax.lax.scan(lambda now, _: day(now, p), jnp.asarray(UNTREATED), length=DAYS)[1]

    def run(p: Four) -> tuple[np.ndarray, np.ndarray]:
        size = BLOCK[False]
        parts = [Four(*(v[at : at + size] for v in p)) for at in range(0, p.half.size, size)]
        with double_precision():
            found = in_parallel(lambda part: np.asarray(one(part)), parts)
        release, relief = np.moveaxis(np.concatenate(found), 0, -1).swapaxes(0, 1)
        return release, relief

    return run


def one_by_one(p: Four) -> tuple[np.ndarray, np.ndarray]:
    """scipy's LSODA, a person after the other."""
    people = range(p.half.size)
    settings = {"method": "LSODA", "rtol": SCIPY_RTOL, "atol": SCIPY_RTOL / 100}
    found = [by_scipy(Four(*(v[n] for v in p)), **settings) for n in people]
    release, relief = (np.stack(each, axis=1) for each in zip(*found, strict=True))
    return release, relief


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


def seconds(run: Run, people: int, repeats: int) -> tuple[float, ...]:
    """Seconds a person, of each repeat; compilation left out."""
    group, times = four(people), []
    run(group)
    for _ in range(repeats):
        start = time.perf_counter()
        run(group)
        times.append((time.perf_counter() - start) / people)
    return tuple(times)


def errors(run: Run, checked: int) -> np.ndarray:
    """Largest relative error of release and symptom over people and days."""
    group = Four(*(one[:checked] for one in four(max(BLOCK.values()))))
    release, relief = run(group)
    worst = np.zeros(2)
    for person in range(checked):
        true, slow = exact(person)
        pairs = ((release[:, person], true), (1 - relief[:, person], 1 - slow))
        worst = np.maximum(worst, [np.max(np.abs(found / true - 1)) for found, true in pairs])
    return worst


class Side(NamedTuple):
    """One way to solve the reference problem, as measured."""

    times: tuple[float, ...]
    off: np.ndarray


def against(
    name: str, said: tuple[str, str, str], versions: dict[str, str], ours: Side, theirs: Side
) -> Comparison:
    """said: competitor, its settings, precision."""
    competitor, settings, precision = said
    what = ("largest error of release, as a share", "largest error of the symptom, as a share")
    return Comparison(
        name,
        f"one person of the reference problem, 112 days, {precision} precision",
        competitor,
        settings,
        versions,
        ours.times,
        theirs.times,
        tuple(Accuracy(*row) for row in zip(what, ours.off, theirs.off, strict=True)),
    )


def twins(ours: dict[bool, Side], folder: Path, options: Any) -> Iterator[Comparison]:
    """The twin in C, in both precisions."""
    told = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True)
    for single in (False, True):
        kind = "single" if single else "double"
        run = twin(folder, single)
        side = Side(seconds(run, options.people, options.repeats), errors(run, options.checked))
        said = ("a twin in C, by hand", f"the same method and panels, {cores()} threads", kind)
        yield against(f"c_{kind}", said, {"gcc": told.stdout.strip()}, ours[single], side)


def solvers(ours: Side, options: Any) -> Iterator[Comparison]:
    """General solvers, at tolerances that make their errors about as large as ours."""
    run = by_diffrax(DIFFRAX_RTOL)
    people = options.people // 20
    side = Side(seconds(run, people, options.repeats), errors(run, options.checked))
    how = f"Dopri5, rtol {DIFFRAX_RTOL:g}, vmapped over blocks of people, {cores()} threads"
    yield against("diffrax", ("diffrax", how, "double"), versions_of(["diffrax"]), ours, side)
    side = Side(seconds(one_by_one, 4, 3), errors(one_by_one, options.checked))
    how = f"solve_ivp with LSODA, rtol {SCIPY_RTOL:g}, a person after the other"
    yield against("scipy", ("scipy", how, "double"), versions_of(["scipy"]), ours, side)


def whole(options: Any) -> Iterator[Measure]:
    """The model itself, which nobody else has: people a second."""
    for single in (False, True):
        for adherence in ("full", "usual"):
            each = seconds(whole_model(single, adherence), options.people, options.repeats)
            doses, kind = WORDS[adherence], "single" if single else "double"
            what = f"the whole model, {doses}, {kind} precision"
            name = f"whole_{adherence}_{kind}"
            yield Measure(name, what, 1 / statistics.median(each), "people a second")


def reference(ours: dict[bool, Side]) -> Iterator[Measure]:
    """The reference problem beside what we wanted of it, from the times of the comparisons."""
    for single, side in ours.items():
        kind = "single" if single else "double"
        what = f"one person of the reference problem, {kind} precision"
        wanted = 1e6 / WANTED[single]
        yield Measure(f"reference_{kind}", what, 1e6 * statistics.median(side.times), "µs", wanted)


def main() -> None:
    parser = parser_for(__doc__)
    parser.add_argument("--people", type=int, default=25_600)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--checked", type=int, default=8, help="people held against the solver")
    options = parser.parse_args()
    watch = Watch()
    os.environ.setdefault("OMP_NUM_THREADS", str(cores()))
    progress, found = Progress("parts", 4), {}
    for single in (False, True):
        run = ours(single)
        times = seconds(run, options.people, options.repeats)
        found[single] = Side(times, errors(run, options.checked))
    progress()
    with tempfile.TemporaryDirectory() as folder:
        comparisons = [*twins(found, Path(folder), options)]
    progress()
    comparisons += solvers(found[False], options)
    progress()
    measures = [*reference(found), *whole(options)]
    progress()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measures.append(Measure("memory", "the most memory that all of this took", peak, "MiB"))
    conclude(options, watch, comparisons, measures)


if __name__ == "__main__":
    main()
