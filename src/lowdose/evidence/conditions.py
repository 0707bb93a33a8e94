"""The conditions of the evidence, their plain names, and what people call them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lowdose.errors import Fault, InputError

__all__ = [
    "CONDITION_NAMES",
    "ConditionName",
    "condition_names",
    "find_condition",
    "known_condition",
    "part_of",
]

CONDITION_NAMES = "conditions.toml"


class ConditionName(NamedTuple):
    """A condition: id in the files, name to show, other names, the wider condition or ""."""

    id: str
    name: str
    synonyms: tuple[str, ...]
    within: str


@cache
def condition_names() -> Mapping[str, ConditionName]:
    """Every condition, by its id.

    >>> condition_names()["crohns_disease"].name
    "Crohn's disease"
    """
    text = files("lowdose.evidence").joinpath(CONDITION_NAMES).read_text(encoding="utf-8")
    return {
        each: ConditionName(each, table["name"], tuple(table["synonyms"]), table.get("within", ""))
        for each, table in tomllib.loads(text).items()
    }


def find_condition(named: str) -> ConditionName:
    """The condition that somebody means by a name.

    Raises `InputError` where none is known by it.

    >>> find_condition("FM").name, find_condition("Crohns disease").id
    ('fibromyalgia', 'crohns_disease')
    >>> find_condition("fibromyalgea")
    Traceback (most recent call last):
    lowdose.errors.InputError: condition: 'fibromyalgea', expected a condition with a study; did \
you mean fibromyalgia?
    """
    found = known_condition(named)
    if found is not None:
        return found
    raise _unknown(named, "no study of it is known here; `lowdose evidence list` names all others")


def known_condition(named: str) -> ConditionName | None:
    """The same, but None where nothing like that name is known.

    Raises `InputError` where it is nearly the name of one: probably a slip of the pen.

    >>> known_condition("lupus") is None
    True
    """
    table = _by_any_name()
    plain, without = _plain(named), _plain(named.partition("(")[0])
    if plain in table or without in table:
        return table[plain if plain in table else without]
    near = get_close_matches(plain, table, n=1, cutoff=0.75)
    if near or not plain:
        raise _unknown(named, f"did you mean {table[near[0]].name}?" if near else "")
    return None


def _unknown(named: str, remedy: str) -> InputError:
    return InputError([Fault("condition", repr(named), "a condition with a study", remedy)])


def part_of(wide: str) -> frozenset[str]:
    """The ids of a condition and of all that are within it.

    >>> sorted(part_of("ibd_any"))
    ['crohns_disease', 'ibd_any', 'ulcerative_colitis']
    """
    within = {each.id for each in condition_names().values() if each.within == wide}
    return frozenset({wide, *(narrow for each in within for narrow in part_of(each))})


@cache
def _by_any_name() -> Mapping[str, ConditionName]:
    return {
        _plain(name): condition
        for condition in condition_names().values()
        for name in (condition.id, condition.name, *condition.synonyms)
    }


def _plain(text: str) -> str:
    """Small letters and digits without accents, apostrophes or signs."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", folded.replace("'", "")))
