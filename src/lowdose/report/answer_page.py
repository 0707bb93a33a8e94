"""The answer as a page: one file that can be kept, sent or printed."""

from __future__ import annotations

from datetime import date

from lowdose.inference.result import Answer
from lowdose.report.answer_document import answer_document
from lowdose.report.html import to_html

__all__ = ["answer_page"]


def answer_page(answer: Answer, *, made_on: date) -> str:
    """Write an answer as one self-contained HTML page (no script, no outside request)."""
    return to_html(answer_document(answer, made_on=made_on))
