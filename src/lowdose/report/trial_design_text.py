"""A design read aloud: who gets what, when, what is measured, how it is analysed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.wording import plural
from lowdose.trial.design.named import Named
from lowdose.trial.design.timeline import kind_of
from lowdose.trial.design.values import Design, Given, Period, Treatment

__all__ = ["design_json", "design_text", "designs_text"]

_MOST_SEQUENCES = 8


def designs_text(known: tuple[Named, ...]) -> str:
    """The named designs, the published trials first."""
    groups = {
        "Published trials:": [one for one in known if one.published],
        "To start your own from:": [one for one in known if not one.published],
    }
    return "\n\n".join(
        listed(head, (f"{one.name}: {one.design.title} ({_size(one.design)})" for one in ones))
        for head, ones in groups.items()
        if ones
    )


def design_text(design: Design) -> str:
    """A design in plain sentences."""
    return "\n\n".join(_paragraphs(design))


def design_json(design: Design) -> dict[str, Any]:
    """Everything a design holds."""
    return {"kind": kind_of(design), "days": design.days, **asdict(design)}


def _size(design: Design) -> str:
    people = plural(design.people, "person", "people")
    return f"{kind_of(design)}, {people}, {design.days / 7:.3g} weeks"


def _paragraphs(design: Design) -> Iterator[str]:
    yield wrapped(f"{design.title}. {design.question}".strip())
    yield wrapped(
        f"{_size(design)[0].upper()}{_size(design)[1:]}; {design.condition}; {_blind(design)}."
    )
    yield listed("Treatments:", map(_treatment, _given(design)))
    yield listed("Periods:", (_period(design, one) for one in design.periods))
    if len(design.sequences) > 1:
        yield listed("Orders, one drawn for each person:", _sequences(design))
    yield wrapped(_measured(design))
    yield wrapped(f"Analysis: {design.analysis.primary}, two-sided at {design.analysis.alpha:g}.")
    if design.enrichment:
        rule = design.enrichment
        yield wrapped(
            f"Only those who are better by {rule.percent:g} % at the end of “{rule.period}” are "
            "allocated by chance."
        )
    if design.up_and_down:
        doses = ", ".join(f"{dose:g}" for dose in design.up_and_down.doses_mg)
        yield wrapped(
            f"The first person gets {design.up_and_down.start_mg:g} mg; after a response the next "
            f"one gets a step less, otherwise a step more, of {doses} mg."
        )
    if design.looks:
        shares = ", ".join(f"{100 * share:g} %" for share in design.looks.fractions)
        yield wrapped(f"Looks at {shares} of the people, boundary {design.looks.rule}.")
    if design.sources:
        yield listed("Sources:", design.sources)


def _blind(design: Design) -> str:
    return {"open": "open", "single": "single-blind", "double": "double-blind"}[design.blinding]


def _given(design: Design) -> list[Treatment]:
    return [one for one in design.treatments if one.given is not Given.NOTHING]


def _treatment(one: Treatment) -> str:
    if one.given is Given.PLACEBO:
        return f"{one.name}: placebo"
    if not one.steps:
        return f"{one.name}: {one.drug}"
    *climb, last = one.steps
    steps = [f"{step.dose_mg:g} mg for {plural(step.days, 'day')}" for step in climb]
    return f"{one.name}: {', then '.join([*steps, f'{last.dose_mg:g} mg'])} of {one.drug}"


def _period(design: Design, one: Period) -> str:
    what = design.treatment(one.everyone).name if one.everyone else "by chance"
    skipped = f"; the first {plural(one.skip_days, 'day')} not used" if one.skip_days else ""
    return f"{one.name}: {plural(one.days, 'day')}, {what}{skipped}"


def _sequences(design: Design) -> Iterator[str]:
    for one in design.sequences[:_MOST_SEQUENCES]:
        names = ", ".join(design.treatment(key).name for key in one.treatments)
        times = f" ({one.share} times as often)" if one.share > 1 else ""
        yield f"{one.name}: {names}{times}"
    if len(design.sequences) > _MOST_SEQUENCES:
        yield f"and {len(design.sequences) - _MOST_SEQUENCES} more"


def _measured(design: Design) -> str:
    outcome = design.outcome
    days = outcome.visit_days
    when = f"on day {', '.join(map(str, days))}" if days else "every day"
    way = "lower" if outcome.direction == "lower_is_better" else "higher"
    matters = f"; {outcome.important:g} points matter" if outcome.important else ""
    return (
        f"Measured: {outcome.symptom}, {outcome.low:g} to {outcome.high:g}, {way} is better, {when}"
        f"{matters}."
    )
