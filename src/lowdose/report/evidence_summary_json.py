"""The summary of a condition as an object that `json.dumps(..., allow_nan=False)` accepts."""

from __future__ import annotations

from typing import Any

from lowdose.evidence.edition import COMPILED_ON, LICENCE, citation
from lowdose.evidence.summary import PooledOutcome, Summary
from lowdose.report.evidence_json import plain, pool_json
from lowdose.report.evidence_summary_words import answer_words
from lowdose.report.evidence_text import pool_of_comparison

__all__ = ["summary_json"]


def summary_json(found: Summary, *, version: str) -> dict[str, Any]:
    """Everything that the page shows, and the studies and claims whole."""
    headline, sentences = answer_words(found)
    groups = ("controlled", "other_doses", "others", "wider", "planned", "reports", "papers")
    return {
        "lowdose": version,
        "compiled_on": COMPILED_ON.isoformat(),
        "licence": LICENCE,
        "cite_as": citation(version, found.name),
        "asked": found.asked,
        "condition": plain(found.condition),
        "finding": found.finding.value,
        "headline": headline,
        "sentences": sentences,
        "outcomes": [_outcome(one) for one in found.outcomes],
        "left_out": [
            {"study": one.study.id, "outcomes": list(one.outcomes), "reason": one.reason}
            for one in found.left_out
        ],
        **{group: plain(getattr(found, group)) for group in groups},
        "reviews": plain(found.reviews),
        "claims": plain(found.claims),
    }


def _outcome(one: PooledOutcome) -> dict[str, Any]:
    return {
        "outcome": one.family.id,
        "finding": one.finding.value,
        "people": one.people,
        "direction": one.family.direction.value,
        **pool_json(pool_of_comparison(one.comparison), one.views),
    }
