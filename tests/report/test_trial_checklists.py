"""The lists that protocols and reports are filled by: whole, numbered as published, and sound."""

from __future__ import annotations

import pytest

from lowdose.errors import InputError
from lowdose.report.trial_checklist import checklist, checklists
from lowdose.report.trial_design_words import DESIGN_TOPICS
from lowdose.report.trial_result_words import RESULT_TOPICS

# Parts as counted in the papers: SPIRIT 2013 has 33 items (51 parts with letters), SPIRIT 2025 34,
# CONSORT 2010 25 (37), CONSORT 2025 30 (42), CENT 2015 25 (44, Shamseer et al. 2015, abstract).
PUBLISHED = {
    "spirit-2013": (33, 51),
    "spirit-2025": (34, 53),
    "spent-2019": (33, 51),
    "consort-2010": (25, 37),
    "consort-2010-crossover": (25, 37),
    "consort-2025": (30, 42),
    "cent-2015": (25, 44),
}
# what can fill an item is not always there: nothing says it of a design or of most results
NEVER_FILLED = {"binary"}


def item_of(number: str) -> int:
    """The number without what comes after it: 13 of "13a.1"."""
    digits = len(number) - len(number.lstrip("0123456789"))
    return int(number[:digits])


def test_every_list_is_compared_with_its_paper() -> None:
    assert set(checklists()) == set(PUBLISHED)


@pytest.mark.parametrize("key", sorted(PUBLISHED))
def test_items_and_parts_are_as_many_as_published(key: str) -> None:
    numbers = [item.number for item in checklist(key).items]

    assert (len({item_of(number) for number in numbers}), len(numbers)) == PUBLISHED[key]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("key", sorted(PUBLISHED))
def test_items_stand_in_the_order_of_their_numbers(key: str) -> None:
    found = [item_of(item.number) for item in checklist(key).items]

    assert found == sorted(found)


@pytest.mark.parametrize("key", sorted(PUBLISHED))
def test_every_topic_is_one_that_we_can_say_something_to(key: str) -> None:
    found = checklist(key)
    known = set(DESIGN_TOPICS) | (set(RESULT_TOPICS) if found.what == "result" else set())

    assert {item.topic for item in found.items} - known - NEVER_FILLED == {""}


@pytest.mark.parametrize("key", ["spent-2019", "consort-2010-crossover"])
def test_a_list_that_extends_another_keeps_its_numbers_and_changes_some_items(key: str) -> None:
    base = checklist({"spent-2019": "spirit-2013"}.get(key, "consort-2010"))
    found = checklist(key)

    assert [item.number for item in found.items] == [item.number for item in base.items]
    assert sum(a != b for a, b in zip(found.items, base.items, strict=True)) >= 10


def test_an_unknown_list_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"spirit-1999.*spent-2019"):
        checklist("spirit-1999")
