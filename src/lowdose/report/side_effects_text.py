"""Side effects in words: what trials counted, what rests on memory, what is assumed about doses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lowdose.population.side_effects import (
    ANY,
    RATIOS,
    REMEMBERED,
    TESTED_MG,
    Expected,
    Spread,
    any_side_effect,
    expected_side_effects,
)

__all__ = ["side_effects_text"]

Numbers = NDArray[np.float64]


def side_effects_text(doses_mg: Sequence[float] | Numbers) -> str:
    """One paragraph on side effects at the doses of a regimen.

    >>> side_effects_text([4.5])[:48]
    'Side effects are not simulated. Of 100 people, 6'
    """
    said = [_counted(), _ratios(), _remembered(), _by_dose(doses_mg)]
    return " ".join(part for part in said if part)


def _counted() -> str:
    drug, placebo = (_range(one, 0) for one in any_side_effect())
    return (
        f"Side effects are not simulated. Of 100 people, {drug} noted some on {ANY.dose_mg:g} mg "
        f"within a year, and {placebo} on a placebo, going by one trial of "
        f"{ANY.drug[1] + ANY.placebo[1]} (SA20)."
    )


def _ratios() -> str:
    each = [f"{one.event} {one.ratio:.1f} ({one.low:.1f} to {one.high:.1f})" for one in RATIOS]
    return (
        f"At {TESTED_MG[0]:g} to {TESTED_MG[1]:g} mg in fibromyalgia, times as often as on a "
        f"placebo: {', '.join(each)} (SA17 to SA19)."
    )


def _remembered() -> str:
    """What would follow per 100 people, and that one of its numbers was not checked."""
    tested = {one.event: one for one in expected_side_effects(TESTED_MG[:1])}
    each = " and ".join(_per_100(tested[one.event]) for one in REMEMBERED)
    return (
        f"Of 100 people that would be {each}; but these placebo shares are remembered from one "
        "small trial and were not checked."
    )


def _per_100(one: Expected) -> str:
    drug, placebo = one.unchecked_per_100, one.unchecked_per_100_placebo
    assert drug is not None
    assert placebo is not None
    return f"{_range(drug, 0)} with {one.event} against {_range(placebo, 0)} on a placebo"


def _by_dose(doses_mg: Sequence[float] | Numbers) -> str:
    said = "No trial compared doses."
    dreams = RATIOS[0].event
    found = [one for one in expected_side_effects(doses_mg) if one.event == dreams]
    if found and not found[0].tested:
        one = found[0]  # the lowest dose of the regimen
        said += (
            f" If the excess shrinks with the dose, hardly or fast (assumption), {one.event} come "
            f"{_range(one.ratio, 1)} times as often at {one.dose_mg:g} mg."
        )
    if max(doses_mg) > TESTED_MG[1]:
        said += f" About doses above {TESTED_MG[1]:g} mg nothing can be said."
    return said


def _range(spread: Spread, decimals: int) -> str:
    middle, low, high = (f"{each:.{decimals}f}" for each in spread)
    return f"{middle} ({low} to {high})"
