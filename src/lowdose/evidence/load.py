"""All files of the evidence: read once, checked against each other, every fault reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from lowdose.errors import Fault, InputError
from lowdose.evidence.conditions import CONDITION_NAMES, condition_names
from lowdose.evidence.families import families
from lowdose.evidence.fields import Place, nearest
from lowdose.evidence.read import read_claims, read_review, read_study
from lowdose.evidence.records import Claim, Evidence, Review, Study

__all__ = ["evidence", "read_evidence"]

_Record = TypeVar("_Record")


@cache
def evidence() -> Evidence:
    """The evidence that comes with the package.

    >>> len(evidence().studies) > 90, evidence().studies["smith2011"].publication.year
    (True, 2011)
    """
    return read_evidence(files("lowdose.evidence"))


def read_evidence(folder: Traversable) -> Evidence:
    """The evidence in a folder with `studies`, `reviews` and `claims`, a TOML file each.

    Raises `InputError` with every fault of all files, each with file, row and field.
    """
    faults: list[Fault] = []
    studies = _read_all(folder.joinpath("studies"), read_study, faults)
    reviews = _read_all(folder.joinpath("reviews"), read_review, faults)
    pages = _read_all(folder.joinpath("claims"), read_claims, faults)
    claims = [claim for page in pages.values() for claim in page]
    _check_studies(studies, faults)
    _check_conditions(studies.values(), reviews.values(), claims, faults)
    _check_references(studies, reviews, claims, faults)
    if faults:
        raise InputError(faults, "evidence")
    return Evidence(studies, reviews, {claim.id: claim for claim in claims})


def _read_all(
    folder: Traversable, read: Callable[[str, str, Place], Any], faults: list[Fault]
) -> dict[str, Any]:
    """What the files of a folder hold, by the file's name, in its order."""
    found = {}
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    for name in names:
        place = Place(name, faults)
        try:
            content = folder.joinpath(name).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            place.fault("", f"byte {error.start + 1} is not UTF-8", "text in UTF-8")
            continue
        record = read(name.removesuffix(".toml"), content, place)
        if record is not None:
            found[name.removesuffix(".toml")] = record
    return found


def _check_studies(studies: Mapping[str, Study], faults: list[Fault]) -> None:
    """Trials exist, nothing is entered twice, and a shared registration is accounted for."""
    for study in studies.values():
        place = Place(f"{study.id}.toml", faults)
        trial = studies.get(study.trial)
        if trial is None:
            place.fault(
                "trial", repr(study.trial), "the id of a study", nearest(study.trial, studies)
            )
        elif trial.trial != trial.id:
            place.fault("trial", repr(study.trial), f"{trial.trial!r}, of which that is a report")
    for name in ("doi", "pmid"):
        _check_once(studies.values(), name, faults)
    _check_registrations(studies.values(), faults)


def _check_once(studies: Iterable[Study], name: str, faults: list[Fault]) -> None:
    given = [(study, getattr(study.publication, name).lower()) for study in studies]
    times = Counter(value for _, value in given if value)
    for study, value in given:
        if times[value] > 1:
            Place(f"{study.id}.toml", faults).fault(name, repr(value), "one study a publication")


def _check_registrations(studies: Iterable[Study], faults: list[Fault]) -> None:
    first: dict[str, Study] = {}
    for study in studies:
        for number in study.publication.registrations:
            other = first.setdefault(number, study)
            apart = study.separate_people and other.separate_people
            if other.trial != study.trial and not apart:
                Place(f"{study.id}.toml", faults).fault(
                    "registrations",
                    number,
                    f"the same trial as {other.id}, which has this registration too",
                    "or separate_people = true in both",
                )


def _check_conditions(
    studies: Iterable[Study],
    reviews: Iterable[Review],
    claims: Iterable[Claim],
    faults: list[Fault],
) -> None:
    given = [(f"{study.id}.toml", study.condition) for study in studies]
    for review in reviews:
        given += [(f"{review.id}.toml, {each.id}", each.condition) for each in review.estimates]
    given += [(f"{claim.page}.toml, {claim.id}", claim.condition) for claim in claims]
    known = condition_names()
    for where, condition in given:
        if condition and condition not in known:
            expected = f"a condition of {CONDITION_NAMES}"
            Place(where, faults).fault(
                "condition", repr(condition), expected, nearest(condition, known)
            )


def _check_links(
    studies: Mapping[str, Study],
    reviews: Mapping[str, Review],
    claims: Iterable[Claim],
    faults: list[Fault],
) -> None:
    """The pools and rows that claims rest on are there."""
    rows = {row.id: row for study in studies.values() for row in study.outcomes}
    events = {row.id: row for study in studies.values() for row in study.adverse_events}
    estimates = {each.id: each for review in reviews.values() for each in review.estimates}
    known = {**studies, **rows, **events, **estimates}
    for claim in claims:
        place = Place(f"{claim.page}.toml, {claim.id}", faults)
        for each in claim.rows:
            if each not in known:
                expected = "the id of a row, like younger2013-o01, or of a study"
                place.fault("rows", repr(each), expected, nearest(each, known))
        condition, _, outcome = claim.pool.partition("/")
        outcome = outcome.partition("/")[0]
        for name, tables in ((condition, condition_names()), (outcome, families())):
            if name and name not in tables:
                expected = "the ids of a condition and of a family of outcomes"
                place.fault("pool", repr(claim.pool), expected, nearest(name, tables))


def _check_references(
    studies: Mapping[str, Study],
    reviews: Mapping[str, Review],
    claims: Sequence[Claim],
    faults: list[Fault],
) -> None:
    named = [
        (f"{review.id}.toml, {each.id}", "included", each.included)
        for review in reviews.values()
        for each in review.estimates
    ]
    seen: set[str] = set()
    for claim in claims:
        where = f"{claim.page}.toml, {claim.id}"
        named += [(where, "cites", claim.cites), (where, "studies", claim.studies)]
        if claim.id in seen:
            Place(where, faults).fault("id", repr(claim.id), "an id that no other claim has")
        seen.add(claim.id)
    _check_links(studies, reviews, claims, faults)
    for where, field, ids in named:
        for each in ids:
            if each not in studies:
                expected = "the id of a study, which is the name of its file"
                Place(where, faults).fault(field, repr(each), expected, nearest(each, studies))
