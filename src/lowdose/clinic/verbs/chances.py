"""The chance that a design gives one person a clear answer. Computed by the worker alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lowdose.clinic.verbs.plans import Layout

__all__ = ["EFFECTS", "PEOPLE", "chances", "chances_asked"]

EFFECTS = (0.0, 1.0, 2.0)
"""True effects to try: points of a scale from 0 to 10."""

PEOPLE = 100
"""Made-up diaries for each effect."""


def chances_asked(layout: Layout, prior: str) -> dict[str, Any]:
    """The question to `computed.want`: the days of a course, and the prior of its answers."""
    doses = [step.dose_mg for step in layout.plan.regimen.steps for _ in range(step.days)]
    return {
        "doses_mg": [round(float(dose), 3) for dose in doses],
        "before": layout.baseline_days,
        "periods": layout.periods,
        "period_days": layout.period_days,
        "prior": prior,
        "effects": list(EFFECTS),
        "people": PEOPLE,
    }


def chances(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Answer made-up diaries: a row for each true effect, in people of 100."""
    from lowdose.trial.operate.clear import clear_answers

    found = [
        clear_answers(
            asked["doses_mg"],
            before=asked["before"],
            periods=asked["periods"],
            period_days=asked["period_days"],
            effect=effect,
            people=asked["people"],
            prior=asked["prior"],
        )
        for effect in asked["effects"]
    ]
    return {
        "blinded": bool(asked["periods"]),
        "people": asked["people"],
        "margin": round(100 * max(one.margin for one in found)),
        "rows": [
            {
                "effect": one.effect,
                "clear": round(100 * one.share),
                "wrong": round(100 * one.wrong / one.people),
                "likely": round(100 * one.likely / one.people),
            }
            for one in found
        ],
    }
