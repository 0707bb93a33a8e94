"""The records of the evidence, as they are after parsing: whole, checked, unchangeable.

Effects are active minus comparator, or active over comparator; None is what was not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

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
    "AdverseEvent",
    "Chance",
    "Claim",
    "Evidence",
    "Outcome",
    "Publication",
    "Review",
    "ReviewEstimate",
    "Span",
    "Study",
]


class Span(NamedTuple):
    """The ends of an interval or of a scale, the lower one first."""

    low: float
    high: float


class Chance(NamedTuple):
    """A p as printed; `bound` where only "less than" was printed."""

    value: float
    bound: bool

    def __str__(self) -> str:
        return f"p {'<' if self.bound else '='} {self.value:g}"


@dataclass(frozen=True)
class Publication:
    """Where something was published, and what names it for good."""

    title: str
    authors: str
    year: int
    journal: str = ""
    pmid: str = ""
    doi: str = ""
    pmcid: str = ""
    registrations: tuple[str, ...] = ()
    address: str = ""

    @property
    def source(self) -> str:
        """The address that names it: DOI, PubMed, PubMed Central, registry, publisher; or "".

        >>> Publication("A trial", "Smith et al.", 2011, doi="10.1007/s10620-011-1653-7").source
        'https://doi.org/10.1007/s10620-011-1653-7'
        """
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        if self.pmcid:
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/"
        registered = (_registry(number) for number in self.registrations)
        return next((found for found in registered if found), self.address)


def _registry(number: str) -> str:
    if number.startswith("NCT"):
        return f"https://clinicaltrials.gov/study/{number}"
    if number.startswith("ACTRN"):
        return f"https://www.anzctr.org.au/{number}.aspx"
    return ""


@dataclass(frozen=True)
class Outcome:
    """One result: of an arm, or of one arm against another; see `role`.

    scale: as the paper names it; range: its ends, where they are known. weeks: after the start.
    n: people; iqr: width of the interquartile range; change: from baseline; change_percent: in
    percent of baseline. effect with ci (95 %) and p: of a contrast or a change. sign_unclear: the
    paper does not say which way round its difference is. p_between: the p of this arm is that of
    the comparison with the other, not of its own change.
    """

    id: str
    study: str
    name: str
    direction: Direction
    arm: str
    role: Role
    verified: Verified
    source: str
    scale: str = ""
    range: Span | None = None
    weeks: float | None = None
    n: int | None = None
    mean: float | None = None
    sd: float | None = None
    se: float | None = None
    median: float | None = None
    iqr: float | None = None
    events: int | None = None
    total: int | None = None
    change: float | None = None
    change_sd: float | None = None
    change_ci: Span | None = None
    change_percent: float | None = None
    change_percent_ci: Span | None = None
    effect_type: EffectType | None = None
    effect: float | None = None
    ci: Span | None = None
    sign_unclear: bool = False
    p: Chance | None = None
    p_between: bool = False
    analysis: str = ""
    note: str = ""


@dataclass(frozen=True)
class AdverseEvent:
    """How often something unwanted happened in an arm.

    counts_events: `events` are happenings, not people. percent: where only that was printed.
    """

    id: str
    study: str
    event: str
    arm: str
    role: Role
    verified: Verified
    source: str
    events: int | None = None
    total: int | None = None
    percent: float | None = None
    counts_events: bool = False
    note: str = ""


@dataclass(frozen=True)
class Study:
    """A study, a registration, or a paper about the drug.

    trial: the study whose people these are; its own id unless it reports on another's people.
    separate_people: shares a registration with another study, but none of its people.
    n_randomised: 0 where nobody was randomised. conclusion and cautions are ours, in our words.
    """

    id: str
    publication: Publication
    condition: str
    design: Design
    status: Status
    dose_class: DoseClass
    verified: Verified
    trial: str
    separate_people: bool = False
    population: str = ""
    blinding: str = ""
    control: str = ""
    n_randomised: int | None = None
    n_analysed: int | None = None
    age: str = ""
    sex: str = ""
    dose_mg: float | None = None
    dose_range: str = ""
    titration: str = ""
    timing: str = ""
    duration_weeks: float | None = None
    washout_weeks: float | None = None
    run_in: str = ""
    primary_outcome: str = ""
    sponsor: str = ""
    country: str = ""
    conclusion: str = ""
    cautions: str = ""
    outcomes: tuple[Outcome, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()

    @property
    def compares_treatments(self) -> bool:
        """Whether people took part who took one thing or another, by chance or in a fixed order."""
        return self.design.is_randomised or self.design.is_within_person

    @property
    def source(self) -> str:
        """The address that names the publication, or ""."""
        return self.publication.source


@dataclass(frozen=True)
class ReviewEstimate:
    """One pooled estimate that a review published; without an effect where it counted none.

    here: what its outcome is called in our studies, where it can be worked out anew. difference:
    why ours is another, or why there is none, where no rule can tell.
    """

    id: str
    review: str
    condition: str
    outcome: str
    comparison: str
    verified: Verified
    effect_type: EffectType | None = None
    effect: float | None = None
    ci: Span | None = None
    p: Chance | None = None
    i2_percent: float | None = None
    model: str = ""
    n_studies: int | None = None
    n_participants: int | None = None
    included: tuple[str, ...] = ()
    here: str = ""
    difference: str = ""
    note: str = ""


@dataclass(frozen=True)
class Review:
    """A published review and its pooled estimates."""

    id: str
    publication: Publication
    verified: Verified
    conclusion: str
    estimates: tuple[ReviewEstimate, ...]

    @property
    def source(self) -> str:
        """The address that names the publication, or ""."""
        return self.publication.source


@dataclass(frozen=True)
class Claim:
    """A statement of fact on a public page, and what the record says of it.

    page: short name of the page; cites: studies the page names; studies: those the verdict rests
    on; source: what the evidence was read in, or "". pool: condition/outcome, perhaps /measure, of
    the pooled answer that bears on it; or rows: ids of single rows, or of studies for how many
    people they had. says: what of it a number can bear out; figure: from where to where the page's
    words let the first row be. at_odds: why the verdict stands although the number is against it.
    """

    id: str
    page: str
    page_title: str
    text: str
    type: ClaimType
    verdict: Verdict
    evidence: str
    confidence: Confidence
    quantity: str = ""
    condition: str = ""
    cites: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    pool: str = ""
    rows: tuple[str, ...] = ()
    says: Says | None = None
    figure: Span | None = None
    at_odds: str = ""
    source: str = ""


@dataclass(frozen=True)
class Evidence:
    """Everything there is, each by its id."""

    studies: Mapping[str, Study]
    reviews: Mapping[str, Review]
    claims: Mapping[str, Claim]
