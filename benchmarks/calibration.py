"""Whether the answer is right as often as it says, on diaries drawn from its own prior.

Claim: where the truth is drawn from the prior and the ratings from the model, the truth's place
in the posterior is uniform (simulation-based calibration, Talts et al. 2018, arXiv:1804.06788)
for baseline, every effect, autocorrelation and onset, and 95 % intervals hold it in 93.5 to
96.5 % of diaries.

Ratings are neither rounded nor cut at the ends of the scale, so that they come from the model
exactly. The model's least spread (what rounding makes) then is its smallest value, 1/10,000 of
the scale over root 12, and the truth has it too.

    python benchmarks/calibration.py --picture calibration.svg
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
from measuring import Progress, table
from twenty_diaries import blocks, steps

from lowdose.diary.entries import Diary, Symptom
from lowdose.inference.arrays import Batch, coefficient_scale, level_bucket, stack, step_matrix
from lowdose.inference.draws import marginal_cdf, normal_cdf
from lowdose.inference.estimate import posterior_of, questions
from lowdose.inference.frame import Frame, build_frame
from lowdose.inference.mixture import interval, probability_below, project
from lowdose.inference.place import Grid, grid_for
from lowdose.inference.prior_choice import choose_prior
from lowdose.inference.quadrature import Mixture, integrate
from lowdose.runtime import double_precision

CHUNK = 16
BINS = 20
PRIORS = ("weak", "fibromyalgia", "evidence:fibromyalgia")
Numbers = np.ndarray


@dataclass(frozen=True)
class Design:
    """What is taken on which day, and how many ratings are missing."""

    doses: tuple[float, ...]
    blinded: bool
    missing: float = 0.0


DESIGNS = {
    "crossover": Design(blocks(112, 28), blinded=True),
    "titration": Design(steps((14, 0), (14, 1.5), (14, 3), (70, 4.5)), blinded=False),
    "half missing": Design(blocks(112, 28), blinded=True, missing=0.5),
}


@dataclass(frozen=True, eq=False)
class Case:
    """A diary as the model sees it, and the truth behind it.

    truth: baseline, then the effects. z: onset, autocorrelation, share and spread in prior
    standard units.
    """

    frame: Frame
    truth: Numbers
    z: Numbers


def cases(design: Design, prior: str, count: int, seed: Sequence[int]) -> Iterator[Case]:
    """Truths from the prior, ratings from the model."""
    chance = np.random.default_rng(seed)
    empty = _frame(design, prior)
    for _ in range(count):
        yield _case(empty, design.missing, chance)


def _frame(design: Design, prior: str) -> Frame:
    doses = np.array(design.doses, dtype=float)
    diary = Diary(
        day=np.arange(doses.size, dtype=np.float64),
        ratings={"pain": np.zeros(doses.size)},
        symptoms={"pain": Symptom("pain")},
        dose_mg=doses,
        blinded=design.blinded,
    )
    return build_frame(diary, diary.symptoms["pain"], choose_prior(prior))


def _case(empty: Frame, missing: float, chance: np.random.Generator) -> Case:
    z = chance.standard_normal(4)
    half_life, phi, share, spread = _noise(empty, z)
    means, sds = coefficient_scale(empty)
    fixed = means + sds * chance.standard_normal(sds.size)
    effects = step_matrix(empty) @ chance.standard_normal(len(empty.labels))
    effects = effects + empty.prior.effect.mean
    line = empty.fixed @ fixed + _built_up(empty.drive, half_life) @ effects
    rating = line + _swing(line.size, phi, spread * np.sqrt(share), chance)
    rating = rating + spread * np.sqrt(1 - share) * chance.standard_normal(line.size)
    rating[chance.random(line.size) < missing] = np.nan
    # The baseline is asked of rated reference days, which depend on what is missing.
    seen = np.isfinite(rating)
    frame = replace(empty, rating=rating, reference_days=empty.reference_days & seen)
    rows = questions(frame, len(frame.labels))
    return Case(frame, np.concatenate([rows[:1] @ np.concatenate([fixed, effects]), effects]), z)


def _noise(frame: Frame, z: Numbers) -> tuple[float, float, float, float]:
    prior, width = frame.prior, frame.symptom.high - frame.symptom.low
    half_life = np.exp(prior.log_half_life.mean + prior.log_half_life.sd * z[0])
    phi, share = (
        float(normal_cdf(np.array([normal.mean + normal.sd * unit]))[0])
        for normal, unit in ((prior.phi_probit, z[1]), (prior.share_probit, z[2]))
    )
    raw = np.exp(prior.log_spread.mean + prior.log_spread.sd * z[3])
    least = 1e-4 * width / np.sqrt(12)
    return half_life, phi, share, float(np.hypot(raw, least / np.sqrt(1 - share)))


def _built_up(drive: Numbers, half_life: float) -> Numbers:
    keep = 2.0 ** (-1 / half_life)
    level, grown = np.zeros(drive.shape[1]), np.zeros_like(drive)
    for day, taken in enumerate(drive):
        level = keep * level + (1 - keep) * taken
        grown[day] = level
    return grown


def _swing(days: int, phi: float, sd: float, chance: np.random.Generator) -> Numbers:
    shock, swing = sd * chance.standard_normal(days), np.zeros(days)
    swing[0] = shock[0]
    for day in range(1, days):
        swing[day] = phi * swing[day - 1] + np.sqrt(1 - phi**2) * shock[day]
    return swing


def places(found: Sequence[Case]) -> dict[str, tuple[Numbers, Numbers]]:
    """For each number the truth's place in the posterior (0 to 1), and whether 95 % hold it."""
    results: dict[str, list[tuple[float, bool]]] = {}
    progress = Progress("diaries", len(found))
    with double_precision():
        for first in range(0, len(found), CHUNK):
            group = found[first : first + CHUNK]
            for name, place, inside in _chunk(group):
                results.setdefault(name, []).append((place, inside))
            progress(len(group))
    return {
        name: (np.array([p for p, _ in rows]), np.array([i for _, i in rows]))
        for name, rows in results.items()
    }


def _chunk(group: Sequence[Case]) -> Iterator[tuple[str, float, bool]]:
    frames = [case.frame for case in group]
    labels = frames[0].labels
    size = level_bucket(len(labels))
    batch, grid = stack(frames, size=CHUNK), grid_for(stack(frames[:1]).rating.shape[0])
    rows = [_asked(frame, size) for frame in frames]
    rows += [rows[0]] * (CHUNK - len(rows))
    asked = np.einsum("qjc,jkc->qkc", np.stack(rows, axis=-1), batch.back)
    truth = np.zeros((1 + size, 1, CHUNK))
    for place, case in enumerate(group):
        truth[: case.truth.size, 0, place] = case.truth
    below, low, high, mixture = jax.tree.map(np.asarray, _solve(batch, asked, truth, grid))
    for place, case in enumerate(group):
        for row, name in enumerate(("baseline", *(f"effect of {label}" for label in labels))):
            inside = low[row, place] <= case.truth[row] <= high[row, place]
            yield name, below[row, place], inside
        yield from _nonlinear(case, batch, mixture, grid, place)


def _asked(frame: Frame, levels: int) -> Numbers:
    rows = questions(frame, levels)
    return np.concatenate([rows[:1], rows[3 : 3 + levels]])


@partial(jax.jit, static_argnames="grid")
def _solve(batch: Batch, asked: Any, truth: Any, grid: Grid) -> tuple[Any, Any, Any, Mixture]:
    mixture = integrate(batch, grid)
    part = project(mixture, asked)
    return probability_below(part, truth), *interval(part), mixture


def _nonlinear(
    case: Case, batch: Batch, mixture: Mixture, grid: Grid, place: int
) -> Iterator[tuple[str, float, bool]]:
    one = partial(jax.tree.map, lambda values: values[..., place : place + 1])
    posterior = posterior_of(case.frame, one(batch), one(mixture), grid)
    axes = (("autocorrelation", posterior.phi_axis, 1), ("onset", posterior.onset_axis, 0))
    for name, axis, which in axes:
        units, cdf = marginal_cdf(*axis)
        below = float(np.interp(case.z[which], units, cdf, left=0.0, right=1.0))
        yield name, below, 0.025 <= below <= 0.975


def row(values: Numbers, inside: Numbers) -> tuple[str, ...]:
    """Coverage with its error, and the p values of two tests of uniformity."""
    from scipy.stats import chisquare, kstest

    counts = np.histogram(values, bins=BINS, range=(0, 1))[0]
    error = np.sqrt(0.95 * 0.05 / values.size)
    return (
        f"{100 * inside.mean():.1f} % ± {100 * error:.1f}",
        f"{chisquare(counts).pvalue:.3f}",
        f"{kstest(values, 'uniform').pvalue:.3f}",
    )


def draw_histograms(found: dict[str, Numbers], path: Path) -> None:
    """A panel for each number: how many truths fell into each twentieth of the posterior."""
    from lowdose.report.charts.picture import save_chart
    from lowdose.report.charts.specification import Axis, Chart, Panel, Role, Rule, Steps

    panels = []
    for name, values in found.items():
        counts = np.histogram(values, bins=BINS, range=(0, 1))[0]
        bars = Steps(range(BINS), counts.tolist(), Role.DOSE, "diaries in each twentieth")
        even = Rule(values.size / BINS, upright=False, role=Role.REFERENCE, label="even")
        panels.append(Panel(Axis(name, low=0), (bars, even), height=0.5))
    ticks = tuple((float(20 * share), f"{share:g}") for share in (0, 0.25, 0.5, 0.75, 1))
    chart = Chart(
        title="Where the truth lies in the posterior",
        description="Histograms of the truth's place in the posterior; level if well calibrated.",
        x=Axis("share of the posterior below the truth", low=0, high=BINS, ticks=ticks),
        panels=tuple(panels),
    )
    save_chart(chart, path)


def main() -> None:
    """Print a table: a row for each design, prior and number."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--diaries", type=int, default=1000, help="for each design and prior")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--priors", nargs="+", default=PRIORS[:2], choices=PRIORS)
    parser.add_argument("--picture", type=Path, help="histograms of one design and prior (SVG)")
    parser.add_argument("--pictured", nargs=2, default=("crossover", "fibromyalgia"))
    options = parser.parse_args()
    rows = []
    for number, (name, design) in enumerate(DESIGNS.items()):
        for prior in options.priors:
            seed = [options.seed, number, PRIORS.index(prior)]
            found = places(list(cases(design, prior, options.diaries, seed)))
            rows += [(name, prior, key, *row(*values)) for key, values in found.items()]
            if options.picture and tuple(options.pictured) == (name, prior):
                draw_histograms({key: value[0] for key, value in found.items()}, options.picture)
    print(table(("design", "prior", "number", "in 95 %", "chi-square p", "KS p"), rows))


if __name__ == "__main__":
    main()
