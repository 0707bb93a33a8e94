"""Checks that take longer than a page may: asked for here, done by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from lowdose.clinic.chain import record, verify
from lowdose.clinic.models import Course, User
from lowdose.clinic.verbs.answers import answer_course

__all__ = ["LastCheck", "WorkerState", "last_check", "verify_chain", "want_check", "worker_state"]

_PATIENCE = timedelta(seconds=60)


@transaction.atomic
def want_check(*, actor: User) -> None:
    """Have the audit trail verified; once, however often this is called meanwhile."""
    if not DBTaskResult.objects.filter(task_path=verify_chain.module_path, finished_at=None):
        record("check_wanted", actor=actor)
        verify_chain.enqueue()


@task()
def verify_chain() -> dict[str, object]:
    """Read the whole audit trail; how long it is and where it does not hold."""
    found = verify()
    faults = [[fault.number, fault.what] for fault in found.faults[:20]]
    return {"entries": found.entries, "digest": found.last_digest, "faults": faults}


@dataclass(frozen=True)
class LastCheck:
    """What the newest check found; `finished` is None while it has not been done."""

    finished: datetime | None
    entries: int
    faults: list[tuple[int, str]]
    failed: bool


def last_check() -> LastCheck | None:
    """The newest check of the audit trail; None where there was none."""
    held = DBTaskResult.objects.filter(task_path=verify_chain.module_path)
    found = held.order_by("-enqueued_at").first()
    if found is None:
        return None
    said = found.return_value or {}
    faults = [(number, what) for number, what in said.get("faults", [])]
    failed = bool(found.finished_at) and not found.return_value
    return LastCheck(found.finished_at, said.get("entries", 0), faults, failed)


@dataclass(frozen=True)
class WorkerState:
    """When the worker last finished something, how much waits, and whether it keeps up."""

    last_done: datetime | None
    waiting: int
    keeps_up: bool


def worker_state() -> WorkerState:
    """How the worker does: it does not keep up where something waits for more than a minute."""
    done = DBTaskResult.objects.exclude(finished_at=None).order_by("-finished_at")
    last = done.values_list("finished_at", flat=True).first()
    answers = Course.objects.exclude(answer_due_at=None)
    others = DBTaskResult.objects.ready().exclude(task_path=answer_course.module_path)
    waiting = [
        answers.aggregate(n=Count("pk"), since=Min("answer_due_at")),
        others.aggregate(n=Count("pk"), since=Min("enqueued_at")),
    ]
    long_ago = timezone.now() - _PATIENCE
    late = any(one["since"] is not None and one["since"] < long_ago for one in waiting)
    return WorkerState(last, sum(one["n"] for one in waiting), not late)
