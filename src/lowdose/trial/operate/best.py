"""The best design for a budget: so many people, so many weeks of each, spent in different ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.trial.design.named import find_design
from lowdose.trial.design.squares import block_orders
from lowdose.trial.design.values import Design, Period
from lowdose.trial.operate.grid import cells_of
from lowdose.trial.operate.power import operate
from lowdose.trial.operate.values import Operating

__all__ = ["best_designs", "candidates"]

_CLIMB = 21  # days of climbing in the templates


def candidates(people: int, weeks: int) -> list[tuple[str, Design]]:
    """Ways to spend so many people for so many weeks, baseline included.

    Raises InputError where the budget is too small for any.

    >>> [name for name, _ in candidates(40, 24)]  # doctest: +NORMALIZE_WHITESPACE
    ['two groups', 'crossover, 2 periods', 'N-of-1, 2 blocks', 'N-of-1, 3 blocks']
    """
    if people < 4 or not 10 <= weeks <= 260:
        faults = []
        if people < 4:
            faults.append(Fault("--people", str(people), "4 or more"))
        if not 10 <= weeks <= 260:
            faults.append(Fault("--weeks", str(weeks), "10 to 260"))
        raise InputError(faults)
    return list(_spent(people, 7 * weeks))


def _spent(people: int, days: int) -> Iterator[tuple[str, Design]]:
    parallel, crossover = find_design("parallel"), find_design("crossover")
    lead_in = parallel.periods[0].days
    left = days - lead_in
    yield "two groups", _periods(parallel, people, [left])
    if left // 2 > _CLIMB + 7:
        yield "crossover, 2 periods", _periods(crossover, people, [left // 2] * 2)
    nof1 = find_design("aggregated-n-of-1")
    for blocks in (2, 3, 4):
        length = left // (2 * blocks)
        if length >= 21:
            yield f"N-of-1, {blocks} blocks", _blocks(nof1, people, blocks, length)


def _periods(design: Design, people: int, lengths: Sequence[int]) -> Design:
    """The template with periods of these lengths; the last half of each counts."""
    open_ones = [period for period in design.periods if period.everyone is None]
    made = tuple(
        replace(one, days=days, skip_days=max(days // 2, min(28, days - 7)))
        for one, days in zip(open_ones, lengths, strict=True)
    )
    return replace(design, people=people, periods=(design.periods[0], *made))


def _blocks(design: Design, people: int, blocks: int, days: int) -> Design:
    made = tuple(
        Period(f"block {block}, period {number}", days, None, days // 2, block)
        for block in range(1, blocks + 1)
        for number in (1, 2)
    )
    keys = (design.compared[0], str(design.reference))
    return replace(
        design,
        people=people,
        periods=(design.periods[0], *made),
        sequences=block_orders(keys, blocks),
    )


def best_designs(
    people: int,
    weeks: int,
    *,
    effect: float,
    effect_sd: float = 0.0,
    dropout: float = 0.15,
    trials: int = 500,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
    **conduct: Any,
) -> list[tuple[str, Operating]]:
    """Every way to spend the budget, carried out many times, the most powerful first.

    effect: points by which the treatment is better; the rest as `power`.
    """
    named = candidates(people, weeks)
    grid = {"effect": [effect], "effect_sd": [effect_sd], "dropout": [dropout]}
    cells = [cells_of(design, grid, **conduct)[0] for _, design in named]
    found = operate(cells, trials, seed=seed, progress=progress)
    pairs = [(name, one) for (name, _), one in zip(named, found, strict=True)]
    return sorted(pairs, key=lambda pair: -pair[1].power.value)
