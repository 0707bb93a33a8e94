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
from django.db import connection

__all__ = ["turn"]

_reach_disk = getattr(os, "fdatasync", os.fsync)  # macOS has the second only


@contextmanager
def turn() -> Iterator[None]:
    """Wait for this writer's turn; nothing on PostgreSQL, or within a transaction that began."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    lock = os.open(f"{settings.SITE.folder}/turn.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _commits_unsynced():
            yield
    finally:
        os.close(lock)
    _sync()


@contextmanager
def _commits_unsynced() -> Iterator[None]:
    """SQLite itself waits for the disk with every commit, and everybody who wants a turn with it.

    NORMAL is as whole after a power cut as FULL, and lacks at most the commits that were not synced
    (https://www.sqlite.org/pragma.html#pragma_synchronous): `_sync` is what makes them safe.
    """
    connection.ensure_connection()
    connection.connection.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        connection.connection.execute("PRAGMA synchronous=FULL")


def _sync() -> None:
    """The log reaches the disk. Where it is gone, all of it is in the database already."""
    try:
        log = os.open(f"{connection.settings_dict['NAME']}-wal", os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        _reach_disk(log)
    finally:
        os.close(log)
