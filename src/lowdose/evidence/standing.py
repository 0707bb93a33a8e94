"""Which rows may enter a pool unless somebody asks for more, and why the others may not."""

from __future__ import annotations

from lowdose.evidence.records import AdverseEvent, Outcome, Study
from lowdose.evidence.words import Design, DoseClass, Status, Verified

__all__ = ["NOT_READ", "poolable", "study_standing"]

NOT_READ = {
    Verified.SECONDARY: "its numbers were read second-hand, not in the publication or a registry",
    Verified.RECALLED: "its numbers are from memory and were not checked",
}
_NOT_PUBLISHED = {
    Status.CONFERENCE: "it was published as a conference abstract only",
    Status.UNPUBLISHED: "it was never published in full",
    Status.GREY: "it was not published in a journal",
    Status.PROTOCOL: "it is a plan without results",
    Status.REGISTERED: "it is a registration without results",
    Status.WITHDRAWN: "it was withdrawn before it began",
    Status.REVIEW: "it is a review, not a study",
    Status.HYPOTHESIS: "it is a hypothesis without patients",
}
_NOT_LOW_DOSE = {
    DoseClass.VERY_LOW: "the dose was very low, below 0.5 mg",
    DoseClass.ULTRA_LOW: "the dose was ultra-low, in micrograms",
    DoseClass.FULL: "the dose was not low: above 10 mg, or by weight",
    DoseClass.OTHER_DRUG: "the drug was not naltrexone",
}


def poolable(row: Outcome | AdverseEvent, study: Study) -> tuple[str, ...]:
    """Why this row stays out of a default pool, in plain words; empty if it may enter.

    >>> from lowdose.evidence.load import evidence
    >>> study = evidence().studies["duebruun2024"]
    >>> [poolable(row, study) for row in study.outcomes[:4]][2:]  # doctest: +NORMALIZE_WHITESPACE
    [(), ('its numbers were read second-hand, not in the publication or a registry',)]
    """
    reasons = [*study_standing(study)]
    if row.verified in NOT_READ:
        reasons.append(NOT_READ[row.verified])
    if not row.source:
        reasons.append("its publication cannot be named")
    if isinstance(row, Outcome) and row.sign_unclear:
        reasons.append("the paper does not say which way round its difference is")
    return tuple(reasons)


def study_standing(study: Study) -> tuple[str, ...]:
    """Why nothing of this study enters a default pool; empty if something may.

    >>> from lowdose.evidence.load import evidence
    >>> study_standing(evidence().studies["mannelli2009"])
    ('the dose was very low, below 0.5 mg',)
    """
    reasons = [_NOT_PUBLISHED.get(study.status, ""), _NOT_LOW_DOSE.get(study.dose_class, "")]
    if study.trial != study.id:
        reasons.append(f"its people are those of {study.trial}, and count once")
    elif study.design is Design.SECONDARY and study.status is not Status.REVIEW:
        reasons.append("it is a secondary analysis of another trial")
    return tuple(reason for reason in reasons if reason)
