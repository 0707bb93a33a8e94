"""What is installed: lowdose itself, Python, the packages it rests on, the extras, its files.

Read from the packages' own records; nothing heavy is imported.
"""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lowdose import __version__
from lowdose.cli.doctor_finding import Finding, Trouble, shown

__all__ = ["EXTRAS", "extra_is_there", "extras", "files", "itself", "packages", "python"]

EXTRAS = {
    "clinic": "the clinic application",
    "cluster": "trials on several machines",
    "gpu": "an NVIDIA card computes",
    "reference": "another solver, to check ours with",
}
"""Every extra, and what it brings."""

_NAMED = ("jax", "jaxlib", "numpy", "scipy", "polars", "typst", "click")
_SHOWN = 10
_HERE = Path(__file__).parents[1]
_PARSERS: dict[str, Callable[[str], object]] = {".toml": tomllib.loads, ".json": json.loads}
_AGAIN = "install it again: pip install --force-reinstall --no-deps lowdose"


def itself() -> Finding:
    """The version, and whether the code that runs is the one that was installed."""
    where = f"{__version__}, in {shown(_HERE)}"
    record = _found("lowdose")
    if record is None:
        remedy = "in its source folder: make setup; elsewhere: pip install lowdose"
        return Finding("lowdose", where, (Trouble("it runs without being installed", remedy),))
    if record.version != __version__:
        wrong = f"version {record.version} was installed, version {__version__} runs"
        remedy = "in its source folder: make setup; elsewhere: " + _AGAIN
        return Finding("lowdose", where, (Trouble(wrong, remedy),))
    return Finding("lowdose", where)


def python() -> Finding:
    """The interpreter and the machine."""
    running = platform.python_version()
    said = f"{running} ({platform.python_implementation()})"
    said += f", {platform.system()} {platform.machine()}"
    record = _found("lowdose")
    wanted = (record.metadata["Requires-Python"] or "") if record else ""
    if wanted and not Requirement(f"python{wanted}").specifier.contains(running, prereleases=True):
        remedy = "make a new environment with a Python that fits"
        return Finding("python", said, (Trouble(f"lowdose needs Python {wanted}", remedy),))
    return Finding("python", said)


def packages() -> Finding:
    """Everything that lowdose rests on, and what that rests on in turn."""
    versions, wrong = _needed("lowdose", "")
    named = ", ".join(f"{name} {versions[name]}" for name in _NAMED if name in versions)
    said = f"{len(versions)} needed: {named} and others"
    remedy = "in the source folder: make setup; elsewhere: pip install --upgrade lowdose"
    return Finding(
        "packages", said, _troubles(wrong, remedy), details=dict(sorted(versions.items()))
    )


def extras() -> Finding:
    """Which extras are there, and how to get the others."""
    base = set(_needed("lowdose", "")[1])
    there: list[str] = []
    hints: list[str] = []
    troubles: list[Trouble] = []
    for name, about in EXTRAS.items():
        install = f"pip install 'lowdose[{name}]'"
        if not extra_is_there(name):
            hints.append(f"not installed: {name} ({about}); to have it: {install}")
            continue
        there.append(name)
        wrong = [each for each in _needed("lowdose", name)[1] if each not in base]
        troubles += _troubles(wrong, install)
    return Finding("extras", ", ".join(there) or "none", tuple(troubles), tuple(hints))


def extra_is_there(extra: str) -> bool:
    """Whether every package that this extra names is installed, in whatever version."""
    return any(_added("lowdose", extra)) and _is_there("lowdose", extra)


def _is_there(name: str, extra: str) -> bool:
    return all(
        _found(each.name) is not None and all(_is_there(each.name, inner) for inner in each.extras)
        for each in _added(name, extra)
    )


def files() -> Finding:
    """Whether the package's files, code and data, are those that were built.

    The wheel carries a checksum of each. A source folder has none: there every file of data is
    read through instead.
    """
    recorded = list(_recorded())
    if not recorded:
        return _read_through()
    changed = [name for name, path, digest in recorded if _digest(path) != digest]
    said = f"{len(recorded)} as they were built"
    wrong = [f"{name} is missing or not as it was built" for name in changed]
    return Finding("files", said if not wrong else "", _troubles(wrong, _AGAIN))


def _recorded() -> Iterator[tuple[str, Path, str]]:
    """Name, place and checksum of each file of the installed package, if that is what runs.

    The record is read as it lies: `Distribution.files` leaves out what is missing.
    """
    record = _found("lowdose")
    if record is None:
        return
    for name, checksum, *_ in csv.reader((record.read_text("RECORD") or "").splitlines()):
        path = Path(str(record.locate_file(name)))
        method, _, digest = checksum.partition("=")
        if method == "sha256" and path.is_relative_to(_HERE):
            yield name, path, digest


def _digest(path: Path) -> str:
    try:
        digest = hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return ""
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _read_through() -> Finding:
    data = [path for path in _HERE.rglob("*") if path.suffix in _PARSERS]
    wrong = [f"{path.relative_to(_HERE)} cannot be read" for path in data if not _readable(path)]
    said = f"{len(data)} of data read; a source folder keeps no checksums, ask git status"
    return Finding("files", said, _troubles(wrong, "in the source folder: git status, git restore"))


def _readable(path: Path) -> bool:
    try:
        _PARSERS[path.suffix](path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True


def _troubles(wrong: list[str], remedy: str) -> tuple[Trouble, ...]:
    more = [f"and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
    return tuple(Trouble(each, remedy) for each in [*wrong[:_SHOWN], *more])


def _found(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _requirements(name: str, extra: str) -> Iterator[Requirement]:
    """What a package needs on this machine, with this extra of it ("" for none)."""
    record = _found(name)
    for text in (record.requires if record else None) or ():
        each = Requirement(text)
        if each.marker is None or each.marker.evaluate({"extra": extra}):
            yield each


def _added(name: str, extra: str) -> Iterator[Requirement]:
    """What the extra adds to that."""
    base = list(_requirements(name, ""))
    return (each for each in _requirements(name, extra) if each not in base)


def _needed(name: str, extra: str) -> tuple[Mapping[str, str], list[str]]:
    """Versions of all that a package rests on, and what of it is missing or does not fit."""
    versions: dict[str, str] = {}
    wrong: list[str] = []
    todo, done = [(name, extra)], set()
    while todo:
        parent = todo.pop()
        if parent in done:
            continue
        done.add(parent)
        for each in _requirements(*parent):
            found = _found(each.name)
            wrong += _unfit(each, found, parent[0])
            if found is not None:
                own = canonicalize_name(each.name)
                versions[own] = found.version
                todo += [(own, inner) for inner in ("", *each.extras)]
    return versions, list(dict.fromkeys(wrong))


def _unfit(wanted: Requirement, found: Distribution | None, parent: str) -> list[str]:
    if found is None:
        return [f"{wanted.name} is missing; {parent} needs it"]
    if not wanted.specifier.contains(found.version, prereleases=True):
        return [f"{wanted.name} is {found.version}; {parent} needs {wanted.specifier}"]
    return []
