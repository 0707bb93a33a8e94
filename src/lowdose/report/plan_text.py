"""The plan on the screen, for the prescriber: calendar, safety, preparation, what to expect.

Sources are numbered footnotes at the end, so that the plan itself stays short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from lowdose.regimen.amounts import number_text
from lowdose.regimen.doses import DatedStep, Intake, StepKind
from lowdose.regimen.labels import moment_words
from lowdose.regimen.plan import Plan
from lowdose.regimen.preparation import Preparation, Supply
from lowdose.regimen.safety import Level

__all__ = ["plan_text"]

_WIDTH = 88
_COLUMNS = ("step", "from", "to", "days", "mg a day", "take", "")
_NAMES = {"age_years": "age", "breast_feeding": "breast-feeding"}
_KINDS = {StepKind.HOLD: "hold", StepKind.STEP_BACK: "step back", StepKind.TARGET: "target"}
_LEVELS = {Level.CAUTION: "Caution", Level.PROCEED: "Proceed"}


class _Footnotes:
    """Numbers for sources, in the order in which they are first used."""

    def __init__(self) -> None:
        self.sources: list[str] = []

    def mark(self, source: str) -> str:
        if source not in self.sources:
            self.sources.append(source)
        return f"[{self.sources.index(source) + 1}]"


def plan_text(plan: Plan) -> str:
    """The plan as text, ending with a newline."""
    notes = _Footnotes()
    parts = [
        _head(plan, notes),
        _calendar(plan),
        _safety(plan, notes),
        _preparation(plan.preparation, notes),
        _expected(plan, notes),
        _sources(notes),
    ]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _head(plan: Plan, notes: _Footnotes) -> Iterator[str]:
    person = f" for {plan.patient}" if plan.patient else ""
    yield f"Low-dose naltrexone, a plan{person}"
    yield from _wrapped(f"{plan.regimen.name} {notes.mark(plan.regimen.source)}")
    yield f"{plan.start} to {plan.last}, {plan.regimen.days} days, time zone {plan.zone}"
    if plan.blinded:
        yield "Blinded: this text shows the doses and is not for the patient."


def _calendar(plan: Plan) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [_COLUMNS]
    rows += [row for dated in plan.steps for row in _rows(plan, dated)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _rows(plan: Plan, dated: DatedStep) -> Iterator[tuple[str, ...]]:
    """One row per intake; only the first of a step carries its dates."""
    step = dated.step
    kind = _KINDS.get(step.kind, "")
    dose = number_text(step.dose_mg)
    lead = (str(dated.number), f"{dated.first:%a %Y-%m-%d}", f"{dated.last:%a %Y-%m-%d}")
    for intake in step.intakes:
        yield (*lead, str(step.days) if lead[0] else "", dose, _take(plan, dated, intake), kind)
        lead, dose, kind = ("", "", ""), "", ""


def _take(plan: Plan, dated: DatedStep, intake: Intake) -> str:
    if intake.dose_mg == 0:
        return "nothing"
    when = moment_words(intake.moment)
    made = plan.preparation.portions_of(dated.number) if plan.preparation else ()
    for portion in made:
        if portion.moment == intake.moment:
            return f"{portion.words} {when}"
    return f"{number_text(intake.dose_mg)} mg {when}"


def _safety(plan: Plan, notes: _Footnotes) -> Iterator[str]:
    yield "Safety"
    for level in (Level.CAUTION, Level.PROCEED):
        for finding in plan.safety.at(level):
            action = f" {finding.action}" if finding.action else ""
            question = _NAMES.get(finding.question, finding.question)
            said = f"{_LEVELS[level]}: {question} {finding.answer}. {finding.reason}{action}"
            yield from _item(f"{said} {notes.mark(finding.source)}")
    if plan.safety.open_questions:
        yield "Not asked yet; go through these with the person before the first dose:"
        for unasked in plan.safety.open_questions:
            yield from _item(unasked.text, "[ ] ")


def _preparation(made: Preparation | None, notes: _Footnotes) -> Iterator[str]:
    if made is None:
        yield "Preparation"
        yield from _item("none worked out: name the strengths in stock, or a liquid")
        return
    yield f"Preparation ({made.form.value})"
    for supply in made.supplies:
        yield from _item(_supply(supply))
    for batch in made.batches:
        span = batch.window
        yield from _item(
            f"batch {span.number}, days {span.first_day} to {span.last_day}: make on "
            f"{span.make_on}, use by {span.use_by}, {number_text(batch.naltrexone_mg)} mg "
            f"naltrexone hydrochloride ({_tablets(batch.tablets)} of 50 mg if made from tablets)"
        )
    keeps = made.beyond_use
    yield from _item(f"keeps {keeps.days} days, {keeps.storage} {notes.mark(keeps.source)}")


def _tablets(number: int) -> str:
    return f"{number} tablet" if number == 1 else f"{number} tablets"


def _supply(supply: Supply) -> str:
    unit = "" if supply.unit == "capsules" else f" {supply.unit}"
    spare = f" and {number_text(supply.spare)}{unit} spare" if supply.spare else ""
    used = f"{number_text(supply.amount)}{unit}"
    return f"{supply.name}: {used} over {supply.days} days{spare}"


def _expected(plan: Plan, notes: _Footnotes) -> Iterator[str]:
    yield "What to expect"
    for expectation in plan.expectations:
        yield from _item(f"{expectation.text} {notes.mark(expectation.source)}")


def _sources(notes: _Footnotes) -> Iterator[str]:
    yield "Sources"
    for number, source in enumerate(notes.sources, start=1):
        yield from _item(source, f"[{number}] ")


def _item(text: str, mark: str = "- ") -> Sequence[str]:
    indent = " " * (len(mark) + 2)
    return wrap(text, _WIDTH, initial_indent=f"  {mark}", subsequent_indent=indent)


def _wrapped(text: str) -> Sequence[str]:
    return wrap(text, _WIDTH)
