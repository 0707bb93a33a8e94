"""Key files that change: a new key on top, older ones dropped, and nobody else meanwhile.

A file holds one key a line, the newest first. The newest seals; the older ones only open.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lowdose.clinic.site import Site, read_keys
from lowdose.errors import LowdoseError

__all__ = ["add_key", "drop_older_keys", "keys_held"]

_LOCK = "lock"


@contextmanager
def keys_held(site: Site, *, to_change: bool) -> Iterator[None]:
    """While they are held to be changed, nobody else changes or copies them.

    Raises LowdoseError where somebody else holds them.
    """
    file = os.open(site.keys / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if to_change else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise LowdoseError(
            "The keys are in use: a backup or another rotation runs. Try again when it is done."
        ) from None
    finally:
        os.close(file)


def add_key(site: Site, name: str) -> bytes:
    """Put a new key on top of a key file; it is returned once it is on the disk."""
    key = secrets.token_bytes(32)
    _replace(site, name, [key, *read_keys(site, name)])
    return key


def drop_older_keys(site: Site, name: str) -> int:
    """Leave only the newest key in a key file; how many went."""
    newest, *older = read_keys(site, name)
    if older:
        _replace(site, name, [newest])
    return len(older)


def _replace(site: Site, name: str, keys: Sequence[bytes]) -> None:
    """At every moment the file is the old or the new one, also where the power fails."""
    path, new = site.keys / f"{name}.key", site.keys / f"{name}.new"
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as stream:
        stream.write("\n".join(key.hex() for key in keys))
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)
    folder = os.open(site.keys, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
