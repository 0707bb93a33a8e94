"""Check a clinic: that what it stores is whole, and that its keys open what is sealed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max
from django.utils import timezone

from lowdose.clinic.chain import Verified, verify
from lowdose.clinic.models import AuditEntry, Course, DiaryEntry, EntryStatus, Patient, User
from lowdose.clinic.site import KEYS, read_keys, sqlite_file
from lowdose.clinic.statements import fetch
from lowdose.clinic.verbs.alerts import Alert, alerts
from lowdose.clinic.verbs.blinding import allocation_faults
from lowdose.clinic.verbs.checking import last_check, worker_state
from lowdose.errors import LowdoseError

__all__ = ["Finding", "Report", "check", "free_bytes", "glance", "look"]

_LEAST_FREE = 500 * 2**20
_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `faults` is empty where it is as it must be."""

    what: str
    said: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All findings; the last digest of the audit trail is to be kept elsewhere.

    `alerts` are no faults: what wants somebody's attention.
    """

    findings: tuple[Finding, ...]
    audit_entries: int
    audit_digest: str
    alerts: tuple[Alert, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether there is no fault at all."""
        return not any(finding.faults for finding in self.findings)


def check(*, kept: tuple[int, str] | None = None) -> Report:
    """Look at everything; kept: number and digest of an entry as an earlier check printed them."""
    verified = Verified(0, "", ())
    findings = [_looked("database", _database), _looked("tables", _tables)]
    if not any(finding.faults for finding in findings):
        verified = verify()
        findings += [
            _chain(verified, kept),
            _looked("keys", _keys),
            _looked("allocations", _allocations),
            _looked("names", _names),
            _looked("diaries", _diaries),
        ]
    findings.append(_looked("disk", _disk))
    return _reported(findings, verified)


def look() -> Report:
    """A moment's work: what `glance` sees, and what wants attention; no digest is verified."""
    return _reported(glance(), Verified(0, "", ()))


def _reported(findings: Sequence[Finding], verified: Verified) -> Report:
    readable = not any(one.faults for one in findings if one.what in {"database", "tables"})
    found = alerts(timezone.now(), last_check(), worker_state()) if readable else ()
    return Report(tuple(findings), verified.entries, verified.last_digest, found)


def glance() -> tuple[Finding, ...]:
    """Whether the database answers, its tables are of this version, and the disk has room.

    A moment's work, however much is stored; `check` reads everything through.
    """
    database = _looked("database", _answers)
    tables = () if database.faults else (_looked("tables", _tables),)
    return (database, *tables, _looked("disk", _disk))


def _looked(what: str, look: Callable[[], tuple[str, list[str]]]) -> Finding:
    try:
        said, faults = look()
    except DatabaseError as error:
        said, faults = "", [f"the database gave an error: {type(error).__name__}"]
    return Finding(what, said, tuple(_first(faults)))


def _first(faults: list[str]) -> Iterator[str]:
    yield from faults[:_SHOWN]
    if len(faults) > _SHOWN:
        yield f"and {len(faults) - _SHOWN} more"


def _answers() -> tuple[str, list[str]]:
    ask = "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
    [(version,)] = fetch(ask, [])
    return f"{connection.display_name} {version} answers", []


def _database() -> tuple[str, list[str]]:
    if connection.vendor == "postgresql":
        return _answers()
    faults = [row[0] for row in fetch("PRAGMA integrity_check", []) if row[0] != "ok"]
    broken = fetch("PRAGMA foreign_key_check", [])
    faults += [f"a row of {row[0]} points to nothing" for row in broken]
    return "SQLite, whole", faults


def _tables() -> tuple[str, list[str]]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = [f"{migration.app_label} {migration.name} is missing" for migration, _ in missing]
    ours = (key for key in executor.loader.applied_migrations if key[0] == "clinic")
    later = sorted(key for key in ours if key not in executor.loader.disk_migrations)
    names += [f"clinic {name} is of a later version of lowdose" for _, name in later]
    return "of this version", names


def _chain(verified: Verified, kept: tuple[int, str] | None) -> Finding:
    faults = [f"entry {fault.number}: {fault.what}" for fault in verified.faults]
    if kept is not None:
        found = AuditEntry.objects.filter(number=kept[0]).values_list("digest", flat=True).first()
        if found is None:
            faults.append(f"entry {kept[0]} is gone: the newest entries were cut off")
        elif found != kept[1]:
            faults.append(f"entry {kept[0]} is not the one that was kept")
    return Finding("audit trail", f"{verified.entries} entries", tuple(_first(faults)))


def _keys() -> tuple[str, list[str]]:
    older = {name: len(read_keys(settings.SITE, name)) - 1 for name in KEYS}
    said = [f"{count} older of {name}" for name, count in older.items() if count]
    return ", ".join([f"{len(KEYS)} in use", *said]), []


def _allocations() -> tuple[str, list[str]]:
    count = Course.objects.filter(periods__gt=0).count()
    wrong = [f"{number}: {fault}" for number, fault in allocation_faults()]
    return f"{count} blinded courses", wrong


def _names() -> tuple[str, list[str]]:
    faults, count = [], 0
    for model, label in ((User, "people"), (Patient, "patients")):
        try:
            count += sum(1 for _ in model.objects.only("name").iterator(chunk_size=1000))
        except LowdoseError:
            faults.append(f"names of {label} do not open with this site's key")
    return f"{count} open", faults


def _diaries() -> tuple[str, list[str]]:
    current = DiaryEntry.objects.filter(status=EntryStatus.CURRENT).order_by()
    twice = current.values("course__number", "day").annotate(n=Count("pk")).filter(n__gt=1)
    faults = [f"{row['course__number']}: {row['n']} entries count for one day" for row in twice]
    newest = Course.objects.annotate(newest=Max("entries__day")).exclude(newest=None)
    faults += [
        f"{course.number}: the newest entry is not the one that is noted"
        for course in newest.only("number", "last_entry").iterator(chunk_size=1000)
        if course.last_entry != course.newest
    ]
    return f"{DiaryEntry.objects.count()} entries", faults


def free_bytes() -> int:
    """What is left on the disk of the site's folder."""
    return shutil.disk_usage(settings.SITE.folder).free


def _disk() -> tuple[str, list[str]]:
    free, database = free_bytes(), sqlite_file(settings.SITE)
    needed = max(_LEAST_FREE, database.stat().st_size if database.exists() else 0)
    faults = [f"less than {needed / 1e9:.1f} GB are free"] if free < needed else []
    return f"{free / 1e9:.1f} GB free", faults
