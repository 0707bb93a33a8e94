"""How a study is said in a few words: its name, its design, its people, its dose."""

from __future__ import annotations

import re

from lowdose.evidence.records import Publication, Study
from lowdose.evidence.words import Design, DoseClass, Status, Verified

__all__ = [
    "DESIGNS",
    "citing",
    "design_of",
    "dose_of",
    "not_low_words",
    "people_of",
    "seen_words",
    "status_words",
]

DESIGNS = {
    Design.PARALLEL: "randomised, two groups",
    Design.CROSSOVER: "randomised, the same people take both",
    Design.FIXED_ORDER: "placebo and drug in a fixed order, not randomised",
    Design.OPEN_LABEL: "without comparison, everybody knows",
    Design.DOSE_FINDING: "search for a dose",
    Design.COHORT: "look back at patients' records",
    Design.REGISTER: "look at a register of prescriptions",
    Design.SURVEY: "survey",
    Design.CASE_SERIES: "series of cases",
    Design.CASE_REPORT: "report of single cases",
    Design.PROTOCOL: "planned or registered, no result known",
    Design.SECONDARY: "second look at another trial",
    Design.NO_PATIENTS: "without patients",
}
_STATUSES = {
    Status.PUBLISHED: "",
    Status.CONFERENCE: "conference abstract",
    Status.UNPUBLISHED: "never published in full",
    Status.GREY: "not in a journal",
    Status.PROTOCOL: "plan published",
    Status.REGISTERED: "registered",
    Status.WITHDRAWN: "withdrawn before it began",
    Status.REVIEW: "review",
    Status.HYPOTHESIS: "hypothesis",
}
_SEEN = {
    Verified.FULLTEXT: "full text",
    Verified.ABSTRACT: "abstract",
    Verified.REGISTRY: "registry",
    Verified.SECONDARY: "second-hand",
    Verified.RECALLED: "from memory",
}
_AFTER_FIRST = re.compile(r",| et al| & | \(|\d")


def citing(publication: Publication, otherwise: str) -> str:
    """First author and year, or the journal and year; `otherwise` where neither is known.

    >>> citing(Publication("A trial", "Younger, Noor, McCue & Mackey", 2013), "younger2013")
    'Younger 2013'
    >>> citing(Publication("A trial", "(registered trial)", 2012), "brown_ldn_phase2")
    'Registered trial 2012'
    """
    authors = publication.authors
    if authors.startswith("("):  # no author known; the journal and its year, or what it is
        inside = authors.strip("()")
        if inside.endswith(str(publication.year)):
            return inside
        return f"{inside[:1].upper()}{inside[1:]} {publication.year}"
    first = _AFTER_FIRST.split(authors)[0].strip()
    return f"{first} {publication.year}" if first else otherwise


def design_of(study: Study) -> str:
    """Its design, who knew what was taken, and what it is as a publication."""
    if study.status in (Status.WITHDRAWN, Status.REVIEW, Status.HYPOTHESIS):
        return status_words(study)
    blind = "double-blind" if study.blinding.startswith(("double", "quadruple", "triple")) else ""
    single = "single-blind" if study.blinding.startswith("single") else ""
    parts = (DESIGNS[study.design], blind, single, status_words(study))
    return ", ".join(part for part in parts if part)


def status_words(study: Study) -> str:
    """What it is as a publication; nothing where it was published as usual."""
    return _STATUSES[study.status]


def people_of(study: Study) -> int:
    """Everybody who took part: those randomised, else those looked at; 0 where not known."""
    return study.n_randomised or study.n_analysed or 0


def dose_of(study: Study) -> str:
    """The dose in mg a day, as far as it is known."""
    if study.dose_mg:
        return f"{study.dose_mg:g} mg"
    plain = study.dose_range.replace("-", "–")
    if not plain:
        return ""
    return plain if re.search(r"[a-z]", plain) else f"{plain} mg"


def not_low_words(study: Study) -> str:
    """What was given where it was not low-dose naltrexone; nothing where it was."""
    if study.dose_class is DoseClass.LOW:
        return ""
    if study.dose_class is DoseClass.OTHER_DRUG:
        return "another drug"
    dose = dose_of(study)
    return f"another dose: {dose}" if dose else "another dose"


def seen_words(study: Study) -> str:
    """Where its numbers were read."""
    return _SEEN[study.verified]
