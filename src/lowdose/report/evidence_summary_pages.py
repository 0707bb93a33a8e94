"""The summary of a condition as a page, as a sheet of paper, and as lines for a terminal."""

from __future__ import annotations

from datetime import date

from lowdose.evidence.summary import Summary
from lowdose.report.evidence_summary_document import summary_document
from lowdose.report.html import to_html
from lowdose.report.pdf import to_pdf
from lowdose.report.plain import to_text

__all__ = ["summary_page", "summary_sheet", "summary_text"]


def summary_page(found: Summary, *, made_on: date, version: str = "") -> str:
    """Write a summary as one self-contained HTML page (no script, no outside request)."""
    return to_html(summary_document(found, made_on=made_on, version=version))


def summary_sheet(found: Summary, *, made_on: date, version: str = "", paper: str = "a4") -> bytes:
    """Set a summary as an accessible PDF on "a4" or "letter" paper, on one sheet if it can be.

    Raises:
        InputError: another paper.
    """
    document = summary_document(found, made_on=made_on, version=version)
    return to_pdf(document, made_on=made_on, paper=paper)


def summary_text(found: Summary, *, made_on: date, version: str = "") -> str:
    """Write a summary as lines for a terminal."""
    return to_text(summary_document(found, made_on=made_on, version=version))
