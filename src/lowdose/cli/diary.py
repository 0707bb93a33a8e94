"""`lowdose diary`: check a diary file, convert it, or make an empty one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from lowdose import __version__
from lowdose.cli.output import put, put_json
from lowdose.cli.reading import reading_options, source_of
from lowdose.diary.entries import Diary
from lowdose.diary.findings import counted
from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diaries
from lowdose.diary.sidecar import write_sidecar
from lowdose.diary.write import FORMS, WrittenForm, template, write_diaries
from lowdose.errors import Fault, InputError

__all__ = ["command"]


@click.group("diary")
def command() -> None:
    """Check a diary file, convert it, or make an empty one to fill in.

    \b
    Example:
      lowdose diary template -o diary.csv --start 2026-02-18 --days 56
      lowdose diary check diary.csv
    """


@command.command("check")
@click.argument("file")
@reading_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def check(file: str, reading: ReadOptions, as_json: bool) -> None:
    """Read FILE and say what was understood; every fault is shown, with its row and column."""
    source, name = source_of(file)
    diaries = read_diaries(source, options=reading, name=name)
    if as_json:
        people = [_summary(diary) for diary in diaries]
        whole = {"lowdose": __version__, "people": people}
        put_json(whole)
        return
    click.echo("\n\n".join(_shown(diary) for diary in diaries))


@command.command("convert")
@click.argument("file")
@click.option("--to", "form", type=click.Choice(FORMS), required=True, help="The form to write.")
@click.option("-o", "--output", required=True, metavar="OUT", help="File to write; - for output.")
@reading_options
def convert(file: str, form: WrittenForm, output: str, reading: ReadOptions) -> None:
    """Write FILE in another form, with its scales in a .toml beside it."""
    source, name = source_of(file)
    diaries = read_diaries(source, options=reading, name=name)
    data = write_diaries(diaries, form=form)
    put(output, data)
    if output != "-":
        put(str(Path(output).with_suffix(".toml")), write_sidecar(*diaries))
    _say_notes(diaries)


@command.command("template")
@click.option("-o", "--output", default="-", metavar="OUT", help="File to write; - for output.")
@click.option("--start", metavar="DATE", help="First day, like 2026-02-18; default: today.")
@click.option("--days", type=click.IntRange(1, 3650), default=112, show_default=True)
@click.option(
    "--symptom",
    "symptoms",
    multiple=True,
    default=("pain", "fatigue", "poor sleep"),
    show_default=True,
    help="A symptom to rate; may be given several times.",
)
def make_template(output: str, start: str | None, days: int, symptoms: tuple[str, ...]) -> None:
    """Make an empty diary: one row a day, to fill in with a spreadsheet or by hand."""
    first = date.today() if start is None else _date(start)
    put(output, template(first, days, symptoms))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError([Fault("--start", repr(text), "a date like 2026-02-18")]) from None


def _say_notes(diaries: Sequence[Diary]) -> None:
    for note in dict.fromkeys(note for diary in diaries for note in diary.notes):
        click.echo(note, err=True)


def _shown(diary: Diary) -> str:
    summary = _summary(diary)
    head = f"{diary.person}: " if diary.person else ""
    lines = [f"{head}{counted(len(diary), _row_noun(diary))}{_span(diary)}"]
    for name, symptom in summary["symptoms"].items():
        low, high = symptom["scale"]
        top = "no upper end" if high is None else f"{high:g}"
        better = "lower" if symptom["direction"] == "lower_is_better" else "higher"
        ends = f"{symptom['kind']}, {low:g} to {top}, {better} is better"
        lines.append(f"  {name}: {counted(symptom['rated'], 'rating')} ({ends})")
    if doses := summary["dose_mg"]:
        lines.append(_line("doses", {f"{dose} mg": n for dose, n in doses.items()}, diary))
    if treatments := summary["treatments"]:
        lines.append(_line("treatments", treatments, diary))
    lines += [f"  Note: {note}" for note in diary.notes]
    return "\n".join(lines)


def _line(what: str, counts: Mapping[str, int], diary: Diary) -> str:
    noun = _row_noun(diary)
    return f"  {what}: " + ", ".join(f"{name} on {counted(n, noun)}" for name, n in counts.items())


def _row_noun(diary: Diary) -> str:
    return "day" if diary.days_averaged is None else "period"


def _span(diary: Diary) -> str:
    if diary.dates:
        return f", {diary.dates[0]} to {diary.dates[-1]}"
    return ""


def _summary(diary: Diary) -> dict[str, Any]:
    return {
        "person": diary.person,
        "rows": len(diary),
        "form": "daily" if diary.days_averaged is None else "aggregate",
        "first": diary.dates[0].isoformat() if diary.dates else None,
        "last": diary.dates[-1].isoformat() if diary.dates else None,
        "symptoms": {name: _symptom(diary, name) for name in diary.ratings},
        "dose_mg": _counts([f"{dose:g}" for dose in _known_doses(diary)]),
        "treatments": _counts([name for name in diary.treatment or () if name]),
        "blinded": diary.blinded,
        "notes": list(diary.notes),
    }


def _known_doses(diary: Diary) -> list[float]:
    if diary.dose_mg is None:
        return []
    return [dose for dose in diary.dose_mg.tolist() if not math.isnan(dose)]


def _symptom(diary: Diary, name: str) -> dict[str, Any]:
    symptom, column = diary.symptoms[name], diary.ratings[name]
    rated = [each for each in column.tolist() if not math.isnan(each)]
    return {
        "scale": [symptom.low, symptom.high if math.isfinite(symptom.high) else None],
        "direction": symptom.direction.value,
        "kind": symptom.kind.value,
        "rated": len(rated),
        "mean": math.fsum(rated) / len(rated) if rated else None,
    }


def _counts(labels: Sequence[str]) -> dict[str, int]:
    return {label: labels.count(label) for label in dict.fromkeys(labels)}
