"""The plan as one JSON object: units in the keys, sources beside what they support."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lowdose import __version__
from lowdose.regimen.climb import schedule
from lowdose.regimen.doses import DatedStep
from lowdose.regimen.plan import Plan
from lowdose.regimen.preparation import Preparation

__all__ = ["plan_json"]


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan, ready for `json.dumps`.

    Doses are mg of naltrexone hydrochloride; `schedule_mg_per_day` has one number a day.
    """
    return {
        "lowdose": __version__,
        "name": plan.regimen.name,
        "source": plan.regimen.source,
        "patient": plan.patient,
        "blinded": plan.blinded,
        "start": str(plan.start),
        "last": str(plan.last),
        "days": plan.regimen.days,
        "time_zone": plan.zone,
        "steps": [_step(plan, dated) for dated in plan.steps],
        "schedule_mg_per_day": list(schedule(plan.regimen)),
        "total_mg": round(sum(schedule(plan.regimen)), 6),
        "safety": {
            "findings": [asdict(finding) for finding in plan.safety.findings],
            "open_questions": [asdict(question) for question in plan.safety.open_questions],
        },
        "preparation": None if plan.preparation is None else _preparation(plan.preparation),
        "expectations": [asdict(expectation) for expectation in plan.expectations],
    }


def _step(plan: Plan, dated: DatedStep) -> dict[str, Any]:
    made = plan.preparation.portions_of(dated.number) if plan.preparation else ()
    words = {portion.moment: portion for portion in made}
    return {
        "step": dated.number,
        "kind": dated.step.kind.value,
        "first": str(dated.first),
        "last": str(dated.last),
        "days": dated.step.days,
        "dose_mg_per_day": dated.step.dose_mg,
        "intakes": [
            {
                "time": intake.moment.value,
                "dose_mg": intake.dose_mg,
                "take": words[intake.moment].words if intake.moment in words else None,
            }
            for intake in dated.step.intakes
        ],
    }


def _preparation(made: Preparation) -> dict[str, Any]:
    return {
        "form": made.form.value,
        "mg_per_ml": made.mg_per_ml,
        "filler": made.filler.name if made.filler else None,
        "syringes": list(made.syringes),
        "naltrexone_mg": made.naltrexone_mg,
        "tablets_50_mg": made.tablets,
        "supplies": [
            {
                "name": supply.name,
                "amount": supply.amount,
                "spare": supply.spare,
                "total": supply.total,
                "unit": supply.unit,
                "days": supply.days,
            }
            for supply in made.supplies
        ],
        "batches": [
            {
                "number": batch.window.number,
                "first_day": batch.window.first_day,
                "last_day": batch.window.last_day,
                "make_on": str(batch.window.make_on) if batch.window.make_on else None,
                "use_by": str(batch.window.use_by) if batch.window.use_by else None,
                "capsules": [
                    {"strength_mg": count.strength_mg, "count": count.count}
                    for count in batch.capsules
                ],
                "volume_ml": batch.volume_ml,
                "naltrexone_mg": batch.naltrexone_mg,
            }
            for batch in made.batches
        ],
        "beyond_use": asdict(made.beyond_use),
        "assumptions": list(made.assumptions),
    }
