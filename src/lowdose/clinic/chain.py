"""The hash chain of the audit trail: append to it, and verify it.

    digest(n) = HMAC-SHA256(audit key, JSON of [digest(n - 1), number, moment, actor, action,
                subject, details])

Whoever can write to the database but does not have the key, which lies outside it, can change no
entry, drop none from the middle and add none without being found out. The newest entries can only
be missed with a copy of an earlier digest: `lowdose clinic check` prints the last one to keep.

A new key begins with an entry that names its id and that it signs itself. From then on nobody who
has an older key can add an entry, or change one: the first entry of the new key holds what came
before. The older keys are kept to verify what they signed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lowdose.clinic.models.audit import AuditEntry
from lowdose.clinic.models.people import User
from lowdose.clinic.site import key_id, key_stamp, read_keys
from lowdose.clinic.statements import carry_out, fetch, insert
from lowdose.clinic.turns import in_turn

__all__ = [
    "KEY_ROTATED",
    "ChainFault",
    "Verified",
    "begin_key",
    "begun_id",
    "record",
    "record_alone",
    "verify",
]

KEY_ROTATED = "key_rotated"
"""The action of an entry that tells of a new key, by its id."""

_LOCK = 0x1D0A0D17  # any number, the same in every process
_BATCH = 2000
_START = "0" * 64
_NEWEST = f"SELECT number, digest FROM {AuditEntry._meta.db_table} ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True)
class ChainFault:
    """Where the chain does not hold, and how."""

    number: int
    what: str


@dataclass(frozen=True)
class Verified:
    """What a check of the chain found: its length, its last digest, the first faults."""

    entries: int
    last_digest: str
    faults: tuple[ChainFault, ...]


def record(action: str, *, actor: User | None, subject: str = "", **details: Any) -> None:
    """Add an entry, inside the transaction of what it records: both happen, or neither.

    details: plain values that tell nothing of a diary or a name.
    """
    assert connection.in_atomic_block, "an audit entry belongs into the transaction of its act"
    _lock()
    name = "" if actor is None else actor.get_username()
    entry = AuditEntry(action=action, actor=name, subject=subject, details=details)
    _append(entry, _begun_key())


def begin_key(make: Callable[[], bytes] | None) -> None:
    """Go on with a new key: the entry that tells of it is the first that it signs.

    make: puts the key on top of the site's; None where it is there already. Nobody else writes
    meanwhile, so that for everybody the trail and the file change in one moment.
    """
    assert connection.in_atomic_block, "nobody else may write between the key and its entry"
    _lock()
    key = _keys()[0] if make is None else make()
    if key_id(key) != begun_id():
        details = {"key": "audit", "id": key_id(key)}
        _append(AuditEntry(action=KEY_ROTATED, details=details), key)


def begun_id() -> str:
    """The id of the key with which the trail goes on; "" for the first one, which has no entry."""
    found = AuditEntry.objects.filter(action=KEY_ROTATED, details__key="audit")
    newest = found.order_by("-number").first()
    return "" if newest is None else str(newest.details["id"])


def _begun_key() -> bytes:
    """Not simply the newest of the file: that one may be only about to begin."""
    keys = _keys()
    if len(keys) == 1:
        return keys[0]
    begun = begun_id()
    return next((key for key in keys if key_id(key) == begun), keys[-1])


def _append(entry: AuditEntry, key: bytes) -> None:
    number, before = _last()
    entry.number, entry.at = number + 1, timezone.now()
    entry.digest = _digest(before, entry, key)
    insert(entry)


def _last() -> tuple[int, str]:
    found = fetch(_NEWEST, [])
    return (int(found[0][0]), str(found[0][1])) if found else (0, _START)


def record_alone(action: str, *, actor: User | None, subject: str = "", **details: Any) -> None:
    """Add an entry on its own, for what changes nothing else: a refusal, a sign-in."""
    in_turn(lambda: record(action, actor=actor, subject=subject, **details))


def _lock() -> None:
    """One writer at a time reads the last digest and adds the next, until its commit."""
    if connection.vendor == "postgresql":
        carry_out("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def verify() -> Verified:
    """Read the whole chain, in batches, and say where it does not hold."""
    found = _verified(AuditEntry.objects.order_by("number").iterator(chunk_size=_BATCH))
    return replace(found, faults=(*found.faults, *_unbegun(found)))


def _verified(entries: Iterable[AuditEntry]) -> Verified:
    before, expected, key = _START, 1, _keys()[-1]
    faults: list[ChainFault] = []
    for entry in entries:
        key = _key_of(entry, key)
        faults.extend(_faults(entry, before, expected, key))
        before, expected = entry.digest, entry.number + 1
    return Verified(expected - 1, before, tuple(faults))


def _key_of(entry: AuditEntry, key: bytes) -> bytes:
    """The key of an entry: that of the one before, or, where it says so, the next newer one."""
    if entry.action != KEY_ROTATED or entry.details.get("key") != "audit":
        return key
    newer = list(takewhile(lambda one: one != key, _keys()))
    return next((one for one in newer if key_id(one) == entry.details.get("id")), key)


def _faults(entry: AuditEntry, before: str, expected: int, key: bytes) -> Iterator[ChainFault]:
    if entry.number != expected:
        yield ChainFault(expected, f"missing: entry {entry.number} follows {expected - 1}")
    elif not hmac.compare_digest(entry.digest, _digest(before, entry, key)):
        yield ChainFault(entry.number, "changed, or written with another key")


def _unbegun(found: Verified) -> Iterator[ChainFault]:
    """A key that no entry tells of: a rotation that was stopped, or entries that were cut off."""
    if len(_keys()) == 1:
        return
    with transaction.atomic():
        _lock()  # whoever begins one just now has the time to
        begun, newest = begun_id(), key_id(_keys()[0])
    if begun != newest:
        what = "does not tell of the newest key: finish with `lowdose clinic rotate-key audit`"
        yield ChainFault(found.entries, f"{what}, or compare with a digest that was kept")


def _digest(before: str, entry: AuditEntry, key: bytes) -> str:
    said = [
        before,
        entry.number,
        _moment(entry.at),
        entry.actor,
        entry.action,
        entry.subject,
        entry.details,
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _keys() -> tuple[bytes, ...]:
    """The newest first. The file is looked at each time: a rotation does not stop the clinic."""
    return _read(str(settings.SITE.folder), key_stamp(settings.SITE, "audit"))


@lru_cache(maxsize=8)
def _read(folder: str, stamp: tuple[int, int]) -> tuple[bytes, ...]:  # noqa: ARG001  # they tell sites, and the file before and after a rotation, apart
    return read_keys(settings.SITE, "audit")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
