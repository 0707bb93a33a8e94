"""What stands on the pharmacist's page, as plain data for its template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.regimen.amounts import number_text
from lowdose.regimen.batches import TABLET_MG, Batch
from lowdose.regimen.beyond_use import Vehicle
from lowdose.regimen.fillers import SLOW_RELEASE, TABLET_EXCIPIENTS, Filler
from lowdose.regimen.kits import MATCHING, blinded_kit
from lowdose.regimen.labels import WARNINGS, Label, bottle_labels, kit_labels
from lowdose.regimen.plan import Plan
from lowdose.regimen.portions import capsule_words
from lowdose.regimen.preparation import Form, Preparation, Supply
from lowdose.report.patient_page import date_span

__all__ = ["pharmacist_page"]

_INITIALS = ("Prepared by", "Checked by", "Lot and expiry", "Date")
# Molar masses from standard atomic weights: naltrexone hydrochloride C20H24ClNO4 377.86 g/mol,
# its dihydrate 413.89 g/mol.
_DIHYDRATE = (
    "All amounts are naltrexone hydrochloride without water. Powder that is the dihydrate weighs "
    "1.095 times as much (413.89 / 377.86 g/mol); correct for the assay on its certificate too."
)
_LIQUID = (
    "Amber plastic bottle. Shake well before each dose: crushed tablets settle. The liquid tastes "
    "bitter and gritty (PR03)."
)
_VEHICLES = {
    Vehicle.PRESERVED: (
        "Formula per 100 mL at 1 mg/mL: two 50 mg tablets, ascorbic acid 500 mg, preservative "
        "0.1 %, glycerol 20 mL, water to 100 mL (New Zealand medicines information 2023, PR03). "
        "Which preservative is the pharmacist's choice."
    ),
    Vehicle.WATER: (
        "Tablets in purified water, nothing else: no study of this was found (assumption: the "
        "tablets disperse evenly after shaking)."
    ),
}
_SECRET = " · NOT FOR THE PATIENT OR ANYONE ELSE WHO IS BLINDED"
_KIT_NOTE = (
    f"{MATCHING} Label with code and bottle number only; which code is active stands on the "
    "sealed list alone."
)


def pharmacist_page(plan: Plan) -> dict[str, Any]:
    """The page as data.

    Raises InputError where the plan has no preparation (there is nothing to make), or where it is
    blinded and a liquid.
    """
    made = plan.preparation
    if made is None:
        remedy = "name the strengths in stock, or ask for a liquid"
        raise InputError([Fault("plan", "no preparation", "one to make a worksheet of", remedy)])
    start = plan.start
    return {
        "kicker": f"WORKSHEET FOR THE PHARMACY{_SECRET if plan.blinded else ''}",
        "title": f"Low-dose naltrexone {made.form.value}",
        "under": f"{plan.regimen.name} · {date_span(start, plan.steps[-1].last)} · "
        f"{plan.regimen.days} days",
        "blanks": [["Patient", plan.patient or ""], ["Prescriber", ""], ["Prescription no.", ""]],
        "safety": list(_safety(plan)),
        "footer": "Made with lowdose. Supports, and does not replace, the pharmacist's judgement.",
        "doses": list(_doses(plan, made)),
        "supplies": [_supply(supply) for supply in made.supplies],
        "batches": [_batch(batch, made) for batch in made.batches],
        "kit": list(_kit(made)) if plan.blinded else [],
        "kit_note": _KIT_NOTE,
        "sections": _sections(made),
        "labels": [_label(label) for label in _labels(plan, made)],
        "label_warnings": f"On every label: {' '.join(WARNINGS)}",
        "initials": list(_INITIALS),
    }


def _safety(plan: Plan) -> Iterator[str]:
    yield from (f"Caution: {finding}" for finding in plan.safety.cautions)
    if plan.safety.open_questions:
        texts = " ".join(question.text for question in plan.safety.open_questions)
        yield f"Not answered yet; to be gone through before dispensing: {texts}"


def _doses(plan: Plan, made: Preparation) -> Iterator[list[str]]:
    for dated in plan.steps:
        for portion in made.portions_of(dated.number):
            yield [
                str(dated.number),
                date_span(dated.first, dated.last),
                str(dated.step.days),
                f"{number_text(portion.dose_mg)} mg",
                f"{portion.words}{_syringe(portion.syringe)}, {portion.moment.value}",
            ]


def _syringe(name: str) -> str:
    return f" in a {name}" if name else ""


def _supply(supply: Supply) -> list[str]:
    def amount(value: float) -> str:
        return number_text(value) if supply.unit == "capsules" else f"{number_text(value)} mL"

    return [
        supply.name,
        amount(supply.amount),
        amount(supply.spare),
        amount(supply.total),
        f"{supply.days} days",
    ]


def _batch(batch: Batch, made: Preparation) -> list[str]:
    span = batch.window
    return [
        str(span.number),
        f"{span.first_day} to {span.last_day}",
        _date(span.make_on),
        _date(span.use_by),
        _contents(batch, made),
        f"{number_text(batch.naltrexone_mg)} mg",
    ]


def _contents(batch: Batch, made: Preparation) -> str:
    if made.form is Form.CAPSULES:
        words = capsule_words(batch.capsules)
        return f"{words}; from tablets: {batch.tablets} of {TABLET_MG} mg"
    parts = [f"{p.name} {number_text(p.amount)} {p.unit}" for p in batch.ingredients[1:]]
    tablets = f"{batch.tablets} tablet{'s' if batch.tablets > 1 else ''}"
    return f"{tablets} of {TABLET_MG} mg; {'; '.join(parts)}"


def _date(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else "________"


def _kit(made: Preparation) -> Iterator[list[str]]:
    for bottle in blinded_kit(made).bottles:
        strength = f"{number_text(bottle.strength_mg)} mg capsules"
        yield [f"bottle {bottle.number}", strength, str(bottle.count)]


def _sections(made: Preparation) -> list[list[dict[str, Any]]]:
    """Two columns of notes."""
    keeps = made.beyond_use
    dating = _section(
        "Beyond-use date",
        f"{keeps.days} days, {keeps.storage}. {keeps.note}",
        f"Source: {keeps.source}.",
    )
    if made.filler is None:
        measuring = _section("Measuring", f"Hand out: {', '.join(made.syringes)}.")
        measuring["paragraphs"] += made.assumptions
        vehicle = _VEHICLES[made.vehicle or Vehicle.PRESERVED]
        making = _section("Making the liquid", _LIQUID, vehicle, TABLET_EXCIPIENTS)
        return [[dating, measuring], [making]]
    naltrexone = _section("Naltrexone", _DIHYDRATE)
    filler = _section(f"Filler: {made.filler.name}", _support(made.filler))
    slow = _section("No slow release", _support(SLOW_RELEASE))
    return [[dating, naltrexone], [filler, slow, _section("From tablets", TABLET_EXCIPIENTS)]]


def _section(title: str, *paragraphs: str) -> dict[str, Any]:
    return {"title": title, "paragraphs": list(paragraphs)}


def _support(filler: Filler) -> str:
    return f"{filler.note} Support: {filler.support.value}. Source: {filler.source}."


def _labels(plan: Plan, made: Preparation) -> list[Label]:
    """Open labels, or those of one period of a blinded kit with code and period left blank."""
    patient = plan.patient or ""
    if not plan.blinded:
        return list(bottle_labels(made, plan.regimen, patient=patient, start=plan.start))
    kit = blinded_kit(made)
    one_period = kit_labels(kit, made, plan.regimen, patient=patient)[: len(kit.bottles)]
    return [
        replace(label, title=f"Study capsules, period ____, code ____, bottle {bottle.number}")
        for label, bottle in zip(one_period, kit.bottles, strict=True)
    ]


def _label(label: Label) -> dict[str, Any]:
    return {
        "title": label.title,
        "patient": label.patient,
        "directions": list(label.directions),
        "quantity": label.quantity,
        "use_by": label.use_by,
        "storage": label.storage,
    }
