"""The library's papers in a language of the clinic."""

from __future__ import annotations

from django.utils import translation

from lowdose.clinic.library_words.phrases import said
from lowdose.report.tongue import Tongue

__all__ = ["reader_tongue", "tongue_of"]


def tongue_of(language: str) -> Tongue:
    """A language by its code, for a paper or a calendar of the library.

    >>> tongue_of("nb").say("Doses")
    'Doser'
    """

    def say(text: str) -> str:
        with translation.override(language):
            return said(text)

    return Tongue(language.partition("-")[0], say)


def reader_tongue() -> Tongue:
    """The language of whoever asks for a page now."""
    return tongue_of(translation.get_language() or "en")
