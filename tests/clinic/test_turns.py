"""What was written in a turn is on the disk before anybody hears that it is stored."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

# A process of its own: the tests' SQLite lies in memory, and has no log.
IN_A_PROCESS = """
import json, shutil, sqlite3, sys
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
with turns.turn():
    found["during"] = mode()
    record_alone("signed_in", actor=None)
found["after"] = mode()
try:
    with turns.turn():
        raise KeyError
except KeyError:
    found["after an error"] = mode()
copy = sqlite3.connect(folder.parent / "clinic.sqlite3")
found["copied"] = copy.execute("SELECT count(*) FROM clinic_auditentry").fetchone()[0]
found["stored"] = AuditEntry.objects.count()
print(json.dumps(found))
"""
FULL, NORMAL = 2, 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL syncs by itself")
def test_a_turn_is_synced_once_when_it_has_ended_and_holds_what_was_stored(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, str(tmp_path / "clinic")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["synced"] == 1
    assert found["copied"] == found["stored"] > 0
    assert (found["before"], found["during"]) == (FULL, NORMAL)
    assert (found["after"], found["after an error"]) == (FULL, FULL)
