"""Pictures that the library drew and the clinic stored, with their words in the reader's language.

What is drawn stays where it is. A label that was wrapped is several texts, one below the other
from the same place; they are said as one and shared out over as many lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from textwrap import wrap

from lowdose.clinic.library_words.phrases import in_english, known, said

__all__ = ["said_in_svg"]

_ABOUT = re.compile(r"(<(?:title|desc)\b[^>]*>)([^<]+)(?=<)")
_RUN = re.compile(r"(?:<text\b[^>]*>[^<]+</text>)+")
_TEXT = re.compile(r"(<text\b[^>]*>)([^<]+)</text>")
_HEIGHT = re.compile(r'\by="[^"]*"')


def said_in_svg(svg: str) -> str:
    """A picture with its title, its description and its labels said.

    >>> from django.utils.translation import override
    >>> with override("nb"):
    ...     said_in_svg('<text x="5">typical</text><text x="5">person</text>')
    '<text x="5">typisk</text><text x="5">person</text>'
    """
    if in_english():
        return svg
    about = _ABOUT.sub(lambda found: found[1] + _escaped(said(unescape(found[2]))), svg)
    return _RUN.sub(lambda found: "".join(_run(_TEXT.findall(found[0]))), about)


def _run(texts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Neighbouring texts: the longest label that they begin with, then the rest."""
    place = 0
    while place < len(texts):
        sizes = range(_lines_from(texts[place:]), 0, -1)
        lines, size = next(
            (found, size) for size in sizes if (found := _label(texts[place : place + size]))
        )
        opened = [start for start, _ in texts[place : place + size]]
        pairs = zip(opened, lines, strict=False)
        yield from (f"{start}{_escaped(line)}</text>" for start, line in pairs)
        place += size


def _lines_from(texts: Sequence[tuple[str, str]]) -> int:
    """How many texts in a row are set alike and begin at the same place."""
    alike = [_HEIGHT.sub("", start) for start, _ in texts]
    return next((n for n, one in enumerate(alike) if one != alike[0]), len(alike))


def _label(texts: Sequence[tuple[str, str]]) -> list[str]:
    """The lines of one label; of a single text that no table has, itself; otherwise none."""
    whole = " ".join(unescape(text) for _, text in texts)
    told = known(whole)
    if told is None:
        return [whole] if len(texts) == 1 else []
    return _shared(told, len(texts))


def _shared(text: str, lines: int) -> list[str]:
    """The text in at most so many lines, as even as its words allow."""
    for width in range(max(len(text) // lines, 1), len(text) + 1):
        found = wrap(text, width, break_long_words=False)
        if len(found) <= lines:
            return found
    return [text]


def _escaped(text: str) -> str:
    return escape(text, quote=False)
