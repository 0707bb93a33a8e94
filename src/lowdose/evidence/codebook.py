"""The code book as code: which fields each table of a file may have, in the order they are written.

docs/evidence/data.md says the same in words; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from lowdose.evidence.fields import (
    Field,
    above_zero,
    flag,
    matching,
    number,
    probability,
    span,
    text,
    texts,
    whole,
    word,
)
from lowdose.evidence.words import (
    ClaimType,
    Confidence,
    Design,
    Direction,
    DoseClass,
    EffectType,
    Role,
    Says,
    Status,
    Verdict,
    Verified,
)

__all__ = [
    "ADVERSE_EVENT",
    "CLAIM",
    "ESTIMATE",
    "OUTCOME",
    "PAGE",
    "PUBLICATION",
    "REVIEW",
    "STUDY",
]

_ADDRESS = matching(r"https?://[^\s/]+\.\S+", "an address that begins with https:// or http://")
_ID = r"[a-z][a-z0-9_]*"
_ROW = matching(r"[a-z]\d{2,}", "a letter and a number, like o01")
_WEEKS = number(0, 1040, "weeks, from 0 to 1040")

PUBLICATION: Mapping[str, Field] = {
    "title": text(required=True),
    "authors": text(required=True),
    "year": whole(1950, 2100, required=True),
    "journal": text(),
    "pmid": matching(r"[1-9]\d{0,8}", "a PubMed number in quotation marks"),
    "doi": matching(r"10\.\d{4,9}/\S+", "a DOI like 10.1002/art.37734, without address"),
    "pmcid": matching(r"PMC\d+", "a PubMed Central number like PMC5298009"),
    "registrations": texts(
        r"NCT\d{8}|ACTRN\d{14}|IRCT\d+N\d+|NL\d+|\d{4}-\d{6}-\d{2}",
        'registration numbers like ["NCT00568555"]',
    ),
    "source": _ADDRESS,
}

STUDY: Mapping[str, Field] = {
    **PUBLICATION,
    "verified": word(Verified, required=True),
    "status": word(Status, required=True),
    "trial": matching(_ID, "the id of a study"),
    "separate_people": flag(),
    "condition": matching(_ID, "the id of a condition")._replace(required=True),
    "population": text(),
    "design": word(Design, required=True),
    "blinding": text(),
    "control": text(),
    "n_randomised": whole(),
    "n_analysed": whole(),
    "age": text(),
    "sex": text(),
    "dose_class": word(DoseClass, required=True),
    "dose_mg": number(0.0001, 300, "mg a day, above 0 and at most 300"),
    "dose_range": text(),
    "titration": text(),
    "timing": text(),
    "duration_weeks": _WEEKS,
    "washout_weeks": _WEEKS,
    "run_in": text(),
    "primary_outcome": text(),
    "sponsor": text(),
    "country": text(),
    "conclusion": text(required=True),
    "cautions": text(),
}

OUTCOME: Mapping[str, Field] = {
    "id": _ROW._replace(required=True),
    "name": text(required=True),
    "scale": text(),
    "range": span(),
    "direction": word(Direction, required=True),
    "weeks": _WEEKS,
    "arm": text(required=True),
    "role": word(Role, required=True),
    "n": whole(1),
    "mean": number(),
    "sd": above_zero(),
    "se": above_zero(),
    "median": number(),
    "iqr": above_zero(),
    "events": whole(),
    "total": whole(1),
    "change": number(),
    "change_sd": above_zero(),
    "change_ci": span(),
    "change_percent": number(-100, 10_000, "percent, -100 or more"),
    "change_percent_ci": span(),
    "effect_type": word(EffectType),
    "effect": number(),
    "ci": span(),
    "sign_unclear": flag(),
    "p": probability(),
    "p_between": flag(),
    "analysis": text(),
    "note": text(),
    "verified": word(Verified),
    "source": _ADDRESS,
}

ADVERSE_EVENT: Mapping[str, Field] = {
    "id": _ROW._replace(required=True),
    "event": text(required=True),
    "arm": text(required=True),
    "role": word(Role, required=True),
    "events": whole(),
    "total": whole(1),
    "percent": number(0, 100, "percent, 0 to 100"),
    "counts_events": flag(),
    "note": text(),
    "verified": word(Verified),
    "source": _ADDRESS,
}

REVIEW: Mapping[str, Field] = {
    **PUBLICATION,
    "verified": word(Verified, required=True),
    "conclusion": text(),
}

ESTIMATE: Mapping[str, Field] = {
    "id": _ROW._replace(required=True),
    "condition": matching(_ID, "the id of a condition")._replace(required=True),
    "outcome": text(required=True),
    "comparison": text(required=True),
    "effect_type": word(EffectType),
    "effect": number(),
    "ci": span(),
    "p": probability(),
    "i2_percent": number(0, 100, "percent, 0 to 100"),
    "model": text(),
    "n_studies": whole(1),
    "n_participants": whole(1),
    "included": texts(_ID, 'a list of study ids like ["younger2013"]'),
    "here": text(),
    "difference": text(),
    "note": text(),
    "verified": word(Verified),
}

PAGE: Mapping[str, Field] = {"page": text(required=True), "file": text(required=True)}

CLAIM: Mapping[str, Field] = {
    "id": matching(r"c\d{3}-\d{2}", "an id like c000-01")._replace(required=True),
    "claim": text(required=True),
    "type": word(ClaimType, required=True),
    "quantity": text(),
    "condition": matching(_ID, "the id of a condition"),
    "cites": texts(_ID, 'a list of study ids like ["younger2013"]'),
    "verdict": word(Verdict, required=True),
    "evidence": text(required=True),
    "confidence": word(Confidence, required=True),
    "studies": texts(_ID, 'a list of study ids like ["younger2013"]'),
    "pool": matching(rf"{_ID}/{_ID}(/(md|smd|rr|or|rd))?", "condition/outcome like crps/pain"),
    "rows": texts(rf"{_ID}(-[a-z]\d+)?", 'a list of row ids like ["younger2013-o01"]'),
    "says": word(Says),
    "figure": span(or_equal=True),
    "at_odds": text(),
    "source": _ADDRESS,
}
