"""`lowdose evidence harms`: unwanted events, per 100 people."""

from __future__ import annotations

import click

from lowdose.cli.output import CHARTS, check_endings, put_json

__all__ = ["command"]


@click.command("harms")
@click.option("--condition", metavar="NAME", help="Only studies of one condition.")
@click.option("--event", metavar="NAME", help="One kind of event, with every row about it.")
@click.option(
    "--everything", is_flag=True, help="Also what stays out by default, and marked as such."
)
@click.option("--chart", metavar="FILE.svg|png|html", help="Draw risks side by side.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(
    condition: str | None, event: str | None, everything: bool, chart: str | None, as_json: bool
) -> None:
    """Say how many of 100 people have an unwanted event, with and without naltrexone.

    Without --event every kind is shown in short: what trials counted against placebo, what was
    counted without comparison, and what reviews pooled.

    \b
    Examples:
      lowdose evidence harms
      lowdose evidence harms --condition fibromyalgia --event "vivid dreams"
      lowdose evidence harms --everything --chart harms.svg
    """
    check_endings(("--chart", [chart] if chart else [], CHARTS))
    from lowdose.evidence.harms import harms

    found = harms(condition, event=event, everything=everything)
    if chart:
        from lowdose.report.charts.harms_chart import harms_chart
        from lowdose.report.charts.picture import save_chart

        save_chart(harms_chart(found), chart)
        click.echo(f"Wrote {chart}.", err=True)
    if as_json:
        from lowdose.report.evidence_harms_json import harms_json

        put_json(harms_json(found))
    else:
        from lowdose.report.evidence_harms_text import harms_text

        click.echo(harms_text(found, in_full=event is not None))
