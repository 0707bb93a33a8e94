"""What of the site's safety wants somebody's attention now.

Nothing is stored of it: each alert is worked out from the trail, the queue and the last check, and
goes by itself when its cause is over or some days old.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lowdose.clinic.chain import record_alone
from lowdose.clinic.models import AuditEntry
from lowdose.clinic.verbs.checking import LastCheck, WorkerState

__all__ = ["MANY_REFUSALS", "Alert", "AlertKind", "alerts", "note_backup"]

MANY_REFUSALS = 20
"""Of one account in a day: more than a few old links explain. An assumption."""

_BACKUP = "backup_made"
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class AlertKind(StrEnum):
    """What it is about."""

    TRAIL = "trail_broken"
    BACKUP = "backup_late"
    WORKER = "worker_late"
    GUESSES = "guesses_limited"
    REFUSALS = "many_refusals"
    FACTORS = "factors_reset"


@dataclass(frozen=True)
class Alert:
    """One thing, in a sentence for the administrator; `said` may name accounts, never patients."""

    kind: AlertKind
    said: str


def alerts(now: datetime, check: LastCheck | None, worker: WorkerState) -> tuple[Alert, ...]:
    """All that want attention, the gravest first, given the last check and how the worker does."""
    found = {
        AlertKind.TRAIL: _trail(check),
        AlertKind.BACKUP: _backup(now),
        AlertKind.WORKER: _worker(worker),
        AlertKind.GUESSES: _guesses(now),
        AlertKind.REFUSALS: _refusals(now),
        AlertKind.FACTORS: _factors(now),
    }
    return tuple(Alert(kind, said) for kind, texts in found.items() for said in texts)


def note_backup(*, keys: bool) -> None:
    """Note that a backup was made, with the keys or without."""
    record_alone(_BACKUP, actor=None, keys=keys)


def _trail(check: LastCheck | None) -> Iterator[str]:
    if check is not None and check.faults:
        yield _("The audit trail does not hold.")


def _backup(now: datetime) -> Iterator[str]:
    limit = settings.SITE.backup_days
    if not limit:
        return
    newest = AuditEntry.objects.filter(action=_BACKUP).order_by("-number").first()
    since = newest or AuditEntry.objects.order_by("number").first()
    if since is not None and now - since.at > timedelta(days=limit):
        days = (now - since.at).days
        if newest is None:
            yield ngettext(
                "There is no backup, after %(n)s day.",
                "There is no backup, after %(n)s days.",
                days,
            ) % {"n": days}
        else:
            yield ngettext(
                "The last backup is %(n)s day old.", "The last backup is %(n)s days old.", days
            ) % {"n": days}


def _worker(worker: WorkerState) -> Iterator[str]:
    if not worker.keeps_up:
        yield _(
            "The worker does not keep up: something has waited for more than a minute. "
            "Is the whole of the application running?"
        )


def _guesses(now: datetime) -> Iterator[str]:
    held = _lately(now - _DAY, "guesses_limited", "locked_out").count()
    if held:
        yield ngettext(
            "Guessing was held up %(n)s time in the last day.",
            "Guessing was held up %(n)s times in the last day.",
            held,
        ) % {"n": held}


def _refusals(now: datetime) -> Iterator[str]:
    by_actor = _lately(now - _DAY, "refused").order_by().values_list("actor")
    many = by_actor.annotate(n=Count("number")).filter(n__gte=MANY_REFUSALS)
    for actor, count in many.order_by("-n", "actor"):
        yield _("%(who)s was refused %(n)s times in the last day.") % {"who": actor, "n": count}


def _factors(now: datetime) -> Iterator[str]:
    names = set(_lately(now - _WEEK, "factors_reset").values_list("subject", flat=True))
    if names:
        who = {"who": ", ".join(sorted(names))}
        yield _("Second factors were removed in the last week, of: %(who)s.") % who


def _lately(since: datetime, *actions: str) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(action__in=actions, at__gte=since)
