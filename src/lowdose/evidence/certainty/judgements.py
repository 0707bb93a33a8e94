"""A person's judgements in a TOML file: who judged what otherwise than the rule, why and when.

[[judgement]]                       a trial's domain
study = "innova2026"
domain = "deviations"
level = "some_concerns"
who = "A. Reader"
reason = "what people believed to take went with how they felt"
date = 2026-11-26

[[judgement]]                       a pool's domain
condition = "fibromyalgia"
outcome = "pain"
domain = "imprecision"
level = "not_serious"
...
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.evidence.certainty.values import Judgement
from lowdose.evidence.certainty.words import Domain, Risk, Seriousness, TrialDomain
from lowdose.evidence.conditions import find_condition
from lowdose.evidence.families import find_family
from lowdose.evidence.fields import Field, Place, nearest, read_table, text
from lowdose.evidence.load import evidence

__all__ = ["FIELDS", "parse_judgements"]


_WORDS = ("domain", "level")


def _date(given: object) -> datetime.date | None:
    is_date = isinstance(given, datetime.date) and not isinstance(given, datetime.datetime)
    return given if is_date else None  # type: ignore[return-value]


FIELDS = {
    "study": text(),
    "condition": text(),
    "outcome": text(),
    "domain": text(required=True),
    "level": text(required=True),
    "who": text(required=True),
    "reason": text(required=True),
    "date": Field(_date, "a date like 2026-11-26, without quotation marks", required=True),
}


def parse_judgements(content: str, *, name: str = "judgements") -> tuple[Judgement, ...]:
    """The judgements in a file.

    content: TOML, see above; name: of the file, for messages.

    Raises `InputError` with every fault: unknown studies, conditions, outcomes, domains or levels,
    missing reasons, names or dates, and the same thing judged twice.

    >>> found = parse_judgements('''
    ... [[judgement]]
    ... study = "duebruun2024"
    ... domain = "randomisation"
    ... level = "low"
    ... who = "A. Reader"
    ... reason = "the full text describes the list and who kept it"
    ... date = 2026-11-26
    ... ''')
    >>> found[0].study, found[0].level.value
    ('duebruun2024', 'low')
    """
    place = Place(name, [])
    made = [one for one in _each(_tables(content, place), place) if one is not None]
    if place.faults:
        raise InputError(place.faults)
    return tuple(made)


def _tables(content: str, place: Place) -> list[Any]:
    try:
        whole = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        place.fault("", str(error), "a file in TOML", 'texts stand in "marks", dates bare')
        return []
    for key in whole.keys() - {"judgement"}:
        place.fault(key, repr(key), "nothing but [[judgement]]")
    tables = whole.get("judgement", [])
    if not isinstance(tables, list) or not tables:
        place.fault("judgement", "no list", "one [[judgement]] or more")
        return []
    return tables


def _each(tables: list[Any], place: Place) -> Iterator[Judgement | None]:
    seen: dict[tuple[str, ...], int] = {}
    for number, table in enumerate(tables, start=1):
        part = place.within(f"judgement {number}")
        before = len(place.faults)
        row = read_table(table, FIELDS, part)
        about = _about(row, part)
        kinds: tuple[type[StrEnum], type[StrEnum]] = (Domain, Seriousness)
        if "study" in row:
            kinds = TrialDomain, Risk
        words = {key: _word(row, key, kind, part) for key, kind in zip(_WORDS, kinds, strict=True)}
        if len(place.faults) > before:
            yield None
            continue
        key = (*about.values(), str(words["domain"]))
        if key in seen:
            part.fault("domain", repr(row["domain"]), f"not what judgement {seen[key]} judges")
        seen[key] = number
        yield Judgement(**{**row, **about, **words})


def _about(row: dict[str, Any], part: Place) -> dict[str, str]:
    """Study, or condition and outcome, by their ids."""
    given = [name for name in ("study", "condition", "outcome") if name in row]
    if given == ["study"]:
        if row["study"] not in evidence().studies:
            near = nearest(row["study"], evidence().studies)
            part.fault("study", repr(row["study"]), "the id of a study", near)
        return {"study": row["study"]}
    if given != ["condition", "outcome"]:
        said = " and ".join(given) or "neither"
        part.fault("", said, "either study, or condition and outcome")
        return {}
    found = {}
    for key, find in (("condition", find_condition), ("outcome", find_family)):
        try:
            found[key] = find(row[key]).id
        except InputError as error:
            part.faults.extend(_placed(error, part))
    return found


def _placed(error: InputError, part: Place) -> Iterator[Fault]:
    """The same faults, with the place in the file before them."""
    return (replace(each, place=f"{part.file}, {part.part}, {each.place}") for each in error.faults)


def _word(row: dict[str, Any], key: str, kind: type[StrEnum], part: Place) -> StrEnum | None:
    if key not in row:
        return None
    known = {each.value: each for each in kind}
    if row[key] not in known:
        what = "a trial" if "study" in row else "a pool"
        expected = f"for {what} one of {', '.join(known)}"
        part.fault(key, repr(row[key]), expected, nearest(row[key], known))
    return known.get(row[key])
