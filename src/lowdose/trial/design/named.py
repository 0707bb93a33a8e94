"""Find a design: a published one or a template by its name, or a file of one's own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from lowdose.errors import Fault, InputError
from lowdose.evidence.fields import nearest
from lowdose.trial.design.read import parse_design
from lowdose.trial.design.values import Design

__all__ = ["FOLDERS", "design_text", "designs", "find_design"]

# Where designs with a name live, and what they are.
FOLDERS = {"published": "published trial", "templates": "template"}
_ENDING = ".toml"


def designs(folder: str | None = None) -> list[str]:
    """The names of the designs that come along; of one of `FOLDERS`, or all.

    >>> designs("templates")  # doctest: +NORMALIZE_WHITESPACE
    ['aggregated-n-of-1', 'balaam', 'crossover', 'dose-finding', 'fixed-order', 'n-of-1',
     'parallel', 'williams', 'withdrawal']
    """
    return [name for name, place in _places().items() if folder in (None, place[0])]


def find_design(name_or_path: str | Path) -> Design:
    """The design of this name, or the one in the file at this path.

    Raises InputError where there is neither, or with every fault of the file.

    >>> find_design("crossover").people
    40
    >>> find_design("crosover")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    lowdose.errors.InputError: design: 'crosover', expected the name of a design or of a file \
that is there; did you mean crossover?...
    """
    text, name, source = design_text(name_or_path)
    return parse_design(text, name=name, source=source)


def design_text(name_or_path: str | Path) -> tuple[bytes, str, str]:
    """What a design's file says, the design's name, and the file's name for messages.

    Raises InputError where there is no such name or file.
    """
    named = _places().get(str(name_or_path))
    if named:
        return named[1].read_bytes(), str(name_or_path), named[1].name
    path = Path(name_or_path)
    try:
        return path.read_bytes(), path.stem or "design", str(name_or_path)
    except (OSError, ValueError):  # ValueError: a null character in the name
        raise InputError([_nothing_there(name_or_path)]) from None


def _nothing_there(name: str | Path) -> Fault:
    near = nearest(str(name), dict.fromkeys(_places()))
    listed = "lowdose trial list shows the names"
    wanted = "the name of a design or of a file that is there"
    return Fault("design", repr(str(name)), wanted, f"{near} {listed}" if near else listed)


@cache
def _places() -> dict[str, tuple[str, Traversable]]:
    """Name -> folder and file."""
    found = {}
    for folder in FOLDERS:
        inside = files("lowdose.trial.design").joinpath(folder)
        if inside.is_dir():
            named = sorted(one.name for one in inside.iterdir() if one.name.endswith(_ENDING))
            for name in named:
                found[name.removesuffix(_ENDING)] = (folder, inside.joinpath(name))
    return found
