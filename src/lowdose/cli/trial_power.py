"""`lowdose trial power`: what a design can settle, and at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lowdose.cli.output import CHARTS, check_endings, put_json
from lowdose.cli.progress import progress_bar

__all__ = ["best", "command", "conduct_options", "numbers"]


class _Numbers(click.ParamType):  # type: ignore[type-arg]
    """Numbers separated by commas, or a range like 20:100:20."""

    name = "numbers"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(number for part in value.split(",") for number in _range(part))
        except ValueError:
            self.fail(f"{value!r}, expected numbers like 20,40,80 or 20:100:20", param, ctx)


def _range(part: str) -> list[float]:
    first, *more = (float(text) for text in part.split(":"))
    if not more:
        return [first]
    last, step = (*more, 1.0)[:2]
    if step <= 0 or last < first or len(more) > 2 or (last - first) / step > 1000:
        raise ValueError(part)
    return [first + step * place for place in range(int((last - first) / step + 1e-9) + 1)]


numbers = _Numbers()

_CONDUCT = (
    click.option("--hypothesis", metavar="NAME|FILE.toml", help="A mechanism, not an effect."),
    click.option("--missing", type=float, metavar="SHARE", help="Share of days without a rating."),
    click.option("--spread", type=float, metavar="POINTS", help="Spread of single days."),
    click.option("--adherence", metavar="full|usual|poor", help="How many doses are forgotten."),
    click.option(
        "--belief",
        type=float,
        metavar="SHARE",
        help="How far a guess from side effects raises the rating's expectation, 0 to 1.",
    ),
)


def conduct_options(command: Any) -> Any:
    """Add what may be said of how a trial goes, for every command that simulates."""
    for option in reversed(_CONDUCT):
        command = option(command)
    return command


@click.command("power")
@click.argument("design", metavar="DESIGN")
@click.option("--people", type=numbers, default=(), metavar="N,N,...", help="People in a trial.")
@click.option("--effect", type=numbers, default=(), metavar="X,X,...", help="Points better.")
@click.option("--effect-sd", type=numbers, default=(), metavar="X,...", help="Its spread.")
@click.option("--dropout", type=numbers, default=(), metavar="X,...", help="Share who leave.")
@click.option("--weeks", type=numbers, default=(), metavar="W,...", help="Weeks of a period.")
@conduct_options
@click.option("--trials", type=int, default=1000, show_default=True, help="For each combination.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Same, same.")
@click.option("--cluster", metavar="ADDRESS", help="Let the workers of a Dask cluster do it.")
@click.option("--resume", metavar="FOLDER", help="Keep what was found there; go on from it.")
@click.option("--chart", "charts", multiple=True, metavar="FILE.svg|png|html", help="Draw it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(**given: Any) -> None:
    """Learn what DESIGN can settle: power, errors, bias, coverage and cost.

    DESIGN is a name that `lowdose trial list` shows, or a file of your own. Each of --people,
    --effect (how many points better the treatment is), --effect-sd, --dropout and --weeks takes
    several values; every combination is simulated and analysed.

    \b
    Examples:
      lowdose trial power crossover --people 20,40,80 --effect 0,0.5,1
      lowdose trial power mine.toml --people 10:100:10 --chart power.svg
      lowdose trial power parallel --hypothesis rebound --people 100
    """
    from lowdose.report.charts.picture import save_chart
    from lowdose.report.charts.power_chart import power_chart
    from lowdose.report.trial_power_json import power_json
    from lowdose.report.trial_power_text import power_text
    from lowdose.trial.design.named import find_design
    from lowdose.trial.operate.grid import cells_of
    from lowdose.trial.operate.power import operate

    check_endings(("--chart", given["charts"], CHARTS))
    design = find_design(given["design"])
    grid = {
        name: given[name]
        for name in ("people", "effect", "effect_sd", "dropout", "weeks")
        if given[name]
    }
    cells = cells_of(design, grid, hypothesis=given["hypothesis"], **conduct_given(given))
    resume = Path(given["resume"]) if given["resume"] else None
    with progress_bar("trials", given["trials"] * len(cells)) as progress:
        found = operate(
            cells,
            given["trials"],
            seed=given["seed"],
            cluster=given["cluster"],
            resume=resume,
            progress=progress,
        )
    for path in given["charts"]:
        save_chart(power_chart(design.title, found), path)
        click.echo(f"Wrote {path}.", err=True)
    if given["as_json"]:
        put_json(power_json(found, seed=given["seed"]))
    else:
        click.echo(power_text(design, cells[0].conduct, found))


@click.command("best")
@click.option("--people", type=int, required=True, metavar="N", help="People there are.")
@click.option("--weeks", type=int, required=True, metavar="W", help="Weeks of each.")
@click.option("--effect", type=float, default=0.7, show_default=True, help="Points better.")
@click.option("--effect-sd", type=float, default=0.0, show_default=True, help="Its spread.")
@click.option("--dropout", type=float, default=0.15, show_default=True, help="Share who leave.")
@conduct_options
@click.option("--trials", type=int, default=300, show_default=True, help="For each design.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Same, same.")
@click.option("--chart", "charts", multiple=True, metavar="FILE.svg|png|html", help="Draw it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def best(**given: Any) -> None:
    """Find the design that makes most of so many people for so many weeks.

    Two groups, a crossover and N-of-1 trials in two to four blocks are each carried out within the
    same budget; a baseline of two weeks is part of it.

    \b
    Examples:
      lowdose trial best --people 40 --weeks 26
      lowdose trial best --people 40 --weeks 26 --effect 0.5 --effect-sd 0.7 --chart best.svg
    """
    from lowdose.report.charts.picture import save_chart
    from lowdose.report.charts.power_chart import best_design_chart
    from lowdose.report.trial_power_json import best_json
    from lowdose.report.trial_power_text import best_text
    from lowdose.trial.operate.best import best_designs, candidates

    check_endings(("--chart", given["charts"], CHARTS))
    if given["hypothesis"]:
        raise click.UsageError("Say --effect here; a mechanism is for lowdose trial power.")
    count = len(candidates(given["people"], given["weeks"]))
    with progress_bar("trials", given["trials"] * count) as progress:
        found = best_designs(
            given["people"],
            given["weeks"],
            effect=given["effect"],
            effect_sd=given["effect_sd"],
            dropout=given["dropout"],
            trials=given["trials"],
            seed=given["seed"],
            progress=progress,
            **conduct_given(given),
        )
    title = f"{given['people']} people, {given['weeks']} weeks each: which design?"
    for path in given["charts"]:
        save_chart(best_design_chart(title, found), path)
        click.echo(f"Wrote {path}.", err=True)
    if given["as_json"]:
        put_json(best_json(found, seed=given["seed"]))
    else:
        click.echo(best_text(title, found))


def conduct_given(given: dict[str, Any]) -> dict[str, Any]:
    """Those of the conduct options that were given."""
    names = ("missing", "spread", "adherence", "belief")
    return {name: given[name] for name in names if given.get(name) is not None}
