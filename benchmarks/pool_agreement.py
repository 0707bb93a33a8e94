"""How far pooling by sums is from one model of everybody's days, sampled by NUTS.

Fifty series of N-of-1 trials that nobody took part in: eight people each, six weeks, drug and
placebo in turn by the week in a random order. In every second series the drug acts at once and is
gone as soon (a treatment called by its name), in the others over days, as naltrexone. NUTS samples
everything at once: mean and spread of the effect between people, everybody's effect, and
everybody's baseline, drift, onset and noise. It shares the likelihood of one person's days with
`lowdose.inference.sampler` and nothing else: no closed form, no grid, no division by a prior.

    python benchmarks/pool_agreement.py --out nuts.jsonl          # an hour of two cores
    python benchmarks/pool_agreement.py --out nuts.jsonl --show   # pools, and prints the table
    python benchmarks/pool_agreement.py --gathering   # what gathering curves costs, no NUTS

What NUTS found is stored in tests/inference/pool/nuts.jsonl, and a slow test reads it.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measuring import Progress, table

from lowdose.diary.entries import Diary, Symptom
from lowdose.diary.virtual import DayNoise, written_down
from lowdose.inference.arrays import Batch, stack
from lowdose.inference.estimate import effects_of_many
from lowdose.inference.frame import Frame, build_frame
from lowdose.inference.pool.curves import gathered
from lowdose.inference.pool.lattice import summed
from lowdose.inference.pool.likelihood import courses_of, ungathered
from lowdose.inference.pool.posterior import Belief, pooled
from lowdose.inference.pool.values import Likelihood, Pooled, Spread
from lowdose.inference.priors import NAMED

SEED = 20261126
SERIES, PEOPLE, WEEKS = 50, 8, 6
PRIOR = "weak"
CHAINS, WARMUP, DRAWS = 4, 500, 2000
TOGETHER = 5
PAIN = Symptom("pain", 0.0, 10.0)
_HALF_LIFE_DAYS = 3.0


@dataclass(frozen=True)
class Truth:
    """What a series was made with, in points of 10."""

    mean: float
    spread: float


def truth_of(series: int) -> Truth:
    """Means from -2 to 0.5, spreads of none, half a point and one."""
    chance = np.random.default_rng([SEED, series])
    return Truth(float(chance.uniform(-2.0, 0.5)), (0.0, 0.5, 1.0)[series % 3])


def diaries_of(series: int) -> list[Diary]:
    """The people of one series."""
    truth = truth_of(series)
    chance = np.random.default_rng([SEED, series, 1])
    at_once = series % 2 == 1
    return [_diary(truth, f"s{series}-p{n}", chance, at_once) for n in range(PEOPLE)]


def _diary(truth: Truth, person: str, chance: np.random.Generator, at_once: bool) -> Diary:
    weeks = np.concatenate([chance.permutation(2) for _ in range(WEEKS // 2)])
    treated = np.repeat(weeks, 7).astype(float)
    keep = 0.0 if at_once else 2 ** (-1 / _HALF_LIFE_DAYS)
    level, relief = 0.0, np.empty(treated.size)
    for day, today in enumerate(treated):
        level = keep * level + (1 - keep) * today
        relief[day] = level
    effect = truth.mean + truth.spread * chance.normal()
    rating = written_down(chance.normal(5.5, 1.0) + effect * relief, DayNoise(), chance)
    return Diary(
        day=np.arange(1.0, treated.size + 1),
        ratings={"pain": rating},
        symptoms={"pain": PAIN},
        dose_mg=None if at_once else 4.5 * treated,
        treatment=tuple(
            ("drug" if at_once else "naltrexone") if on else "placebo" for on in treated
        ),
        person=person,
        blinded=True,
    )


def frames_of(series: int) -> list[Frame]:
    """The people of one series as the model sees them."""
    return [build_frame(one, PAIN, NAMED[PRIOR]) for one in diaries_of(series)]


# --- pooled, as `lowdose pool` does ------------------------------------------------------


def pooled_series(series: int) -> Pooled:
    """The same people, pooled by adding arrays; their own effects in the diaries' order."""
    diaries = diaries_of(series)
    courses = courses_of(diaries, symptom="pain", prior=PRIOR)
    sd = NAMED[PRIOR].effect.sd
    array = summed([one.likelihood for one in courses])
    people = {one.person: one.likelihood for one in courses}
    return pooled(array, len(courses), Belief(NAMED[PRIOR].effect, sd), people)


def differences(row: dict[str, Any]) -> dict[str, float]:
    """How far pooling is from NUTS, in NUTS's standard deviations; of people, the farthest."""
    found = pooled_series(row["series"])
    own = [one.mean for one in found.people.values()]
    off = np.abs(np.array(own) - row["effects"]) / np.array(row["effect_sds"])
    return {
        "mean": abs(found.mean.mean - row["mean"]) / row["mean_sd"],
        "mean's deviation": abs(found.mean.sd / row["mean_sd"] - 1),
        "mean's interval": max(
            abs(found.mean.low - row["mean_low"]), abs(found.mean.high - row["mean_high"])
        )
        / row["mean_sd"],
        "spread": abs(found.heterogeneity.mean - row["tau"]) / row["tau_sd"],
        "people, farthest": float(off.max()),
    }


def show(out: Path) -> None:
    """Print how far apart the two are, over all series."""
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    progress = Progress("series", len(rows))
    found = []
    for row in rows:
        found.append(differences(row))
        progress()
    print(f"{len(rows)} series; differences in NUTS's standard deviations")
    lines = [
        (name, *(f"{value:.3f}" for value in _quantiles([one[name] for one in found])))
        for name in found[0]
    ]
    print(table(("of", "median", "90 %", "largest"), lines))
    least = min(row["mean_ess"] for row in rows)
    print(f"effective draws of the mean, least: {least:.0f}")


def _quantiles(values: list[float]) -> list[float]:
    return [float(np.quantile(values, share)) for share in (0.5, 0.9, 1.0)]


# --- what gathering curves costs ---------------------------------------------------------

MANY = (12, 20)  # groups by width, by mean: as good as all curves
FEW = ((1, 9), (4, 6), (6, 4), (8, 3), (12, 2), (24, 1))


def show_gathering() -> None:
    """How far pooled means move where few curves are left, against many."""
    progress = Progress("series", SERIES)
    moved = []
    for series in range(SERIES):
        each = _ungathered(series)
        many = _mean_of(each, *MANY)
        moved.append([abs(_mean_of(each, *few).mean - many.mean) / many.sd for few in FEW])
        progress()
    lines = [
        (f"{widths} x {means}", *(f"{value:.4f}" for value in _quantiles(list(off))))
        for (widths, means), off in zip(FEW, zip(*moved, strict=True), strict=True)
    ]
    print(table(("groups by width x mean", "median", "90 %", "largest"), lines))


def _ungathered(series: int) -> list[Likelihood]:
    frames = frames_of(series)
    found = effects_of_many(frames)
    return [ungathered(frame, one, 0) for frame, one in zip(frames, found, strict=True)]


def _mean_of(each: list[Likelihood], widths: int, means: int) -> Spread:
    effect = NAMED[PRIOR].effect
    array = summed([gathered(one, widths, means) for one in each])
    return pooled(array, len(each), Belief(effect, effect.sd)).mean


# --- one model of everybody, sampled ------------------------------------------------------


def log_density(position: dict[str, Any], batch: Batch) -> Any:
    """Everything at once, each number on the scale of its own prior; effects not centred."""
    import jax
    import jax.numpy as jnp

    from lowdose.inference.kalman import lagged
    from lowdose.inference.quadrature import unpack_hyper
    from lowdose.inference.sampler import log_likelihood

    z, fixed, each = position["hyper"], position["fixed"], position["each"]
    log_tau = position["log_tau"]
    effect = position["mean"] + jnp.exp(log_tau) * each
    half_life, phi, share, log_spread = unpack_hyper(
        z[:, None], batch.hyper, batch.share_range, batch.grain
    )
    decay = jnp.where(batch.gradual > 0, 2.0 ** (-1 / half_life), 0.0)
    relief = lagged(jnp.asarray(batch.drive), decay)[:, 0]
    relief = relief.reshape(batch.rating.shape)
    line = jnp.einsum("tfc,fc->tc", batch.fixed, fixed) + relief * effect
    like = jax.vmap(log_likelihood, in_axes=(1, 1, 1, 1, 0, 0, 0))(
        batch.rating - line, batch.seen, batch.gap, batch.weight, phi[0], share[0], log_spread[0]
    )
    start = batch.start[: fixed.shape[0]]
    before = jnp.sum(z**2) + jnp.sum((fixed - start) ** 2) + jnp.sum(each**2)
    # The mean is N(0, 1) and tau half-normal(1), both in units of the prior's effect.
    before += position["mean"] ** 2 + jnp.exp(2 * log_tau) - 2 * log_tau
    return jnp.sum(like) - 0.5 * before


def sample(batches: Batch, seed: int) -> dict[str, np.ndarray]:
    """Draws of mean, tau and effects, (series, chains, draws, ...), in shares of the scale."""
    import jax
    import jax.numpy as jnp

    from lowdose.inference.sampler import chain

    people, columns = batches.rating.shape[-1], batches.fixed.shape[2]

    def one(key: Any, batch: Batch) -> dict[str, Any]:
        first, key = jax.random.split(key)
        start = {
            "hyper": 0.3 * jax.random.normal(first, (4, people)),
            "fixed": batch.start[:columns],
            "each": jnp.zeros(people),
            "mean": jnp.zeros(()),
            "log_tau": jnp.log(0.3),
        }
        found = chain(key, partial(log_density, batch=batch), start, (WARMUP, DRAWS), dense=False)
        tau = jnp.exp(found["log_tau"])
        effects = found["mean"][:, None] + tau[:, None] * found["each"]
        return {"mean": found["mean"], "tau": tau, "effects": effects}

    keys = jax.random.split(jax.random.key(seed), (batches.rating.shape[0], CHAINS))
    run = jax.jit(jax.vmap(jax.vmap(one, in_axes=(0, None))))
    width = NAMED[PRIOR].effect.sd
    return {name: width * np.asarray(values) for name, values in run(keys, batches).items()}


def run(out: Path) -> None:
    """Sample what the file does not hold yet, a few series at a time."""
    import jax
    from arviz_stats.base import array_stats

    from lowdose.runtime import double_precision

    done = (
        {json.loads(line)["series"] for line in out.read_text().splitlines()}
        if out.exists()
        else set()
    )
    progress = Progress("series", SERIES - len(done))
    for first in range(0, SERIES, TOGETHER):
        which = [one for one in range(first, min(first + TOGETHER, SERIES)) if one not in done]
        if not which:
            continue
        began = time.monotonic()
        with double_precision():
            parts = [stack(frames_of(one)) for one in which]
            batches = jax.tree.map(lambda *each: np.stack(each), *parts)
            drawn = sample(batches, SEED + first)
        seconds = time.monotonic() - began
        with out.open("a") as file:
            for place, series in enumerate(which):
                row: dict[str, Any] = {"series": series, "seconds": seconds / len(which)}
                for name in ("mean", "tau"):
                    values = drawn[name][place]
                    row[name] = float(values.mean())
                    row[f"{name}_sd"] = float(values.std())
                    row[f"{name}_low"], row[f"{name}_high"] = np.quantile(
                        values, [0.025, 0.975]
                    ).tolist()
                    row[f"{name}_ess"] = float(array_stats.ess(values, chain_axis=0, draw_axis=1))
                    row[f"{name}_rhat"] = float(array_stats.rhat(values, chain_axis=0, draw_axis=1))
                effects = drawn["effects"][place].reshape(-1, PEOPLE)
                row["effects"] = effects.mean(0).tolist()
                row["effect_sds"] = effects.std(0).tolist()
                file.write(json.dumps(row) + "\n")
        progress(len(which))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("pool_agreement.jsonl"))
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--gathering", action="store_true")
    asked = parser.parse_args()
    if asked.gathering:
        show_gathering()
    elif asked.show:
        show(asked.out)
    else:
        run(asked.out)


if __name__ == "__main__":
    main()
