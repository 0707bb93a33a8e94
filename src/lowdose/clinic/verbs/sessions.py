"""A person's own sessions: which there are, and ending one or all others."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lowdose.clinic.chain import record
from lowdose.clinic.models import Session, User

__all__ = ["end_others", "end_session", "end_sessions", "running_sessions"]


def running_sessions(user: User, now: datetime) -> QuerySet[Session]:
    """Where this person is signed in, the last used first."""
    found = Session.objects.filter(user=user, expire_date__gt=now)
    return found.order_by("-used_at", "number")  # one order, also where two were used at once


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End every session of somebody, but the one of this key; how many there were.

    For what is recorded by itself: another password, role or factor.
    """
    ended, _each = Session.objects.filter(user=user).exclude(pk=but or "").delete()
    return int(ended)


@transaction.atomic
def end_session(user: User, number: UUID) -> bool:
    """End one of the person's own sessions; False where there is no such session."""
    ended, _each = Session.objects.filter(user=user, number=number).delete()
    if ended:
        record("session_ended", actor=user)
    return bool(ended)


@transaction.atomic
def end_others(user: User, *, but: str) -> int:
    """End all own sessions but the one that this is asked in; how many there were."""
    ended = end_sessions(user, but=but)
    if ended:
        record("sessions_ended", actor=user, sessions=ended)
    return ended
