"""Writers of SQLite take turns, woken at once: SQLite itself would let them sleep and look again.

With two hundred patients at one moment those naps, up to a tenth of a second each, are most of the
time that they wait. The lock is the operating system's: it goes with the process that held it.

What a turn wrote reaches the disk after the turn, while the next writer has its own, and before
anybody is told that it is stored: one visit of the disk then serves all that was written until it.
Whoever has several people's work at the same moment carries it out in one turn (`together`).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["hand_over_to", "handed_over", "in_turn", "together"]

Value = TypeVar("Value")
Work = Callable[[], Any]
HandOver = Callable[[Work], "Future[Any]"]

_LEAST_PATIENCE_SECONDS = 1.0

_reach_disk = getattr(os, "fdatasync", os.fsync)  # macOS has the second only
_hand_over: ContextVar[HandOver | None] = ContextVar("hand_over", default=None)


def in_turn(work: Callable[[], Value]) -> Value:
    """Carry out in this writer's turn what writes, all or none of it; what it gave.

    The work does nothing but ask the database and tell it, in nobody's language or time zone: it
    may be carried out for nothing and then again. On PostgreSQL, and within a transaction that
    began, nobody waits.
    """
    hand_over = _hand_over.get()
    if hand_over is None or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return _alone(work)
    given: Value = hand_over(work).result()
    return given


def hand_over_to(somebody: HandOver) -> None:
    """From here on, in this context, somebody else carries out what is to be done in a turn."""
    _hand_over.set(somebody)


def handed_over() -> bool:
    """Whether in this context somebody else does so."""
    return _hand_over.get() is not None


def together(
    works: Sequence[Work], *, before_each: Callable[[], None] = lambda: None
) -> list[Future[Any]]:
    """Carry out several people's work in one turn and one transaction; what each gave, or raised.

    What is wrong with the database or the disk itself, full or locked, all are told. Where
    something else is wrong nothing is stored, and each is carried out alone: an error is only its
    own. So it is on PostgreSQL too, where each would wait for what others hold.

    before_each: what to do before each that is carried out alone, as it may wait for long.
    """
    if len(works) > 1 and connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        try:
            return [_done(value) for value in _alone(lambda: [work() for work in works])]
        except (OperationalError, OSError) as error:
            # to wait for a lock a dozen times is too long; and what is stored, but not on the disk,
            # may not be acknowledged by asking the disk again
            return [_failed(error) for _ in works]
        except Exception:  # it comes again to whom it belongs
            pass
    return [_attempt(work, before_each) for work in works]


def _alone(work: Callable[[], Value]) -> Value:
    with _turn(), transaction.atomic():
        return work()


def _attempt(work: Work, before: Callable[[], None]) -> Future[Any]:
    before()
    try:
        return _done(_alone(work))
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> Future[Any]:
    failed: Future[Any] = Future()
    failed.set_exception(error)
    return failed


def _done(value: Any) -> Future[Any]:
    done: Future[Any] = Future()
    done.set_result(value)
    return done


@contextmanager
def _turn() -> Iterator[None]:
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "sqlite" or here.in_atomic_block:
        yield
        return
    lock = os.open(f"{settings.SITE.folder}/turn.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        began = time.monotonic()
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _commits_unsynced(here), _less_patience(here, time.monotonic() - began):
            yield
    finally:
        os.close(lock)
    try:
        _sync(f"{here.settings_dict['NAME']}-wal")
    except OSError:
        # The disk says so once, and would call the log whole when it is asked again: what it holds
        # goes into the database itself, so that who sends again is rightly told it is there.
        with suppress(sqlite3.Error):
            here.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raise


def _commits_unsynced(here: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    """SQLite itself waits for the disk with every commit, and everybody who wants a turn with it.

    NORMAL is as whole after a power cut as FULL, and lacks at most the commits that were not synced
    (https://www.sqlite.org/pragma.html#pragma_synchronous): `_sync` is what makes them safe.
    """
    here.ensure_connection()
    return _setting(here, "synchronous", "NORMAL", afterwards="FULL")


def _less_patience(here: BaseDatabaseWrapper, waited: float) -> AbstractContextManager[None]:
    """Whoever waited for the turn waits the less for another program that locks the database.

    Otherwise all who want a turn while it does so would wait for it one after the other.
    """
    if waited < _LEAST_PATIENCE_SECONDS:
        return nullcontext()
    whole = here.settings_dict["OPTIONS"]["timeout"]
    left = max(whole - waited, _LEAST_PATIENCE_SECONDS)
    return _setting(here, "busy_timeout", f"{left * 1000:.0f}", afterwards=f"{whole * 1000:.0f}")


@contextmanager
def _setting(
    here: BaseDatabaseWrapper, name: str, value: str, *, afterwards: str
) -> Iterator[None]:
    here.connection.execute(f"PRAGMA {name}={value}")
    try:
        yield
    finally:
        here.connection.execute(f"PRAGMA {name}={afterwards}")


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
