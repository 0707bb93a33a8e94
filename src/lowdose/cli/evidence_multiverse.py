"""`lowdose evidence multiverse`: every defensible way to pool, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.evidence_table import pool_of_table
from lowdose.cli.output import CHARTS, check_endings, put_json

if TYPE_CHECKING:
    from lowdose.evidence.multiverse.values import Multiverse

__all__ = ["command"]


@click.command("multiverse")
@click.option("--condition", metavar="NAME", help="Whose trials.")
@click.option("--outcome", metavar="NAME", help="On what: pain, fatigue, remission, ...")
@click.option("--csv", "csv", metavar="FILE", help="Instead: a table of your own; - for input.")
@click.option("--measure", metavar="NAME", help="md, smd, rr, or, rd; default: the usual one.")
@click.option("--everything", is_flag=True, help="Also numbers that are only remembered.")
@click.option("--chart", metavar="FILE.svg|png|html", help="Draw the specification curve.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(chart: str | None, as_json: bool, **given: Any) -> None:
    """Pool the same trials in every defensible way, and see what each choice does.

    Which trials, which numbers of them, how crossovers are handled, how trials may differ, which
    interval: reviewers choose, and the answer moves. All combinations are worked out; each says in
    words what it is, and none is picked for what it finds.

    \b
    Examples:
      lowdose evidence multiverse --condition fibromyalgia --outcome pain
      lowdose evidence multiverse --condition FM --outcome pain --measure smd --chart curve.svg
      lowdose evidence multiverse --csv trials.csv --json
    """
    check_endings(("--chart", [chart] if chart else [], CHARTS))
    found = _asked(given)
    from lowdose.report.evidence_multiverse_text import multiverse_json, multiverse_text

    if chart:
        from lowdose.report.charts.multiverse_chart import multiverse_chart
        from lowdose.report.charts.picture import save_chart

        save_chart(multiverse_chart(found), chart)
        click.echo(f"Wrote {chart}.", err=True)
    if as_json:
        put_json(multiverse_json(found))
    else:
        click.echo(multiverse_text(found))


def _asked(given: dict[str, Any]) -> Multiverse:
    by_name = given["condition"] or given["outcome"] or given["everything"]
    if given["csv"]:
        if by_name:
            raise click.UsageError("Give --csv, or --condition and --outcome; not both.")
        return _of_table(given["csv"], given["measure"] or "")
    if not (given["condition"] and given["outcome"]):
        raise click.UsageError("Say what to pool: --condition and --outcome, or --csv FILE.")
    from lowdose.evidence.multiverse.enumerate import multiverse

    return multiverse(**{name: one for name, one in given.items() if name != "csv"})


def _of_table(file: str, measure: str) -> Multiverse:
    from lowdose.evidence.multiverse.enumerate import multiverse_of_table

    table = pool_of_table(file, measure)
    return multiverse_of_table(
        table.studies,
        table.values,
        table.variances,
        heading=table.heading,
        measure=table.measure,
        is_log=table.is_log,
    )
