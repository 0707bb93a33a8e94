"""Families of outcomes: which names in the files are about the same thing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lowdose.errors import Fault, InputError
from lowdose.evidence.records import Span
from lowdose.evidence.words import Direction, EffectType

__all__ = ["Family", "families", "find_family"]


class Family(NamedTuple):
    """A family: id, name to show, what is pooled by default, which way is better, the scale of
    differences of means where they are put on one, the names of its outcomes, whether it is
    something unwanted, and what published reviews call it."""

    id: str
    name: str
    measure: EffectType
    direction: Direction
    range: Span | None
    outcomes: tuple[str, ...]
    harm: bool = False
    published: tuple[str, ...] = ()


@cache
def families() -> Mapping[str, Family]:
    """Every family, by its id.

    >>> families()["pain"].measure.value, families()["pain"].range
    ('md', Span(low=0.0, high=10.0))
    """
    text = files("lowdose.evidence").joinpath("families.toml").read_text(encoding="utf-8")
    return {
        each: Family(
            each,
            table["name"],
            EffectType(table["measure"]),
            Direction(table["direction"]),
            Span(*map(float, table["range"])) if "range" in table else None,
            tuple(table["outcomes"]),
            table.get("harm", False),
            tuple(table.get("published", ())),
        )
        for each, table in tomllib.loads(text).items()
    }


def find_family(named: str) -> Family:
    """The family of this id or name, or that of an outcome of this name.

    Raises `InputError` where there is none.

    >>> find_family("pain severity").id, find_family("quality of life").id
    ('pain', 'quality_of_life')
    >>> find_family("pian")
    Traceback (most recent call last):
    lowdose.errors.InputError: outcome: 'pian', expected a family of outcomes or an outcome; did \
you mean pain?
    """
    wanted = named.strip().casefold()
    table = _by_any_name()
    if wanted in table:
        return table[wanted]
    near = get_close_matches(wanted, table, n=1, cutoff=0.75)
    remedy = f"did you mean {near[0]}?" if near else ""
    raise InputError([Fault("outcome", repr(named), "a family of outcomes or an outcome", remedy)])


@cache
def _by_any_name() -> Mapping[str, Family]:
    by_outcome = {name.casefold(): one for one in families().values() for name in one.outcomes}
    own = {name.casefold(): one for one in families().values() for name in (one.id, one.name)}
    return {**by_outcome, **own}
