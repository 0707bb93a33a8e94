"""The report of a trial: CENT 2015 for N-of-1 trials, CONSORT for all others.

Numbers come from the result and, where they are given, the data; words on methods from the design.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from lowdose.report.document import Block, Callout, Document, Plain, Section, Words
from lowdose.report.trial_counts import Counted, counted
from lowdose.report.trial_design_words import DESIGN_TOPICS
from lowdose.report.trial_items import fill, item_sections, items_json, overview, state_words
from lowdose.report.trial_protocol import guideline_for
from lowdose.report.trial_result_words import RESULT_TOPICS, Told, headline, missing_words
from lowdose.report.wording import date_words
from lowdose.trial.analyse.values import Result
from lowdose.trial.design.values import Design
from lowdose.trial.run.values import TrialData

__all__ = ["report_json", "result_document"]

_ADVICE = "A draft for those who know the trial, not medical advice."
_VIRTUAL = (
    "These people are simulated. This is a rehearsal of a trial under an assumption; it says "
    "nothing about what the drug does."
)


def result_document(
    design: Design,
    result: Result,
    data: TrialData | None = None,
    *,
    made_on: date,
    version: str = "",
    guideline: str | None = None,
    virtual: bool = False,
) -> Document:
    """Lay a trial's result out as a report, item by item.

    data: the trial that the result is of; items that need them are left open without them.
    guideline: a key of `checklists("result")`; without it CENT 2015 for N-of-1 trials, CONSORT 2010
    with its extension for crossovers, and CONSORT 2025 for all others. virtual: say that the people
    are simulated; said in any case where the data know it.

    Raises:
        InputError: an unknown guideline, or one for protocols; data of several trials.

    Sources: Vohra et al. 2015, 10.1136/bmj.h1738; Hopewell et al. 2025, 10.1136/bmj-2024-081123;
    Schulz et al. 2010, 10.1136/bmj.c332; Dwan et al. 2019, 10.1136/bmj.l4378.
    """
    chosen = guideline_for(design, "result", guideline)
    told = Told(design, result, None if data is None else counted(data))
    filled = fill(chosen, _topics(told))
    simulated = virtual or (data is not None and data.truth is not None)
    first: list[Block] = [Callout("Virtual people", _VIRTUAL)] if simulated else []
    first += [headline(told), Words(state_words(filled), small=True)]
    return Document(
        subject=f"Report of a trial, by {chosen.name}",
        title=design.title,
        sections=(
            Section("answer", "In short", tuple(first)),
            *item_sections(chosen, filled),
            overview(chosen, filled),
        ),
        footer=f"Drafted by lowdose {version} on {date_words(made_on)}. {_ADVICE}".replace(
            "  ", " "
        ),
    )


def report_json(
    design: Design, result: Result, data: TrialData | None = None, *, guideline: str | None = None
) -> dict[str, Any]:
    """Which items of the report are filled, and what is still to be written, for a program.

    Raises InputError as `result_document` does.
    """
    chosen = guideline_for(design, "result", guideline)
    told = Told(design, result, None if data is None else counted(data))
    return items_json(chosen, fill(chosen, _topics(told)))


def _topics(told: Told) -> dict[str, Callable[[], tuple[Plain, ...]]]:
    said: dict[str, Callable[[], tuple[Plain, ...]]] = {
        name: partial(say, told.design) for name, say in DESIGN_TOPICS.items()
    }
    said |= {name: partial(say, told) for name, say in RESULT_TOPICS.items()}
    if told.data is not None:
        said["missing"] = partial(_missing, told.design, told.data)
    return said


def _missing(design: Design, data: Counted) -> tuple[Plain, ...]:
    return (*DESIGN_TOPICS["missing"](design), Words(missing_words(data)))
