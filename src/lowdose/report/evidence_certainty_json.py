"""How sure a pooled answer is, as one object."""

from __future__ import annotations

from typing import Any

from lowdose.evidence.certainty.values import Certainty, DomainRisk, Judgement, Step, TrialRisk
from lowdose.evidence.pooling.values import Pooled
from lowdose.report.evidence_json import plain
from lowdose.report.evidence_text import pool_of_comparison

__all__ = ["certainty_json", "risk_json"]


def certainty_json(found: Certainty) -> dict[str, Any]:
    """The level, each step and each trial's domains, by rule and by a person, with reasons.

    Effects are on the scale on which they were pooled; `is_log` says whether logarithms.

    >>> from lowdose.evidence.certainty.judge import certainty
    >>> print(certainty_json(certainty("fibromyalgia", "pain"))["level"])
    low
    """
    what = pool_of_comparison(found.comparison)
    made: dict[str, Any] = {
        "condition": found.condition,
        "outcome": found.outcome,
        "level": found.level,
        "sentence": found.sentence,
        "method": "written rules in the manner of GRADE, not a panel's judgement",
        "controlled_trials": list(found.controlled),
        "kinds": [each._asdict() for each in found.kinds],
        "published_pools": [plain(each) for each in found.published],
        "left_out": [
            {"study": each.study, "reasons": list(each.reasons)}
            for each in found.comparison.refused
        ],
    }
    if found.level is None:
        return made
    return {
        **made,
        "level_by_rule": found.level_by_rule or found.level,
        "start": found.start,
        "zone": found.zone,
        "measure": what.measure,
        "is_log": what.is_log,
        "people": found.people,
        "important": _important(found),
        "steps": [_step(each) for each in found.steps],
        "trials": [
            {
                "study": each.study,
                "people": each.people,
                "information_percent": each.information,
                **risk_json(each),
            }
            for each in found.trials
        ],
        "hartung_knapp": _pooled(found.pooled),
        "normal_test": _pooled(found.normal),
        "judged_studies": list(found.judged_studies),
        "judged_hartung_knapp": _pooled(found.judged),
        "judged_normal_test": _pooled(found.judged_normal),
        "notes": list(what.notes),
    }


def risk_json(trial: TrialRisk) -> dict[str, Any]:
    """A trial's risk of bias in all and domain by domain."""
    return {
        "randomised": trial.randomised,
        "risk": trial.risk,
        "domains": [_domain(one) for one in trial.domains],
    }


def _important(found: Certainty) -> dict[str, Any] | None:
    if found.important is None:
        return None
    span, words, source = found.important
    return {"from": span.low, "to": span.high, "words": words, "source": source}


def _step(step: Step) -> dict[str, Any]:
    return {
        "domain": step.domain,
        "seriousness": step.seriousness,
        "by_rule": step.by_rule,
        "reason": step.reason,
        **_judged(step.judgement),
    }


def _domain(domain: DomainRisk) -> dict[str, Any]:
    return {
        "domain": domain.domain,
        "risk": domain.risk,
        "by_rule": domain.by_rule,
        "reason": domain.reason,
        **_judged(domain.judgement),
    }


def _judged(judgement: Judgement | None) -> dict[str, Any]:
    if judgement is None:
        return {}
    who = {"who": judgement.who, "date": judgement.date.isoformat()}
    return {"judged": {**who, "reason": judgement.reason}}


def _pooled(found: Pooled | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "k": found.k,
        "estimate": found.estimate,
        "se": found.se,
        "interval95": list(found.interval),
        "tau2": found.tau2,
    }
