"""`lowdose trial run`: a design carried out on people who do not exist."""

from __future__ import annotations

from typing import Any

import click

from lowdose.cli.output import put
from lowdose.cli.trial_power import conduct_given, conduct_options

__all__ = ["command"]


@click.command("run")
@click.argument("design", metavar="DESIGN")
@conduct_options
@click.option("--effect", type=float, metavar="POINTS", help="Points by which it is better.")
@click.option("--effect-sd", type=float, metavar="POINTS", help="How much people differ in it.")
@click.option("--dropout", type=float, metavar="SHARE", help="Share of people who leave.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Same, same.")
@click.option("--out", metavar="FILE.csv", help="Write the diaries; - for output.")
@click.option("--allocation", metavar="FILE.csv", help="Write who got which sequence.")
@click.option("--no-treatments", is_flag=True, help="Leave out of the diaries who got what.")
def command(**given: Any) -> None:
    """Carry out DESIGN on virtual people, once, and analyse it.

    \b
    Examples:
      lowdose trial run crossover
      lowdose trial run n-of-1 --effect 2 --out virtual.csv
      lowdose trial run parallel --hypothesis rebound --seed 3
    """
    from lowdose.report.trial_result_text import result_text
    from lowdose.trial.analyse.analyse import analyse
    from lowdose.trial.design.named import find_design
    from lowdose.trial.operate.grid import cells_of
    from lowdose.trial.run.virtual import virtual_trials
    from lowdose.trial.run.write import allocation_csv, diaries_csv

    design = find_design(given["design"])
    grid = {
        name: (given[name],)
        for name in ("effect", "effect_sd", "dropout")
        if given[name] is not None
    }
    cell = cells_of(design, grid, hypothesis=given["hypothesis"], **conduct_given(given))[0]
    data = virtual_trials(cell.design, cell.conduct, 1, seed=given["seed"])
    if given["out"]:
        put(given["out"], diaries_csv(data, treatments=not given["no_treatments"]))
    if given["allocation"]:
        put(given["allocation"], allocation_csv(data))
    if given["out"] != "-":
        click.echo(result_text(design, analyse(data)))
