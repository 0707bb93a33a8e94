"""The worker: what one was stopped at, the next one takes up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from fault_clinic import DATABASE, clinic_with
from running_clinic import Running, children_of, running, web_processes_of

from lowdose.clinic.models import Course
from lowdose.clinic.operate.worker import take_up_interrupted
from lowdose.clinic.verbs.answers import answer_course


@pytest.mark.django_db
def test_what_was_interrupted_is_put_back_into_the_queue_and_nothing_else(
    open_course: Course,
) -> None:
    tasks = [answer_course.enqueue(str(open_course.pk)) for _ in range(3)]
    states = dict(zip(("RUNNING", "SUCCESSFUL", "READY"), tasks, strict=True))
    for state, task in states.items():
        DBTaskResult.objects.filter(pk=task.id).update(status=state, started_at=timezone.now())

    assert take_up_interrupted() == 1

    found = {state: DBTaskResult.objects.get(pk=task.id) for state, task in states.items()}
    assert found["RUNNING"].status == "READY"
    assert found["RUNNING"].started_at is None
    assert found["SUCCESSFUL"].status == "SUCCESSFUL"


_MOST_WEB_PROCESSES = 16  # by default

_TASK = """
import os, time
from pathlib import Path
import django
django.setup()
from lowdose.clinic.verbs import answers
def slow(course_id):
    Path(os.environ["BEGUN"]).write_text("begun")
    time.sleep(float(os.environ["SECONDS"]))
    Path(os.environ["DONE"]).write_text(course_id)
object.__setattr__(answers.answer_course, "func", slow)
from lowdose.clinic.operate import worker
worker.main()
"""


@pytest.mark.slow
@pytest.mark.skipif(bool(DATABASE), reason="one database is enough for what no database does")
def test_a_worker_that_is_killed_at_its_work_loses_none_of_it(tmp_path: Path) -> None:
    begun, done = tmp_path / "begun", tmp_path / "done"
    with clinic_with(tmp_path / "clinic", 1) as clinic:
        _enqueue(clinic.environment, clinic.devices[0].course)
        files = {"BEGUN": str(begun), "DONE": str(done)}
        with _worker({**clinic.environment, **files, "SECONDS": "600"}):
            _wait_for(begun)
        with _worker({**clinic.environment, **files, "SECONDS": "0"}):
            _wait_for(done)

    assert done.read_text("utf-8") == clinic.devices[0].course


@pytest.mark.slow
def test_a_web_process_that_ends_leaves_the_worker_at_its_work(tmp_path: Path) -> None:
    with running(tmp_path / "clinic") as clinic:
        before = children_of(clinic.process)
        web = next(iter(web_processes_of(clinic.process)))
        os.kill(web, signal.SIGTERM)
        end = time.monotonic() + 30
        while web in children_of(clinic.process):
            assert time.monotonic() < end, "it did not end"
            time.sleep(0.05)
        time.sleep(1)  # the worker would be gone by then, and not yet there again
        after = children_of(clinic.process)

    workers = {pid for pid, what in before.items() if "operate.worker" in what}
    assert len(workers) == 1
    assert workers <= set(after)


@pytest.mark.slow
def test_web_processes_have_the_processors_in_equal_shares_also_after_one_was_replaced(
    tmp_path: Path,
) -> None:
    if len(os.sched_getaffinity(0)) > _MOST_WEB_PROCESSES:
        pytest.skip("more processors than web processes: each goes where it likes")
    processes = min(2 * len(os.sched_getaffinity(0)), _MOST_WEB_PROCESSES)
    with running(tmp_path / "clinic", "--workers", str(processes)) as clinic:
        before = _all_web_processes(clinic, processes, without=0)
        gone = next(iter(before))
        os.kill(gone, signal.SIGKILL)
        after = _all_web_processes(clinic, processes, without=gone)

    for found in before, after:
        assert all(len(processors) == 1 for processors in found.values())
        counted = Counter(processor for processors in found.values() for processor in processors)
        assert set(counted) == os.sched_getaffinity(0)
        assert max(counted.values()) - min(counted.values()) <= 1


def _all_web_processes(clinic: Running, wanted: int, *, without: int) -> dict[int, set[int]]:
    """Each with the processors that it may have, once all are there and the one that ended not."""
    end = time.monotonic() + 30
    while True:
        web = web_processes_of(clinic.process)
        if len(web) == wanted and without not in web:
            time.sleep(0.5)  # the newest has taken its place
            return {pid: os.sched_getaffinity(pid) for pid in web}
        assert time.monotonic() < end, f"{len(web)} web processes instead of {wanted}"
        time.sleep(0.05)


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[None]:
    """A worker that is killed in the end, whatever it does then."""
    process = subprocess.Popen([sys.executable, "-c", _TASK], env=_settings(environment))
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _enqueue(environment: dict[str, str], course: str) -> None:
    said = "import django; django.setup(); from lowdose.clinic.verbs.answers import answer_course"
    command = [sys.executable, "-c", f"{said}; answer_course.enqueue({course!r})"]
    subprocess.run(command, env=_settings(environment), check=True)


def _settings(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "DJANGO_SETTINGS_MODULE": "lowdose.clinic.settings"}


def _wait_for(file: Path) -> None:
    end = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < end, f"{file.name} never came"
        time.sleep(0.05)
