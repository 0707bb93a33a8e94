"""`lowdose trial analyse`: what a trial found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lowdose.cli.output import put_json

if TYPE_CHECKING:
    from lowdose.trial.design.values import Design
    from lowdose.trial.run.values import TrialData

__all__ = ["command", "data_of"]


@click.command("analyse")
@click.argument("design", metavar="DESIGN")
@click.argument("data", metavar="DATA")
@click.option(
    "--allocation",
    metavar="FILE.csv",
    help="Who got which sequence (columns person, sequence); else the diaries' treatment column.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(design: str, data: str, allocation: str | None, as_json: bool) -> None:
    """Analyse the DATA of a trial by its DESIGN.

    DATA is a CSV file with the columns person, day and the symptom, one row a day; - for input.

    \b
    Examples:
      lowdose trial run crossover --out virtual.csv
      lowdose trial analyse crossover virtual.csv
      lowdose trial analyse mine.toml diaries.csv --allocation opened.csv
    """
    from lowdose.report.trial_result_text import result_json, result_text
    from lowdose.trial.analyse.analyse import analyse
    from lowdose.trial.design.named import find_design

    chosen = find_design(design)
    result = analyse(data_of(chosen, data, allocation))
    if as_json:
        put_json(result_json(chosen, result))
    else:
        click.echo(result_text(chosen, result))


def data_of(design: Design, data: str, allocation: str | None) -> TrialData:
    """Read the diaries, and the opened list where there is one."""
    from lowdose.cli.reading import source_of
    from lowdose.diary.read import read_diaries
    from lowdose.errors import Fault, InputError
    from lowdose.trial.run.real import options_of, read_allocation, trial_data

    source, name = source_of(data)
    diaries = read_diaries(source, options=options_of(design), name=name)
    known = None
    if allocation:
        try:
            content = Path(allocation).read_bytes()
        except OSError as error:
            fault = Fault("--allocation", error.strerror or "unreadable", "a file that can be read")
            raise InputError([fault]) from None
        known = read_allocation(content, Path(allocation).name)
    return trial_data(design, diaries, known)
