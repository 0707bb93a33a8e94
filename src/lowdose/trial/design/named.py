"""Designs by name: those that were published, and templates to start one's own from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from lowdose.errors import Fault, InputError
from lowdose.evidence.fields import nearest
from lowdose.trial.design.read import parse_design
from lowdose.trial.design.values import Design

__all__ = ["Named", "design_source", "find_design", "named_designs"]

_FOLDERS = {"published": True, "templates": False}


@dataclass(frozen=True)
class Named:
    """A design that comes with lowdose. published: a trial that was carried out."""

    name: str
    published: bool
    design: Design


def named_designs() -> tuple[Named, ...]:
    """Every named design, the published ones first.

    >>> "crossover" in [one.name for one in named_designs()]
    True
    """
    return tuple(
        Named(name, published, parse_design(content, name=name))
        for name, published, content in _files()
    )


def find_design(name: str) -> Design:
    """The design of that name, or the one in the file at that path.

    Raises InputError where there is neither, or the file has faults.

    >>> find_design("crossover").people
    40
    """
    content = design_source(name)
    path = Path(name)
    return parse_design(content, name=path.stem, source=path.name)


def design_source(name: str) -> bytes:
    """The text of a named design or of a file: what to copy to start one's own."""
    known = {each: content for each, _, content in _files()}
    if name in known:
        return known[name]
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError):
        wanted = "a design that `lowdose trial list` shows, or a file.toml"
        raise InputError([Fault("DESIGN", repr(name), wanted, nearest(name, known))]) from None


def _files() -> Iterator[tuple[str, bool, bytes]]:
    for folder, published in _FOLDERS.items():
        place = files("lowdose.trial.design") / folder
        if not place.is_dir():
            continue
        for file in sorted(place.iterdir(), key=lambda one: one.name):
            if file.name.endswith(".toml"):
                yield file.name.removesuffix(".toml"), published, file.read_bytes()
