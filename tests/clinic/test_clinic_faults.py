"""What goes wrong with machines: no acknowledged entry is lost, none doubled, the trail holds.

After each fault `lowdose clinic check` must find nothing.
"""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from clinic_world import NOW, a_day
from fault_clinic import DATABASE, DAYS, Clinic, Device, NoAnswer, body, clinic_with, headers

from lowdose.clinic import chain
from lowdose.clinic.models import Course
from lowdose.clinic.verbs.diary import Outcome, enter

PATIENTS = 9  # 9 * 112 = 1,008 writes
Sent = tuple[Device, dict[str, Any]]
sqlite_only = pytest.mark.skipif(bool(DATABASE), reason="of a database in a file")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A running clinic with patients enough for every test that does not kill it for good."""
    with clinic_with(tmp_path_factory.mktemp("faults") / "clinic", 8) as one:
        one.start()
        yield one


def all_days(clinic: Clinic) -> list[Sent]:
    days = [(device, clinic.a_day(n + 1)) for device in clinic.devices for n in range(DAYS)]
    random.Random(1).shuffle(days)
    return days


class Sender:
    """Devices that send each day until it is acknowledged, several at a time."""

    def __init__(self, clinic: Clinic, days: list[Sent], threads: int = 6) -> None:
        self.acknowledged: list[UUID] = []
        self._clinic, self._given_up = clinic, threading.Event()
        self._pool = ThreadPoolExecutor(threads)
        self._done = [self._pool.submit(self._send, *one) for one in days]

    def _send(self, device: Device, day: dict[str, Any]) -> None:
        while not self._given_up.is_set():
            try:
                outcome = self._clinic.send(device, [day], timeout=25)
            except NoAnswer:
                time.sleep(0.05)
                continue
            assert outcome[0] in {"stored", "already"}
            self.acknowledged.append(UUID(day["id"]))
            return

    def wait_for(self, count: int) -> None:
        """Wait until so many were acknowledged."""
        end = time.monotonic() + 120
        while len(self.acknowledged) < count:
            assert time.monotonic() < end, f"only {len(self.acknowledged)} were acknowledged"
            time.sleep(0.005)

    def finish(self) -> None:
        """Wait for all."""
        for one in self._done:
            one.result(timeout=120)
        self._pool.shutdown()

    def give_up(self) -> None:
        """Send nothing more."""
        self._given_up.set()
        self._pool.shutdown(cancel_futures=True)


def assert_whole(clinic: Clinic, acknowledged: list[UUID]) -> None:
    stored = Counter(clinic.stored())
    assert [one for one in acknowledged if one not in stored] == []
    assert max(stored.values(), default=1) == 1
    assert clinic.check()["sound"]


@pytest.mark.slow
def test_killed_in_the_middle_of_a_thousand_writes(tmp_path: Path) -> None:
    with clinic_with(tmp_path / "clinic", PATIENTS) as clinic:
        clinic.start()
        days = all_days(clinic)
        sender = Sender(clinic, days)
        for count in (60, 210, 420, 700):
            sender.wait_for(count)
            clinic.kill()
            known = list(sender.acknowledged)
            assert set(known) <= set(clinic.stored())
            clinic.start()
        sender.finish()

        assert len(sender.acknowledged) == len(days) == len(clinic.stored())
        assert_whole(clinic, sender.acknowledged)


@pytest.mark.slow
def test_writers_killed_in_the_middle_of_a_transaction(tmp_path: Path) -> None:
    chance = random.Random(2)
    with clinic_with(tmp_path / "clinic", 3) as clinic:
        notes = [tmp_path / f"acknowledged-{n}" for n in range(3)]
        for _ in range(3):
            writers = [
                start_writer(clinic, *one) for one in zip(clinic.devices, notes, strict=True)
            ]
            for note in notes:
                wait_until(note.exists)
            time.sleep(chance.uniform(0.05, 0.4))
            for writer in writers:
                writer.kill()
                writer.wait()
            assert_whole(clinic, noted(notes))
        for writer in [
            start_writer(clinic, *one) for one in zip(clinic.devices, notes, strict=True)
        ]:
            assert writer.wait(timeout=120) == 0

        assert len(clinic.stored()) == 3 * DAYS
        assert_whole(clinic, noted(notes))


def start_writers(clinic: Clinic, notes: list[Path]) -> list[subprocess.Popen[bytes]]:
    both = zip(clinic.devices, notes, strict=True)
    return [start_writer(clinic, device, note) for device, note in both]


def start_writer(clinic: Clinic, device: Device, note: Path) -> subprocess.Popen[bytes]:
    program = str(Path(__file__).with_name("fault_writer.py"))
    where = [str(clinic.folder), clinic.database, device.course, str(clinic.first_day), str(note)]
    return subprocess.Popen([sys.executable, program, *where], env=clinic.environment)


def noted(notes: list[Path]) -> list[UUID]:
    # the last line may be cut off: then it was not acknowledged
    return [UUID(one) for note in notes for one in note.read_text().split("\n")[:-1]]


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
@sqlite_only
def test_a_full_disk(tmp_path: Path) -> None:
    """A disk of 8 MB that somebody else fills up; then there is room again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with clinic_with(disk / "clinic", 2) as clinic:
            clinic.start()
            ballast = disk / "ballast"
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            ballast.write_bytes(b"x" * (free - 200_000))
            refuse_then_store(clinic, ballast.unlink)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.slow
@sqlite_only
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """Every file may have so many bytes and no more, as with a quota; then it is lifted."""
    with clinic_with(tmp_path / "clinic", 2) as clinic:
        size = (clinic.folder / "clinic.sqlite3").stat().st_size
        clinic.start(largest_file=size + 40_000)

        def lift() -> None:
            clinic.kill()
            clinic.start()

        refuse_then_store(clinic, lift)


def refuse_then_store(clinic: Clinic, make_room: Callable[[], object]) -> None:
    """Send until the disk refuses; nothing acknowledged is lost; with room all is stored."""
    days, acknowledged = all_days(clinic), []
    refused = 0
    for device, day in days:
        day["note"] = os.urandom(900).hex()
        try:
            clinic.send(device, [day])
            acknowledged.append(UUID(day["id"]))
        except NoAnswer:
            refused += 1
    assert refused > 0
    assert set(acknowledged) <= set(clinic.stored())

    make_room()
    sender = Sender(clinic, days)
    sender.finish()
    assert len(clinic.stored()) == len(days)
    findings = {one["what"]: one["faults"] for one in clinic.check()["findings"]}
    findings.pop("disk")  # the small disk of this test
    assert not any(findings.values())


def test_a_database_that_somebody_else_holds_for_seconds(clinic: Clinic) -> None:
    device, day = clinic.devices[0], clinic.a_day(1)
    held = threading.Event()
    holder = threading.Thread(target=hold, args=(clinic, 2.5, held))
    holder.start()
    held.wait()
    begun = time.monotonic()

    assert clinic.send(device, [day]) == ["stored"]
    assert time.monotonic() - begun > 1
    holder.join()
    assert_whole(clinic, [UUID(day["id"])])


def hold(clinic: Clinic, seconds: float, held: threading.Event) -> None:
    if clinic.database:
        with psycopg.connect(clinic.database) as connection:
            connection.execute("LOCK TABLE clinic_diaryentry IN ACCESS EXCLUSIVE MODE")
            held.set()
            time.sleep(seconds)
        return
    with closing(sqlite3.connect(clinic.folder / "clinic.sqlite3", timeout=20)) as database:
        database.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(seconds)


@pytest.mark.slow
def test_started_again_in_the_middle_of_an_upload(clinic: Clinic) -> None:
    device, days = clinic.devices[1], [clinic.a_day(n) for n in range(1, 61)]
    content = body(device, days)
    with socket.create_connection(("localhost", clinic.port)) as half:
        lines = {**headers(device), "Host": "localhost", "Content-Length": str(len(content))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        half.sendall(f"POST /diary/entries HTTP/1.1\r\n{head}\r\n".encode())
        half.sendall(content[: len(content) // 2])
        time.sleep(0.2)
        clinic.kill()
    clinic.start()
    assert not {UUID(day["id"]) for day in days} & set(clinic.stored())

    assert set(clinic.send(device, days)) == {"stored"}
    assert_whole(clinic, [UUID(day["id"]) for day in days])


def test_the_same_entry_ten_times_at_once(clinic: Clinic) -> None:
    device, day = clinic.devices[2], clinic.a_day(1)

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(lambda _: clinic.send(device, [day])[0], range(10)))

    assert Counter(outcomes) == {"stored": 1, "already": 9}
    assert_whole(clinic, [UUID(day["id"])])


def test_two_devices_with_the_same_days_at_once(clinic: Clinic) -> None:
    device = clinic.devices[3]
    pairs = [[clinic.a_day(n, pain=1), clinic.a_day(n, pain=9)] for n in range(1, 16)]

    with ThreadPoolExecutor(2) as pool:
        for pair in pairs:
            outcomes = list(pool.map(lambda day: clinic.send(device, [day])[0], pair))
            assert sorted(outcomes) == ["conflict", "stored"]

    assert_whole(clinic, [UUID(day["id"]) for pair in pairs for day in pair])
    course = UUID(device.course)
    current = clinic.rows("SELECT course_id, day FROM clinic_diaryentry WHERE status = 'current'")
    assert sum(UUID(str(row[0])) == course for row in current) == len(pairs)


@pytest.mark.django_db
def test_a_clock_that_was_set_back(open_course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = a_day(open_course, 1), a_day(open_course, 2)
    enter(open_course, [first], actor=None, now=NOW)
    earlier = NOW - timedelta(days=30)
    monkeypatch.setattr(chain.timezone, "now", lambda: earlier)

    outcomes = enter(open_course, [second, first], actor=None, now=earlier)

    assert outcomes == [Outcome.STORED, Outcome.ALREADY]
    assert open_course.entries.count() == 2
    assert chain.verify().faults == ()
