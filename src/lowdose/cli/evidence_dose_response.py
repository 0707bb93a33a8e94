"""`lowdose evidence dose-response`: effects of trials against their doses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.evidence_table import table_text
from lowdose.cli.output import CHARTS, check_endings, put_json

if TYPE_CHECKING:
    from lowdose.report.evidence_dose_response_text import Doses

__all__ = ["command"]


@click.command("dose-response")
@click.option("--condition", metavar="NAME", help="Whose trials; without it, of all conditions.")
@click.option("--outcome", metavar="NAME", help="On what: pain, fatigue, remission, ...")
@click.option("--csv", "csv", metavar="FILE", help="Instead: a table of your own; - for input.")
@click.option("--measure", metavar="NAME", help="md, smd, rom, rr, or, rd; default: the usual one.")
@click.option(
    "--everything", is_flag=True, help="Also what stays out by default, and marked as such."
)
@click.option("--chart", metavar="FILE.svg|png|html", help="Draw effects against doses.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(chart: str | None, as_json: bool, **given: Any) -> None:
    """Set the effects of trials against their doses, and say what that can tell.

    Across all conditions, differences of means are put in standard deviations. A table of your own
    has the columns of `lowdose evidence pool`, and dose, in mg a day.

    \b
    Examples:
      lowdose evidence dose-response --condition fibromyalgia --outcome pain
      lowdose evidence dose-response --outcome pain --chart doses.svg
      lowdose evidence dose-response --csv trials.csv --json
    """
    check_endings(("--chart", [chart] if chart else [], CHARTS))
    found = _of_table(given) if given["csv"] else _of_evidence(given)
    if chart:
        from lowdose.report.charts.dose_response_chart import trial_doses_chart
        from lowdose.report.charts.picture import save_chart

        save_chart(trial_doses_chart(found), chart)
        click.echo(f"Wrote {chart}.", err=True)
    if as_json:
        from lowdose.report.evidence_dose_response_json import doses_json

        put_json(doses_json(found))
    else:
        from lowdose.report.evidence_dose_response_text import doses_text

        click.echo(doses_text(found))


def _of_evidence(given: dict[str, Any]) -> Doses:
    if not given["outcome"]:
        raise click.UsageError("Say what to look at: --outcome, or --csv FILE.")
    from lowdose.evidence.dose_response import dose_response
    from lowdose.report.evidence_dose_response_text import doses_of_response

    asked = {"measure": given["measure"], "everything": given["everything"]}
    return doses_of_response(dose_response(given["condition"], given["outcome"], **asked))


def _of_table(given: dict[str, Any]) -> Doses:
    if given["condition"] or given["outcome"] or given["everything"]:
        raise click.UsageError("Give --csv, or --condition and --outcome; not both.")
    from lowdose.evidence.table import parse_effect_table
    from lowdose.report.evidence_dose_response_text import doses_of_table

    file, measure = given["csv"], given["measure"] or ""
    name = "standard input" if file == "-" else Path(file).name
    table = parse_effect_table(table_text(file), name=name, measure=measure, with_doses=True)
    return doses_of_table(name, table)
