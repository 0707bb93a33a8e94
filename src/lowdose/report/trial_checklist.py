"""The lists of what a protocol or a report should say, read from `checklists/*.toml`.

A list names its items and what each asks; `topic` says which words of ours can fill an item, and
`rest` what they leave to the writer. Lists that extend another one change single items of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from lowdose.errors import Fault, InputError

__all__ = ["Checklist", "Group", "Item", "checklist", "checklists"]


@dataclass(frozen=True)
class Item:
    """One item. ask: what it asks; topic: what may fill it; rest: what is then still to write."""

    number: str
    name: str
    ask: str
    topic: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Group:
    """Items under one heading."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Checklist:
    """A whole list. what: "protocol" or "result"; doi: of the paper it is from."""

    key: str
    name: str
    what: str
    source: str
    doi: str
    licence: str
    groups: tuple[Group, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(item for group in self.groups for item in group.items)


def checklists(what: str = "") -> tuple[str, ...]:
    """Keys of the lists; only those for a "protocol" or a "result" where that is asked.

    >>> checklists("protocol")
    ('spent-2019', 'spirit-2013', 'spirit-2025')
    """
    folder = resources.files("lowdose.report") / "checklists"
    keys = (one.name.removesuffix(".toml") for one in folder.iterdir())
    return tuple(sorted(key for key in keys if not what or checklist(key).what == what))


def checklist(key: str) -> Checklist:
    """The list of this key.

    Raises InputError where there is none.

    >>> found = checklist("cent-2015")
    >>> found.name, len(found.items), found.items[0].number
    ('CENT 2015', 44, '1a')
    """
    if not (resources.files("lowdose.report") / "checklists" / f"{key}.toml").is_file():
        raise InputError([Fault("guideline", repr(key), f"one of: {', '.join(checklists())}")])
    return _read(key)


@cache
def _read(key: str) -> Checklist:
    path = resources.files("lowdose.report") / "checklists" / f"{key}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if "extends" in table:
        groups = _changed(_read(table["extends"]).groups, table["changes"])
    else:
        groups = tuple(_group(one) for one in table["sections"])
    said = {name: table[name] for name in ("name", "what", "source", "doi", "licence")}
    return Checklist(key=key, groups=groups, **said)


def _group(table: Mapping[str, Any]) -> Group:
    return Group(table["title"], tuple(Item(**one) for one in table["items"]))


def _changed(groups: tuple[Group, ...], changes: Mapping[str, Any]) -> tuple[Group, ...]:
    return tuple(
        replace(
            group,
            items=tuple(replace(item, **changes.get(item.number, {})) for item in group.items),
        )
        for group in groups
    )
