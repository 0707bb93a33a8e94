"""`lowdose trial protocol` and `lowdose trial report`: what to hand to a committee or a journal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lowdose import __version__
from lowdose.cli.output import check_endings, put, put_json

if TYPE_CHECKING:
    from lowdose.report.document import Document
    from lowdose.trial.run.values import TrialData

__all__ = ["FORMS", "protocol", "put_document", "report"]

FORMS = (".html", ".pdf", ".docx")

_OUT = click.option(
    "--out",
    "outs",
    multiple=True,
    metavar="FILE.html|pdf|docx",
    help="Write it as a page, a sheet, or for a word processor; may be given several times.",
)
_PAPER = click.option(
    "--paper",
    type=click.Choice(["a4", "letter"]),
    default="a4",
    show_default=True,
    help="Of the PDF.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.command("protocol")
@click.argument("design", metavar="DESIGN")
@_OUT
@click.option(
    "--guideline",
    metavar="NAME",
    help="spent-2019, spirit-2025 or spirit-2013; else the one that suits the design.",
)
@_PAPER
@_JSON
def protocol(
    design: str, outs: tuple[str, ...], guideline: str | None, paper: str, as_json: bool
) -> None:
    """Draft the protocol of a DESIGN: SPENT 2019 for N-of-1 trials, SPIRIT 2025 for others.

    Every item stands under its number. What the design says is filled in; the rest is marked as
    still to be written.

    \b
    Examples:
      lowdose trial protocol crossover --out protocol.docx
      lowdose trial protocol mine.toml --guideline spirit-2013 --out protocol.pdf
    """
    check_endings(("--out", outs, FORMS))
    from lowdose.report.trial_protocol import protocol_document, protocol_json
    from lowdose.trial.design.named import find_design

    found = find_design(design)
    document = protocol_document(
        found, made_on=date.today(), version=__version__, guideline=guideline
    )
    put_document(document, outs, paper, show=not as_json)
    if as_json:
        put_json(protocol_json(found, guideline=guideline))


@click.command("report")
@click.argument("design", metavar="DESIGN")
@click.argument("data", metavar="DATA")
@click.option(
    "--allocation",
    metavar="FILE.csv",
    help="Who got which sequence (columns person, sequence); else the diaries' treatment column.",
)
@_OUT
@click.option(
    "--guideline",
    metavar="NAME",
    help="cent-2015, consort-2025, consort-2010 or consort-2010-crossover; else the one that "
    "suits the design.",
)
@click.option(
    "--adam", metavar="FOLDER", help="Write analysis data sets (ADSL, ADDIARY) as CSV and XPT."
)
@click.option("--virtual", is_flag=True, help="Say that these people are simulated.")
@_PAPER
@_JSON
def report(
    design: str,
    data: str,
    allocation: str | None,
    outs: tuple[str, ...],
    guideline: str | None,
    adam: str | None,
    virtual: bool,
    paper: str,
    as_json: bool,
) -> None:
    """Draft the report of a trial: CENT 2015 for N-of-1 trials, CONSORT for others.

    DATA is read as by `lowdose trial analyse`. Numbers, tables and pictures come from them by the
    design's own analysis. What nobody but you can say is marked as still to be written.

    \b
    Examples:
      lowdose trial report mine.toml diaries.csv --out report.docx --out report.html
      lowdose trial report mine.toml diaries.csv --allocation opened.csv --adam datasets
    """
    check_endings(("--out", outs, FORMS))
    from lowdose.cli.trial_analyse import data_of
    from lowdose.report.trial_result import report_json, result_document
    from lowdose.report.trial_result_text import result_json
    from lowdose.trial.analyse.analyse import analyse
    from lowdose.trial.design.named import find_design

    found = find_design(design)
    people = data_of(found, data, allocation)
    result = analyse(people)
    document = result_document(
        found,
        result,
        people,
        made_on=date.today(),
        version=__version__,
        guideline=guideline,
        virtual=virtual,
    )
    put_document(document, outs, paper, show=not as_json and adam is None)
    if adam is not None:
        _datasets(adam, people)
    if as_json:
        items = report_json(found, result, people, guideline=guideline)
        put_json({**result_json(found, result), "report": items})


def put_document(document: Document, outs: tuple[str, ...], paper: str, *, show: bool) -> None:
    """Write a document to files; where none is named and `show`, to the terminal."""
    for path in outs:
        put(path, _form(document, path, paper))
    if show and not outs:
        from lowdose.report.plain import to_text

        click.echo(to_text(document))


def _form(document: Document, path: str, paper: str) -> str | bytes:
    today, ending = date.today(), Path(path).suffix.lower()
    if ending == ".html":
        from lowdose.report.html import to_html

        return to_html(document)
    if ending == ".pdf":
        from lowdose.report.pdf import to_pdf

        return to_pdf(document, made_on=today, paper=paper)
    from lowdose.report.word import to_docx

    return to_docx(document, made_on=today)


def _datasets(folder: str, data: TrialData) -> None:
    from lowdose.report.trial_datasets_write import write_adam

    for path in write_adam(folder, data):
        click.echo(f"Wrote {path}.", err=True)
