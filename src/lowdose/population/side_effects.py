"""How many of a hundred people note a side effect, on naltrexone and on a placebo, by dose.

Only what was read at its source counts as checked. How often single side effects come on a placebo
was not found anywhere it could be checked; the two shares that are remembered from one small trial
are kept apart (`Remembered`), and whatever rests on them says so.

No trial compared doses. Below the doses of the trials the excess over placebo is taken to shrink
with the dose, somewhere between hardly and fast: an assumption, drawn with a wide spread. Above
them nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ANY",
    "RATIOS",
    "REMEMBERED",
    "Expected",
    "Ratio",
    "Remembered",
    "Spread",
    "Trial",
    "any_side_effect",
    "expected_side_effects",
]

Numbers = NDArray[np.float64]

TESTED_MG = (4.5, 6.0)
# Excess (its logarithm) goes with dose to this power: half of all draws below 0.5, nine of ten
# between 0.1 and 2.6. Assumption: nobody compared doses.
_POWER, _POWER_SPREAD = 0.5, 1.0
_DRAWS = 100_000
_ENDS = (0.025, 0.5, 0.975)


class Spread(NamedTuple):
    """A median with its 95 % interval."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Trial:
    """How many of how many people noted something, on the drug and on a placebo."""

    event: str
    dose_mg: float
    drug: tuple[int, int]
    placebo: tuple[int, int]
    note: str
    source: str


@dataclass(frozen=True)
class Ratio:
    """How much more often than on a placebo, with its published 95 % interval, at `TESTED_MG`."""

    event: str
    ratio: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Remembered:
    """A share on placebo that nobody here has read at its source: not checked."""

    event: str
    noted: int
    people: int
    source: str


ANY = Trial(
    "any side effect",
    4.5,
    (33, 48),
    (36, 50),
    "over twelve months, women with fibromyalgia",
    "INNOVA, PMID 42385209, abstract (SA20)",
)
_META = "meta-analysis of 5 trials in fibromyalgia, PMID 40337423, abstract"
_WOMEN = "meta-analysis of 4 trials in women with fibromyalgia, bibliomed.org mno=303821, abstract"
RATIOS = (
    Ratio("vivid dreams", 2.41, 1.77, 3.28, f"{_META} (SA17)"),
    Ratio("headache", 1.68, 0.84, 3.36, f"{_META} (SA18)"),
    Ratio("dizziness", 1.99, 1.07, 3.70, f"{_WOMEN} (SA19)"),
    Ratio("nausea", 0.97, 0.59, 1.61, f"{_WOMEN} (SA19)"),
)
_YOUNGER = (
    "Younger 2013, doi:10.1002/art.37734, 31 women: percentages as remembered from the full text, "
    "turned into people; not checked"
)
REMEMBERED = (
    Remembered("vivid dreams", 4, 31, f"{_YOUNGER} (13 %)"),
    Remembered("headache", 1, 31, f"{_YOUNGER} (3 %)"),
)


@dataclass(frozen=True)
class Expected:
    """One side effect at one dose, against placebo.

    ratio: how much more often than on placebo. tested: whether trials gave this dose; else the
    ratio rests on the assumed slope. unchecked_per_100, unchecked_per_100_placebo: people of a
    hundred who note it, by the share on placebo in `REMEMBERED`; None where there is none.
    """

    event: str
    dose_mg: float
    ratio: Spread
    tested: bool
    unchecked_per_100: Spread | None
    unchecked_per_100_placebo: Spread | None
    sources: tuple[str, ...]


def any_side_effect(trial: Trial = ANY) -> tuple[Spread, Spread]:
    """People of a hundred who note anything: on the drug, on a placebo.

    Beta-binomial with Jeffreys' prior, as in `lowdose evidence harms` (assumption).

    >>> [round(one.middle) for one in any_side_effect()]
    [69, 72]
    """
    return _per_100(*trial.drug), _per_100(*trial.placebo)


def expected_side_effects(doses_mg: Sequence[float] | Numbers) -> tuple[Expected, ...]:
    """Side effects at each dose of a regimen, lowest dose first; none are given above 6 mg.

    doses_mg: (days,), repeats count once. Ratios are from trials at 4.5 to 6 mg; below, they rest
    on an assumed slope. Sources: `RATIOS` (facts SA17 to SA19) and `REMEMBERED`.

    >>> found = expected_side_effects([1.5, 4.5])
    >>> [(one.dose_mg, round(one.ratio.middle, 1), one.tested) for one in found[:2]]
    [(1.5, 1.6, False), (4.5, 2.4, True)]
    """
    levels = sorted({float(dose) for dose in doses_mg if 0 < dose <= TESTED_MG[1]})
    return tuple(one for ratio in RATIOS for one in _by_dose(ratio, levels))


def _by_dose(ratio: Ratio, levels: Sequence[float]) -> Iterator[Expected]:
    """The same draws serve every dose, so that doses compare without chance between them."""
    chance = np.random.default_rng(0)
    log_ratio = chance.normal(np.log(ratio.ratio), _log_sd(ratio), _DRAWS)
    power = np.exp(chance.normal(np.log(_POWER), _POWER_SPREAD, _DRAWS))
    known = next((one for one in REMEMBERED if one.event == ratio.event), None)
    share = chance.beta(*_shape(known.noted, known.people), _DRAWS) if known else None
    for dose in levels:
        times = np.exp(log_ratio * min(dose / TESTED_MG[0], 1.0) ** power)
        yield Expected(
            event=ratio.event,
            dose_mg=dose,
            ratio=_spread(times),
            tested=dose >= TESTED_MG[0],
            unchecked_per_100=(
                None if share is None else _spread(100 * np.minimum(share * times, 1.0))
            ),
            unchecked_per_100_placebo=_per_100(known.noted, known.people) if known else None,
            sources=(ratio.source, *([known.source] if known else [])),
        )


def _log_sd(ratio: Ratio) -> float:
    return float(np.log(ratio.high / ratio.low)) / (2 * 1.959964)


def _per_100(noted: int, people: int) -> Spread:
    from scipy.special import betaincinv

    low, middle, high = (float(betaincinv(*_shape(noted, people), end)) for end in _ENDS)
    return Spread(100 * middle, 100 * low, 100 * high)


def _shape(noted: int, people: int) -> tuple[float, float]:
    """Of the beta distribution of a share, after Jeffreys' prior."""
    return 0.5 + noted, 0.5 + people - noted


def _spread(values: Numbers) -> Spread:
    low, middle, high = np.quantile(values, _ENDS).tolist()
    return Spread(middle, low, high)
