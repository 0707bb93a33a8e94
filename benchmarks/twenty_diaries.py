"""Twenty made-up diaries of every shape that people keep, for checks of the arithmetic.

Nobody wrote them. Pain from 0 to 10, a swing with day-to-day correlation `phi` that makes up
`share` of the variance `spread`^2, relief with a half-life of 8 days, expectation that grows by a
tenth of the way a day. Each has a seed of its own, so that one can be changed without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lowdose.diary.entries import Diary, Symptom

__all__ = ["MADE", "Recipe", "blocks", "make"]

HALF_LIFE_DAYS = 8.0
EXPECTATION = -0.8


@dataclass(frozen=True)
class Recipe:
    """How one diary is made: doses (mg) of each day, and the truth behind the ratings."""

    doses: tuple[float, ...]
    blinded: bool = True
    missing: float = 0.0
    phi: float = 0.5
    share: float = 0.5
    spread: float = 1.2
    baseline: float = 6.0
    effect: float = -1.0
    whole: bool = True


def blocks(days: int, length: int, dose_mg: float = 4.5) -> tuple[float, ...]:
    """Placebo and drug in turn, `length` days each.

    >>> blocks(5, 2)
    (0.0, 0.0, 4.5, 4.5, 0.0)
    """
    return tuple(dose_mg if (day // length) % 2 else 0.0 for day in range(days))


def steps(*parts: tuple[int, float]) -> tuple[float, ...]:
    """Days and dose of each step, laid end to end."""
    return tuple(dose for days, dose in parts for _ in range(days))


def _daily(days: int, seed: int) -> tuple[float, ...]:
    return tuple((4.5 * np.random.default_rng(seed).integers(0, 2, days)).tolist())


_FOUR = blocks(112, 14)
_MANY = steps((14, 0), (14, 0.5), (14, 1), (14, 1.5), (28, 3), (56, 4.5))

MADE: dict[str, Recipe] = {
    "ten days": Recipe(blocks(10, 5)),
    "three weeks": Recipe(blocks(21, 7)),
    "crossover": Recipe(_FOUR),
    "open start": Recipe(steps((14, 0), (98, 4.5)), blinded=False),
    "titration": Recipe(steps((14, 0), (14, 1.5), (14, 3), (70, 4.5)), blinded=False),
    "five levels": Recipe(_MANY, blinded=False),
    "half missing": Recipe(_FOUR, missing=0.5),
    "four in five missing": Recipe(_FOUR, missing=0.8),
    "near the floor": Recipe(_FOUR, baseline=0.3, effect=-0.3, spread=0.6),
    "constant": Recipe(blocks(60, 10), baseline=-5.0, spread=0.1),
    "strong swing": Recipe(_FOUR, phi=0.97, share=0.95),
    "random walk": Recipe(blocks(365, 28), phi=0.998, share=0.98, spread=2.0, whole=False),
    "no swing": Recipe(_FOUR, phi=0.0, share=0.01),
    "two years": Recipe(blocks(700, 28)),
    "daily draw": Recipe(_daily(60, 7)),
    "large effect": Recipe(_FOUR, effect=-4.0),
    "noisy": Recipe(blocks(56, 7), spread=3.0),
    "at the ceiling": Recipe(steps((20, 0), (64, 3)), blinded=False, baseline=10.0),
    "always treated": Recipe((4.5,) * 60, blinded=False),
    "open on and off": Recipe(steps((28, 0), (56, 3), (28, 0), (56, 3)), blinded=False),
}


def make(recipe: Recipe, seed: int) -> Diary:
    """Draw the diary of a recipe."""
    chance = np.random.default_rng(seed)
    doses = np.array(recipe.doses, dtype=float)
    line = recipe.baseline + recipe.effect * _grown(doses > 0, 2 ** (-1 / HALF_LIFE_DAYS))
    line = line + EXPECTATION * _grown(doses > 0, 0.9)
    line = line + _swing(recipe, doses.size, chance)
    noise = recipe.spread * np.sqrt(1 - recipe.share) * chance.standard_normal(doses.size)
    rating = np.clip(np.rint(line + noise), 0, 10) if recipe.whole else line + noise
    rating[chance.random(doses.size) < recipe.missing] = np.nan
    return Diary(
        day=np.arange(doses.size, dtype=np.float64),
        ratings={"pain": rating},
        symptoms={"pain": Symptom("pain")},
        dose_mg=doses,
        blinded=recipe.blinded,
    )


def _swing(recipe: Recipe, days: int, chance: np.random.Generator) -> np.ndarray:
    shock = recipe.spread * np.sqrt(recipe.share) * chance.standard_normal(days)
    swing = np.zeros(days)
    swing[0] = shock[0]
    for day in range(1, days):
        swing[day] = recipe.phi * swing[day - 1] + np.sqrt(1 - recipe.phi**2) * shock[day]
    return swing


def _grown(on: Sequence[bool] | np.ndarray, keep: float) -> np.ndarray:
    level, grown = 0.0, np.zeros(len(on))
    for day, is_on in enumerate(on):
        level = keep * level + (1 - keep) * float(is_on)
        grown[day] = level
    return grown
