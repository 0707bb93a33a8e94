"""One file of the evidence, from TOML to a record, with every fault of it.

The name of the file without its ending is the id of what is in it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from lowdose.evidence import codebook
from lowdose.evidence.fields import Field, Place, read_table
from lowdose.evidence.plausible import (
    check_adverse_event,
    check_claim,
    check_estimate,
    check_outcome,
    check_study,
)
from lowdose.evidence.records import (
    AdverseEvent,
    Claim,
    Outcome,
    Publication,
    Review,
    ReviewEstimate,
    Study,
)

__all__ = ["read_claims", "read_review", "read_study"]


def read_study(name: str, content: str, place: Place) -> Study | None:
    """The study in a file; None where a required field is missing.

    >>> place = Place("smith2011.toml", [])
    >>> read_study("smith2011", 'title = "Therapy"', place) is None, len(place.faults)
    (True, 8)
    """
    whole = _tables(content, ("outcome", "adverse_event"), place)
    found = read_table(whole.pop(""), codebook.STUDY, place)
    outcomes = _rows(whole["outcome"], codebook.OUTCOME, "outcome", place)
    events = _rows(whole["adverse_event"], codebook.ADVERSE_EVENT, "adverse event", place)
    if not _has_all(found, codebook.STUDY):
        return None
    publication, rest = _publication(found)
    given = {"verified": rest["verified"], "source": publication.source}
    study = Study(
        id=name,
        publication=publication,
        trial=rest.pop("trial", name),
        outcomes=tuple(Outcome(**_row(name, given, each)) for _, each in outcomes),
        adverse_events=tuple(AdverseEvent(**_row(name, given, each)) for _, each in events),
        **rest,
    )
    check_study(study, place)
    for (part, _), outcome in zip(outcomes, study.outcomes, strict=True):
        check_outcome(outcome, study, part)
    for (part, _), event in zip(events, study.adverse_events, strict=True):
        check_adverse_event(event, part)
    return study


def read_review(name: str, content: str, place: Place) -> Review | None:
    """The review in a file; None where a required field is missing."""
    whole = _tables(content, ("estimate",), place)
    found = read_table(whole.pop(""), codebook.REVIEW, place)
    rows = _rows(whole["estimate"], codebook.ESTIMATE, "estimate", place)
    if not _has_all(found, codebook.REVIEW):
        return None
    publication, rest = _publication(found)
    given = {"verified": rest["verified"], "review": name}
    estimates = tuple(
        ReviewEstimate(**{**given, **each, "id": f"{name}-{each['id']}"}) for _, each in rows
    )
    for (part, _), estimate in zip(rows, estimates, strict=True):
        check_estimate(estimate, part)
    return Review(name, publication, rest["verified"], rest.get("conclusion", ""), estimates)


def read_claims(name: str, content: str, place: Place) -> tuple[Claim, ...]:
    """The claims of a page."""
    whole = _tables(content, ("claim",), place)
    page = read_table(whole.pop(""), codebook.PAGE, place)
    rows = _rows(whole["claim"], codebook.CLAIM, "claim", place)
    title = page.get("page", "")
    claims = tuple(
        Claim(**{"page": name, "page_title": title, "text": each.pop("claim"), **each})
        for _, each in rows
    )
    for (part, _), claim in zip(rows, claims, strict=True):
        check_claim(claim, part)
    return claims


def _tables(content: str, parts: tuple[str, ...], place: Place) -> dict[str, Any]:
    """The lists of tables named in `parts`, and under "" everything else."""
    try:
        whole = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        place.fault("", str(error), "a file in TOML", 'texts stand in "marks", numbers bare')
        whole = {}
    lists = {part: whole.pop(part, []) for part in parts}
    for part, given in lists.items():
        if not isinstance(given, list):
            place.fault(part, "one table", f"a list of tables, each headed [[{part}]]")
            lists[part] = []
    return {"": whole, **lists}


def _rows(
    tables: list[object], fields: Mapping[str, Field], noun: str, place: Place
) -> list[tuple[Place, dict[str, Any]]]:
    """The rows that have what they must, each with its place; ids in a file are different."""
    read = []
    for number, table in enumerate(tables, start=1):
        row_id = table.get("id", "") if isinstance(table, dict) else ""
        part = place.within(f"{noun} {number}" + (f" ({row_id})" if row_id else ""))
        row = read_table(table, fields, part)
        if _has_all(row, fields):
            read.append((part, row))
    times = Counter(row["id"] for _, row in read)
    for part, row in read:
        if times[row["id"]] > 1:
            part.fault("id", repr(row["id"]), "an id that no other row of this file has")
    return read


def _has_all(found: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
    return all(key in found for key, field in fields.items() if field.required)


def _publication(found: dict[str, Any]) -> tuple[Publication, dict[str, Any]]:
    """The publication, and the fields that are not part of it."""
    own = {key: value for key, value in found.items() if key in codebook.PUBLICATION}
    rest = {key: value for key, value in found.items() if key not in own}
    return Publication(address=own.pop("source", ""), **own), rest


def _row(study: str, given: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row inherits how it was seen and its source, unless it has its own."""
    return {**given, **row, "study": study, "id": f"{study}-{row['id']}"}
