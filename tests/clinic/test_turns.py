"""What was written in a turn is on the disk before anybody hears that it is stored."""

from __future__ import annotations

import json
import subprocess
import sys
from contextvars import copy_context
from typing import Any

import pytest
from django.db import connection
from fault_clinic import new_database

from lowdose.clinic.turns import hand_over_to, handed_over, in_turn, together

# A process of its own: the tests' SQLite lies in memory, and has no log.
IN_A_PROCESS = """
import fcntl, json, shutil, sqlite3, sys, threading
from pathlib import Path
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
folder = Path(sys.argv[1])
load(Site(folder))
make_tables()
from django.db import connection
from lowdose.clinic import turns
from lowdose.clinic.chain import record_alone
from lowdose.clinic.models import AuditEntry

found = {"synced": 0}
sync = turns._reach_disk
def reach_disk(log):
    # what a power cut now would leave at the most: the files as they are
    for name in ("clinic.sqlite3", "clinic.sqlite3-wal"):
        shutil.copy(folder / name, folder.parent / name)
    found["synced"] += 1
    sync(log)
turns._reach_disk = reach_disk

def mode():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA synchronous").fetchone()[0]

found["before"] = mode()
def work():
    found["during"] = mode()
    record_alone("signed_in", actor=None)
turns.in_turn(work)
found["after"] = mode()
try:
    turns.in_turn({}.popitem)
except KeyError:
    found["after an error"] = mode()
copy = sqlite3.connect(folder.parent / "clinic.sqlite3")
found["copied"] = copy.execute("SELECT count(*) FROM clinic_auditentry").fetchone()[0]
found["stored"] = AuditEntry.objects.count()
found["synced for one"], found["synced"] = found["synced"], 0
turns.together([work, work, work])
found["stored by three"] = AuditEntry.objects.count() - found["stored"]
done = []
def fails_once(log):
    turns._reach_disk = sync
    raise OSError(5, "the disk")
turns._reach_disk = fails_once
told = turns.together([lambda: done.append(work()), lambda: done.append(work())])
found["told"] = [type(one.exception()).__name__ for one in told]
found["carried out"] = len(done)
alone = sqlite3.connect(f"file:{folder}/clinic.sqlite3?immutable=1", uri=True)  # without its log
found["in the database"] = alone.execute("SELECT count(*) FROM clinic_auditentry").fetchone()[0]
found["stored at last"] = AuditEntry.objects.count()

def patience():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]

def after_waiting():
    lock = open(folder / "turn.lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    threading.Timer(1.5, lock.close).start()
    return turns.in_turn(patience)
found["patience"] = turns.in_turn(patience)
found["patience after waiting"] = after_waiting()
found["patience after the turn"] = patience()
connection.settings_dict["OPTIONS"]["timeout"] = 1.2
found["patience of the late"] = after_waiting()
print(json.dumps(found))
"""
FULL, NORMAL = 2, 1


sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL syncs by itself")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was seen in a process of its own."""
    return seen(IN_A_PROCESS, str(tmp_path_factory.mktemp("turns") / "clinic"))


def seen(program: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@sqlite_only
def test_a_turn_is_synced_once_when_it_has_ended_and_holds_what_was_stored(
    found: dict[str, Any],
) -> None:
    assert found["synced for one"] == 1
    assert found["copied"] == found["stored"] > 0
    assert (found["before"], found["during"]) == (FULL, NORMAL)
    assert (found["after"], found["after an error"]) == (FULL, FULL)


@sqlite_only
def test_the_turn_of_three_is_synced_once(found: dict[str, Any]) -> None:
    assert (found["stored by three"], found["synced"]) == (3, 1)


@sqlite_only
def test_where_the_disk_fails_nobody_is_told_that_it_is_stored(found: dict[str, Any]) -> None:
    assert found["told"] == ["OSError", "OSError"]
    assert found["carried out"] == 2
    # whoever sends again is told that it is there, so it must be, without the log that failed
    assert found["in the database"] == found["stored at last"]


@sqlite_only
def test_who_waited_for_the_turn_waits_the_less_for_the_database(found: dict[str, Any]) -> None:
    # 20 s in all, of which the turn took one and a half
    assert found["patience"] == 20_000
    assert 1_000 <= found["patience after waiting"] <= 18_500
    assert found["patience after the turn"] == 20_000


@sqlite_only
def test_who_waited_too_long_for_the_turn_still_asks_the_database(found: dict[str, Any]) -> None:
    assert found["patience of the late"] == 1_000


TOGETHER = """
import json, sys
from contextvars import copy_context
from pathlib import Path
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1]), sys.argv[2]))
make_tables()
from lowdose.clinic.chain import record_alone, verify
from django.db import OperationalError
from lowdose.clinic.models import AuditEntry
from lowdose.clinic.turns import hand_over_to, in_turn, together

before = AuditEntry.objects.count()

def work(said):
    record_alone(said, actor=None)
    if said == "second":
        raise KeyError(said)
    return said.upper()

first, second, third = together(
    [lambda: work("first"), lambda: work("second"), lambda: work("third")]
)

tries = []
def full():
    tries.append(1)
    raise OperationalError("disk full")
told = [type(one.exception()).__name__ for one in together([full, full, full])]

def by_another():
    hand_over_to(lambda work: together([work, lambda: "of another"])[1])
    return in_turn(lambda: "own")

print(json.dumps({
    "given": [first.result(), third.result()],
    "raised": repr(second.exception()),
    "stored": [one.action for one in AuditEntry.objects.order_by("number")[before:]],
    "faults": len(verify().faults),
    "told": told,
    "tries": len(tries),
    "by another": copy_context().run(by_another),
    "by oneself": in_turn(lambda: "own"),
}))
"""


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of it in a process of its own: a test is within a transaction."""
    return seen(TOGETHER, str(tmp_path_factory.mktemp("turns") / "clinic"), new_database())


def test_an_error_in_what_is_carried_out_together_is_only_its_own(
    carried_out: dict[str, Any],
) -> None:
    assert carried_out["given"] == ["FIRST", "THIRD"]
    assert carried_out["raised"] == "KeyError('second')"
    assert carried_out["stored"] == ["first", "third"]
    assert carried_out["faults"] == 0


def test_a_full_disk_is_told_to_all_and_tried_once(carried_out: dict[str, Any]) -> None:
    assert carried_out["told"] == ["OperationalError"] * 3
    assert carried_out["tries"] == (1 if connection.vendor == "sqlite" else 3)


def test_who_hands_over_is_given_what_somebody_else_carried_out(
    carried_out: dict[str, Any],
) -> None:
    assert carried_out["by another"] == "of another"
    assert carried_out["by oneself"] == "own"


@pytest.mark.django_db
def test_within_a_transaction_work_is_handed_over_to_nobody() -> None:
    def one() -> tuple[bool, int]:
        hand_over_to(lambda work: together([work, lambda: 8])[1])
        return handed_over(), in_turn(lambda: 7)

    assert copy_context().run(one) == (True, 7)
