"""A document of the library as a page shows it, in the reader's language.

The texts are said before they are laid out; what stays English is marked so. The words of its
pictures are replaced after they were drawn, as in pictures that were stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from lowdose.clinic.library_words.phrases import as_html, marked, said
from lowdose.clinic.library_words.pictures import said_in_svg

if TYPE_CHECKING:
    from lowdose.report.document import Block, Plain, Section, Table, Text

__all__ = ["said_fragment"]


def said_fragment(sections: Iterable[Section]) -> SafeString:
    """Sections as HTML, to stand within a page below its first heading."""
    from lowdose.report.html import fragment

    written = fragment([_section(one) for one in sections])
    # the library's own writer escapes every text
    return mark_safe(as_html(said_in_svg(written)))


def _section(section: Section) -> Section:
    return replace(section, title=marked(section.title), blocks=tuple(map(_block, section.blocks)))


def _block(block: Block) -> Block:
    from lowdose.report.document import Beside

    if not isinstance(block, Beside):
        return _plain(block)
    left, right = (tuple(map(_plain, side)) for side in (block.left, block.right))
    return replace(block, left=left, right=right)


def _plain(block: Plain) -> Plain:
    """The block with its texts said.

    >>> from django.utils.translation import override
    >>> from lowdose.report.document import Items, Link
    >>> with override("nb"):
    ...     _plain(Items((Link("One trial", "", ", double-blind"),)))
    Items(lines=(Link(text='Ett forsøk', address='', after=', dobbeltblindet'),))
    """
    from lowdose.report.document import Callout, Facts, Figure, Items, Table

    told: Plain
    match block:
        case Callout():
            told = replace(block, label=marked(block.label), text=marked(block.text))
        case Items():
            told = replace(block, lines=tuple(map(_text, block.lines)))
        case Facts():
            told = replace(block, pairs=tuple((said(n), marked(v)) for n, v in block.pairs))
        case Table():
            told = _table(block)
        case Figure():
            told = replace(block, caption=marked(block.caption))
        case _:
            told = replace(block, text=marked(block.text))
    return told


def _table(table: Table) -> Table:
    rows = tuple(tuple(map(_text, row)) for row in table.rows)
    # the caption is a name for screen readers too, where no markup can stand
    caption, columns = said(table.caption), tuple(map(marked, table.columns))
    return replace(table, caption=caption, columns=columns, rows=rows)


def _text(text: Text) -> Text:
    from lowdose.report.document import Link

    if isinstance(text, Link):
        return Link(marked(text.text), text.address, marked(text.after))
    return marked(text)
