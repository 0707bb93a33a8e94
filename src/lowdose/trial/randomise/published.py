"""The published file of a sealed list: JSON in, JSON out."""

from __future__ import annotations

import json
import re
from typing import Any

from lowdose import __version__
from lowdose.errors import Fault, InputError
from lowdose.trial.design.values import Design
from lowdose.trial.randomise.chance import GENERATOR
from lowdose.trial.randomise.values import Seal, Sealed

__all__ = ["FORMAT", "parse_published", "published_json"]

FORMAT = "lowdose sealed list 1"
_HASHES = ("design_sha256", "file_sha256", "key_sha256", "list_sha256")
_HASH = re.compile(r"[0-9a-f]{64}")
_ABOUT = (
    "An allocation list, sealed. Nothing of it can be read here; list_sha256 is to be published "
    "before the first person starts, and shows afterwards whether the list was changed."
)


def published_json(design: Design, sealed: Sealed, made: str) -> str:
    """The file as text. made: when the list was drawn, ISO 8601."""
    said = {
        "format": FORMAT,
        "about": _ABOUT,
        "design": design.name,
        "title": design.title,
        "made": made,
        "made_with": f"lowdose {__version__}",
        "method": design.allocation.method.value,
        "generator": sealed.generator,
        **{name: getattr(sealed, name) for name in _HASHES},
        "people": len(sealed.seals),
        "seals": [[one.person, list(one.stratum), one.seal] for one in sealed.seals],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def parse_published(text: str, source: str = "") -> Sealed:
    """What was published, from the file's text.

    Raises InputError with everything that is not as it was written.

    >>> parse_published('{"format": "lowdose sealed list 1", "seals": 3}', "public.json")
    Traceback (most recent call last):
    lowdose.errors.InputError: public.json: 6 faults
    generator: None, expected 'hmac-sha256 in counter mode, version 1'
    design_sha256: None, expected 64 letters of 0-9 and a-f
    file_sha256: None, expected 64 letters of 0-9 and a-f
    key_sha256: None, expected 64 letters of 0-9 and a-f
    list_sha256: None, expected 64 letters of 0-9 and a-f
    seals: 3, expected a list of person, levels and seal
    """
    said = _object(text, source)
    faults = [
        Fault(name, repr(said.get(name)), repr(wanted))
        for name, wanted in (("format", FORMAT), ("generator", GENERATOR))
        if said.get(name) != wanted
    ]
    faults += [
        Fault(name, repr(said.get(name)), "64 letters of 0-9 and a-f")
        for name in _HASHES
        if not _is_hash(said.get(name)) and not (name == "file_sha256" and said.get(name) == "")
    ]
    seals = said.get("seals")
    if not isinstance(seals, list):
        faults.append(Fault("seals", repr(seals), "a list of person, levels and seal"))
        seals = []
    read = [_seal(each) for each in seals]
    faults += [
        Fault(f"seals {number}", "unreadable", 'like ["07", ["female"], "64 letters"]')
        for number, each in enumerate(read, start=1)
        if each is None
    ]
    if faults:
        raise InputError(faults, source)
    good = tuple(each for each in read if each is not None)
    return Sealed(**{name: said[name] for name in _HASHES}, generator=said["generator"], seals=good)


def _object(text: str, source: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError([Fault("content", str(error), "JSON")], source) from None
    if not isinstance(said, dict):
        raise InputError([Fault("content", type(said).__name__, "a JSON object")], source)
    return said


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def _seal(value: Any) -> Seal | None:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[1], list):
        return None
    person, stratum, seal = value
    good = isinstance(person, str) and all(isinstance(level, str) for level in stratum)
    return Seal(person, tuple(stratum), seal) if good and _is_hash(seal) else None
