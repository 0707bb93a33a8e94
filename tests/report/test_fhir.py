"""Two FHIR libraries accept the request, and it says what the plan says."""

from __future__ import annotations

import json

import pytest
from fhir.resources.R4B.medicationrequest import MedicationRequest as FhirResources
from fhirclient.models.medicationrequest import MedicationRequest as FhirClient
from report_plans import plan

from lowdose.report.fhir import plan_fhir

PLANS = {
    "capsules": plan(1.5, 3.0, 4.5),
    "liquid": plan(0.5, 1.0, liquid=True),
    "split": plan(1.0, 2.0, morning_mg=0.5),
    "unprepared": plan(1.5, prepared=False),
    "blinded": plan(1.5, 3.0, blinded=True),
    "pause": plan(1.5, 0.0, 1.5),
}


@pytest.mark.parametrize("name", PLANS)
def test_two_libraries_read_it_and_write_the_same_back(name):
    made = plan_fhir(PLANS[name])
    sent = json.loads(json.dumps(made))

    first = json.loads(FhirResources.model_validate(sent).model_dump_json())
    second = FhirClient(sent, strict=True).as_json()

    assert first == sent
    assert second == sent


def test_steps_follow_each_other_and_doses_of_a_day_share_a_number():
    dosages = plan_fhir(PLANS["split"])["dosageInstruction"]

    assert [dosage["sequence"] for dosage in dosages] == [1, 1, 2, 2]
    assert [dosage["timing"]["repeat"]["when"] for dosage in dosages[:2]] == [["MORN"], ["HS"]]


def test_dose_and_rate_is_a_list_in_ucum_milligrams():
    (rate,) = plan_fhir(PLANS["capsules"])["dosageInstruction"][1]["doseAndRate"]

    assert rate["doseQuantity"] == {
        "value": 3.0,
        "unit": "mg",
        "system": "http://unitsofmeasure.org",
        "code": "mg",
    }


def test_a_liquid_also_gives_the_volume():
    rates = plan_fhir(PLANS["liquid"])["dosageInstruction"][0]["doseAndRate"]

    assert [rate["doseQuantity"]["code"] for rate in rates] == ["mg", "mL"]


def test_bounds_are_the_days_of_the_step():
    repeats = [d["timing"]["repeat"] for d in plan_fhir(PLANS["capsules"])["dosageInstruction"]]

    assert repeats[0]["boundsPeriod"] == {"start": "2026-03-02", "end": "2026-03-15"}
    assert repeats[1]["boundsPeriod"]["start"] == "2026-03-16"


def test_the_same_plan_has_the_same_id():
    assert plan_fhir(plan(1.5))["id"] == plan_fhir(plan(1.5))["id"]
    assert plan_fhir(plan(1.5))["id"] != plan_fhir(plan(3.0))["id"]


def test_a_blinded_request_is_the_same_whatever_is_taken():
    low, high = plan_fhir(plan(1.5, blinded=True)), plan_fhir(plan(4.5, blinded=True))

    assert low == high
    assert "naltrexone" not in json.dumps(low).lower()


def test_the_supply_is_that_of_the_worksheet():
    request = plan_fhir(plan(1.5, 3.0))["dispenseRequest"]

    assert request["quantity"] == {"value": 42, "unit": "capsules"}
    assert request["expectedSupplyDuration"]["value"] == 28
