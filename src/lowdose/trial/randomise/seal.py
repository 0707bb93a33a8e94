"""Seal a list: publish what fixes it without telling it, open one person or all, and check.

    code(person) = the first 100 bits of HMAC-SHA256(secret, "code " + person), in 20 letters
    seal(person) = SHA-256("lowdose seal 1", design, person, stratum, sequence, code)
    list(0)      = SHA-256("lowdose list 1", design, file, key), of their hashes
    list(n)      = SHA-256(list(n - 1), the n-th person's number, stratum and seal)

Each hash is of a JSON array of these texts, and list(n) of the last person is published before the
first one starts. Nobody can tell which sequence a seal holds; with the code it is quickly tried
out, since sequences are few. So a code opens one envelope and no other, and the secret opens all.
A list that was changed afterwards does not fit its seals, and seals that were changed do not fit
the published hash: to find others that do is as hard as to break SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.trial.design.values import Design
from lowdose.trial.randomise.chance import GENERATOR, keyed
from lowdose.trial.randomise.values import Entry, Opened, Seal, Sealed

__all__ = [
    "KEY_BYTES",
    "check_key",
    "code_of",
    "design_hash",
    "differences",
    "find_person",
    "key_hash",
    "open_all",
    "open_one",
    "running_hashes",
    "seal_the_list",
]

KEY_BYTES = 32
_NEVER_IN_A_CODE = str.maketrans("018", "OIB")  # and what they were read from
_CODE_BYTES, _CODE_LETTERS, _GROUP = 15, 20, 5


def seal_the_list(
    design: Design, entries: Sequence[Entry], secret: bytes, file_sha256: str = ""
) -> Sealed:
    """What to publish of a list. file_sha256: of the design's file, to be fixed with it.

    Raises InputError where the secret is not 32 bytes.

    >>> from lowdose.trial.design.named import find_design
    >>> from lowdose.trial.randomise.draw import draw_list
    >>> design = find_design("crossover")
    >>> sealed = seal_the_list(design, draw_list(design, bytes(32), people=4), bytes(32))
    >>> len(sealed.seals), len(sealed.list_sha256)
    (4, 64)
    """
    check_key(secret)
    fixed = design_hash(design)
    seals = tuple(
        Seal(one.person, one.stratum, _seal(fixed, one))
        for one in open_all(design, entries, secret)
    )
    closed = Sealed(fixed, file_sha256, key_hash(secret), GENERATOR, seals, "")
    *_, last = running_hashes(closed)
    return replace(closed, list_sha256=last)


def check_key(secret: bytes, sealed: Sealed | None = None) -> None:
    """Raises InputError where the secret is no key, or not the key of this list."""
    if len(secret) != KEY_BYTES:
        raise InputError([Fault("key", f"{len(secret)} bytes", f"{KEY_BYTES} bytes")])
    if sealed is not None and key_hash(secret) != sealed.key_sha256:
        remedy = "look for the file that was written together with the published one"
        raise InputError([Fault("key", "another key", "the key of this list", remedy)])


def open_all(design: Design, entries: Iterable[Entry], secret: bytes) -> tuple[Opened, ...]:
    """Every person's sequence by name, with the code that proves it."""
    return tuple(
        Opened(
            one.person,
            one.stratum,
            design.sequences[one.sequence].name,
            code_of(secret, one.person),
        )
        for one in entries
    )


def open_one(design: Design, sealed: Sealed, person: str, code: str) -> Opened:
    """What one person's envelope holds. Nothing is learned of anybody else.

    person: the number; zeros before it may be left out.

    Raises InputError where there is no such person, where the code does not open the envelope, or
    where the design, which says what a sequence holds, is not that of the list.

    >>> from lowdose.trial.design.named import find_design
    >>> from lowdose.trial.randomise.draw import draw_list
    >>> design = find_design("crossover")
    >>> sealed = seal_the_list(design, draw_list(design, bytes(32), people=4), bytes(32))
    >>> open_one(design, sealed, "2", code_of(bytes(32), "2")).sequence
    'PL'
    """
    closed = find_person(sealed, person)
    if design_hash(design) != sealed.design_sha256:
        remedy = "what a sequence holds cannot be trusted: find the design that was published"
        raise InputError([Fault("design", "changed", "the design of the list", remedy)])
    tidy = _tidy(code)
    for one in design.sequences:
        tried = Opened(closed.person, closed.stratum, one.name, tidy)
        if hmac.compare_digest(_seal(sealed.design_sha256, tried), closed.seal):
            return tried
    remedy = "look whether it is the code of this person and of this trial"
    raise InputError([Fault("code", repr(code), "the code of this person's envelope", remedy)])


def find_person(sealed: Sealed, person: str) -> Seal:
    """The person of this number; zeros before it may be left out.

    Raises InputError where there is no such person.
    """
    plain = _without_zeros(person)
    found = [one for one in sealed.seals if _without_zeros(one.person) == plain]
    if not found:
        raise InputError([_nobody(person, sealed)])
    return found[0]


def _without_zeros(person: str) -> list[str]:
    """A person's number as it is said: "2-007" is 2-7."""
    return [part.lstrip("0") for part in person.strip().split("-")]


def _nobody(person: str, sealed: Sealed) -> Fault:
    if not sealed.seals:
        return Fault("person", repr(person), "a person of the list", "nobody is on it yet")
    first, last = sealed.seals[0].person, sealed.seals[-1].person
    return Fault("person", repr(person), f"a person of the list, {first} to {last}")


def differences(
    design: Design, sealed: Sealed, opened: Sequence[Opened] | None = None
) -> tuple[str, ...]:
    """What is wrong with what was published, and with an opened list: a sentence each.

    Empty where it is the list that was sealed, whole and unchanged. No key is needed.
    """
    wrong = []
    if design_hash(design) != sealed.design_sha256:
        wrong.append("The design is not the one that the list was drawn for.")
    *_, last = running_hashes(sealed)
    if last != sealed.list_sha256:
        wrong.append("The seals do not add up to the hash of the list.")
    return (*wrong, *(() if opened is None else _changed(sealed, opened)))


def _changed(sealed: Sealed, opened: Sequence[Opened]) -> Iterator[str]:
    seals = {one.person: one for one in sealed.seals}
    told = Counter(one.person for one in opened)
    yield from (f"Person {person} is missing." for person in seals if person not in told)
    yield from (f"Person {person} is there {n} times." for person, n in told.items() if n > 1)
    for one in opened:
        closed = seals.get(one.person)
        if closed is None:
            yield f"Person {one.person} is not on the list."
        elif Seal(one.person, one.stratum, _seal(sealed.design_sha256, one)) != closed:
            yield f"Person {one.person}: this is not what the seal holds."


def running_hashes(sealed: Sealed) -> Iterator[str]:
    """The hash of the list before anyone, and after each person."""
    so_far = _sha256(
        ["lowdose list 1", sealed.design_sha256, sealed.file_sha256, sealed.key_sha256]
    )
    yield so_far
    for one in sealed.seals:
        so_far = _sha256([so_far, one.person, list(one.stratum), one.seal])
        yield so_far


def code_of(secret: bytes, person: str) -> str:
    """The code that opens one person's envelope.

    >>> code_of(bytes(32), "007")
    'SUM5D-2DXC5-JEVMK-IREBM'
    """
    letters = base64.b32encode(keyed(secret, f"code {person}")[:_CODE_BYTES]).decode()
    starts = range(0, _CODE_LETTERS, _GROUP)
    return "-".join(letters[start : start + _GROUP] for start in starts)


def _tidy(code: str) -> str:
    """A code as it was meant: copied by hand, in a hurry.

    >>> _tidy("sum5d 2dxc5 jevmk 1rebm")
    'SUM5D-2DXC5-JEVMK-IREBM'
    """
    letters = "".join(filter(str.isalnum, code.upper())).translate(_NEVER_IN_A_CODE)
    starts = range(0, len(letters), _GROUP)
    return "-".join(letters[start : start + _GROUP] for start in starts)


def key_hash(secret: bytes) -> str:
    """The hash of a key: it tells the right key from a wrong one, and is of no other use."""
    return _sha256(["lowdose key 1", secret.hex()])


def design_hash(design: Design) -> str:
    """The hash of what a list rests on: who gets what in which period, and how it is drawn.

    What is measured and how it is analysed does not count, nor how the file says it. The parts are
    named one by one, so that a later version finds the same hash for an old list.

    >>> from lowdose.trial.design.named import find_design
    >>> len(design_hash(find_design("crossover")))
    64
    """
    allocation = design.allocation
    said = {
        "people": design.people,
        "treatments": [
            [one.key, one.name, one.given, one.drug, [[s.dose_mg, s.days] for s in one.steps]]
            for one in design.treatments
        ],
        "periods": [[one.name, one.days, one.everyone, one.block] for one in design.periods],
        "sequences": [[one.name, one.treatments, one.share] for one in design.sequences],
        "method": allocation.method,
        "block_sizes": allocation.block_sizes,
        "factors": [[one.name, one.levels] for one in allocation.factors],
        "strength": allocation.strength,
    }
    return _sha256(["lowdose design 1", said])


def _seal(design: str, one: Opened) -> str:
    said = ["lowdose seal 1", design, one.person, list(one.stratum), one.sequence, one.code]
    return _sha256(said)


def _sha256(value: Any) -> str:
    """Of JSON that is the same whoever writes it: keys sorted, no blanks, UTF-8."""
    said = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
