"""How sessions are read and written: as Django's, with whose each one is beside what it holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from lowdose.clinic.models import Session
from lowdose.clinic.statements import columns, rows

__all__ = ["SessionStore", "note_device", "note_use"]

_SIGN_IN = "sign_in"
_NOTE_USE_EVERY = timedelta(hours=1)
# The first that a browser's own words hold; most of them name several others as well.
_BROWSERS = {
    "SamsungBrowser": "Samsung Internet",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrom": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}

_READ = ("session_key", "session_data", "used_at")
_RUNNING = f"""
    SELECT {columns(Session, "running", _READ)} FROM {Session._meta.db_table} running
    WHERE session_key = %s AND expire_date > %s"""


class SessionStore(DjangoStore):
    """Sessions in the database. `used_at`: when the one that was read had last been used."""

    used_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        """Written out, since every request begins with it."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        for found in rows(Session, _RUNNING, [self.session_key, now], _READ):
            self.used_at = found.used_at
            return found
        self._session_key = None
        return None

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row: what the session holds, and beside it whose it is."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        now, said = timezone.now(), data.get(_SIGN_IN, {})
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.number = UUID(said["number"]) if said else uuid4()
        row.browser, row.system = said.get("browser", ""), said.get("system", "")
        row.began_at = datetime.fromisoformat(said["began_at"]) if said else now
        row.used_at = now
        return row


def note_device(request: HttpRequest) -> None:
    """Note in a session that has just begun when that was, and on what kind of device."""
    words = request.headers.get("User-Agent", "")
    request.session[_SIGN_IN] = {
        "number": str(uuid4()),
        "browser": _first(_BROWSERS, words),
        "system": _first(_SYSTEMS, words),
        "began_at": timezone.now().isoformat(),
    }


def _first(names: dict[str, str], words: str) -> str:
    return next((name for sign, name in names.items() if sign in words), "")


def note_use(request: HttpRequest) -> None:
    """Note that a session is used, now and then, and without making it last longer.

    Not while something is sent: an entry should wait for nothing else.
    """
    store, now = request.session, timezone.now()
    used_at: datetime | None = getattr(store, "used_at", None)
    if request.method != "GET" or used_at is None or now - used_at < _NOTE_USE_EVERY:
        return
    Session.objects.filter(pk=store.session_key).update(used_at=now)
