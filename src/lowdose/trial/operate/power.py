"""How designs do: every cell of a grid, carried out many times, here or on a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.mechanism.hypotheses import Hypothesis
from lowdose.trial.design.values import Design
from lowdose.trial.operate.grid import cells_of
from lowdose.trial.operate.resume import open_folder
from lowdose.trial.operate.summarise import summarised
from lowdose.trial.operate.values import Cell, Found, Operating, Task
from lowdose.trial.operate.where import done_here, done_on_cluster
from lowdose.trial.run.virtual import chunks_of

__all__ = ["operate", "power"]


def power(
    design: Design,
    *,
    people: Sequence[int] = (),
    effect: Sequence[float] = (),
    effect_sd: Sequence[float] = (),
    dropout: Sequence[float] = (),
    weeks: Sequence[float] = (),
    hypothesis: str | Hypothesis | None = None,
    trials: int = 1000,
    seed: int = 0,
    cluster: str | None = None,
    resume: Path | None = None,
    progress: Callable[[int], None] | None = None,
    **conduct: Any,
) -> list[Operating]:
    """Power, errors, bias, coverage and cost of a design over a grid.

    people, effect (points better), effect_sd (points), dropout (share), weeks (of each period open
    to chance): values to try, every combination; left out, as the design says. hypothesis: a
    mechanism instead of an effect. conduct: other settings, see `Conduct`. trials: for each cell.
    cluster: address of a Dask scheduler. resume: a folder for what was found so far. `progress` is
    called with the number of trials just finished.

    Raises InputError with every fault.

    >>> from lowdose.trial.design.named import find_design
    >>> found = power(find_design("cree-2010"), people=[40], effect=[0.0, 9.0], trials=20)
    >>> found[0].power.value < found[1].power.value
    True
    """
    grid = {
        "people": people,
        "effect": effect,
        "effect_sd": effect_sd,
        "dropout": dropout,
        "weeks": weeks,
    }
    asked: Mapping[str, Sequence[float]] = {n: values for n, values in grid.items() if len(values)}
    cells = cells_of(design, asked, hypothesis=hypothesis, **conduct)
    return operate(cells, trials, seed=seed, cluster=cluster, resume=resume, progress=progress)


def operate(
    cells: Sequence[Cell],
    trials: int,
    *,
    seed: int = 0,
    cluster: str | None = None,
    resume: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Operating]:
    """Carry out every cell `trials` times; see `power`."""
    if any(cell.design.up_and_down for cell in cells):
        wanted = "a design with a reference to compare with; dose finding can be run, not powered"
        raise InputError([Fault("design", "dose finding", wanted)])
    tasks = [
        task for number, cell in enumerate(cells) for task in _tasks(number, cell, trials, seed)
    ]
    found: dict[int, Found] = {}
    folder = open_folder(resume, tasks) if resume else None
    lock = threading.Lock()

    def keep(number: int, one: Found, *, new: bool = True) -> None:
        with lock:
            if new and folder:
                folder.save(number, one)
            found[number] = one
            if progress:
                progress(tasks[number].trials)

    for number in range(len(tasks)) if folder else ():
        kept = folder.load(number) if folder else None
        if kept is not None:
            keep(number, kept, new=False)
    left = [(number, task) for number, task in enumerate(tasks) if number not in found]
    if left and cluster:
        done_on_cluster(left, keep, cluster)
    elif left:
        done_here(left, keep)
    return [
        summarised(cell, [found[n] for n, task in enumerate(tasks) if task.cell == number])
        for number, cell in enumerate(cells)
    ]


def _tasks(number: int, cell: Cell, trials: int, seed: int) -> list[Task]:
    """The chunks of one cell; all cells draw from the same chance, so that they compare."""
    return [
        Task(number, cell.design, cell.conduct, chunk, size, seed)
        for chunk, size in enumerate(chunks_of(cell.design, trials))
    ]
