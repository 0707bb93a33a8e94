"""`lowdose evidence summary`: all that is known of one condition, on one page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from lowdose import __version__
from lowdose.cli.output import check_endings, put, put_json

if TYPE_CHECKING:
    from lowdose.evidence.summary import Summary

__all__ = ["command"]


@click.command("summary")
@click.option("--condition", required=True, metavar="NAME", help="Which condition, by any name.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE.html|pdf",
    help="Write it as a page or a sheet; may be given several times.",
)
@click.option(
    "--paper",
    type=click.Choice(["a4", "letter"]),
    default="a4",
    show_default=True,
    help="Of the PDF.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(condition: str, reports: tuple[str, ...], paper: str, as_json: bool) -> None:
    """Sum up what is known of a condition: the answer first, then what it rests on.

    The answer follows a fixed rule from the controlled trials, pooled three ways. Where there is
    none, it says so.

    \b
    Examples:
      lowdose evidence summary --condition fibromyalgia
      lowdose evidence summary --condition "Crohn's disease" --report crohn.html --report crohn.pdf
    """
    check_endings(("--report", reports, (".html", ".pdf")))
    from lowdose.evidence.summary import summary

    found = summary(condition)
    for path in reports:
        put(path, _report(found, path, paper))
    if as_json:
        from lowdose.report.evidence_summary_json import summary_json

        put_json(summary_json(found, version=__version__))
        return
    from lowdose.report.evidence_summary_pages import summary_text

    click.echo(summary_text(found, made_on=date.today(), version=__version__))


def _report(found: Summary, path: str, paper: str) -> str | bytes:
    from lowdose.report.evidence_summary_pages import summary_page, summary_sheet

    today = date.today()
    if path.lower().endswith(".html"):
        return summary_page(found, made_on=today, version=__version__)
    return summary_sheet(found, made_on=today, version=__version__, paper=paper)
