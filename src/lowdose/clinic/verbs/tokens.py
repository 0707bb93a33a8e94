"""Tokens for the API: make one, take one back, and find whose it is."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from lowdose.clinic.chain import record
from lowdose.clinic.models import ApiToken, User
from lowdose.clinic.vault import token_hash
from lowdose.errors import Fault, InputError

__all__ = ["LIFETIMES", "find_token", "make_token", "revoke_token"]

LIFETIMES = (7, 30, 90)
"""For how many days a token may be good."""

_PREFIX = "lowdose_"
_MOST = 20
_NOTE_USE_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(user: User, *, label: str, days: int, now: datetime) -> str:
    """A new token, told this once.

    Raises InputError where there are too many, or the days are not offered.
    """
    faults = []
    if days not in LIFETIMES:
        faults.append(Fault("days", str(days), f"one of: {', '.join(map(str, LIFETIMES))}"))
    if user.api_tokens.filter(revoked_at=None, expires_at__gt=now).count() >= _MOST:
        faults.append(Fault("label", f"{_MOST} tokens", "fewer", "take back one that is not used"))
    if faults:
        raise InputError(faults)
    token = _PREFIX + secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=days)
    ApiToken.objects.create(
        user=user,
        label=label,
        token_sha256=token_hash(token),
        created_at=now,
        expires_at=expires_at,
    )
    record("token_made", actor=user, days=days)
    return token


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User, now: datetime) -> None:
    """Take a token back: from now on it opens nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        record("token_revoked", actor=actor)


def find_token(token: str, now: datetime) -> ApiToken | None:
    """The token, if it is good now and its person still works here; its use is noted."""
    if not token.startswith(_PREFIX):
        return None
    good = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)
    found = good.select_related("user").filter(token_sha256=token_hash(token)).first()
    if found is None:
        return None
    if found.last_used_at is None or now - found.last_used_at > _NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found
