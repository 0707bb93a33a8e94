"""A backup: one zip with the database, the keys, and a manifest that says what it must hold.

    manifest.json               what follows, with sizes and SHA-256; the audit trail's last digest
    database.sqlite3 or .dump   as one moment saw it, while the clinic went on
    keys/NAME.key               unless left out

A backup with keys is as precious as the clinic itself; without them it tells neither a name nor
an allocation, and is worth nothing where the keys are lost.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg import IsolationLevel

from lowdose import __version__
from lowdose.clinic.operate import postgresql
from lowdose.clinic.operate.keys import keys_held
from lowdose.clinic.site import KEYS, Site, read_keys, sqlite_file
from lowdose.errors import LowdoseError, OutputError
from lowdose.report.files import whole_file

__all__ = ["FORMAT", "Manifest", "backup", "opened"]

FORMAT = 1
_MANIFEST = "manifest.json"
_CHUNK = 2**20
_LAST = "SELECT number, digest FROM clinic_auditentry ORDER BY number DESC LIMIT 1"
_DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `files`: name -> size in bytes and SHA-256."""

    version: str
    made_at: str
    database: str
    audit_entries: int
    audit_digest: str
    files: dict[str, tuple[int, str]]
    format: int = FORMAT

    @property
    def database_file(self) -> str:
        """The name of the database within."""
        return _DATABASES[self.database]

    @property
    def has_keys(self) -> bool:
        """Whether the keys are within."""
        return any(name.startswith("keys/") for name in self.files)


def backup(site: Site, target: Path, *, keys: bool, say: Say) -> Manifest:
    """Write a backup of a running or a stopped site, whole or not at all.

    Raises OutputError where there is something at `target` already or it cannot be written.
    """
    if target.exists():
        raise OutputError(f"{target}: it is there already and stays as it is; name another place")
    with (
        keys_held(site, to_change=False),
        whole_file(target) as place,
        tempfile.TemporaryDirectory(dir=place.parent) as work,
    ):
        copy = Path(work) / "database"
        say("copying the database")
        last = (_dump if site.database else _copy)(site, copy)
        say(f"packing {copy.stat().st_size / 1e6:.1f} MB")
        manifest = _pack(site, copy, place, last, keys=keys)
        say("reading it again")
        with opened(place):
            pass
    return manifest


def _copy(site: Site, copy: Path) -> tuple[int, str]:
    """SQLite's online backup, in one go: as one moment saw it, and no writer waits."""
    try:
        source = sqlite3.connect(f"{sqlite_file(site).as_uri()}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(copy)) as target:
            copy.chmod(0o600)
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")
            row = target.execute(_LAST).fetchone()
    except sqlite3.Error as error:
        raise LowdoseError(f"The database could not be copied: {error}.") from None
    return (int(row[0]), str(row[1])) if row else (0, "")


def _dump(site: Site, copy: Path) -> tuple[int, str]:
    """pg_dump, at the very moment at which the last digest is read."""
    with postgresql.connected(site) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        row = connection.execute(_LAST).fetchone()
        assert snapshot is not None
        copy.touch(0o600)
        postgresql.dump(site, copy, snapshot[0])
    return (int(row[0]), str(row[1])) if row else (0, "")


def _pack(site: Site, copy: Path, place: Path, last: tuple[int, str], *, keys: bool) -> Manifest:
    kind = "postgresql" if site.database else "sqlite"
    with (
        os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        files = {_DATABASES[kind]: _add(archive, _DATABASES[kind], copy)}
        for name in KEYS if keys else ():
            read_keys(site, name)
            files[f"keys/{name}.key"] = _add(archive, f"keys/{name}.key", site.keys / f"{name}.key")
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(__version__, made_at, kind, *last, files)
        archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
        archive.close()
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, zipfile.ZipFile]]:
    """A backup whose every file is the one that its manifest names.

    Raises LowdoseError where it is not a backup, is damaged, or was made by a later version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(json.loads(archive.read(_MANIFEST)))
            _verify(archive, manifest)
            yield manifest, archive
    except OSError as error:
        raise LowdoseError(f"{path}: it cannot be read ({error.strerror}).") from None
    except (zipfile.BadZipFile, EOFError, KeyError, TypeError, ValueError):
        raise LowdoseError(f"{path}: this is not a backup of a clinic, or it is damaged.") from None


def _manifest(said: dict[str, Any]) -> Manifest:
    if said.get("format") != FORMAT:
        raise LowdoseError("The backup was made by another version of lowdose; restore it there.")
    files = {str(name): (int(size), str(sha)) for name, (size, sha) in said["files"].items()}
    return Manifest(**{**said, "files": files})


def _verify(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    allowed = {manifest.database_file, *(f"keys/{name}.key" for name in KEYS)}
    named = set(manifest.files)
    if not named <= allowed or manifest.database_file not in named:
        raise ValueError("files that no backup holds")
    if set(archive.namelist()) != named | {_MANIFEST}:
        raise ValueError("other files than the manifest names")
    for name, (size, sha) in manifest.files.items():
        digest, read = hashlib.sha256(), 0
        with archive.open(name) as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                read += len(chunk)
        if (read, digest.hexdigest()) != (size, sha):
            raise ValueError(f"{name} is not what the manifest says")
