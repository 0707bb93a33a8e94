"""Note what happens to somebody's ways to sign in, and tell them once."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from lowdose.clinic.models import SignInChange, SignInChangeKind, User

__all__ = ["changes_of", "note_change", "untold_changes"]

_SHOWN = 20


def note_change(user: User, kind: SignInChangeKind) -> None:
    """Note it, in the transaction of what happens.

    A lock is noted once until it is told: whoever tries a name for days fills no list.
    """
    same = SignInChange.objects.filter(user=user, kind=kind, told_at=None)
    if kind is not SignInChangeKind.LOCKED_OUT or not same.exists():
        SignInChange.objects.create(user=user, kind=kind, at=timezone.now())


def untold_changes(user: User, now: datetime) -> list[SignInChange]:
    """What the person has not been told yet, the oldest first; from now on it counts as told."""
    untold = list(SignInChange.objects.filter(user=user, told_at=None).order_by("at"))
    if untold:
        SignInChange.objects.filter(pk__in=[one.pk for one in untold]).update(told_at=now)
    return untold


def changes_of(user: User) -> QuerySet[SignInChange]:
    """What happened lately, the newest first."""
    return SignInChange.objects.filter(user=user)[:_SHOWN]
