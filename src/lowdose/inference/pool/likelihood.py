"""From diaries to likelihoods: what each says of its effects, with the prior taken out again.

The answer's posterior is a sum of normal curves (one for each node of noise and onset), and so was
the belief before: for one node the likelihood of the effect is their ratio, normal again, with the
weight that makes the posterior's weight right. Sums of hundreds of curves are gathered into a few
with the same mass, means and variances.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Kind
from lowdose.errors import Fault, InputError
from lowdose.inference.estimate import Effects, effects_of_many
from lowdose.inference.frame import Frame, build_frame, pick_symptom
from lowdose.inference.options import Options
from lowdose.inference.pool.curves import gathered
from lowdose.inference.pool.values import Cell, Course, Likelihood
from lowdose.inference.prior_choice import choose_prior
from lowdose.inference.priors import Prior

__all__ = ["courses_of", "ungathered", "without_prior"]

Numbers = NDArray[np.float64]

_FLAT = 50.0  # of the scale: a node that adds nothing to the belief has a curve this wide


def courses_of(
    diaries: Sequence[Diary],
    *,
    symptom: str | None = None,
    prior: str | Prior = "weak",
    options: Options = Options(),
    condition: str = "",
    progress: Callable[[int], None] | None = None,
) -> list[Course]:
    """Every effect of every diary: one course a dose level, or a named treatment.

    Raises InputError with the first diary that has nothing to compare, or is not rated on a scale.
    """
    frames = [
        _frame(diary, number, symptom, prior, options)
        for number, diary in enumerate(diaries, start=1)
    ]
    found = effects_of_many(frames, progress=progress)
    return [
        Course(_name(frame, number), _cell(frame, level, condition), _likelihood(frame, one, level))
        for number, (frame, one) in enumerate(zip(frames, found, strict=True), start=1)
        for level in range(len(frame.labels))
    ]


def _frame(
    diary: Diary, number: int, symptom: str | None, prior: str | Prior, options: Options
) -> Frame:
    try:
        chosen = pick_symptom(diary, symptom)
        if chosen.kind is not Kind.RATING:
            fault = Fault(f"column {chosen.name}", f"a {chosen.kind.value}", "a rating on a scale")
            raise InputError([fault])
        return build_frame(diary, chosen, choose_prior(prior, chosen.name), options)
    except InputError as error:
        raise InputError(error.faults, source=diary.person or f"diary {number}") from None


def _name(frame: Frame, number: int) -> str:
    return frame.person or f"person {number}"


def _cell(frame: Frame, level: int, condition: str) -> Cell:
    if frame.by_dose:
        return Cell(condition, "naltrexone", float(frame.level_doses[level]), frame.blinded)
    return Cell(condition, frame.level_names[level], blinded=frame.blinded)


def _likelihood(frame: Frame, found: Effects, level: int) -> Likelihood:
    return gathered(ungathered(frame, found, level))


def ungathered(frame: Frame, found: Effects, level: int) -> Likelihood:
    """One effect's likelihood as a share of the scale, a curve for each of the answer's nodes."""
    width = frame.symptom.high - frame.symptom.low
    return without_prior(
        Likelihood(found.weight, found.mean[level] / width, found.sd[level] / width),
        found.prior_mean[level] / width,
        found.prior_sd[level] / width,
    )


def without_prior(posterior: Likelihood, mean: float, sd: float) -> Likelihood:
    """A posterior over its normal prior, curve by curve.

    >>> one = without_prior(
    ...     Likelihood(np.ones(1), np.array([0.5]), np.array([np.sqrt(0.5)])), 0.0, 1.0)
    >>> one.mean.round(6).tolist(), one.sd.round(6).tolist()
    ([1.0], [1.0])
    """
    precision = np.maximum(posterior.sd**-2.0 - sd**-2.0, _FLAT**-2.0)
    middle = (posterior.mean * posterior.sd**-2.0 - mean * sd**-2.0) / precision
    spread = precision**-0.5
    # What this curve, times the prior, would have weighed: the posterior's weight over it.
    total = spread**2 + sd**2
    logs = 0.5 * np.log(total) + 0.5 * (middle - mean) ** 2 / total
    with np.errstate(divide="ignore"):
        logs = logs + np.log(posterior.weight)
    weight = np.exp(logs - logs.max())
    return Likelihood(weight / weight.sum(), middle, spread)
