"""Make the two virtual diaries of this folder. No person wrote them; the truth is known.

    python examples/make_virtual.py            # writes beside this file

Model, all of it assumption: a symptom is a personal mean, plus a slow swing that carries over
from day to day (autocorrelation 0.5), plus noise, plus relief that comes with a half-life of
7 days while naltrexone is taken. Ratings are whole numbers from 0 to 10; one day in fifteen is
missing. The true full relief at 4.5 mg is -1.5 for pain, -1.0 for fatigue and +0.8 for sleep.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 45
START = date(2026, 1, 5)
MISSING = 1 / 15
HALF_LIFE_DAYS = 7.0
AUTOCORRELATION = 0.5
SWING_SD, NOISE_SD = 0.7, 0.6
MEANS = {"pain": 6.2, "fatigue": 6.0, "sleep": 4.5}
FULL_RELIEF = {"pain": -1.5, "fatigue": -1.0, "sleep": 0.8}
ADVERSE = (("vivid dreams", 0.10), ("headache", 0.04))

Numbers = NDArray[np.float64]


def relief(dose_mg: Numbers) -> Numbers:
    """Share of the full relief on each day: it follows the dose (4.5 mg = 1) with a delay."""
    keep = 0.5 ** (1 / HALF_LIFE_DAYS)
    share = np.zeros(dose_mg.size)
    for day in range(1, dose_mg.size):
        share[day] = keep * share[day - 1] + (1 - keep) * dose_mg[day - 1] / 4.5
    return share


def ratings(symptom: str, dose_mg: Numbers, chance: np.random.Generator) -> list[str]:
    """Whole ratings from 0 to 10, empty where the person forgot."""
    swing = np.zeros(dose_mg.size)
    shock = chance.normal(0, SWING_SD * np.sqrt(1 - AUTOCORRELATION**2), dose_mg.size)
    for day in range(1, dose_mg.size):
        swing[day] = AUTOCORRELATION * swing[day - 1] + shock[day]
    mean = MEANS[symptom] + FULL_RELIEF[symptom] * relief(dose_mg)
    noted = np.clip(np.rint(mean + swing + chance.normal(0, NOISE_SD, dose_mg.size)), 0, 10)
    missing = chance.random(dose_mg.size) < MISSING
    return ["" if gone else f"{value:.0f}" for value, gone in zip(noted, missing, strict=True)]


def adverse(dose_mg: Numbers, chance: np.random.Generator) -> list[str]:
    """Side effects of each day; more often on days with naltrexone."""
    noted = []
    for dose in dose_mg:
        rate = 1.0 if dose > 0 else 0.3
        noted.append(";".join(term for term, p in ADVERSE if chance.random() < p * rate))
    return noted


def diary(header: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    """Lay columns out as a diary file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["date", *header])
    days = [(START + timedelta(days=day)).isoformat() for day in range(len(columns[0]))]
    writer.writerows(zip(days, *columns, strict=True))
    return out.getvalue()


def open_titration(chance: np.random.Generator) -> str:
    """112 days: 14 without, then 1.5 and 3 mg for 14 days each, then 4.5 mg for 70 days."""
    dose_mg = np.repeat([0.0, 1.5, 3.0, 4.5], [14, 14, 14, 70])
    columns = [[f"{dose:g}" for dose in dose_mg]]
    columns += [ratings(symptom, dose_mg, chance) for symptom in MEANS]
    return diary(["dose_mg", *MEANS, "adverse"], [*columns, adverse(dose_mg, chance)])


def blinded_crossover(chance: np.random.Generator) -> str:
    """112 days: four periods of 28 days, placebo or 4.5 mg by a coin for each pair; unsealed."""
    pairs = [chance.permutation([0.0, 4.5]) for _ in range(2)]
    dose_mg = np.repeat(np.concatenate(pairs), 28)
    labels = ["B" if dose > 0 else "A" for dose in dose_mg]
    names = ["naltrexone" if dose > 0 else "placebo" for dose in dose_mg]
    guess = np.clip(0.5 + 0.15 * relief(dose_mg) + chance.normal(0, 0.1, dose_mg.size), 0, 1)
    columns = [labels, names, [f"{dose:g}" for dose in dose_mg]]
    columns += [ratings(symptom, dose_mg, chance) for symptom in MEANS]
    header = ["period", "treatment", "dose_mg", *MEANS, "guess", "adverse"]
    guesses = [f"{value:.2f}" for value in guess]
    return diary(header, [*columns, guesses, adverse(dose_mg, chance)])


def main() -> None:
    """Write both files beside this one."""
    chance = np.random.default_rng(SEED)
    folder = Path(__file__).parent
    (folder / "virtual_ldn.csv").write_bytes(open_titration(chance).encode())
    (folder / "virtual_ldn_blinded.csv").write_bytes(blinded_crossover(chance).encode())


if __name__ == "__main__":
    main()
