"""What is known: the conditions, one condition, and what the claims of public pages are worth.

The pages show the documents of `lowdose evidence`; nothing is worked out here. The evidence does
not change within a version, so that each part is made once a process and language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lowdose import __version__
from lowdose.clinic.library_words.documents import said_fragment
from lowdose.clinic.pages.access import page
from lowdose.clinic.permits import Action

if TYPE_CHECKING:
    from lowdose.evidence.records import Claim
    from lowdose.report.document import Section

__all__ = ["addresses"]


@dataclass(frozen=True)
class _Row:
    """A condition in the list."""

    id: str
    name: str
    also: str
    studies: int
    controlled: int
    finding: str


@dataclass(frozen=True)
class _Claim:
    """A claim as the page shows it."""

    text: str
    verdict: str | Promise
    tone: str
    evidence: str
    number: str
    source: str


@page(Action.SIGNED_IN)
def evidence(request: HttpRequest) -> HttpResponse:
    """The conditions, those with most controlled trials first."""
    return render(request, "clinic/evidence.html", {"rows": _rows()})


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    from lowdose.evidence.catalogue import conditions
    from lowdose.evidence.summary import summary
    from lowdose.report.evidence_summary_words import answer_words

    found = [
        _Row(
            one.id,
            one.name,
            ", ".join(one.synonyms[:2]),
            len(one.studies),
            len(one.controlled),
            answer_words(summary(one.name))[0],
        )
        for one in conditions()
        if one.studies
    ]
    return tuple(sorted(found, key=lambda row: (-row.controlled, -row.studies, row.name)))


@page(Action.SIGNED_IN)
def evidence_condition(request: HttpRequest, condition: str) -> HttpResponse:
    """All that is known of one condition."""
    if condition not in {row.id for row in _rows()}:
        raise Http404
    name, known = _known(condition, get_language() or "en")
    content = {"name": name, "known": known}
    return render(request, "clinic/evidence_condition.html", content)


@lru_cache(maxsize=128)
def _known(condition: str, _language: str) -> tuple[str, SafeString]:
    """The name; the document of the summary and the table of all studies, as the reader reads."""
    from lowdose.evidence.summary import summary
    from lowdose.report.evidence_summary_document import summary_document

    found = summary(condition)
    document = summary_document(found, made_on=date.today(), version=__version__)
    return found.name, said_fragment((*document.sections, _studies_section(found.name)))


def _studies_section(name: str) -> Section:
    from lowdose.evidence.catalogue import studies
    from lowdose.report.document import Link, Section, Table
    from lowdose.report.study_words import citing, design_of, dose_of, people_of

    rows = tuple(
        (
            Link(citing(one.publication, one.id), one.source),
            str(one.publication.year),
            design_of(one),
            str(people_of(one) or ""),
            dose_of(one),
            one.conclusion,
        )
        for one in sorted(studies(name), key=lambda one: (-one.publication.year, one.id))
    )
    columns = ("Study", "Year", "Design", "People", "Dose", "What was found")
    shares = (0.17, 0.07, 0.18, 0.08, 0.1, 0.4)
    table = Table("Every study, the newest first; each name leads to it", columns, rows, shares)
    return Section("studies", "All studies", (table,))


@page(Action.SIGNED_IN)
def evidence_claims(request: HttpRequest) -> HttpResponse:
    """What public pages claim, and what the record says of it."""
    return render(request, "clinic/evidence_claims.html", {"pages": _claims()})


_VERDICTS: dict[str, tuple[str | Promise, str]] = {
    "supported": (_("borne out"), "good"),
    "partly": (_("partly"), "warn"),
    "not_supported": (_("not borne out"), "warn"),
    "contradicted": (_("contradicted"), "bad"),
    "unverifiable": (_("could not be checked"), ""),
}
"""How each verdict is called, and its colour."""


@lru_cache(maxsize=1)
def _claims() -> tuple[tuple[str, tuple[_Claim, ...]], ...]:
    from lowdose.evidence.catalogue import claims

    by_page = groupby(claims(), key=lambda claim: claim.page_title)
    return tuple((title, tuple(map(_claim, group))) for title, group in by_page)


def _claim(claim: Claim) -> _Claim:
    from lowdose.evidence.verdicts import claim_number
    from lowdose.report.evidence_claims_text import number_words

    number = claim_number(claim)
    words = number_words(number) if number else ""
    verdict, tone = _VERDICTS[claim.verdict.value]
    return _Claim(claim.text, verdict, tone, claim.evidence, words, claim.source)


addresses = [
    path("evidence/", evidence, name="evidence"),
    path("evidence/claims/", evidence_claims, name="evidence_claims"),
    path("evidence/<slug:condition>/", evidence_condition, name="evidence_condition"),
]
