"""Lines of a terminal's width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

__all__ = ["listed", "wrapped"]

_WIDTH = 80


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph; with an indent, later lines stand two further in.

    >>> wrapped("Yes.", "  ")
    '  Yes.'
    """
    more = indent + "  " if indent else ""
    return textwrap.fill(
        text, _WIDTH, initial_indent=indent, subsequent_indent=more, break_on_hyphens=False
    )


def listed(head: str, lines: Iterable[str]) -> str:
    """A heading and a list under it."""
    return "\n".join([head, *(wrapped(f"- {one}", "  ") for one in lines)])
