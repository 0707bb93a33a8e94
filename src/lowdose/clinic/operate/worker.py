"""The worker: begins the answers that are due, and takes tasks from the queue, one by one. It alone
loads JAX.

Once a day it erases what has expired, where the site says so.

python -m lowdose.clinic.operate.worker
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_tasks_db.management.commands.db_worker import Worker

__all__ = ["main", "new_worker", "take_up_interrupted", "work_off"]

_INTERVAL_SECONDS = 0.3


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lowdose.clinic.settings")
    _step_aside()
    import django

    django.setup()
    from lowdose.clinic.verbs.retention import want_retention

    worker = new_worker()
    worker.configure_signals()
    take_up_interrupted()
    want_retention()
    while worker.running:
        work_off(worker)
        time.sleep(_INTERVAL_SECONDS)


def _step_aside() -> None:
    """Pages come first: take only what nobody else wants of the processors.

    Beside a nice value of 19 alone, two hundred entries at once took a quarter longer while answers
    were worked out. On processors that never rest, less than a hundredth is left for the worker.
    """
    os.nice(19)
    if sys.platform == "linux":
        with suppress(OSError):  # where it is forbidden, the nice value has to do
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def new_worker() -> Worker:
    """One that ends its run when the queue is empty."""
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0.0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


def work_off(worker: Worker) -> None:
    """Do what there is to do. Where there is nothing, this only reads: nobody waits for it."""
    from django.db import close_old_connections
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from lowdose.clinic.verbs.answers import begin_answers

    close_old_connections()
    begin_answers(timezone.now())
    if DBTaskResult.objects.ready().exists():
        worker.run()


def take_up_interrupted() -> int:
    """Put back into the queue what a worker before this one was stopped at; how much it was.

    A site has one worker, so nothing that is marked as running can be running when it starts. Every
    task gives the same when it is done again.
    """
    from django_tasks.base import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.running().update(status=TaskResultStatus.READY, started_at=None)


if __name__ == "__main__":
    main()
