"""How far the default method is from NUTS on the same model, diary by diary.

Claim: posterior means within 0.05 and ends of the 95 % interval within 0.1 posterior standard
deviations, for baseline, every effect, autocorrelation and onset half-life, beyond what NUTS
itself is unsure of. NUTS runs again, twice as long, until its own error of both ends is below
`--error` standard deviations for every number, or `--most` draws a chain are reached.

    python benchmarks/agreement.py --out agreement.jsonl     # an hour or two
    python benchmarks/agreement.py --out agreement.jsonl --show
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from measuring import table
from twenty_diaries import MADE, make

from lowdose.diary.entries import Diary
from lowdose.diary.read import read_diary
from lowdose.inference.arrays import stack
from lowdose.inference.draws import half_life_quantity, hyper_numbers, phi_quantity
from lowdose.inference.estimate import Quantity, estimate, estimate_many, questions
from lowdose.inference.frame import Frame, build_frame
from lowdose.inference.priors import NAMED
from lowdose.inference.sampler import sample
from lowdose.runtime import double_precision

EXAMPLES = Path(__file__).parents[1] / "examples"
ON_FILE = {"virtual, blinded": "virtual_ldn_blinded.csv", "virtual, open": "virtual_ldn.csv"}
MEAN_WITHIN, END_WITHIN = 0.05, 0.1
SEED = 20261123
CHAINS = 4
_PARTS = ("mean", "low", "high")
Drawn = dict[str, np.ndarray]
Method = Callable[[Frame], dict[str, Quantity]]


@dataclass(frozen=True)
class Sampled:
    """One number of one diary by NUTS, with NUTS's own errors of mean and ends."""

    diary: str
    prior: str
    number: str
    mean: float
    sd: float
    low: float
    high: float
    mean_error: float
    low_error: float
    high_error: float
    draws: int
    r_hat: float

    @property
    def unsure(self) -> float:
        """The larger error of the two ends, in posterior SDs."""
        return max(self.low_error, self.high_error) / self.sd


@dataclass(frozen=True)
class Row:
    """Differences of one number in posterior SDs, and NUTS's errors likewise."""

    sampled: Sampled
    mean: float
    low: float
    high: float

    @property
    def worst(self) -> float:
        """Largest difference as a multiple of what is allowed."""
        ends = max(abs(self.low), abs(self.high))
        return max(abs(self.mean) / MEAN_WITHIN, ends / END_WITHIN)

    @property
    def beyond_doubt(self) -> bool:
        """Whether a difference exceeds what is allowed by more than two errors of NUTS."""
        nuts = self.sampled
        pairs = (
            (self.mean, nuts.mean_error, MEAN_WITHIN),
            (self.low, nuts.low_error, END_WITHIN),
            (self.high, nuts.high_error, END_WITHIN),
        )
        return any(abs(off) - 2 * error / nuts.sd > allowed for off, error, allowed in pairs)


def diaries() -> dict[str, Diary]:
    """The made-up diaries and the two virtual ones of the examples."""
    made = {name: make(recipe, seed) for seed, (name, recipe) in enumerate(MADE.items())}
    return made | {name: read_diary(EXAMPLES / file) for name, file in ON_FILE.items()}


def by_quadrature(frame: Frame) -> dict[str, Quantity]:
    """The default method's numbers of a frame."""
    found, posterior = estimate(frame)
    numbers = {"baseline": found.baseline}
    numbers |= {
        f"effect of {label}": e for label, e in zip(frame.labels, found.effects, strict=True)
    }
    numbers["autocorrelation"] = phi_quantity(frame, posterior)
    numbers["half-life"] = half_life_quantity(frame, posterior)[1]
    return numbers


def in_a_batch(frame: Frame) -> dict[str, Quantity]:
    """The numbers that answering many diaries at once gives with intervals: the effects."""
    found = estimate_many([frame])[0]
    effects = zip(frame.labels, found.effects, strict=True)
    return {f"effect of {label}": effect for label, effect in effects}


def by_nuts(frame: Frame, seed: int, draws: int) -> Drawn:
    """The same numbers as draws, (chains, draws) each."""
    with double_precision():
        batch = stack([frame])
        found = sample(batch, seed, chains=CHAINS, draws=draws, warmup=1000)
    count = frame.fixed.shape[1] + len(frame.labels)
    coefficients = found["coefficients"] @ batch.back[:count, :, 0].T
    values = coefficients @ questions(frame, len(frame.labels)).T
    half_life, phi, _, _ = hyper_numbers(frame, np.moveaxis(found["hyper"], -1, 0).reshape(4, -1))
    numbers = {"baseline": values[..., 0]}
    numbers |= {
        f"effect of {label}": values[..., 3 + place] for place, label in enumerate(frame.labels)
    }
    numbers["autocorrelation"] = phi.reshape(CHAINS, -1)
    numbers["half-life"] = half_life.reshape(CHAINS, -1)
    return numbers


def summed_up(name: str, prior: str, drawn: Drawn) -> list[Sampled]:
    """Mean, spread and ends of each number, with the errors that ArviZ gives for the draws."""
    from arviz_stats import mcse, rhat

    rows = []
    for number, draws in drawn.items():
        low, high = np.quantile(draws, [0.025, 0.975]).tolist()
        errors = [mcse(draws, method="mean")]
        errors += [mcse(draws, method="quantile", prob=p) for p in (0.025, 0.975)]
        found = (float(draws.mean()), float(draws.std()), low, high, *map(float, errors))
        rows.append(Sampled(name, prior, number, *found, draws.shape[1], float(rhat(draws))))
    return rows


def long_enough(
    name: str,
    prior: str,
    frame: Frame,
    draws: int,
    most: int,
    enough: Callable[[list[Sampled]], bool],
) -> list[Sampled]:
    """NUTS of one diary under one prior, doubled until it is enough or `most` draws are reached."""
    drawn: Drawn = {}
    seed = SEED
    while True:
        new = by_nuts(frame, seed, draws)
        drawn = {
            key: np.concatenate([drawn[key], values], axis=1) if drawn else values
            for key, values in new.items()
        }
        rows = summed_up(name, prior, drawn)
        draws, seed = rows[0].draws, seed + 1
        if enough(rows) or 2 * draws > most:
            return rows


def sample_all(options: argparse.Namespace) -> None:
    """Sample what is not yet in the file, adding a line for each number."""

    def is_sure(rows: list[Sampled]) -> bool:
        return max(row.unsure for row in rows) <= options.error

    done = {(row.diary, row.prior) for row in written(options.out)}
    for name, diary in diaries().items():
        for prior in options.priors:
            if (name, prior) in done or options.only not in ("", name):
                continue
            start = time.monotonic()
            frame = frame_of(diary, prior)
            rows = long_enough(name, prior, frame, options.draws, options.most, is_sure)
            with options.out.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)
            print(
                f"{name}, {prior}: {rows[0].draws} draws a chain, unsure by "
                f"{max(row.unsure for row in rows):.3f}, {time.monotonic() - start:.0f} s",
                file=sys.stderr,
                flush=True,
            )


def frame_of(diary: Diary, prior: str) -> Frame:
    """The pain of a diary as the model sees it."""
    return build_frame(diary, diary.symptoms["pain"], NAMED[prior])


def written(path: Path) -> Iterator[Sampled]:
    """The rows of an earlier run."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Sampled(**json.loads(line))


def differences(path: Path, method: Method) -> list[Row]:
    """A method's numbers now against the NUTS numbers of a file."""
    kept, ours = diaries(), {}
    rows = []
    for nuts in written(path):
        key = (nuts.diary, nuts.prior)
        if key not in ours:
            ours[key] = method(frame_of(kept[nuts.diary], nuts.prior))
        if nuts.number in ours[key]:
            mine = ours[key][nuts.number]
            off = ((getattr(mine, part) - getattr(nuts, part)) / nuts.sd for part in _PARTS)
            rows.append(Row(nuts, *off))
    return rows


def show(rows: list[Row]) -> str:
    """One line a diary and prior: the largest differences, and the worst number."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.sampled.diary, row.sampled.prior), []).append(row)
    return table(
        (
            *("diary", "prior", "mean off by", "end off by", "worst number"),
            *("NUTS's own error", "R-hat", "draws", "within"),
        ),
        [(*key, *_line(group)) for key, group in groups.items()],
    )


def _line(rows: list[Row]) -> tuple[str, ...]:
    worst = max(rows, key=lambda row: row.worst)
    return (
        f"{max(abs(row.mean) for row in rows):.3f}",
        f"{max(max(abs(row.low), abs(row.high)) for row in rows):.3f}",
        worst.sampled.number,
        f"{max(row.sampled.unsure for row in rows):.3f}",
        f"{max(row.sampled.r_hat for row in rows):.4f}",
        f"{CHAINS * rows[0].sampled.draws:,}",
        "no" if any(row.beyond_doubt for row in rows) else _close(worst),
    )


def _close(worst: Row) -> str:
    return "yes" if worst.worst <= 1 else "within NUTS's error"


def main() -> None:
    """Run, or show what an earlier run wrote."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("agreement.jsonl"))
    parser.add_argument("--priors", nargs="+", default=["weak", "fibromyalgia"])
    parser.add_argument("--only", default="", help="name of one diary")
    parser.add_argument("--draws", type=int, default=5000, help="draws a chain, first run")
    parser.add_argument("--most", type=int, default=40_000, help="most draws a chain")
    parser.add_argument("--error", type=float, default=0.03, help="wanted error of NUTS's ends")
    parser.add_argument("--show", action="store_true", help="only print what the file says")
    options = parser.parse_args()
    if not options.show:
        sample_all(options)
    print("One diary answered by itself:\n")
    print(show(differences(options.out, by_quadrature)))
    print("\nThe same diaries in a batch (effects only):\n")
    print(show(differences(options.out, in_a_batch)))


if __name__ == "__main__":
    main()
