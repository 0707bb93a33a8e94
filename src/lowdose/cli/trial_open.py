"""`lowdose trial open`, `verify`, `unblind`: what a sealed list holds, and whether it is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lowdose.cli.output import put_json
from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from lowdose.trial.design.values import Design
    from lowdose.trial.randomise.values import Opened, Sealed

__all__ = ["open_", "unblind", "verify"]

_KEY = click.option("--key", "key", metavar="FILE", help="The key; default: in the folder.")
_LOG = "unblinded.csv"
_NO_HASH = (
    "Compare this with the hash that was published: a folder replaced as a whole fits itself."
)


@click.command("open")
@click.argument("folder")
@_KEY
@click.option("--out", metavar="FILE.csv", help="Where; default: allocation.csv in the folder.")
def open_(folder: str, key: str | None, out: str | None) -> None:
    """Open the sealed list in a FOLDER, when the trial is over: who got what.

    It is opened only where it is the list that was sealed, whole and unchanged. Each row carries
    the code that proves it, so that anybody can check it against what was published.

    \b
    Example:
      lowdose trial open allocation --key safe/secret.key
    """
    from lowdose.cli.trial_folder import KEY, read_folder, read_key
    from lowdose.report.files import write_once
    from lowdose.trial.randomise.lists import allocation_csv
    from lowdose.trial.randomise.opening import reopen
    from lowdose.trial.randomise.seal import open_all

    design, sealed, _ = read_folder(folder)
    secret = read_key(key or Path(folder) / KEY)
    opened = open_all(design, reopen(design, sealed, secret), secret)
    table = allocation_csv(design, opened)
    if out == "-":
        click.echo(table, nl=False)
        return
    place = out or str(Path(folder) / "allocation.csv")
    write_once(place, table)
    click.echo(f"Wrote {place}: the list that was sealed, {sealed.list_sha256}.", err=True)


@click.command("verify")
@click.argument("folder")
@click.option("--hash", "published", metavar="HASH", help="The hash that was published.")
@click.option("--key", "key", metavar="FILE", help="The key, to check every file of the folder.")
@click.option("--allocation", metavar="FILE.csv", help="The opened list, to check without a key.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def verify(
    folder: str, published: str | None, key: str | None, allocation: str | None, as_json: bool
) -> None:
    """Check that what a FOLDER holds is what was sealed.

    Without the key: the design and the published seals, and an opened list against them. With it:
    the list is drawn again, and compared with every table. Ends with status 1 where something is
    not as it was.

    \b
    Examples:
      lowdose trial verify allocation --hash 9f2c... --allocation allocation.csv
      lowdose trial verify allocation --key safe/secret.key
    """
    from lowdose.cli.trial_folder import read_folder, read_key, read_text
    from lowdose.trial.randomise.lists import read_allocation
    from lowdose.trial.randomise.seal import differences

    design, sealed, file_sha256 = read_folder(folder)
    opened = read_allocation(design, read_text(allocation), allocation) if allocation else None
    wrong = list(differences(design, sealed, opened))
    if file_sha256 != sealed.file_sha256:
        wrong.append("The file of the design was changed after it was sealed.")
    if published and published.strip().lower() != sealed.list_sha256:
        wrong.append(f"The hash of this list is another one: {sealed.list_sha256}.")
    if key and not wrong:
        wrong += _changed_tables(Path(folder), design, sealed, read_key(key))
    checked = _checked(published, key, allocation)
    if as_json:
        found = {"unchanged": not wrong, "wrong": wrong, "checked": checked}
        put_json({**found, "people": len(sealed.seals), "list_sha256": sealed.list_sha256})
    else:
        click.echo("\n".join([*wrong, f"Checked: {', '.join(checked)}."]))
        click.echo("Not as it was sealed." if wrong else f"Unchanged: {sealed.list_sha256}")
        if not published:
            click.echo(_NO_HASH)
    if wrong:
        raise click.exceptions.Exit(1)


def _checked(published: str | None, key: str | None, allocation: str | None) -> list[str]:
    said = {
        "the design and the seals": True,
        "the published hash": published,
        "the opened list": allocation,
        "the key and every table": key,
    }
    return [what for what, done in said.items() if done]


def _changed_tables(folder: Path, design: Design, sealed: Sealed, secret: bytes) -> list[str]:
    """Tables of the folder that are not what the key makes; those taken elsewhere are left out."""
    from lowdose.cli.trial_folder import read_text, tables
    from lowdose.trial.randomise.opening import reopen

    entries = reopen(design, sealed, secret)
    return [
        f"{folder / name}: this is not the table that was written."
        for name, text in tables(design, entries, secret).items()
        if (folder / name).exists() and read_text(folder / name) != text
    ]


@click.command("unblind")
@click.argument("folder")
@click.option("--person", required=True, metavar="NUMBER", help="Whose envelope to open.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is written down.")
@click.option("--code", metavar="CODE", help="The code from the person's envelope.")
@_KEY
def unblind(folder: str, person: str, reason: str, code: str | None, key: str | None) -> None:
    """Say what ONE person of a FOLDER gets, in an emergency; nothing of the others.

    With the code from the person's envelope, or with the key. When, whose and why is written to
    unblinded.csv, without what was found.

    \b
    Example:
      lowdose trial unblind allocation --person 007 --reason "opioids needed" \\
        --code ABCDE-FGHIJ-KLMNO-PQRST
    """
    from lowdose.cli.trial_folder import KEY, read_folder, read_key
    from lowdose.trial.randomise.seal import check_key, code_of, find_person, open_one

    if not reason.strip():
        raise InputError([Fault("--reason", "nothing", "why it must be known now")])
    design, sealed, _ = read_folder(folder)
    if code is None:
        secret = read_key(key or Path(folder) / KEY)
        check_key(secret, sealed)
        code = code_of(secret, find_person(sealed, person).person)
    opened = open_one(design, sealed, person, code)
    _tell(design, opened)
    _write_down(Path(folder), opened.person, reason)  # last: in an emergency the answer comes first


def _tell(design: Design, opened: Opened) -> None:
    from lowdose.report.trial_treatment_words import dose_words
    from lowdose.trial.design.timeline import treatment_keys

    names = [one.name for one in design.sequences]
    keys = treatment_keys(design, names.index(opened.sequence))
    click.echo(f"Person {opened.person}, sequence {opened.sequence}")
    first = 1
    for period, key in zip(design.periods, keys, strict=True):
        treatment = design.treatment(key)
        doses = f" ({dose_words(treatment)})" if treatment.steps else ""
        last = first + period.days - 1
        click.echo(f"  days {first} to {last}, {period.name}: {treatment.name}{doses}")
        first += period.days


def _write_down(folder: Path, person: str, reason: str) -> None:
    import csv
    import io

    from lowdose.cli.trial_folder import read_text
    from lowdose.report.files import write_whole

    log = folder / _LOG
    before = read_text(log) if log.exists() else "when,person,reason\n"
    row = io.StringIO()
    when = datetime.now(UTC).isoformat(timespec="seconds")
    csv.writer(row, lineterminator="\n").writerow([when, person, reason.strip()])
    write_whole(log, before + row.getvalue())
    click.echo(f"Written down in {log}.", err=True)
