"""Read a design from a short TOML file that a clinician can read aloud.

    title     = "LDN or placebo, both for everyone"
    condition = "fibromyalgia"
    people    = 40
    blinding  = "double"                     # open, single or double
    reference = "placebo"

    [outcome]
    symptom = "pain"                         # scale = [0, 10], better = "lower", visit_weeks = [..]

    [treatments.ldn]
    name  = "LDN 4.5 mg"
    steps = [{ dose_mg = 1.5, weeks = 1 }, { dose_mg = 4.5, weeks = 1 }]   # the last one goes on

    [treatments.placebo]
    placebo = true

    [[periods]]                              # a period without `everyone` is open to chance
    name = "baseline"
    weeks = 2
    everyone = "nothing"

    [[periods]]
    name = "first"
    weeks = 8
    ...
    [sequences]                              # or one word: "all orders", "williams", "balaam"
    LP = ["ldn", "placebo"]
    PL = ["placebo", "ldn"]

Also: `[n_of_1]`, `[allocation]`, `[analysis]`, `[expected]`, `[enrichment]`, `[up_and_down]`,
`[looks]`. Every fault is found in one go, each with its line.
"""

from __future__ import annotations

import tomllib
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.evidence.fields import Place, read_table
from lowdose.trial.design.check import check_design
from lowdose.trial.design.fields import TABLES, TOP
from lowdose.trial.design.lines import line_finder
from lowdose.trial.design.parts import (
    analysis_of,
    outcome_of,
    periods_of,
    treatments_of,
)
from lowdose.trial.design.squares import sequences_of
from lowdose.trial.design.values import (
    Allocation,
    Blinding,
    Design,
    Enrichment,
    Expected,
    Looks,
    UpAndDown,
)

__all__ = ["parse_design"]

_LARGEST = 200_000
_KNOWN = "a key of a design file"


def parse_design(content: str | bytes, *, name: str = "design", source: str = "") -> Design:
    """The design in a file. name: what to call it; source: the file's name, for messages.

    Raises InputError with every fault, each with its line and what to do: what cannot be read, and
    what cannot be (see `check.py`).

    >>> parse_design('title = "T"\\npeople = 0', source="mine.toml")
    Traceback (most recent call last):
    lowdose.errors.InputError: mine.toml: 5 faults
    line 2, people: 0, expected a whole number from 1 to 100000
    condition: nothing, expected text, without blanks around it
    blinding: nothing, expected one of open, single, double
    outcome: nothing, expected a table [outcome] that says what is measured
    treatments: nothing, expected a table [treatments.NAME] for each treatment
    """
    text = _text(content, source)
    faults: list[Fault] = []
    place = Place("", faults, line_of=line_finder(text))
    whole = _toml(text, source)
    top = read_table(whole, TOP, place, _KNOWN)
    _need(whole, place)
    if faults:
        _tables(whole, place)
        raise InputError(faults, source)
    design = _design(whole, top, name, place)
    if design is not None and not faults:
        check_design(design, place)
    if design is None or faults:
        raise InputError(faults, source)
    return design


def _text(content: str | bytes, source: str) -> str:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        fault = Fault(f"byte {error.start + 1}", "not UTF-8", "text in UTF-8")
        raise InputError([fault], source) from None
    if len(text) > _LARGEST:
        fault = Fault("size", f"{len(text)} characters", f"at most {_LARGEST} characters")
        raise InputError([fault], source)
    return text


def _toml(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        shown = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "tables too deep"
        remedy = 'a key looks like people = 40 or condition = "fibromyalgia"'
        raise InputError([Fault("content", shown, "TOML", remedy)], source) from None


def _need(whole: dict[str, Any], place: Place) -> None:
    if "outcome" not in whole:
        place.fault("outcome", "nothing", "a table [outcome] that says what is measured")
    if "treatments" not in whole:
        place.fault("treatments", "nothing", "a table [treatments.NAME] for each treatment")
    elif "periods" not in whole and "n_of_1" not in whole:
        place.fault("periods", "nothing", "[[periods]] with name and weeks, or a table [n_of_1]")


def _tables(whole: dict[str, Any], place: Place) -> dict[str, dict[str, Any]]:
    """The plain tables, field by field."""
    return {
        name: read_table(whole[name], fields, place.within(name), _KNOWN)
        for name, fields in TABLES.items()
        if name in whole
    }


def _design(whole: dict[str, Any], top: dict[str, Any], name: str, place: Place) -> Design | None:
    tables = _tables(whole, place)
    treatments = treatments_of(whole["treatments"], place)
    periods = periods_of(whole.get("periods", []), tables.get("n_of_1"), place)
    if place.faults:
        return None
    sequences = sequences_of(
        whole.get("sequences"), periods, treatments, tables.get("n_of_1"), place
    )
    outcome = outcome_of(tables["outcome"], periods, place)
    if place.faults:
        return None
    up_and_down = tables.get("up_and_down")
    return Design(
        name=name,
        title=top["title"],
        question=top.get("question", ""),
        condition=top["condition"],
        people=top["people"],
        blinding=Blinding(top["blinding"]),
        outcome=outcome,
        treatments=treatments,
        periods=periods,
        sequences=sequences,
        reference=top.get("reference"),
        allocation=Allocation(**tables.get("allocation", {})),
        analysis=analysis_of(tables.get("analysis", {}), periods, outcome, up_and_down is not None),
        expected=Expected(**tables.get("expected", {})),
        enrichment=Enrichment(**tables["enrichment"]) if "enrichment" in tables else None,
        up_and_down=UpAndDown(**up_and_down) if up_and_down else None,
        looks=Looks(**tables["looks"]) if "looks" in tables else None,
        sources=top.get("sources", ()),
    )
