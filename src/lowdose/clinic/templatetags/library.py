"""What the library wrote, in the reader's language; what cannot be said is marked as English."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from lowdose.clinic.instruments import CONDITIONS
from lowdose.clinic.library_words.phrases import parts
from lowdose.clinic.library_words.phrases import said as plain
from lowdose.clinic.library_words.pictures import said_in_svg

__all__ = ["condition", "named", "said", "said_picture"]

register = template.Library()


@register.filter
def said(text: object) -> str:
    """A sentence of the library; in English, and marked so, where no table has it."""
    found = parts(str(text))
    told = [(str(text), True)] if found is None else found
    return format_html_join("", "{}", ((_marked(part, english),) for part, english in told))


def _marked(part: str, english: bool) -> str:
    return format_html('<span lang="en">{}</span>', part) if english else part


@register.filter
def named(text: str) -> str:
    """A sentence of the library where no markup can stand, as in a page's title."""
    return plain(text)


@register.filter
def condition(key: str) -> str:
    """A condition by its name in the reader's language."""
    return str(CONDITIONS.get(key, key))


@register.filter
def said_picture(svg: str) -> SafeString:
    """A picture that the library drew."""
    return mark_safe(said_in_svg(svg))
