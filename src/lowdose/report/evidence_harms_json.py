"""Unwanted events as an object that `json.dumps(..., allow_nan=False)` accepts. Shares are of 1."""

from __future__ import annotations

from typing import Any

from lowdose.evidence.harms_values import (
    ArmCounts,
    Checks,
    EventHarms,
    Harms,
    NotCounted,
    TrialCounts,
)
from lowdose.evidence.pooling.risks import Risks, Share, Spread
from lowdose.population.side_effects import Expected
from lowdose.report.evidence_json import plain

__all__ = ["harms_json"]


def harms_json(found: Harms) -> dict[str, Any]:
    """Every event with its risks, what they rest on, and what stayed out."""
    return {
        "condition": found.condition or None,
        "against": found.against,
        "everything": found.everything,
        "events": [_event(one) for one in found.events],
    }


def _event(one: EventHarms) -> dict[str, Any]:
    return {
        "event": one.id,
        "name": one.name,
        "risks": _risks(one.risks) if one.risks else None,
        "trials": [_trial(each) for each in one.trials],
        "checks": _checks(one.checks) if one.checks else None,
        "without_comparison": _share(one.share, one.arms) if one.share else None,
        "published": [plain(each) for each in one.published],
        "from_memory": _remembered(one.remembered) if one.remembered else None,
        "not_counted": [_row(each) for each in one.not_counted],
        "held_back": [_row(each) for each in one.held_back],
    }


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {"median": spread.middle, "interval95": [spread.low, spread.high]}


def _risks(risks: Risks) -> dict[str, Any]:
    return {
        "trials": risks.k,
        "trials_without_event": risks.silent,
        "comparator": _spread(risks.comparator),
        "naltrexone": _spread(risks.treated),
        "difference": _spread(risks.difference),
        "one_in": _spread(risks.one_in),
        "risk_ratio": _spread(risks.ratio),
        "odds_ratio": _spread(risks.odds_ratio),
        "probability_higher": risks.higher,
        "warnings": list(risks.warnings),
    }


def _checks(checks: Checks) -> dict[str, Any]:
    named = {
        "odds_ratio_exact_likelihood": checks.exact,
        "risk_ratio_mantel_haenszel": checks.mantel_haenszel,
        "odds_ratio_peto": checks.peto,
        "difference_mantel_haenszel": checks.difference,
        "comparator_binomial_normal": checks.comparator,
    }
    return {
        name: {"estimate": ends[0], "interval95": list(ends[1:])} if ends else None
        for name, ends in named.items()
    }


def _trial(one: TrialCounts) -> dict[str, Any]:
    return {
        "study": one.study,
        "event": one.event,
        "comparator": one.comparator,
        "dose_mg": one.dose_mg,
        "naltrexone": one.treated._asdict(),
        "control": one.control._asdict(),
        **_standing(one),
        "assumptions": list(one.assumptions),
    }


def _standing(one: TrialCounts | ArmCounts) -> dict[str, Any]:
    return {"seen": one.verified.value, "source": one.source, "reasons": list(one.reasons)}


def _share(share: Share, arms: tuple[ArmCounts, ...]) -> dict[str, Any]:
    return {
        "studies": [
            {
                "study": one.study,
                "event": one.event,
                "design": one.design.value,
                "dose_mg": one.dose_mg,
                **one.counted._asdict(),
                **_standing(one),
            }
            for one in arms
        ],
        "share": _spread(share.share),
    }


def _remembered(one: Expected) -> dict[str, Any]:
    return {
        "dose_mg": one.dose_mg,
        "ratio": list(one.ratio),
        "per_100": list(one.unchecked_per_100 or ()),
        "per_100_placebo": list(one.unchecked_per_100_placebo or ()),
        "sources": list(one.sources),
    }


def _row(one: NotCounted) -> dict[str, Any]:
    return {"study": one.study, "said": one.said, "why": list(one.why)}
