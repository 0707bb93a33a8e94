"""A clinic to do harm to: `lowdose serve` in processes that can be killed, and devices that send.

On SQLite in a temporary folder, or on a database of its own beside the tests' PostgreSQL.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from running_clinic import free_port

DATABASE = os.environ.get("LOWDOSE_CLINIC_DATABASE", "")
DAYS = 112
_TOKEN = "f" * 32
_START_SECONDS = 60
_HERE = Path(__file__).parent

_PREPARE = """
import json, sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from lowdose.clinic.operate.start import load, make_tables
from lowdose.clinic.site import Site
load(Site(Path(sys.argv[1]), sys.argv[2], second_factor=False))
make_tables()
from importlib import import_module
from django.conf import settings
from clinic_world import person, planned, with_account
from lowdose.clinic.models import Role
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
Session = import_module(settings.SESSION_ENGINE).SessionStore
doctor, devices = person(Role.PRESCRIBER, "doctor"), []
for _ in range(int(sys.argv[3])):
    patient = with_account(doctor)
    course = planned(
        patient, written={"target_days": 98}, first_day=date.fromisoformat(sys.argv[5])
    )
    session = Session()
    session["_auth_user_id"] = str(patient.account.pk)
    session["_auth_user_backend"] = "lowdose.clinic.sign_in.Accounts"
    session["_auth_user_hash"] = patient.account.get_session_auth_hash()
    session.save()
    devices.append([str(course.pk), session.session_key])
print(json.dumps(devices))
"""


class NoAnswer(Exception):
    """Nothing was acknowledged: no connection, or a status that says so."""


@dataclass(frozen=True)
class Device:
    """A patient's telephone: which course it keeps, and its session."""

    course: str
    session: str


@dataclass
class Clinic:
    """A clinic that can be killed and started again."""

    folder: Path
    database: str
    first_day: date
    devices: list[Device] = field(default_factory=list)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LOWDOSE_", "DJANGO_"))}
        return {
            **kept,
            "LOWDOSE_CLINIC_FOLDER": str(self.folder),
            "LOWDOSE_CLINIC_DATABASE": self.database,
        }

    def start(self, *options: str, largest_file: int = 0) -> None:
        """Serve; no file may grow beyond `largest_file` bytes where that is said."""
        self.port = self.port or free_port()
        command = [sys.executable, "-m", "lowdose.cli.main", "serve", "--port", str(self.port)]
        command += options
        if largest_file:
            # the shell sets the limit: JAX in this process would not survive code between a fork
            # and its program; in blocks of 512 bytes, as POSIX has it
            command = ["sh", "-c", f'ulimit -f {largest_file // 512}; exec "$@"', "sh", *command]
        with (self.folder.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self._ask("GET", "/health", b"", {}, 2)
                return
            except NoAnswer:
                time.sleep(0.05)
        raise AssertionError((self.folder.parent / "log").read_text("utf-8"))

    def kill(self) -> None:
        """SIGKILL for everything at once: web processes, worker, and what started them."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        _wait_until_free(self.port)

    def send(self, device: Device, days: list[dict[str, Any]], timeout: float = 30) -> list[str]:
        """Send days as a device does; what became of each. Raises NoAnswer where nothing was."""
        said = self._ask("POST", "/diary/entries", body(device, days), headers(device), timeout)
        return [one["outcome"] for one in json.loads(said)["outcomes"]]

    def _ask(
        self, method: str, path: str, content: bytes, lines: dict[str, str], timeout: float
    ) -> bytes:
        try:
            with closing(HTTPConnection("localhost", self.port, timeout=timeout)) as connection:
                connection.request(method, path, content, lines)
                answer = connection.getresponse()
                said = answer.read()
        except (OSError, HTTPException) as error:
            raise NoAnswer(type(error).__name__) from None
        if answer.status != 200:
            raise NoAnswer(str(answer.status))
        return said

    def a_day(self, number: int, pain: float = 5, **more: Any) -> dict[str, Any]:
        """Day `number` as a device writes it down."""
        day = self.first_day + timedelta(days=number - 1)
        said = {"ratings": {"pain": pain}, "taken": True, "adverse": [], "note": "", **more}
        return {
            "id": str(uuid4()),
            "day": day.isoformat(),
            "written_at": f"{day}T19:00:00+00:00",
            **said,
        }

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the database from outside."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                return connection.execute(sql.encode()).fetchall()
        with closing(sqlite3.connect(self.folder / "clinic.sqlite3")) as database:
            return database.execute(sql).fetchall()

    def change(self, sql: str) -> None:
        """Write to the database from outside."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                connection.execute(sql.encode())
            return
        with closing(sqlite3.connect(self.folder / "clinic.sqlite3", timeout=20)) as database:
            database.execute(sql)
            database.commit()

    def stored(self) -> list[UUID]:
        """The number of every entry in the database."""
        return [UUID(str(row[0])) for row in self.rows("SELECT id FROM clinic_diaryentry")]

    def check(self) -> dict[str, Any]:
        """What `lowdose clinic check` says."""
        command = [sys.executable, "-m", "lowdose.cli.main", "clinic", "check", "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False)
        said: dict[str, Any] = json.loads(done.stdout)
        assert (done.returncode == 0) == said["sound"]
        return said


def headers(device: Device) -> dict[str, str]:
    """What a signed-in device sends with every entry."""
    return {
        "Content-Type": "application/json",
        "Cookie": f"sessionid={device.session}; csrftoken={_TOKEN}",
        "X-CSRFToken": _TOKEN,
    }


def body(device: Device, days: list[dict[str, Any]]) -> bytes:
    """The entries of a course as a device sends them."""
    return json.dumps({"course": device.course, "entries": days}).encode()


def _wait_until_free(port: int) -> None:
    """A killed process that just waits for the disk lets go of its port only after that."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                one.bind(("127.0.0.1", port))
                return
        time.sleep(0.02)
    raise AssertionError(f"port {port} is still taken")


@contextmanager
def clinic_with(folder: Path, devices: int) -> Iterator[Clinic]:
    """A clinic with so many patients, each with a course of 112 days that have passed; stopped."""
    first_day = date.today() - timedelta(days=DAYS + 5)
    clinic = Clinic(folder, new_database(), first_day)
    arguments = [str(folder), clinic.database, str(devices), str(_HERE), str(first_day)]
    made = subprocess.run(
        [sys.executable, "-c", _PREPARE, *arguments], capture_output=True, check=True
    )
    clinic.devices = [Device(*one) for one in json.loads(made.stdout)]
    try:
        yield clinic
    finally:
        if clinic.process is not None and clinic.process.poll() is None:
            clinic.kill()


def new_database() -> str:
    """An empty database beside the tests' own; "" where the tests run on SQLite."""
    if not DATABASE:
        return ""
    name = f"made_{uuid4().hex[:12]}"
    with psycopg.connect(DATABASE, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{DATABASE.rpartition('/')[0]}/{name}"
