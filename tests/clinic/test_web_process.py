"""Entries that wait at once are stored together, and each is answered as if it had come alone."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation
from fault_clinic import DATABASE, Clinic, Device, body, clinic_with, headers
from greenlet import getcurrent, greenlet
from gunicorn.config import Config
from gunicorn.http import get_parser
from gunicorn.http.errors import ParseException
from hypothesis import given, settings
from hypothesis import strategies as st
from running_clinic import free_port, web_processes_of

from lowdose.clinic.operate.web_process import MOST_TOGETHER, is_whole

Answer = tuple[int, Any]
sqlite_only = pytest.mark.skipif(bool(DATABASE), reason="PostgreSQL stores each alone")

ENTRY = b"POST /diary/entries HTTP/1.1\r\nHost: here\r\nContent-Length: 7\r\n\r\n{'a':1}"


def test_an_entry_is_whole_when_its_last_byte_has_come_and_not_before() -> None:
    assert is_whole(ENTRY)
    assert not any(is_whole(ENTRY[:count]) for count in range(len(ENTRY)))


@pytest.mark.parametrize(
    "come",
    [
        pytest.param(ENTRY + b"\r\n", id="more than one"),
        pytest.param(ENTRY.replace(b"POST", b"GET"), id="another method"),
        pytest.param(ENTRY.replace(b"entries", b"state"), id="another page"),
        pytest.param(ENTRY.replace(b"entries", b"entries?a=1"), id="with a question"),
        pytest.param(ENTRY.replace(b"Content-Length: 7", b"A: 7"), id="without a length"),
        pytest.param(ENTRY.replace(b": 7", b": 6"), id="a shorter length"),
        pytest.param(ENTRY.replace(b": 7", b": 8"), id="a longer length"),
        pytest.param(ENTRY.replace(b": 7", b": -7"), id="a negative length"),
        pytest.param(ENTRY.replace(b": 7", b": 7, 7"), id="two lengths in one"),
        pytest.param(ENTRY.replace(b"Host", b"transfer-Encoding: chunked\r\nHost"), id="in pieces"),
        pytest.param(b"\r\n" + ENTRY, id="an empty line before"),
        pytest.param(
            ENTRY.replace(b": 7", b": 9000").replace(b"{'a':1}", b"a" * 9000), id="a large one"
        ),
    ],
)
def test_what_reading_might_wait_for_is_left_to_a_thread(come: bytes) -> None:
    assert not is_whole(come)


LINES = [
    b"Content-Length: 7",
    b"content-length:7",
    b"Content-Length: 70",
    b"Content-Length : 7",
    b"Content-Length: +7",
    b"Content-Length: 7\n",
    b"X: y\r\n Content-Length: 7",
    b"X: y\nContent-Length: 70",
    b"X-Content-Length: 70",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding:\tchunked",
    b" Transfer-Encoding: chunked",
    b"Expect: 100-continue",
    b"Connection: Upgrade, HTTP2-Settings",
    b"Upgrade: h2c",
    b"HTTP2-Settings: AAMAAABkAAQAAP__",
    b"Host: here",
    b"",
]


@given(
    st.lists(st.sampled_from(LINES), max_size=3),
    st.lists(st.sampled_from(LINES), max_size=3),
    st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/0.9", b""]),
    st.sampled_from([b"{'a':1}", b"7\r\n{'a':1}\r\n0\r\n\r\n", b"", b"\r\n\r\n{'a':"]),
)
@settings(max_examples=400)
def test_what_is_whole_is_read_without_waiting_for_more(
    before: list[bytes], after: list[bytes], version: bytes, content: bytes
) -> None:
    length = b"Content-Length: %d" % len(content)
    first = b"POST /diary/entries " + version
    come = b"\r\n".join([first, *before, length, *after, b"", b""]) + content
    if not is_whole(come):  # one in pieces, or with another length before
        return
    here, there = socket.socketpair()
    with here, there, suppress(ParseException):  # refused at once is as well
        there.sendall(come)
        here.settimeout(0.5)
        next(get_parser(Config(), here, ("127.0.0.1", 1))).body.read()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic with one web process, so that what waits, waits for it."""
    with clinic_with(tmp_path_factory.mktemp("together") / "clinic", MOST_TOGETHER) as one:
        one.start("--workers", "1")
        yield one


def request(device: Device, days: list[dict[str, Any]] | bytes, **more: str) -> bytes:
    content = days if isinstance(days, bytes) else body(device, days)
    said = {**headers(device), "Connection": "close", **more, "Content-Length": str(len(content))}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in said.items()]
    return (
        "\r\n".join(["POST /diary/entries HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()
        + content
    )


def web_process(clinic: Clinic) -> int:
    """The one process that serves."""
    assert clinic.process is not None
    [found] = web_processes_of(clinic.process)
    return found


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """Let it do nothing meanwhile, so that all that is sent waits for it together."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def at_once(clinic: Clinic, requests: list[bytes]) -> list[Answer]:
    """Send these so that they come in one moment; status and content of each answer."""
    connections = []
    with stopped(web_process(clinic)):
        for one in requests:
            connections.append(socket.create_connection(("127.0.0.1", clinic.port), timeout=30))
            connections[-1].sendall(one)
    return [answer_of(one) for one in connections]


def answer_of(connection: socket.socket) -> Answer:
    with connection, connection.makefile("rb") as lines:
        head, _, content = lines.read().partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    return status, json.loads(content) if b"application/json" in head else content


def outcomes(answers: list[Answer]) -> list[str]:
    return [content["outcomes"][0]["outcome"] for _, content in answers]


def commits(clinic: Clinic) -> int:
    """Commits in the database's log: frames that say how large the database is from there on.

    https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    log = (clinic.folder / "clinic.sqlite3-wal").read_bytes()
    page, salt = struct.unpack(">I", log[8:12])[0], log[16:24]
    frames = (log[at : at + 24] for at in range(32, len(log) - 23, 24 + page))
    return sum(one[8:16] == salt and one[4:8] != bytes(4) for one in frames)


@sqlite_only
def test_a_dozen_entries_at_once_take_one_commit(clinic: Clinic) -> None:
    counted = []
    for day in range(1, 6):
        at_once(clinic, [request(clinic.devices[0], [clinic.a_day(100 + day)])])  # the log is there
        before = commits(clinic)
        answers = at_once(clinic, [request(one, [clinic.a_day(day)]) for one in clinic.devices])
        counted.append(commits(clinic) - before)
        assert outcomes(answers) == ["stored"] * MOST_TOGETHER

    # sometimes the worker has something to store meanwhile
    assert min(counted) == 1
    assert clinic.check()["sound"]


def test_each_of_many_at_once_is_answered_as_if_it_had_come_alone(clinic: Clinic) -> None:
    one, other, third = clinic.devices[:3]
    stranger = Device(one.course, "nobody")
    twice = clinic.a_day(10)
    sent = {
        "good": request(one, [clinic.a_day(11)]),
        "no session": request(stranger, [clinic.a_day(12)]),
        "first of two": request(other, [twice]),
        "second of two": request(other, [twice]),
        "not JSON": request(one, b"{"),
        "no token": request(one, [clinic.a_day(13)], X_CSRFToken="a" * 32),
        "another's course": request(Device(other.course, one.session), [clinic.a_day(14)]),
        "a wrong value": request(third, [clinic.a_day(15, pain=99)]),
        "another host": request(one, [clinic.a_day(16)]).replace(b"localhost", b"elsewhere"),
        "no length that is one": request(one, [clinic.a_day(17)]).replace(
            b"Content-Length", b"Content-Length: 1\r\nContent-Length"
        ),
        "last": request(third, [clinic.a_day(18)]),
    }

    answers = dict(zip(sent, at_once(clinic, list(sent.values())), strict=True))

    assert {name: status for name, (status, _) in answers.items()} == {
        "good": 200,
        "no session": 302,
        "first of two": 200,
        "second of two": 200,
        "not JSON": 400,
        "no token": 403,
        "another's course": 404,
        "a wrong value": 200,
        "another host": 400,
        "no length that is one": 400,
        "last": 200,
    }
    said = {name: outcomes([one])[0] for name, one in answers.items() if one[0] == 200}
    assert said.pop("second of two") == "already"
    assert said == {
        "good": "stored",
        "first of two": "stored",
        "a wrong value": "refused",
        "last": "stored",
    }
    assert clinic.check()["sound"]


def test_each_of_many_at_once_is_answered_in_its_own_language(clinic: Clinic) -> None:
    devices = clinic.devices[:4]
    for number, language in enumerate(("en", "nb", "en", "nb")):
        clinic.change(
            f"UPDATE clinic_user SET language = '{language}' WHERE id = (SELECT account_id FROM "
            "clinic_patient JOIN clinic_course ON clinic_patient.id = clinic_course.patient_id "
            f"WHERE clinic_course.id = '{stored_key(devices[number])}')"
        )

    # with a good one beside it each is set aside until that is stored
    days = [[clinic.a_day(20), clinic.a_day(21, note="x" * 3000)] for _ in devices]
    answers = at_once(clinic, [request(one, both) for one, both in zip(devices, days, strict=True)])

    assert outcomes(answers) == ["stored"] * 4
    why = [content["outcomes"][1]["why"] for _, content in answers]
    assert ["at most 2000 characters" in one for one in why] == [True, False, True, False]
    assert ["tegn" in one for one in why] == [False, True, False, True]


def test_what_is_set_aside_goes_on_in_its_own_language_and_time_zone() -> None:
    def one(language: str, zone: str) -> tuple[str | None, str]:
        translation.activate(language)
        with timezone.override(zone):
            getcurrent().parent.switch()
            return translation.get_language(), timezone.get_current_timezone_name()

    said = [("nb", "Asia/Tokyo"), ("en", "UTC"), ("de", "Europe/Oslo")]
    here = translation.get_language(), timezone.get_current_timezone_name()
    aside = [greenlet(one) for _ in said]
    for each, (language, zone) in zip(aside, said, strict=True):
        each.switch(language, zone)

    assert (translation.get_language(), timezone.get_current_timezone_name()) == here
    assert [each.switch() for each in aside] == said


def stored_key(device: Device) -> str:
    return device.course if DATABASE else device.course.replace("-", "")


@sqlite_only
@pytest.mark.parametrize("undone", ["ABORT", "ROLLBACK"])
def test_an_entry_that_cannot_be_stored_takes_no_other_with_it(clinic: Clinic, undone: str) -> None:
    """ROLLBACK: as a full disk does, SQLite takes back the whole transaction."""
    clinic.change(
        "CREATE TRIGGER not_this_one BEFORE INSERT ON clinic_diaryentry "
        f"WHEN NEW.dose_mg = 4.75 BEGIN SELECT RAISE({undone}, 'not this one'); END"
    )
    day = {"ABORT": 30, "ROLLBACK": 31}[undone]
    days = [clinic.a_day(day) for _ in clinic.devices]
    days[5]["dose_mg"] = 4.75
    try:
        answers = at_once(
            clinic,
            [request(one, [day]) for one, day in zip(clinic.devices, days, strict=True)],
        )
    finally:
        clinic.change("DROP TRIGGER not_this_one")

    assert answers.pop(5)[0] == 500
    assert outcomes(answers) == ["stored"] * (MOST_TOGETHER - 1)
    known = {str(one) for one in clinic.stored()}
    assert [one["id"] in known for one in days] == [number != 5 for number in range(len(days))]
    assert clinic.check()["sound"]


def test_a_connection_that_is_kept_takes_the_next_entry(clinic: Clinic) -> None:
    device = clinic.devices[0]
    kept = request(device, [clinic.a_day(40)], Connection="keep-alive")
    last = request(device, [clinic.a_day(41)])

    with socket.create_connection(("127.0.0.1", clinic.port), timeout=30) as connection:
        connection.sendall(kept)
        said = until(connection, b"}]}")
        connection.sendall(last)
        status, content = answer_of(connection)

    assert b'"stored"' in said
    assert (status, outcomes([(status, content)])) == (200, ["stored"])


def test_more_connections_than_a_process_keeps_are_answered_before_any_has_ended(
    clinic: Clinic,
) -> None:
    device = clinic.devices[1]
    sent = [
        request(device, [clinic.a_day(42 + number % 8)], Connection="keep-alive")
        for number in range(40)
    ]
    connections = []
    with stopped(web_process(clinic)):
        for one in sent:
            connections.append(socket.create_connection(("127.0.0.1", clinic.port), timeout=4))
            connections[-1].sendall(one)

    # which is earlier than a kept connection ends that says nothing more
    answered = [one.recv(12) for one in connections]

    assert answered == [b"HTTP/1.1 200"] * len(sent)
    for one in connections:
        one.close()


def test_more_than_fit_in_one_turn_are_all_stored_each_in_the_course_of_its_sender(
    clinic: Clinic,
) -> None:
    sent = [(one, clinic.a_day(50 + number)) for number in range(5) for one in clinic.devices]

    answers = at_once(clinic, [request(one, [day]) for one, day in sent])

    assert outcomes(answers) == ["stored"] * len(sent)
    stored = clinic.rows("SELECT id, course_id FROM clinic_diaryentry")
    courses = {UUID(str(entry)): UUID(str(course)) for entry, course in stored}
    assert [courses[UUID(day["id"])] for _, day in sent] == [UUID(one.course) for one, _ in sent]


SERVED = """
import sys, time
from gunicorn.app.base import BaseApplication
from lowdose.clinic.operate.web_process import OneAtATime

def page(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(float(environ["QUERY_STRING"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    large = "large" in environ.get("HTTP_COOKIE", "")
    return [b"made" * (10_000_000 if large else 1)]

class Application(BaseApplication):
    def load_config(self):
        for name, value in {
            "bind": f"127.0.0.1:{sys.argv[1]}", "workers": int(sys.argv[2]), "threads": 6,
            "worker_connections": 12, "control_socket_disable": True, "preload_app": True,
            "worker_class": "lowdose.clinic.operate.web_process.WebProcess", "keepalive": 5,
        }.items():
            self.cfg.set(name, value)

    def load(self):
        return OneAtATime(page)

Application().run()
"""


@contextmanager
def served(processes: int) -> Iterator[int]:
    """A small application in web processes as the clinic's; its port."""
    port = free_port()
    command = [sys.executable, "-c", SERVED, str(port), str(processes)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def until_it_answers(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            ask(port, "/quick")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("it does not answer")


def ask(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        said: bytes = answer.read()
        return said


@contextmanager
def long_page(port: int, seconds: float) -> Iterator[threading.Thread]:
    """While somebody's page takes so long to make."""
    slow = threading.Thread(target=ask, args=[port, f"/slow?{seconds}"])
    slow.start()
    time.sleep(0.3)  # until it is in work
    yield slow
    slow.join()


def test_while_one_process_makes_a_long_page_the_other_takes_all_that_comes() -> None:
    with served(2) as port, long_page(port, 4) as slow:
        said = [ask(port, "/quick") for _ in range(40)]

        assert slow.is_alive()
        assert said == [b"made"] * 40


def test_an_entry_on_a_kept_connection_waits_for_a_long_page_and_is_answered() -> None:
    with served(1) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as kept:
        kept.sendall(ENTRY)
        assert b"made" in until(kept, b"made")
        with long_page(port, 2):
            kept.sendall(ENTRY)

            assert b"made" in until(kept, b"made")
        assert ask(port, "/quick") == b"made"


def until(connection: socket.socket, end: bytes) -> bytes:
    """What comes until this has; head and content may come one by one."""
    said = b""
    while end not in said and (more := connection.recv(65536)):
        said += more
    return said


def test_one_who_reads_no_answer_holds_up_nobody() -> None:
    with served(1) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as silent:
        silent.sendall(ENTRY.replace(b"Host", b"Cookie: large\r\nHost"))
        time.sleep(0.3)  # until its answer is being sent

        assert ask(port, "/quick") == b"made"
