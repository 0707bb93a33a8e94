"""Writers of SQLite take turns, woken at once: SQLite itself would let them sleep and look again.

With two hundred patients at one moment those naps, up to a tenth of a second each, are most of the
time that they wait. The lock is the operating system's: it goes with the process that held it.

What a turn wrote reaches the disk after the turn, while the next writer has its own, and before
anybody is told that it is stored: one visit of the disk then serves all that was written until it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["turn"]

_reach_disk = getattr(os, "fdatasync", os.fsync)  # macOS has the second only


@contextmanager
def turn() -> Iterator[None]:
    """Wait for this writer's turn; nothing on PostgreSQL, or within a transaction that began."""
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "sqlite" or here.in_atomic_block:
        yield
        return
    lock = os.open(f"{settings.SITE.folder}/turn.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _commits_unsynced(here):
            yield
    finally:
        os.close(lock)
    _sync(f"{here.settings_dict['NAME']}-wal")


@contextmanager
def _commits_unsynced(here: BaseDatabaseWrapper) -> Iterator[None]:
    """SQLite itself waits for the disk with every commit, and everybody who wants a turn with it.

    NORMAL is as whole after a power cut as FULL, and lacks at most the commits that were not synced
    (https://www.sqlite.org/pragma.html#pragma_synchronous): `_sync` is what makes them safe.
    """
    here.ensure_connection()
    here.connection.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        here.connection.execute("PRAGMA synchronous=FULL")


def _sync(path: str) -> None:
    """The log reaches the disk. Where it is gone, all of it is in the database already."""
    try:
        log = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        _reach_disk(log)
    finally:
        os.close(log)
