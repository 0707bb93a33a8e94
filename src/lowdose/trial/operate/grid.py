"""The cells of a grid: one design, varied in people, effect, heterogeneity, drop-out and weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from lowdose.diary.entries import Direction
from lowdose.errors import Fault, InputError
from lowdose.mechanism.hypotheses import Hypothesis
from lowdose.trial.design.values import Design
from lowdose.trial.operate.values import Cell
from lowdose.trial.run.conduct import conduct_of

__all__ = ["VARIED", "cells_of"]

VARIED: Mapping[str, str] = {
    "people": "people in a trial",
    "effect": "points by which the treatment is better",
    "effect_sd": "how much the effect differs between people, points",
    "dropout": "share who leave",
    "weeks": "weeks of each period open to chance",
}
_MOST_CELLS = 400


def cells_of(
    design: Design,
    grid: Mapping[str, Sequence[float]],
    *,
    hypothesis: str | Hypothesis | None = None,
    **conduct: Any,
) -> list[Cell]:
    """Every combination of the values of a grid.

    grid: names of `VARIED` -> values; effects are benefits, more is better whatever the scale.
    conduct: settings of `conduct_of` for all cells.

    Raises InputError for a name that is not known and every value that makes no sense.
    """
    faults = list(_faults(design, grid))
    if hypothesis is not None and {"effect", "effect_sd"} & set(grid):
        faults.append(Fault("effect", "given with a hypothesis", "one of the two"))
    count = 1
    for values in grid.values():
        count *= len(values)
    if count > _MOST_CELLS:
        faults.append(Fault("grid", f"{count} cells", f"at most {_MOST_CELLS}"))
    if faults:
        raise InputError(faults)
    return [
        _cell(design, dict(zip(grid.keys(), values, strict=True)), hypothesis, conduct)
        for values in product(*grid.values())
    ]


def _cell(
    design: Design,
    varied: dict[str, float],
    hypothesis: str | Hypothesis | None,
    conduct: dict[str, Any],
) -> Cell:
    changed = design
    if "people" in varied:
        changed = replace(changed, people=int(varied["people"]))
    if "weeks" in varied:
        changed = with_weeks(changed, varied["weeks"])
    lower = design.outcome.direction is Direction.LOWER_IS_BETTER
    said = {name: value for name, value in varied.items() if name in ("effect_sd", "dropout")}
    if "effect" in varied:
        said["effect"] = -varied["effect"] if lower else varied["effect"]
    return Cell(changed, conduct_of(changed, hypothesis=hypothesis, **{**conduct, **said}), varied)


def with_weeks(design: Design, weeks: float) -> Design:
    """The design with other lengths of the periods that are open to chance."""
    days = round(7 * weeks)
    periods = tuple(
        replace(period, days=days) if period.everyone is None else period
        for period in design.periods
    )
    return replace(design, periods=periods)


def _faults(design: Design, grid: Mapping[str, Sequence[float]]) -> Iterator[Fault]:
    for name in grid:
        if name not in VARIED:
            yield Fault(name, "no such thing to vary", f"one of {', '.join(VARIED)}")
        if not grid[name]:
            yield Fault(name, "no values", "one value or more")
    fewest = len(design.sequences) if not any(one.block for one in design.periods) else 1
    for value in grid.get("people", ()):
        if value != int(value) or not fewest <= value <= 100_000:
            yield Fault("people", f"{value:g}", f"a whole number from {fewest} to 100000")
    for value in grid.get("dropout", ()):
        if not 0 <= value <= 0.95:
            yield Fault("dropout", f"{value:g}", "a share from 0 to 0.95")
    for value in grid.get("effect_sd", ()):
        if not value >= 0:
            yield Fault("effect_sd", f"{value:g}", "0 or more")
    yield from _weeks_faults(design, grid.get("weeks", ()))


def _weeks_faults(design: Design, weeks: Sequence[float]) -> Iterator[Fault]:
    if weeks and design.outcome.visit_days:
        yield Fault("weeks", "a design with visits", "daily ratings; or write another design")
        return
    open_periods = [period for period in design.periods if period.everyone is None]
    skip = max((period.skip_days for period in open_periods), default=0)
    climb = max(sum(step.days for step in one.steps[:-1]) for one in design.treatments)
    for value in weeks:
        days = 7 * value
        if not open_periods or days != round(days) or not max(skip, climb) < days <= 3650:
            wanted = f"weeks that make whole days, more than {max(skip, climb)} days"
            yield Fault("weeks", f"{value:g}", wanted)
