"""The folder of an allocation: which file is what, how they are read and written.

    public.json     the sealed list                      publish it
    design.toml     the design                           publish it
    site.csv        kit numbers of each person           those who treat
    labels.csv      what stands on each bottle           the pharmacy
    pharmacy.csv    what is in each kit                  the pharmacy only
    envelopes.csv   a code for each person               who answers emergencies only
    secret.key      opens everything                     nobody who treats or measures

With minimisation there is no list ahead: `enrolled.csv` holds those who came, and from it and the
key the other tables are made anew each time, so that an interruption leaves nothing that the next
call would not put right.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from lowdose.errors import Fault, InputError, OutputError
from lowdose.report.files import write_once, write_whole
from lowdose.trial.design.read import parse_design
from lowdose.trial.design.values import Design, Method
from lowdose.trial.randomise.kits import kits_for
from lowdose.trial.randomise.lists import (
    enrolled_csv,
    envelopes_csv,
    labels_csv,
    pharmacy_csv,
    read_enrolled,
    site_csv,
)
from lowdose.trial.randomise.published import parse_published
from lowdose.trial.randomise.seal import running_hashes
from lowdose.trial.randomise.values import Entry, Sealed

__all__ = [
    "AUDIENCES",
    "DESIGN",
    "KEY",
    "PUBLIC",
    "held",
    "key_text",
    "read_folder",
    "read_key",
    "read_text",
    "tables",
    "write_enrolled",
    "write_tables",
]

PUBLIC, DESIGN, KEY, ENROLLED = "public.json", "design.toml", "secret.key", "enrolled.csv"
_LOCK = "enrolled.lock"

# file: who may have it; the last three are readable by their owner only
AUDIENCES = {
    PUBLIC: "everybody: publish it, with the design, before the first person starts",
    DESIGN: "everybody",
    "site.csv": "those who treat: the kit numbers of each person",
    "labels.csv": "the pharmacy: what stands on each bottle",
    "pharmacy.csv": "the pharmacy only: what is in each kit",
    "envelopes.csv": "who answers emergencies only: each code opens one person",
    KEY: "nobody who treats or measures: it opens everything; keep it apart",
}
_PRIVATE = ("pharmacy.csv", "envelopes.csv", KEY)


class Folder(NamedTuple):
    """What a folder says: the design, what was published (with minimisation, up to now), and the
    hash of the design's file as it is now."""

    design: Design
    sealed: Sealed
    file_sha256: str


def read_folder(folder: str) -> Folder:
    """Raises InputError where a file is missing or cannot be read."""
    place = Path(folder)
    written = _bytes(place / DESIGN)
    design = parse_design(written, source=str(place / DESIGN))
    sealed = parse_published(read_text(place / PUBLIC), str(place / PUBLIC))
    if design.allocation.method is Method.MINIMISATION and (place / ENROLLED).exists():
        sealed = _with_those_who_came(design, sealed, place / ENROLLED)
    return Folder(design, sealed, sha256(written).hexdigest())


def _with_those_who_came(design: Design, sealed: Sealed, file: Path) -> Sealed:
    came = read_enrolled(design, read_text(file), str(file))
    last = came[-1][1] if came else sealed.list_sha256
    return replace(sealed, seals=tuple(seal for seal, _ in came), list_sha256=last)


def read_text(file: str | Path) -> str:
    """Raises InputError where there is no such file, or it is not text."""
    try:
        return _bytes(file).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InputError([Fault(str(file), "not UTF-8", "text in UTF-8")]) from None


def _bytes(file: str | Path) -> bytes:
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError):
        raise InputError([Fault(str(file), "not readable", "a file that is there")]) from None


def key_text(secret: bytes) -> str:
    """A key as the line of a file."""
    return f"{secret.hex()}\n"


def read_key(file: str | Path) -> bytes:
    """Raises InputError where the file is no key."""
    text = read_text(file).strip()
    try:
        return bytes.fromhex(text)
    except ValueError:
        wanted = "64 letters of 0-9 and a-f, as `lowdose trial randomise` wrote them"
        raise InputError([Fault(str(file), "no key", wanted)]) from None


def tables(design: Design, entries: tuple[Entry, ...], secret: bytes) -> dict[str, str]:
    """The tables of a list by the names of their files."""
    kits = kits_for(design, entries, secret)
    return {
        "site.csv": site_csv(design, entries, kits),
        "labels.csv": labels_csv(design, kits),
        "pharmacy.csv": pharmacy_csv(design, kits),
        "envelopes.csv": envelopes_csv(entries, secret),
    }


def write_tables(folder: Path, made: dict[str, str], *, again: bool = False) -> None:
    """Write tables, some of them for their owner's eyes only.

    again: in place of older ones, of which those are kept private that were.
    """
    for name, text in made.items():
        if again and (folder / name).exists():
            write_whole(folder / name, text)
        else:
            write_once(folder / name, text, private=name in _PRIVATE)


def write_enrolled(folder: Path, design: Design, sealed: Sealed) -> None:
    """Write down those who came."""
    _, *hashes = running_hashes(sealed)
    write_whole(folder / ENROLLED, enrolled_csv(design, sealed.seals, hashes))


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else adds a person to this folder in the meantime.

    Raises OutputError where somebody is doing so.
    """
    lock = folder / _LOCK
    try:
        os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        advice = "wait for it; if nobody is, delete this file"
        raise OutputError(f"{lock}: somebody else is adding a person; {advice}") from None
    except OSError as error:
        raise OutputError(f"{lock}: {error.strerror or 'could not be written'}") from error
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
