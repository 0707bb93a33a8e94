"""`lowdose answer`: what one diary says."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from lowdose import __version__
from lowdose.cli.output import CHARTS, check_endings, put, put_json
from lowdose.cli.reading import reading_options, source_of
from lowdose.diary.entries import Diary
from lowdose.diary.options import ReadOptions
from lowdose.errors import Fault, InputError
from lowdose.inference.result import Answer

__all__ = ["command"]

_NOISE = ("swing+day", "swing", "day")
_ONSET = ("auto", "gradual", "immediate")
_REPORTS = (".html", ".pdf")


@click.command("answer")
@click.argument("file", metavar="DIARY")
@click.option("--symptom", metavar="NAME", help="Which symptom; default: pain, or the first.")
@click.option("--reference", default="", metavar="NAME", help="The treatment to compare with.")
@click.option(
    "--prior",
    default="weak",
    show_default=True,
    metavar="weak|fibromyalgia|evidence:CONDITION|FILE",
    help="What is believed before the diary is read.",
)
@click.option("--person", metavar="NAME", help="Whose diary, where several people share the file.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE.html|FILE.pdf",
    help="Write a report with pictures; may be given twice.",
)
@click.option(
    "--chart",
    "charts",
    multiple=True,
    metavar="FILE.svg|png|html",
    help="Write the picture of the course.",
)
@click.option(
    "--method",
    type=click.Choice(["quadrature", "nuts"]),
    default="quadrature",
    show_default=True,
    help="nuts samples, slowly, and is meant for checking.",
)
@click.option("--trend/--no-trend", default=True, show_default=True, help="Allow natural drift.")
@click.option(
    "--noise", type=click.Choice(_NOISE), default="swing+day", help="What makes days differ."
)
@click.option(
    "--onset", type=click.Choice(_ONSET), default="auto", help="How soon a treatment acts."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of draws and forecasts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@reading_options
def command(
    file: str,
    reading: ReadOptions,
    symptom: str | None,
    reference: str,
    prior: str,
    person: str | None,
    reports: tuple[str, ...],
    charts: tuple[str, ...],
    method: str,
    trend: bool,
    noise: str,
    onset: str,
    seed: int,
    as_json: bool,
) -> None:
    """Say what DIARY shows: does the treatment work for this person, at which dose, what next.

    \b
    Examples:
      lowdose answer diary.csv --symptom pain --prior fibromyalgia --report answer.html
      lowdose answer trial.csv --column treatment=condition --scale 0-100 --direction higher
    """
    check_endings(("--report", reports, _REPORTS), ("--chart", charts, CHARTS))
    if symptom and not reading.symptoms:
        reading = replace(reading, symptoms=(symptom,))
    diary = _one_person(file, reading, person)
    with _working("Working out the answer"):
        answer = _infer(diary, symptom, reference, prior, method, trend, noise, onset, seed)
    _write_files(answer, reports, charts)
    if as_json:
        from lowdose.report.answer_json import answer_json

        put_json(answer_json(answer))
        return
    from lowdose.report.answer_text import answer_text

    click.echo(answer_text(answer, colour=sys.stdout.isatty()))


def _one_person(file: str, reading: ReadOptions, person: str | None) -> Diary:
    from lowdose.diary.read import read_diaries

    source, name = source_of(file)
    diaries = read_diaries(source, options=reading, name=name)
    if person is None and len(diaries) == 1:
        return diaries[0]
    found = next((diary for diary in diaries if diary.person == person), None)
    if found is not None:
        return found
    names = [diary.person for diary in diaries]
    shown = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    value = "not given" if person is None else repr(person)
    raise InputError([Fault("--person", value, f"one of the {len(names)} people: {shown}")])


def _infer(
    diary: Diary,
    symptom: str | None,
    reference: str,
    prior: str,
    method: str,
    trend: bool,
    noise: str,
    onset: str,
    seed: int,
) -> Answer:
    from lowdose.inference.answer import infer
    from lowdose.inference.options import Noise, Onset, Options

    options = Options(reference=reference, trend=trend, noise=Noise(noise), onset=Onset(onset))
    return infer(
        diary,
        symptom=symptom,
        prior=prior,
        options=options,
        method=method,
        seed=seed,
        version=__version__,
    )


@contextmanager
def _working(what: str) -> Iterator[None]:
    """A sign of life on standard error while something may take seconds."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} ..."):
        yield


def _write_files(answer: Answer, reports: Sequence[str], charts: Sequence[str]) -> None:
    today = date.today()
    for path in reports:
        put(path, _report(answer, path, today))
    for path in charts:
        from lowdose.report.charts.answer_charts import course_chart
        from lowdose.report.charts.picture import save_chart

        save_chart(course_chart(answer), path)
        click.echo(f"Wrote {path}.", err=True)


def _report(answer: Answer, path: str, today: date) -> bytes | str:
    if Path(path).suffix.lower() == ".pdf":
        from lowdose.report.answer_sheet import answer_sheet

        return answer_sheet(answer, made_on=today)
    from lowdose.report.answer_page import answer_page

    return answer_page(answer, made_on=today)
