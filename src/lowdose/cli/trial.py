"""`lowdose trial`: designs, what they can settle, and what they found."""

from __future__ import annotations

import click

from lowdose.cli.output import put_json
from lowdose.cli.trial_analyse import command as analyse_
from lowdose.cli.trial_power import command as power_
from lowdose.cli.trial_report import protocol as protocol_
from lowdose.cli.trial_report import report as report_
from lowdose.cli.trial_run import command as run_

__all__ = ["command"]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.group("trial")
def command() -> None:
    """Design a trial, learn what it can settle, run it, analyse it.

    \b
    Examples:
      lowdose trial list
      lowdose trial show crossover
      lowdose trial show crossover --file > mine.toml
      lowdose trial power mine.toml --people 20,40,80 --effect 0,0.5,1
      lowdose trial run mine.toml --out virtual.csv
      lowdose trial analyse mine.toml virtual.csv
      lowdose trial report mine.toml virtual.csv --out report.docx
    """


@command.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """List the designs that come with lowdose.

    \b
    Example:
      lowdose trial list
    """
    from lowdose.report.trial_design_text import designs_text
    from lowdose.trial.design.named import named_designs
    from lowdose.trial.design.timeline import kind_of

    known = named_designs()
    if as_json:
        rows = [
            {
                "name": one.name,
                "published": one.published,
                "title": one.design.title,
                "kind": kind_of(one.design),
                "people": one.design.people,
                "days": one.design.days,
            }
            for one in known
        ]
        put_json({"designs": rows})
    else:
        click.echo(designs_text(known))


@command.command("show")
@click.argument("design", metavar="DESIGN")
@click.option("--file", "as_file", is_flag=True, help="The file itself, to start your own from.")
@_JSON
def show(design: str, as_file: bool, as_json: bool) -> None:
    """Read a DESIGN aloud: a name that `lowdose trial list` shows, or a file.

    \b
    Examples:
      lowdose trial show n-of-1
      lowdose trial show parallel --file > mine.toml
    """
    from lowdose.report.trial_design_text import design_json, design_text
    from lowdose.trial.design.named import design_source, find_design

    found = find_design(design)
    if as_file:
        click.echo(design_source(design).decode("utf-8-sig"), nl=False)
    elif as_json:
        put_json(design_json(found))
    else:
        click.echo(design_text(found))


command.add_command(protocol_)
command.add_command(power_)
command.add_command(run_)
command.add_command(analyse_)
command.add_command(report_)
