"""`lowdose trial`: how we would find out, from the design to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lowdose.cli.output import CHARTS, check_endings, put, put_json
from lowdose.cli.trial_analyse import command as analyse
from lowdose.cli.trial_compare import command as compare_hypotheses
from lowdose.cli.trial_open import open_, unblind, verify
from lowdose.cli.trial_power import best
from lowdose.cli.trial_power import command as power
from lowdose.cli.trial_randomise import next_, randomise
from lowdose.cli.trial_report import protocol, report
from lowdose.cli.trial_run import command as run

if TYPE_CHECKING:
    from lowdose.trial.design.values import Design

__all__ = ["command", "find"]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.group("trial")
def command() -> None:
    """Design a trial, learn its worth, draw and seal the allocation, report it.

    A design is a short file, or one that comes along by name.

    \b
    Examples:
      lowdose trial list
      lowdose trial show crossover
      lowdose trial show crossover --toml mine.toml
      lowdose trial randomise mine.toml --out allocation
    """


def find(name_or_path: str) -> Design:
    """A design by its name or file, read only when it is asked for."""
    from lowdose.trial.design.named import find_design

    return find_design(name_or_path)


@command.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """List the designs that have a name: published trials, and templates to begin from.

    \b
    Example:
      lowdose trial list
    """
    from lowdose.trial.design.named import FOLDERS, designs
    from lowdose.trial.design.timeline import kind_of

    found = {folder: {name: find(name) for name in designs(folder)} for folder in FOLDERS}
    if as_json:
        put_json(
            {
                folder: [
                    {"name": name, "title": one.title, "kind": kind_of(one), "people": one.people}
                    for name, one in named.items()
                ]
                for folder, named in found.items()
            }
        )
        return
    width = max((len(name) for named in found.values() for name in named), default=0)
    for folder, named in found.items():
        lines = [f"  {name:<{width}}  {one.title}" for name, one in named.items()]
        if lines:
            click.echo("\n".join([f"{FOLDERS[folder].capitalize()}s:", *lines]))


@command.command("show")
@click.argument("design")
@_JSON
@click.option(
    "--toml", metavar="FILE.toml", help="Write the file itself, to be changed; - for output."
)
@click.option(
    "--chart",
    "charts",
    multiple=True,
    metavar="FILE.svg|png|html",
    help="Draw who gets what when; may be given several times.",
)
def show(design: str, as_json: bool, toml: str | None, charts: tuple[str, ...]) -> None:
    """Read a DESIGN aloud: a name from `lowdose trial list`, or a file.

    \b
    Examples:
      lowdose trial show n-of-1
      lowdose trial show mine.toml --chart mine.svg
      lowdose trial show crossover --toml mine.toml
    """
    if as_json and toml == "-":
        raise click.UsageError("Each output needs a place of its own.")
    check_endings(("--chart", charts, CHARTS))
    found = find(design)
    for path in charts:
        from lowdose.report.charts.picture import save_chart
        from lowdose.report.charts.trial_schedule_chart import schedule_chart

        save_chart(schedule_chart(found), path)
        click.echo(f"Wrote {path}.", err=True)
    if toml is not None:
        _copy(design, toml)
    if toml is None or as_json:
        _say(found, as_json=as_json)


def _copy(design: str, path: str) -> None:
    """The file as it is, comments and all; nobody's own changes are written over."""
    from lowdose.report.files import write_once
    from lowdose.trial.design.named import design_text

    text = design_text(design)[0].decode("utf-8-sig")
    if path == "-":
        put("-", text)
        return
    write_once(path, text)
    click.echo(f"Wrote {path}.", err=True)


def _say(found: Design, *, as_json: bool) -> None:
    if as_json:
        from lowdose.report.evidence_json import plain
        from lowdose.trial.design.timeline import kind_of

        put_json({"kind": kind_of(found), "days": found.days, **plain(found)})
    else:
        from lowdose.report.trial_design_text import design_text

        click.echo(design_text(found))


for one in (
    power,
    best,
    protocol,
    randomise,
    next_,
    open_,
    verify,
    unblind,
    run,
    analyse,
    report,
    compare_hypotheses,
):
    command.add_command(one)
