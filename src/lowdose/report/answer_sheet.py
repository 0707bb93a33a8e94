"""The answer on paper: the same document as the page, as PDF."""

from __future__ import annotations

from datetime import date

from lowdose.inference.result import Answer
from lowdose.report.answer_document import answer_document
from lowdose.report.pdf import to_pdf

__all__ = ["answer_sheet"]


def answer_sheet(answer: Answer, *, made_on: date, paper: str = "a4") -> bytes:
    """Set an answer as an accessible PDF on "a4" or "letter" paper; same answer, same bytes.

    Raises:
        InputError: another paper.
    """
    return to_pdf(answer_document(answer, made_on=made_on), made_on=made_on, paper=paper)
