"""Long computations: asked for by a page, made once by the worker, kept for whoever asks again.

    want(kind, asked, actor)   -> a Computation: made, or on its way
    compute                    the task; what a kind is made by stands in `_MAKERS`

A person has at most three on their way. A newer question takes the place of that person's oldest
which nobody works on yet: whoever moves a slider wants the last place of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from lowdose import __version__
from lowdose.clinic.models import Computation, ComputationKind, User
from lowdose.errors import LowdoseError

__all__ = ["MOST_PENDING", "compute", "key_of", "want"]

MOST_PENDING = 3
_FORGOTTEN_AFTER = timedelta(minutes=10)
_KEPT = timedelta(days=90)
_SOONER_THAN_ANSWERS, _LATER_THAN_ANSWERS = 10, -10

_MAKERS: Mapping[str, str] = {
    ComputationKind.SIMULATION: "lowdose.clinic.verbs.simulations.simulated",
    ComputationKind.CHANCES: "lowdose.clinic.verbs.chances.chances",
    ComputationKind.POOL: "lowdose.clinic.verbs.pooled.pooled",
    ComputationKind.OPERATING: "lowdose.clinic.verbs.designs.operating",
    ComputationKind.HARMS: "lowdose.clinic.verbs.designs.unwanted",
}
_LATER = frozenset({ComputationKind.OPERATING})
"""Takes a minute and more: patients' answers come first."""


def key_of(kind: ComputationKind, asked: Mapping[str, Any]) -> str:
    """One key for one question, whatever the order of its parts; another version asks anew."""
    said = [__version__, str(kind), asked]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def want(kind: ComputationKind, asked: Mapping[str, Any], *, actor: User) -> Computation | None:
    """The result of a question, or the place where it will be.

    None where three of the person's are being worked on already.
    """
    key = key_of(kind, asked)
    now = timezone.now()
    found = Computation.objects.filter(pk=key).first()
    if found is not None and not _forgotten(found):
        return found
    if not _made_room(actor, key):
        return None
    defaults = {
        "kind": kind,
        "asked": dict(asked),
        "asked_by": actor,
        "asked_at": now,
        "started_at": None,
    }
    found, _new = Computation.objects.update_or_create(pk=key, defaults=defaults)
    Computation.objects.filter(asked_at__lt=now - _KEPT).delete()
    asked_of = compute.using(priority=_LATER_THAN_ANSWERS) if kind in _LATER else compute
    transaction.on_commit(lambda: asked_of.enqueue(key), robust=True)
    return found


def _forgotten(found: Computation) -> bool:
    """Whether the worker must have died over it."""
    since = found.started_at or found.asked_at
    return found.made_at is None and timezone.now() - since > _FORGOTTEN_AFTER


def _made_room(actor: User, key: str) -> bool:
    """Drop the person's oldest questions that nobody works on; whether there is room then."""
    pending = Computation.objects.filter(asked_by=actor, made_at=None).exclude(pk=key)
    too_many = pending.count() - MOST_PENDING + 1
    if too_many <= 0:
        return True
    waiting = (
        pending.filter(started_at=None).order_by("asked_at", "pk").values_list("pk", flat=True)
    )
    dropped = list(waiting[:too_many])
    Computation.objects.filter(pk__in=dropped).delete()
    return len(dropped) == too_many


@task(priority=_SOONER_THAN_ANSWERS)
def compute(key: str) -> None:
    """Make what was asked for and keep it; nothing happens where it was dropped or made before."""
    waiting = Computation.objects.filter(pk=key, made_at=None)
    if not waiting.update(started_at=timezone.now()):
        return
    found = Computation.objects.get(pk=key)
    make: Callable[[Mapping[str, Any]], dict[str, Any]] = import_string(_MAKERS[found.kind])
    content: dict[str, Any] = {}
    problem = ""
    try:
        content = make(found.asked)
    except LowdoseError as error:
        problem = str(error)
    waiting.update(content=content, problem=problem, made_at=timezone.now())
