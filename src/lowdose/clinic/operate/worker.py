"""The worker: takes tasks from the queue, one by one. It alone loads JAX.

Once a day it erases what has expired, where the site says so.

python -m lowdose.clinic.operate.worker
"""

from __future__ import annotations

import os

__all__ = ["main", "take_up_interrupted"]

_INTERVAL_SECONDS = "0.3"


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lowdose.clinic.settings")
    os.nice(19)  # pages come first
    import django

    django.setup()
    from django.core.management import call_command

    from lowdose.clinic.verbs.retention import want_retention

    take_up_interrupted()
    want_retention()
    call_command(
        "db_worker",
        "--interval",
        _INTERVAL_SECONDS,
        "--no-startup-delay",
        "--no-reload",
        verbosity=0,
    )


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
