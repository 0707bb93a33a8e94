"""The nouns of an allocation: who comes where, what was drawn, what is published of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entry", "Opened", "Seal", "Sealed", "Stratum"]

Stratum = tuple[str, ...]  # a level for each factor of the design, in its order


@dataclass(frozen=True)
class Entry:
    """One place of the list. person: the number a person gets; sequence: index into the design's.

    stratum: the levels of the factors; empty where there are none.
    """

    person: str
    sequence: int
    stratum: Stratum = ()


@dataclass(frozen=True)
class Seal:
    """A person's closed envelope: it fixes what the person gets, and does not tell it."""

    person: str
    stratum: Stratum
    seal: str


@dataclass(frozen=True)
class Opened:
    """A person's open envelope: the name of the sequence, and the code that proves it."""

    person: str
    stratum: Stratum
    sequence: str
    code: str


@dataclass(frozen=True)
class Sealed:
    """What is published of a list before the first person starts: nobody can read it from here.

    design_sha256: of what the list rests on (`design_hash`). file_sha256: of the design's file, ""
    where there is none. key_sha256: tells the right key from a wrong one. generator: how chance was
    made. seals: in the order of the list. list_sha256: of all of it, the one number to publish.
    """

    design_sha256: str
    file_sha256: str
    key_sha256: str
    generator: str
    seals: tuple[Seal, ...]
    list_sha256: str
