"""The outcome day by day: the mean of each sequence or treatment; of one person, every rating."""

from __future__ import annotations

from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from lowdose.report.charts.specification import Axis, Chart, Layer, Line, Panel, Points, Role, Rule
from lowdose.report.wording import amount, capital
from lowdose.trial.design.values import Design

__all__ = ["course_chart"]

_ROLES = (Role.FITTED, Role.REFERENCE, Role.RIVAL, Role.DOSE)
_MOST_BOUNDARIES = 40


def course_chart(
    design: Design,
    sequence: NDArray[np.int64],
    treatment: NDArray[np.int64],
    rating: NDArray[np.float64],
) -> Chart:
    """The ratings of one trial.

    sequence: (people,), index or below 0; treatment: (people, days), index or below 0; rating:
    (people, days), NaN where there is none. Of more than four sequences, a line for each treatment
    over those who have it on that day.
    """
    lines = _lines(design, sequence, treatment, rating)
    days = tuple(range(1, rating.shape[1] + 1))
    layers: list[Layer] = [_line(days, *one) for one in lines]
    outcome = design.outcome
    scale = f"{outcome.symptom}, {outcome.low:g} to {outcome.high:g}"
    return Chart(
        title=f"{capital(outcome.symptom)} day by day",
        description=" ".join(_said(name, values) for name, _, values in lines),
        x=Axis("day", whole=True),
        panels=(
            Panel(Axis(scale, low=outcome.low, high=outcome.high), (*_boundaries(design), *layers)),
        ),
    )


def _lines(
    design: Design,
    sequence: NDArray[np.int64],
    treatment: NDArray[np.int64],
    rating: NDArray[np.float64],
) -> list[tuple[str, Role, NDArray[np.float64]]]:
    groups = [index for index in range(len(design.sequences)) if bool((sequence == index).any())]
    if 0 < len(groups) <= len(_ROLES):
        shown = [(design.sequences[index].name, rating[sequence == index]) for index in groups]
    else:
        shown = [
            (one.name, np.where(treatment == index, rating, np.nan))
            for index, one in enumerate(design.treatments)
            if bool((np.isfinite(rating) & (treatment == index)).any())
        ]
    return [
        (name, role, values) for (name, values), role in zip(shown, cycle(_ROLES), strict=False)
    ]


def _line(days: tuple[int, ...], name: str, role: Role, rating: NDArray[np.float64]) -> Layer:
    if rating.shape[0] == 1:
        return Points(days, tuple(map(float, rating[0])), role=Role.OBSERVED, label="each rating")
    means = _means(rating)
    known = np.isfinite(means)
    # visits lie days apart: the line goes from one to the next
    shown = known if known.sum() * 2 < known.size else np.ones_like(known)
    at = np.flatnonzero(shown)
    return Line(
        tuple(int(day) + 1 for day in at), tuple(map(float, means[at])), role, f"mean, {name}"
    )


def _means(rating: NDArray[np.float64]) -> NDArray[np.float64]:
    count = np.isfinite(rating).sum(axis=0)
    total = np.nansum(rating, axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _boundaries(design: Design) -> list[Rule]:
    ends = np.cumsum([period.days for period in design.periods])[:-1][:_MOST_BOUNDARIES]
    return [Rule(float(end) + 0.5, role=Role.GUIDE, label="a new period") for end in ends]


def _said(name: str, rating: NDArray[np.float64]) -> str:
    known = rating[np.isfinite(rating)]
    mean = amount(float(known.mean()) if known.size else None)
    return f"{capital(name)}: mean of all ratings {mean}."
