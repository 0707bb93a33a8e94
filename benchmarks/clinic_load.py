"""How the clinic does under load, client included: on a folder that is filled and then served.

    a   from the start of `lowdose serve` to its first page             under 5 s
    b   200 patients sending one diary entry at the same moment         95 % under 500 ms
    c   the same while the worker works out answers                     95 % under 500 ms
    d   the page of a course, 20 times a second, for --seconds          95 % under 300 ms
    e   queries of a page                                               at most 20

    python benchmarks/clinic_load.py --courses 10000 --seconds 300 --folder filled
    scripts/postgresql python benchmarks/clinic_load.py --courses 10000

A filled folder is kept with --folder and used again. Every entry of b and c must be stored exactly
once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any
from uuid import UUID

from measuring import Progress, table

PATIENTS_AT_ONCE, ROUNDS = 200, 5
PAGES_A_SECOND = 20
DAYS = 112
DOCTORS = 40
BACKEND = "lowdose.clinic.sign_in.Accounts"
TOKEN = "f" * 32
BATCH = 100


@dataclass(frozen=True)
class Target:
    """What must not be exceeded."""

    what: str
    unit: str
    limit: float


TARGETS = {
    "start_s": Target("start to first page", "s", 5.0),
    "entries_p95_ms": Target("200 entries at once, p95", "ms", 500.0),
    "entries_answering_p95_ms": Target("the same while answers are worked out, p95", "ms", 500.0),
    "page_p95_ms": Target("course page at 20 a second, p95", "ms", 300.0),
    "most_queries": Target("queries of a page, most", "", 20.0),
}


def fill(count: int) -> None:
    """So many courses of 112 days, every day entered up to the day before yesterday."""
    from django.db import transaction

    from lowdose.clinic.models import DiaryEntry, Role, User
    from lowdose.clinic.verbs.people import add_person, new_password

    names = [f"doctor{number}" for number in range(DOCTORS)]
    doctors = [add_person(n, Role.PRESCRIBER, new_password(), actor=None) for n in names]
    add_person("pharmacy", Role.PHARMACIST, new_password(), actor=None)
    add_person("site", Role.ADMINISTRATOR, new_password(), actor=None)
    add_person("research", Role.RESEARCHER, new_password(), actor=None)
    chance, progress = random.Random(1), Progress("courses", count)
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        with transaction.atomic():
            accounts = User.objects.bulk_create(
                User(username=f"p-load{n}", role=Role.PATIENT, password="!", language="en")
                for n in numbers
            )
            courses = [make_course(n, a, doctors) for n, a in zip(numbers, accounts, strict=True)]
            # as they would have come: an evening of everybody's after the other
            evenings = (day for one in courses for day in days_of(one, chance))
            DiaryEntry.objects.bulk_create(sorted(evenings, key=lambda entry: entry.day))
        progress(len(numbers))


def make_course(number: int, account: Any, doctors: list[Any]) -> Any:
    """A patient with a course; every third is blinded."""
    from lowdose.clinic.instruments import INSTRUMENTS
    from lowdose.clinic.models import Course, CourseSymptom, Patient, State
    from lowdose.clinic.verbs.blinding import draw_allocation
    from lowdose.clinic.verbs.plans import laid_out

    doctor, blinded = doctors[number % len(doctors)], number % 3 == 0
    # the newest half goes on, so that its days can be entered
    first_day = date.today() - timedelta(days=DAYS - 8 if number < 500 else 60 + number % 400)
    written = {"template": "usual"} if not blinded else {"start_mg": 4.5, "target_mg": 4.5}
    layout = laid_out(
        {
            **written,
            "strengths_mg": [1.5, 4.5],
            "safety": {"opioids": "none"},
            **({} if blinded else {"days": DAYS - 14}),
        },
        first_day=first_day,
        zone="Europe/Oslo",
        baseline_days=0 if blinded else 14,
        **({"periods": 4, "period_days": 28} if blinded else {}),
    )
    patient = Patient(prescriber=doctor, account=account, time_zone="Europe/Oslo")
    Patient.objects.bulk_create([patient])
    course = Course(
        patient=patient,
        prescriber=doctor,
        condition="fibromyalgia",
        plan=layout.text,
        zone="Europe/Oslo",
        first_day=layout.first_day,
        baseline_days=layout.baseline_days,
        open_days=layout.open_days,
        periods=layout.periods,
        period_days=layout.period_days,
        period_dose_mg=layout.period_dose_mg,
        state=State.RUNNING,
    )
    course.last_entry = min(course.last_day, date.today() - timedelta(days=7))
    Course.objects.bulk_create([course])
    chosen = [INSTRUMENTS["pain"], INSTRUMENTS["sleep"], INSTRUMENTS["fatigue"]]
    CourseSymptom.objects.bulk_create(
        CourseSymptom(course=course, position=n, name=one.name, instrument=one.key)
        for n, one in enumerate(chosen)
    )
    if blinded:
        draw_allocation(course)
    return course


def days_of(course: Any, chance: random.Random) -> Iterator[Any]:
    """Every day up to a week ago."""
    from lowdose.clinic.models import DiaryEntry

    for number in range((course.last_entry - course.first_day).days + 1):
        day = course.first_day + timedelta(days=number)
        evening = datetime.combine(day, clock(19), tzinfo=UTC)
        yield DiaryEntry(
            id=device_id(evening, chance),
            course=course,
            day=day,
            ratings={name: chance.randrange(11) for name in ("pain", "sleep", "fatigue")},
            taken=chance.random() > 0.05,
            written_at=evening,
            received_at=evening,
        )


def device_id(at: datetime, chance: random.Random) -> UUID:
    """As a device makes them: of version 7, beginning with the time."""
    beginning = int(1000 * at.timestamp()) << 80 | 7 << 76 | 2 << 62
    return UUID(int=beginning | chance.getrandbits(12) << 64 | chance.getrandbits(62))


def answers(every: int) -> None:
    """A real answer for one open course, and its like for every so many of them."""
    from lowdose.clinic.models import Course, StoredAnswer
    from lowdose.clinic.verbs.answers import answer_course

    first = Course.objects.filter(periods=0).order_by("number").first()
    assert first is not None
    answer_course.call(str(first.pk))
    made = list(StoredAnswer.objects.filter(course=first))
    others = list(Course.objects.filter(periods=0).exclude(pk=first.pk).order_by("number")[::every])
    for course in others:
        for one in made:
            one.pk, one.course = None, course
        StoredAnswer.objects.bulk_create(made)


def session_of(user: Any) -> str:
    """A session in which that person is signed in."""
    from lowdose.clinic.sessions import SessionStore

    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = BACKEND
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@contextmanager
def served(port: int, *options: str, source: Path | None = None) -> Iterator[float]:
    """Serve the folder, as another version does in `source`; the seconds until its first page."""
    command = [sys.executable, "-m", "lowdose.cli.main", "serve", "--port", str(port), *options]
    environment = {**os.environ, **({} if source is None else {"PYTHONPATH": str(source)})}
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield asyncio.run(first_page(port, begun))
    finally:
        process.terminate()
        process.wait(timeout=60)


async def first_page(port: int, begun: float) -> float:
    """Seconds until the page for signing in comes."""
    while True:
        try:
            if (await ask(port, "GET", "/account/login/", ""))[0] == 200:
                return time.perf_counter() - begun
        except OSError:
            await asyncio.sleep(0.02)


def request(method: str, path: str, session: str, content: bytes = b"") -> bytes:
    """What a browser sends, on a connection of its own."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Cookie: sessionid={session}; csrftoken={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


def answered(said: bytes) -> tuple[int, bytes]:
    """Status and body of an answer."""
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


async def ask(port: int, method: str, path: str, session: str) -> tuple[int, bytes]:
    """Status and body of one request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(method, path, session))
    said = await reader.read(-1)
    writer.close()
    return answered(said)


def ask_at_once(port: int, requests: list[bytes]) -> list[tuple[float, int, bytes]]:
    """Milliseconds, status and body of each, all sent at the same moment.

    Bare sockets, since two hundred telephones do not take their time from the server's processor.
    """
    waiting, said = selectors.DefaultSelector(), [b""] * len(requests)
    took, begun = [0.0] * len(requests), time.perf_counter()
    for number, content in enumerate(requests):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(content)
        waiting.register(connection, selectors.EVENT_READ, number)
    while waiting.get_map():
        for ready, _ in waiting.select():
            connection, number = ready.fileobj, ready.data
            part = connection.recv(2**16)
            said[number] += part
            if not part:
                took[number] = 1000 * (time.perf_counter() - begun)
                waiting.unregister(connection)
                connection.close()
    return [(ms, *answered(one)) for ms, one in zip(took, said, strict=True)]


async def timed(work: Callable[[], Awaitable[tuple[int, bytes]]]) -> tuple[float, int, bytes]:
    """Milliseconds, status and body."""
    begun = time.perf_counter()
    status, body = await work()
    return 1000 * (time.perf_counter() - begun), status, body


def entries_at_once(port: int, devices: list[tuple[str, str]], day: date) -> list[float]:
    """Every device sends one day at the same moment."""
    done = ask_at_once(port, [entry_of(*one, day) for one in devices])
    wrong = [(status, body[:200]) for _, status, body in done if status != 200]
    wrong += [(200, body[:200]) for _, _, body in done if b'"stored"' not in body]
    assert not wrong, wrong[:3]
    return [ms for ms, _, _ in done]


def entry_of(course: str, session: str, day: date) -> bytes:
    """The request by which a device sends one evening."""
    entry = {
        "id": str(device_id(datetime.now(UTC), random.Random())),
        "day": str(day),
        "written_at": f"{day}T19:00:00+00:00",
        "ratings": {"pain": 4, "sleep": 6, "fatigue": 5},
        "taken": True,
        "adverse": [],
        "note": "",
    }
    content = json.dumps({"course": course, "entries": [entry]}).encode()
    return request("POST", "/diary/entries", session, content)


def evenings(port: int, newest: list[Any], devices: list[tuple[str, str]]) -> list[list[float]]:
    """So many days, each sent by every device at one moment; all stored, each exactly once."""
    from lowdose.clinic.models import DiaryEntry

    sent_before = DiaryEntry.objects.filter(course__in=newest)
    sent_before.filter(day__gt=date.today() - timedelta(days=7)).delete()
    before, times = DiaryEntry.objects.count(), []
    for number in range(ROUNDS):
        nothing_due(newest)
        times.append(entries_at_once(port, devices, date.today() - timedelta(days=6 - number)))
        time.sleep(1)
    assert DiaryEntry.objects.count() - before == ROUNDS * PATIENTS_AT_ONCE
    return times


def nothing_due(courses: list[Any]) -> None:
    """An evening of its own: the answers of the one before have been worked out."""
    from lowdose.clinic.models import Course

    Course.objects.filter(pk__in=[one.pk for one in courses]).update(answer_due_at=None)


def nothing_waits() -> None:
    """No answer is due and no task queued, of an earlier run of a folder that is kept, say."""
    from django_tasks_db.models import DBTaskResult

    from lowdose.clinic.models import Course

    Course.objects.exclude(answer_due_at=None).update(answer_due_at=None)
    DBTaskResult.objects.filter(finished_at=None).delete()


def let_answer(but: list[Any]) -> None:
    """Let a hundred answers of others be due, and wait until the worker has begun with them."""
    from django_tasks_db.models import DBTaskResult

    from lowdose.clinic.models import Course
    from lowdose.clinic.verbs.answers import answer_course

    others = Course.objects.exclude(pk__in=[one.pk for one in but]).filter(periods=0)
    chosen = list(others.order_by("-number").values_list("pk", flat=True)[:BATCH])
    now = datetime.now(UTC)
    Course.objects.filter(pk__in=chosen).update(answer_due_at=now - timedelta(hours=1))
    worked_out = DBTaskResult.objects.filter(task_path=answer_course.module_path)
    while not worked_out.filter(finished_at__gt=now).exists():
        time.sleep(0.5)


async def pages_at_rate(port: int, pages: list[tuple[str, str]], seconds: int) -> list[float]:
    """Course pages at a fixed rate, whether or not the ones before have come."""
    chance, running, begun = random.Random(2), [], time.perf_counter()
    progress = Progress("pages", seconds * PAGES_A_SECOND)
    for number in range(seconds * PAGES_A_SECOND):
        await asyncio.sleep(max(0.0, begun + number / PAGES_A_SECOND - time.perf_counter()))
        path, session = chance.choice(pages)
        running.append(
            asyncio.ensure_future(timed(lambda p=path, s=session: ask(port, "GET", p, s)))
        )
        progress()
    done = await asyncio.gather(*running)
    assert all(status == 200 for _, status, _ in done), {status for _, status, _ in done}
    return [ms for ms, _, _ in done]


def queries() -> dict[str, int]:
    """How many queries each page takes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from lowdose.clinic.models import Course, User

    course = Course.objects.filter(periods=0).select_related("patient__account").first()
    blinded = Course.objects.filter(periods__gt=0).select_related("patient__account").first()
    assert course is not None and blinded is not None
    by_person = {
        course.prescriber.username: [
            "/courses/",
            f"/courses/{course.pk}/",
            "/patients/",
            f"/patients/{course.patient_id}/",
            f"/patients/{course.patient_id}/course",
        ],
        blinded.prescriber.username: [f"/courses/{blinded.pk}/"],
        blinded.patient.account.username: ["/diary/", "/diary/state"],
        "site": ["/site/", "/site/people/", "/site/trail"],
    }
    found = {}
    for name, paths in by_person.items():
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(username=name), BACKEND)
        for path in paths:
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            found[path.replace(str(course.pk), "ID").replace(str(blinded.pk), "BLINDED")] = len(
                seen
            )
    return found


def percentile(values: list[float], share: int) -> float:
    """The value that `share` per cent do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def of_evenings(name: str, times: list[list[float]]) -> dict[str, Any]:
    """Of all rounds together, and of each."""
    every = [ms for one in times for ms in one]
    return {
        f"{name}_p50_ms": percentile(every, 50),
        f"{name}_p95_ms": percentile(every, 95),
        f"{name}_p95_by_round": [round(percentile(one, 95)) for one in times],
    }


def newest_courses() -> list[Any]:
    """Those whose patients send their evenings."""
    from lowdose.clinic.models import Course

    going_on = Course.objects.filter(first_day__gte=date.today() - timedelta(days=DAYS - 1))
    return list(going_on.select_related("patient__account").order_by("number")[:PATIENTS_AT_ONCE])


def devices_of(courses: list[Any]) -> list[tuple[str, str]]:
    """Of each the course and a session of its patient."""
    return [(str(one.pk), session_of(one.patient.account)) for one in courses]


def measure(port: int, seconds: int) -> dict[str, Any]:
    """Everything, on the folder of this process."""
    from lowdose.clinic.models import Course

    nothing_waits()
    newest = newest_courses()
    devices = devices_of(newest)
    by_doctor = {
        one.prescriber_id: one.prescriber for one in Course.objects.select_related("prescriber")
    }
    sessions = {pk: session_of(doctor) for pk, doctor in by_doctor.items()}
    pages = [
        (f"/courses/{pk}/", sessions[doctor])
        for pk, doctor in Course.objects.values_list("pk", "prescriber_id")
    ]
    result: dict[str, Any] = {}
    with served(port) as started:
        result["start_s"] = started
        asyncio.run(pages_at_rate(port, pages, 2))  # warm
        result |= of_evenings("entries", evenings(port, newest, devices))
        let_answer(but=newest)
        result |= of_evenings("entries_answering", evenings(port, newest, devices))
        shown = asyncio.run(pages_at_rate(port, pages, seconds))
        result["page_p50_ms"], result["page_p95_ms"] = percentile(shown, 50), percentile(shown, 95)
    result["queries"] = queries()
    result["most_queries"] = max(result["queries"].values())
    return result


def report(result: dict[str, Any]) -> str:
    """A table of what was measured beside what must hold."""
    rows = [
        (
            target.what,
            f"{result[name]:.3g} {target.unit}",
            f"{target.limit:g} {target.unit}",
            "yes" if result[name] <= target.limit else "NO",
        )
        for name, target in TARGETS.items()
    ]
    return table(("", "measured", "at most", "holds"), rows)


def load_clinic(folder: Path) -> None:
    """Let this process work on the folder, as those that it starts do."""
    os.environ["LOWDOSE_CLINIC_FOLDER"] = str(folder.absolute())
    os.environ["LOWDOSE_CLINIC_SECOND_FACTOR"] = "offered"
    from lowdose.clinic.operate.start import load, make_tables
    from lowdose.clinic.site import site_from

    load(site_from(os.environ))
    make_tables()


def main() -> None:
    """Fill, serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--folder", type=Path, help="kept, and used again where it is filled")
    arguments = parser.parse_args()
    kept = arguments.folder is not None
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="clinic-load-"))
    try:
        load_clinic(folder)
        from lowdose.clinic.models import Course

        if not Course.objects.exists():
            fill(arguments.courses)
            answers(every=20)
            os.sync()  # what was filled in should not reach the disk while others wait for it
        result = {
            "courses": Course.objects.count(),
            "database": "PostgreSQL" if os.environ.get("LOWDOSE_CLINIC_DATABASE") else "SQLite",
            **measure(arguments.port, arguments.seconds),
        }
        print(report(result))
        print(json.dumps(result, indent=1))
    finally:
        if not kept:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
