"""`lowdose clinic`: look after the clinic application, from the machine that it runs on."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lowdose.cli.clinic_site import clinic_installed, site_of, site_options
from lowdose.errors import Fault, InputError, LowdoseError

if TYPE_CHECKING:
    from lowdose.clinic.operate.check import Report
    from lowdose.clinic.site import Site

__all__ = ["command"]

_ROLES = ("prescriber", "pharmacist", "researcher", "administrator")
_KEYS = ("session", "fields", "allocation", "audit")  # as `site.KEYS`; a test compares them
_AFTER = {
    "session": "Start the clinic anew; --retire then signs out whoever has not come since.",
    "fields": "The older key still opens; --retire drops it. Older backups hold the older key.",
    "allocation": "The older key still opens; --retire drops it. Older backups hold the older key.",
    "audit": "The older key stays, to verify what it signed. Keep a copy of the new one.",
}
_ATTENTION = 3  # the status where nothing is broken, but somebody should look
_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("clinic")
def command() -> None:
    """Look after the clinic: back it up, restore it, check it; people; keys; retention.

    Every command takes the same options, or variables, as `lowdose serve`, and may run beside it.
    """


def _say(text: str) -> None:
    click.echo(f"{text} ...", err=True)


def _existing(folder: Path, database: str, origin: str | None, second_factor: str) -> Site:
    """The site that the options describe, which must be there; Django is set up for it."""
    clinic_installed()
    from lowdose.clinic.operate.start import load_existing

    site = site_of(folder, database, origin, second_factor)
    load_existing(site)
    return site


@command.command("backup")
@click.argument("file", type=_FILE)
@site_options
@click.option("--without-keys", is_flag=True, help="Leave the keys out; keep them elsewhere.")
def backup_command(
    file: Path,
    folder: Path,
    database: str,
    origin: str | None,
    second_factor: str,
    without_keys: bool,
) -> None:
    """Write database and keys into FILE, one zip, while the clinic runs.

    With the keys it is as precious as the clinic: keep it where only you can read it.

    \b
    Examples:
      lowdose clinic backup /backups/clinic-2026-11-26.zip
      lowdose clinic backup --folder /srv/clinic --without-keys clinic.zip
    """
    site = _existing(folder, database, origin, second_factor)
    from lowdose.clinic.operate.backup import backup
    from lowdose.clinic.verbs.alerts import note_backup

    made = backup(site, file, keys=not without_keys, say=_say)
    note_backup(keys=not without_keys)
    click.echo(f"{file}: {made.audit_entries} audit entries, last digest {made.audit_digest}")


@command.command("restore")
@click.argument("file", type=_FILE)
@site_options
@click.option("--keys", type=_FOLDER, help="Folder of the keys, for a backup without them.")
def restore_command(
    file: Path,
    folder: Path,
    database: str,
    origin: str | None,
    second_factor: str,
    keys: Path | None,
) -> None:
    """Make a clinic from a backup, in a new folder, and check it.

    Nothing that exists is overwritten: the folder must be new, a PostgreSQL database empty.

    \b
    Example:
      lowdose clinic restore /backups/clinic-2026-11-26.zip --folder /srv/restored
    """
    clinic_installed()
    from lowdose.clinic.operate import start
    from lowdose.clinic.operate.restore import restore

    site = site_of(folder, database, origin, second_factor)
    made = restore(site, file, keys=keys, say=_say)
    start.load_existing(site)
    start.make_tables()
    from lowdose.clinic.operate.check import check

    _say("checking the clinic")
    _checked(check(kept=(made.audit_entries, made.audit_digest) if made.audit_entries else None))
    click.echo(f"Restored into {site.folder}: the clinic of {made.made_at}")


@command.command("check")
@site_options
@click.option(
    "--kept",
    metavar="NUMBER:DIGEST",
    help="What an earlier check printed: find out whether newer entries were cut off.",
)
@click.option("--alerts", is_flag=True, help="Only a glance, and what wants attention: for often.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check_command(
    context: click.Context,
    folder: Path,
    database: str,
    origin: str | None,
    second_factor: str,
    kept: str | None,
    alerts: bool,
    as_json: bool,
) -> None:
    """Check database, audit trail, keys, allocations, diaries and disk.

    Ends with status 1 on any fault. Keep the last line elsewhere: the next check takes it with
    --kept.

    With --alerts, for a monitoring system, nothing is read through: status 3 where something wants
    attention, as a late backup or guessed passwords.

    \b
    Examples:
      lowdose clinic check
      lowdose clinic check --alerts --json
    """
    expected = None if kept is None else _kept(kept)
    _existing(folder, database, origin, second_factor)
    from lowdose.clinic.operate.check import check, look

    report = look() if alerts else check(kept=expected)
    _checked(report, as_json=as_json)
    if alerts and report.alerts:
        context.exit(_ATTENTION)


def _kept(text: str) -> tuple[int, str]:
    number, colon, digest = text.partition(":")
    if not colon or not number.isdecimal() or len(digest) != 64:
        raise InputError([Fault("--kept", repr(text[:80]), "NUMBER:DIGEST as a check printed it")])
    return int(number), digest


def _checked(report: Report, *, as_json: bool = False) -> None:
    said = {"sound": report.sound, **asdict(report)}
    click.echo(json.dumps(said, indent=1) if as_json else _written(report))
    if not report.sound:
        count = sum(len(finding.faults) for finding in report.findings)
        raise LowdoseError(f"The clinic has {count} fault{'s' if count > 1 else ''}.")


def _written(report: Report) -> str:
    lines = []
    for finding in report.findings:
        lines.append(f"{finding.what + ':':13} {finding.said if not finding.faults else 'FAULT'}")
        lines += [f"{'':13} {fault}" for fault in finding.faults]
    lines += [f"{'attention:':13} {alert.said}" for alert in report.alerts]
    if report.audit_digest:
        lines.append(f"{'last digest:':13} {report.audit_entries}:{report.audit_digest}")
    return "\n".join(lines)


@command.command("create-user")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--language", default="en", show_default=True, help="As in en or nb.")
@click.option("--time-zone", default="UTC", show_default=True, help="As in Europe/Oslo.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@site_options
def create_user(
    name: str,
    role: str,
    language: str,
    time_zone: str,
    password_stdin: bool,
    folder: Path,
    database: str,
    origin: str | None,
    second_factor: str,
) -> None:
    """Add somebody who works here; the password is made by chance and shown once.

    \b
    Example:
      lowdose clinic create-user kari --role prescriber --time-zone Europe/Oslo
    """
    _existing(folder, database, origin, second_factor)
    from django.conf import settings

    from lowdose.clinic.models import Role
    from lowdose.clinic.verbs.people import add_person, new_password

    languages = [key for key, _ in settings.LANGUAGES]
    if language not in languages:
        raise InputError([Fault("--language", repr(language), f"one of {', '.join(languages)}")])
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else new_password()
    add_person(name, Role(role), password, actor=None, language=language, time_zone=time_zone)
    click.echo(f"Added {name.lower()}, {role}.", err=True)
    if not password_stdin:
        click.echo(password)
        click.echo("This is the password. It is shown only now.", err=True)


@command.command("reset-factor")
@click.argument("name")
@site_options
def reset_factor(
    name: str, folder: Path, database: str, origin: str | None, second_factor: str
) -> None:
    """Remove the second factors of somebody who lost them; it is recorded.

    The next sign-in, with the password, asks for a new one.
    """
    _existing(folder, database, origin, second_factor)
    from lowdose.clinic.verbs.people import find_person, reset_factors

    count = reset_factors(find_person(name), actor=None)
    click.echo(f"{name}: {count} removed; signed out everywhere.")


@command.command("rotate-key")
@click.argument("name", type=click.Choice(_KEYS))
@click.option("--retire", is_flag=True, help="Drop the older keys, once nothing needs them.")
@site_options
def rotate_key(
    name: str,
    retire: bool,
    folder: Path,
    database: str,
    origin: str | None,
    second_factor: str,
) -> None:
    """Make a new key, and seal again with it what the older one sealed, while the clinic runs.

    Take a backup first. What is stopped in the middle goes on when it is called again. The older
    key stays, to open what is not sealed again yet, until --retire: five minutes later at the
    earliest. That of the audit trail stays for ever, to verify what it signed.

    \b
    Examples:
      lowdose clinic rotate-key fields
      lowdose clinic rotate-key fields --retire
    """
    site = _existing(folder, database, origin, second_factor)
    from lowdose.clinic.operate import rotate

    if retire:
        click.echo(f"{name}: {rotate.retire(site, name, say=_say)} older dropped.")
        return
    done = rotate.rotate(site, name, say=_say)
    click.echo(f"{name}: {'new' if done.new else 'newest'} key {done.key}, {done.resealed} sealed")
    click.echo(_AFTER[name], err=True)


@command.command("erase-expired")
@click.option("--older-than", "days", type=click.IntRange(1), required=True, metavar="DAYS")
@click.option("--erase", is_flag=True, help="Do it; without this nothing is changed.")
@site_options
def erase_expired(
    days: int,
    erase: bool,
    folder: Path,
    database: str,
    origin: str | None,
    second_factor: str,
) -> None:
    """Erase who the patients are whose last course ended more than DAYS days ago.

    Says whom it would erase; with --erase it does. `lowdose serve --erase-after DAYS` does the
    same once a day. Names, contacts, accounts and notes go for
    good; courses stay, nameless. Older backups still hold what was erased.
    """
    _existing(folder, database, origin, second_factor)
    from django.utils import timezone

    from lowdose.clinic.verbs.patients import expired
    from lowdose.clinic.verbs.retention import erase_expired as erase_them

    now = timezone.now()
    found = erase_them(days, now=now) if erase else expired(now.date() - timedelta(days=days))
    for patient, ended in found:
        click.echo(f"{patient.pseudonym} {ended}")
    done = "erased" if erase else "would be erased; --erase does it"
    click.echo(f"{len(found)} {'patient' if len(found) == 1 else 'patients'} {done}.", err=True)
