"""A protocol from a design file: SPENT 2019 for N-of-1 trials, SPIRIT for all others.

What the design says is filled in; what it does not say is listed as still to be written.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.report.document import Block, Callout, Document, Facts, Items, Section, Words
from lowdose.report.trial_checklist import Checklist, checklist, checklists
from lowdose.report.trial_design_words import DESIGN_TOPICS, design_summary
from lowdose.report.trial_items import (
    Filled,
    fill,
    item_sections,
    items_json,
    overview,
    state_words,
)
from lowdose.report.wording import date_words
from lowdose.trial.design.timeline import kind_of
from lowdose.trial.design.values import Design

__all__ = ["guideline_for", "protocol_document", "protocol_json"]

_ADVICE = "A draft for those who know the trial; no committee has seen it."
_N_OF_1 = ("N-of-1", "aggregated N-of-1")
_NOT_DRAWN = ("fixed order", "dose finding")


def protocol_document(
    design: Design, *, made_on: date, version: str = "", guideline: str | None = None
) -> Document:
    """Lay a design out as a protocol, item by item.

    guideline: a key of `checklists("protocol")`; without it SPENT 2019 for N-of-1 trials and SPIRIT
    2025 for all others.

    Raises:
        InputError: an unknown guideline, or one for results.

    Sources: Porcino et al. 2020, 10.1136/bmj.m122; Chan et al. 2025, 10.1136/bmj-2024-081477;
    Chan et al. 2013, 10.7326/0003-4819-158-3-201302050-00583.
    """
    chosen = guideline_for(design, "protocol", guideline)
    filled = _filled(design, chosen)
    return Document(
        subject=f"Protocol of a trial, by {chosen.name}",
        title=design.title,
        sections=(
            Section("answer", "At a glance", _glance(design, filled)),
            *item_sections(chosen, filled),
            *_sources(design),
            overview(chosen, filled),
        ),
        footer=f"Drafted by lowdose {version} on {date_words(made_on)}. {_ADVICE}".replace(
            "  ", " "
        ),
    )


def protocol_json(design: Design, *, guideline: str | None = None) -> dict[str, Any]:
    """Which items the design fills, and what is still to be written, for a program.

    Raises InputError as `protocol_document` does.
    """
    chosen = guideline_for(design, "protocol", guideline)
    return {"title": design.title, **items_json(chosen, _filled(design, chosen))}


def _filled(design: Design, chosen: Checklist) -> tuple[Filled, ...]:
    return fill(chosen, {name: partial(say, design) for name, say in DESIGN_TOPICS.items()})


def guideline_for(design: Design, what: str, key: str | None) -> Checklist:
    """The checklist of this key, or the one that suits the design; `what`: "protocol" or "result".

    Raises InputError for a key that is none of `checklists(what)`.
    """
    known = checklists(what)
    if key is not None and key not in known:
        raise InputError([Fault("guideline", repr(key), f"one of: {', '.join(known)}")])
    return checklist(key or _usual(design, what))


def _usual(design: Design, what: str) -> str:
    kind = kind_of(design)
    if kind in _N_OF_1:
        return "spent-2019" if what == "protocol" else "cent-2015"
    if what == "protocol":
        return "spirit-2025"
    return "consort-2010-crossover" if kind == "crossover" else "consort-2025"


def _glance(design: Design, filled: tuple[Filled, ...]) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Facts(design_summary(design)),
        Callout("A draft", state_words(filled)),
    ]
    if kind_of(design) in _NOT_DRAWN:
        blocks.append(
            Words(
                "The list is made for randomised trials. This design draws nothing by "
                "chance, and its items on allocation say so.",
                small=True,
            )
        )
    return tuple(blocks)


def _sources(design: Design) -> tuple[Section, ...]:
    if not design.sources:
        return ()
    return (Section("sources", "Where the design was read", (Items(design.sources),)),)
