"""Fill a checklist: what is known stands under its number, the rest is marked as to be written.

Nothing is invented. An item about which we know nothing says what it asks, and that is all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lowdose.report.document import (
    Block,
    Callout,
    Facts,
    Heading,
    Items,
    Link,
    Plain,
    Section,
    Table,
)
from lowdose.report.trial_checklist import Checklist, Group, Item

__all__ = [
    "TO_WRITE",
    "Filled",
    "Topics",
    "fill",
    "item_sections",
    "items_json",
    "overview",
    "state_words",
]

_STATES = ("filled", "begun", "to be written")
TO_WRITE = "To be written by you"
Topics = Mapping[str, Callable[[], tuple[Plain, ...]]]


@dataclass(frozen=True)
class Filled:
    """An item with what is known; missing: what is still to be written ("" where nothing is)."""

    item: Item
    blocks: tuple[Plain, ...]
    missing: str


def fill(checklist: Checklist, topics: Topics) -> tuple[Filled, ...]:
    """Every item with what its topic says."""
    return tuple(_filled(item, topics) for item in checklist.items)


def _filled(item: Item, topics: Topics) -> Filled:
    blocks = topics[item.topic]() if item.topic in topics else ()
    return Filled(item, blocks, item.rest if blocks else item.ask)


def item_sections(checklist: Checklist, filled: tuple[Filled, ...]) -> tuple[Section, ...]:
    """A section for each group of the list, with a heading for each item."""
    known = {one.item.number: one for one in filled}
    return tuple(
        _section(number, group, [known[item.number] for item in group.items])
        for number, group in enumerate(checklist.groups, start=1)
    )


def _section(number: int, group: Group, filled: list[Filled]) -> Section:
    blocks: list[Block] = []
    for one in filled:
        blocks.append(Heading(f"{one.item.number} {one.item.name}"))
        blocks += one.blocks
        if one.missing:
            blocks.append(Callout(TO_WRITE, one.missing))
    return Section(f"part-{number}", group.title, tuple(blocks))


def overview(checklist: Checklist, filled: tuple[Filled, ...]) -> Section:
    """The list itself: which item is filled, which is begun, which is still to be written."""
    rows = tuple((one.item.number, one.item.name, _state(one)) for one in filled)
    source = Link(checklist.source, f"https://doi.org/{checklist.doi}")
    states = [_state(one) for one in filled]
    counted = tuple((state, f"{states.count(state)} of {len(states)} items") for state in _STATES)
    table = Table("Items", ("item", "asks for", "state"), rows, (0.1, 0.65, 0.25))
    about = (
        f"Numbered as in {checklist.name}; what each item asks is put shortly in our words. "
        f"The original explains each item. {checklist.licence}"
    )
    return Section(
        "checklist",
        f"Checklist: {checklist.name}",
        (Facts(counted), table, Items((source, about))),
    )


def state_words(filled: tuple[Filled, ...]) -> str:
    """How far the list is filled."""
    counts = Counter(map(_state, filled))
    said = ", ".join(f"{counts[state]} {state}" for state in _STATES)
    return f"Of {len(filled)} items {said}. Marked below: what is still to be written by you."


def items_json(checklist: Checklist, filled: tuple[Filled, ...]) -> dict[str, Any]:
    """Every item with its state, for a program."""
    return {
        "guideline": checklist.name,
        "doi": checklist.doi,
        "items": [
            {
                "item": one.item.number,
                "name": one.item.name,
                "state": _state(one).replace(" ", "_"),
                "to_be_written": one.missing or None,
            }
            for one in filled
        ],
    }


def _state(one: Filled) -> str:
    if not one.missing:
        return "filled"
    return "begun" if one.blocks else "to be written"
