"""Retention: what nobody needs any more goes, once a day, by the worker.

Who the patients are is erased when their last course is over for as long as the site says, also by
the command `lowdose clinic erase-expired`; both are recorded, each patient and how many there were.
Sessions that have ended, and what the task queue keeps of work done, go in any case.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from lowdose.clinic.chain import record_alone
from lowdose.clinic.models import Patient
from lowdose.clinic.sessions import SessionStore
from lowdose.clinic.verbs.patients import erase, expired

__all__ = ["apply_retention", "erase_expired", "want_retention"]

_DAILY = timedelta(days=1)
_DONE_KEPT = timedelta(days=14)


def erase_expired(days: int, *, now: datetime) -> list[tuple[Patient, date]]:
    """Erase whose last course ended more than so many days ago: who, and when it ended."""
    found = expired(now.date() - timedelta(days=days))
    for patient, _ended in found:
        erase(patient, actor=None, now=now)
    if found:
        record_alone("expired_erased", actor=None, older_than_days=days, patients=len(found))
    return found


def want_retention(*, after: timedelta = timedelta(0)) -> None:
    """Have it done by the worker; nothing happens where it is on its way."""
    with transaction.atomic():
        waiting = DBTaskResult.objects.filter(task_path=apply_retention.module_path)
        if not waiting.filter(status=TaskResultStatus.READY).exists():
            apply_retention.using(run_after=timezone.now() + after).enqueue()


@task()
def apply_retention() -> int:
    """Let go of what has expired, and do so again in a day; how many patients were erased."""
    want_retention(after=_DAILY)  # first, so that a fault today does not end it for ever
    now, days = timezone.now(), settings.SITE.erase_after_days
    SessionStore.clear_expired()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - _DONE_KEPT).delete()
    return len(erase_expired(days, now=now)) if days else 0
