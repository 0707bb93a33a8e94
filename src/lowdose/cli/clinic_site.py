"""The options that say which clinic a command is about."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lowdose.errors import LowdoseError

if TYPE_CHECKING:
    from lowdose.clinic.site import Site

__all__ = ["MODULES", "clinic_installed", "site_of", "site_options"]

# One module of each package that the extra brings; a test compares them with pyproject.toml.
MODULES = (
    "allauth",
    "axes",
    "csp",
    "cryptography",
    "django",
    "django_tasks",
    "django_tasks_db",
    "greenlet",
    "gunicorn",
    "ninja",
    "psycopg",
    "segno",
    "simple_history",
    "whitenoise",
)
F = TypeVar("F", bound=Callable[..., Any])


def site_options(command: F) -> F:
    """Where the clinic lives; each option has its environment variable."""
    options = (
        click.option(
            "--folder",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("clinic"),
            show_default=True,
            envvar="LOWDOSE_CLINIC_FOLDER",
            help="Folder of the database and the keys.",
        ),
        click.option(
            "--database",
            default="",
            metavar="URL",
            envvar="LOWDOSE_CLINIC_DATABASE",
            help="postgresql://user:password@host:port/name; default: SQLite in the folder.",
        ),
        click.option(
            "--origin",
            metavar="URL",
            envvar="LOWDOSE_CLINIC_ORIGIN",
            help="Address in the browser, as https://clinic.example; default: this machine.",
        ),
        click.option(
            "--second-factor",
            type=click.Choice(["required", "offered"]),
            default="required",
            show_default=True,
            envvar="LOWDOSE_CLINIC_SECOND_FACTOR",
            help="Of everybody but patients.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def site_of(
    folder: Path, database: str, origin: str | None, second_factor: str, erase_after: int = 0
) -> Site:
    """The site that the options describe.

    Raises InputError with every value that cannot be.
    """
    from lowdose.clinic.site import site_from

    said: Mapping[str, str | None] = {
        "LOWDOSE_CLINIC_FOLDER": str(folder),
        "LOWDOSE_CLINIC_DATABASE": database,
        "LOWDOSE_CLINIC_ORIGIN": origin,
        "LOWDOSE_CLINIC_SECOND_FACTOR": second_factor,
        "LOWDOSE_CLINIC_ERASE_AFTER": str(erase_after),
        # set once for a site, and the same for all commands: no option of each
        "LOWDOSE_CLINIC_BACKUP_DAYS": os.environ.get("LOWDOSE_CLINIC_BACKUP_DAYS"),
    }
    return site_from({name: value for name, value in said.items() if value is not None})


def clinic_installed() -> None:
    """Raises LowdoseError where the packages of the application are missing."""
    missing = [name for name in MODULES if find_spec(name) is None]
    if missing:
        which = "" if len(missing) == len(MODULES) else f" whole ({', '.join(missing)} missing)"
        raise LowdoseError(
            f"The clinic application is not installed{which}. Install it with: "
            "pip install 'lowdose[clinic]'"
        )
    if os.name != "posix":
        raise LowdoseError("The clinic application needs Linux or macOS; on Windows run it in WSL.")
