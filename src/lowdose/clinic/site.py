"""A site: where the clinic's data and keys lie, and the address by which people reach it.

Read once, from the environment, when the application starts; nothing else reads the environment.
The keys are files beside the database and never in it, so that a copy of the database alone tells
neither a name nor an allocation.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lowdose.errors import Fault, InputError

__all__ = [
    "KEYS",
    "VARIABLES",
    "Site",
    "database_of",
    "key_id",
    "key_stamp",
    "prepare_site",
    "read_keys",
    "site_from",
    "sqlite_file",
]

VARIABLES = {
    "LOWDOSE_CLINIC_FOLDER": "folder of the database and the keys; default: ./clinic",
    "LOWDOSE_CLINIC_DATABASE": "postgresql://user:password@host:port/name; default: SQLite",
    "LOWDOSE_CLINIC_ORIGIN": "address in the browser; default: http://localhost:8000",
    "LOWDOSE_CLINIC_SECOND_FACTOR": "required (default) or offered, for everyone but patients",
    "LOWDOSE_CLINIC_ERASE_AFTER": "days from a patient's last course to erasure; default: never",
    "LOWDOSE_CLINIC_BACKUP_DAYS": "days without a backup before an alert; default: 2; 0: never",
}
"""Every variable that the application reads, and what it is for."""

KEYS = ("session", "fields", "allocation", "audit")
"""What each key file is for: signing sessions; names; allocations; the audit trail's hashes."""

_KEY_BYTES = 32
_MOST_DAYS = 36_500


@dataclass(frozen=True)
class Site:
    """Where the clinic lives.

    Attributes:
        folder: holds the SQLite database and the folder `keys`.
        database: address of a PostgreSQL database; "" for SQLite in the folder.
        origin: what the browser shows before the first slash, as "https://clinic.example".
        second_factor: whether staff must have one; otherwise it is only offered.
        erase_after_days: so long after the last course has ended the worker erases who a patient
            is; 0 where it never does so by itself.
        backup_days: after how many days without a backup somebody should look; 0 for never.
    """

    folder: Path
    database: str = ""
    origin: str = "http://localhost:8000"
    second_factor: bool = True
    erase_after_days: int = 0
    backup_days: int = 2

    @property
    def host(self) -> str:
        """The host's name, without a port."""
        return urlsplit(self.origin).hostname or "localhost"

    @property
    def encrypted(self) -> bool:
        """Whether people come by https."""
        return self.origin.startswith("https://")

    @property
    def keys(self) -> Path:
        """The folder of the keys."""
        return self.folder / "keys"


def site_from(environment: Mapping[str, str]) -> Site:
    """The site that the environment describes.

    Raises InputError with every value that cannot be.

    >>> site_from({"LOWDOSE_CLINIC_ORIGIN": "https://clinic.example"}).host
    'clinic.example'
    """
    faults: list[Fault] = []
    origin = environment.get("LOWDOSE_CLINIC_ORIGIN", Site.origin).rstrip("/")
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        expected = "http:// or https://, a host, and a port where needed"
        faults.append(Fault("LOWDOSE_CLINIC_ORIGIN", repr(origin), expected))
    factor = environment.get("LOWDOSE_CLINIC_SECOND_FACTOR", "required")
    if factor not in {"required", "offered"}:
        faults.append(Fault("LOWDOSE_CLINIC_SECOND_FACTOR", repr(factor), "required or offered"))
    database = environment.get("LOWDOSE_CLINIC_DATABASE", "")
    if database and not _is_postgresql(database):
        # the address holds a password, so it is not shown
        expected = "postgresql://user:password@host:port/name"
        faults.append(Fault("LOWDOSE_CLINIC_DATABASE", "another address", expected))
    erase_after = _days(environment, "LOWDOSE_CLINIC_ERASE_AFTER", Site.erase_after_days, faults)
    backup = _days(environment, "LOWDOSE_CLINIC_BACKUP_DAYS", Site.backup_days, faults)
    if faults:
        raise InputError(faults)
    folder = Path(environment.get("LOWDOSE_CLINIC_FOLDER", "clinic")).absolute()
    return Site(folder, database, origin, factor == "required", erase_after, backup)


def _days(environment: Mapping[str, str], name: str, usual: int, faults: list[Fault]) -> int:
    """A number of days, 0 for never; `usual` where nothing is said, or where a fault is added."""
    said = environment.get(name) or str(usual)
    if said.isascii() and said.isdecimal() and len(said) <= 9 and int(said) <= _MOST_DAYS:
        return int(said)
    expected = f"a number of days from 1 to {_MOST_DAYS}, or 0 for never"
    faults.append(Fault(name, repr(said[:20]), expected))
    return usual


def _is_postgresql(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1


def prepare_site(site: Site) -> None:
    """Make the folder and the keys that are missing; nothing that exists is touched.

    Raises InputError where they cannot be made.
    """
    try:
        site.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in KEYS:
            path = site.keys / f"{name}.key"
            if not path.exists():
                _write_new(path, secrets.token_hex(_KEY_BYTES))
    except OSError as error:
        wanted = "a folder that can be made and written"
        why = error.strerror or "it cannot be"
        raise InputError([Fault("--folder", str(site.folder), wanted, why)]) from error


def _write_new(path: Path, text: str) -> None:
    """Readable by its owner only, from its first moment; another process may have been quicker."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def read_keys(site: Site, name: str) -> tuple[bytes, ...]:
    """The keys of one name, 32 bytes each: the newest, which seals, then those that only open.

    Raises InputError where the file is missing or damaged: a new key would read nothing of what
    the old one wrote, so none is made up.
    """
    path = site.keys / f"{name}.key"
    try:
        keys = tuple(map(bytes.fromhex, path.read_text(encoding="ascii").split()))
    except (OSError, ValueError):
        keys = ()
    if not keys or any(len(key) != _KEY_BYTES for key in keys):
        remedy = "`lowdose serve` makes the keys of a new site; restore those of an old one"
        raise InputError([Fault(str(path), "no key", "64 hexadecimal digits a line", remedy)])
    return keys


def key_id(key: bytes) -> str:
    """What may be said of a key without telling anything of it."""
    return hashlib.sha256(b"key id " + key).hexdigest()[:16]


def key_stamp(site: Site, name: str) -> tuple[int, int]:
    """Another one once the key's file is another one: a process that runs can notice."""
    try:
        found = os.stat(f"{site.folder}/keys/{name}.key")  # noqa: PTH116  # with every entry
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def sqlite_file(site: Site) -> Path:
    """Where the database of a site without PostgreSQL lies."""
    return site.folder / "clinic.sqlite3"


def database_of(site: Site) -> dict[str, object]:
    """Django's settings for the site's database.

    SQLite: a write-ahead log, so that readers never wait for the writer; writers queue at the
    start of a transaction instead of failing in its middle; and every commit reaches the disk
    before it is acknowledged.
    """
    if not site.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_file(site),
            # kept open: the last to close writes the whole log back into the database
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA cache_size=-32000;",
            },
        }
    parts = urlsplit(site.database)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # what is asked again and again is planned once a connection, and only the values are sent
        "OPTIONS": {"connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 2},
    }
