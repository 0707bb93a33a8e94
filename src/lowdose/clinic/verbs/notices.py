"""Notices: what a prescriber should see of a course is raised here, and noted as seen."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from lowdose.clinic.chain import record
from lowdose.clinic.models import Course, Notice, NoticeKind, User

__all__ = ["notify", "see_notice"]


def notify(course: Course, kind: NoticeKind, day: date, now: datetime) -> None:
    """Raise a notice about a day; nothing happens where there is one of this kind."""
    Notice.objects.get_or_create(course=course, kind=kind, day=day, defaults={"made_at": now})


@transaction.atomic
def see_notice(notice: Notice, *, actor: User, now: datetime) -> None:
    """Note that somebody has seen it."""
    notice.seen_at, notice.seen_by = now, actor
    notice.save(update_fields=["seen_at", "seen_by"])
    record("notice_seen", actor=actor, subject=notice.course.number, kind=notice.kind)
