"""PostgreSQL's own programs for a backup and for a restore, of the site's database."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from lowdose.clinic.site import Site
from lowdose.errors import LowdoseError

__all__ = ["connected", "dump", "is_empty", "load_dump"]

_TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


@contextmanager
def connected(site: Site) -> Iterator[psycopg.Connection[tuple[str, ...]]]:
    """A connection of its own.

    Raises LowdoseError where the database cannot be reached; its address, which holds a password,
    is not quoted.
    """
    try:
        connection = psycopg.connect(site.database, connect_timeout=5)
    except psycopg.Error:
        raise LowdoseError(
            "The PostgreSQL database cannot be reached. Is it running, and are name and password "
            "in --database right?"
        ) from None
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        kind = type(error).__name__
        raise LowdoseError(f"The PostgreSQL database gave an error ({kind}).") from None


def is_empty(site: Site) -> bool:
    """Whether the database has no table yet."""
    with connected(site) as connection:
        row = connection.execute(_TABLES).fetchone()
    return row is not None and int(row[0]) == 0


def dump(site: Site, target: Path, snapshot: str) -> None:
    """Write the database, as `snapshot` sees it, in PostgreSQL's custom format."""
    _run(site, "pg_dump", ["--format=custom", f"--snapshot={snapshot}", f"--file={target}"])


def load_dump(site: Site, source: Path) -> None:
    """Fill the database, which is empty, all or nothing."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run(site, "pg_restore", [*options, f"--dbname={_name(site)}", str(source)])


def _run(site: Site, program: str, arguments: list[str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise LowdoseError(
            f"The program {program} was not found. Debian, Ubuntu: apt-get install "
            "postgresql-client; its version must not be older than the server's."
        )
    # the password goes by the environment: others on this machine can read arguments
    ended = subprocess.run(
        [found, *arguments],
        env=os.environ | _environment(site),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["it gave no reason"]
        raise LowdoseError(f"{program} failed: {said[0]}")


def _environment(site: Site) -> dict[str, str]:
    parts = urlsplit(site.database)
    said = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": _name(site),
    }
    return {name: value for name, value in said.items() if value}


def _name(site: Site) -> str:
    return unquote(urlsplit(site.database).path[1:])
