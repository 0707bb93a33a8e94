"""`lowdose pool`: many people's courses together, without sharing a diary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.output import CHARTS, check_endings, put, put_json
from lowdose.cli.progress import progress_bar
from lowdose.cli.reading import reading_options
from lowdose.diary.options import ReadOptions
from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from lowdose.diary.entries import Diary
    from lowdose.inference.pool.pool import PoolAnswer
    from lowdose.inference.pool.values import Contribution, Course

__all__ = ["command"]


@click.command("pool")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--symptom", metavar="NAME", help="Which symptom; default: pain, or the first.")
@click.option("--reference", default="", metavar="NAME", help="The treatment to compare with.")
@click.option(
    "--prior",
    default="weak",
    show_default=True,
    metavar="weak|fibromyalgia|evidence:CONDITION|FILE",
    help="What is believed before: of single diaries, and of the average.",
)
@click.option("--condition", default="", metavar="NAME", help="What these people have.")
@click.option("--share", metavar="FILE.json", help="Write what may leave this site, and no diary.")
@click.option("--site", default="", metavar="NAME", help="A name for it; else a random one.")
@click.option(
    "--withdraw", multiple=True, metavar="FILE.json", help="Take a site out again, by its file."
)
@click.option("--chart", "charts", multiple=True, metavar="FILE.svg|png|html", help="Draw it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@reading_options
def command(files: tuple[str, ...], reading: ReadOptions, **given: Any) -> None:
    """Pool courses: how well does it work on average, and how much do people differ?

    FILES are diaries (one a person, or one with a person column), folders of them, tables of
    effects (CSV with person, effect, se), or files that sites have shared; all may be mixed.

    \b
    Examples:
      lowdose pool diaries/
      lowdose pool diaries.csv --condition fibromyalgia --share ours.json
      lowdose pool ours.json theirs.json --chart pooled.svg
      lowdose pool all.json --withdraw theirs.json --share without.json
    """
    from lowdose.inference.pool.pool import answer_of, belief_of
    from lowdose.inference.pool.share import merged, share_json, withdrawn

    check_endings(("--chart", given["charts"], CHARTS))
    shared, courses, direction, own = _read(files, reading, given)
    whole = merged([*shared, *own])
    for name in given["withdraw"]:
        whole = withdrawn(whole, _shared(Path(name)))
    answer = answer_of(whole, courses, belief_of(given["prior"], whole.symptom))
    _put(answer, direction, given)
    if given["share"]:
        import json

        body = share_json(whole)
        put(given["share"], json.dumps(body, ensure_ascii=True, indent=1) + "\n")
        _say_left_out(whole, len(body["cells"]))


def _say_left_out(whole: Contribution, kept: int) -> None:
    from lowdose.inference.pool.share import LEAST_COURSES

    if kept < len(whole.counts):
        click.echo(
            f"Cells of fewer than {LEAST_COURSES} courses were left out of the file: they would "
            "tell too much of single people.",
            err=True,
        )


def _put(answer: PoolAnswer, direction: Any, given: dict[str, Any]) -> None:
    from lowdose.report.charts.picture import save_chart
    from lowdose.report.charts.pool_chart import pool_chart
    from lowdose.report.pool_text import pool_json, pool_text

    for path in given["charts"]:
        save_chart(pool_chart(answer, direction), path)
        click.echo(f"Wrote {path}.", err=True)
    if given["as_json"]:
        put_json(pool_json(answer, direction))
    elif given["share"] != "-":
        click.echo(pool_text(answer, direction))


def _read(
    files: tuple[str, ...], reading: ReadOptions, given: dict[str, Any]
) -> tuple[list[Contribution], list[Course], Any, list[Contribution]]:
    """Files that were shared, the courses at hand, which way is better, and their own sum."""
    from lowdose.diary.entries import Direction
    from lowdose.inference.pool.effects_table import looks_like_effects
    from lowdose.inference.pool.share import contribution, looks_shared, parse_share

    shared: list[Contribution] = []
    diaries: list[Diary] = []
    tables: list[tuple[bytes, str]] = []
    for path in _paths(files):
        content = _bytes(path)
        if looks_shared(content):
            shared.append(parse_share(content, path.name))
        elif looks_like_effects(content):
            tables.append((content, path.name))
        else:
            diaries += _diaries(path, reading)
    direction, scale, symptom = _rated(diaries, reading, given["symptom"], shared)
    courses = _courses(diaries, tables, scale, direction, symptom, given)
    own = []
    if courses:
        own.append(contribution(courses, symptom=symptom, scale=scale, site=given["site"]))
    return shared, courses, direction or Direction.LOWER_IS_BETTER, own


def _rated(
    diaries: list[Diary], reading: ReadOptions, symptom: str | None, shared: list[Contribution]
) -> tuple[Any, tuple[float, float], str]:
    """Which way is better, the scale, and the symptom, from whatever says it."""
    from lowdose.diary.options import symptom_from
    from lowdose.inference.frame import pick_symptom

    if diaries:
        chosen = pick_symptom(diaries[0], symptom)
    else:
        name = symptom or (shared[0].symptom if shared else "pain")
        chosen = symptom_from(reading, name)
        if shared:
            return chosen.direction, shared[0].scale, name
    return chosen.direction, (chosen.low, chosen.high), chosen.name


def _courses(
    diaries: list[Diary],
    tables: list[tuple[bytes, str]],
    scale: tuple[float, float],
    direction: Any,
    symptom: str,
    given: dict[str, Any],
) -> list[Course]:
    from lowdose.diary.entries import Direction
    from lowdose.inference.options import Options
    from lowdose.inference.pool.effects_table import effects_of
    from lowdose.inference.pool.likelihood import courses_of

    courses: list[Course] = []
    for content, name in tables:
        courses += effects_of(
            content,
            scale=scale,
            higher_is_better=direction is Direction.HIGHER_IS_BETTER,
            condition=given["condition"],
            source=name,
        )
    if diaries:
        with progress_bar("diaries", len(diaries)) as progress:
            courses += courses_of(
                diaries,
                symptom=symptom,
                prior=given["prior"],
                options=Options(reference=given["reference"]),
                condition=given["condition"],
                progress=progress,
            )
    return courses


def _paths(files: tuple[str, ...]) -> list[Path]:
    """Files, and those in folders: CSV and JSON, by name."""
    found: list[Path] = []
    for name in files:
        path = Path(name)
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix in (".csv", ".json"))
            if not inside:
                wanted = "a folder with .csv or .json files"
                raise InputError([Fault("FILE", f"{name}: nothing to read", wanted)])
            found += inside
        else:
            found.append(path)
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise InputError([Fault("FILE", f"{path}: {reason}", "a file that can be read")]) from None


def _shared(path: Path) -> Contribution:
    from lowdose.inference.pool.share import parse_share

    return parse_share(_bytes(path), path.name)


def _diaries(path: Path, reading: ReadOptions) -> list[Diary]:
    """The diaries of a file; where it does not name people, the file's name does."""
    from dataclasses import replace

    from lowdose.diary.read import read_diaries

    read = read_diaries(path, options=reading)
    return [one if one.person else replace(one, person=path.stem) for one in read]
