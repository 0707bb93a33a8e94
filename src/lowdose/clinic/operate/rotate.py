"""New keys for old: what is sealed is sealed again, in batches, while the clinic runs.

The new key is put on top of its file first, so that from then on everything is sealed with it and
both open. Whoever is stopped in the middle begins again where it was: what opens with the newest
key is left as it is. The older key stays until `retire` has found nothing that needs it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction
from django.db.models import Field, Model, TextField, Value
from django.db.models.functions import Cast

from lowdose.clinic.chain import KEY_ROTATED, begin_key, begun_id, record
from lowdose.clinic.models import Allocation, AuditEntry
from lowdose.clinic.operate.keys import add_key, drop_older_keys, keys_held
from lowdose.clinic.site import KEYS, Site, key_id, read_keys
from lowdose.clinic.vault import SealedText, reseal
from lowdose.errors import Fault, InputError, LowdoseError

__all__ = ["Rotated", "retire", "rotate"]

_BATCH = 200
_PATIENCE_SECONDS = 300.0
"""Longer than any request lasts: a server ends one after a minute."""

_FACTOR_SECRETS = ("secret", "seed", "migrated_codes")
Say = Callable[[str], None]
Sealed = tuple[type[Model], "Field[Any, Any]"]


@dataclass(frozen=True)
class Rotated:
    """The newest key's id, whether it was made now, and how much was sealed again."""

    key: str
    new: bool
    resealed: int


def rotate(site: Site, name: str, *, say: Say) -> Rotated:
    """A new key of this name; with an earlier rotation that was not finished, that one goes on.

    Raises InputError for a name that no key has, LowdoseError where a backup runs.
    """
    _check(name)
    with keys_held(site, to_change=True):
        if name == "audit":
            return _rotate_audit(site)
        new = len(read_keys(site, name)) == 1
        if new:
            add_key(site, name)
        else:
            say("older keys are still there: going on with the rotation that was begun")
        newest = key_id(read_keys(site, name)[0])
        _note(name, newest)
        return Rotated(newest, new, _reseal_all(name, say))


def _check(name: str) -> None:
    if name not in KEYS:
        raise InputError([Fault("NAME", repr(name[:20]), f"one of {', '.join(KEYS)}")])


@transaction.atomic
def _note(name: str, newest: str) -> None:
    if not AuditEntry.objects.filter(action=KEY_ROTATED, details__id=newest).exists():
        record(KEY_ROTATED, actor=None, key=name, id=newest)


def _rotate_audit(site: Site) -> Rotated:
    keys = read_keys(site, "audit")
    new = len(keys) == 1 or begun_id() == key_id(keys[0])
    with transaction.atomic():
        begin_key((lambda: add_key(site, "audit")) if new else None)
    return Rotated(key_id(read_keys(site, "audit")[0]), new, 0)


def retire(site: Site, name: str, *, say: Say, patience: float = _PATIENCE_SECONDS) -> int:
    """Drop the older keys of this name, once nothing needs them; how many.

    patience: seconds since the newest was made, for what was sealed before and is stored after.

    Raises LowdoseError for the trail, whose older entries need them for ever, and where it is too
    early.
    """
    _check(name)
    if name == "audit":
        raise LowdoseError("The older keys of the audit trail stay: its older entries need them.")
    with keys_held(site, to_change=True):
        if len(read_keys(site, name)) == 1:
            return 0
        age = time.time() - (site.keys / f"{name}.key").stat().st_mtime
        if name != "session" and age < patience:
            raise LowdoseError(
                f"The newest key is {age:.0f} seconds old; somebody may still be storing what was "
                f"sealed before. Try again in {patience - age:.0f} seconds."
            )
        while _reseal_all(name, say):
            pass
        dropped = drop_older_keys(site, name)
        with transaction.atomic():
            record("keys_retired", actor=None, key=name, keys=dropped)
    return dropped


def _reseal_all(name: str, say: Say) -> int:
    resealed = 0
    for model, field in _sealed_with(name):
        for done in _batches(model, field, name):
            resealed += done
            say(f"{resealed} sealed again, {model._meta.verbose_name}")
    return resealed + (_reseal_factors() if name == "fields" else 0)


def _sealed_with(name: str) -> Iterator[Sealed]:
    """Every column that this key seals; those of the histories too."""
    if name == "allocation":
        yield Allocation, Allocation._meta.get_field("sealed")
    if name == "fields":
        for model in apps.get_models():
            yield from ((model, one) for one in model._meta.fields if isinstance(one, SealedText))


def _batches(model: type[Model], field: Field[Any, Any], name: str) -> Iterator[int]:
    """Seal a column again, some rows at a time; how many each time, where there were any."""
    rows = model._base_manager.order_by("pk").exclude(**{f"{field.name}__isnull": True})
    rows = rows.annotate(stored=Cast(field.name, TextField())).exclude(stored="")
    last: Any = None
    while True:
        # each batch is a transaction of its own: nobody waits for longer than it takes
        with transaction.atomic():
            some = list(rows.filter(pk__gt=last)[:_BATCH] if last else rows[:_BATCH])
            done = sum(_reseal_row(model, field, name, row) for row in some)
        if not some:
            return
        last = some[-1].pk
        if done:
            yield done


def _reseal_row(model: type[Model], field: Field[Any, Any], name: str, row: Any) -> int:
    new = reseal(row.stored, name)
    if new == row.stored:
        return 0
    # only where nobody has written anything else meanwhile
    same = model._base_manager.annotate(stored=Cast(field.name, TextField()))
    value = Value(new, output_field=TextField())
    return same.filter(pk=row.pk, stored=row.stored).update(**{field.name: value})


def _reseal_factors() -> int:
    """Secrets of second factors, which stand in a value of the package that keeps them."""
    done = 0
    for pk in list(Authenticator.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if held is None:
                continue
            before = dict(held.data)
            for name in _FACTOR_SECRETS:
                if name in before:
                    held.data[name] = _resealed(before[name])
            if held.data != before:
                held.save(update_fields=["data"])
                done += 1
    return done


def _resealed(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [reseal(one, "fields") for one in value]
    return reseal(value, "fields")
