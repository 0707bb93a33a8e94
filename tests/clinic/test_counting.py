"""Counters: what many threads count at once is counted, on either database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from running_clinic import running
from test_clinic_commands import new_database

from lowdose.clinic import models
from lowdose.clinic.counting import count, counted
from lowdose.clinic.limits import MOST_GUESSES

THREADS, EACH = 8, 40
# A process of its own: the tests' SQLite lies in the memory of one thread.
AT_ONCE = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1]), sys.argv[2]))
make_tables()
from django.db import connections
from lowdose.clinic.counting import count

def some(_thread):
    found = [count("guesses", 600) for _ in range(int(sys.argv[4]))]
    connections.close_all()
    return found

with ThreadPoolExecutor(int(sys.argv[3])) as pool:
    print(json.dumps([n for found in pool.map(some, range(int(sys.argv[3]))) for n in found]))
"""


def test_what_many_threads_count_at_once_is_all_counted(tmp_path: Path) -> None:
    database = new_database()
    arguments = [str(tmp_path / "clinic"), database, str(THREADS), str(EACH)]

    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, *arguments], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert sorted(json.loads(done.stdout)) == list(range(1, THREADS * EACH + 1))


@pytest.mark.slow
def test_guesses_by_many_connections_at_once_are_held_up_and_recorded_once(
    tmp_path: Path,
) -> None:
    import httpx

    with running(tmp_path / "clinic") as clinic, httpx.Client(base_url=clinic.origin) as caller:

        def guess(number: int) -> int:
            return caller.get(f"/calendar/{number}.ics", timeout=60).status_code

        with ThreadPoolExecutor(16) as pool:
            found = Counter(pool.map(guess, range(MOST_GUESSES + 140)))
        recorded = clinic.rows(
            "SELECT count(*) FROM clinic_auditentry WHERE action = 'guesses_limited'"
        )

    assert set(found) == {404, 429}
    assert MOST_GUESSES <= found[404] <= MOST_GUESSES + 16  # as many as were on the way
    assert recorded == [(1,)]


@pytest.mark.django_db
def test_a_count_begins_anew_when_its_time_is_over_however_often_it_was_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = timezone.now()
    found = []
    for seconds in (0, 50, 99, 100, 150):
        monkeypatch.setattr(timezone, "now", lambda s=seconds: start + timedelta(seconds=s))
        found.append(count("guesses", 100))

    assert found == [1, 2, 3, 1, 2]


@pytest.mark.django_db
def test_counts_that_are_over_are_zero_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    count("one", 100)
    later = timezone.now() + timedelta(seconds=101)
    monkeypatch.setattr(timezone, "now", lambda: later)

    before = counted("one")
    count("another", 100)

    assert (before, counted("another")) == (0, 1)
    assert models.Counter.objects.count() == 1


@pytest.mark.django_db
def test_no_counter_holds_the_address_that_it_counts() -> None:
    count("guesses:calendar_feed:192.0.2.7", 100)

    assert "192.0.2.7" not in models.Counter.objects.get().key
