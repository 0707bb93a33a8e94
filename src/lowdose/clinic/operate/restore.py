"""Restore a backup into a new place: never over a clinic that is there."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

from lowdose.clinic.operate import postgresql
from lowdose.clinic.operate.backup import Manifest, Say, opened
from lowdose.clinic.site import KEYS, Site, read_keys, sqlite_file
from lowdose.errors import Fault, InputError, LowdoseError, OutputError
from lowdose.report.files import whole_folder

__all__ = ["restore"]


def restore(site: Site, source: Path, *, keys: Path | None, say: Say) -> Manifest:
    """Make the site's folder, and fill its database, from a backup: both, or neither.

    keys: the folder of the keys, for a backup that was made without them.

    Raises LowdoseError where the backup is damaged, OutputError where there is a clinic already.
    """
    _check_place(site)
    say("checking the backup")
    with opened(source) as (manifest, archive):
        _check_fit(site, manifest, keys)
        with whole_folder(site.folder) as place:
            place.chmod(0o700)
            new = replace(site, folder=place)
            _write_keys(new, archive, None if manifest.has_keys else keys)
            say("filling the database")
            _write_database(new, archive, manifest)
    return manifest


def _check_place(site: Site) -> None:
    if site.folder.is_dir() and not any(site.folder.iterdir()):
        site.folder.rmdir()
    if site.folder.exists():
        raise OutputError(f"{site.folder}: it is there already and stays as it is; name a new one")
    if not site.folder.parent.is_dir():
        raise OutputError(f"{site.folder.parent}: the folder does not exist; make it first")
    if site.database and not postgresql.is_empty(site):
        raise OutputError("The database holds tables already and stays as it is; name an empty one")


def _check_fit(site: Site, manifest: Manifest, keys: Path | None) -> None:
    wanted = "postgresql" if site.database else "sqlite"
    if manifest.database != wanted:
        expected = f"a backup of {wanted}"
        remedy = "give --database for PostgreSQL, or leave it out for SQLite"
        raise InputError([Fault("database", manifest.database, expected, remedy)])
    if not manifest.has_keys and keys is None:
        remedy = "name the folder that holds them with --keys"
        raise InputError([Fault("keys", "none in the backup", "the keys of the clinic", remedy)])


def _write_keys(new: Site, archive: zipfile.ZipFile, folder: Path | None) -> None:
    new.keys.mkdir(mode=0o700)
    for name in KEYS:
        target = new.keys / f"{name}.key"
        target.touch(0o600)
        try:
            content = (
                archive.read(f"keys/{name}.key")
                if folder is None
                else (folder / f"{name}.key").read_bytes()
            )
        except OSError as error:
            raise LowdoseError(f"{folder}/{name}.key: no key ({error.strerror}).") from None
        target.write_bytes(content)
        read_keys(new, name)


def _write_database(new: Site, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    target = new.folder / manifest.database_file if new.database else sqlite_file(new)
    target.touch(0o600)
    with archive.open(manifest.database_file) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, 2**20)
    if new.database:
        postgresql.load_dump(new, target)
        target.unlink()
