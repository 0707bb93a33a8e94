"""`lowdose trial compare-hypotheses`: what the published trials leave of each account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.output import CHARTS, check_endings, put_json
from lowdose.cli.progress import progress_bar
from lowdose.cli.trial_power import numbers

if TYPE_CHECKING:
    from lowdose.trial.hypotheses.compare import Comparison
    from lowdose.trial.hypotheses.settle import Settled

__all__ = ["command"]

_DESIGNS = ("parallel", "crossover", "aggregated-n-of-1", "withdrawal")


@click.command("compare-hypotheses")
@click.option(
    "--hypothesis", "files", multiple=True, metavar="FILE.toml", help="One more, of your own."
)
@click.option("--worlds", type=int, default=200, show_default=True, help="Draws of the unknown.")
@click.option("--settle", is_flag=True, help="Also: which trial would best tell two apart?")
@click.option("--designs", multiple=True, metavar="DESIGN", help="With --settle: which designs.")
@click.option("--people", type=numbers, default=(25.0, 50.0, 100.0, 200.0, 400.0), help="How many.")
@click.option(
    "--between",
    nargs=2,
    default=("none", "rebound"),
    show_default=True,
    metavar="ONE OTHER",
    help="With --settle: between which two.",
)
@click.option("--chart", metavar="FILE.svg|png|html", help="Draw the predictions.")
@click.option("--settle-chart", metavar="FILE.svg|png|html", help="Draw what would settle it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(**given: Any) -> None:
    """Predict every published trial under every hypothesis, and score them.

    \b
    Examples:
      lowdose trial compare-hypotheses
      lowdose trial compare-hypotheses --hypothesis mine.toml --chart predictions.svg
      lowdose trial compare-hypotheses --settle --people 50,100,200
    """
    from lowdose.report.trial_hypotheses_text import (
        comparison_json,
        comparison_text,
        settled_text,
    )
    from lowdose.trial.hypotheses.compare import compare
    from lowdose.trial.hypotheses.reported import reported_trials

    check_endings(("--chart", [one for one in _charts(given) if one], CHARTS))
    trials, _ = reported_trials()
    with progress_bar("trials", len(trials) * (4 + len(given["files"]))) as progress:
        found = compare(given["files"], worlds=given["worlds"], progress=progress)
    settled = _settled(found, given) if given["settle"] or given["settle_chart"] else []
    _draw(found, settled, given)
    if given["as_json"]:
        put_json(comparison_json(found, settled))
        return
    click.echo(comparison_text(found))
    if settled:
        click.echo("\n" + settled_text(settled, given["between"]))


def _charts(given: dict[str, Any]) -> tuple[str | None, str | None]:
    return given["chart"], given["settle_chart"]


def _settled(found: Comparison, given: dict[str, Any]) -> list[Settled]:
    from lowdose.trial.design.named import find_design
    from lowdose.trial.hypotheses.settle import settle

    names = given["designs"] or _DESIGNS
    designs = [(name, find_design(name)) for name in names]
    people = [int(count) for count in given["people"]]
    with progress_bar("designs", len(designs)) as progress:
        return settle(found, designs, people, hypotheses=given["between"], progress=progress)


def _draw(found: Comparison, settled: list[Settled], given: dict[str, Any]) -> None:
    from lowdose.report.charts.hypotheses_chart import comparison_chart, settled_chart
    from lowdose.report.charts.picture import save_chart

    pictures = []
    if given["chart"]:
        pictures.append((given["chart"], comparison_chart(found)))
    if given["settle_chart"]:
        pictures.append((given["settle_chart"], settled_chart(settled, given["between"])))
    for path, picture in pictures:
        save_chart(picture, path)
        click.echo(f"Wrote {path}.", err=True)
