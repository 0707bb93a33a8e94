"""How often a treatment that does not exist "works" in real pain diaries.

Claim: where a made-up treatment is assigned by chance to diaries kept without any, the answer
gives benefit a probability above 0.95 in no more than 5 % of cases. Each case takes a stretch of
a real diary at a random start and a fresh random assignment; nothing else is made up.

    python benchmarks/null_treatment.py                  # windows of 112 days
    python benchmarks/null_treatment.py --days 0         # whole series
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from measuring import Progress, share_with_error, table

import lowdose as ld
from lowdose.diary.entries import Diary

EXAMPLES = Path(__file__).parents[1] / "examples"
FILES = ("pain_eight_years.csv", "pain_long.csv")
SURE = 0.95
DOSE_MG = 4.5
LEAST_RATED, LEAST_RATED_IN_AN_ARM = 28, 7
ENOUGH_RATED = 112
Assign = Callable[[int, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Scheme:
    """A way to assign a treatment: days treated, and what the diary says about it."""

    name: str
    assign: Assign
    naltrexone: bool
    blinded: bool


def daily(days: int, chance: np.random.Generator) -> np.ndarray:
    """A coin for every day."""
    return chance.integers(0, 2, days).astype(bool)


def in_pairs(length: int) -> Assign:
    """Blocks of `length` days in pairs, the order within each pair by chance."""

    def assign(days: int, chance: np.random.Generator) -> np.ndarray:
        pairs = -(-days // (2 * length))
        first = chance.integers(0, 2, pairs).astype(bool)
        return np.repeat(np.stack([first, ~first], axis=1).ravel(), length)[:days]

    return assign


def one_switch(days: int, chance: np.random.Generator) -> np.ndarray:
    """Nothing, then the treatment until the end; the day of the switch by chance."""
    return np.arange(days) >= chance.integers(days // 4, days - days // 4)


SCHEMES = (
    Scheme("a coin each day, acts on the day", daily, naltrexone=False, blinded=True),
    Scheme("14-day blocks in pairs, acts on the day", in_pairs(14), naltrexone=False, blinded=True),
    Scheme("naltrexone, 14-day blocks, blinded", in_pairs(14), naltrexone=True, blinded=True),
    Scheme("naltrexone, 28-day blocks, blinded", in_pairs(28), naltrexone=True, blinded=True),
    Scheme("naltrexone, one switch, open", one_switch, naltrexone=True, blinded=False),
    Scheme("naltrexone, one switch, blinded", one_switch, naltrexone=True, blinded=True),
)


def series() -> Iterator[tuple[str, Diary]]:
    """Every pain of every person as a diary of its own, from its first to its last rating."""
    for file in FILES:
        for diary in ld.read_diaries(EXAMPLES / file):
            for name, rating in diary.ratings.items():
                if np.isfinite(rating).sum() >= LEAST_RATED:
                    who = f"person {diary.person or 1}, {name}"
                    yield who, _alone(diary, name, rating)


def _alone(diary: Diary, name: str, rating: np.ndarray) -> Diary:
    seen = np.isfinite(rating)
    start, last = diary.day[seen][[0, -1]].astype(int)
    every = np.full(last - start + 1, np.nan)
    every[diary.day[seen].astype(int) - start] = rating[seen]
    symptom = replace(diary.symptoms[name], name="pain")
    day = np.arange(every.size, dtype=np.float64)
    return Diary(day=day, ratings={"pain": every}, symptoms={"pain": symptom})


def case(diary: Diary, scheme: Scheme, days: int, chance: np.random.Generator) -> Diary:
    """A stretch of the diary with a treatment assigned; drawn again while too few days are rated.

    `days` 0 is the whole diary.
    """
    rating = diary.ratings["pain"]
    length = min(days or rating.size, rating.size)
    while True:
        start = chance.integers(0, rating.size - length + 1)
        part, treated = rating[start : start + length], scheme.assign(length, chance)
        rated = np.isfinite(part)
        least = min(rated[treated].sum(), rated[~treated].sum())
        if rated.sum() >= LEAST_RATED and least >= LEAST_RATED_IN_AN_ARM:
            return _treated(diary, part, treated, scheme)


def _treated(diary: Diary, part: np.ndarray, treated: np.ndarray, scheme: Scheme) -> Diary:
    names = tuple("drug" if on else "placebo" for on in treated)
    return replace(
        diary,
        day=np.arange(part.size, dtype=np.float64),
        ratings={"pain": part},
        dose_mg=np.where(treated, DOSE_MG, 0.0) if scheme.naltrexone else None,
        treatment=names if scheme.blinded else None,
        blinded=scheme.blinded,
    )


def rates(diary: Diary, scheme: Scheme, prior: str, options: argparse.Namespace) -> tuple[int, int]:
    """How many of the cases give benefit, and harm, a probability above 0.95."""
    chance = np.random.default_rng([options.seed, len(scheme.name), len(prior)])
    cases = (case(diary, scheme, options.days, chance) for _ in range(options.cases))
    levels = [answer.levels[0] for answer in ld.infer_many(cases, prior=prior)]
    benefit = sum(level.probability_benefit > SURE for level in levels)
    return benefit, sum(level.probability_harm > SURE for level in levels)


def main() -> None:
    """Print a table for each prior."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=500, help="for each cell of the tables")
    parser.add_argument("--days", type=int, default=112, help="length of a stretch; 0: all")
    parser.add_argument("--least-days", type=int, default=0, help="leave shorter series out")
    parser.add_argument("--priors", nargs="+", default=["weak", "fibromyalgia"])
    parser.add_argument("--seed", type=int, default=20261123)
    options = parser.parse_args()
    found = [(who, diary) for who, diary in series() if len(diary) >= options.least_days]
    progress = Progress("cells", len(found) * len(SCHEMES) * len(options.priors))
    for prior in options.priors:
        cells = np.zeros((len(found), len(SCHEMES), 2), dtype=int)
        for place, (_, diary) in enumerate(found):
            for column, scheme in enumerate(SCHEMES):
                cells[place, column] = rates(diary, scheme, prior, options)
                progress()
        print(f"\nPrior {prior}, benefit above 0.95 / harm above 0.95, in % of {options.cases}:\n")
        print(show(found, cells, options.cases))


def show(found: Sequence[tuple[str, Diary]], cells: np.ndarray, cases: int) -> str:
    """A row for each diary with its days and ratings, then all with enough ratings together."""
    rows = []
    enough = np.zeros(len(found), dtype=bool)
    for place, (who, diary) in enumerate(found):
        rated = int(np.isfinite(diary.ratings["pain"]).sum())
        enough[place] = rated >= ENOUGH_RATED
        shares = (f"{100 * b / cases:.1f} / {100 * h / cases:.1f}" for b, h in cells[place])
        rows.append((who, len(diary), rated, *shares))
    together = cells[enough].sum(axis=0)
    count = cases * int(enough.sum())
    shares = (f"{share_with_error(b, count)} / {share_with_error(h, count)}" for b, h in together)
    rows.append((f"all with {ENOUGH_RATED} ratings or more", "", "", *shares))
    return table(("diary", "days", "rated", *(scheme.name for scheme in SCHEMES)), rows)


if __name__ == "__main__":
    main()
