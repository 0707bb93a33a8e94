"""Counters that every web process shares, and that lose no count however many come at once.

Django's cache reads a counter and writes it back in two steps, also in `incr`; whoever guesses
from many connections at once would be counted once for many. Here one statement does both, and the
database lets one at a time at a row. The keys are hashed, so that no network address is stored.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lowdose.clinic.models import Counter
from lowdose.clinic.statements import fetch
from lowdose.clinic.turns import in_turn

__all__ = ["count", "counted"]

_FORGOTTEN_AT_ONCE = 100
_TABLE = Counter._meta.db_table
_COUNT = f"""
INSERT INTO {_TABLE} AS held (key, number, ends_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    number = CASE WHEN held.ends_at <= %s THEN 1 ELSE held.number + 1 END,
    ends_at = CASE WHEN held.ends_at <= %s THEN excluded.ends_at ELSE held.ends_at END
RETURNING number
"""


def count(what: str, seconds: int) -> int:
    """Count once more and say how often by now: 1 for the first within so many seconds.

    The seconds begin with the first; nobody lengthens them by going on.
    """
    now = timezone.now()
    moment = connection.ops.adapt_datetimefield_value
    until, since = moment(now + timedelta(seconds=seconds)), moment(now)
    [(found,)] = in_turn(lambda: fetch(_COUNT, [_key(what), until, since, since]))
    number = int(found)
    if number == 1:
        in_turn(lambda: _forget(now))
    return number


def counted(what: str) -> int:
    """How often it was counted within its time."""
    held = Counter.objects.filter(pk=_key(what), ends_at__gt=timezone.now())
    return held.values_list("number", flat=True).first() or 0


def _key(what: str) -> str:
    return salted_hmac("lowdose.clinic.counting", what, algorithm="sha256").hexdigest()


def _forget(now: datetime) -> None:
    """Drop counters that are over, as many as a page may wait for."""
    # those that another process holds, it is dropping or counting
    over = Counter.objects.select_for_update(skip_locked=True).filter(ends_at__lte=now)
    keys = list(over.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])
    Counter.objects.filter(pk__in=keys).delete()
