"""The claims of public pages as one object, each with the number behind its verdict."""

from __future__ import annotations

from typing import Any

from lowdose.evidence.verdicts import ClaimNumber
from lowdose.report.evidence_certainty_json import certainty_json
from lowdose.report.evidence_claims_text import Numbered
from lowdose.report.evidence_json import plain

__all__ = ["claims_json"]


def claims_json(claims: Numbered) -> dict[str, Any]:
    """Claims with their fields, and `number`, null where a claim rests on none.

    >>> from lowdose.evidence.catalogue import claims
    >>> made = claims_json([(claims()[0], None)])["claims"][0]
    >>> made["id"], made["number"]
    ('c000-01', None)
    """
    return {"claims": [{**plain(claim), "number": _number(number)} for claim, number in claims]}


def _number(number: ClaimNumber | None) -> dict[str, Any] | None:
    if number is None:
        return None
    return {
        "bearing": number.bearing.value,
        "bearing_by_normal_test": number.normal,
        "agrees": number.agrees,
        "pool": None if number.pool is None else certainty_json(number.pool),
        "rows": [plain(each._asdict()) for each in number.rows],
    }
