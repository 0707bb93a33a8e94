"""`lowdose trial randomise` and `lowdose trial next`: draw and seal an allocation list."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lowdose.cli.output import put_json
from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from lowdose.trial.design.values import Design
    from lowdose.trial.randomise.values import Entry, Sealed

__all__ = ["next_", "randomise"]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.command("randomise")
@click.argument("design")
@click.option("--out", "out", required=True, metavar="FOLDER", help="A new folder for the list.")
@click.option(
    "--people",
    type=int,
    metavar="N",
    help="Places in the list, in each stratum; default: the design's people.",
)
@click.option("--key", "key", metavar="FILE", help="Where the key goes; default: in the folder.")
@_JSON
def randomise(design: str, out: str, people: int | None, key: str | None, as_json: bool) -> None:
    """Draw who gets what by a DESIGN, and seal the list.

    Writes a folder: public.json to publish, lists for those who treat and for the pharmacy, a code
    for each person for emergencies, and the key. Nothing is drawn twice: the folder must be new.

    With minimisation, chance waits for the people: `lowdose trial next` adds each of them.

    \b
    Examples:
      lowdose trial randomise crossover --out allocation
      lowdose trial randomise mine.toml --people 60 --out allocation --key safe/secret.key
    """
    from lowdose.trial.design.named import design_text
    from lowdose.trial.design.read import parse_design
    from lowdose.trial.randomise.seal import KEY_BYTES, seal_the_list

    written, name, source = design_text(design)
    found = parse_design(written, name=name, source=source)
    secret = secrets.token_bytes(KEY_BYTES)
    entries = _entries(found, secret, people)
    sealed = seal_the_list(found, entries, secret, sha256(written).hexdigest())
    _write(Path(out), key, written, found, entries, sealed, secret)
    if as_json:
        put_json(
            {
                "folder": out,
                "people": len(entries),
                "design_sha256": sealed.design_sha256,
                "list_sha256": sealed.list_sha256,
            }
        )
    else:
        _say(out, key, found, sealed)


def _entries(design: Design, secret: bytes, people: int | None) -> tuple[Entry, ...]:
    from lowdose.trial.design.values import Method
    from lowdose.trial.randomise.draw import check_drawable, draw_list

    if design.allocation.method is not Method.MINIMISATION:
        return draw_list(design, secret, people=people)
    check_drawable(design)
    if people is not None:
        remedy = "add each person by `lowdose trial next`"
        raise InputError([Fault("--people", str(people), "no number with minimisation", remedy)])
    return ()


def _write(
    folder: Path,
    key: str | None,
    written: bytes,
    design: Design,
    entries: tuple[Entry, ...],
    sealed: Sealed,
    secret: bytes,
) -> None:
    """All files or none; the key last, since without the others it is of no use."""
    from lowdose.cli.trial_folder import DESIGN, KEY, PUBLIC, key_text, tables, write_tables
    from lowdose.report.files import whole_folder, write_once, write_whole
    from lowdose.trial.randomise.published import published_json

    made = datetime.now(UTC).isoformat(timespec="seconds")
    elsewhere = Path(key) if key else None
    placed = False
    try:
        with whole_folder(folder) as place:
            write_once(place / PUBLIC, published_json(design, sealed, made))
            write_whole(place / DESIGN, written)
            write_tables(place, tables(design, entries, secret))
            write_once(elsewhere or place / KEY, key_text(secret), private=True)
            placed = True
    except BaseException:
        if placed and elsewhere:
            with suppress(OSError):
                elsewhere.unlink()
        raise


def _say(out: str, key: str | None, design: Design, sealed: Sealed) -> None:
    from lowdose.cli.trial_folder import AUDIENCES, KEY
    from lowdose.report.wording import plural

    many = len(sealed.seals)
    drawn = f"Drew {plural(many, 'place')}" if many else "Made ready to draw, person by person,"
    click.echo(f"{drawn} for: {design.title}.\n")
    fixed = "the list" if many else "the key and the rule"
    click.echo(f"Publish this before the first person starts; it fixes {fixed} and tells nothing:")
    click.echo(f"  {sealed.list_sha256}\n")
    click.echo(f"Who may have which file of {out}:")
    width = max(map(len, AUDIENCES))
    for name, audience in AUDIENCES.items():
        shown = key if key and name == KEY else name
        click.echo(f"  {shown:<{width}}  {audience}")


@click.command("next")
@click.argument("folder")
@click.argument("levels", nargs=-1, metavar="[FACTOR=LEVEL]...")
@click.option("--key", "key", metavar="FILE", help="The key; default: in the folder.")
@_JSON
def next_(folder: str, levels: tuple[str, ...], key: str | None, as_json: bool) -> None:
    """Add the next person to the FOLDER of a trial by minimisation.

    Says the person's number and kits, never what is in them. Who runs it holds the key, and so
    must not be one of those who treat or measure.

    \b
    Example:
      lowdose trial next allocation sex=female site=Oslo --key safe/secret.key
    """
    from lowdose.cli.trial_folder import held

    place = Path(folder)
    if not place.is_dir():
        wanted = "the folder that `lowdose trial randomise` wrote"
        raise InputError([Fault("folder", repr(folder), wanted)])
    with held(place):
        person, kits, last = _added(place, _pairs(levels), key)
    if as_json:
        put_json({"person": person, "kits": kits, "list_sha256": last})
        return
    click.echo(f"Person {person}")
    for period, kit in kits.items():
        click.echo(f"  {period}: kit {kit}")
    click.echo(f"Hash of the list so far: {last}")


def _pairs(levels: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in levels]
    faults = [
        Fault("level", repr(text), "something like sex=female")
        for text, (name, mark, level) in zip(levels, pairs, strict=True)
        if not (mark and name and level)
    ]
    names = [name for name, _, _ in pairs]
    faults += [
        Fault("level", repr(name), "each factor once")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if faults:
        raise InputError(faults)
    return {name.strip(): level.strip() for name, _, level in pairs}


def _added(place: Path, levels: dict[str, str], key: str | None) -> tuple[str, dict[str, str], str]:
    """The new person's number, kits by period, and the hash of the list so far."""
    from lowdose.cli.trial_folder import (
        KEY,
        read_folder,
        read_key,
        tables,
        write_enrolled,
        write_tables,
    )
    from lowdose.trial.design.values import Method
    from lowdose.trial.randomise.kits import kits_for
    from lowdose.trial.randomise.minimise import levels_of, minimised
    from lowdose.trial.randomise.opening import reopen
    from lowdose.trial.randomise.seal import seal_the_list

    design, sealed, _ = read_folder(str(place))
    if design.allocation.method is not Method.MINIMISATION:
        remedy = "site.csv has the next place already"
        fault = Fault("allocation.method", design.allocation.method, "minimisation", remedy)
        raise InputError([fault], str(place))
    secret = read_key(key or place / KEY)
    came = [one.stratum for one in reopen(design, sealed, secret)]
    entries = minimised(design, secret, [*came, levels_of(design, levels)])
    fresh = seal_the_list(design, entries, secret, sealed.file_sha256)
    write_enrolled(place, design, fresh)
    write_tables(place, tables(design, entries, secret), again=True)
    person = entries[-1].person
    kits = {
        design.periods[kit.period].name: kit.number
        for kit in kits_for(design, entries, secret)
        if kit.person == person
    }
    return person, kits, fresh.list_sha256
