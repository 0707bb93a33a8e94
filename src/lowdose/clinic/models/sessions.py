"""Sessions: who is signed in, on what kind of device, since when, and when it was last used.

Django's own table does not say whose a session is. No network address is kept, and of what the
browser says of itself only its kind: "Firefox", "Android".
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from lowdose.clinic.models.people import User

__all__ = ["Session"]


class Session(AbstractBaseSession):
    """One session; `user` is None until somebody has signed in.

    `number` names it in addresses, where the session's key, which opens it, must never stand.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    number = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    browser = models.CharField(max_length=20, blank=True, default="")
    system = models.CharField(max_length=20, blank=True, default="")
    began_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        ordering: ClassVar = ["-used_at"]

    @classmethod
    def get_session_store_class(cls) -> type:
        """What reads and writes it."""
        from lowdose.clinic.sessions import SessionStore

        return SessionStore
