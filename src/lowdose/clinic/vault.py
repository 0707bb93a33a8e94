"""Encryption of what a copy of the database must not tell: names and allocations.

Keys lie outside the database (`site.py`). Names use the key "fields", allocations a key of their
own, so that whoever may read names cannot, by that, read who gets what.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from lowdose.clinic.site import key_stamp, read_keys
from lowdose.errors import LowdoseError

__all__ = ["SealedText", "open_json", "open_text", "reseal", "seal_json", "seal_text", "token_hash"]

_PADDED_TO = 1024


@lru_cache(maxsize=8)
def _locksmiths(name: str, folder: str, stamp: tuple[int, int]) -> tuple[Fernet, ...]:  # noqa: ARG001  # they tell sites, and a key's file before and after a rotation, apart
    keys = read_keys(settings.SITE, name)
    return tuple(Fernet(base64.urlsafe_b64encode(key)) for key in keys)


def token_hash(token: str) -> str:
    """What is stored of a secret address or a token: it tells the right one, and opens nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _keys(name: str) -> tuple[Fernet, ...]:
    """The newest first. The file is looked at each time: a rotation does not stop the clinic."""
    return _locksmiths(name, str(settings.SITE.folder), key_stamp(settings.SITE, name))


def seal_text(text: str, key: str = "fields") -> str:
    """Text that only the key's holder can read; the same text looks different every time."""
    return _keys(key)[0].encrypt(text.encode()).decode() if text else ""


def open_text(sealed: str, key: str = "fields") -> str:
    """What was sealed.

    Raises LowdoseError where the key is another one or the text was changed.
    """
    if not sealed:
        return ""
    try:
        return MultiFernet(_keys(key)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise LowdoseError(
            f"A sealed text does not open with this site's key {key!r}: the keys belong to another "
            "database, or the text was changed. Restore keys and database from the same backup."
        ) from None


def reseal(sealed: str, key: str) -> str:
    """The same, sealed with the newest key; what is, stays as it is. Raises as `open_text` does."""
    newest = _keys(key)[0]
    try:
        newest.decrypt(sealed.encode())
    except InvalidToken:
        return seal_text(open_text(sealed, key), key)
    return sealed


def seal_json(value: Any, key: str) -> str:
    """A value, sealed at one length whatever it says: not even its size tells anything."""
    return seal_text(json.dumps(value).ljust(_PADDED_TO), key)


def open_json(sealed: str, key: str) -> Any:
    """The value that was sealed; raises as `open_text` does."""
    return json.loads(open_text(sealed, key))


class SealedText(models.TextField):  # type: ignore[type-arg]
    """A text that is encrypted in the database and plain in Python."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Open what the database holds."""
        return None if value is None else open_text(value)

    def get_prep_value(self, value: Any) -> Any:
        """Seal what goes into the database."""
        return None if value is None else seal_text(str(value))
