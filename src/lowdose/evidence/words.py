"""The controlled words of the evidence: what may stand in a field that is not free text."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "ClaimType",
    "Confidence",
    "Design",
    "Direction",
    "DoseClass",
    "EffectType",
    "Role",
    "Says",
    "Status",
    "Verdict",
    "Verified",
]


class Verified(StrEnum):
    """How a number was seen, from the best to the worst.

    SECONDARY: in news, in a listing or in another paper. RECALLED: from memory, to be checked.
    """

    FULLTEXT = "seen_fulltext"
    ABSTRACT = "seen_abstract"
    REGISTRY = "seen_registry"
    SECONDARY = "seen_secondary"
    RECALLED = "recalled"


class Status(StrEnum):
    """What a study is as a publication."""

    PUBLISHED = "published"
    CONFERENCE = "conference_abstract"
    UNPUBLISHED = "unpublished"
    GREY = "grey_literature"
    PROTOCOL = "protocol"
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"
    REVIEW = "review"
    HYPOTHESIS = "hypothesis"


class Design(StrEnum):
    """How a study was done."""

    PARALLEL = "rct_parallel"
    CROSSOVER = "rct_crossover"
    FIXED_ORDER = "single_blind_crossover"
    OPEN_LABEL = "open_label"
    DOSE_FINDING = "dose_finding"
    COHORT = "retrospective_cohort"
    REGISTER = "registry"
    SURVEY = "survey"
    CASE_SERIES = "case_series"
    CASE_REPORT = "case_report"
    PROTOCOL = "protocol"
    SECONDARY = "secondary_analysis"
    NO_PATIENTS = "qualitative"

    @property
    def is_randomised(self) -> bool:
        """Whether chance decided who got what, or in which order."""
        return self in (Design.PARALLEL, Design.CROSSOVER)

    @property
    def is_within_person(self) -> bool:
        """Whether the same people took both."""
        return self in (Design.CROSSOVER, Design.FIXED_ORDER)


class DoseClass(StrEnum):
    """How the dose compares with low-dose naltrexone, 0.5 to 10 mg a day.

    VERY_LOW: 0.01 mg to below 0.5 mg. ULTRA_LOW: micrograms. FULL: above 10 mg, or by weight.
    """

    LOW = "low"
    VERY_LOW = "very_low"
    ULTRA_LOW = "ultra_low"
    FULL = "full"
    OTHER_DRUG = "other_drug"


class Direction(StrEnum):
    """Which way is better for the person."""

    LOWER = "lower_is_better"
    HIGHER = "higher_is_better"
    NONE = "none"


class Role(StrEnum):
    """What a row of numbers is about.

    ACTIVE and COMPARATOR: one arm each, at the end or as change from the beginning. BASELINE: an
    arm, or everybody, before treatment. CONTRAST: active against comparator. CHANGE: after against
    before in the same people, without a comparator. ALL: everybody. OTHER: an arm with another
    active treatment.
    """

    ACTIVE = "active"
    COMPARATOR = "comparator"
    BASELINE = "baseline"
    CONTRAST = "contrast"
    CHANGE = "change"
    ALL = "all"
    OTHER = "other"


class EffectType(StrEnum):
    """Difference of means, standardised difference, ratios of risks, odds, hazards or incidence
    rates, difference of risks."""

    MD = "md"
    SMD = "smd"
    RR = "rr"
    OR = "or"
    HR = "hr"
    IRR = "irr"
    RD = "rd"

    @property
    def is_ratio(self) -> bool:
        """Whether 1, not 0, means no difference; pooled as natural logarithm."""
        return self in (EffectType.RR, EffectType.OR, EffectType.HR, EffectType.IRR)


class Verdict(StrEnum):
    """How far the record bears a claim out."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_SUPPORTED = "not_supported"
    CONTRADICTED = "contradicted"
    UNVERIFIABLE = "unverifiable"


class Confidence(StrEnum):
    """How sure the verdict is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Says(StrEnum):
    """What a claim says that a number can bear out: that the drug is better than the comparator
    (for a change without one: than before), or that it is not worse."""

    BETTER = "better"
    NOT_WORSE = "not_worse"


class ClaimType(StrEnum):
    """What a claim is about."""

    PHARMACOLOGY = "pharmacology"
    MECHANISM = "mechanism"
    EFFICACY = "efficacy"
    SAFETY = "safety"
    DOSE = "dose"
    REGULATORY = "regulatory"
    HISTORY = "history"
    STUDY = "study_description"
    BACKGROUND = "background"
    CONTEXT = "context"
    PRACTICAL = "practical"
    ANECDOTE = "anecdote"
