"""A document as lines for a terminal: what page and sheet say, without pictures.

A table becomes a list, since few fit the width of a screen: the first column names the row, the
others are said with their names.
"""

from __future__ import annotations

from collections.abc import Iterator

from lowdose.report.document import (
    Beside,
    Block,
    Callout,
    Document,
    Facts,
    Figure,
    Heading,
    Items,
    Section,
    Table,
    Text,
    Words,
)
from lowdose.report.paragraphs import wrapped

__all__ = ["to_text"]


def to_text(document: Document) -> str:
    """Write a document as lines of a terminal's width."""
    parts = [f"{document.title} ({document.subject})", *map(_section, document.sections)]
    return "\n\n".join([*parts, wrapped(document.footer)])


def _section(section: Section) -> str:
    lines = [line for block in section.blocks for line in _block(block)]
    return "\n".join(lines if section.slug == "answer" else [f"{section.title}:", *lines])


def _block(block: Block) -> Iterator[str]:
    match block:
        case Words():
            yield wrapped(block.text)
        case Heading():
            yield f"\n{block.text}"
        case Callout():
            yield wrapped(f"{block.label}: {block.text}")
        case Items():
            yield from (wrapped(f"- {line!s}", "  ") for line in block.lines)
        case Facts():
            yield from (wrapped(f"{name}: {value}", "  ") for name, value in block.pairs)
        case Table():
            yield from (_row(block, row) for row in block.rows)
        case Figure():
            pass
        case Beside():
            for one in (*block.left, *block.right):
                yield from _block(one)


def _row(table: Table, row: tuple[Text, ...]) -> str:
    named = zip(table.columns[1:], row[1:], strict=True)
    said = "; ".join(f"{name.casefold()} {cell!s}" for name, cell in named if str(cell))
    return wrapped(f"- {row[0]!s}: {said}", "  ")
