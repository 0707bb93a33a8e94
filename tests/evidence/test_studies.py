"""Every file of the evidence, one by one, for whoever adds or changes one.

A failure says in words what is wrong with which file; docs/evidence/data.md says how to mend it.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest

from lowdose.evidence import codebook
from lowdose.evidence.families import families
from lowdose.evidence.fields import Place
from lowdose.evidence.load import evidence
from lowdose.evidence.read import read_claims, read_review, read_study

EVIDENCE = files("lowdose.evidence")
READ = {"studies": read_study, "reviews": read_review, "claims": read_claims}
TABLES = {
    "studies": {
        "": codebook.STUDY,
        "outcome": codebook.OUTCOME,
        "adverse_event": codebook.ADVERSE_EVENT,
    },
    "reviews": {"": codebook.REVIEW, "estimate": codebook.ESTIMATE},
    "claims": {"": codebook.PAGE, "claim": codebook.CLAIM},
}
# Copies, listings and news, which are not where something was published.
NOT_SOURCES = (
    "biomed.reviewer.ly",
    "bibliomed",
    "booksci",
    "druglib",
    "eddoctor24h",
    "grantome",
    "healthday",
    "ichgcp",
    "issuu",
    "ldnresearchtrust",
    "ldnscience",
    "medicdebate",
    "researchgate",
    "rhythmusic",
    "s4me",
    "scribd",
    "suppr.wilddata",
    "thehealththread",
    "vellito",
    "veeva",
    "webmd",
    "zendy",
)

FILES = [
    pytest.param(folder, file, id=f"{folder}/{file.name}")
    for folder in READ
    for file in sorted(EVIDENCE.joinpath(folder).iterdir(), key=lambda each: each.name)
]
every_file = pytest.mark.parametrize(("folder", "file"), FILES)


@every_file
def test_a_file_has_no_fault(folder: str, file: Traversable) -> None:
    place = Place(file.name, [])

    READ[folder](file.name.removesuffix(".toml"), file.read_text("utf-8"), place)

    assert not place.faults, "\n".join(map(str, place.faults))


@every_file
def test_the_fields_of_a_file_stand_in_the_order_of_the_code_book(
    folder: str, file: Traversable
) -> None:
    given = tomllib.loads(file.read_text("utf-8"))
    parts = TABLES[folder]
    tables = [("", {key: value for key, value in given.items() if key not in parts})]
    tables += [(part, row) for part in parts if part for row in given.get(part, [])]

    for part, table in tables:
        order = [key for key in parts[part] if key in table]

        assert list(table) == order, f"{file.name}, {part or 'top'}: write {', '.join(order)}"


@every_file
def test_nothing_cites_a_copy_or_a_listing(folder: str, file: Traversable) -> None:
    text = file.read_text("utf-8")

    assert [host for host in NOT_SOURCES if f"{host}." in text or f"{host}/" in text] == []


def test_every_outcome_and_event_is_in_one_family() -> None:
    named = [name for family in families().values() for name in family.outcomes]
    used = {
        name
        for study in evidence().studies.values()
        for name in (
            *(outcome.name for outcome in study.outcomes),
            *(event.event for event in study.adverse_events),
        )
    }

    assert used - set(named) == set(), "add these names to a family in families.toml"
    assert set(named) - used == set(), "no file has these names of families.toml"
    assert sorted(named) == sorted(set(named)), "a name is in two families of families.toml"


def test_nothing_reaches_beyond_the_package() -> None:
    """Files are found the way a wheel offers them, and only TOML files hold records."""
    assert {file.name.rpartition(".")[2] for folder in READ for _, file in listed(folder)} == {
        "toml"
    }


def listed(folder: str) -> list[tuple[str, Traversable]]:
    return [(folder, file) for file in EVIDENCE.joinpath(folder).iterdir()]
