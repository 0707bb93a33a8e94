"""The plan as a FHIR R4 MedicationRequest, for another system to read.

One dosage instruction per dose, `sequence` being the number of the step: doses of one day share
it, which FHIR reads as "at the same time". The request is a draft: a prescriber makes it an order.
The contained Patient is an empty place to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from lowdose.regimen.amounts import number_text
from lowdose.regimen.doses import DatedStep, Intake, Moment
from lowdose.regimen.labels import moment_words
from lowdose.regimen.plan import Plan
from lowdose.regimen.portions import Portion
from lowdose.regimen.preparation import Form

__all__ = ["plan_fhir"]

_NAMESPACE = UUID("6a3b2a5e-2f10-5d0e-8a57-0f6f6f6b3c21")
_UCUM = "http://unitsofmeasure.org"
_DOSE_TYPE = "http://terminology.hl7.org/CodeSystem/dose-rate-type"
_WHEN = {
    Moment.MORNING: "MORN",
    Moment.MIDDAY: "NOON",
    Moment.EVENING: "EVE",
    Moment.BEDTIME: "HS",
}
_NALTREXONE = {"system": "http://www.whocc.no/atc", "code": "N07BB04", "display": "naltrexone"}
_ORAL = {"system": "http://snomed.info/sct", "code": "26643006", "display": "Oral route"}
_OPIOIDS = "Not to be taken with opioid medicines."


def plan_fhir(plan: Plan) -> dict[str, Any]:
    """The plan as one MedicationRequest (FHIR R4, 4.0.1), ready for `json.dumps`.

    Where the plan is blinded it names neither medicine nor dose. Codes: ATC N07BB04 naltrexone
    (WHO), SNOMED CT 26643006 oral route (as in HL7's own examples), UCUM units.

    >>> from datetime import date
    >>> from lowdose.regimen.doses import Regimen, Step
    >>> regimen = Regimen("week", (Step(7, (Intake(Moment.BEDTIME, 1.5),)),), "")
    >>> start = date(2026, 3, 2)
    >>> plan = Plan(regimen, start, regimen.dated(start), "Europe/Oslo")
    >>> plan_fhir(plan)["dosageInstruction"][0]["text"]
    '1.5 mg by mouth at bedtime, every day'
    """
    return {
        "resourceType": "MedicationRequest",
        "id": str(uuid5(_NAMESPACE, _content(plan))),
        "contained": [{"resourceType": "Patient", "id": "patient"}],
        "status": "draft",
        "intent": "plan",
        "medicationCodeableConcept": _medication(plan),
        "subject": {"reference": "#patient", "display": plan.patient or "to be filled in"},
        "note": [{"text": _OPIOIDS}],
        "dosageInstruction": [
            _dosage(plan, dated, intake)
            for dated in plan.steps
            for intake in dated.step.intakes
            if intake.dose_mg > 0 or plan.blinded
        ],
        "dispenseRequest": _dispense(plan),
    }


def _content(plan: Plan) -> str:
    """What makes this plan this plan; without doses where it is blinded."""
    parts = [plan.zone]
    for dated in plan.steps:
        for intake in dated.step.intakes:
            dose = "" if plan.blinded else number_text(intake.dose_mg)
            parts.append(f"{dated.first}/{dated.last}/{intake.moment}/{dose}")
    return "|".join(parts)


def _medication(plan: Plan) -> dict[str, Any]:
    if plan.blinded:
        return {"text": "Study medicine (blinded)"}
    form = ""
    if plan.preparation is not None:
        form = {Form.CAPSULES: " capsules", Form.LIQUID: " oral liquid"}[plan.preparation.form]
    return {"coding": [_NALTREXONE], "text": f"Naltrexone hydrochloride, low-dose{form}"}


def _dosage(plan: Plan, dated: DatedStep, intake: Intake) -> dict[str, Any]:
    portion = _portion(plan, dated, intake)
    when = moment_words(intake.moment)
    dosage: dict[str, Any] = {
        "sequence": dated.number,
        "text": _text(plan, intake, portion),
        "timing": {
            "repeat": {
                "boundsPeriod": {"start": str(dated.first), "end": str(dated.last)},
                "frequency": 1,
                "period": 1,
                "periodUnit": "d",
                "when": [_WHEN[intake.moment]],
            }
        },
        "route": {"coding": [_ORAL], "text": "by mouth"},
    }
    if plan.blinded:
        return dosage
    if portion is not None:
        dosage["patientInstruction"] = f"Take {portion.words} by mouth {when}."
    dosage["doseAndRate"] = list(_doses(intake, portion))
    return dosage


def _portion(plan: Plan, dated: DatedStep, intake: Intake) -> Portion | None:
    if plan.preparation is None:
        return None
    portions = plan.preparation.portions_of(dated.number)
    return next((portion for portion in portions if portion.moment == intake.moment), None)


def _text(plan: Plan, intake: Intake, portion: Portion | None) -> str:
    when = moment_words(intake.moment)
    if plan.blinded:
        return f"As the label says, by mouth {when}, every day"
    made = f" ({portion.words})" if portion is not None else ""
    return f"{number_text(intake.dose_mg)} mg{made} by mouth {when}, every day"


def _doses(intake: Intake, portion: Portion | None) -> Iterator[dict[str, Any]]:
    """The dose as ordered in mg and, for a liquid, as the volume that follows from it."""
    yield {"type": _dose_type("ordered", "Ordered"), "doseQuantity": _ucum(intake.dose_mg, "mg")}
    if portion is not None and portion.volume_ml:
        volume = _ucum(portion.volume_ml, "mL")
        yield {"type": _dose_type("calculated", "Calculated"), "doseQuantity": volume}


def _dose_type(code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": _DOSE_TYPE, "code": code, "display": display}]}


def _ucum(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": _UCUM, "code": unit}


def _dispense(plan: Plan) -> dict[str, Any]:
    days = plan.regimen.days
    request: dict[str, Any] = {
        "validityPeriod": {"start": str(plan.start), "end": str(plan.steps[-1].last)},
        "expectedSupplyDuration": {"value": days, "unit": "days", "system": _UCUM, "code": "d"},
    }
    supplies = plan.preparation.supplies if plan.preparation is not None else ()
    # FHIR has room for one quantity; capsules of several strengths stay in the worksheet.
    if len(supplies) == 1 and not plan.blinded:
        supply = supplies[0]
        capsules = {"value": supply.total, "unit": "capsules"}
        request["quantity"] = capsules if supply.unit == "capsules" else _ucum(supply.total, "mL")
    return request
