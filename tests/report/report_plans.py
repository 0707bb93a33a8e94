"""Plans to print in tests: made up, but shaped like real ones."""

from __future__ import annotations

from datetime import date

from lowdose.regimen.doses import Intake, Moment, Regimen, Step
from lowdose.regimen.plan import Expectation, Plan
from lowdose.regimen.preparation import prepare_capsules, prepare_liquid
from lowdose.regimen.safety import Screening

START = date(2026, 3, 2)
EXPECT = (
    Expectation("Vivid dreams are common at first.", "made up"),
    Expectation("Benefit, if any, takes weeks.", "made up"),
)


def plan(
    *doses_mg: float,
    days: int = 14,
    blinded: bool = False,
    liquid: bool = False,
    morning_mg: float | None = None,
    name: str = "made-up plan",
    start: date = START,
    zone: str = "Europe/London",
    prepared: bool = True,
    safety: Screening | None = None,
    patient: str | None = None,
) -> Plan:
    """A plan with one step per dose, taken at bedtime and, where asked, in the morning."""
    early = () if morning_mg is None else (Intake(Moment.MORNING, morning_mg),)
    steps = tuple(Step(days, (*early, Intake(Moment.BEDTIME, dose))) for dose in doses_mg)
    regimen = Regimen(name, steps, "made up")
    made = None
    if prepared and liquid:
        made = prepare_liquid(regimen, start=start)
    elif prepared:
        made = prepare_capsules(regimen, [0.5, 1.5, 4.5], start=start)
    return Plan(
        regimen=regimen,
        start=start,
        steps=regimen.dated(start),
        zone=zone,
        blinded=blinded,
        preparation=made,
        expectations=EXPECT,
        safety=safety or Screening(),
        patient=patient,
    )
