"""`lowdose serve`: the clinic application on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lowdose.cli.clinic_site import clinic_installed, site_options
from lowdose.errors import LowdoseError

__all__ = ["command"]


def _processes() -> int:
    """One for each processor that this program may use; two, so that one can be busy."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on macOS
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    return min(max(count, 2), 16)


@click.command("serve")
@site_options
@click.option(
    "--demo",
    is_flag=True,
    help="Invented people and courses to look around in; never beside real patients.",
)
@click.option(
    "--erase-after",
    type=click.IntRange(0, 36_500),
    default=0,
    metavar="DAYS",
    envvar="LOWDOSE_CLINIC_ERASE_AFTER",
    help="Erase who a patient is, so many days after the last course; default: never.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=_processes,
    type=click.IntRange(1, 64),
    help="Web processes; default: one for each processor, from 2 to 16.",
)
def command(
    folder: Path,
    database: str,
    origin: str | None,
    second_factor: str,
    demo: bool,
    erase_after: int,
    host: str,
    port: int,
    workers: int,
) -> None:
    """Start the clinic application: courses, pharmacy, diaries, answers.

    Everything it stores lies in one folder. On the first start it makes an administrator and
    shows the password, once.

    \b
    Examples:
      lowdose serve
      lowdose serve --demo --folder look-around
      lowdose serve --folder /srv/clinic --origin https://clinic.example --port 8080
      lowdose serve --database postgresql://clinic:secret@localhost/clinic
    """
    clinic_installed()
    from lowdose.cli.clinic_site import site_of
    from lowdose.clinic.operate import start
    from lowdose.clinic.operate.serve import check_address, serve

    check_address(host, port)
    factor = "offered" if demo else second_factor
    site = site_of(folder, database, origin or f"http://localhost:{port}", factor, erase_after)
    start.load(site)
    start.make_tables()
    first = _first_people(demo=demo)

    def ready() -> None:
        click.echo(f"The clinic is at {site.origin} (stop it with Ctrl-C).", err=True)
        click.echo(first, err=True, nl=bool(first))

    serve(host=host, port=port, workers=workers, ready=ready)


def _first_people(*, demo: bool) -> str:
    """Who can sign in for the first time, in words; "" where somebody could before."""
    from lowdose.clinic.operate import start

    if demo:
        return _demo_people()
    first = start.first_administrator()
    if first is None:
        return ""
    return (
        f"Sign in as {first[0]} with the password {first[1]}\n"
        "It is shown only now. Add people and their roles there."
    )


def _demo_people() -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lowdose.clinic.models import User
    from lowdose.clinic.operate.demo import PASSWORD, PEOPLE, ZONE, fill

    if not User.objects.exists():
        fill(datetime.now(ZoneInfo(ZONE)).date())
    elif not User.objects.filter(username="doctor").exists():
        raise LowdoseError("This folder holds a clinic; --demo needs a folder of its own.")
    return f"Sign in as {', '.join(PEOPLE)} with the password {PASSWORD}"
